package spotcheck

import "github.com/guanxi-go/guanxi/crm/calendar"

// Cycle are the rules of a year of spot checks (抽查周期), fixed before its first
// round. Start from [Quarterly], [Monthly] or [Rounds] and change what differs. In JSON
// a field that has its zero value is left out.
type Cycle struct {
	ID     string  `json:"id"`     // such as "2026"; part of every ticket
	Rounds []Round `json:"rounds"` // in their order, 1 to 400; the year-end check, if there is one, is the last

	RoutineRate Rate `json:"routine_rate"`           // least share of all staff in a routine round, above 0
	YearEndRate Rate `json:"year_end_rate,omitzero"` // least share in the year-end check, above 0 where there is one
	Goal        Rate `json:"goal,omitzero"`          // least share of the closing roster that is checked at least once in the cycle

	Recheck   Recheck     `json:"recheck,omitzero"`
	Exhausted Exhausted   `json:"exhausted,omitzero"`
	Missed    MissedRound `json:"missed,omitzero"`

	// Reserve keeps the year-end check's quota unseen (预留): routine rounds repeat
	// earlier rather than use it up, so it goes with RepeatOldest only. The floor of a
	// round stands above it.
	Reserve bool `json:"reserve,omitzero"`
	// NoTopUp leaves the year-end check at its rate where the goal takes more.
	NoTopUp bool `json:"no_top_up,omitzero"`
	// Surprise is the share of each round's quota that is drawn on top of it from all
	// who can be drawn, those who passed included, so that nobody is safe (突查比例).
	Surprise Rate `json:"surprise,omitzero"`

	// ByDepartment spreads first checks over the departments (按部门分层).
	ByDepartment bool `json:"by_department,omitzero"`
	// Minimum is what every department gets at least over the whole cycle, not in each
	// round: a department of one person would be drawn in every round.
	Minimum Minimum `json:"minimum,omitzero"`

	Rubric Rubric `json:"rubric"` // how a check is graded
}

// Round is one round of a cycle (一次抽查).
type Round struct {
	Name string       `json:"name"`          // such as "2026-Q1"; unique in the cycle
	Kind RoundKind    `json:"kind"`          // routine or year-end
	From calendar.Day `json:"from,omitzero"` // first day on which it can be held; none: any
	To   calendar.Day `json:"to,omitzero"`   // last day
}

// Minimum is what a department gets at least over a cycle (部门下限): the larger of
// Count and Rate of its people, and never more than there are.
type Minimum struct {
	Count int  `json:"count,omitzero"` // people, from 0
	Rate  Rate `json:"rate,omitzero"`  // share of the department's people on the roster
}

// Of returns the minimum for a department of n people.
func (m Minimum) Of(n int) int { return max(0, min(n, max(m.Count, m.Rate.Of(n)))) }

// Rubric says which scores pass (考核标准). Scores are whole points from 0 to Max;
// whoever reaches both Pass thresholds is qualified, both Excellent ones excellent.
type Rubric struct {
	Version int `json:"version"` // 1, 2, ...: changes with the thresholds
	Max     int `json:"max"`     // highest score, 1 to 1e6

	UnderstandingPass      int `json:"understanding_pass"`      // 理解 from here on
	PracticePass           int `json:"practice_pass"`           // 合格 from here on
	UnderstandingExcellent int `json:"understanding_excellent"` // not below UnderstandingPass
	PracticeExcellent      int `json:"practice_excellent"`      // not below PracticePass
}

// Scale100 is the rubric of scores up to 100 with 60 to pass and 90 for excellent, in
// understanding and in practice alike.
func Scale100() Rubric {
	return Rubric{Version: 1, Max: 100, UnderstandingPass: 60, PracticePass: 60, UnderstandingExcellent: 90, PracticeExcellent: 90}
}

// Rounds returns the cycle with k routine rounds named 1 to k and a year-end check
// named "year-end": 10 % of all staff in each round, 30 % at the end, at least 60 %
// over the year, graded by [Scale100].
func Rounds(id string, k int) Cycle {
	c := Cycle{ID: id, RoutineRate: Percent(10), YearEndRate: Percent(30), Goal: Percent(60), Rubric: Scale100()}
	c.Rounds = make([]Round, 0, max(0, min(k, maxRounds))+1)
	for i := range max(0, min(k, maxRounds)) {
		c.Rounds = append(c.Rounds, Round{Name: itoa(i + 1)})
	}
	c.Rounds = append(c.Rounds, Round{Name: "year-end", Kind: YearEnd})
	return c
}

// Quarterly returns [Rounds] with a round in each quarter of a year, 2026-Q1 to
// 2026-Q4, and the year-end check in December (按季抽查). Without the fourth the year
// comes to exactly 60 % where nobody is drawn twice; with it to 70 %.
func Quarterly(year int) Cycle { return calendarCycle(year, 3, "-Q") }

// Monthly returns [Rounds] with a round in each month of a year, 2026-01 to 2026-12,
// and the year-end check in December (按月抽查). Twelve times 10 % and 30 % are more
// than all staff, so that people are drawn again from the tenth or eleventh round on.
func Monthly(year int) Cycle { return calendarCycle(year, 1, "-") }
