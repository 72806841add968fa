package tier

import (
	"math/bits"
	"slices"
	"time"

	"github.com/guanxi-go/guanxi/crm/calendar"
)

// timeline is what the events of one member come to, in order of time.
type timeline struct {
	items    []item // what counts, by instant
	places   []place
	grants   []grant
	revokes  []revoke
	enrolled int64        // the first enrolment, never if there is none
	from     int64        // the start of its day: what lies before does not count
	day      calendar.Day // that day
	used     [3]uint64    // the absolute amounts of all items
}

type item struct {
	at     int64
	amount Totals // below 0 for a return
}

type place struct {
	at, recorded int64
	code         int16
}

type grant struct {
	at, until int64
	code      int16
	ref       string
}

type revoke struct {
	at  int64
	ref string
}

// micros floors an instant to microseconds.
func micros(t time.Time) int64 { return t.UnixMicro() }

// insert puts a valid event into its place.
func (tl *timeline) insert(p *Programme, e *Event, item int) error {
	at := micros(e.At)
	switch e.Kind {
	case Enrol:
		if at < tl.enrolled {
			tl.enrolled, tl.day = at, p.dayAt(at)
			tl.from = p.start(tl.day)
		}
	case Qualify, Return:
		return tl.insertItem(e, at, item)
	case Revoke:
		tl.revokes = append(tl.revokes, revoke{at, e.Ref})
	default:
		code, err := p.known(e.Tier, at, item)
		if err != nil {
			return err
		}
		if e.Kind == Grant {
			until := int64(never)
			if !e.Until.IsZero() {
				until = micros(e.Until)
			}
			tl.grants = append(tl.grants, grant{at, until, code, e.Ref})
			return nil
		}
		tl.insertPlace(place{at, micros(e.Recorded), code})
	}
	return nil
}

// known returns the number of a code that the policy in force at the instant has.
func (p *Programme) known(code string, at int64, item int) (int16, error) {
	number := p.number(code)
	if number < 0 || p.rules[p.ruleAt(at)].tiers[number] < 0 {
		return 0, refuse(ErrNotFound, "events.tier", item, code, "the policy in force has no tier")
	}
	return number, nil
}

func (tl *timeline) insertItem(e *Event, at int64, place int) error {
	amount := Totals{e.Points, e.Spend, e.Visits}
	for i, n := range [3]int64{e.Points, e.Spend, e.Visits} {
		sum, carry := bits.Add64(tl.used[i], uint64(n), 0)
		if carry > 0 || sum > MaxTotal {
			return refuse(ErrOverflow, "events.points", place, "", "the amounts add up beyond MaxTotal")
		}
	}
	tl.used[0] += uint64(e.Points)
	tl.used[1] += uint64(e.Spend)
	tl.used[2] += uint64(e.Visits)
	if e.Kind == Return {
		amount = Totals{-e.Points, -e.Spend, -e.Visits}
	}
	i := len(tl.items)
	for i > 0 && tl.items[i-1].at > at {
		i--
	}
	tl.items = append(tl.items, item{at, amount})
	if i < len(tl.items)-1 {
		copy(tl.items[i+1:], tl.items[i:])
		tl.items[i] = item{at, amount}
	}
	return nil
}

func (tl *timeline) insertPlace(p place) {
	i, _ := slices.BinarySearchFunc(tl.places, p, func(a, b place) int {
		switch {
		case a.at != b.at:
			return order(a.at, b.at)
		case a.recorded != b.recorded:
			return order(a.recorded, b.recorded)
		}
		return int(a.code) - int(b.code)
	})
	tl.places = slices.Insert(tl.places, i, p)
}

func order(a, b int64) int {
	if a < b {
		return -1
	}
	return 1
}

// read fills tl from events up to the instant; the enrolment counts whenever it
// is. Everything is validated, what comes later too.
func (tl *timeline) read(p *Programme, events []Event, until int64) error {
	tl.enrolled, tl.from = never, ever
	var found problems
	for i := range events {
		e := &events[i]
		if !e.fine() {
			before := len(found)
			e.report(&found, i)
			if len(found) > before {
				continue
			}
		}
		if e.Kind != Enrol && micros(e.At) > until {
			if e.Tier != "" {
				if _, err := p.known(e.Tier, micros(e.At), i); err != nil {
					found = append(found, err)
				}
			}
			continue
		}
		if err := tl.insert(p, e, i); err != nil {
			found = append(found, err)
		}
	}
	return found.join()
}

// upTo returns the part of tl that lies at or before the instant.
func (tl *timeline) upTo(until int64) timeline {
	part := *tl
	part.items = part.items[:count(part.items, func(i item) bool { return i.at <= until })]
	part.places = part.places[:count(part.places, func(p place) bool { return p.at <= until })]
	part.grants = slices.DeleteFunc(slices.Clone(part.grants), func(g grant) bool { return g.at > until })
	part.revokes = slices.DeleteFunc(slices.Clone(part.revokes), func(r revoke) bool { return r.at > until })
	return part
}

// count returns how many of a sorted list satisfy the condition.
func count[T any](list []T, holds func(T) bool) int {
	i, _ := slices.BinarySearchFunc(list, true, func(x T, _ bool) int {
		if holds(x) {
			return -1
		}
		return 1
	})
	return i
}

// complete refuses to count periods from an enrolment that is not there.
func (tl *timeline) complete(p *Programme) error {
	if tl.enrolled != never || len(tl.items) == 0 && len(tl.places) == 0 {
		return nil
	}
	for i := range p.rules {
		if p.rules[i].yearly {
			return refuse(ErrIncomplete, "events", -1, "", "periods count from the enrolment, and there is none")
		}
	}
	return nil
}

// ends returns until when a grant holds, revocations included.
func (tl *timeline) ends(g *grant) int64 {
	until := g.until
	for _, r := range tl.revokes {
		if r.ref == g.ref {
			until = min(until, max(r.at, g.at))
		}
	}
	return until
}
