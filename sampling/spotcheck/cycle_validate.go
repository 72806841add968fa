package spotcheck

import (
	"fmt"
	"strconv"
	"time"

	"github.com/guanxi-go/guanxi/crm/calendar"
)

// The limits of this package.
const (
	maxRounds = 400           // of a cycle
	maxStaff  = 5_000_000     // on a roster: times rounds, it fits 32 bits
	maxPeople = 1_000_000_000 // of a formula
	maxScore  = 1_000_000     // of a rubric
)

func itoa(n int) string { return strconv.Itoa(n) }

func calendarCycle(year, months int, infix string) Cycle {
	c := Rounds(itoa(year), 12/months)
	first, err := calendar.Date(year, time.January, 1)
	for i := range 12 / months {
		r := &c.Rounds[i]
		r.Name = itoa(year) + infix + itoa(i+1)
		if months == 1 {
			r.Name = fmt.Sprintf("%d%s%02d", year, infix, i+1)
		}
		if err == nil {
			r.From, r.To = first.AddMonths(i*months), first.AddMonths((i+1)*months)-1
		}
	}
	if last := &c.Rounds[len(c.Rounds)-1]; err == nil {
		last.Name, last.From, last.To = itoa(year)+"-year-end", first.AddMonths(11), first.AddMonths(12)-1
	}
	return c
}

// Routine returns the number of routine rounds.
func (c Cycle) Routine() int {
	k := 0
	for _, r := range c.Rounds {
		if r.Kind == Routine {
			k++
		}
	}
	return k
}

// HasYearEnd reports whether the last round is a year-end check.
func (c Cycle) HasYearEnd() bool {
	return len(c.Rounds) > 0 && c.Rounds[len(c.Rounds)-1].Kind == YearEnd
}

// Validate reports everything that is wrong with c, joined; each is an [*Error].
func (c Cycle) Validate() error {
	var p problems
	p.check(validID(c.ID), "id", -1, codeID)
	p.check(len(c.Rounds) >= 1 && len(c.Rounds) <= maxRounds, "rounds", -1, codeRounds)
	seen := map[string]bool{}
	for i, r := range c.Rounds {
		p.check(validID(r.Name), "rounds", i, codeID)
		p.check(!seen[r.Name], "rounds", i, codeRepeated)
		seen[r.Name] = true
		p.check(roundKinds.Valid(r.Kind), "rounds", i, codeUnknown)
		p.check(r.Kind != YearEnd || i == len(c.Rounds)-1, "rounds", i, codeYearEndLast)
		valid := (r.From == 0 || r.From.Valid()) && (r.To == 0 || r.To.Valid())
		p.check(valid && (r.From == 0 || r.To == 0 || r.From <= r.To), "rounds", i, codeDays)
	}
	p.check(c.RoutineRate.Valid() && (c.Routine() == 0 || !c.RoutineRate.IsZero()), "routine_rate", -1, codeRate)
	p.check(c.YearEndRate.Valid() && c.HasYearEnd() == !c.YearEndRate.IsZero(), "year_end_rate", -1, codeRate)
	p.check(c.Goal.Valid(), "goal", -1, codeRate)
	p.check(c.Surprise.Valid(), "surprise", -1, codeRate)
	p.check(rechecks.Valid(c.Recheck), "recheck", -1, codeUnknown)
	p.check(exhausteds.Valid(c.Exhausted), "exhausted", -1, codeUnknown)
	p.check(missedRounds.Valid(c.Missed), "missed", -1, codeUnknown)
	p.check(!c.Reserve || c.HasYearEnd(), "reserve", -1, codeNoYearEnd)
	p.check(!c.Reserve || c.Exhausted == RepeatOldest, "reserve", -1, codeReserve)
	p.check(c.Minimum.Count >= 0 && c.Minimum.Count <= maxPeople && c.Minimum.Rate.Valid(), "minimum", -1, codeMinimum)
	p.check(c.ByDepartment || c.Minimum == Minimum{}, "minimum", -1, codeNoDepartments)
	c.Rubric.check(&p)
	return p.join()
}

// Validate reports everything that is wrong with r, joined.
func (r Rubric) Validate() error {
	var p problems
	r.check(&p)
	return p.join()
}

func (r Rubric) check(p *problems) {
	ordered := func(pass, excellent int) bool { return 0 <= pass && pass <= excellent && excellent <= r.Max }
	p.check(r.Version >= 1 && r.Version <= maxScore, "rubric.version", -1, codeRange)
	p.check(r.Max >= 1 && r.Max <= maxScore, "rubric.max", -1, codeRange)
	p.check(ordered(r.UnderstandingPass, r.UnderstandingExcellent), "rubric.understanding", -1, codeThresholds)
	p.check(ordered(r.PracticePass, r.PracticeExcellent), "rubric.practice", -1, codeThresholds)
}
