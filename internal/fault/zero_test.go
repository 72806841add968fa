package fault_test

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"log/slog"
	"os"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/access"
	"github.com/guanxi-go/guanxi/crm/account"
	"github.com/guanxi-go/guanxi/crm/agenda"
	"github.com/guanxi-go/guanxi/crm/approval"
	"github.com/guanxi-go/guanxi/crm/cadence"
	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/calendar/lunar"
	"github.com/guanxi-go/guanxi/crm/care"
	"github.com/guanxi-go/guanxi/crm/field"
	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/crm/goal"
	"github.com/guanxi-go/guanxi/crm/group"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/crm/owner"
	"github.com/guanxi-go/guanxi/crm/party"
	"github.com/guanxi-go/guanxi/crm/pipeline"
	"github.com/guanxi-go/guanxi/crm/pipeline/bid"
	"github.com/guanxi-go/guanxi/crm/pipeline/lead"
	"github.com/guanxi-go/guanxi/crm/pipeline/market"
	"github.com/guanxi-go/guanxi/crm/pipeline/quote"
	"github.com/guanxi-go/guanxi/crm/pipeline/registration"
	"github.com/guanxi-go/guanxi/crm/pipeline/results"
	"github.com/guanxi-go/guanxi/crm/pipeline/score"
	"github.com/guanxi-go/guanxi/crm/privacy"
	"github.com/guanxi-go/guanxi/crm/purchase"
	"github.com/guanxi-go/guanxi/crm/receivable"
	"github.com/guanxi-go/guanxi/crm/recurrence"
	"github.com/guanxi-go/guanxi/crm/reminder"
	"github.com/guanxi-go/guanxi/crm/segment"
	"github.com/guanxi-go/guanxi/crm/segment/cluster"
	"github.com/guanxi-go/guanxi/crm/segment/rule"
	"github.com/guanxi-go/guanxi/crm/stage"
	"github.com/guanxi-go/guanxi/crm/survival"
	"github.com/guanxi-go/guanxi/crm/timeline"
	"github.com/guanxi-go/guanxi/crm/worklist"
	"github.com/guanxi-go/guanxi/internal/fault"
	"github.com/guanxi-go/guanxi/internal/markov"
	"github.com/guanxi-go/guanxi/internal/sqlstore"
	"github.com/guanxi-go/guanxi/loyalty"
	"github.com/guanxi-go/guanxi/loyalty/earning"
	"github.com/guanxi-go/guanxi/loyalty/liability"
	"github.com/guanxi-go/guanxi/loyalty/points"
	"github.com/guanxi-go/guanxi/loyalty/reward"
	"github.com/guanxi-go/guanxi/loyalty/tier"
	"github.com/guanxi-go/guanxi/sampling"
	"github.com/guanxi-go/guanxi/sampling/audit"
	"github.com/guanxi-go/guanxi/sampling/calibrate"
	"github.com/guanxi-go/guanxi/sampling/draw"
	"github.com/guanxi-go/guanxi/sampling/estimate"
	"github.com/guanxi-go/guanxi/sampling/horvitz"
	"github.com/guanxi-go/guanxi/sampling/plan"
	"github.com/guanxi-go/guanxi/sampling/replicate"
	"github.com/guanxi-go/guanxi/sampling/spotcheck"
)

// zero has the zero value of each exported error type, by the folder of its package and
// its name.
var zero = map[string]error{
	"crm.Error":                          &crm.Error{},
	"crm/access.Error":                   &access.Error{},
	"crm/account.Error":                  &account.Error{},
	"crm/agenda.Error":                   &agenda.Error{},
	"crm/approval.Error":                 &approval.Error{},
	"crm/cadence.Error":                  &cadence.Error{},
	"crm/calendar.Error":                 &calendar.Error{},
	"crm/calendar/lunar.Error":           &lunar.Error{},
	"crm/care.Error":                     &care.Error{},
	"crm/field.Error":                    &field.Error{},
	"crm/finding.Error":                  &finding.Error{},
	"crm/goal.Error":                     &goal.Error{},
	"crm/group.Error":                    &group.Error{},
	"crm/money.Error":                    &money.Error{},
	"crm/owner.Error":                    &owner.Error{},
	"crm/party.Error":                    &party.Error{},
	"crm/pipeline.Error":                 &pipeline.Error{},
	"crm/pipeline/bid.Error":             &bid.Error{},
	"crm/pipeline/lead.Error":            &lead.Error{},
	"crm/pipeline/market.Error":          &market.Error{},
	"crm/pipeline/quote.Error":           &quote.Error{},
	"crm/pipeline/registration.Error":    &registration.Error{},
	"crm/pipeline/results.Error":         &results.Error{},
	"crm/pipeline/score.Error":           &score.Error{},
	"crm/privacy.Error":                  &privacy.Error{},
	"crm/purchase.Error":                 &purchase.Error{},
	"crm/receivable.Error":               &receivable.Error{},
	"crm/recurrence.Error":               &recurrence.Error{},
	"crm/reminder.Error":                 &reminder.Error{},
	"crm/segment.Error":                  &segment.Error{},
	"crm/segment/cluster.Error":          &cluster.Error{},
	"crm/segment/rule.Error":             &rule.Error{},
	"crm/stage.Error":                    &stage.Error{},
	"crm/survival.Error":                 &survival.Error{},
	"crm/timeline.Error":                 &timeline.Error{},
	"crm/worklist.Error":                 &worklist.Error{},
	"internal/markov.Error":              &markov.Error{},
	"internal/markov.SeveralClosedError": &markov.SeveralClosedError{},
	"internal/sqlstore.Error":            &sqlstore.Error{},
	"loyalty.Error":                      &loyalty.Error{},
	"loyalty/earning.Error":              &earning.Error{},
	"loyalty/liability.Error":            &liability.Error{},
	"loyalty/points.Error":               &points.Error{},
	"loyalty/reward.Error":               &reward.Error{},
	"loyalty/tier.Error":                 &tier.Error{},
	"sampling.Error":                     &sampling.Error{},
	"sampling/audit.Error":               &audit.Error{},
	"sampling/calibrate.Error":           &calibrate.Error{},
	"sampling/draw.Error":                &draw.Error{},
	"sampling/estimate.Error":            &estimate.Error{},
	"sampling/horvitz.Error":             &horvitz.Error{},
	"sampling/plan.Error":                &plan.Error{},
	"sampling/replicate.Error":           &replicate.Error{},
	"sampling/spotcheck.Error":           &spotcheck.Error{},
}

// An error that somebody made without its fields, or with a nil Err, can be printed,
// logged, told to people and asked about.
func TestZeroErrors(t *testing.T) {
	for name, err := range zero {
		require.NotPanics(t, func() {
			text := err.Error()
			require.True(t, strings.HasPrefix(text, strings.TrimSuffix(path.Base(name), path.Ext(name))), "%s: %q", name, text)
			require.NotContains(t, text, "<nil>", name)
			require.NotContains(t, text, "%!", name)
			require.NotErrorIs(t, err, fault.ErrConflict, name)
			if told, ok := err.(interface{ Text(finding.Language) string }); ok {
				told.Text(finding.English)
				told.Text(finding.Chinese)
			}
			if coded, ok := err.(interface{ Code() string }); ok {
				require.NotEmpty(t, coded.Code(), name)
			}
			if logged, ok := err.(slog.LogValuer); ok {
				logged.LogValue()
			}
		}, name)
	}
}

// TestZeroHasAll holds that the map above forgets no exported type with a method Error.
func TestZeroHasAll(t *testing.T) {
	var found []string
	module := os.DirFS("../..")
	for _, tree := range []string{"crm", "internal", "loyalty", "sampling"} {
		require.NoError(t, fs.WalkDir(module, tree, func(name string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
				return err
			}
			source, err := fs.ReadFile(module, name)
			if err != nil {
				return err
			}
			file, err := parser.ParseFile(token.NewFileSet(), name, source, parser.SkipObjectResolution)
			if err != nil {
				return err
			}
			for _, decl := range file.Decls {
				fn, ok := decl.(*ast.FuncDecl)
				if !ok || fn.Recv == nil || fn.Name.Name != "Error" {
					continue
				}
				of := fn.Recv.List[0].Type
				if pointer, ok := of.(*ast.StarExpr); ok {
					of = pointer.X
				}
				if id, ok := of.(*ast.Ident); ok && id.IsExported() {
					found = append(found, path.Dir(name)+"."+id.Name)
				}
			}
			return nil
		}))
	}
	var have []string
	for name := range zero {
		have = append(have, name)
	}
	slices.Sort(have)
	slices.Sort(found)
	require.Equal(t, found, have)
}

func TestTexts(t *testing.T) {
	require.Equal(t, []string{"lines", "lines[0]", "lines[12]", "[1]"},
		[]string{fault.Place("lines", -1), fault.Place("lines", 0), fault.Place("lines", 12), fault.Place("", 1)})
	require.Equal(t, []string{"", ": invalid", ": a: b"},
		[]string{fault.Cause(nil), fault.Cause(fault.ErrInvalid), fault.Cause(errors.New("a: b"))})
}

func TestJoin(t *testing.T) {
	one, two := errors.New("one"), errors.New("two")
	require.NoError(t, fault.Join(nil))
	require.Same(t, one, fault.Join([]error{one}))
	both := fault.Join([]error{one, two})
	require.ErrorIs(t, both, one)
	require.ErrorIs(t, both, two)
	require.EqualError(t, both, "one\ntwo")
}
