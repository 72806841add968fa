package tier

import "time"

// Change is one change of a member's tier (等级变动).
type Change struct {
	At      time.Time `json:"at"`
	From    string    `json:"from,omitzero"` // code; "" before the enrolment
	To      string    `json:"to"`
	Why     Reason    `json:"why"`
	Version int       `json:"version"` // of the policy that was in force
}

// History returns all changes of a member's tier up to an instant, in order of
// time, at most one for each instant: what a review takes and a purchase at the
// same instant gives back is none. Events and errors are those of
// [Programme.Evaluate], and the last change is its Since and Why.
func (p *Programme) History(events []Event, until time.Time) ([]Change, error) {
	var tl timeline
	if err := p.read(&tl, events, until); err != nil {
		return nil, err
	}
	return tl.history(p, micros(until)), nil
}

func (tl *timeline) history(p *Programme, until int64) []Change {
	m := begin(p, tl)
	var changes []Change
	for next := m.next(); next <= until && next != never; next = m.next() {
		was := m.shown
		m.step(next)
		if m.shown != was {
			c := Change{At: instant(next), To: p.codes[m.shown], Why: m.why, Version: m.rule().policy.Version}
			if was >= 0 {
				c.From = p.codes[was]
			}
			changes = append(changes, c)
		}
	}
	return changes
}
