package pipeline_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/crm/pipeline"
	"github.com/guanxi-go/guanxi/internal/wording"
)

// TestEveryCodeHasItsTexts walks the source: each code that the package can give has an
// English and a Chinese sentence, is given somewhere, and every sentence has its code.
func TestEveryCodeHasItsTexts(t *testing.T) {
	catalogue := pipeline.Catalogue()
	require.NoError(t, catalogue.Validate())
	text := func(code string) (en, zh string) { return catalogue[code].En, catalogue[code].Zh }
	const findings = 3
	for _, code := range wording.Codes(t, "PIP-", len(catalogue)-findings, text) {
		e := &pipeline.Error{Code: code, Field: "f", Item: -1, From: "a", To: "b", Err: pipeline.ErrInvalid}
		require.NotContains(t, e.Error(), "PIP-")
		require.True(t, wording.HasHan(e.Text(finding.Chinese)))
	}
	require.Equal(t, "PIP-NONE", (&pipeline.Error{Code: "PIP-NONE"}).Text(finding.Chinese))
	require.Equal(t, "未满足条件：文件 quote、审批 contract", (&pipeline.Error{Code: "PIP-CRITERIA", Missing: []pipeline.Criterion{
		{Proof: pipeline.Document, Name: "quote"}, {Proof: pipeline.Approval, Name: "contract"}}}).Text(finding.Chinese))
}
