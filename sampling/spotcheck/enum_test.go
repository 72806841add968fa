package spotcheck_test

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

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/internal/wording"
	"github.com/guanxi-go/guanxi/sampling/spotcheck"
)

func TestEnumerations(t *testing.T) {
	wording.Enum(t, spotcheck.Routine, spotcheck.YearEnd, spotcheck.ErrInvalid)
	wording.Enum(t, spotcheck.OnTop, spotcheck.Inside, spotcheck.ErrInvalid)
	wording.Enum(t, spotcheck.RepeatOldest, spotcheck.Refuse, spotcheck.ErrInvalid)
	wording.Enum(t, spotcheck.CarryToYearEnd, spotcheck.CatchUp, spotcheck.ErrInvalid)
	wording.Enum(t, spotcheck.Fresh, spotcheck.Surprise, spotcheck.ErrInvalid)
	wording.Enum(t, spotcheck.NotAssessed, spotcheck.Excellent, spotcheck.ErrInvalid)
	wording.Enum(t, spotcheck.Opened, spotcheck.Closed, spotcheck.ErrInvalid)
	wording.Enum(t, spotcheck.Feasible, spotcheck.Infeasible, spotcheck.ErrInvalid)
	wording.Enum(t, spotcheck.NoRepeat, spotcheck.DepartmentMinimum, spotcheck.ErrInvalid)
	wording.Enum(t, spotcheck.NoBasis, spotcheck.YearEndBasis, spotcheck.ErrInvalid)
}

// TestEveryCodeHasItsTexts walks the source: each code that the package can give has an
// English and a Chinese sentence, and is given somewhere.
func TestEveryCodeHasItsTexts(t *testing.T) {
	catalogue := spotcheck.Catalogue()
	require.NoError(t, catalogue.Validate())
	names, err := filepath.Glob("*.go")
	require.NoError(t, err)
	codes, uses := map[string]string{}, map[string]int{}
	form := regexp.MustCompile(`^SPC-[A-Z-]+$`)
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		require.NoError(t, err)
		ast.Inspect(file, func(n ast.Node) bool {
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
		})
	}
	require.Greater(t, len(codes), 50)
	for name, code := range codes {
		text, ok := catalogue[code]
		require.True(t, ok, code)
		require.True(t, wording.HasHan(text.Zh), code)
		require.False(t, wording.HasHan(text.En), code)
		require.GreaterOrEqual(t, uses[name], 3, "%s is given by nothing", code) // declared, worded, given
		if strings.HasPrefix(name, "found") {
			continue
		}
		e := &spotcheck.Error{Code: code, Field: "f", Item: -1, Need: 7, Have: 3, Err: spotcheck.ErrInvalid}
		require.NotContains(t, e.Text(finding.English), "SPC-")
		require.NotContains(t, e.Text(finding.English), "{")
		require.True(t, wording.HasHan(e.Text(finding.Chinese)))
	}
	require.Equal(t, "SPC-NONE", (&spotcheck.Error{Code: "SPC-NONE"}).Text(finding.Chinese))
}

// rendered asks of findings that they are well-formed and can be read in both
// languages, and returns their codes.
func rendered(t require.TestingT, found []finding.Finding) (codes []string) {
	for _, f := range found {
		require.NoError(t, f.Validate())
		for _, lang := range []finding.Language{finding.English, finding.Chinese} {
			text, err := spotcheck.Catalogue().Render(f, lang)
			require.NoError(t, err)
			require.NotContains(t, text, "{")
			require.Equal(t, lang == finding.Chinese, wording.HasHan(text), text)
		}
		codes = append(codes, f.Code)
	}
	return codes
}

// Every finding is given at least once.
func TestFindings(t *testing.T) {
	asOf := calendar.MustDate(2026, 3, 31)
	given := map[string]bool{}
	note := func(codes []string) {
		for _, c := range codes {
			given[c] = true
		}
	}
	w := world{t: t, tally: tallies{}}
	for i := range 150 {
		state := uint64(i)
		w = world{t: t, tally: tallies{}, between: func(_ string, lo, hi int) int {
			state = state*6364136223846793005 + 1442695040888963407
			return lo + int(state>>33)%(hi-lo+1)
		}}
		w.play()
		for r := range w.state.Rounds() {
			if r.Manifest != nil {
				note(rendered(t, r.Manifest.Findings(asOf)))
			}
		}
		r := w.roster()
		if !w.cycle.ByDepartment || len(r.Headcount().Departments) > 0 {
			report, err := spotcheck.Plan(w.cycle, r.Headcount(), spotcheck.Percent(10))
			require.NoError(t, err)
			note(rendered(t, report.Findings("2026", asOf)))
		}
	}
	few := staff(1, 10)
	for i := range 9 {
		few[i].Absent = "leave"
	}
	s, err := spotcheck.Fold([]spotcheck.Entry{{Kind: spotcheck.Opened, Opening: &spotcheck.Opening{Cycle: spotcheck.Rounds("2026", 0)}}})
	require.NoError(t, err)
	m, err := spotcheck.Draw(s, 1, roster(t, few), spotcheck.KeySeed(spotcheck.Hash{}))
	require.NoError(t, err)
	require.Equal(t, []string{"SPC-SHORT", "SPC-UNCOVERED", "SPC-POOL"}, rendered(t, m.Findings(asOf)))
	given["SPC-POOL"] = true
	for code := range spotcheck.Catalogue() {
		if foundCode(code) {
			require.True(t, given[code], code)
		}
	}
}

// foundCode reports whether a code is that of a finding: their sentences have
// placeholders that errors do not have.
func foundCode(code string) bool {
	e := &spotcheck.Error{Code: code, Err: errors.New("")}
	return e.Text(finding.English) == code
}
