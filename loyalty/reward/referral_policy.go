package reward

import (
	"time"

	"github.com/guanxi-go/guanxi/crm/money"
)

// ReferralPolicy are the rules by which a member who brings a friend, and the
// friend, are rewarded after the friend's first qualifying purchase (老带新规则).
type ReferralPolicy struct {
	Zone *time.Location `json:"-"` // where days begin and end; needed where a rule counts days
	// WindowDays is until when the friend has to buy: the end of the n-th day after
	// that of the registration; 0 for no end.
	WindowDays int `json:"window_days,omitzero"`
	// MinPurchase is what the purchase comes to at least, net of what was returned;
	// zero for any amount above 0.
	MinPurchase money.Amount `json:"min_purchase,omitzero"`
	// HoldDays is how long the reward waits, so that a return comes first: to the end
	// of the n-th day after that of the purchase; 0 for at once.
	HoldDays int `json:"hold_days,omitzero"`
	// Referrer and Friend are what each side gets.
	Referrer Grant `json:"referrer,omitzero"`
	Friend   Grant `json:"friend,omitzero"`
	// Limits cap the rewarded referrals of one referrer. Beyond them the friend, who
	// was promised it, still gets his reward, and the referrer nothing.
	Limits []Limit `json:"limits,omitempty"`
}

// Grant is what one side of a referral gets (老带新奖励); the zero value is nothing.
type Grant struct {
	Points int64  `json:"points,omitzero"` // 0 or more
	Reward string `json:"reward,omitzero"` // code of a reward; "" for none
}

// Validate reports every rule that p breaks, joined; each is an [*Error].
func (p ReferralPolicy) Validate() error {
	var found problems
	found.check(p.WindowDays >= 0 && p.WindowDays <= maxDays, "window_days", -1, "is outside 0 to 36525")
	found.check(p.HoldDays >= 0 && p.HoldDays <= maxDays, "hold_days", -1, "is outside 0 to 36525")
	found.check(p.MinPurchase.Minor >= 0, "min_purchase", -1, "is below 0")
	found.check(p.MinPurchase.Minor == 0 || !p.MinPurchase.Currency.IsZero(), "min_purchase", -1, "has no currency")
	p.Referrer.check(&found, "referrer")
	p.Friend.check(&found, "friend")
	zoned := p.WindowDays > 0 || p.HoldDays > 0
	for i, l := range p.Limits {
		l.check(&found, "limits", i)
		zoned = zoned || l.Per != Ever
	}
	found.check(p.Zone != nil || !zoned, "zone", -1, "is missing, and a rule counts days")
	return found.join()
}

func (g Grant) check(p *problems, field string) {
	p.check(g.Points >= 0, field, -1, "points are below 0")
	p.check(validText(g.Reward), field, -1, "reward "+notID)
}

// Party is what a decision needs to know about one side of a referral. Identifiers
// are keyed hashes of telephone numbers, addresses, devices or cards, made by the
// host: they are compared and never repeated.
type Party struct {
	Member      string   `json:"member"`
	Household   string   `json:"household,omitzero"`    // id; "" where none is known
	Identifiers []string `json:"identifiers,omitempty"` // hashes
	ReferredBy  string   `json:"referred_by,omitzero"`  // the member who referred him; "" for nobody
	Customer    bool     `json:"customer,omitzero"`     // has bought before
	Blocked     bool     `json:"blocked,omitzero"`      // suspended, under review or gone
}

// Purchase is the friend's purchase, as it stands after returns so far.
type Purchase struct {
	ID     string       `json:"id"`
	At     time.Time    `json:"at"`
	Amount money.Amount `json:"amount"` // net of what was returned
}

// qualifies reports whether a net amount is enough.
func (p *ReferralPolicy) qualifies(a money.Amount) (bool, error) {
	if p.MinPurchase.Minor == 0 {
		return a.Minor > 0, nil
	}
	if a.Minor == 0 {
		return false, nil // nothing is left of it, in whatever currency
	}
	if a.Currency != p.MinPurchase.Currency {
		return false, refuse(ErrInvalid, "amount", "is in another currency than the minimum")
	}
	return a.Minor >= p.MinPurchase.Minor, nil
}
