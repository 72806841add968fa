package receivable_test

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/crm/receivable"
)

// TestEveryCodeHasItsTexts walks the source: each code that the package can give has an
// English and a Chinese sentence, and is given somewhere.
func TestEveryCodeHasItsTexts(t *testing.T) {
	catalogue := receivable.Catalogue()
	require.NoError(t, catalogue.Validate())
	names, err := filepath.Glob("*.go")
	require.NoError(t, err)
	codes, uses := map[string]string{}, map[string]int{}
	form := regexp.MustCompile(`^RCV-[A-Z-]+$`)
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
	require.Greater(t, len(codes), 30)
	for name, code := range codes {
		text, ok := catalogue[code]
		require.True(t, ok, code)
		require.True(t, hasHan(text.Zh), code)
		require.False(t, hasHan(text.En), code)
		require.GreaterOrEqual(t, uses[name], 3, "%s is given by nothing", code) // declared, worded, given
		if strings.Contains(text.En, "{step}") || strings.Contains(text.En, "{days}") {
			continue // sentences of findings
		}
		e := &receivable.Error{Code: code, Field: "f", Item: -1, Left: 7, Err: receivable.ErrInvalid}
		require.NotContains(t, e.Text(finding.English), "RCV-")
		require.True(t, hasHan(e.Text(finding.Chinese)))
	}
	require.Equal(t, "RCV-NONE", (&receivable.Error{Code: "RCV-NONE"}).Text(finding.Chinese))
}

func hasHan(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Han, r) })
}

// What debts are told, and refuse to be told.
func TestDebts(t *testing.T) {
	debt := receivable.Debt{Item: receivable.Item{Instalment: owing(100)[0], Outstanding: 60}}
	refused := func(err error, sentinel error, code string) {
		t.Helper()
		require.ErrorIs(t, err, sentinel)
		var typed *receivable.Error
		require.True(t, errors.As(err, &typed))
		require.Equal(t, code, typed.Code)
	}
	_, err := debt.DisputedBy(61)
	refused(err, receivable.ErrOverAllocation, "RCV-LEFT")
	_, err = debt.DisputedBy(-1)
	refused(err, receivable.ErrInvalid, "RCV-NEGATIVE")
	disputed, err := debt.DisputedBy(60)
	require.NoError(t, err)
	require.Equal(t, int64(60), disputed.Disputed)
	require.Zero(t, debt.Disputed)
	first, err := debt.Promised(receivable.Promise{Given: day("2026-02-20"), For: day("2026-02-20")})
	require.NoError(t, err)
	_, err = first.Promised(receivable.Promise{Given: day("2026-02-19"), For: day("2026-02-26")})
	refused(err, receivable.ErrInvalid, "RCV-PROMISE")
	_, err = first.Promised(receivable.Promise{Given: day("2026-02-20"), For: day("2026-02-19")})
	refused(err, receivable.ErrInvalid, "RCV-PROMISE")
	require.Len(t, first.Promises, 1)
}
