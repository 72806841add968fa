package tier

import "github.com/guanxi-go/guanxi/crm/calendar"

// reviewPeriod holds the review at the end of a calendar or membership period, and
// begins the next.
func (m *machine) reviewPeriod(r *rule, t int64) {
	if m.idle {
		m.locate(r, t-1)
	}
	if m.grace == t {
		m.endGrace(r, t-1)
	}
	if t < m.to {
		return
	}
	if m.tier >= 0 && m.grace == never && !m.did.over {
		m.review(r, m.toDay, m.from, m.sum)
	}
	quiet := m.lo == m.items && !m.did.moved && !m.did.held && m.grace == never
	m.from, m.toDay = m.to, r.reviewAfter(m.toDay, m.tl.day)
	m.to = m.p.start(m.toDay)
	m.lo, m.sum = m.items, Totals{}
	m.idle = quiet
}

// locate finds the period of an instant.
func (m *machine) locate(r *rule, t int64) {
	m.idle = false
	if r.yearly && m.tl.enrolled == never {
		m.from, m.to, m.toDay = ever, never, 0
		return
	}
	d := m.p.dayAt(t)
	m.from = ever
	if first := r.periodStart(d, m.tl.day); first.Valid() {
		m.from = m.p.start(first)
	}
	m.toDay = r.reviewAfter(d, m.tl.day)
	m.to = m.p.start(m.toDay)
	m.slide(m.from)
}

// upcoming finds the first review of a rolling window at t or after it. Those before
// were left out, for they could change nothing.
func (m *machine) upcoming(r *rule, t int64) {
	if m.tier < 0 || r.yearly && m.tl.enrolled == never {
		m.idle, m.to = true, never
	} else if m.idle || m.to != t || m.toDay == 0 {
		m.toDay = r.reviewAfter(m.p.dayAt(t-1), m.tl.day)
		m.idle, m.to = false, m.p.start(m.toDay)
	}
}

// reviewRolling holds the review of a rolling window that is due at t.
func (m *machine) reviewRolling(r *rule, t int64) {
	switch {
	case m.grace == t:
		m.endGrace(r, t)
	case m.grace == never && !m.idle && m.to == t:
		first := int64(ever)
		if back := m.toDay.AddMonths(-r.months); back.Valid() {
			first = after(m.p.start(back))
		}
		m.slide(first)
		m.review(r, m.toDay, first, m.sum)
	}
}

// schedule finds the next review of a rolling window that can change something:
// the next one after something happened, else the first at which a purchase has
// left the window or a hold is over. Where the tier is settled a day before that
// will do, which costs less to find and mostly never comes.
func (m *machine) schedule(r *rule, t int64) {
	s := &m.did
	switch {
	case m.to > t && m.settled(r, t):
		m.toDay, m.to = 0, m.tl.items[m.lo].at+r.minStill
		return
	case m.to > t: // it is the next one, from upcoming
		return
	case s.touched || s.moved || s.over || s.held && m.heldDay <= m.toDay || m.hold > 0:
		m.toDay = r.reviewAfter(m.p.dayAt(t), m.tl.day)
	default:
		day := calendar.MaxDay + 1
		if m.lo < m.items {
			day = m.p.outDay(m.tl.items[m.lo].at, r.months)
		}
		if m.holding(m.toDay) {
			day = min(day, m.heldDay)
		}
		if !day.Valid() {
			m.idle, m.to = true, never
			return
		}
		m.toDay = r.reviewAfter(max(day, m.toDay+1)-1, m.tl.day)
	}
	m.idle, m.to = false, m.p.start(m.toDay)
}

// settled reports whether purchases at t, just taken in, have left the tier at what
// the window reaches, and the window cannot become another before long.
func (m *machine) settled(r *rule, t int64) bool {
	if !m.did.touched || !r.atOnce || m.tier < 0 || m.grace != never || m.holding(0) || m.lo == m.items {
		return false
	}
	still := t-m.tl.items[m.lo].at < r.minStill
	gone := m.lo == 0 || m.tl.items[m.lo-1].at < m.tl.from || t-m.tl.items[m.lo-1].at > r.maxStill
	return still && gone && m.tier == max(r.earned(&m.sum), r.floor(&m.life))
}

// holding reports whether the tier is held beyond a review on the day.
func (m *machine) holding(day calendar.Day) bool { return m.hold > 0 || m.heldDay > day }

// review compares the tier with what the window from first on has reached.
func (m *machine) review(r *rule, day calendar.Day, first int64, sum Totals) {
	m.did.first, m.did.sum = first, sum
	earned, kept := r.earned(&sum), r.floor(&m.life)
	target := max(earned, kept)
	switch {
	case target > m.tier && kept > earned:
		m.move(target, Lifelong)
	case target > m.tier:
		m.move(target, Promoted)
	case m.holding(day):
		m.did.held = true
		m.hold = max(m.hold-1, 0)
	case target == m.tier || r.policy.Downgrade == Never:
	case r.policy.Grace != Grace{}:
		g := r.policy.Grace
		if end := day.AddMonths(g.Months); end.Valid() {
			m.grace, m.graceFrom = m.p.start(end+calendar.Day(g.Days)), first
		}
	default:
		m.lower(r, target, Demoted)
	}
}

// endGrace holds the review at the end of a grace over the window up to last.
func (m *machine) endGrace(r *rule, last int64) {
	m.grace, m.did.over = never, true
	sum := m.sumOf(max(m.graceFrom, m.tl.from), last)
	m.did.first, m.did.sum = m.graceFrom, sum
	if target := max(r.earned(&sum), r.floor(&m.life)); target < m.tier && r.policy.Downgrade != Never {
		m.lower(r, target, GraceOver)
	}
}

func (m *machine) lower(r *rule, target int16, reason Reason) {
	if r.policy.Downgrade == OneStep {
		target = max(target, r.below(m.tier))
	}
	m.move(target, reason)
}

// sumOf adds what was consumed from the first to the last instant.
func (m *machine) sumOf(first, last int64) Totals {
	var sum Totals
	for i := m.items - 1; i >= 0 && m.tl.items[i].at >= first; i-- {
		if m.tl.items[i].at <= last {
			sum.add(m.tl.items[i].amount)
		}
	}
	return sum
}
