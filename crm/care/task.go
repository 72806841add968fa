package care

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/calendar/lunar"
	"github.com/guanxi-go/guanxi/crm/money"
)

// Key names a task: the same care for the same customer on the same occasion is one
// task, however often it is planned.
type Key struct {
	Plan     string       `json:"plan"`     // id
	Customer string       `json:"customer"` // id
	Occasion calendar.Day `json:"occasion"` // the birthday, the festival, the day on which the interval is over
}

// String returns the three, with bars between them.
func (k Key) String() string { return k.Plan + "|" + k.Customer + "|" + k.Occasion.String() }

// Compare orders keys by customer, occasion and plan.
func (k Key) Compare(o Key) int {
	return cmp.Or(strings.Compare(k.Customer, o.Customer), cmp.Compare(k.Occasion, o.Occasion), strings.Compare(k.Plan, o.Plan))
}

// Task is one act of care that is to be done (关怀任务).
type Task struct {
	Key
	On     calendar.Day `json:"on"` // the day on which to do it
	Task   string       `json:"task"`
	Budget money.Amount `json:"budget,omitzero"`
}

// Skip is a task that is not to be done, and why.
type Skip struct {
	Key
	Reason Reason `json:"reason"`
}

// Schedule is what a plan asks for in a window of days.
type Schedule struct {
	Tasks   []Task `json:"tasks,omitempty"`   // by day, then by key
	Skipped []Skip `json:"skipped,omitempty"` // by key
	// Lacking counts the customers of whom the plan cannot say: without a birthday, or
	// without an action and a day from which they are customers.
	Lacking int `json:"lacking,omitzero"`
}

// farthest is how many days a roll may move a task. Windows that follow each other can
// only give each task once if there is a bound.
const farthest = 31

// Tasks returns the tasks whose day lies from one day up to another, without that
// (生成关怀任务). A task's day is LeadDays before its occasion, rolled by the calendar,
// which has to reach a month beyond the window on the sides from which days roll; it may
// be nil where nothing rolls.
//
// An EveryByClass plan counts from the last action, or from the day since which they are
// customers, in steps of the interval: an action ends the series and begins another.
//
// ErrInvalid: the plan, a window of over ten years, a customer that breaks the rules, no
// calendar, no working day within 31 days, a lunar birthday that package lunar cannot
// tell, with its reason in the chain; ErrDuplicate: a customer given twice; the
// errors of [calendar.Calendar.Shift].
func (p Plan) Tasks(customers []Customer, from, until calendar.Day, cal *calendar.Calendar) (Schedule, error) {
	if err := p.Validate(); err != nil {
		return Schedule{}, err
	}
	if err := checkAll(customers); err != nil {
		return Schedule{}, err
	}
	if !from.Valid() || !until.Valid() || until < from || until.Sub(from) > 3660 {
		return Schedule{}, refuse(ErrInvalid, codeWindow, "window", -1, p.ID)
	}
	if cal == nil && p.Roll != calendar.RollNone {
		return Schedule{}, refuse(ErrInvalid, codeCalendar, "calendar", -1, p.ID)
	}
	s := scheduler{plan: p, from: from, until: until, cal: cal, rolled: map[calendar.Day]calendar.Day{}}
	for _, c := range customers {
		if len(p.Classes) > 0 && !slices.Contains(p.Classes, c.Class) {
			continue
		}
		if err := s.add(c); err != nil {
			return Schedule{}, err
		}
	}
	slices.SortFunc(s.out.Tasks, func(a, b Task) int { return cmp.Or(cmp.Compare(a.On, b.On), a.Compare(b.Key)) })
	slices.SortFunc(s.out.Skipped, func(a, b Skip) int { return a.Compare(b.Key) })
	return s.out, nil
}

func checkAll(customers []Customer) error {
	var bad problems
	seen := make(map[string]bool, len(customers))
	for i, c := range customers {
		c.check(&bad, i)
		if seen[c.ID] {
			bad = append(bad, refuse(ErrDuplicate, codeRepeated, "customers.id", i, c.ID))
		}
		seen[c.ID] = true
	}
	return bad.join()
}

// scheduler makes the tasks of one call.
type scheduler struct {
	plan        Plan
	from, until calendar.Day
	cal         *calendar.Calendar
	rolled      map[calendar.Day]calendar.Day // many customers share their days
	out         Schedule
}

func (s *scheduler) add(c Customer) error {
	occasions, known, err := s.occasions(c)
	if err != nil {
		return err
	}
	if !known {
		s.out.Lacking++
		return nil
	}
	slices.Sort(occasions)
	for _, occasion := range slices.Compact(occasions) {
		on, err := s.roll(occasion - calendar.Day(s.plan.LeadDays))
		if err != nil {
			return err
		}
		key := Key{s.plan.ID, c.ID, occasion}
		planned := on
		if on.IsZero() { // dropped by its roll: it belongs to the window in which it would have been
			planned = occasion - calendar.Day(s.plan.LeadDays)
		}
		switch {
		case planned < s.from || planned >= s.until:
		case c.OptedOut:
			s.out.Skipped = append(s.out.Skipped, Skip{key, OptedOut})
		case c.ComplaintOpen:
			s.out.Skipped = append(s.out.Skipped, Skip{key, ComplaintOpen})
		case on.IsZero():
			s.out.Skipped = append(s.out.Skipped, Skip{key, NotWorked})
		default:
			s.out.Tasks = append(s.out.Tasks, Task{key, on, s.plan.Task, s.plan.Budget})
		}
	}
	return nil
}

// reach returns the days that can roll into the window.
func (s *scheduler) reach() (from, until calendar.Day) {
	from, until = s.from, s.until
	if s.plan.Roll == calendar.Following || s.plan.Roll == calendar.ModifiedFollowing {
		from -= farthest
	}
	if s.plan.Roll == calendar.Preceding || s.plan.Roll == calendar.ModifiedFollowing {
		until += farthest
	}
	return from, until
}

// roll returns where a day goes: the zero Day where it is dropped.
func (s *scheduler) roll(day calendar.Day) (calendar.Day, error) {
	if s.plan.Roll == calendar.RollNone {
		return day, nil
	}
	if on, ok := s.rolled[day]; ok {
		return on, nil
	}
	on, err := s.cal.Shift(day, s.plan.Roll)
	if err != nil {
		return 0, refuse(errors.Join(ErrInvalid, err), codeCalendar, "calendar", -1, s.plan.ID)
	}
	if moved := on - day; !on.IsZero() && (moved > farthest || moved < -farthest) {
		return 0, refuse(ErrInvalid, codeFar, "calendar", -1, s.plan.ID)
	}
	s.rolled[day] = on
	return on, nil
}

// occasions returns the occasions of a customer whose tasks can come to lie in the
// window, and false where the fact that the plan goes by is not known.
func (s *scheduler) occasions(c Customer) (days []calendar.Day, known bool, err error) {
	from, until := s.reach()
	from, until = from+calendar.Day(s.plan.LeadDays), until+calendar.Day(s.plan.LeadDays)
	keep := func(day calendar.Day) {
		if day.Valid() && from <= day && day < until {
			days = append(days, day)
		}
	}
	first, _, _ := max(from, calendar.MinDay).Date()
	last, _, _ := min(until, calendar.MaxDay).Date()
	switch s.plan.Trigger {
	case Birthday:
		if c.Birthday == (MonthDay{}) {
			return nil, false, nil
		}
		for year := first; year <= last; year++ {
			keep(c.Birthday.In(year, s.plan.Leap))
		}
	case LunarBirthday:
		if c.Lunar == (lunar.MonthDay{}) {
			return nil, false, nil
		}
		days, err = s.lunar(c, from, until)
	case Anniversary:
		for _, e := range c.Events {
			year, _, _ := e.On.Date()
			for y := max(first, year+1); e.Code == s.plan.Event && y <= last; y++ {
				keep(MonthDayOf(e.On).In(y, s.plan.Leap))
			}
		}
	case AfterEvent:
		for _, e := range c.Events {
			if e.Code == s.plan.Event {
				keep(s.plan.After.times(e.On, 1))
			}
		}
	case EveryByClass:
		days, known = s.every(c, from, until)
		return days, known, nil
	case Festival:
		for _, day := range s.plan.Days {
			keep(day)
		}
	}
	return days, true, err
}

// lunar returns the lunar birthdays that lie in a window.
func (s *scheduler) lunar(c Customer, from, until calendar.Day) (days []calendar.Day, err error) {
	for day := from - 1; ; {
		if day, err = lunar.Next(c.Lunar, day); err != nil {
			return nil, refuse(errors.Join(ErrInvalid, err), codeLunar, "customers.lunar", -1, c.ID)
		}
		if day >= until {
			return days, nil
		}
		days = append(days, day)
	}
}

// every returns the steps of an interval that lie in a window.
func (s *scheduler) every(c Customer, from, until calendar.Day) (days []calendar.Day, known bool) {
	at := slices.IndexFunc(s.plan.Every, func(e Interval) bool { return e.Class == c.Class })
	if at < 0 {
		return nil, true
	}
	term, base := s.plan.Every[at].Term, c.LastAction
	if base.IsZero() {
		base = c.Since
	}
	if base.IsZero() {
		return nil, false
	}
	k := 1
	if passed := from.Sub(base); passed > 0 { // no step before this one can be in the window
		k = max(k, passed/(term.Days+31*term.Months))
	}
	for ; ; k++ {
		day := term.times(base, k)
		if !day.Valid() || day >= until {
			return days, true
		}
		if day >= from {
			days = append(days, day)
		}
	}
}
