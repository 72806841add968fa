package pipeline_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/crm/pipeline"
)

func hasHan(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Han, r) })
}

// TestEveryCodeHasItsTexts walks the source: each code that the package can give has an
// English and a Chinese sentence, is given somewhere, and every sentence has its code.
func TestEveryCodeHasItsTexts(t *testing.T) {
	require.NoError(t, pipeline.Catalogue().Validate())
	names, err := filepath.Glob("*.go")
	require.NoError(t, err)
	source := ""
	for _, name := range names {
		if !strings.HasSuffix(name, "_test.go") {
			text, err := os.ReadFile(name)
			require.NoError(t, err)
			source += string(text)
		}
	}
	declared := regexp.MustCompile(`(code\w+)\s+= "(PIP-[A-Z-]+)"`).FindAllStringSubmatch(source, -1)
	require.Len(t, pipeline.Catalogue(), len(declared)+3, "and the three findings")
	for _, d := range declared {
		text := pipeline.Catalogue()[d[2]]
		require.True(t, hasHan(text.Zh), d[2])
		require.False(t, hasHan(text.En), d[2])
		require.GreaterOrEqual(t, len(regexp.MustCompile(`\b`+d[1]+`\b`).FindAllString(source, -1)), 3, "%s is given by nothing", d[2])
		e := &pipeline.Error{Code: d[2], Field: "f", Item: -1, From: "a", To: "b", Err: pipeline.ErrInvalid}
		require.NotContains(t, e.Error(), "PIP-")
		require.True(t, hasHan(e.Text(finding.Chinese)))
	}
	require.Equal(t, "PIP-NONE", (&pipeline.Error{Code: "PIP-NONE"}).Text(finding.Chinese))
	require.Equal(t, "未满足条件：文件 quote、审批 contract", (&pipeline.Error{Code: "PIP-CRITERIA", Missing: []pipeline.Criterion{
		{Proof: pipeline.Document, Name: "quote"}, {Proof: pipeline.Approval, Name: "contract"}}}).Text(finding.Chinese))
}
