package cadence_test

import (
	"encoding"
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

	"github.com/guanxi-go/guanxi/crm/cadence"
	"github.com/guanxi-go/guanxi/crm/finding"
)

func hasHan(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Han, r) })
}

// TestEveryCodeHasItsTexts walks the source: each code that the package can give has
// an English and a Chinese sentence, is used, and every sentence has its code.
func TestEveryCodeHasItsTexts(t *testing.T) {
	catalogue := cadence.Catalogue()
	require.NoError(t, catalogue.Validate())
	names, err := filepath.Glob("*.go")
	require.NoError(t, err)
	codes, uses := map[string]string{}, map[string]int{}
	form := regexp.MustCompile(`^CAD-[A-Z0-9-]+$`)
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
	}
}

// Each code reads in both languages, as a finding or as an error.
func TestTexts(t *testing.T) {
	for code := range cadence.Catalogue() {
		f := cadence.Finding{Code: code, Subject: "r-1", Owner: "li", Due: day("2026-03-31"), Fields: []string{"purpose", "note"}}
		e := &cadence.Error{Code: code, Field: "f", ID: "x", Items: []string{"a", "b"}, Item: -1, Err: cadence.ErrInvalid}
		en, zh := f.Text(finding.English), f.Text(finding.Chinese)
		if en == code { // the sentence of an error
			en, zh = e.Text(finding.English), e.Text(finding.Chinese)
		}
		require.NotContains(t, en, "CAD-")
		require.True(t, hasHan(zh), zh)
	}
	require.Equal(t, "CAD-NONE", (&cadence.Error{Code: "CAD-NONE"}).Text(finding.Chinese))
	require.Equal(t, "cadence: idle.days: idle.days is out of its range: invalid", cadence.Rules{Idle: cadence.IdleRule{Days: 400}}.Validate().Error())
}

func TestEnumerations(t *testing.T) {
	type enum interface {
		encoding.TextMarshaler
		String() string
		Zh() string
		Valid() bool
	}
	check := func(values []enum, unknown enum, back func([]byte) (string, error)) {
		seen := map[string]bool{}
		for _, v := range values {
			text, err := v.MarshalText()
			require.NoError(t, err)
			require.Equal(t, v.String(), string(text))
			require.True(t, v.Valid())
			require.True(t, hasHan(v.Zh()))
			require.False(t, seen[v.String()])
			seen[v.String()] = true
			again, err := back(text)
			require.NoError(t, err)
			require.Equal(t, v.String(), again)
		}
		require.Equal(t, "?", unknown.String())
		require.Equal(t, "?", unknown.Zh())
		require.False(t, unknown.Valid())
		_, err := unknown.MarshalText()
		require.ErrorIs(t, err, cadence.ErrInvalid)
		_, err = back([]byte("Draft "))
		require.ErrorIs(t, err, cadence.ErrInvalid)
	}
	check([]enum{cadence.Draft, cadence.OfficeReview, cadence.BoardReview, cadence.Approved, cadence.Published, cadence.Superseded}, cadence.State(9),
		func(b []byte) (string, error) { var v cadence.State; err := v.UnmarshalText(b); return v.String(), err })
	check([]enum{cadence.LocalDay, cadence.WorkingHours}, cadence.LoginWindow(9),
		func(b []byte) (string, error) {
			var v cadence.LoginWindow
			err := v.UnmarshalText(b)
			return v.String(), err
		})
	check([]enum{cadence.CalendarDays, cadence.WorkingDays, cadence.StrictDays}, cadence.IdleBasis(9),
		func(b []byte) (string, error) {
			var v cadence.IdleBasis
			err := v.UnmarshalText(b)
			return v.String(), err
		})
	check([]enum{cadence.Both, cadence.CalendarMonth, cadence.Rolling}, cadence.ActionMode(9),
		func(b []byte) (string, error) {
			var v cadence.ActionMode
			err := v.UnmarshalText(b)
			return v.String(), err
		})
	check([]enum{cadence.Leave, cadence.Travel}, cadence.AbsenceKind(9),
		func(b []byte) (string, error) {
			var v cadence.AbsenceKind
			err := v.UnmarshalText(b)
			return v.String(), err
		})
	check([]enum{cadence.NoAccount, cadence.OnLeave, cadence.OnTravel, cadence.AtOffice}, cadence.Status(9),
		func(b []byte) (string, error) {
			var v cadence.Status
			err := v.UnmarshalText(b)
			return v.String(), err
		})
	check([]enum{cadence.Lead, cadence.Opportunity}, cadence.Kind(9),
		func(b []byte) (string, error) { var v cadence.Kind; err := v.UnmarshalText(b); return v.String(), err })
	check([]enum{cadence.General, cadence.Call, cadence.Visit, cadence.Meeting}, cadence.ActionKind(9),
		func(b []byte) (string, error) {
			var v cadence.ActionKind
			err := v.UnmarshalText(b)
			return v.String(), err
		})
	check([]enum{cadence.RuleLogin, cadence.RuleTravel, cadence.RuleIdle, cadence.RuleAction, cadence.RuleEvidence}, cadence.Rule(9),
		func(b []byte) (string, error) { var v cadence.Rule; err := v.UnmarshalText(b); return v.String(), err })
	check([]enum{cadence.Proposed, cadence.Sanctioned, cadence.Posted, cadence.Waived, cadence.Reversed}, cadence.PenaltyState(9),
		func(b []byte) (string, error) {
			var v cadence.PenaltyState
			err := v.UnmarshalText(b)
			return v.String(), err
		})
}
