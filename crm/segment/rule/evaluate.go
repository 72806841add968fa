package rule

import (
	"github.com/guanxi-go/guanxi/crm/calendar"
)

// The kernel. An evaluation lives on the stack of one call: it is handed to no
// interface and no closure, so nothing is allocated for a customer. The tests
// compare it with an interpreter of the JSON that knows nothing of this file.

type evaluation struct {
	segment *Segment
	subject Subject
	asOf    calendar.Day
	event   int               // the event whose attributes a filter asks for
	known   [MaxSegments]int8 // per sub-segment its Truth + 2, 0 where not yet asked: a diamond of references is not walked twice
	err     error             // the first problem with the subject
}

func (e *evaluation) truth(i int32) Truth {
	nodes := e.segment.nodes
	n := &nodes[i]
	switch n.form {
	case formAll:
		t := True
		for part := i + 1; part < n.end && t > False; part = nodes[part].end {
			t = min(t, e.truth(part))
		}
		return t
	case formAny:
		t := False
		for part := i + 1; part < n.end && t < True; part = nodes[part].end {
			t = max(t, e.truth(part))
		}
		return t
	case formNot:
		return -e.truth(i + 1)
	case formSegment:
		if e.known[n.index] == 0 {
			e.known[n.index] = int8(e.truth(n.root)) + 2
		}
		return Truth(e.known[n.index] - 2)
	case formAttribute:
		return e.attribute(n)
	}
	t := e.measure(i)
	return t.truth(n, e.asOf)
}

func (e *evaluation) attribute(n *node) Truth {
	var v Value
	e.value(n, &v)
	return n.test.value(&v, e.asOf)
}

// value puts into v the attribute of a node: the customer's or the event's. (To
// return the eight words of a Value costs a second copy.)
func (e *evaluation) value(n *node, v *Value) {
	if n.kind < 0 {
		*v = e.subject.Attribute(int(n.index))
	} else {
		*v = e.subject.EventAttribute(int(n.kind), e.event, int(n.index))
	}
	if v.kind != n.field.Type || int(v.scale) != n.field.Scale {
		e.check(n, v)
	}
}

// check takes down the problem where v does not fit the field of n, and makes it
// a missing value then.
func (e *evaluation) check(n *node, v *Value) {
	if problem := v.fits(*n.field); problem != "" {
		e.fail(n, problem)
		*v = Value{}
	}
}

func (e *evaluation) fail(n *node, reason string) {
	if e.err != nil {
		return
	}
	u := &e.segment.units[n.unit]
	problem := problemAt(u.rule.source, n.source.head.path(), int(n.source.head.at), "the subject breaks its contract: "+reason)
	problem.Segment = u.name
	e.err = problem
}

// measure goes once through the events of the kind that node i is about.
func (e *evaluation) measure(i int32) (t tally) {
	n := &e.segment.nodes[i]
	kind, filtered := int(n.index), n.end > i+1
	from, before := n.window.bounds(e.asOf)
	for event := range e.subject.EventCount(kind) {
		day := e.subject.EventDay(kind, event)
		if !day.Valid() {
			e.fail(n, "an event has no valid day")
			return t
		}
		if day < from || day >= before {
			continue
		}
		counts := True
		if filtered {
			e.event = event
			if counts = e.truth(i + 1); counts == False {
				continue
			}
		}
		switch n.measure {
		case measureCount:
			t.count(counts)
		case measureSum:
			v := e.subject.EventAttribute(kind, event, int(n.of))
			if v.kind != TypeNumber || int(v.scale) != n.field.Scale {
				e.check(n, &v)
			}
			t.sum(counts, &v)
		default:
			t.day(counts, day)
		}
	}
	return t
}

// tally is what is known of the events that a condition measures. Where the
// filter is unknown for some of them, the measure is known to lie between the
// least and the most that it can be.
type tally struct {
	surely, possibly int64        // events counted: for sure, and with those whose filter is unknown
	least, most      int128       // of the sum
	unknown          bool         // a measure is missing, so that nothing is known of the sum
	first, firstSure calendar.Day // earliest event: of all, of the sure ones; 0 for none
	last, lastSure   calendar.Day // latest
}

func (t *tally) count(counts Truth) {
	t.possibly++
	if counts == True {
		t.surely++
	}
}

func (t *tally) sum(counts Truth, v *Value) {
	switch {
	case v.Missing():
		t.unknown = true
	case counts == True:
		t.least, t.most = t.least.add(v.num), t.most.add(v.num)
	case v.num < 0:
		t.least = t.least.add(v.num)
	default:
		t.most = t.most.add(v.num)
	}
}

func (t *tally) day(counts Truth, day calendar.Day) {
	if t.last == 0 {
		t.first = day
	}
	t.first, t.last = min(t.first, day), max(t.last, day)
	if counts != True {
		return
	}
	if t.lastSure == 0 {
		t.firstSure = day
	}
	t.firstSure, t.lastSure = min(t.firstSure, day), max(t.lastSure, day)
}

// bounds returns the least and the most that a measure can be; ok is false where
// it is unknown or, for an age, where no event surely happened.
func (t *tally) bounds(m measure, asOf calendar.Day) (lo, hi int64, ok bool) {
	switch m {
	case measureCount:
		return t.surely, t.possibly, true
	case measureSum:
		return t.least.clamp(), t.most.clamp(), !t.unknown
	case measureFirst:
		return int64(asOf - t.firstSure), int64(asOf - t.first), t.firstSure > 0
	}
	return int64(asOf - t.last), int64(asOf - t.lastSure), t.lastSure > 0
}

func (t *tally) truth(n *node, asOf calendar.Day) Truth {
	lo, hi, ok := t.bounds(n.measure, asOf)
	if !ok {
		return Unknown
	}
	return n.test.between(lo, hi)
}
