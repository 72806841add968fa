package tier

import (
	"time"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/money"
)

// Totals are amounts in the three measures that can qualify a member. In a
// threshold 0 says that the measure is not asked.
type Totals struct {
	Points int64 `json:"points,omitzero"` // qualifying points 成长值, not those that buy rewards
	Spend  int64 `json:"spend,omitzero"`  // minor units of [Policy].Currency 消费额
	Visits int64 `json:"visits,omitzero"` // visits, nights, flights 次数
}

// MaxTotal is the largest amount of a threshold, and the largest sum of the
// absolute amounts of all events of one member, in each measure.
const MaxTotal = 1<<62 - 1

// IsZero reports whether all three are 0.
func (t Totals) IsZero() bool { return t == Totals{} }

func (t *Totals) add(o Totals) {
	t.Points += o.Points
	t.Spend += o.Spend
	t.Visits += o.Visits
}

func (t *Totals) sub(o Totals) {
	t.Points -= o.Points
	t.Spend -= o.Spend
	t.Visits -= o.Visits
}

// Tier is one level of the programme (会员等级).
type Tier struct {
	Code string `json:"code"`        // what events and standings name it by; 1 to 255 bytes
	En   string `json:"en,omitzero"` // English name
	Zh   string `json:"zh,omitzero"` // Chinese name
	// Need is the threshold (门槛): reaching it is enough, at the exact amount. It
	// is empty for the first tier, and for a tier that only grants and placements
	// give.
	Need Totals `json:"need,omitzero"`
	// Benefits are what members of this tier get, those of lower tiers that they
	// keep included.
	Benefits []Benefit `json:"benefits,omitempty"`
	// Replaces names tiers of earlier versions that this one stands for, where the
	// policy has no tier with their code any more.
	Replaces []string `json:"replaces,omitempty"`
}

// Window is the time over which a member qualifies (考核窗口). The zero value is
// the calendar year.
type Window struct {
	Kind WindowKind `json:"kind,omitzero"`
	// Months is the length; 0 is 12. A calendar window has 1, 2, 3, 4, 6 or 12, the
	// others 1 to 120.
	Months int `json:"months,omitzero"`
	// FirstMonth is the month in which calendar years begin, and so their halves
	// and quarters; 0 is January.
	FirstMonth time.Month `json:"first_month,omitzero"`
}

// Hold keeps a tier for some time after it was reached or placed, whatever
// reviews find (保级期). A downgrade begins no hold. The zero value holds nothing.
type Hold struct {
	// Reviews is how many reviews pass without lowering the tier: with 1 and
	// calendar years it is valid for the rest of this year and the next.
	Reviews int `json:"reviews,omitzero"`
	// Months holds it through the day so many months after, 0 to 120.
	Months int `json:"months,omitzero"`
}

// Grace is the time between a review that would lower a tier and the downgrade
// (宽限期): Months, then Days after the day of the review. At its end the tier stays
// if the window of that review, prolonged to this day, reaches it. The zero value
// is none.
type Grace struct {
	Months int `json:"months,omitzero"` // 0 to 120
	Days   int `json:"days,omitzero"`   // 0 to 3650
}

// Floor keeps everybody at a tier or above whose total over all time reaches Need
// (终身保级). It is reached like a tier; where returns take the total below, the
// floor is gone and the next review decides.
type Floor struct {
	Tier string `json:"tier"`
	Need Totals `json:"need"`
}

// Policy is what a company rules about its tiers (等级制度). Only Version and Tiers
// are needed: the zero value of all else qualifies by the calendar year, upgrades
// at once, and lowers at New Year to what the year before has reached.
type Policy struct {
	Version int `json:"version"` // 1 or more, rising
	// From is the first day on which the policy is in force; the first one is in
	// force before it too.
	From calendar.Day `json:"from,omitzero"`
	// Tiers rise from the base tier (基础等级) that every member has.
	Tiers     []Tier         `json:"tiers"`
	Combine   Combine        `json:"combine,omitzero"`
	Currency  money.Currency `json:"currency,omitzero"` // of spend and of the costs of benefits
	Window    Window         `json:"window,omitzero"`
	Upgrade   Upgrade        `json:"upgrade,omitzero"`
	Downgrade Downgrade      `json:"downgrade,omitzero"`
	// Reviews says when a rolling window is reviewed. The others are at the end of
	// each period, and it is empty.
	Reviews Cadence `json:"reviews,omitzero"`
	Hold    Hold    `json:"hold,omitzero"`
	Grace   Grace   `json:"grace,omitzero"`
	Floors  []Floor `json:"floors,omitempty"`
}

// Tier returns the tier with the code, and whether there is one.
func (p *Policy) Tier(code string) (Tier, bool) {
	if i := p.tier(code); i >= 0 {
		return p.Tiers[i], true
	}
	return Tier{}, false
}

func (p *Policy) tier(code string) int {
	for i := range p.Tiers {
		if p.Tiers[i].Code == code {
			return i
		}
	}
	return -1
}

func (w Window) months() int {
	if w.Months == 0 {
		return 12
	}
	return w.Months
}

// reached reports whether the totals reach what is needed. An empty need is
// reached by nobody.
func reached(need, have *Totals, any bool) bool {
	if any {
		return need.Points > 0 && have.Points >= need.Points ||
			need.Spend > 0 && have.Spend >= need.Spend ||
			need.Visits > 0 && have.Visits >= need.Visits
	}
	return !need.IsZero() && (need.Points == 0 || have.Points >= need.Points) &&
		(need.Spend == 0 || have.Spend >= need.Spend) && (need.Visits == 0 || have.Visits >= need.Visits)
}
