package cadence_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/crm/cadence"
)

// costly is a policy under which each day without log-in costs 50, from the third on
// 80, and at most 200 a month.
func costly() cadence.Rules {
	r := only(cadence.RuleLogin)
	r.Penalties = []cadence.Penalty{{Code: "CAD-L1", Amount: cny(5000), PerMonthCap: cny(20000)},
		{Code: "CAD-L1", FromNth: 3, Amount: cny(8000), PerMonthCap: cny(20000)}}
	return r
}

func TestPenalties(t *testing.T) {
	book := bookOf(t, costly())
	r, err := cadence.Evaluate(book, cadence.Facts{People: []cadence.Person{staff(t, "li")}}, at("2026-03-10"), shanghai, cadence.Options{From: at("2026-03-02")})
	require.NoError(t, err)
	require.Len(t, r.Findings, 6) // Monday to Friday and Monday
	propose := func(journal []cadence.Fine, when string) []cadence.Fine {
		l, err := cadence.FoldLedger(journal)
		require.NoError(t, err)
		list, err := l.Propose(book, r.Findings, cadence.Act{Actor: "rule", At: at(when)})
		require.NoError(t, err)
		return list
	}
	amounts := func(list []cadence.Fine) (minor []int64) {
		for _, f := range list {
			minor = append(minor, f.Amount.Minor)
		}
		return minor
	}
	journal := propose(nil, "2026-03-20")
	require.Equal(t, []int64{5000, 5000, 8000, 2000}, amounts(journal)) // and nothing for the fifth
	require.Equal(t, "use-group|1|CAD-L1|li|2026-03-02", journal[0].Key)
	require.Equal(t, 3, journal[2].Nth)
	require.Equal(t, []int64{5000, 5000}, amounts(propose(nil, "2026-03-04"))) // the rest is not found yet
	require.Empty(t, propose(journal, "2026-03-20"))                           // once

	move := func(key string, to cadence.PenaltyState, actor string) error {
		l, err := cadence.FoldLedger(journal)
		require.NoError(t, err)
		line, err := l.Move(key, to, cadence.Act{Actor: actor, At: at("2026-03-21"), Ref: "b-1"})
		if err == nil {
			journal = append(journal, line)
		}
		return err
	}
	first := journal[0].Key
	require.ErrorIs(t, move(first, cadence.Posted, "hao"), cadence.ErrTransition)
	require.ErrorIs(t, move(first, cadence.Sanctioned, "li"), cadence.ErrForbidden)
	require.ErrorIs(t, move("none", cadence.Sanctioned, "hao"), cadence.ErrNotFound)
	require.NoError(t, move(first, cadence.Sanctioned, "hao"))
	early, err := cadence.FoldLedger(journal)
	require.NoError(t, err)
	_, err = early.Move(first, cadence.Posted, cadence.Act{Actor: "hao", At: at("2026-03-20")})
	require.ErrorIs(t, err, cadence.ErrTransition) // before it was approved
	require.NoError(t, move(first, cadence.Posted, "hao"))
	require.ErrorIs(t, move(first, cadence.Waived, "hao"), cadence.ErrTransition)
	require.NoError(t, move(first, cadence.Reversed, "hao"))
	require.ErrorIs(t, move(first, cadence.Proposed, "hao"), cadence.ErrTransition)
	require.NoError(t, move(journal[1].Key, cadence.Waived, "hao"))
	require.Equal(t, []int64{8000, 2000}, amounts(propose(journal, "2026-03-20"))) // what was let go left room

	_, err = cadence.FoldLedger([]cadence.Fine{{Key: "k", State: cadence.Posted}})
	require.ErrorIs(t, err, cadence.ErrInvalid)

	// The last lines are enough to go on from.
	whole, err := cadence.FoldLedger(journal)
	require.NoError(t, err)
	last, err := cadence.LedgerOf(whole.Fines())
	require.NoError(t, err)
	require.Equal(t, whole.Fines(), last.Fines())
	want, err := whole.Propose(book, r.Findings, cadence.Act{Actor: "rule", At: at("2026-03-20")})
	require.NoError(t, err)
	got, err := last.Propose(book, r.Findings, cadence.Act{Actor: "rule", At: at("2026-03-20")})
	require.NoError(t, err)
	require.Equal(t, want, got)
	_, err = cadence.LedgerOf(append(whole.Fines(), whole.Fines()[0]))
	require.ErrorIs(t, err, cadence.ErrDuplicate)
	_, err = cadence.LedgerOf([]cadence.Fine{{Key: "k"}})
	require.ErrorIs(t, err, cadence.ErrInvalid)
}

// Whatever is proposed, approved and taken back in whatever order, no month costs
// anybody more than its cap, and no finding costs twice.
func TestCapHolds(t *testing.T) {
	book := bookOf(t, costly())
	rapid.Check(t, func(t *rapid.T) {
		var journal []cadence.Fine
		for range rapid.IntRange(1, 6).Draw(t, "rounds") {
			asOf := at("2026-03-02").AddDate(0, 0, rapid.IntRange(1, 60).Draw(t, "as of"))
			r, err := cadence.Evaluate(book, cadence.Facts{People: []cadence.Person{staff(t, "li"), staff(t, "wu")}}, asOf, shanghai, cadence.Options{From: at("2026-03-01")})
			require.NoError(t, err)
			l, err := cadence.FoldLedger(journal)
			require.NoError(t, err)
			list, err := l.Propose(book, r.Findings, cadence.Act{Actor: "rule", At: asOf})
			require.NoError(t, err)
			journal = append(journal, list...)
			l, err = cadence.FoldLedger(journal)
			require.NoError(t, err)
			for _, fine := range l.Fines() {
				to := cadence.PenaltyState(rapid.IntRange(2, 5).Draw(t, "to"))
				if line, err := l.Move(fine.Key, to, cadence.Act{Actor: "hao", At: asOf}); err == nil {
					journal = append(journal, line)
				} else {
					require.ErrorIs(t, err, cadence.ErrTransition)
				}
			}
		}
		l, err := cadence.FoldLedger(journal)
		require.NoError(t, err)
		sums, keys := map[string]int64{}, map[string]bool{}
		for _, fine := range l.Fines() {
			require.False(t, keys[fine.Key])
			keys[fine.Key] = true
			if fine.State != cadence.Waived && fine.State != cadence.Reversed {
				sums[fine.Person+fine.On.String()[:7]] += fine.Amount.Minor
			}
		}
		for _, sum := range sums {
			require.LessOrEqual(t, sum, int64(20000))
		}
	})
}
