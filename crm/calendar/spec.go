package calendar

import (
	"errors"
	"strings"
	"time"

	"github.com/guanxi-go/guanxi/internal/fault"
	"github.com/guanxi-go/guanxi/internal/limit"
)

// Pattern is the work that comes again and again, from a day on and up to the day
// on which the next pattern of the [Spec] begins.
type Pattern struct {
	From  Day       `json:"from,omitzero"` // the first day of effect; zero: from the beginning
	Cycle []DayPlan `json:"cycle"`         // one plan a day, 1 to 366 of them, at least one with work; seven are a week
	// Anchor is a day on which the cycle begins. Zero is a Monday, for cycles of
	// seven days and of one; rotating shifts of another length need an anchor.
	Anchor Day `json:"anchor,omitzero"`
}

// Exception is a single day that is otherwise than its pattern and its year's table
// say.
type Exception struct {
	Date Day  `json:"date"`
	Kind Kind `json:"kind"`
	// As is, for MakeUp, the day of the cycle whose plan is worked, counted from 1: in
	// a week without an anchor 1 is Monday and 5 Friday. Zero is the first that has
	// work.
	As   int     `json:"as,omitzero"`
	Plan DayPlan `json:"plan,omitzero"` // for Custom
	Name string  `json:"name,omitzero"` // what people call the day, at most 255 bytes; not a person's name
}

// Spec says when people work. An [Exception] decides over a [YearTable], a table
// over the [Pattern].
type Spec struct {
	ID         string         `json:"id,omitzero"`     // the host's name for the calendar, at most 255 bytes
	Loc        *time.Location `json:"-"`               // whose clocks count; must be set
	Patterns   []Pattern      `json:"patterns"`        // at least one, in any order; one is in effect on From
	Years      []YearTable    `json:"years,omitempty"` // one a year, in any order; see China
	Exceptions []Exception    `json:"exceptions,omitempty"`
	Unknown    UnknownYear    `json:"unknown,omitzero"` // what about years without a table
	// The first and the last day of the horizon: questions about others are
	// ErrHorizon. It spans at most 200 years, which a time.Duration can still count.
	From Day `json:"from"`
	To   Day `json:"to"`
}

const (
	maxCycle = 366
	maxYears = 200
)

// Validate reports everything that is wrong with s, joined; each is an *[Error]
// that names the field, such as "patterns[0].cycle[4].shifts[1]".
func (s Spec) Validate() error {
	var p problems
	p.when(!limit.Text(s.ID, 0, limit.ID), "id", badText)
	p.when(s.Loc == nil, "loc", missing)
	p.when(!unknowns.Valid(s.Unknown), "unknown", noName)
	p.when(!s.From.Valid(), "from", notADay)
	p.when(!s.To.Valid() || s.To == MaxDay, "to", notADay)
	if s.From.Valid() && s.To.Valid() {
		p.when(s.To < s.From, "to", reason{"is before from", "早于起始日"})
		end := s.From.AddMonths(12 * maxYears)
		p.when(!end.IsZero() && s.To >= end, "to", reason{"is more than 200 years after from", "距起始日超过 200 年"})
	}
	s.checkPatterns(&p)
	s.checkYears(&p)
	s.checkExceptions(&p)
	return p.joined()
}

func (s Spec) checkPatterns(p *problems) {
	p.when(len(s.Patterns) == 0, "patterns", missing)
	first := MaxDay
	seen := make(map[Day]bool, len(s.Patterns))
	for i, pattern := range s.Patterns {
		at := fault.Place("patterns", i)
		p.when(pattern.From != 0 && !pattern.From.Valid(), at+".from", notADay)
		p.when(seen[pattern.From], at+".from", twice)
		p.when(pattern.Anchor != 0 && !pattern.Anchor.Valid(), at+".anchor", notADay)
		n := len(pattern.Cycle)
		p.when(pattern.Anchor == 0 && n != 7 && n > 1, at+".anchor", missing)
		p.when(n > maxCycle, at+".cycle", reason{"is longer than 366 days", "超过 366 天"})
		worked := false
		for j, plan := range pattern.Cycle {
			ok := plan.check(fault.Place(at+".cycle", j), p)
			worked = worked || !ok || len(plan.work()) > 0
		}
		p.when(!worked, at+".cycle", noWork)
		seen[pattern.From] = true
		first = min(first, pattern.From)
	}
	p.when(len(s.Patterns) > 0 && first > s.From, "patterns", reason{"begin after from", "起始日之后才有排班"})
}

// check reports what is wrong with a plan at a field, and whether nothing is.
func (d DayPlan) check(at string, p *problems) bool {
	before := len(*p)
	for _, part := range [...]struct {
		field string
		list  []Window
	}{{at + ".shifts", d.Shifts}, {at + ".breaks", d.Breaks}} {
		p.when(len(part.list) > maxWindows, part.field, tooMany)
		for i, w := range part.list {
			if !w.valid() {
				p.when(true, fault.Place(part.field, i), badWindow)
			}
		}
	}
	return len(*p) == before
}

func (s Spec) checkYears(p *problems) {
	p.when(s.Unknown == NoTables && len(s.Years) > 0, "years", reason{"are given, and unknown says that there are none", "与「不用放假表」矛盾"})
	years := make(map[int]bool, len(s.Years))
	off := map[Day]bool{}
	for i, table := range s.Years {
		var own problems
		own.when(years[table.Year], ".year", twice)
		years[table.Year] = true
		table.check(make([]problems, len(table.Days)), &own)
		for j, day := range table.Days {
			if was, there := off[day.Date]; there && was != day.Off && !table.has(j, !day.Off) {
				own.when(true, fault.Place(".days", j)+".date", twoValues)
			}
			off[day.Date] = day.Off
		}
		p.below("years", i, own)
	}
}

func (s Spec) checkExceptions(p *problems) {
	seen := make(map[Day]bool, len(s.Exceptions))
	for i, e := range s.Exceptions {
		var own problems
		own.when(!e.Date.Valid(), ".date", notADay)
		own.when(seen[e.Date], ".date", twice)
		seen[e.Date] = true
		own.when(!kinds.Valid(e.Kind), ".kind", noName)
		own.when(!limit.Text(e.Name, 0, limit.ID), ".name", badText)
		own.when(e.Kind != MakeUp && e.As != 0, ".as", reason{"is for make-up days only", "只用于补班"})
		own.when(e.Kind != Custom && len(e.Plan.Shifts)+len(e.Plan.Breaks) > 0, ".plan", reason{"is for custom days only", "只用于自定义日"})
		if e.Kind == Custom && e.Plan.check(".plan", &own) {
			own.when(len(e.Plan.work()) == 0, ".plan", noWork)
		}
		if pattern, ok := s.patternOn(e.Date); e.Kind == MakeUp && e.As != 0 && ok {
			switch {
			case e.As < 1 || e.As > len(pattern.Cycle):
				own.when(true, ".as", reason{"is no day of the cycle", "不在周期之内"})
			case len(pattern.Cycle[e.As-1].work()) == 0:
				own.when(true, ".as", noWork)
			}
		}
		p.below("exceptions", i, own)
	}
}

// patternOn returns the pattern in effect on d.
func (s Spec) patternOn(d Day) (found Pattern, ok bool) {
	for _, p := range s.Patterns {
		if p.From <= d && len(p.Cycle) > 0 && (!ok || p.From > found.From) {
			found, ok = p, true
		}
	}
	return found, ok
}

// cycleDay returns the index of d in the cycle.
func (p Pattern) cycleDay(d Day) int {
	n := len(p.Cycle)
	return (d.Sub(max(p.Anchor, MinDay))%n + n) % n
}

// problems collects errors that are reported together.
type problems []error

func (p *problems) when(wrong bool, field string, why reason) {
	if wrong {
		*p = append(*p, invalid(field, why))
	}
}

// below adds the problems of an item of a list.
func (p *problems) below(list string, i int, own problems) {
	for _, err := range own {
		e := err.(*Error)
		e.Field = fault.Place(list, i) + e.Field
		*p = append(*p, e)
	}
}

// joined returns the problems as one error; fields that begin with a dot lose it.
func (p problems) joined() error {
	for _, err := range p {
		e := err.(*Error)
		e.Field = strings.TrimPrefix(e.Field, ".")
	}
	return errors.Join(p...)
}
