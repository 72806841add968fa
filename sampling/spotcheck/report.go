package spotcheck

import "math"

// Headcount is what a plan has to know of a roster (员工人数).
type Headcount struct {
	N           int                   `json:"n"`                     // all staff, 1 to 5,000,000
	Absent      int                   `json:"absent,omitzero"`       // of these, who cannot be drawn, below N
	Departments []DepartmentHeadcount `json:"departments,omitempty"` // where the cycle has departments: sums are N and Absent
}

// DepartmentHeadcount is a department's part of a [Headcount].
type DepartmentHeadcount struct {
	Department string `json:"department"`
	N          int    `json:"n"`
	Absent     int    `json:"absent,omitzero"`
}

// Headcount counts a roster, its departments in byte order; without these where somebody
// has no department.
func (r *Roster) Headcount() Headcount {
	h := Headcount{N: r.Len(), Absent: r.Len() - r.eligible}
	if _, missing := r.undepartmented(); missing {
		return h
	}
	h.Departments = make([]DepartmentHeadcount, len(r.departments))
	for i, p := range r.people {
		x := &h.Departments[r.department[i]]
		x.Department = p.Department
		x.N++
		if p.Absent != "" {
			x.Absent++
		}
	}
	return h
}

// Report says before the first round whether a cycle can keep its rules, with how much
// work (可行性报告). It takes today's headcount for the whole cycle and no missed
// rounds; see [Simulate] for what joiners and leavers change.
type Report struct {
	Verdict  Verdict      `json:"verdict"`
	Violated []Constraint `json:"violated,omitempty"` // what gives way, or cannot be kept

	N        int `json:"n"`
	Eligible int `json:"eligible"`
	Quota    int `json:"quota"`    // of a routine round; 0 without one
	YearEnd  int `json:"year_end"` // of the year-end check; 0 without one
	Goal     int `json:"goal"`     // different people over the cycle

	Draws       int `json:"draws"`        // sum of all quotas
	MaxDistinct int `json:"max_distinct"` // different people that the quotas can reach 最多不重复人数
	MaxYearEnd  int `json:"max_year_end"` // the year-end check if every routine round is missed

	// FirstRepeat is the round from which on somebody has to be drawn again, and
	// FirstRepeatReserving where the year-end quota is kept unseen
	// (首次被迫重复的轮次). Beyond the cycle's routine rounds, none of them has to.
	FirstRepeat          int `json:"first_repeat"`
	FirstRepeatReserving int `json:"first_repeat_reserving"`
	// MaxPerRound is the largest equal quota of the routine rounds without repeats and
	// with the year-end quota unseen; -1 without routine rounds.
	MaxPerRound int `json:"max_per_round"`
	// InsideSlack is how many rechecks in the quota, in the whole cycle, leave the goal
	// within reach of the quotas alone; -1 where it is out of their reach anyway.
	InsideSlack int  `json:"inside_slack"`
	Inside      bool `json:"inside,omitzero"` // rechecks take from the quota

	ExpectedChecks float64 `json:"expected_checks"` // with rechecks, at the fail rate
	WorstChecks    int     `json:"worst_checks"`    // if every check is a fail

	// Uncoordinated is the expected share of different people if every round is an
	// ordinary random sample, YearEndAtRandom if only the year-end check is
	// (不协调时的期望覆盖率).
	Uncoordinated   float64 `json:"uncoordinated"`
	YearEndAtRandom float64 `json:"year_end_at_random"`

	Minima int      `json:"minima"` // sum of the departments' minima
	Rounds []Counts `json:"rounds"` // if nobody fails, departments left out
}

// Plan reports on a cycle for a headcount. Fail is the share of checks that are
// expected to fail; no rate is none.
//
// Infeasible is a plan that cannot keep a hard rule: the floor of a quota, the coverage
// goal, a department's minimum, or no-repeats where the cycle refuses them.
// FeasibleWithRelaxation is one in which something soft gives way; Violated names it.
// ErrInvalid: the cycle, the headcount or the rate is.
func Plan(c Cycle, h Headcount, fail Rate) (*Report, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	if err := h.check(c); err != nil {
		return nil, err
	}
	if !fail.Valid() {
		return nil, refuse(ErrInvalid, "fail", codeRate)
	}
	k := c.Routine()
	r := &Report{N: h.N, Eligible: h.N - h.Absent, Goal: c.Goal.Of(h.N), MaxPerRound: -1, InsideSlack: -1, Inside: c.Recheck == Inside}
	if k > 0 {
		r.Quota = c.RoutineRate.Of(h.N)
	}
	r.YearEnd = c.YearEndRate.Of(h.N)
	r.Draws = k*r.Quota + r.YearEnd
	r.MaxDistinct = min(r.Eligible, r.Draws)
	if r.YearEnd > 0 {
		r.MaxYearEnd = r.YearEnd
		if !c.NoTopUp {
			r.MaxYearEnd = min(r.Eligible, max(r.YearEnd, r.Goal))
		}
	}
	if k > 0 {
		r.FirstRepeat = r.Eligible/r.Quota + 1
		r.FirstRepeatReserving = max(0, r.Eligible-r.YearEnd)/r.Quota + 1
		r.MaxPerRound = max(0, r.Eligible-r.YearEnd) / k
	}
	if r.MaxDistinct >= r.Goal {
		r.InsideSlack = r.MaxDistinct - r.Goal
	}
	n := float64(h.N)
	routine := math.Pow(1-float64(r.Quota)/n, float64(k))
	r.Uncoordinated = 1 - routine*(1-float64(r.YearEnd)/n)
	before := math.Min(float64(k*r.Quota), float64(r.Eligible)) / n
	r.YearEndAtRandom = before + (1-before)*float64(r.YearEnd)/n
	for _, d := range h.Departments {
		r.Minima += c.Minimum.Of(d.N)
	}
	expected := c.flow(h, fail.Float())
	r.ExpectedChecks, r.WorstChecks = expected.checks, int(math.Round(c.flow(h, 1).checks))
	r.judge(c, h, expected)
	return r, nil
}

func (h Headcount) check(c Cycle) error {
	valid := func(n, absent int) bool { return n >= 1 && n <= maxStaff && absent >= 0 && absent <= n }
	if !valid(h.N, h.Absent) {
		return refuse(ErrInvalid, "headcount", codeHeadcount)
	}
	if !c.ByDepartment {
		return nil
	}
	n, absent := 0, 0
	once := map[string]bool{}
	for i, d := range h.Departments {
		if !validID(d.Department) || once[d.Department] || !valid(d.N, d.Absent) {
			return refuseItem(ErrInvalid, "departments", i, codeHeadcount)
		}
		once[d.Department] = true
		n, absent = min(n+d.N, maxStaff+1), absent+d.Absent
	}
	if n != h.N || absent != h.Absent {
		return refuse(ErrInvalid, "departments", codeHeadcount)
	}
	return nil
}

// judge runs the cycle with no fails and says which rules give way.
func (r *Report) judge(c Cycle, h Headcount, expected flow) {
	hard, soft := map[Constraint]bool{}, map[Constraint]bool{}
	seen := 0
	for _, round := range c.Rounds {
		p := pool{kind: round.Kind, n: h.N, eligible: r.Eligible, seen: seen, unseen: r.Eligible - seen, passed: seen}
		k, err := c.decide(p)
		if err != nil {
			hard[NoRepeat] = true
			break
		}
		r.Rounds = append(r.Rounds, k)
		seen += k.Fresh + k.TopUp
		soft[NoRepeat] = soft[NoRepeat] || k.Repeat > 0
		short := k.Shortfall > 0
		hard[QuotaFloor] = hard[QuotaFloor] || short && r.Eligible < k.Quota
		soft[QuotaFloor] = soft[QuotaFloor] || short
	}
	hard[QuotaFloor] = hard[QuotaFloor] || r.Eligible < max(r.Quota, r.YearEnd)
	hard[CoverageGoal] = r.Goal > r.Eligible || len(r.Rounds) == len(c.Rounds) && seen < r.Goal
	if c.Recheck == Inside && (c.NoTopUp || !c.HasYearEnd()) {
		hard[CoverageGoal] = hard[CoverageGoal] || expected.rechecks > float64(r.InsideSlack)
		soft[CoverageGoal] = true
	}
	for _, d := range h.Departments {
		hard[DepartmentMinimum] = hard[DepartmentMinimum] || c.Minimum.Of(d.N) > d.N-d.Absent
	}
	soft[DepartmentMinimum] = r.Minima > r.MaxDistinct
	for _, x := range []Constraint{QuotaFloor, CoverageGoal, DepartmentMinimum, NoRepeat} {
		if hard[x] {
			r.Verdict = Infeasible
		}
		if hard[x] || soft[x] {
			r.Violated = append(r.Violated, x)
		}
	}
	if r.Verdict != Infeasible && len(r.Violated) > 0 {
		r.Verdict = FeasibleWithRelaxation
	}
}

// flow is a cycle in which of every number of checks the same share fails.
type flow struct{ checks, rechecks float64 }

func (c Cycle) flow(h Headcount, fail float64) (f flow) {
	eligible := float64(h.N - h.Absent)
	goal := float64(c.Goal.Of(h.N))
	seen, due := 0.0, 0.0
	for _, round := range c.Rounds {
		floor := float64(c.RoutineRate.Of(h.N))
		wanted := floor
		if round.Kind == YearEnd {
			floor = float64(c.YearEndRate.Of(h.N))
			wanted = floor
		}
		if c.Recheck == Inside {
			wanted = math.Max(0, floor-due)
		}
		first := wanted
		if round.Kind == YearEnd && !c.NoTopUp {
			first = math.Max(first, goal-seen)
		}
		available := eligible - seen
		if c.Reserve && round.Kind == Routine {
			available = math.Max(0, available-float64(c.YearEndRate.Of(h.N)))
		}
		first = math.Min(first, available)
		repeat := 0.0
		if c.Exhausted == RepeatOldest {
			repeat = math.Min(math.Max(0, wanted-first), math.Max(0, seen-due))
		}
		first += math.Max(0, math.Min(wanted-first-repeat, eligible-seen-first))
		checks := due + first + repeat
		checks += c.surprise(round.Kind, h.N, eligible-checks)
		f.checks += checks
		f.rechecks += due
		seen += first
		due = fail * checks
	}
	return f
}

func (c Cycle) surprise(kind RoundKind, n int, room float64) float64 {
	quota := c.RoutineRate.Of(n)
	if kind == YearEnd {
		quota = c.YearEndRate.Of(n)
	}
	return math.Max(0, math.Min(float64(c.Surprise.Of(quota)), room))
}
