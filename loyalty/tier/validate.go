package tier

import "time"

const (
	maxTiers   = 100
	maxMonths  = 120
	maxDays    = 3650
	maxReviews = 100
)

// Validate reports everything that is wrong with p, joined: a number out of the
// range that its field states, an unknown enumerator, a code that is missing or
// there twice, a first tier with a threshold, a tier that is easier to reach than
// the one below, a floor for an unknown tier, hold or grace that the reviews leave
// no room for, a step by step downgrade with a review every day.
func (p *Policy) Validate() error {
	var found problems
	found.check(p.Version >= 1, "version", -1, "", "is below 1")
	found.check(p.From.IsZero() || p.From.Valid(), "from", -1, "", "is no day")
	found.check(p.Combine <= Any, "combine", -1, "", "unknown")
	found.check(p.Upgrade <= AtReview, "upgrade", -1, "", "unknown")
	found.check(p.Downgrade <= Never, "downgrade", -1, "", "unknown")
	found.check(p.Currency.Valid(), "currency", -1, "", "is no currency")
	p.validateTiers(&found)
	p.validateFloors(&found)
	p.validateTime(&found)
	return found.join()
}

func (p *Policy) validateTiers(found *problems) {
	found.check(len(p.Tiers) >= 1 && len(p.Tiers) <= maxTiers, "tiers", -1, "", "must be 1 to 100")
	below := -1 // the tier below that can be reached
	replaced := map[string]bool{}
	for i, t := range p.Tiers {
		found.check(validCode(t.Code), "tiers.code", i, "", "must be 1 to 255 bytes of UTF-8 without NUL")
		found.check(p.tier(t.Code) == i, "tiers.code", i, t.Code, "is there twice")
		found.check(inRange(t.Need), "tiers.need", i, t.Code, "is outside 0 to MaxTotal")
		found.check(i > 0 || t.Need.IsZero(), "tiers.need", i, t.Code, "the first tier is everybody's")
		if i > 0 && !t.Need.IsZero() {
			if below >= 0 {
				found.check(implies(t.Need, p.Tiers[below].Need, p.Combine), "tiers.need", i, t.Code,
					"can be reached without the tier below")
			}
			below = i
		}
		for _, code := range t.Replaces {
			found.check(validCode(code) && p.tier(code) < 0 && !replaced[code], "tiers.replaces", i, code,
				"must be a code that no tier has and no other replaces")
			replaced[code] = true
		}
		validateBenefits(found, i, t.Benefits)
	}
}

func (p *Policy) validateFloors(found *problems) {
	seen := map[string]bool{}
	for i, f := range p.Floors {
		found.check(p.tier(f.Tier) >= 1 && !seen[f.Tier], "floors.tier", i, f.Tier,
			"must be a tier above the first, once")
		found.check(inRange(f.Need) && !f.Need.IsZero(), "floors.need", i, f.Tier, "must be above 0, up to MaxTotal")
		seen[f.Tier] = true
	}
}

func (p *Policy) validateTime(found *problems) {
	w := p.Window
	found.check(w.Kind <= Anniversary, "window.kind", -1, "", "unknown")
	found.check(w.FirstMonth >= 0 && w.FirstMonth <= time.December, "window.first_month", -1, "", "is outside 0 to 12")
	found.check(w.Months >= 0 && w.Months <= maxMonths, "window.months", -1, "", "is outside 0 to 120")
	if w.Kind == Calendar && w.Months > 0 {
		found.check(12%w.Months == 0, "window.months", -1, "", "calendar periods of that length do not fill a year")
	}
	found.check(p.Reviews <= EveryAnniversary, "reviews", -1, "", "unknown")
	found.check(w.Kind == Rolling || p.Reviews == EveryDay, "reviews", -1, "",
		"periods are reviewed at their end: only for rolling windows")
	daily := w.Kind == Rolling && p.Reviews == EveryDay
	found.check(p.Hold.Reviews >= 0 && p.Hold.Reviews <= maxReviews, "hold.reviews", -1, "", "is outside 0 to 100")
	found.check(p.Hold.Reviews == 0 || !daily, "hold.reviews", -1, "", "counts days where every day is reviewed: give months")
	found.check(p.Hold.Months >= 0 && p.Hold.Months <= maxMonths, "hold.months", -1, "", "is outside 0 to 120")
	found.check(p.Downgrade != OneStep || !daily, "downgrade", -1, "", "would fall a step a day: review less often")
	g := p.Grace
	found.check(g.Months >= 0 && g.Months <= maxMonths && g.Days >= 0 && g.Days <= maxDays, "grace", -1, "",
		"is outside 0 to 120 months and 0 to 3650 days")
	if w.Kind != Rolling {
		found.check(g.Months+g.Days/28 < w.months(), "grace", -1, "", "does not end before the next review")
	}
}

func inRange(t Totals) bool {
	return min(t.Points, t.Spend, t.Visits) >= 0 && max(t.Points, t.Spend, t.Visits) <= MaxTotal
}

// implies reports whether whoever reaches upper has reached lower.
func implies(upper, lower Totals, c Combine) bool {
	holds := func(up, low int64) bool {
		if c == Any {
			return up == 0 || low > 0 && low <= up
		}
		return low <= up
	}
	return holds(upper.Points, lower.Points) && holds(upper.Spend, lower.Spend) && holds(upper.Visits, lower.Visits)
}
