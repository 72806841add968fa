package spotcheck_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/sampling/spotcheck"
)

// The examples of the specification's theorem: the closing coverage holds under missed
// rounds.
func TestCoverageUnderMissedRounds(t *testing.T) {
	for _, want := range []struct {
		n      int
		missed []int
		drawn  int
	}{{100, []int{2}, 40}, {100, []int{1, 2, 3}, 60}, {33, []int{2}, 12}} {
		x := newScene(t, want.n, nil)
		for round := 1; round <= 3; round++ {
			if slices.Contains(want.missed, round) {
				x.miss(round)
			} else {
				x.hold(round)
			}
		}
		m := x.hold(4)
		require.Equal(t, want.drawn, m.Counts.Fresh+m.Counts.TopUp, "%+v", want)
		require.Zero(t, x.s.Coverage(x.r).Shortfall)
	}
}

// Where more than 40 % are both unseen and absent, the shortfall is exact and told.
func TestCoverageThatCannotBeReached(t *testing.T) {
	x := newScene(t, 100, nil)
	x.miss(1, 2, 3)
	people := staff(1, 100)
	for i := range 55 {
		people[i].Absent = "leave"
	}
	x.r = roster(t, people)
	m := x.hold(4)
	require.Equal(t, 45, m.Counts.Checked)
	require.Equal(t, 15, m.Counts.CoverageShortfall)
	require.Equal(t, 15, x.s.Coverage(x.r).Shortfall)
	require.Equal(t, []string{"SPC-UNCOVERED", "SPC-TOP-UP"}, rendered(t, m.Findings(calendar.MustDate(2026, 12, 1))))
}

func TestPoliciesWhenTheUnseenRunOut(t *testing.T) {
	months := func(policy spotcheck.Exhausted) scene {
		return newScene(t, 30, func(c *spotcheck.Cycle) {
			c.RoutineRate, c.Exhausted = spotcheck.Percent(40), policy
		})
	}
	x := months(spotcheck.RepeatOldest)
	first := x.hold(1)
	x.hold(2)
	third := x.hold(3)
	require.Equal(t, []int{6, 6, 12}, []int{third.Counts.Fresh, third.Counts.Repeat, third.Counts.Checked})
	for _, p := range third.Drawn[6:] {
		require.True(t, slices.ContainsFunc(first.Drawn, func(q spotcheck.Pick) bool { return p.Person == q.Person }), "the oldest first")
	}
	x = months(spotcheck.Shrink)
	x.hold(1)
	x.hold(2)
	third = x.hold(3)
	require.Equal(t, []int{6, 0, 6}, []int{third.Counts.Fresh, third.Counts.Repeat, third.Counts.Shortfall})
	x = months(spotcheck.Refuse)
	x.hold(1)
	x.hold(2)
	_, err := spotcheck.Draw(x.s, 3, x.r, spotcheck.KeySeed(spotcheck.Hash{}))
	require.ErrorIs(t, err, spotcheck.ErrInfeasible)
	var e *spotcheck.Error
	require.True(t, errors.As(err, &e))
	require.Equal(t, []int{12, 6}, []int{e.Need, e.Have}, "the certificate")
	require.EqualError(t, err, "spotcheck: round: 12 are to be checked for the first time and only 6 are left; the cycle refuses to repeat: infeasible: insufficient data")
}

func TestReserve(t *testing.T) {
	x := newScene(t, 100, func(c *spotcheck.Cycle) { *c = spotcheck.Rounds("2026", 12); c.Reserve = true })
	for round := 1; round <= 12; round++ {
		m := x.hold(round)
		require.Equal(t, round >= 8, m.Counts.Repeat > 0, "round %d: the table says 8", round)
		require.Equal(t, 30, m.Counts.Reserved)
		require.Equal(t, 10, m.Counts.Checked)
	}
	require.Equal(t, 30, x.hold(13).Counts.Fresh)
	one := newScene(t, 1, func(c *spotcheck.Cycle) { c.Reserve = true })
	require.Equal(t, 1, one.hold(1).Counts.Fresh, "the floor stands above the reserve")
}

func TestCatchUp(t *testing.T) {
	x := newScene(t, 100, func(c *spotcheck.Cycle) { *c = spotcheck.Rounds("2026", 6); c.Missed = spotcheck.CatchUp })
	x.hold(1)
	x.miss(2, 3)
	got := []int{x.hold(4).Counts.Checked, x.hold(5).Counts.Checked, x.hold(6).Counts.Checked, x.hold(7).Counts.Checked}
	require.Equal(t, []int{17, 17, 16, 30}, got, "20 people over three rounds")
}

func TestSurpriseDrawsFromAll(t *testing.T) {
	x := newScene(t, 60, func(c *spotcheck.Cycle) { c.RoutineRate, c.Surprise = spotcheck.Percent(30), spotcheck.Percent(50) })
	passed := map[string]bool{}
	again := 0
	for round := 1; round <= 3; round++ {
		m := x.hold(round)
		require.Equal(t, []int{18, 9}, []int{m.Counts.Quota, m.Counts.Surprise})
		for _, p := range m.Drawn {
			if p.Reason == spotcheck.Surprise && passed[p.Person] {
				again++
			}
		}
		for _, p := range m.Drawn {
			passed[p.Person] = true
		}
	}
	require.Positive(t, again, "those who passed are not safe")
}

func TestDepartments(t *testing.T) {
	people := staff(1, 40)
	for i := range people {
		people[i].Department = "big"
		if i < 4 {
			people[i].Department = fmt.Sprint("tiny", i)
		}
	}
	edit := func(c *spotcheck.Cycle) {
		*c = spotcheck.Rounds("2026", 1)
		c.ByDepartment, c.NoTopUp, c.YearEndRate = true, true, spotcheck.Percent(5)
		c.Minimum = spotcheck.Minimum{Count: 1}
	}
	x := newScene(t, 1, edit)
	_, err := spotcheck.Draw(x.s, 1, x.r, spotcheck.KeySeed(spotcheck.Hash{}))
	requireCode(t, err, "SPC-DEPARTMENT")
	x.r = roster(t, people)
	first := x.hold(1)
	require.Equal(t, []int{4, 0}, []int{first.Counts.Fresh, first.Counts.TopUp})
	require.Equal(t, 2, first.Departments[0].First, "two seats are left for the end of the year, two minima cannot wait")
	m := x.hold(2)
	require.Equal(t, []int{2, 0}, []int{m.Counts.Fresh, m.Counts.TopUp})
	for _, a := range m.Departments {
		require.GreaterOrEqual(t, a.Seen+a.First, 1)
	}

	x = newScene(t, 1, edit)
	x.r = roster(t, people)
	x.miss(1)
	m = x.hold(2)
	require.Equal(t, []int{2, 5, 3}, []int{m.Counts.Quota, m.Counts.Target, m.Counts.TopUp}, "the minima raise the quota")
	require.Contains(t, rendered(t, m.Findings(calendar.MustDate(2026, 12, 1))), "SPC-TOP-UP")
}
