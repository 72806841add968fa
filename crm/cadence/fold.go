package cadence

import (
	"slices"

	"github.com/guanxi-go/guanxi/crm/calendar"
)

// fold judges one record after the other by its own actions, over buffers that are
// used again.
type fold struct {
	e       *Evaluator
	r       Record
	subject int32 // of the breaches, -1 before the first
	unit    int32 // of the record where nobody looks after it
	opened  calendar.Day
	closed  calendar.Day // after asOf where it was open by then
	last    calendar.Day // that ended by asOf and before the closing
	holders []holder
	acted   []calendar.Day // on which there was an action that counts, in order
	by      author         // of the last action
	base    int32          // the month of the opening
	fell    []uint8        // by month since base: what rolling terms fell due in it

	solo   bool         // one owner in one unit under one policy, always:
	always owed         // then this is who owes
	days   calendar.Day // of the rolling term, or never
	kept   int          // duties that were met
}

// holder is a span of an owner in microseconds; who is -1 for nobody.
type holder struct {
	from, to int64
	who      int32
}

// What rolling terms that fell due in a month had come to by then, before any leave
// postponed them.
const (
	fellMet    = 1
	fellMissed = 2
)

// never is after all days, also as a number of days.
const never = calendar.MaxDay + 1

// Record evaluates a record with all of its actions. Errors are those of [Evaluate];
// a record that is given twice is counted twice.
func (e *Evaluator) Record(r Record, actions []Action) error {
	f := &e.fold
	f.e, f.r = e, r
	if err := f.begin(); err != nil {
		return err
	}
	if err := f.read(actions); err != nil {
		return err
	}
	if err := f.terms(); err != nil {
		return err
	}
	if err := f.monthly(); err != nil {
		return err
	}
	if f.kept > 0 {
		e.add(f.always, f.kept, 0)
	}
	return nil
}

// begin validates the record and turns it into integers.
func (f *fold) begin() error {
	r, e := &f.r, f.e
	if !r.sound() {
		return r.validate()
	}
	f.unit, f.subject, f.kept = -1, -1, 0
	if r.Unit != "" {
		u, ok := e.book.index[r.Unit]
		if !ok {
			return refuseID(ErrNotFound, codeNoUnit, "record.unit", r.Unit)
		}
		f.unit = u
	}
	f.opened = e.grid.day(r.Opened.Unix())
	f.closed, f.last = never, e.asOfDay-1
	if closed := micro(r.Closed, forever); closed <= e.asOf {
		f.closed = e.grid.day(floorSeconds(closed))
		f.last = f.closed - 1
	}
	f.holders = f.holders[:0]
	for _, s := range r.Owners {
		h := holder{s.From.UnixMicro(), micro(s.To, forever), -1}
		if s.Owner != "" {
			who, err := e.who(s.Owner)
			if err != nil {
				return err
			}
			h.who = who
		}
		f.holders = append(f.holders, h)
	}
	f.settle()
	f.base = e.grid.month(f.opened)
	n := max(0, int(e.asOfMonth-f.base)+1)
	f.fell = slices.Grow(f.fell[:0], n)[:n]
	clear(f.fell)
	return nil
}

// settle finds out whether the same person owes everything, as is most often so.
func (f *fold) settle() {
	f.solo = false
	if len(f.holders) != 1 || f.holders[0].who < 0 || f.holders[0].to < forever {
		return
	}
	h := f.holders[0]
	w, began := &f.e.workers[h.who], f.e.grid.start(f.opened+1)*1e6-1
	r := w.regimes[len(w.regimes)-1]
	if h.from > began || r.from > began || r.unit < 0 {
		return
	}
	for _, t := range w.accounts {
		f.solo = f.solo || t.from <= began && t.to == forever
	}
	f.always, f.days = owed{who: h.who, regime: r}, never
	if r.policy < 0 {
		return
	}
	if rule := &f.e.rules[r.policy].Action; !rule.Off && rule.Mode != CalendarMonth {
		f.days = calendar.Day(rule.Days)
	}
}

// terms judges the rolling terms: each begins behind the last action that counts, or
// the opening, or the term that was missed before.
func (f *fold) terms() error {
	g := f.e.grid
	begin, step, i, pending := f.opened, 0, 0, false
	for {
		due := begin + f.days
		if !f.solo {
			begin, due = f.nextTerm(begin)
		}
		if due > f.last {
			return nil
		}
		i = f.upTo(i, begin)
		j := f.upTo(i, due)
		month := &f.fell[g.months[due-g.first]-f.base]
		if j > i {
			*month |= fellMet
			f.met(begin, due)
			begin, step, i = f.acted[j-1], 0, j
			continue
		}
		*month |= fellMissed
		o, err := f.onLeave(f.owner(begin, due), begin, due)
		if err != nil {
			return err
		}
		if pending = pending || o.due > f.last; pending {
			begin = due // what is postponed beyond asOf, or closed meanwhile, is not decided
			continue
		}
		if j = f.upTo(i, o.due); j > i {
			f.count(o, true)
			begin, step, i = f.acted[j-1], 0, j
			continue
		}
		step++
		f.miss(o, step, int32(begin+1))
		begin = due
	}
}

// upTo returns the place behind the actions, from place i on, of a day and before.
func (f *fold) upTo(i int, d calendar.Day) int {
	for i < len(f.acted) && f.acted[i] <= d {
		i++
	}
	return i
}

// nextTerm returns on which day the next rolling term falls due, and behind which day
// it began: the given one, or the last one on which no rule asked for it; never, also
// after asOf.
func (f *fold) nextTerm(begin calendar.Day) (start, due calendar.Day) {
	g := f.e.grid
	for d := begin + 1; g.start(d)*1e6 < f.e.asOf; {
		policy, until := f.binding(g.end(d) - 1)
		last := calendar.MaxDay // on which the same binds
		if until < forever {
			last = g.day(floorSeconds(until)) - 1
		}
		if policy >= 0 {
			if rule := &f.e.rules[policy].Action; !rule.Off && rule.Mode != CalendarMonth {
				if due := begin + calendar.Day(rule.Days); due <= last {
					return begin, max(due, d)
				}
				d = last + 1
				continue
			}
		}
		if last >= f.e.asOfDay {
			return begin, never
		}
		d, begin = last+1, last
	}
	return begin, never
}

// monthly judges the calendar months in which the record was open.
func (f *fold) monthly() error {
	g := f.e.grid
	month, i := max(f.base, f.e.firstMonth), 0
	for ; int(month-f.base) < len(f.fell); month++ {
		first, last := g.monthDays(month)
		ended := f.closed <= last
		if ended {
			last = f.closed
		}
		i = f.upTo(i, first-1)
		merged := f.merged(month, i < len(f.acted) && f.acted[i] <= last)
		if merged && !ended {
			continue
		}
		if last > g.lastDue || last < first {
			return nil
		}
		if !merged && f.asks(max(first, f.opened), last, !ended && f.opened <= first) {
			if err := f.month(month, first, last, i); err != nil {
				return err
			}
		}
		if ended {
			return nil
		}
	}
	return nil
}

// merged reports whether a month is the same duty as a rolling term that fell due in
// it, and so counted with it.
func (f *fold) merged(month int32, met bool) bool {
	fell := f.fell[month-f.base]
	return met && fell != 0 || fell&fellMissed != 0
}

// asks reports whether a rule asks for an action in a month of which the record was open
// on the days first to last: one that binds on both, and asks for months that are not
// whole if this one is not.
func (f *fold) asks(first, last calendar.Day, whole bool) bool {
	for _, d := range [...]calendar.Day{first, last} {
		policy, _ := f.binding(f.e.grid.end(d) - 1)
		if policy < 0 {
			return false
		}
		if rule := &f.e.rules[policy].Action; rule.Off || rule.Mode == Rolling || !whole && !rule.Partial {
			return false
		}
	}
	return true
}

// month judges one calendar month that is a duty of its own; i is the place of the
// first action in it or later.
func (f *fold) month(month int32, first, last calendar.Day, i int) error {
	if f.upTo(i, last) > i {
		f.met(first-1, last)
		return nil
	}
	o, err := f.onLeave(f.owner(first-1, last), first-1, last)
	if err != nil {
		return err
	}
	if o.due > f.e.grid.lastDue || o.due > last && o.due > f.last {
		return nil
	}
	if f.upTo(i, o.due) > i {
		f.count(o, true)
		return nil
	}
	f.miss(o, 1, -month)
	return nil
}
