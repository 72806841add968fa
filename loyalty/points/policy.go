package points

import (
	"time"
)

// Policy is what a programme rules about its points (积分规则). The zero value spends
// what expires first, books what a clawback misses as debt, and lets points live for
// ever. A change of it acts on what is decided from then on: entries carry the dates
// that were promised.
type Policy struct {
	Order     Order     `json:"order,omitzero"`     // which lots are spent first
	Shortfall Shortfall `json:"shortfall,omitzero"` // what a clawback does about points that are gone
	Expiry    Expiry    `json:"expiry,omitzero"`    // how long points live that are earned or adjusted
	// Inactivity is after how many months without an earn, a burn or a capture all
	// points expire, whatever their own date, at the end of the day in Zone; 0 is
	// never, at most 1200 (休眠过期). What else happens (an adjustment, a transfer, a
	// refund) does not put it off, but starts the count where none runs; for a merge see
	// [Policy.Merge].
	Inactivity int `json:"inactivity,omitzero"`
	// Zone says which day an instant lies on; nil is UTC.
	Zone *time.Location `json:"-"`
}

// Validate reports everything wrong with p, joined; each is an [*Error] with
// ErrInvalid.
func (p Policy) Validate() error {
	var found problems
	found.check(p.Order.Valid(), "order", 0, "unknown")
	found.check(p.Shortfall.Valid(), "shortfall", 0, "unknown")
	found.check(p.Inactivity >= 0 && p.Inactivity <= maxMonths, "inactivity", 0, "is not 0 to 1200 months")
	if err := p.Expiry.Validate(); err != nil {
		found = append(found, err)
	}
	return found.join()
}

// idleAt returns what an entry of the kind sets as IdleAt: activity starts the
// count anew, another credit starts it where none runs.
func (d *decision) idleAt(k Kind) (time.Time, error) {
	runs := d.state.IdleAt.After(d.at)
	if d.p.Inactivity == 0 || runs && !k.Activity() {
		return time.Time{}, nil
	}
	return d.ends(&Expiry{Rule: AfterMonths, N: d.p.Inactivity})
}

// ends is when points expire by a rule that counts from the decision. The day is
// the same for all rules, and looked up once.
func (d *decision) ends(rule *Expiry) (time.Time, error) {
	if *rule == (Expiry{}) {
		return time.Time{}, nil
	}
	if d.dayAt != d.at {
		d.dayAt, d.day = d.at, dayOf(d.at, d.p.Zone)
	}
	return rule.after(d.at, d.day, d.p.Zone)
}
