package recurrence

import (
	"iter"
	"time"

	"github.com/guanxi-go/guanxi/crm/calendar"
)

// Shift moves an occurrence of the series to a working day of a calendar (遇休调整): its Day
// and At change, its ID stays. A day on which work is done stays too. The result is the
// zero Occurrence where [calendar.RollSkip] drops it.
//
// The calendar may be nil with [calendar.RollNone] only. Errors are those of
// [calendar.Calendar.Shift]: the day, or where it would go, is beyond the calendar.
func (s *Series) Shift(o Occurrence, work *calendar.Calendar, roll calendar.Roll) (Occurrence, error) {
	if work == nil && roll != calendar.RollNone {
		return Occurrence{}, refuse(ErrInvalid, codeMissing, "calendar")
	}
	day, err := work.Shift(o.Day, roll)
	switch {
	case err != nil, day.IsZero():
		return Occurrence{}, err
	case day != o.Day:
		o.Day, o.At = day, Wall{Day: day, Clock: s.start.Clock}.In(s.zone)
	}
	return o, nil
}

// Rolled returns the occurrences that lie after t once each is moved by [Series.Shift], in
// order of the instants and, where several come to lie on one day, of the ids. It finds
// those that lie before t by the rule and after it by the roll. An error is the last thing
// that it yields.
func (s *Series) Rolled(t time.Time, work *calendar.Calendar, roll calendar.Roll) iter.Seq2[Occurrence, error] {
	return func(yield func(Occurrence, error) bool) {
		from := max(calendar.DayOf(t, s.zone)-2, calendar.MinDay)
		if work != nil && roll != calendar.RollNone {
			from = lookBack(from, work)
		}
		near := stretch{}
		for d := range s.days(max(from, s.start.Day)) {
			var unix int64
			w := Wall{Day: d, Clock: s.start.Clock}
			if unix, near = resolve(w.seconds(), near, s.zone); unix > s.until {
				return
			}
			o, err := s.Shift(Occurrence{ID: w.String(), At: time.Unix(unix, 0).In(s.zone), Day: d}, work, roll)
			if err != nil {
				yield(Occurrence{}, err)
				return
			}
			if !o.Day.IsZero() && o.At.After(t) && !yield(o, nil) {
				return
			}
		}
	}
}

// lookBack returns the last working day before d: no day before it is rolled to d or
// later. Where the calendar begins later than that, it is its first day, or d before
// that, which has no answer.
func lookBack(d calendar.Day, work *calendar.Calendar) calendar.Day {
	if before, err := work.AddWorkdays(d, -1); err == nil {
		return before
	}
	if first, last := work.Horizon(); d > first && d <= last {
		return first
	}
	return d
}
