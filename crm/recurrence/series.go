package recurrence

import (
	"errors"
	"iter"
	"math"
	"slices"
	"time"

	"github.com/guanxi-go/guanxi/crm/calendar"
)

// Occurrence is one coming of a series (一次发生).
type Occurrence struct {
	// ID is the local time by the rule, such as 2026-01-15T09:00:00. It stays when the
	// clocks or a roll move the occurrence, so that it names it for ever.
	ID  string       `json:"id"`
	At  time.Time    `json:"at"`  // the instant, in the zone of the series
	Day calendar.Day `json:"day"` // by the rule, or to which it was rolled
}

// Series is a rule with its beginning and its zone (周期序列). It does not change, and any
// number of goroutines may use it at once.
type Series struct {
	start Wall
	zone  *time.Location
	last  calendar.Day // none comes after it
	until int64        // in Unix seconds: none comes after it
	plan  plan
}

// New returns the series of a rule that begins at a local time of a zone: occurrences are
// at that clock time, on the days of the rule that are not before the first day. The first
// day itself is one only if it is a day of the rule; where it is not, RFC 5545 leaves open
// what happens. A series ends with the rule, and in any case with the year 9999.
//
// A rule with COUNT is counted out once, here, at some 30 to 100 ns an occurrence.
//
// An *[Error] where the rule, the start or the zone is not valid.
func New(rule Rule, start Wall, zone *time.Location) (*Series, error) {
	errs := []error{rule.Validate()}
	if !start.Valid() {
		errs = append(errs, refuse(ErrInvalid, codeValue, "start"))
	}
	if zone == nil {
		errs = append(errs, refuse(ErrInvalid, codeMissing, "zone"))
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	s := &Series{start: start, zone: zone, last: calendar.MaxDay, until: math.MaxInt64, plan: compile(rule, start.Day)}
	switch u := rule.Until; {
	case rule.Count > 0:
		s.last = s.nth(rule.Count)
	case u.IsZero():
	case u.Form == UTC:
		s.until = u.seconds()
	case u.Form == WholeDay || u.Clock >= start.Clock:
		s.last = u.Day
	default:
		s.last = u.Day - 1
	}
	return s, nil
}

// nth returns the day of the n-th occurrence, or the last day of all where there are
// fewer.
func (s *Series) nth(n int) calendar.Day {
	day := calendar.MaxDay
	for d := range s.days(s.start.Day) {
		if n--; n == 0 {
			day = d
			break
		}
	}
	return day
}

// Zone returns the zone of the series.
func (s *Series) Zone() *time.Location { return s.zone }

// All returns the occurrences in order from the first. It ends only where the rule ends,
// or with the year 9999: break out of the loop.
func (s *Series) All() iter.Seq[Occurrence] {
	return func(yield func(Occurrence) bool) { s.from(s.start.Day, math.MinInt64, stretch{}, yield) }
}

// After returns the occurrences later than t, in order; like [Series.All] it ends only
// where the rule ends. It does not walk there from the beginning: the first costs the same
// whether the series began yesterday or a hundred years ago. Only a rule with rare days
// takes longer, for it looks at every period up to the next of them, some 10 ns each; and
// one with none, such as every 30 February, at 400 years of them.
func (s *Series) After(t time.Time) iter.Seq[Occurrence] {
	return func(yield func(Occurrence) bool) {
		day := calendar.DayOf(t, s.zone)
		switch {
		case day != 0:
		case t.Year() > 1:
			return
		default:
			day = calendar.MinDay
		}
		// While the clocks keep their offset, days that they showed before are over.
		near := stretchAt(t.Unix(), s.zone)
		if near.begin > t.Unix()-4*daySeconds {
			day -= 2
		}
		s.from(max(day, s.start.Day), t.Unix(), near, yield)
	}
}

// Next returns the first occurrence later than t; ok is false where there is none.
func (s *Series) Next(t time.Time) (o Occurrence, ok bool) {
	for o := range s.After(t) {
		return o, true
	}
	return Occurrence{}, false
}

// from yields the occurrences from a day on that are later than an instant.
func (s *Series) from(day calendar.Day, after int64, near stretch, yield func(Occurrence) bool) {
	for d := range s.days(day) {
		var unix int64
		w := Wall{Day: d, Clock: s.start.Clock}
		unix, near = resolve(w.seconds(), near, s.zone)
		if unix <= after {
			continue
		}
		if unix > s.until || !yield(Occurrence{ID: w.String(), At: time.Unix(unix, 0).In(s.zone), Day: d}) {
			return
		}
	}
}

// days returns the days of the series from one on, in order and each once.
func (s *Series) days(from calendar.Day) iter.Seq[calendar.Day] {
	return func(yield func(calendar.Day) bool) {
		done := max(from, s.start.Day) - 1
		s.plan.walk(done+1, s.last, func(d calendar.Day) bool {
			if d <= done { // before the beginning, or moved by SKIP onto a day that was there
				return true
			}
			done = d
			return d <= s.last && yield(d)
		})
	}
}

// A plan is a rule made ready for a start.
type plan struct {
	freq      Freq
	start     calendar.Day
	interval  int
	months    uint16 // bit m: month m is in the rule
	monthDays bool   // the days of the month are given: bit n of
	fromFirst uint64 // the n-th, and of
	fromLast  uint64 // the n-th from the end
	weekdays  uint64 // bit w: every weekday w
	nth       []On   // and these
	ofYear    bool   // which count in the year, not in the month
	positions []int
	weekStart Weekday
	skip      Skip
}

const everyMonth = 1<<13 - 2

func compile(r Rule, start calendar.Day) plan {
	p := plan{freq: r.Freq, start: start, interval: max(r.Interval, 1), positions: slices.Clone(r.BySetPos), weekStart: r.WeekStart, skip: r.Skip}
	for _, m := range r.ByMonth {
		p.months |= 1 << m
	}
	for _, n := range r.ByMonthDay {
		p.monthDays = true
		if n > 0 {
			p.fromFirst |= 1 << n
		} else {
			p.fromLast |= 1 << -n
		}
	}
	for _, on := range r.ByDay {
		if on.N == 0 {
			p.weekdays |= 1 << on.Day
		} else {
			p.nth = append(p.nth, on)
		}
	}
	p.ofYear = r.Freq == Yearly && p.months == 0
	_, month, day := start.Date()
	if len(r.ByDay) == 0 && !p.monthDays {
		switch r.Freq {
		case Weekly:
			p.weekdays = 1 << weekday(start)
		case Yearly, Monthly:
			p.monthDays, p.fromFirst = true, 1<<day
			if p.ofYear {
				p.months = 1 << month
			}
		}
	}
	if p.months == 0 {
		p.months = everyMonth
	}
	return p
}

func weekday(d calendar.Day) Weekday { return Weekday((d + 6) % 7) }
