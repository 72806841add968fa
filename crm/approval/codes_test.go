package approval_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm/approval"
	"github.com/guanxi-go/guanxi/crm/finding"
)

// TestEveryCodeHasItsTexts walks the source: each code that the package can give has
// an English and a Chinese sentence, is used, and every sentence has its code.
func TestEveryCodeHasItsTexts(t *testing.T) {
	catalogue := approval.Catalogue()
	require.NoError(t, catalogue.Validate())
	names, err := filepath.Glob("*.go")
	require.NoError(t, err)
	codes, uses := map[string]string{}, map[string]int{}
	form := regexp.MustCompile(`^APR-[A-Z-]+$`)
	look := func(n ast.Node) bool {
		if spec, ok := n.(*ast.ValueSpec); ok && len(spec.Values) == 1 {
			if lit, ok := spec.Values[0].(*ast.BasicLit); ok && lit.Kind == token.STRING {
				if text, _ := strconv.Unquote(lit.Value); form.MatchString(text) {
					codes[spec.Names[0].Name] = text
				}
			}
		}
		if id, ok := n.(*ast.Ident); ok {
			uses[id.Name]++
		}
		return true
	}
	for _, name := range names {
		if !strings.HasSuffix(name, "_test.go") {
			file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
			require.NoError(t, err)
			ast.Inspect(file, look)
		}
	}
	require.Len(t, catalogue, len(codes))
	require.Greater(t, len(codes), 40)
	for name, code := range codes {
		text, ok := catalogue[code]
		require.True(t, ok, code)
		require.True(t, hasHan(text.Zh), code)
		require.False(t, hasHan(text.En), code)
		require.GreaterOrEqual(t, uses[name], 3, "%s is given by nothing", code) // declared, worded, given
	}
}

func TestErrorTexts(t *testing.T) {
	for code := range approval.Catalogue() {
		e := &approval.Error{Code: code, Field: "f", ID: "x", Items: []string{"a", "b"}, Item: -1, Err: approval.ErrInvalid}
		if code == "APR-SPLIT" || code == "APR-OVERDUE" || strings.HasPrefix(code, "APR-DELEGATION") {
			continue // sentences of findings
		}
		require.NotContains(t, e.Text(finding.English), "APR-")
		require.True(t, hasHan(e.Text(finding.Chinese)))
	}
	require.Equal(t, "APR-NONE", (&approval.Error{Code: "APR-NONE"}).Text(finding.Chinese))
	require.Equal(t, "approval: steps[2]: steps is given twice: invalid",
		(&approval.Error{Code: "APR-REPEATED", Field: "steps", Item: 2, Err: approval.ErrInvalid}).Error())
}
