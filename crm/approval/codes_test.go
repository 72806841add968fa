package approval_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm/approval"
	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/internal/wording"
)

// TestEveryCodeHasItsTexts walks the source: each code that the package can give has
// an English and a Chinese sentence, is used, and every sentence has its code.
func TestEveryCodeHasItsTexts(t *testing.T) {
	catalogue := approval.Catalogue()
	require.NoError(t, catalogue.Validate())
	text := func(code string) (en, zh string) { return catalogue[code].En, catalogue[code].Zh }
	require.Greater(t, len(wording.Codes(t, "APR-", len(catalogue), text)), 40)
}

func TestErrorTexts(t *testing.T) {
	for code := range approval.Catalogue() {
		e := &approval.Error{Code: code, Field: "f", ID: "x", Items: []string{"a", "b"}, Item: -1, Err: approval.ErrInvalid}
		if code == "APR-SPLIT" || code == "APR-OVERDUE" || strings.HasPrefix(code, "APR-DELEGATION") {
			continue // sentences of findings
		}
		require.NotContains(t, e.Text(finding.English), "APR-")
		require.True(t, wording.HasHan(e.Text(finding.Chinese)))
	}
	require.Equal(t, "APR-NONE", (&approval.Error{Code: "APR-NONE"}).Text(finding.Chinese))
	require.Equal(t, "approval: steps[2]: steps is given twice: invalid",
		(&approval.Error{Code: "APR-REPEATED", Field: "steps", Item: 2, Err: approval.ErrInvalid}).Error())
}
