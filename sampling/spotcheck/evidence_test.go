package spotcheck_test

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/internal/reference"
	"github.com/guanxi-go/guanxi/sampling/audit"
	"github.com/guanxi-go/guanxi/sampling/spotcheck"
)

func opened(t require.TestingT, c spotcheck.Cycle, carried ...string) *spotcheck.State {
	s := &spotcheck.State{}
	require.NoError(t, s.Apply(spotcheck.Entry{Kind: spotcheck.Opened, Opening: &spotcheck.Opening{Cycle: c, Carried: carried}}))
	return s
}

func drawWith(t require.TestingT, s *spotcheck.State, r *spotcheck.Roster, seed uint64) *spotcheck.Manifest {
	var bytes [8]byte
	binary.BigEndian.PutUint64(bytes[:], seed)
	m, err := spotcheck.Draw(s, s.Next(), r, spotcheck.KeySeed(sha256.Sum256(bytes[:])))
	require.NoError(t, err)
	return m
}

// A round of n among N in which x fail has the bounds of intervals_audit.json, as far
// as N is a company.
func TestGoldenIntervalsAuditOfRounds(t *testing.T) {
	var g struct {
		Hypergeometric []struct {
			Population int `json:"N"`
			Size       int `json:"n"`
			X          int
			Conf       float64
			Upper      int    `json:"upper_one_sided"`
			TwoSided   [2]int `json:"two_sided"`
		}
	}
	reference.JSON(t, "golden/sampling/intervals_audit.json", &g)
	compared, held := 0, 0
	for _, c := range g.Hypergeometric {
		if c.Population > 1000 {
			continue
		}
		held++
		cycle := spotcheck.Rounds("2026", 1)
		cycle.RoutineRate = spotcheck.Rate{Num: int64(c.Size), Den: int64(c.Population)}
		s, r := opened(t, cycle), roster(t, staff(1, c.Population))
		m := drawWith(t, s, r, 1)
		fails := map[string]bool{}
		for _, p := range m.Drawn[:c.X] {
			fails[p.Person] = true
		}
		assess(t, s, m, fails)
		e, err := s.RoundEvidence(1, c.Conf, r)
		require.NoError(t, err)
		require.Equal(t, []int{c.Population, c.Size, c.X}, []int{e.First.People, e.First.Checked, e.First.Failed})
		require.Equal(t, []int{c.Upper, c.TwoSided[0], c.TwoSided[1]},
			[]int{e.First.FailingAtMost, e.First.FailingLeast, e.First.FailingMost}, "%v", c)
		compared += 3
	}
	require.Equal(t, 3*held, compared)
	require.Greater(t, held, 30)
	t.Log(compared, "bounds of", held, "rounds compared")
}

// Rechecks are no part of the estimate, nor are people carried from the year before.
func TestRechecksAreADomainOfTheirOwn(t *testing.T) {
	s, r := opened(t, spotcheck.Rounds("2026", 3), "E00001"), roster(t, staff(1, 100))
	fails := map[string]bool{"E00001": true}
	m := drawWith(t, s, r, 7)
	for _, p := range m.Drawn[1:4] {
		fails[p.Person] = true
	}
	assess(t, s, m, fails)
	e, err := s.RoundEvidence(1, 0.95, r)
	require.NoError(t, err)
	require.Equal(t, []int{99, 1, 10, 3}, []int{e.First.People, e.First.Uncovered, e.First.Checked, e.First.Failed})
	require.Equal(t, spotcheck.Domain{Drawn: 1, Checked: 1}, e.Rechecked)
	require.Equal(t, 0.7, e.First.Estimate.PassRate)

	m = drawWith(t, s, r, 8)
	assess(t, s, m, nil) // all have learnt
	e, err = s.RoundEvidence(2, 0.95, r)
	require.NoError(t, err)
	require.Equal(t, spotcheck.Domain{Drawn: 4, Checked: 4, Passed: 4}, e.Rechecked)
	require.Equal(t, []int{99, 10, 0, 24}, []int{e.First.People, e.First.Checked, e.First.Failed, e.First.FailingAtMost})
	// An earlier round keeps its evidence.
	e, err = s.RoundEvidence(1, 0.95, r)
	require.NoError(t, err)
	require.Equal(t, 3, e.First.Failed)
}

// Joiners are a cohort of their own, and so is whoever was away.
func TestCohorts(t *testing.T) {
	s := opened(t, spotcheck.Rounds("2026", 2))
	people := staff(1, 40)
	people[0].Absent, people[1].Absent = "leave", "leave"
	r1 := roster(t, people)
	assess(t, s, drawWith(t, s, r1, 1), nil)
	people = append(staff(2, 40), staff(41, 60)...) // E00001 has left, 20 have joined
	people[1].Absent = "travel"                     // E00003
	r2 := roster(t, people)
	m := drawWith(t, s, r2, 2)
	assess(t, s, m, nil)
	e, err := s.RoundEvidence(2, 0.95, r1, r2)
	require.NoError(t, err)
	require.Equal(t, []int{58, 1}, []int{e.First.People, e.First.Uncovered})
	require.Len(t, e.First.Cohorts, 2)
	require.Equal(t, []int{1, 2}, e.First.Cohorts[0].Rounds)
	require.Equal(t, 37, e.First.Cohorts[0].People)
	require.Equal(t, []int{2}, e.First.Cohorts[1].Rounds)
	require.Equal(t, 21, e.First.Cohorts[1].People) // E00002 has come back
	var most int
	for _, c := range e.First.Cohorts {
		both, err := audit.CountInterval(int64(c.People), int64(c.Checked), 0, 0.975)
		require.NoError(t, err)
		most += int(both.Upper)
	}
	require.Equal(t, most, e.First.FailingMost)
}

// The interval holds the true number at least as often as it says, in years with joiners,
// leavers, absences and rechecks; the estimate is in the middle.
func TestEvidenceCovers(t *testing.T) {
	years := 400
	if testing.Short() {
		years = 60
	}
	var inside [4]int
	var bias, biasYear float64
	for year := range years {
		rng := rand.New(rand.NewPCG(uint64(year), 9))
		cycle := spotcheck.Rounds("2026", 3)
		cycle.RoutineRate = spotcheck.Percent(15)
		s := opened(t, cycle)
		people := staff(1, 60)
		fails := map[string]bool{}
		for i := 1; i <= 100; i++ {
			// Joiners fail far more often, and their own cohort has to show it.
			fails[fmt.Sprintf("E%05d", i)] = i%8 == 0 || i > 60 && i%2 == 0
		}
		var rosters []*spotcheck.Roster
		for s.Next() <= 4 {
			if s.Next() == 3 {
				people = append(people[6:], staff(61, 80)...)
			}
			for i := range people {
				people[i].Absent = ""
				if i%29 == s.Next() {
					people[i].Absent = "leave"
				}
			}
			r := roster(t, people)
			rosters = append(rosters, r)
			m := drawWith(t, s, r, rng.Uint64())
			require.NoError(t, s.Apply(m.Entry("planner", day(m.Round))))
			for _, p := range m.Drawn {
				x := result(p.Person, fails[p.Person])
				require.NoError(t, s.Apply(spotcheck.Entry{Kind: spotcheck.Assessed, Round: m.Round, Result: &x}))
			}
		}
		truth := func(r *spotcheck.Roster, covered func(spotcheck.Person) bool) (failing, people int) {
			for p := range r.People() {
				if covered(p) {
					people++
					if fails[p.ID] {
						failing++
					}
				}
			}
			return failing, people
		}
		present := func(p spotcheck.Person) bool { return p.Absent == "" }
		for i, round := range []int{1, 3, 4} {
			e, err := s.RoundEvidence(round, 0.9, rosters...)
			require.NoError(t, err)
			failing, people := truth(rosters[round-1], present)
			require.Equal(t, people, e.First.People)
			if e.First.FailingLeast <= failing && failing <= e.First.FailingMost {
				inside[i]++
			}
			if round == 3 {
				bias += e.First.Estimate.PassRate - 1 + float64(failing)/float64(people)
			}
		}
		y, err := s.YearEvidence(rosters[3], spotcheck.Percent(40), 0.9, rosters...)
		require.NoError(t, err)
		failing, all := truth(rosters[3], func(spotcheck.Person) bool { return true })
		require.Equal(t, all, y.All.People+y.All.Uncovered)
		if y.All.FailingLeast <= failing && failing <= y.All.FailingMost {
			inside[3]++
		}
		biasYear += y.All.Estimate.PassRate - 1 + float64(failing)/float64(all)
		require.True(t, y.Combined.Lower <= y.Combined.PassRate && y.Combined.PassRate <= y.Combined.Upper)
		require.InDelta(t, 0.6*y.Routine.Estimate.PassRate+0.4*y.YearEnd.Estimate.PassRate, y.Combined.PassRate, 1e-15)
	}
	for i, n := range inside {
		// 90 % less three standard errors
		require.Greater(t, float64(n), float64(years)*0.9-3*math.Sqrt(float64(years)*0.09), "%d", i)
	}
	// Cohorts without a check are left out of the rate, which is all the bias there is.
	require.InDelta(t, 0, bias/float64(years), 0.01+0.4/math.Sqrt(float64(years)))
	require.InDelta(t, 0, biasYear/float64(years), 0.01+0.15/math.Sqrt(float64(years)))
	t.Log(inside, "of", years, "intervals hold the truth; bias", bias/float64(years), biasYear/float64(years))
}

func TestDepartmentEvidence(t *testing.T) {
	cycle := spotcheck.Rounds("2026", 1)
	cycle.RoutineRate, cycle.ByDepartment = spotcheck.Percent(50), true
	s := opened(t, cycle)
	var people []spotcheck.Person
	for i, department := range []string{"big", "small", "sole", "weak"} {
		for j := range []int{60, 6, 1, 30}[i] {
			people = append(people, spotcheck.Person{ID: fmt.Sprintf("%s-%02d", department, j), Department: department})
		}
	}
	people = append(people, spotcheck.Person{ID: "away", Department: "abroad", Absent: "posted"})
	r := roster(t, people)
	m := drawWith(t, s, r, 3)
	require.NoError(t, s.Apply(m.Entry("planner", day(1))))
	weak := 0
	for _, p := range m.Drawn {
		x := result(p.Person, p.Department == "small")
		if p.Department == "weak" {
			weak++
			x = result(p.Person, weak <= 3) // 3 of 15: the interval spans 80 %
		}
		require.NoError(t, s.Apply(spotcheck.Entry{Kind: spotcheck.Assessed, Round: 1, Result: &x}))
	}
	rubric := spotcheck.DepartmentRubric{Qualified: spotcheck.Percent(80), Excellent: spotcheck.Percent(95)}
	all, err := s.DepartmentEvidence(r, rubric, 0.95, r)
	require.NoError(t, err)
	got := map[string]spotcheck.DepartmentEvidence{}
	for _, d := range all {
		require.Equal(t, d.N, d.Excellent+d.Qualified+d.Unqualified+d.NotAssessed)
		require.Equal(t, d.N, d.First.People+d.First.Uncovered)
		got[d.Department] = d
	}
	require.Len(t, got, 5)
	// Half of a department of 60 without a fail leaves at most 5 of 60: it may be below 95 %.
	require.Equal(t, spotcheck.Excellent, got["big"].Grade)
	require.Equal(t, got["big"].First.FailingMost > 3, got["big"].WeakEvidence)
	require.Equal(t, spotcheck.Unqualified, got["small"].Grade)
	require.True(t, got["small"].WeakEvidence, "three were checked")
	require.Equal(t, 3, got["small"].First.Checked)
	require.Equal(t, spotcheck.Qualified, got["weak"].Grade)
	require.True(t, got["weak"].WeakEvidence)
	require.Equal(t, spotcheck.NotAssessed, got["abroad"].Grade)
	require.True(t, got["abroad"].WeakEvidence)
	require.False(t, got["abroad"].First.Estimate.Known)
	require.Equal(t, 1, got["abroad"].First.Uncovered)

	// Exactly at the threshold it is reached: 12 of 15 are 80 %.
	rubric.Qualified = spotcheck.Rate{Num: 4, Den: 5}
	all, err = s.DepartmentEvidence(r, rubric, 0.95, r)
	require.NoError(t, err)
	require.Equal(t, spotcheck.Qualified, all[4].Grade)
}

// A department that is checked completely is graded beyond doubt.
func TestDepartmentCensus(t *testing.T) {
	cycle := spotcheck.Rounds("2026", 1)
	cycle.RoutineRate = spotcheck.Percent(100)
	s := opened(t, cycle)
	people := staff(1, 10)
	for i := range people {
		people[i].Department = "d"
	}
	r := roster(t, people)
	assess(t, s, drawWith(t, s, r, 3), map[string]bool{"E00001": true, "E00002": true})
	all, err := s.DepartmentEvidence(r, spotcheck.DepartmentRubric{Qualified: spotcheck.Percent(80), Excellent: spotcheck.Percent(95)}, 0.95, r)
	require.NoError(t, err)
	require.Equal(t, spotcheck.Qualified, all[0].Grade)
	require.False(t, all[0].WeakEvidence)
	require.Equal(t, []int{2, 2, 2}, []int{all[0].First.FailingLeast, all[0].First.FailingMost, all[0].First.FailingAtMost})
	require.Equal(t, 0.8, all[0].First.Estimate.Lower)
}

// Whoever was absent counts when the check has taken place, and is named as missing until then.
func TestAbsentAreCaughtUp(t *testing.T) {
	s, r := opened(t, spotcheck.Rounds("2026", 2)), roster(t, staff(1, 50))
	m := drawWith(t, s, r, 5)
	require.NoError(t, s.Apply(m.Entry("planner", day(1))))
	for i, p := range m.Drawn {
		x := result(p.Person, false)
		if i == 0 {
			x = spotcheck.Result{Person: p.Person, Absence: "sick"}
		}
		require.NoError(t, s.Apply(spotcheck.Entry{Kind: spotcheck.Assessed, Round: 1, Result: &x}))
	}
	e, err := s.RoundEvidence(1, 0.95, r)
	require.NoError(t, err)
	require.Equal(t, []int{5, 4, 1}, []int{e.First.Drawn, e.First.Checked, e.Unassessed})
	assess(t, s, drawWith(t, s, r, 6), nil)
	e, err = s.RoundEvidence(2, 0.95, r)
	require.NoError(t, err)
	require.Equal(t, spotcheck.Domain{Drawn: 1, Checked: 1, Passed: 1}, e.Owed)
	require.Equal(t, 5, e.First.Checked)
	y, err := s.YearEvidence(r, spotcheck.Percent(30), 0.95, r)
	require.NoError(t, err)
	require.Equal(t, []int{10, 10}, []int{y.Routine.Drawn, y.Routine.Checked})
	require.Zero(t, y.YearEnd.Checked)
	require.Equal(t, y.Routine.Estimate, y.Combined)
}

func TestEvidenceHardInputs(t *testing.T) {
	s, r := opened(t, spotcheck.Rounds("2026", 2)), roster(t, staff(1, 20))
	rubric := spotcheck.DepartmentRubric{Qualified: spotcheck.Percent(80), Excellent: spotcheck.Percent(95)}
	field := func(err error, sentinel error) string {
		require.ErrorIs(t, err, sentinel)
		var e *spotcheck.Error
		require.True(t, errors.As(err, &e))
		return e.Field
	}
	_, err := s.RoundEvidence(1, 0.95, r)
	require.Equal(t, "round", field(err, spotcheck.ErrNotFound))

	// Nothing was held: all is open.
	y, err := s.YearEvidence(r, spotcheck.Percent(50), 0.95)
	require.NoError(t, err)
	require.Equal(t, spotcheck.Estimate{Upper: 1, Level: 0.95}, y.Combined)
	require.Equal(t, 20, y.All.Uncovered)

	m := drawWith(t, s, r, 1)
	require.NoError(t, s.Apply(m.Entry("planner", day(1))))
	_, err = s.RoundEvidence(1, 0.95, r)
	require.Equal(t, "results", field(err, spotcheck.ErrIncomplete))
	for _, p := range m.Drawn {
		x := result(p.Person, false)
		require.NoError(t, s.Apply(spotcheck.Entry{Kind: spotcheck.Assessed, Round: 1, Result: &x}))
	}
	for _, level := range []float64{0, 1, -1, 95, math.NaN()} {
		_, err = s.RoundEvidence(1, level, r)
		require.Equal(t, "level", field(err, spotcheck.ErrInvalid))
	}
	_, err = s.RoundEvidence(1, 0.95)
	require.Equal(t, "rosters", field(err, spotcheck.ErrNotFound))
	_, err = s.RoundEvidence(1, 0.95, roster(t, staff(1, 21)), nil)
	require.Equal(t, "rosters", field(err, spotcheck.ErrNotFound))
	for _, round := range []int{-1, 0, 2, 9} {
		_, err = s.RoundEvidence(round, 0.95, r)
		require.Equal(t, "round", field(err, spotcheck.ErrNotFound))
	}
	_, err = s.YearEvidence(r, spotcheck.Rate{}, 0.95, r)
	require.Equal(t, "year_end", field(err, spotcheck.ErrInvalid))
	_, err = s.YearEvidence(r, spotcheck.Rate{Num: 3, Den: 2}, 0.95, r)
	require.Equal(t, "year_end", field(err, spotcheck.ErrInvalid))
	_, err = s.DepartmentEvidence(r, spotcheck.DepartmentRubric{}, 0.95, r)
	require.Equal(t, "qualified", field(err, spotcheck.ErrInvalid))
	_, err = s.DepartmentEvidence(r, spotcheck.DepartmentRubric{Qualified: rubric.Excellent, Excellent: rubric.Qualified}, 0.95, r)
	require.Equal(t, "excellent", field(err, spotcheck.ErrInvalid))
	none, err := s.DepartmentEvidence(r, rubric, 0.95, r)
	require.NoError(t, err)
	require.Empty(t, none, "nobody has a department")

	require.NoError(t, s.Apply(spotcheck.Entry{Kind: spotcheck.Missed, Round: 2, Code: "flood"}))
	_, err = s.RoundEvidence(2, 0.95, r)
	require.Equal(t, "round", field(err, spotcheck.ErrNotFound))
}
