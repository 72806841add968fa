package rule

import (
	"math"
	"slices"

	"github.com/guanxi-go/guanxi/crm/calendar"
)

// Recheck returns the next day on which the answer may be another one although
// nothing new has been learned: because an event enters or leaves a window, or
// an age reaches a bound (下次复核日). On every as-of day from asOf to the day
// before it, [Segment.Decide] answers as it does on asOf while the subject's
// data stay the same. It is the zero Day where that holds for ever.
//
// A host that keeps memberships decides anew when a customer's data change and
// on that day, instead of deciding everybody every day. The day is never too
// late; it may be too early, where another condition outweighs the one that
// moves.
//
// Errors are those of [Segment.Match], of the data that it looks at.
func (s *Segment) Recheck(subject Subject, asOf calendar.Day) (calendar.Day, error) {
	if err := s.usable(subject, asOf); err != nil {
		return 0, err
	}
	r := recheck{evaluation: evaluation{segment: s, subject: subject, asOf: asOf}, next: math.MaxInt64}
	for i := range s.nodes {
		switch n := &s.nodes[i]; {
		case n.form == formAttribute && n.kind < 0:
			r.attribute(n)
		case n.form == formEvent:
			r.events(int32(i))
		}
	}
	if r.err != nil {
		return 0, r.err
	}
	if r.next > int64(calendar.MaxDay) {
		return 0, nil
	}
	return calendar.Day(r.next), nil
}

type recheck struct {
	evaluation
	next int64
}

// on takes down a day on which something changes.
func (r *recheck) on(day int64) {
	if day > int64(r.asOf) {
		r.next = min(r.next, day)
	}
}

// age takes down when the age of a day next crosses a bound of the test.
func (r *recheck) age(t *test, age int64) {
	if next, ok := t.after(age); ok {
		r.on(int64(r.asOf) + next - age)
	}
}

func (r *recheck) attribute(n *node) {
	var v Value
	r.value(n, &v)
	if n.test.daysAgo && !v.Missing() {
		r.age(&n.test, int64(r.asOf)-v.num)
	}
}

func (r *recheck) events(i int32) {
	n := &r.segment.nodes[i]
	from, before := n.window.bounds(r.asOf)
	for event := range r.subject.EventCount(int(n.index)) {
		day := r.subject.EventDay(int(n.index), event)
		if !day.Valid() {
			r.fail(n, "an event has no valid day")
			return
		}
		r.event = event
		for part := i + 1; part < n.end; part++ {
			if filter := &r.segment.nodes[part]; filter.form == formAttribute {
				r.attribute(filter)
			}
		}
		// An event that the filter leaves out stays out until the filter changes.
		if n.end > i+1 && r.truth(i+1) == False {
			continue
		}
		switch {
		case day >= r.asOf && n.window.mayHold(day):
			r.on(int64(day) + 1)
		case day >= from && day < before:
			r.on(n.window.leaves(day))
		}
	}
	if n.measure == measureFirst || n.measure == measureLast {
		t := r.measure(i)
		if lo, hi, ok := t.bounds(n.measure, r.asOf); ok {
			r.age(&n.test, lo)
			r.age(&n.test, hi)
		}
	}
}

// mayHold reports whether the window holds the day on some later as-of day.
func (w window) mayHold(day calendar.Day) bool {
	return day >= w.from && (w.before == 0 || day < w.before)
}

// leaves returns the first as-of day on which a day that the window holds is no
// longer in it, 0 for never.
func (w window) leaves(day calendar.Day) int64 {
	switch {
	case w.days > 0:
		return int64(day) + int64(w.days) + 1
	case w.months > 0:
		asOf := day.AddMonths(int(w.months))
		if asOf == 0 {
			return 0
		}
		// At the end of a month several as-of days share one first day: 28
		// February is a month before 28, 29, 30 and 31 March.
		for asOf.Valid() && asOf.AddMonths(-int(w.months)) <= day {
			asOf++
		}
		return int64(asOf)
	}
	return 0
}

// after returns the smallest integer above n for which the test says something
// else than for the integer before it, if there is one.
func (t *test) after(n int64) (next int64, ok bool) {
	if t.how == howSet {
		i, found := slices.BinarySearch(t.set, n)
		if found {
			return n + 1, true // where n+1 is in the set too, an early guess
		}
		if i == len(t.set) {
			return 0, false
		}
		return t.set[i], true
	}
	switch {
	case t.lo > n:
		return t.lo, true
	case t.hi >= n && t.hi < math.MaxInt64:
		return t.hi + 1, true
	}
	return 0, false
}
