package tier

import "github.com/guanxi-go/guanxi/crm/calendar"

// state is a member's standing at an instant with what is needed to go on from
// there: a value without pointers, so that a copy is a checkpoint.
type state struct {
	now     int64
	version int16 // place of the policy in force
	tier    int16 // by purchases, floors and placements; -1 before the enrolment
	shown   int16 // number of the code that grants included are in force, or -1
	why     Reason
	since   int64
	granted int16 // place in grants of the one that is shown, or -1

	items, lo int32 // items[lo:items] are in the window
	places    int32
	sum, life Totals

	// The present period, or, of a rolling window, the next review that can change
	// something.
	from, to int64
	toDay    calendar.Day
	idle     bool // no review can change anything until something happens

	hold      int16        // reviews for which the tier is still held
	heldDay   calendar.Day // and the first day on which it no longer is
	grace     int64        // the end of the grace, or never
	graceFrom int64        // the first instant of the window of the review before it
}

// machine runs a state over a timeline. Whatever happens at one instant is one
// step, in the order of [machine.step]; between the steps nothing changes.
type machine struct {
	p  *Programme
	tl *timeline
	state
	did stepped
}

// stepped is what a step has found out besides the new state.
type stepped struct {
	up      Reason // why the tier rose, 0 where it did not
	down    Reason // why it fell
	moved   bool
	touched bool  // purchases, returns, a policy or the enrolment came
	over    bool  // a grace ended
	held    bool  // a review found the tier held
	first   int64 // the window that was reviewed begins with it
	sum     Totals
}

func (m *machine) rule() *rule { return &m.p.rules[m.version] }

// begin returns a machine at the instant before anything counts.
func begin(p *Programme, tl *timeline) machine {
	m := machine{p: p, tl: tl}
	if p.made() != nil {
		return m // that of a Tracker, which answers nothing
	}
	m.state = state{now: ever, shown: p.rules[0].numbers[0], since: ever, granted: -1, to: ever, idle: true, grace: never}
	if tl.enrolled == never {
		return m
	}
	m.tier, m.shown, m.now = -1, -1, tl.from-1
	m.version = int16(p.ruleAt(m.now))
	first := count(tl.items, func(i item) bool { return i.at < tl.from })
	m.items, m.lo = int32(first), int32(first)
	m.places = int32(count(tl.places, func(p place) bool { return p.at < tl.enrolled }))
	return m
}

// run goes on to the instant.
func (m *machine) run(until int64) {
	for next := m.next(); next <= until && next != never; next = m.next() {
		m.step(next)
	}
	m.now = max(m.now, until)
}

// next returns the next instant at which something can happen, or never.
func (m *machine) next() int64 {
	next := int64(never)
	if int(m.items) < len(m.tl.items) {
		next = m.tl.items[m.items].at
	}
	if int(m.places) < len(m.tl.places) {
		next = min(next, m.tl.places[m.places].at)
	}
	switch {
	case m.tier < 0:
		next = min(next, m.tl.enrolled)
	case m.grace != never:
		next = min(next, m.grace)
	}
	if !m.idle && (m.grace == never || !m.rule().rolling) {
		next = min(next, m.to)
	}
	if int(m.version)+1 < len(m.p.rules) {
		next = min(next, m.p.rules[m.version+1].from)
	}
	for i := range m.tl.grants {
		g := &m.tl.grants[i]
		if g.at > m.now {
			next = min(next, g.at)
		} else if until := m.tl.ends(g); until > m.now {
			next = min(next, until)
		}
	}
	return next
}

// step brings the state from before t to t. A period is reviewed before what
// happens at its end is taken in, a rolling window after it, and then only if that
// has not just raised the tier. A placement has the last word.
func (m *machine) step(t int64) {
	m.now, m.did = t, stepped{}
	if next := int(m.version) + 1; next < len(m.p.rules) && m.p.rules[next].from <= t {
		m.change(next)
	}
	r := m.rule()
	member := m.tier >= 0
	if !member && t >= m.tl.enrolled {
		m.tier, m.did.up, m.did.touched = 0, Enrolled, true
	}
	if r.rolling {
		m.upcoming(r, t)
		m.consume(t)
		m.raise(r, t)
		if member && !m.did.moved {
			m.reviewRolling(r, t)
		}
	} else {
		m.reviewPeriod(r, t)
		m.consume(t)
		m.raise(r, t)
	}
	m.place(r, t)
	if r.rolling {
		m.schedule(r, t)
	} else if m.did.touched || m.did.moved {
		m.idle = false
	}
	m.show(r)
}

// change puts the next policy in force.
func (m *machine) change(next int) {
	was := m.rule()
	m.version = int16(next)
	r := m.rule()
	m.did.touched = true
	if m.tier >= 0 {
		m.tier = r.tiers[was.numbers[m.tier]]
	}
	m.idle, m.to = true, ever
}

// consume takes in what counts at t.
func (m *machine) consume(t int64) {
	for items := m.tl.items; int(m.items) < len(items) && items[m.items].at <= t; m.items++ {
		m.sum.add(items[m.items].amount)
		m.life.add(items[m.items].amount)
		m.did.touched = true
	}
}

// slide makes the window begin at the instant.
func (m *machine) slide(first int64) {
	items := m.tl.items
	for m.lo > 0 && items[m.lo-1].at >= first && items[m.lo-1].at >= m.tl.from {
		m.lo--
		m.sum.add(items[m.lo].amount)
	}
	for m.lo < m.items && items[m.lo].at < first {
		m.sum.sub(items[m.lo].amount)
		m.lo++
	}
}

// raise upgrades at once whoever has reached more.
func (m *machine) raise(r *rule, t int64) {
	if !m.did.touched || m.tier < 0 || !r.atOnce {
		return
	}
	if r.rolling {
		m.slideTo(r, t)
	}
	earned, kept := r.earned(&m.sum), r.floor(&m.life)
	if max(earned, kept) <= m.tier {
		return
	}
	reason := Reached
	if kept > earned {
		reason = Lifelong
	}
	m.move(max(earned, kept), reason)
}

// slideTo makes the rolling window that of t.
func (m *machine) slideTo(r *rule, t int64) {
	items := m.tl.items
	inside := m.lo == m.items || t-items[m.lo].at < r.minStill
	outside := m.lo == 0 || items[m.lo-1].at < m.tl.from || t-items[m.lo-1].at > r.maxStill
	if !inside || !outside {
		m.slide(after(m.p.windowStart(t, r.months)))
	}
}

// after returns the next instant.
func after(t int64) int64 {
	if t == ever {
		return ever
	}
	return t + 1
}

// move sets the tier, and with it a hold or the end of a grace.
func (m *machine) move(tier int16, reason Reason) {
	lower := tier < m.tier
	if lower {
		m.did.down = reason
	} else {
		m.did.up = reason
	}
	m.tier, m.did.moved, m.grace = tier, true, never
	m.hold, m.heldDay = 0, 0
	policy := m.rule().policy
	if lower && reason != Placed {
		return
	}
	m.hold = int16(policy.Hold.Reviews)
	if policy.Hold.Months > 0 {
		m.heldDay = m.p.dayAt(m.now).AddMonths(policy.Hold.Months) + 1
	}
}

// place takes in what was set by hand at t: of several the last.
func (m *machine) place(r *rule, t int64) {
	places := m.tl.places
	if int(m.places) >= len(places) || places[m.places].at > t {
		return
	}
	for int(m.places) < len(places) && places[m.places].at <= t {
		m.places++
	}
	if m.tier >= 0 {
		m.move(r.tiers[places[m.places-1].code], Placed)
		m.did.up, m.did.down = Placed, Placed
	}
}

// show finds what is in force with grants, and since when and why.
func (m *machine) show(r *rule) {
	tier := m.tier
	m.granted = -1
	for i := range m.tl.grants {
		g := &m.tl.grants[i]
		if m.tier >= 0 && g.at <= m.now && m.now < m.tl.ends(g) && r.tiers[g.code] > tier {
			tier, m.granted = r.tiers[g.code], int16(i)
		}
	}
	if tier < 0 {
		return
	}
	code := r.numbers[tier]
	if code == m.shown {
		return
	}
	raised := m.shown < 0 || r.tiers[m.shown] < tier
	switch {
	case m.shown >= 0 && r.tiers[m.shown] == tier:
		m.why = PolicyChanged
	case m.granted >= 0 && raised:
		m.why = Granted
	case raised:
		m.why = m.did.up
	case m.granted < 0 && m.did.down != 0:
		m.why = m.did.down
	default:
		m.why = GrantEnded
	}
	m.shown, m.since = code, m.now
}
