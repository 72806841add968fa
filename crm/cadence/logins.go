package cadence

import (
	"math/bits"
	"slices"

	"github.com/guanxi-go/guanxi/crm/calendar"
)

// logins judges the rules of log-ins for one person after the other, over sets of days
// that are used again. Days are counted from the first of the tables.
type logins struct {
	e *Evaluator
	w *worker
	n int32 // of the worker

	first  calendar.Day // of the tables
	asOf   int          // the last day that has ended
	last   int          // of the tables: the end of asOf's week
	known  int          // the first day that the calendar knows
	report int          // the first day of which the end is evaluated

	present dayset // with an account
	leave   dayset
	travel  dayset
	office  dayset
	worked  dayset // working days
	in      dayset // with a log-in
	inShift dayset // with one within a shift of the day
	counts  dayset // towards idleness
	count   []int32
	spells  []spell
}

// spell is a time, of days first to last, in which the same rules bind somebody.
type spell struct {
	first, last int
	rules       *Rules
	regime      *regime
}

// judge evaluates the three rules for a person.
func (l *logins) judge(n int32) error {
	l.w, l.n = &l.e.workers[n], n
	if len(l.w.accounts) == 0 {
		return nil
	}
	if err := l.span(); err != nil || l.asOf < 0 {
		return err
	}
	l.layDays()
	l.laySpells()
	l.layLogins()
	idle := idleness{logins: l, until: -1}
	for i := range l.spells {
		l.daily(&l.spells[i])
		if !l.spells[i].rules.Idle.Off {
			idle.judge(&l.spells[i])
		}
	}
	return l.weekly()
}

// span finds the days to look at: from the last log-in, or the opening of the account,
// before the evaluation begins.
func (l *logins) span() error {
	w, g := l.w, l.w.days.grid
	opened, closed := calendar.MaxDay, calendar.MinDay
	for _, t := range w.accounts {
		opened, closed = min(opened, max(t.open, calendar.MinDay)), max(closed, min(t.close, calendar.MaxDay))
	}
	first, needed := opened, opened // what must be known
	if l.e.from > -1<<63 {
		begin := g.firstDue
		needed = max(opened, begin)
		if login, ok := w.lastLoginBefore(g.start(begin)); ok {
			first = max(opened, g.day(login))
		}
		first = max(first, min(w.days.first, begin))
	}
	asOf := min(g.lastDue, closed)
	if l.asOf = -1; first > asOf {
		return nil
	}
	l.first = l.weekStart(first)
	l.asOf, l.last = l.at(asOf), l.at(l.weekStart(asOf)+6)
	l.known, l.report = max(0, l.at(w.days.first)), max(0, l.at(g.firstDue))
	// A week that reaches over an end of the horizon matters only with travel in it.
	return calendarError(w.days.knows(needed, max(needed, asOf)), w.person.ID)
}

// lastLoginBefore returns when somebody last logged in before an instant, in seconds.
func (w *worker) lastLoginBefore(before int64) (last int64, ok bool) {
	for i := range w.person.Logins {
		if at := w.person.Logins[i].Unix(); at < before && (!ok || at > last) {
			last, ok = at, true
		}
	}
	return last, ok
}

// weekStart returns the first day of the week of a day. Day 1 was a Monday.
func (l *logins) weekStart(d calendar.Day) calendar.Day {
	return d - (d-1+7-calendar.Day(l.e.week))%7
}

func (l *logins) at(d calendar.Day) int  { return int(d - l.first) }
func (l *logins) day(i int) calendar.Day { return l.first + calendar.Day(i) }

// layDays says what the person is on each day, and which are working days.
func (l *logins) layDays() {
	n := l.last + 1
	l.present, l.leave, l.travel = l.present.sized(n), l.leave.sized(n), l.travel.sized(n)
	l.office, l.worked = l.office.sized(n), l.worked.sized(n)
	for _, t := range l.w.accounts {
		l.present.setRange(l.at(max(t.open+1, l.first)), min(l.at(t.close-1), l.last))
	}
	for i := range l.w.marks {
		m := &l.w.marks[i]
		k := l.at(m.day)
		switch {
		case k < 0 || k > l.last || !l.present.has(k):
		case m.status == OnLeave:
			l.leave.set(k)
		default:
			l.travel.set(k)
		}
	}
	for k := range l.office {
		l.office[k] = l.present[k] &^ l.leave[k] &^ l.travel[k]
		l.worked[k] = l.w.days.isWork.word(64*k - l.at(l.w.days.first))
	}
}

// laySpells says what binds the person just before the end of each day.
func (l *logins) laySpells() {
	l.spells = l.spells[:0]
	g, regimes := l.w.days.grid, l.w.regimes
	from, to := g.start(l.first)*1e6, g.end(l.day(l.last))
	for i := range regimes {
		s := spell{last: l.last, regime: &regimes[i]}
		if regimes[i].from >= to {
			break
		}
		if regimes[i].from > from {
			s.first = l.at(g.day(floorSeconds(regimes[i].from)))
		}
		if i+1 < len(regimes) && regimes[i+1].from < to {
			if regimes[i+1].from <= from {
				continue
			}
			s.last = l.at(g.day(floorSeconds(regimes[i+1].from))) - 1
		}
		if s.first <= s.last && regimes[i].policy >= 0 {
			s.rules = &l.e.rules[regimes[i].policy]
			l.spells = append(l.spells, s)
		}
	}
}

// layLogins counts the log-ins of each day.
func (l *logins) layLogins() {
	n := l.last + 1
	l.in, l.inShift, l.count = l.in.sized(n), l.inShift.sized(n), slices.Grow(l.count[:0], n)[:n]
	clear(l.count)
	shifts := slices.ContainsFunc(l.spells, func(s spell) bool { return s.rules.Login.Window == WorkingHours })
	days, g := l.w.days, l.w.days.grid
	from, to := g.start(l.first), g.start(l.day(n))
	for i := range l.w.person.Logins {
		at := l.w.person.Logins[i].Unix()
		if at < from || at >= to {
			continue
		}
		d := g.day(at)
		k := l.at(d)
		l.in.set(k)
		l.count[k]++
		for back := calendar.Day(0); shifts && back <= 1; back++ { // a night shift is of the day before
			if on := d - back; on >= l.first && on >= days.first && on <= days.last() && days.working(on, at) {
				l.inShift.set(l.at(on))
			}
		}
	}
}

// duties counts duties under a rule.
func (l *logins) duties(rule Rule, r *regime, met, missed int) {
	if met+missed > 0 {
		l.e.tally.add(r.unit, rule, met, missed)
		l.e.tally.person(r.unit, rule, l.n)
		l.w.add(r.unit, rule, met, missed)
	}
}

// miss reports a duty that was missed, due on a day, of a window that begins on a day.
func (l *logins) miss(code uint8, due, window int, r *regime, owed, done, step int) {
	b := l.e.breach(code, l.w.days.grid, l.day(due), r)
	b.who, b.window, b.owed, b.done, b.step = l.n, int32(l.day(window)), int32(owed), int32(done), int32(step)
	l.e.breaches = append(l.e.breaches, b)
}

// daily wants a log-in on each working day in the office.
func (l *logins) daily(s *spell) {
	from, to := max(s.first, l.known, l.report), min(s.last, l.asOf)
	if s.rules.Login.Off || from > to {
		return
	}
	in := l.in
	if s.rules.Login.Window == WorkingHours {
		in = l.inShift
	}
	owed, missed := 0, 0
	for k := from / 64; k <= to/64; k++ {
		duty := l.office[k] & l.worked[k] & within(k, from, to)
		owed += bits.OnesCount64(duty)
		for open := duty &^ in[k]; open != 0; open &= open - 1 {
			i := 64*k + bits.TrailingZeros64(open)
			l.miss(brokeLogin, i, i, s.regime, 1, 0, 0)
			missed++
		}
	}
	l.duties(RuleLogin, s.regime, owed-missed, missed)
}

// weekly wants log-ins in a week of travel.
func (l *logins) weekly() error {
	for begin := l.travel.next(0); begin <= l.asOf; {
		monday := begin - begin%7
		due := l.travel.last(begin, monday+6)
		if err := l.week(monday, begin, due); err != nil {
			return err
		}
		begin = l.travel.next(monday + 7)
	}
	return nil
}

// week judges the travel from one day to another of a week.
func (l *logins) week(monday, begin, due int) error {
	days, travelled := l.w.days, 0
	for i := l.travel.next(begin); i <= due; i = l.travel.next(i + 1) {
		if l.worked.has(i) {
			travelled++
		}
	}
	s := slices.IndexFunc(l.spells, func(s spell) bool { return s.first <= due && due <= s.last })
	if travelled == 0 || due < l.report || due > l.at(days.grid.lastDue) || s < 0 || l.spells[s].rules.Travel.Off {
		return nil
	}
	if err := days.knows(l.day(monday), l.day(monday+6)); err != nil {
		return calendarError(err, l.w.person.ID)
	}
	rule, done := l.spells[s].rules.Travel, 0
	for i := begin; i <= due; i++ {
		n := int(l.count[i])
		if rule.DistinctDays {
			n = min(n, 1)
		}
		done += n
	}
	owed := rule.Owed(travelled, days.between(l.day(monday), l.day(monday+6)))
	if done >= owed {
		l.duties(RuleTravel, l.spells[s].regime, 1, 0)
		return nil
	}
	l.duties(RuleTravel, l.spells[s].regime, 0, 1)
	l.miss(brokeTravel, due, monday, l.spells[s].regime, owed, done, 0)
	return nil
}
