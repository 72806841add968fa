package tier

import (
	"time"
)

// Standing is a member's tier at an instant (会员等级状态). It is a pure function of
// the events up to then, the policies and the instant.
type Standing struct {
	At      time.Time `json:"at"`
	Version int       `json:"version"`       // of the policy in force
	Tier    string    `json:"tier,omitzero"` // code; "" before the enrolment
	// Since is when the member came to this tier, without interruption; zero where
	// no enrolment is recorded and he had it from the beginning. Why says how.
	Since time.Time `json:"since,omitzero"`
	Why   Reason    `json:"why,omitzero"`
	// Until is when the tier ends if nothing more is recorded, and Then the tier
	// that follows. Both are empty where it then stays for good.
	Until time.Time `json:"until,omitzero"`
	Then  string    `json:"then,omitzero"`
	// NextReview is the next date of a review; in a grace, its end.
	NextReview time.Time `json:"next_review,omitzero"`
	// GraceUntil is the end of the grace that a review has given, zero for none.
	GraceUntil time.Time `json:"grace_until,omitzero"`
	// Earned is the tier without grants. GrantRef and GrantUntil are those of the
	// grant that lifts the member above it.
	Earned     string    `json:"earned,omitzero"`
	GrantRef   string    `json:"grant_ref,omitzero"`
	GrantUntil time.Time `json:"grant_until,omitzero"`
	// Floor is the tier that the lifetime total keeps, "" for none.
	Floor string `json:"floor,omitzero"`
	// Totals are what counts in the present window. It begins at From; a rolling
	// one behind From and has no To, the others end before To.
	Totals   Totals    `json:"totals,omitzero"`
	From     time.Time `json:"from,omitzero"`
	To       time.Time `json:"to,omitzero"`
	Lifetime Totals    `json:"lifetime,omitzero"` // over all time
}

// Evaluate returns a member's standing at an instant. Events are in any order;
// those after the instant are ignored, but for the first enrolment: before it a
// member has no tier, and what lies before the start of its day does not count.
// Where no enrolment is given the member has always been one.
//
// ErrInvalid says everything that is wrong with the events ([Event.Validate]) or
// that the instant lies outside the years 2 to 9998; ErrNotFound: a tier that the
// policy in force does not have; ErrIncomplete: periods count from the enrolment
// and there is none; ErrOverflow: amounts beyond [MaxTotal].
func (p *Programme) Evaluate(events []Event, at time.Time) (Standing, error) {
	tl := timeline{items: make([]item, 0, len(events))}
	if err := p.read(&tl, events, at); err != nil {
		return Standing{}, err
	}
	m := begin(p, &tl)
	m.run(micros(at))
	return m.standing(micros(at)), nil
}

// read fills an empty timeline for a question about the instant.
func (p *Programme) read(tl *timeline, events []Event, at time.Time) error {
	if err := p.made(); err != nil {
		return err
	}
	if !inYears(at) {
		return refuse(ErrInvalid, "at", -1, "", "is missing or outside the years 2 to 9998")
	}
	if err := tl.read(p, events, micros(at)); err != nil {
		return err
	}
	return tl.complete(p)
}

func instant(t int64) time.Time {
	if t == ever || t == never {
		return time.Time{}
	}
	return time.UnixMicro(t).UTC()
}

// standing reads out the state at an instant that it has run to. It expects nothing
// on the timeline after it.
func (m *machine) standing(at int64) Standing {
	if m.tier < 0 {
		return Standing{At: instant(at), Version: m.p.rules[m.p.ruleAt(at)].policy.Version}
	}
	r := m.rule()
	s := Standing{At: instant(at), Version: r.policy.Version}
	s.Tier, s.Since, s.Why = m.p.codes[m.shown], instant(m.since), m.why
	s.Earned = m.p.codes[r.numbers[m.tier]]
	if m.granted >= 0 {
		g := &m.tl.grants[m.granted]
		s.GrantRef, s.GrantUntil = g.ref, instant(m.tl.ends(g))
	}
	if kept := r.floor(&m.life); kept > 0 {
		s.Floor = m.p.codes[r.numbers[kept]]
	}
	s.Lifetime = m.life
	from, to, sum := m.window()
	s.From, s.To, s.Totals = instant(from), instant(to), sum
	s.GraceUntil = instant(m.grace)
	s.NextReview = s.GraceUntil
	if m.grace == never && (!r.yearly || m.tl.enrolled != never) {
		s.NextReview = instant(m.p.start(r.reviewAfter(m.p.dayAt(m.now), m.tl.day)))
	}
	s.Until, s.Then = m.end()
	return s
}

// window returns the window of now and what is in it.
func (m *machine) window() (from, to int64, sum Totals) {
	r := m.rule()
	if !r.rolling {
		if m.idle {
			m.locate(r, m.now)
			m.idle = true
		}
		return m.from, m.to, m.sum
	}
	from = m.p.windowStart(m.now, r.months)
	return from, never, m.sumOf(max(after(from), m.tl.from), m.now)
}

// end runs a copy on without events until the tier changes.
func (m *machine) end() (time.Time, string) {
	ahead := *m
	for next := ahead.next(); next != never; next = ahead.next() {
		ahead.step(next)
		if ahead.shown != m.shown {
			return instant(next), m.p.codes[ahead.shown]
		}
	}
	return time.Time{}, ""
}
