package spotcheck_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/sampling/audit"
	"github.com/guanxi-go/guanxi/sampling/spotcheck"
)

func source(n byte) *rand.Rand { return rand.New(rand.NewChaCha8([32]byte{n})) }

// Without chance in fails or churn the simulation has to give the plan, round by round.
func TestSimulationIsThePlanWithoutChance(t *testing.T) {
	for _, n := range []int{1, 7, 33, 101} {
		for _, k := range []int{3, 12} {
			c := spotcheck.Rounds("2026", k)
			f, err := spotcheck.Simulate(c, spotcheck.Scenario{N: n, Runs: 3}, source(1))
			require.NoError(t, err)
			p := plan(t, c, n)
			for i, r := range f.Rounds {
				require.Equal(t, []float64{1, float64(p.Rounds[i].Checked), float64(p.Rounds[i].Fresh + p.Rounds[i].TopUp), 0, float64(p.Rounds[i].Repeat)},
					[]float64{r.Held, r.Checks, r.First, r.Recheck, r.Repeat})
				require.InDelta(t, float64(p.Rounds[i].Seen+p.Rounds[i].Fresh+p.Rounds[i].TopUp)/float64(n), r.Coverage, 1e-12)
			}
			require.EqualValues(t, 1, f.GoalMet)
		}
	}
}

// One bad person among 33 is found by the share that was checked, several as the
// hypergeometric distribution says; expected rechecks are those of the plan. Four
// standard errors; the source is fixed.
func TestSimulationAgainstKnownProbabilities(t *testing.T) {
	const runs = 4000
	c := spotcheck.Rounds("2026", 3)
	for _, bad := range []int{1, 4} {
		f, err := spotcheck.Simulate(c, spotcheck.Scenario{N: 33, Bad: bad, Runs: runs}, source(2))
		require.NoError(t, err)
		for i, drawn := range []int{4, 8, 12, 22} {
			want, err := audit.Detection(33, int64(bad), int64(drawn))
			require.NoError(t, err)
			require.InDelta(t, want, f.Rounds[i].DetectAny, 4*math.Sqrt(want*(1-want)/runs))
			require.InDelta(t, float64(drawn)/33, f.Rounds[i].DetectEach, 4*0.5/math.Sqrt(runs))
		}
	}
	fail := spotcheck.Percent(30)
	f, err := spotcheck.Simulate(spotcheck.Rounds("2026", 6), spotcheck.Scenario{N: 200, Fail: fail, Runs: runs}, source(3))
	require.NoError(t, err)
	p, err := spotcheck.Plan(spotcheck.Rounds("2026", 6), spotcheck.Headcount{N: 200}, fail)
	require.NoError(t, err)
	require.InDelta(t, p.ExpectedChecks, f.Checks.Mean, 1)
	require.EqualValues(t, 1, f.GoalMet)
}

func TestSimulationWithChurn(t *testing.T) {
	x := spotcheck.Scenario{N: 80, Fail: spotcheck.Percent(20), Join: spotcheck.Percent(6), Leave: spotcheck.Percent(5), Miss: spotcheck.Percent(30), Bad: 2, Runs: 400}
	c := spotcheck.Quarterly(2026)
	one, err := spotcheck.Simulate(c, x, source(4))
	require.NoError(t, err)
	two, err := spotcheck.Simulate(c, x, source(4))
	require.NoError(t, err)
	require.Equal(t, one, two, "the same source, the same forecast")
	require.EqualValues(t, 1, one.GoalMet, "the theorem: the top-up makes up for missed rounds, joiners and leavers")
	require.InDelta(t, 0.7, one.Rounds[0].Held, 0.1)
	require.LessOrEqual(t, one.Coverage.Low, one.Coverage.Median)
	require.LessOrEqual(t, one.Coverage.Median, one.Coverage.High)
	c.NoTopUp = true
	without, err := spotcheck.Simulate(c, x, source(4))
	require.NoError(t, err)
	require.Less(t, without.GoalMet, 0.9, "and without it nothing does")
	all, err := spotcheck.Simulate(spotcheck.Monthly(2026), spotcheck.Scenario{N: 5, Leave: spotcheck.Percent(100), Join: spotcheck.Percent(100), Runs: 2,
		Miss: spotcheck.Percent(0)}, source(5))
	require.NoError(t, err)
	require.EqualValues(t, 1, all.GoalMet)
}

func TestSimulateRefuses(t *testing.T) {
	two := spotcheck.Rate{Num: 2, Den: 1}
	_, err := spotcheck.Simulate(spotcheck.Rounds("c", 3), spotcheck.Scenario{Bad: 1, Runs: -1, Fail: two, Join: two, Leave: two, Miss: two}, source(1))
	require.Equal(t, []string{"n SPC-HEADCOUNT", "bad SPC-NUMBERS", "runs SPC-RANGE", "fail SPC-RATE", "join SPC-RATE", "leave SPC-RATE", "miss SPC-RATE"}, codesOf(t, err))
	_, err = spotcheck.Simulate(spotcheck.Cycle{}, spotcheck.Scenario{N: 1}, source(1))
	require.ErrorIs(t, err, spotcheck.ErrInvalid)
	c := spotcheck.Monthly(2026)
	c.Exhausted = spotcheck.Refuse
	_, err = spotcheck.Simulate(c, spotcheck.Scenario{N: 50}, source(1))
	require.ErrorIs(t, err, spotcheck.ErrInfeasible)
}
