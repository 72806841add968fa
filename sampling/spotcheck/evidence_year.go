package spotcheck

import (
	"maps"
	"math/big"
	"slices"
)

// YearEvidence is what the checks of a year say about everybody on the closing roster
// (全年结论). In a cycle by department its figures pool the departments: see [Evidence].
type YearEvidence struct {
	Routine  Evidence `json:"routine"`  // first checks of the routine rounds
	YearEnd  Evidence `json:"year_end"` // first checks of the year-end check
	All      Evidence `json:"all"`      // both: everybody's first check, wherever it was
	Combined Estimate `json:"combined"` // Routine and YearEnd, weighed
}

// YearEvidence returns what the rounds so far say about a closing roster, at a confidence
// level in (0, 1), and weighs the pass rate of the year-end check with yearEnd and that of
// the routine rounds with the rest (日常考核与集中考核相结合); where there was one of them alone, it
// is that one. The interval of the combination weighs those of both, each at half the
// risk, so that it holds the weighed rate at least as often as the level says.
//
// Rosters are those of all rounds held, in any order. Errors as for
// [State.RoundEvidence], and ErrInvalid for a weight that is no rate.
func (s *State) YearEvidence(closing *Roster, yearEnd Rate, level float64, rosters ...*Roster) (*YearEvidence, error) {
	if !yearEnd.Valid() || yearEnd == (Rate{}) {
		return nil, refuse(ErrInvalid, "year_end", codeRate)
	}
	l, err := s.lots(len(s.rounds), level, rosters)
	if err != nil {
		return nil, err
	}
	isYearEnd := func(round int) bool { return s.opening.Cycle.Rounds[round-1].Kind == YearEnd }
	isRoutine := func(round int) bool { return !isYearEnd(round) }
	any := func(int) bool { return true }
	y := &YearEvidence{}
	half := *l
	half.level = (1 + level) / 2
	var parts [2]Evidence // at half the risk, for the combination
	for _, part := range []struct {
		lots *lots
		of   func(int) bool
		into *Evidence
	}{{l, isRoutine, &y.Routine}, {l, isYearEnd, &y.YearEnd}, {l, any, &y.All}, {&half, isRoutine, &parts[0]}, {&half, isYearEnd, &parts[1]}} {
		if *part.into, err = part.lots.evidence(closing, part.of); err != nil {
			return nil, err
		}
	}
	y.Combined = y.combine(parts, yearEnd.Float(), level)
	return y, nil
}

func (y *YearEvidence) combine(parts [2]Evidence, yearEnd, level float64) Estimate {
	switch {
	case y.YearEnd.Checked == 0:
		return y.Routine.Estimate
	case y.Routine.Checked == 0:
		return y.YearEnd.Estimate
	}
	mean := func(routine, end float64) float64 { return (1-yearEnd)*routine + yearEnd*end }
	return Estimate{
		PassRate: mean(y.Routine.Estimate.PassRate, y.YearEnd.Estimate.PassRate), Known: true, Level: level,
		Lower: mean(parts[0].Estimate.Lower, parts[1].Estimate.Lower),
		Upper: mean(parts[0].Estimate.Upper, parts[1].Estimate.Upper),
	}
}

// DepartmentRubric says from which pass rate on a department is qualified, and from which
// it is excellent (部门评定标准).
type DepartmentRubric struct {
	Qualified Rate `json:"qualified"`
	Excellent Rate `json:"excellent"` // not below Qualified
}

// Validate returns ErrInvalid unless both are rates and Excellent is not below Qualified.
func (r DepartmentRubric) Validate() error {
	var p problems
	ok := func(r Rate) bool { return r.Valid() && r.Den > 0 }
	p.check(ok(r.Qualified), "qualified", -1, codeRate)
	p.check(ok(r.Excellent), "excellent", -1, codeRate)
	if len(p) == 0 {
		p.check(r.Excellent.rat().Cmp(r.Qualified.rat()) >= 0, "excellent", -1, codeThresholds)
	}
	return p.join()
}

func (r Rate) rat() *big.Rat { return big.NewRat(r.Num, r.Den) }

func (r DepartmentRubric) grade(pass *big.Rat) Grade {
	switch {
	case pass.Cmp(r.Qualified.rat()) < 0:
		return Unqualified
	case pass.Cmp(r.Excellent.rat()) < 0:
		return Qualified
	}
	return Excellent
}

// minEvidence is how many must have been checked for a department's grade not to be weak.
const minEvidence = 5

// DepartmentEvidence is the grade of a department, and how far it can be trusted
// (部门评定).
type DepartmentEvidence struct {
	Department string `json:"department"`
	N          int    `json:"n"` // its people on the closing roster
	// Grade follows from the estimated pass rate; it is NotAssessed only where nobody was
	// checked.
	Grade Grade `json:"grade"`
	// WeakEvidence says that chance may have made the grade (依据不足): the interval of the pass
	// rate holds rates of another grade, or fewer than five were checked. A department of
	// fewer people that were all checked is weak by this rule too.
	WeakEvidence bool     `json:"weak_evidence"`
	First        Evidence `json:"first"` // everybody's first check by lot, in any round

	// What became of its people by the year's rules, rechecks included: [State.Annual].
	Excellent   int `json:"excellent"`
	Qualified   int `json:"qualified"`
	Unqualified int `json:"unqualified"`
	NotAssessed int `json:"not_assessed"`
}

// DepartmentEvidence grades every department of a closing roster (部门评定, 「不合格的员工及部门」), in
// byte order, by the pass rate of first checks at a confidence level in (0, 1). It is
// graded however little was seen of it; WeakEvidence says where that was too little. People
// without a department are in none.
// Errors as for [State.YearEvidence], and those of the rubric.
func (s *State) DepartmentEvidence(closing *Roster, rubric DepartmentRubric, level float64, rosters ...*Roster) ([]DepartmentEvidence, error) {
	if err := rubric.Validate(); err != nil {
		return nil, err
	}
	l, err := s.lots(len(s.rounds), level, rosters)
	if err != nil {
		return nil, err
	}
	tallies, graded := map[string]*cohorts{}, map[string]*DepartmentEvidence{}
	for _, a := range s.Annual(closing) {
		if a.Department == "" {
			continue
		}
		d := graded[a.Department]
		if d == nil {
			d = &DepartmentEvidence{Department: a.Department}
			graded[a.Department], tallies[a.Department] = d, newCohorts()
		}
		d.count(a.Grade)
	}
	l.count(closing, s.opening.Cycle.ByDepartment, func(int) bool { return true }, func(p Person) *cohorts { return tallies[p.Department] })
	all := make([]DepartmentEvidence, 0, len(graded))
	for _, department := range slices.Sorted(maps.Keys(graded)) {
		d := graded[department]
		if d.First, err = tallies[department].evidence(level); err != nil {
			return nil, err
		}
		d.grade(rubric)
		all = append(all, *d)
	}
	return all, nil
}

func (d *DepartmentEvidence) count(g Grade) {
	d.N++
	switch g {
	case Excellent:
		d.Excellent++
	case Qualified:
		d.Qualified++
	case Unqualified:
		d.Unqualified++
	default:
		d.NotAssessed++
	}
}

func (d *DepartmentEvidence) grade(rubric DepartmentRubric) {
	e := &d.First
	if e.Checked == 0 {
		d.WeakEvidence = true
		return
	}
	d.Grade = rubric.grade(e.passRate())
	worst := rubric.grade(big.NewRat(int64(e.People-e.FailingMost), int64(e.People)))
	best := rubric.grade(big.NewRat(int64(e.People-e.FailingLeast), int64(e.People)))
	d.WeakEvidence = worst != best || e.Checked < minEvidence
}
