package loyalty

import (
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/guanxi-go/guanxi/internal/fault"
	"github.com/guanxi-go/guanxi/loyalty/earning"
	"github.com/guanxi-go/guanxi/loyalty/points"
	"github.com/guanxi-go/guanxi/loyalty/reward"
	"github.com/guanxi-go/guanxi/loyalty/tier"
)

// Programme is a membership programme (会员体系) by its elements: what points are and
// how they are earned (积分), how members rise (等级), what they get for it (权益), and how
// they bring others (老带新). The zero value has points that live for ever, and
// nothing else; a command that needs a missing part is [ErrIncomplete]. A change of
// the programme acts on what is decided from then on.
type Programme struct {
	Points    points.Policy          // how long points live, in which order they are spent
	Earning   *earning.Plan          // what an order earns; nil where only the host says so
	Tiers     *tier.Programme        // how members rise and fall; nil for none
	Rewards   []reward.Reward        // what points buy
	Referrals *reward.ReferralPolicy // what a brought friend earns both sides; nil for nothing

	Households HouseholdPolicy // who may form a household
	Limits     []Limit         // how much one account may do in so much time; nil for no limit
	Reviews    ReviewPolicy    // how long a command waits for somebody to look at it

	// Expiries are how long points live, by the ids that rules of Earning name in their
	// terms. What names none lives as Points says.
	Expiries map[string]points.Expiry
	// ReturnsFromPurchase lets a return count for the tier from the instant of the
	// purchase, as if that had never been: what was reached by it alone is gone at once,
	// and from the past too. By default it counts from when it took effect, and what was
	// reached stays until the next review.
	ReturnsFromPurchase bool
}

// Validate reports every fault of the programme, joined: those of its points, its
// rewards, its referral policy and its expiry rules, two rewards of one code, an expiry
// rule that an earning rule names and nobody gives, earning rules of another zone than
// that of Points, earning rules or tiers that nobody made: the packages earning and tier
// validate what they make.
func (p Programme) Validate() error {
	errs := []error{p.Points.Validate()}
	if p.Earning != nil && p.Earning.Version() == 0 {
		errs = append(errs, &Error{Field: "earning", Reason: "is not made by Compile", Err: ErrInvalid})
	}
	if p.Tiers != nil && p.Tiers.Policy(time.Time{}).Version == 0 {
		errs = append(errs, &Error{Field: "tiers", Reason: "are not made by New", Err: ErrInvalid})
	}
	seen := map[string]bool{}
	for i, r := range p.Rewards {
		errs = append(errs, inPart(fault.Place("rewards", i), r.Validate()))
		if seen[r.Code] {
			errs = append(errs, &Error{Field: "rewards", Reason: "the code " + r.Code + " stands twice", Err: ErrInvalid})
		}
		seen[r.Code] = true
	}
	if p.Referrals != nil {
		errs = append(errs, p.Referrals.Validate())
	}
	for _, id := range slices.Sorted(maps.Keys(p.Expiries)) {
		errs = append(errs, inPart("expiries["+id+"]", p.Expiries[id].Validate()))
	}
	if p.Earning != nil {
		if zone := p.Earning.Zone(); zone != "" && zone != p.zone().String() {
			errs = append(errs, &Error{Field: "zone", Reason: "of the earning rules is not that of the points", Err: ErrInvalid})
		}
		for _, t := range p.Earning.Terms() {
			if _, ok := p.Expiries[t.Expiry]; t.Expiry != "" && !ok {
				errs = append(errs, &Error{Field: "expiries", Reason: "have no " + t.Expiry + ", which an earning rule names", Err: ErrInvalid})
			}
		}
	}
	errs = append(errs, p.Households.validate(), p.Reviews.validate(), validLimits(p.Limits))
	return errors.Join(errs...)
}

// inPart says in which part of the programme each problem is.
func inPart(part string, err error) error {
	return fault.Each(err, func(problem error) error { return &Error{Field: part, Err: problem} })
}

// zone is that in which the days of the programme begin.
func (p *Programme) zone() *time.Location {
	if p.Points.Zone == nil {
		return time.UTC
	}
	return p.Points.Zone
}
