package segment

import (
	"slices"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/purchase"
	"github.com/guanxi-go/guanxi/crm/survival"
)

// RepeatOptions of [RepeatPurchases].
type RepeatOptions struct {
	// Horizons are the numbers of days d for which P(second purchase within d days) is
	// asked, positive and ascending; none stands for 30, 90, 180 and 365.
	Horizons []int

	// Cohorts, where given, are boundaries of the day of the first purchase: cohort i
	// is [Cohorts[i], Cohorts[i+1]). See [Boundaries].
	Cohorts []calendar.Day

	// Survival are the options of the Kaplan-Meier limits; its Level serves the
	// intervals of proportions too.
	Survival survival.Options
}

// Repeat is how customers who bought once came to buy again (复购转化).
type Repeat struct {
	// From and Until bound the days of the first purchase, [From, Until); both are
	// zero for all customers.
	From  calendar.Day `json:"from"`
	Until calendar.Day `json:"until"`

	Customers int `json:"customers"` // whose first purchase is known
	Repeaters int `json:"repeaters"` // of them, who have bought on a second day

	// Curve is the probability of not having bought again by each day after the first
	// purchase, nil where the cohort is empty.
	Curve *survival.Curve `json:"curve"`

	Within []Conversion `json:"within"` // one for each horizon
}

// Conversion is P(second purchase within Days days of the first).
type Conversion struct {
	Days int `json:"days"` // the horizon

	// Probability is the Kaplan-Meier estimate, which uses those too who have not
	// been customers for so long yet. Known is false where nobody has been: then
	// nothing is known of that day.
	Probability survival.Estimate `json:"probability"`
	Known       bool              `json:"known"`

	// Matured is the plain proportion among the customers whose Days days are over on
	// the as-of day; Lower and Upper are its interval, by Wilson. Immature are the
	// others, whether they have bought again already or not: counting only those of
	// them who have would flatter.
	Matured  Rate              `json:"matured"`
	Lower    survival.Optional `json:"lower"`
	Upper    survival.Optional `json:"upper"`
	Immature int               `json:"immature"`
}

// Repeats are the results of [RepeatPurchases].
type Repeats struct {
	AsOf    calendar.Day `json:"asof"`    // the day at whose start it is seen
	All     Repeat       `json:"all"`     // all customers
	Cohorts []Repeat     `json:"cohorts"` // by day of the first purchase, as RepeatOptions.Cohorts
}

// RepeatPurchases estimates how many one-time buyers become regular ones, and
// when (一次性购买转化为经常性购买): the days from a customer's first purchase to the second
// on a later day, from what was known at the start of the day asOf; 0 is the end
// of h's Period, or the day after its last purchase. A second purchase on the first
// day is not a return. Customers known only by refunds are left out.
//
// Who has not bought again is censored at the end of the day before asOf, the
// last that was seen whole. Where the history's Period or the log begins later
// than the business, first purchases are not first ones; give Cohorts that begin
// later than that.
//
// ErrInvalid for options out of range, cohorts that do not ascend and what
// History.AsOf refuses.
func RepeatPurchases[K purchase.ID](h *History[K], asOf calendar.Day, opts RepeatOptions) (*Repeats, error) {
	horizons := opts.Horizons
	if len(horizons) == 0 {
		horizons = []int{30, 90, 180, 365}
	}
	for i, d := range horizons {
		if d < 1 || d > int(calendar.MaxDay) || i > 0 && d <= horizons[i-1] {
			return nil, refuseRow("horizons", i, "is not a number of days above the one before")
		}
	}
	if len(opts.Cohorts) > 0 {
		if err := checkBounds("cohorts", opts.Cohorts); err != nil {
			return nil, err
		}
	}
	view, err := h.AsOf(asOf)
	if err != nil {
		return nil, err
	}
	returns := firstReturns(view)
	r := &Repeats{AsOf: view.until}
	if r.All, err = repeatOf(returns, view.until, horizons, opts.Survival); err != nil {
		return nil, err
	}
	for i := 1; i < len(opts.Cohorts); i++ {
		from, until := opts.Cohorts[i-1], opts.Cohorts[i]
		by := func(r firstReturn, day calendar.Day) int { return int(r.first - day) }
		lo, _ := slices.BinarySearchFunc(returns, from, by)
		hi, _ := slices.BinarySearchFunc(returns, until, by)
		c, err := repeatOf(returns[lo:hi], view.until, horizons, opts.Survival)
		if err != nil {
			return nil, err
		}
		c.From, c.Until = from, until
		r.Cohorts = append(r.Cohorts, c)
	}
	return r, nil
}

// firstReturn is a customer's first day and the days until the second day of
// purchase, or until the last day seen where there is none.
type firstReturn struct {
	first, days calendar.Day
	returned    bool
}

// firstReturns returns them by first day.
func firstReturns[K purchase.ID](view *History[K]) []firstReturn {
	var returns []firstReturn
	for who := range view.All() {
		if len(who.Days) == 0 {
			continue
		}
		first := who.Days[0]
		r := firstReturn{first: first, days: view.until - 1 - first}
		if i, _ := slices.BinarySearch(who.Days, first+1); i < len(who.Days) {
			r.days, r.returned = who.Days[i]-first, true
		}
		returns = append(returns, r)
	}
	slices.SortStableFunc(returns, func(a, b firstReturn) int { return int(a.first - b.first) })
	return returns
}

func repeatOf(returns []firstReturn, asOf calendar.Day, horizons []int, opts survival.Options) (Repeat, error) {
	r := Repeat{Customers: len(returns)}
	obs := make([]survival.Observation[calendar.Day], len(returns))
	for i, x := range returns {
		obs[i] = survival.Observation[calendar.Day]{Time: x.days, Event: x.returned}
		if x.returned {
			r.Repeaters++
		}
	}
	if len(obs) > 0 {
		curve, err := survival.KaplanMeier(obs, opts)
		if err != nil {
			return Repeat{}, err
		}
		r.Curve = curve
	}
	for _, days := range horizons {
		c := Conversion{Days: days}
		if r.Curve != nil {
			var s survival.Estimate
			s, c.Known = r.Curve.At(float64(days))
			if c.Known {
				c.Probability = s.Complement()
			}
		}
		for _, x := range returns {
			switch {
			case x.first+calendar.Day(days) >= asOf:
				c.Immature++
			case x.returned && x.days <= calendar.Day(days):
				c.Matured.Num++
				c.Matured.Den++
			default:
				c.Matured.Den++
			}
		}
		if lower, upper, ok := c.Matured.Interval(opts.Level); ok {
			c.Lower, c.Upper = survival.Optional{Value: lower, OK: true}, survival.Optional{Value: upper, OK: true}
		}
		r.Within = append(r.Within, c)
	}
	return r, nil
}
