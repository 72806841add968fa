package spotcheck_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/sampling/audit"
	"github.com/guanxi-go/guanxi/sampling/spotcheck"
)

func plan(t require.TestingT, c spotcheck.Cycle, n int) *spotcheck.Report {
	r, err := spotcheck.Plan(c, spotcheck.Headcount{N: n}, spotcheck.Rate{})
	require.NoError(t, err)
	return r
}

func TestGoldenSpotcheckTable(t *testing.T) {
	table := readGolden(t).Table
	compared := 0
	equal := func(want, got any, what string, n int) {
		t.Helper()
		require.Equal(t, want, got, "%s of %d people", what, n)
		compared++
	}
	for _, row := range table {
		r3, r4 := plan(t, spotcheck.Rounds("2026", 3), row.N), plan(t, spotcheck.Rounds("2026", 4), row.N)
		r11, r12 := plan(t, spotcheck.Rounds("2026", 11), row.N), plan(t, spotcheck.Rounds("2026", 12), row.N)
		equal(row.Quota10, r3.Quota, "quota", row.N)
		equal(row.YearEnd30, r3.YearEnd, "year-end", row.N)
		equal(row.Goal60, r3.Goal, "goal", row.N)
		equal(row.Distinct3, r3.MaxDistinct, "distinct, 3 rounds", row.N)
		equal(row.Sum3, r3.Draws, "draws, 3 rounds", row.N)
		equal(row.Distinct4, r4.MaxDistinct, "distinct, 4 rounds", row.N)
		equal(row.Sum4, r4.Draws, "draws, 4 rounds", row.N)
		equal(row.Distinct11, r11.MaxDistinct, "distinct, 11 rounds", row.N)
		equal(row.Sum11, r11.Draws, "draws, 11 rounds", row.N)
		equal(row.Distinct12, r12.MaxDistinct, "distinct, 12 rounds", row.N)
		equal(row.Sum12, r12.Draws, "draws, 12 rounds", row.N)
		equal(row.FirstRepeat, r12.FirstRepeat, "first repeat", row.N)
		equal(row.FirstReserving, r12.FirstRepeatReserving, "first repeat with a reserve", row.N)
		equal(row.MaxPerRound12, r12.MaxPerRound, "per round, 12", row.N)
		equal(row.MaxPerRound11, r11.MaxPerRound, "per round, 11", row.N)
		equal(row.Guarantee3, r3.InsideSlack >= 0, "guarantee", row.N)
		equal(row.InsideRechecks3, r3.InsideSlack, "slack", row.N)
	}
	require.Equal(t, 7*17, compared)
	t.Log(compared, "numbers of the table")
}

func TestGoldenSpotcheckPower(t *testing.T) {
	g := readGolden(t)
	for _, x := range g.Power {
		got, err := audit.Detection(int64(x.Population), int64(x.Bad), int64(x.Drawn))
		require.NoError(t, err)
		require.InEpsilon(t, x.P, got, 1e-12, "%+v", x)
	}
	require.Len(t, g.Power, 27)
	hundred := func(k int) *spotcheck.Report { return plan(t, spotcheck.Rounds("2026", k), 100) }
	for name, got := range map[string]float64{
		"independent_SRS_K3":      hundred(3).Uncoordinated,
		"independent_SRS_K4":      hundred(4).Uncoordinated,
		"norepeat_K3_SRS_yearend": hundred(3).YearEndAtRandom,
		"norepeat_K4_SRS_yearend": hundred(4).YearEndAtRandom,
		"monthly12_independent":   hundred(12).Uncoordinated,
		"monthly11_independent":   hundred(11).Uncoordinated,
	} {
		require.InEpsilon(t, g.Uncoordinated[name], got, 1e-12, name)
	}
	require.Len(t, g.Uncoordinated, 6)
	t.Log(27+6, "probabilities")
}

func TestVerdicts(t *testing.T) {
	type want struct {
		verdict  spotcheck.Verdict
		violated []spotcheck.Constraint
	}
	edit := func(c spotcheck.Cycle, f func(*spotcheck.Cycle)) spotcheck.Cycle { f(&c); return c }
	departments := spotcheck.Headcount{N: 100, Departments: []spotcheck.DepartmentHeadcount{{Department: "a", N: 99}, {Department: "b", N: 1}}}
	for name, x := range map[string]struct {
		cycle spotcheck.Cycle
		head  spotcheck.Headcount
		fail  spotcheck.Rate
		want
	}{
		"quarterly":    {spotcheck.Quarterly(2026), spotcheck.Headcount{N: 100}, spotcheck.Percent(20), want{spotcheck.Feasible, nil}},
		"exactly 60 %": {spotcheck.Rounds("c", 3), spotcheck.Headcount{N: 100}, spotcheck.Rate{}, want{spotcheck.Feasible, nil}},
		"monthly": {spotcheck.Monthly(2026), spotcheck.Headcount{N: 101}, spotcheck.Rate{},
			want{spotcheck.FeasibleWithRelaxation, []spotcheck.Constraint{spotcheck.NoRepeat}}},
		"one person": {spotcheck.Quarterly(2026), spotcheck.Headcount{N: 1}, spotcheck.Rate{},
			want{spotcheck.FeasibleWithRelaxation, []spotcheck.Constraint{spotcheck.NoRepeat}}},
		"monthly, refusing": {edit(spotcheck.Monthly(2026), func(c *spotcheck.Cycle) { c.Exhausted = spotcheck.Refuse }),
			spotcheck.Headcount{N: 101}, spotcheck.Rate{}, want{spotcheck.Infeasible, []spotcheck.Constraint{spotcheck.NoRepeat}}},
		"monthly, shrinking": {edit(spotcheck.Monthly(2026), func(c *spotcheck.Cycle) { c.Exhausted = spotcheck.Shrink }),
			spotcheck.Headcount{N: 101}, spotcheck.Rate{}, want{spotcheck.FeasibleWithRelaxation, []spotcheck.Constraint{spotcheck.QuotaFloor}}},
		"most on leave": {spotcheck.Quarterly(2026), spotcheck.Headcount{N: 100, Absent: 50}, spotcheck.Rate{},
			want{spotcheck.Infeasible, []spotcheck.Constraint{spotcheck.CoverageGoal, spotcheck.NoRepeat}}},
		"all but few on leave": {spotcheck.Quarterly(2026), spotcheck.Headcount{N: 100, Absent: 95}, spotcheck.Rate{},
			want{spotcheck.Infeasible, []spotcheck.Constraint{spotcheck.QuotaFloor, spotcheck.CoverageGoal, spotcheck.NoRepeat}}},
		"two rounds, no top-up": {edit(spotcheck.Rounds("c", 2), func(c *spotcheck.Cycle) { c.NoTopUp = true }),
			spotcheck.Headcount{N: 100}, spotcheck.Rate{}, want{spotcheck.Infeasible, []spotcheck.Constraint{spotcheck.CoverageGoal}}},
		"two rounds": {spotcheck.Rounds("c", 2), spotcheck.Headcount{N: 100}, spotcheck.Rate{}, want{spotcheck.Feasible, nil}},
		"inside, no top-up, nobody fails": {edit(spotcheck.Rounds("c", 3), func(c *spotcheck.Cycle) { c.NoTopUp, c.Recheck = true, spotcheck.Inside }),
			spotcheck.Headcount{N: 100}, spotcheck.Rate{}, want{spotcheck.FeasibleWithRelaxation, []spotcheck.Constraint{spotcheck.CoverageGoal}}},
		"inside, no top-up": {edit(spotcheck.Rounds("c", 3), func(c *spotcheck.Cycle) { c.NoTopUp, c.Recheck = true, spotcheck.Inside }),
			spotcheck.Headcount{N: 100}, spotcheck.Percent(10), want{spotcheck.Infeasible, []spotcheck.Constraint{spotcheck.CoverageGoal}}},
		"minima beyond the quotas": {edit(spotcheck.Rounds("c", 1), func(c *spotcheck.Cycle) {
			c.ByDepartment, c.Minimum, c.NoTopUp, c.Goal = true, spotcheck.Minimum{Rate: spotcheck.Percent(60)}, true, spotcheck.Percent(30)
		}), departments, spotcheck.Rate{}, want{spotcheck.FeasibleWithRelaxation, []spotcheck.Constraint{spotcheck.DepartmentMinimum}}},
	} {
		r, err := spotcheck.Plan(x.cycle, x.head, x.fail)
		require.NoError(t, err, name)
		require.Equal(t, x.want, want{r.Verdict, r.Violated}, name)
	}
}

func TestExpectedChecks(t *testing.T) {
	r, err := spotcheck.Plan(spotcheck.Rounds("c", 3), spotcheck.Headcount{N: 100}, spotcheck.Percent(10))
	require.NoError(t, err)
	require.InDelta(t, 10+11+11.1+31.11, r.ExpectedChecks, 1e-12)
	require.Equal(t, 10+20+30+60, r.WorstChecks)
	c := spotcheck.Rounds("c", 3)
	c.Recheck = spotcheck.Inside
	r, err = spotcheck.Plan(c, spotcheck.Headcount{N: 100}, spotcheck.Percent(50))
	require.NoError(t, err)
	require.InDelta(t, 10+10+10+40+5, r.ExpectedChecks, 1e-12, "5 rechecks and 40 for the goal, of whom 20 were seen before")
	require.Equal(t, 10+10+10+60, r.WorstChecks, "10 people fail all year, and 50 are missing to the goal")
}
