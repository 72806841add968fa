package cadence

import (
	"cmp"
	"slices"
	"time"

	"github.com/guanxi-go/guanxi/crm/calendar"
)

// breach is a finding about a rule in integers, of which there may be very many:
// without pointers, so that they cost the garbage collector nothing. Report puts it
// in words.
type breach struct {
	due     int64 // the end of the day, in microseconds
	day     calendar.Day
	window  int32 // which it is about: the day on which it begins, or minus the month
	subject int32 // place of the record; -1: the person
	who     int32 // -1 for nobody
	unit    int32
	policy  int32
	owed    int32
	done    int32
	step    int32
	grid    int32
	code    uint8
}

// The codes of breaches, by number in their byte order.
const (
	brokeAction = iota
	brokeLogin
	brokeTravel
	brokeIdle
	brokeOrphan
)

func breachCode(n uint8) string {
	return [...]string{foundAction, foundLogin, foundTravel, foundIdle, foundOrphan}[n]
}

// subject is a record that something was found about.
type subject struct {
	id   string
	kind Kind
}

// breach returns one with due day, unit and policy filled in.
func (e *Evaluator) breach(code uint8, g *grid, due calendar.Day, r *regime) breach {
	return breach{code: code, due: g.end(due), day: due, grid: g.number, unit: r.unit, policy: r.policy, subject: -1, who: -1}
}

func (e *Evaluator) subjectOf(b *breach) subject {
	if b.subject < 0 {
		return subject{id: e.workers[b.who].person.ID}
	}
	return e.subjects[b.subject]
}

// compareBreaches orders breaches as their findings.
func (e *Evaluator) compareBreaches(a, b *breach) int {
	if a.due != b.due {
		return cmp.Compare(a.due, b.due)
	}
	if a.code != b.code {
		return cmp.Compare(a.code, b.code)
	}
	if a.subject < 0 && b.subject < 0 {
		if a.who != b.who {
			return cmp.Compare(a.who, b.who) // workers are in order
		}
	} else if a.subject != b.subject {
		x, y := e.subjectOf(a), e.subjectOf(b)
		if c := cmp.Or(cmp.Compare(x.kind, y.kind), cmp.Compare(x.id, y.id)); c != 0 {
			return c
		}
	}
	if a.window > 0 && b.window > 0 || a.window == b.window {
		return cmp.Compare(a.window, b.window)
	}
	return cmp.Compare(windowKey(a.window), windowKey(b.window))
}

// windowKey returns how findings name a window: 2026-07-01, or 2026-07 for a month.
func windowKey(window int32) string {
	if window < 0 {
		return monthKey(int(-window/12), int(-window%12)+1)
	}
	return calendar.Day(window).String()
}

// word returns the finding of a breach.
func (e *Evaluator) word(b *breach) Finding {
	code, subject, g := breachCode(b.code), e.subjectOf(b), e.grids[b.grid]
	at := time.UnixMicro(b.due).In(g.zone)
	f := Finding{Code: code, Rule: ruleOf(code), Kind: subject.kind, Subject: subject.id, Due: b.day, DueAt: at, FoundAt: at,
		Owed: int(b.owed), Done: int(b.done), Step: int(b.step)}
	switch {
	case b.who >= 0:
		f.Owner = e.workers[b.who].person.ID
	case b.unit >= 0:
		f.Owner = e.book.units[b.unit].Head
	}
	e.bind(&f, &regime{unit: b.unit, policy: b.policy})
	f.seal(g.zone, windowKey(b.window))
	return f
}

// findings returns all that was found, in order.
func (e *Evaluator) findings() []Finding {
	slices.SortFunc(e.breaches, func(a, b breach) int { return e.compareBreaches(&a, &b) })
	slices.SortFunc(e.suspects, compareFindings)
	if len(e.breaches)+len(e.suspects) == 0 {
		return nil
	}
	list, rest := make([]Finding, 0, len(e.breaches)+len(e.suspects)), e.suspects
	for i := range e.breaches {
		f := e.word(&e.breaches[i])
		for len(rest) > 0 && orderFindings(&rest[0], &f) < 0 {
			list, rest = append(list, rest[0]), rest[1:]
		}
		list = append(list, f)
	}
	return append(list, rest...)
}
