package cadence

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/money"
)

// worker is a person in integers.
type worker struct {
	person   *Person
	days     *workdays
	accounts []tenure
	regimes  []regime
	marks    []mark  // absences by day, in order
	places   []place // units in which he owed something
}

// tenure is a time with an account, in microseconds, and the days on which it began
// and ended.
type tenure struct {
	from, to    int64
	open, close calendar.Day
}

// regime says in which unit somebody is and what binds him there, from an instant on;
// -1 for none.
type regime struct {
	from   int64
	unit   int32
	policy int32
}

// mark is a day of absence.
type mark struct {
	day     calendar.Day
	status  Status
	absence int32 // place of the person's longest on the day
}

// place is what somebody owed in a unit, -1 for none, by rule.
type place struct {
	unit int32
	sums [RuleAction + 1]struct{ met, missed int64 }
}

// add counts duties in a unit.
func (w *worker) add(unit int32, rule Rule, met, missed int) {
	i := 0
	for i < len(w.places) && w.places[i].unit != unit {
		i++
	}
	if i == len(w.places) {
		w.places = append(w.places, place{unit: unit})
	}
	sum := &w.places[i].sums[rule]
	sum.met += int64(met)
	sum.missed += int64(missed)
}

const forever = math.MaxInt64

func micro(t time.Time, zero int64) int64 {
	if t.IsZero() {
		return zero
	}
	return t.UnixMicro()
}

// employ computes what does not depend on the day. until is the last day of the
// evaluation; of a week's travel the rest of the week matters too.
func employ(b *Book, p *Person, days *workdays, share money.Ratio, until calendar.Day, use *scratch) (worker, error) {
	w := worker{person: p, days: days}
	for _, s := range p.Accounts {
		t := tenure{from: micro(s.From, math.MinInt64), to: micro(s.To, forever), open: days.first - 1, close: calendar.MaxDay + 1}
		if !s.From.IsZero() {
			t.open = days.grid.day(s.From.Unix())
		}
		if !s.To.IsZero() {
			t.close = days.grid.day(s.To.Unix())
		}
		w.accounts = append(w.accounts, t)
	}
	var err error
	if w.regimes, err = b.regimesOf(p); err != nil {
		return w, err
	}
	w.marks, err = use.marksOf(p, days, share, until)
	return w, err
}

// regimesOf cuts a person's time where he changes the unit or the unit its policy.
func (b *Book) regimesOf(p *Person) ([]regime, error) {
	list := []regime{{math.MinInt64, -1, -1}}
	spans := p.Units
	byFrom := func(x, y UnitSpan) int {
		return cmp.Compare(micro(x.From, math.MinInt64), micro(y.From, math.MinInt64))
	}
	if !slices.IsSortedFunc(spans, byFrom) {
		spans = slices.Clone(spans)
		slices.SortStableFunc(spans, byFrom)
	}
	for i, s := range spans {
		u, ok := b.index[s.Unit]
		if !ok {
			return nil, refuseID(ErrNotFound, codeNoUnit, "person.units", s.Unit)
		}
		from, to := micro(s.From, math.MinInt64), micro(s.To, forever)
		if i+1 < len(spans) {
			to = min(to, micro(spans[i+1].From, math.MinInt64))
		}
		if from >= to {
			continue
		}
		list = append(list, regime{from, u, bindingAt(b.lines[u], from)})
		for _, l := range b.lines[u] {
			if l.from > from && l.from < to {
				list = append(list, regime{l.from, u, l.policy})
			}
		}
		if to < forever {
			list = append(list, regime{to, -1, -1})
		}
	}
	kept := list[:0]
	for _, r := range list {
		if n := len(kept); n > 0 && kept[n-1].from == r.from {
			n--
			kept = kept[:n]
		}
		kept = append(kept, r)
	}
	return kept, nil
}

// regimeAt returns the place of what holds at an instant, in microseconds.
func (w *worker) regimeAt(at int64) int {
	i := len(w.regimes) - 1
	for w.regimes[i].from > at {
		i--
	}
	return i
}

// lastUnit returns the unit in which somebody last was at an instant, -1 for none.
func (w *worker) lastUnit(at int64) int32 {
	for i := len(w.regimes) - 1; i >= 0; i-- {
		if w.regimes[i].from <= at && w.regimes[i].unit >= 0 {
			return w.regimes[i].unit
		}
	}
	return -1
}

// hasAccount reports whether somebody has an account at an instant.
func (w *worker) hasAccount(at int64) bool {
	for _, t := range w.accounts {
		if t.from <= at && at < t.to {
			return true
		}
	}
	return false
}

// absenceOn returns the absence of a day.
func (w *worker) absenceOn(d calendar.Day) (mark, bool) {
	i, ok := slices.BinarySearchFunc(w.marks, d, func(m mark, d calendar.Day) int { return cmp.Compare(m.day, d) })
	if !ok {
		return mark{}, false
	}
	return w.marks[i], true
}

// marksOf returns the days for which absences count. What lies before the calendar's
// horizon is not looked at; behind it is an error where it matters.
func (use *scratch) marksOf(p *Person, days *workdays, share money.Ratio, until calendar.Day) ([]mark, error) {
	if len(p.Absences) == 0 {
		return nil, nil
	}
	order, pieces := use.order[:0], use.pieces[:0]
	for i := range p.Absences {
		order = append(order, int32(i))
	}
	slices.SortFunc(order, func(i, j int32) int {
		a, b := &p.Absences[i], &p.Absences[j]
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), a.From.Compare(b.From), a.To.Compare(b.To), cmp.Compare(a.Delegate, b.Delegate))
	})
	reached := int64(math.MinInt64) // absences of a kind may overlap: no time counts twice
	travels := -1                   // where the pieces of travel begin
	for n, i := range order {
		a := &p.Absences[i]
		if n == 0 || p.Absences[order[n-1]].Kind != a.Kind {
			reached = math.MinInt64
			if a.Kind == Travel {
				travels = len(pieces)
			}
		}
		from, to := max(a.From.Unix(), reached), a.To.Unix()
		if from >= to {
			continue
		}
		reached = to
		// The night shift of the day before may reach in.
		first, last := max(days.grid.day(from)-1, days.first), min(days.grid.day(to-1), until+6)
		if a.Kind == Leave && until <= days.last() {
			last = min(last, days.last()) // behind until, it matters only together with travel
		}
		if first <= last && last > days.last() {
			return nil, calendarError(days.knows(first, last), p.ID)
		}
		for d := first; d <= last; d++ {
			if part, whole := days.covered(d, from, to); part > 0 {
				pieces = append(pieces, piece{mark{d, OnLeave + Status(a.Kind-Leave), i}, part, whole})
			}
		}
	}
	use.order, use.pieces = order, pieces
	if travels < 0 {
		travels = len(pieces)
	}
	use.marks = joinPieces(use.marks[:0], pieces[:travels], share)
	leaves := len(use.marks)
	use.marks = joinPieces(use.marks, pieces[travels:], share)
	return mergeMarks(use.marks[:leaves], use.marks[leaves:]), nil
}

// scratch is memory that is used again for the next person.
type scratch struct {
	order  []int32
	pieces []piece
	marks  []mark
}

// piece is what an absence covers of a day's working time, in seconds.
type piece struct {
	mark
	part, whole int64
}

// joinPieces adds the days of which the pieces of one kind cover the share. Of two
// absences on a day the longer one counts.
func joinPieces(marks []mark, pieces []piece, share money.Ratio) []mark {
	byDay := func(a, b piece) int { return cmp.Compare(a.day, b.day) }
	if !slices.IsSortedFunc(pieces, byDay) {
		slices.SortStableFunc(pieces, byDay)
	}
	for i := 0; i < len(pieces); {
		longest, sum := &pieces[i], int64(0)
		for ; i < len(pieces) && pieces[i].day == longest.day; i++ {
			sum += pieces[i].part
			if pieces[i].part > longest.part {
				longest = &pieces[i]
			}
		}
		if sum*share.Den >= longest.whole*share.Num {
			marks = append(marks, longest.mark)
		}
	}
	return marks
}

// mergeMarks returns the days of leave and travel in order; leave goes before travel.
func mergeMarks(leaves, travels []mark) []mark {
	list := make([]mark, 0, len(leaves)+len(travels))
	for _, m := range travels {
		for len(leaves) > 0 && leaves[0].day < m.day {
			list, leaves = append(list, leaves[0]), leaves[1:]
		}
		if len(leaves) == 0 || leaves[0].day > m.day {
			list = append(list, m)
		}
	}
	return append(list, leaves...)
}

// StatusOn returns what somebody is on a day (当日状态): the first that holds of no account,
// leave, travel and office. ErrInvalid: see [Person.Validate] and [Options];
// ErrHorizon and ErrUncovered: his calendar does not know the day.
func (p Person) StatusOn(d calendar.Day, opts Options) (Status, error) {
	if err := p.Validate(); err != nil {
		return 0, err
	}
	if err := opts.validate(); err != nil {
		return 0, err
	}
	g := &grid{zone: p.Cal.Loc()}
	days := newWorkdays(p.Cal, g)
	if err := days.knows(d, d); err != nil {
		return 0, calendarError(err, p.ID)
	}
	w, err := employ(&Book{}, &Person{ID: p.ID, Accounts: p.Accounts, Absences: p.Absences}, days, opts.share(), d, new(scratch))
	if err != nil {
		return 0, err
	}
	for _, t := range w.accounts {
		if t.open < d && d < t.close {
			if m, ok := w.absenceOn(d); ok {
				return m.status, nil
			}
			return AtOffice, nil
		}
	}
	return NoAccount, nil
}
