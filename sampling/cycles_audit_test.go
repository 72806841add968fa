package sampling_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/sampling"
	"github.com/guanxi-go/guanxi/sampling/spotcheck"
)

// TestFreezings: an auditor sees each roster of a round, when and why it was frozen.
func TestFreezings(t *testing.T) {
	s := open(t, new(sampling.Memory), sampling.Options{})
	ctx := t.Context()
	opening, _ := year(t, "2026")
	_, err := s.Cycles.Open(ctx, planner, opening, sampling.Call{})
	require.NoError(t, err)
	none, err := s.Cycles.Freezings(ctx, planner, "2026", 1)
	require.NoError(t, err)
	require.Empty(t, none)
	first, second := staff(t, 20), staff(t, 30)
	_, err = s.Cycles.Freeze(ctx, planner, "2026", 1, first, sampling.Call{})
	require.NoError(t, err)
	_, err = s.Cycles.Freeze(ctx, planner, "2026", 1, second, sampling.Call{Reason: "a branch was forgotten"})
	require.NoError(t, err)
	all, err := s.Cycles.Freezings(ctx, planner, "2026", 1)
	require.NoError(t, err)
	require.Len(t, all, 2)
	require.Equal(t, []spotcheck.Hash{first.Hash(), second.Hash()}, []spotcheck.Hash{all[0].Roster, all[1].Roster})
	require.Equal(t, "a branch was forgotten", all[1].Reason)
	require.Equal(t, 2, all[1].Number)
	require.NotContains(t, all[1].LogValue().String(), "branch")
	_, err = s.Cycles.Freezings(ctx, inspector, "2026", 1)
	require.ErrorIs(t, err, sampling.ErrForbidden)
}

// TestCarriedRemedial: who came with a fail from the cycle before and was away all year is
// due for the remedial check, and is seen by those who see the department.
func TestCarriedRemedial(t *testing.T) {
	s := open(t, new(sampling.Memory), sampling.Options{})
	ctx, call := t.Context(), sampling.Call{}
	opening, chain := year(t, "2026")
	away := "E00020" // every tenth is on leave
	opening.Carried = []string{away, "gone"}
	_, err := s.Cycles.Open(ctx, planner, opening, call)
	require.NoError(t, err)
	roster := staff(t, 40)
	for round := 1; round <= 3; round++ {
		hold(t, s, chain, "2026", round, roster, nobody)
	}
	works := sampling.Actor{ID: "works", Sees: sampling.Only("works")}
	remedial := func(person string) []spotcheck.Result {
		return []spotcheck.Result{{Person: person, Understanding: 70, Practice: 70, Remedial: true}}
	}
	for _, actor := range []sampling.Actor{inspector, stranger} {
		_, err = s.Cycles.Assess(ctx, actor, "2026", 0, remedial(away), call)
		require.ErrorIs(t, err, sampling.ErrNotFound)
	}
	_, err = s.Cycles.Assess(ctx, works, "2026", 0, remedial("gone"), call)
	require.ErrorIs(t, err, sampling.ErrNotFound, "on no roster")
	_, err = s.Cycles.Assess(ctx, works, "2026", 0, remedial(away), call)
	require.NoError(t, err)
	standing, err := s.Cycles.Checks(ctx, works, "2026", away)
	require.NoError(t, err)
	require.Equal(t, spotcheck.Qualified, standing.Remedied)
	_, err = s.Cycles.Assess(ctx, planner, "2026", 0, remedial("gone"), call)
	require.NoError(t, err, "who sees everyone need not know where they were")
	require.NoError(t, s.Cycles.Verify(ctx, planner, "2026"))
}

// TestReasonOfResults: what is said about people goes where Forget finds it.
func TestReasonOfResults(t *testing.T) {
	s := open(t, new(sampling.Memory), sampling.Options{})
	opening, chain := year(t, "2026")
	_, err := s.Cycles.Open(t.Context(), planner, opening, sampling.Call{})
	require.NoError(t, err)
	manifest := hold(t, s, chain, "2026", 1, staff(t, 30), nobody)
	_, err = s.Cycles.Assess(t.Context(), planner, "2026", 1, results(manifest.Drawn, nobody), sampling.Call{Reason: "they were late"})
	require.ErrorIs(t, err, sampling.ErrInvalid)
	var wrong *sampling.Error
	require.ErrorAs(t, err, &wrong)
	require.Equal(t, "reason", wrong.Field)

	person := manifest.Drawn[0].Person
	_, err = s.Cycles.Assess(t.Context(), planner, "2026", 1, []spotcheck.Result{{Person: person, Understanding: 1, Practice: 1}}, sampling.Call{})
	require.NoError(t, err)
	done, err := s.Cycles.Forget(t.Context(), planner, person, sampling.Call{})
	require.NoError(t, err)
	require.Equal(t, sampling.Forgotten{Cycles: 1, Notes: 1}, done, "of two results one had a note")
	done, err = s.Cycles.Forget(t.Context(), planner, person, sampling.Call{})
	require.NoError(t, err)
	require.Equal(t, sampling.Forgotten{Cycles: 1}, done)
}
