package tier

import "time"

// Outlook is a standing with what is missing (等级展望). Nothing in it is a guess: it
// says what the policies in force and announced make of the events, and when, if
// nothing more is recorded.
type Outlook struct {
	Standing Standing `json:"standing"`
	// Next is the way to the next tier that can be reached, zero at the top. It
	// holds for the present window; with upgrades at review the tier comes at the
	// review.
	Next Goal `json:"next,omitzero"`
	// Keep is what keeps the member from falling below the present tier, zero where
	// nothing is needed or nothing helps. A tier that is granted is kept by reaching
	// it in the present window before the grant ends.
	Keep Goal `json:"keep,omitzero"`
	// Lifelong is the way to the next floor by lifetime totals, zero where there is
	// none above.
	Lifelong Goal `json:"lifelong,omitzero"`
}

// Goal is a tier with what is missing to it (升级差距, 保级差距).
type Goal struct {
	Tier    string `json:"tier,omitzero"`
	Need    Totals `json:"need,omitzero"`
	Have    Totals `json:"have,omitzero"`    // what counts for it so far
	Missing Totals `json:"missing,omitzero"` // empty where it is reached
	Any     bool   `json:"any,omitzero"`     // one of the measures is enough
	// What is bought counts from From on and before By. By is the end of the
	// period, the review at which the tier is lost, or the end of the grace or grant.
	// For the next tier in a rolling window it is the first instant at which
	// something leaves the window, so that more may be missing. Zero is without limit.
	From time.Time `json:"from,omitzero"`
	By   time.Time `json:"by,omitzero"`
}

// Outlook returns a member's standing at an instant and what is missing. Events and
// errors are those of [Programme.Evaluate].
func (p *Programme) Outlook(events []Event, at time.Time) (Outlook, error) {
	var tl timeline
	if err := p.read(&tl, events, at); err != nil {
		return Outlook{}, err
	}
	m := begin(p, &tl)
	m.run(micros(at))
	return m.outlook(micros(at)), nil
}

func (m *machine) outlook(at int64) Outlook {
	o := Outlook{Standing: m.standing(at)}
	if m.tier < 0 {
		return o
	}
	r := m.rule()
	shown := int(r.tiers[m.shown])
	for i := shown + 1; i < len(r.needs) && o.Next.Tier == ""; i++ {
		if !r.needs[i].IsZero() {
			o.Next = m.presentGoal(i)
		}
	}
	for _, f := range r.floors {
		if !reached(&f.need, &m.life, r.any) && int(f.tier) > int(r.floor(&m.life)) {
			o.Lifelong = m.goal(r, int(f.tier), f.need, m.life)
			break
		}
	}
	switch {
	case m.granted >= 0 && !r.needs[shown].IsZero():
		o.Keep = m.presentGoal(shown)
		if until := o.Standing.GrantUntil; !until.IsZero() && (o.Keep.By.IsZero() || until.Before(o.Keep.By)) {
			o.Keep.By = until
		}
		if o.Standing.GrantUntil.IsZero() {
			o.Keep = Goal{}
		}
	case m.granted < 0:
		o.Keep = m.keep()
	}
	return o
}

func (m *machine) goal(r *rule, tier int, need, have Totals) Goal {
	g := Goal{Tier: m.p.codes[r.numbers[tier]], Need: need, Have: have, Any: r.any}
	if !reached(&need, &have, r.any) {
		g.Missing = Totals{missing(need.Points, have.Points), missing(need.Spend, have.Spend), missing(need.Visits, have.Visits)}
	}
	return g
}

func missing(need, have int64) int64 {
	if need == 0 {
		return 0
	}
	return max(need-have, 0)
}

// presentGoal is the way to a tier in the present window.
func (m *machine) presentGoal(tier int) Goal {
	r := m.rule()
	from, to, sum := m.window()
	g := m.goal(r, tier, r.needs[tier], sum)
	g.From, g.By = instant(from), instant(to)
	if !r.rolling {
		return g
	}
	g.From, g.By = m.inside(from), time.Time{}
	for i := range m.tl.items[:m.items] {
		if at := m.tl.items[i].at; at > from && at >= m.tl.from {
			g.By = instant(m.p.outAt(at, r.months))
			break
		}
	}
	return g
}

// inside returns the first instant inside a rolling window.
func (m *machine) inside(from int64) time.Time { return instant(max(after(from), m.tl.from)) }

// keep runs a copy on without events until the tier is lost, and says what was
// missing at the review that lowered it, which is earlier where a grant still held.
func (m *machine) keep() Goal {
	ahead, lost := *m, Goal{}
	for next := ahead.next(); next != never; next = ahead.next() {
		ahead.step(next)
		r, did := ahead.rule(), &ahead.did
		present := r.tiers[m.shown]
		if lost.Tier == "" && ahead.tier < present {
			lost = ahead.goal(r, int(present), r.needs[present], did.sum)
			lost.From, lost.By = instant(max(did.first, m.tl.from)), instant(next)
		}
		if r.tiers[ahead.shown] < present {
			if r.needs[present].IsZero() {
				break // nothing but another grant would keep it
			}
			return lost
		}
	}
	return Goal{}
}
