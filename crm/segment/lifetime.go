package segment

import (
	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/purchase"
	"github.com/guanxi-go/guanxi/crm/survival"
)

// Lifetimes estimates how long customers stay (客户生命周期), from what was known at the
// start of the day asOf; 0 is the end of h's Period, or the day after its last
// purchase. It is the Kaplan-Meier curve of the days from a customer's first
// purchase until the first lapse: the end of the day on which the customer has
// not bought for so many days (lapse), whatever happens later. Customers who have
// not lapsed are censored at the end of the day before asOf. The median and
// [survival.Curve.RestrictedMean] of the curve are lifetimes in days.
//
// In a business without contracts the end of a relationship is not seen, and
// this definition stands in for it: the curve depends on lapse, stays at 1 until
// then, and counts the lapse itself as part of the life. Take several times the
// base's order cycle ([CycleBase].Cycle) and state it beside the result. It is
// reached at a moment that the past alone decides, so that censoring does not
// bias the curve; counting lives up to the last purchase instead would take for
// dead only those who have been observed long enough to seem so. The unseen
// end itself takes a model (Pareto/NBD, BG/NBD), which this is not.
//
// ErrInvalid where lapse is below 1 and for what survival.KaplanMeier and
// History.AsOf refuse.
func Lifetimes[K purchase.ID](h *History[K], asOf calendar.Day, lapse int, opts survival.Options) (*survival.Curve, error) {
	if lapse < 1 || lapse > int(calendar.MaxDay) {
		return nil, refuse("lapse", "is not a positive number of days")
	}
	view, err := h.AsOf(asOf)
	if err != nil {
		return nil, err
	}
	var obs []survival.Observation[calendar.Day]
	for who := range view.All() {
		if len(who.Days) > 0 {
			obs = append(obs, lifetime(who.Days, view.until-1, calendar.Day(lapse)))
		}
	}
	return survival.KaplanMeier(obs, opts)
}

// lifetime is the life of one customer; seen is the last day observed.
func lifetime(days []calendar.Day, seen, lapse calendar.Day) survival.Observation[calendar.Day] {
	for i, day := range days {
		next := seen + 1 // at the earliest
		if i+1 < len(days) {
			next = days[i+1]
		}
		if next-day > lapse {
			return survival.Observation[calendar.Day]{Time: day + lapse - days[0], Event: true}
		}
	}
	return survival.Observation[calendar.Day]{Time: seen - days[0]}
}
