package cadence

import (
	"slices"

	"github.com/guanxi-go/guanxi/crm/calendar"
)

// logins judges the rules of log-ins for one person after the other, day by day over
// tables that are used again.
type logins struct {
	e *Evaluator
	w *worker
	n int32 // of the worker

	first  calendar.Day // of the tables
	asOf   calendar.Day // the last day that has ended
	last   calendar.Day // of the tables: the end of asOf's week
	status []Status
	regime []int32
	count  []uint16 // log-ins
	worked []uint16 // log-ins within a shift of the day
}

// judge evaluates the three rules for a person.
func (l *logins) judge(n int32) error {
	l.w, l.n = &l.e.workers[n], n
	if len(l.w.accounts) == 0 {
		return nil
	}
	if err := l.span(); err != nil || l.first > l.asOf {
		return err
	}
	l.layDays()
	l.layLogins()
	l.daily()
	if err := l.weekly(); err != nil {
		return err
	}
	l.idle()
	return nil
}

// span finds the days to look at: from the last log-in, or the opening of the account,
// before the evaluation begins.
func (l *logins) span() error {
	w, g, e := l.w, l.w.days.grid, l.e
	l.asOf = g.day(floorSeconds(e.asOf)) - 1
	opened, closed := calendar.MaxDay, calendar.MinDay
	for _, t := range w.accounts {
		opened, closed = min(opened, max(t.open, calendar.MinDay)), max(closed, min(t.close, calendar.MaxDay))
	}
	l.first = opened
	needed := opened // must be known
	if e.from > -1<<63 {
		begin := g.day(floorSeconds(e.from))
		lastLogin := calendar.Day(0)
		for _, at := range w.person.Logins {
			if d := at.Unix(); d < g.start(begin) {
				lastLogin = max(lastLogin, g.day(d))
			}
		}
		l.first, needed = max(opened, min(lastLogin, begin)), max(opened, begin)
		if lastLogin == 0 {
			l.first = opened
		}
		l.first = max(l.first, min(w.days.first, begin))
	}
	l.asOf = min(l.asOf, closed)
	if l.first > l.asOf {
		return nil
	}
	l.first = l.weekStart(l.first)
	l.last = l.weekStart(l.asOf) + 6
	// A week that reaches over an end of the horizon matters only with travel in it.
	return calendarError(w.days.knows(needed, max(needed, l.asOf)), w.person.ID)
}

// weekStart returns the first day of the week of a day. Day 1 was a Monday.
func (l *logins) weekStart(d calendar.Day) calendar.Day {
	return d - (d-1+7-calendar.Day(l.e.week))%7
}

func (l *logins) at(d calendar.Day) int { return int(d - l.first) }

// layDays says what the person is on each day, and what binds him just before its end.
func (l *logins) layDays() {
	n := l.at(l.last) + 1
	l.status = slices.Grow(l.status[:0], n)[:n]
	l.regime = slices.Grow(l.regime[:0], n)[:n]
	clear(l.status)
	for _, t := range l.w.accounts {
		for d := max(t.open+1, l.first); d < t.close && d <= l.last; d++ {
			l.status[l.at(d)] = AtOffice
		}
	}
	for _, m := range l.w.marks {
		if m.day >= l.first && m.day <= l.last && l.status[l.at(m.day)] != NoAccount {
			l.status[l.at(m.day)] = m.status
		}
	}
	r, g := 0, l.w.days.grid
	for d := l.first; d <= l.last; d++ {
		end := g.end(d) - 1
		for r+1 < len(l.w.regimes) && l.w.regimes[r+1].from <= end {
			r++
		}
		l.regime[l.at(d)] = int32(r)
	}
}

// layLogins counts the log-ins of each day.
func (l *logins) layLogins() {
	n := l.at(l.last) + 1
	l.count, l.worked = slices.Grow(l.count[:0], n)[:n], slices.Grow(l.worked[:0], n)[:n]
	clear(l.count)
	clear(l.worked)
	shifts := false
	for _, r := range l.w.regimes {
		shifts = shifts || r.policy >= 0 && l.e.rules[r.policy].Login.Window == WorkingHours
	}
	days := l.w.days
	from, to := days.grid.start(l.first), days.grid.start(l.last+1)
	for i := range l.w.person.Logins {
		at := l.w.person.Logins[i].Unix()
		if at < from || at >= to {
			continue
		}
		d := days.grid.day(at)
		if k := l.at(d); l.count[k] < 1<<16-1 {
			l.count[k]++
		}
		for back := calendar.Day(0); shifts && back <= 1; back++ { // a night shift is of the day before
			if on := d - back; on >= l.first && on >= days.first && on <= days.last() && days.working(on, at) {
				l.worked[l.at(on)] = 1
			}
		}
	}
}

// ruled returns the rules of a day, or nil.
func (l *logins) ruled(d calendar.Day) (*Rules, *regime) {
	r := &l.w.regimes[l.regime[l.at(d)]]
	if r.policy < 0 {
		return nil, r
	}
	return &l.e.rules[r.policy], r
}

// duty counts one duty, and reports it where it was missed.
func (l *logins) duty(rule Rule, r *regime, met bool, missed func() (f Finding, window string)) {
	l.e.tally.add(r.unit, rule, met)
	l.e.tally.person(r.unit, rule, l.n)
	if !met {
		f, window := missed()
		f.Subject, f.Owner = l.w.person.ID, l.w.person.ID
		f.seal(l.w.days.grid.zone, window)
		l.e.findings = append(l.e.findings, f)
	}
}

// daily wants a log-in on each working day in the office.
func (l *logins) daily() {
	days, g := l.w.days, l.w.days.grid
	for d := max(l.first, days.first); d <= l.asOf; d++ {
		k := l.at(d)
		if l.status[k] != AtOffice || !days.isWorked(d) || !l.e.within(g.end(d)) {
			continue
		}
		rules, r := l.ruled(d)
		if rules == nil || rules.Login.Off {
			continue
		}
		met := l.count[k] > 0
		if rules.Login.Window == WorkingHours {
			met = l.worked[k] > 0
		}
		l.duty(RuleLogin, r, met, func() (Finding, string) {
			f := l.e.finding(foundLogin, g, d, r)
			f.Owed = 1
			return f, d.String()
		})
	}
}

// weekly wants log-ins in a week of travel.
func (l *logins) weekly() error {
	days, g := l.w.days, l.w.days.grid
	for monday := l.first; monday <= l.asOf; monday += 7 {
		var begin, due calendar.Day
		travelled, done, distinct := 0, 0, 0
		for d := monday; d < monday+7; d++ {
			if l.status[l.at(d)] != OnTravel {
				continue
			}
			if begin == 0 {
				begin = d
			}
			due = d
			if days.isWorked(d) { // marked days are within the horizon
				travelled++
			}
		}
		if travelled == 0 || !l.e.within(g.end(due)) {
			continue
		}
		rules, r := l.ruled(due)
		if rules == nil || rules.Travel.Off {
			continue
		}
		if err := days.knows(monday, monday+6); err != nil {
			return calendarError(err, l.w.person.ID)
		}
		for d := begin; d <= due; d++ {
			done += int(l.count[l.at(d)])
			distinct += min(1, int(l.count[l.at(d)]))
		}
		if rules.Travel.DistinctDays {
			done = distinct
		}
		owed := rules.Travel.Owed(travelled, days.between(monday, monday+6))
		l.duty(RuleTravel, r, done >= owed, func() (Finding, string) {
			f := l.e.finding(foundTravel, g, due, r)
			f.Owed, f.Done = owed, done
			return f, monday.String()
		})
	}
	return nil
}

// idle reports each further term without log-in. A term begins behind the last log-in
// or the opening of the account, and behind the term that was missed before.
func (l *logins) idle() {
	days, g := l.w.days, l.w.days.grid
	var anchor, login calendar.Day // where the term began, and the last log-in in it
	counted, since, step, total := 0, 0, 0, 0
	for d := l.first; d <= l.asOf; d++ {
		k := l.at(d)
		rules, r := l.ruled(d)
		if l.status[k] == NoAccount || rules == nil || rules.Idle.Off || rules.Idle.Basis == WorkingDays && d < days.first {
			anchor, login, counted, since, step, total = d, 0, 0, 0, 0, 0
			continue
		}
		if anchor == 0 {
			anchor = d - 1
		}
		counts := l.status[k] != OnLeave
		switch rules.Idle.Basis {
		case WorkingDays:
			counts = counts && days.isWorked(d)
		case StrictDays:
			counts = true
		}
		if l.count[k] > 0 {
			login, since = d, 0
		} else if counts {
			since++
		}
		if counts {
			counted++
		}
		// Twice a day only where a new policy is shorter than the days since the last log-in.
		for counts && counted >= rules.Idle.Days {
			start, met := anchor+1, login != 0
			if met {
				anchor, counted, login, step, total = login, since, 0, 0, 0
			} else {
				anchor, counted, step, total = d, 0, step+1, total+counted
			}
			if !l.e.within(g.end(d)) {
				continue
			}
			l.duty(RuleIdle, r, met, func() (Finding, string) {
				f := l.e.finding(foundIdle, g, d, r)
				f.Owed, f.Step = total, step
				return f, start.String()
			})
		}
	}
}
