package cadence

import "github.com/guanxi-go/guanxi/crm/calendar"

// owed says who owes the action of a record, by when, and under which policy.
type owed struct {
	who    int32 // -1: nobody, or somebody without an account
	due    calendar.Day
	regime regime
}

// holding returns the place of who holds the record at an instant, or -1.
func (f *fold) holding(at int64) int {
	for i := len(f.holders) - 1; i >= 0; i-- {
		if h := &f.holders[i]; h.from <= at {
			if at < h.to {
				return i
			}
			return -1
		}
	}
	return -1
}

// binding returns the policy that binds the record at an instant, that of its owner's
// unit, and until when the same does at least; -1 for none.
func (f *fold) binding(at int64) (policy int32, until int64) {
	if f.solo {
		return f.always.regime.policy, forever
	}
	k := f.holding(at)
	if k < 0 || f.holders[k].who < 0 {
		until = forever
		for _, h := range f.holders {
			if h.from > at {
				until = min(until, h.from)
			} else if h.to > at {
				until = min(until, h.to)
			}
		}
		r, next := f.ofUnit(f.unit, at)
		return r.policy, min(until, next)
	}
	h := f.holders[k]
	r, until := f.place(h.who, at)
	return r.policy, min(until, h.to)
}

// place returns in which unit somebody is at an instant and what binds it: his own, the
// last one he was in, or that of the record; and until when at least that is so.
func (f *fold) place(who int32, at int64) (regime, int64) {
	w := &f.e.workers[who]
	i := len(w.regimes) - 1
	for w.regimes[i].from > at {
		i--
	}
	until := int64(forever)
	if i+1 < len(w.regimes) {
		until = w.regimes[i+1].from
	}
	if w.regimes[i].unit >= 0 {
		return w.regimes[i], until
	}
	unit := w.lastUnit(at)
	if unit < 0 {
		unit = f.unit
	}
	r, next := f.ofUnit(unit, at)
	return r, min(until, next)
}

// ofUnit returns what binds a unit at an instant, and until when.
func (f *fold) ofUnit(unit int32, at int64) (regime, int64) {
	if unit < 0 {
		return regime{at, -1, -1}, forever
	}
	line, until := f.e.book.lines[unit], int64(forever)
	for i := len(line) - 1; i >= 0 && line[i].from > at; i-- {
		until = line[i].from
	}
	return regime{at, unit, bindingAt(line, at)}, until
}

// owner returns who owes what falls due on a day, of a term that began behind another:
// who holds the record then, or, where he has not held it for the days of grace, who
// held it on most days of the term, and of several the last.
func (f *fold) owner(begin, due calendar.Day) owed {
	if f.solo {
		return owed{f.always.who, due, f.always.regime}
	}
	at := f.e.grid.end(due) - 1
	k := f.holding(at)
	o := owed{who: -1, due: due}
	if k >= 0 {
		o.who = f.holders[k].who
		if o.who >= 0 && !f.e.workers[o.who].hasAccount(at) {
			o.who = -1
		}
	}
	if len(f.holders) > 1 || k < 0 && len(f.holders) > 0 {
		o.who = f.withGrace(o.who, k, begin, due, at)
	}
	switch {
	case o.who >= 0:
		o.regime, _ = f.place(o.who, at)
	case k >= 0 && f.holders[k].who >= 0: // the unit of who left has to see to it
		o.regime, _ = f.place(f.holders[k].who, at)
	default:
		o.regime, _ = f.ofUnit(f.fallback(at), at)
	}
	return o
}

// fallback returns the unit that has to see to a record that nobody holds: its own, or
// that of who held it last.
func (f *fold) fallback(at int64) int32 {
	if f.unit >= 0 {
		return f.unit
	}
	for i := len(f.holders) - 1; i >= 0; i-- {
		if h := f.holders[i]; h.from <= at && h.who >= 0 {
			r, _ := f.place(h.who, at)
			return r.unit
		}
	}
	return -1
}

// withGrace returns who owes in the place of somebody who has not held the record long
// enough. k is the place of the holder at the due instant, -1 for none.
func (f *fold) withGrace(holder int32, k int, begin, due calendar.Day, at int64) int32 {
	policy, _ := f.binding(at)
	if policy < 0 {
		return holder
	}
	grace := f.e.rules[policy].Action.GraceDays
	since := int64(-1 << 63)
	if k >= 0 && f.holders[k].who >= 0 {
		since = f.holders[k].from
		for j := k - 1; j >= 0 && f.holders[j].who == f.holders[k].who && f.holders[j].to == since; j-- {
			since = f.holders[j].from // the same owner, in another unit or pool
		}
	} else {
		for _, h := range f.holders { // nobody has had it since the last one
			if h.who >= 0 && h.to <= at {
				since = max(since, h.to)
			}
		}
	}
	if since == -1<<63 || f.wholeDays(since, due) >= grace {
		return holder
	}
	best, most := holder, 0
	for i := range f.holders {
		who := f.holders[i].who
		if who < 0 || !f.e.workers[who].hasAccount(at) {
			continue
		}
		days := 0
		for _, h := range f.holders {
			if h.who == who {
				days += f.daysHeld(h, begin, due)
			}
		}
		if days > 0 && days >= most {
			best, most = who, days
		}
	}
	return best
}

// wholeDays returns how many whole days lie between an instant and the end of a day.
func (f *fold) wholeDays(since int64, due calendar.Day) int {
	g := f.e.grid
	first := g.day(floorSeconds(since))
	if g.start(first)*1e6 < since {
		first++
	}
	return int(due-first) + 1
}

// daysHeld returns on how many days behind one and up to another a holder held the
// record as the day ended.
func (f *fold) daysHeld(h holder, begin, due calendar.Day) int {
	g := f.e.grid
	first, last := begin+1, due
	if h.from >= g.end(begin) {
		first = g.day(floorSeconds(h.from))
	}
	if h.to < g.end(due) {
		last = g.day(floorSeconds(h.to)) - 1
	}
	return max(0, int(last-first)+1)
}

// onLeave moves what falls due on a day of leave: to the delegate, or to the first
// working day after it, as far as the rule allows.
func (f *fold) onLeave(o owed, begin, due calendar.Day) (owed, error) {
	if o.who < 0 || o.regime.policy < 0 {
		return o, nil
	}
	w, g := &f.e.workers[o.who], f.e.grid
	m, ok := w.absenceOn(due)
	if !ok || m.status != OnLeave {
		return o, nil
	}
	at := g.end(due) - 1
	if delegate := w.person.Absences[m.absence].Delegate; delegate != "" {
		who, err := f.e.who(delegate)
		if err != nil {
			return o, err
		}
		if f.e.workers[who].hasAccount(at) {
			o.who = who
			o.regime, _ = f.place(who, at)
			return o, nil
		}
	}
	last := due + calendar.Day(f.e.rules[o.regime.policy].Action.PostponeDays)
	d := due
	for d < last {
		d++
		if g.end(d) > f.e.asOf {
			break // whatever day it is, it is not over
		}
		if err := w.days.knows(d, d); err != nil {
			return o, calendarError(err, w.person.ID)
		}
		if m, ok := w.absenceOn(d); w.days.isWorked(d) && (!ok || m.status != OnLeave) {
			break
		}
	}
	if d == due {
		return o, nil
	}
	return f.owner(begin, d), nil
}

// met counts a duty that was met on time, due on a day of a term that began behind
// another.
func (f *fold) met(begin, due calendar.Day) {
	if !f.solo {
		f.count(f.owner(begin, due), true)
	} else if due >= f.e.grid.firstDue {
		f.kept++
	}
}

// count counts a duty of the record.
func (f *fold) count(o owed, met bool) {
	switch {
	case !f.e.grid.evaluates(o.due):
	case met:
		f.e.add(o, 1, 0)
	default:
		f.e.add(o, 0, 1)
	}
}

// add counts duties of somebody, and in which unit he had them.
func (e *Evaluator) add(o owed, met, missed int) {
	e.tally.add(o.regime.unit, RuleAction, met, missed)
	if o.who >= 0 {
		e.workers[o.who].add(o.regime.unit, RuleAction, met, missed)
	}
}

// miss counts and reports a duty that was missed, of a window as in [breach].
func (f *fold) miss(o owed, step int, window int32) {
	e := f.e
	f.count(o, false)
	if !e.grid.evaluates(o.due) {
		return
	}
	code := uint8(brokeAction)
	if o.who < 0 {
		code = brokeOrphan
	}
	if f.subject < 0 {
		f.subject = int32(len(e.subjects))
		e.subjects = append(e.subjects, subject{f.r.ID, f.r.Kind})
	}
	b := e.breach(code, e.grid, o.due, &o.regime)
	b.subject, b.who, b.window, b.owed, b.step = f.subject, o.who, window, 1, int32(step)
	e.breaches = append(e.breaches, b)
}
