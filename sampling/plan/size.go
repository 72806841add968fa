package plan

import (
	"errors"
	"math"
)

// Size is how many answers are needed and how many people to ask for them.
type Size struct {
	// Exact is the size before rounding, at most the population.
	Exact float64 `json:"exact"`
	// N is how many answers are needed: Exact rounded up, at least 1 and at most
	// the population. An Exact that is an integer but for rounding errors (2^-40
	// of itself) is that integer, so that 90.00000000000001 gives 90.
	N int `json:"n"`
	// Ask is how many to ask, N over the response rate, rounded up; at most the
	// population.
	Ask int `json:"ask"`
	// Shortfall is how many of the N answers are to be expected missing even when
	// the whole population is asked; 0 where Ask is enough.
	Shortfall int `json:"shortfall,omitzero"`
	// Lower and Upper are the limits to be expected with Exact answers where the
	// value is as assumed. They are 0 for targets other than margins.
	Lower float64 `json:"lower,omitzero"`
	Upper float64 `json:"upper,omitzero"`
}

// Proportion returns how many answers estimate a share p, 0 < p < 1, with the
// wanted precision. Where nothing is known of p, 0.5 needs most for a given
// margin.
//
// With n0 the size for an unlimited population, times the design effect, N units
// need n = N·n0/(N-1+n0), or N·n0/(N+n0) by [PlainVariance]; it never exceeds N.
// In a domain N is the size of the domain, and n is divided by its share.
//
// The errors are ErrInvalid for p, the target or the options, and ErrOverflow.
// p of 0 or 1 is ErrInvalid: nothing would vary. To show that something is rare,
// use package sampling/audit.
//
// Sources: Cochran 1977, Sampling Techniques, chapter 4; Valliant, Dever and
// Kreuter 2018, Practical Tools for Designing and Weighting Survey Samples,
// chapter 3.
func Proportion(p float64, target Target, opts Options) (Size, error) {
	if err := errors.Join(inside("proportion", p, 0, 1), target.Validate(), opts.Validate()); err != nil {
		return Size{}, err
	}
	if opts.Interval != Wald && !target.margin() {
		return Size{}, invalid("interval", "%v takes a margin and not a %v", opts.Interval, target.Kind)
	}
	n0, lower, upper, err := opts.unlimited(p, target)
	if err != nil {
		return Size{}, err
	}
	less := 1.0 // N-1 in the denominator
	if opts.Convention == PlainVariance {
		less = 0
	}
	size, err := opts.finish(n0, less)
	if target.margin() {
		size.Lower, size.Upper = lower, upper
	}
	return size, err
}

// unlimited returns the size for an unlimited population without design effect,
// and the limits expected with it.
func (o Options) unlimited(p float64, target Target) (n0, lower, upper float64, err error) {
	z := o.quantile()
	e := target.Value
	if target.Kind == RelativeMarginTarget {
		e *= p
	}
	if target.margin() {
		highest := 1.0
		if o.Interval != Wald {
			highest = 0.5
		}
		if err := inside("margin", e, 0, highest); err != nil {
			return 0, 0, 0, err
		}
	}
	switch o.Interval {
	case Wilson:
		n0, lower, upper = wilson(p, e, z)
	case LogOdds:
		n0, lower, upper = logOdds(p, e, z)
	default:
		se := target.standardError(p, z)
		n0 = p * (1 - p) / (se * se)
		lower, upper = p-e, p+e
	}
	return n0, lower, upper, nil
}

// Mean returns how many answers estimate the mean of a quantity with the wanted
// precision. sd > 0 is the standard deviation among the units (divisor N-1);
// mean serves relative targets, of which only the ratio sd/mean matters, and may
// be 0 otherwise.
//
// With n0 = deff·sd²/V, N units need n = n0/(1+n0/N). In a domain sd and mean are
// those of its members, N is its size, and n is divided by its share.
//
// The errors are ErrInvalid for sd, mean, target or options, and ErrOverflow.
//
// Source: Cochran 1977, Sampling Techniques, 4.6.
func Mean(mean, sd float64, target Target, opts Options) (Size, error) {
	if err := checkQuantity(mean, sd, target, opts); err != nil {
		return Size{}, err
	}
	se := target.standardError(mean, opts.quantile())
	size, err := opts.finish(sd/se*(sd/se), 0)
	if half := se * opts.quantile(); target.margin() {
		size.Lower, size.Upper = mean-half, mean+half
	}
	return size, err
}

// Total returns how many answers estimate the total of a quantity over the
// population, or over a domain whose size is not known beforehand: then the number
// of members in the sample varies too, and the relative variance of a unit is
// (cv²+1-d)/d for a domain of share d instead of cv²/d. mean and sd are those of
// the members.
//
// Relative targets need a mean that is not 0, others need Options.Population;
// the errors are otherwise those of [Mean].
//
// Source: Valliant, Dever and Kreuter 2018, chapter 3.5.
func Total(mean, sd float64, target Target, opts Options) (Size, error) {
	if err := checkQuantity(mean, sd, target, opts); err != nil {
		return Size{}, err
	}
	if !target.relative() && opts.Population == 0 {
		return Size{}, invalid("population", "is needed for the %v of a total", target.Kind)
	}
	d := orElse(opts.Domain, 1)
	count := 1.0 // relative targets do not depend on it
	if opts.Population > 0 {
		count = float64(opts.Population)
	}
	total := count * d * mean
	se := target.standardError(total, opts.quantile())
	// Over all units the value is 0 outside the domain: its variance per unit.
	unit := d * (sd*sd + (1-d)*mean*mean)
	opts.Domain = 0
	size, err := opts.finish(count/se*(count/se)*unit, 0)
	if half := se * opts.quantile(); target.margin() && opts.Population > 0 {
		size.Lower, size.Upper = total-half, total+half
	}
	return size, err
}

func checkQuantity(mean, sd float64, target Target, opts Options) error {
	err := errors.Join(inside("mean", mean, math.Inf(-1), math.Inf(1)), inside("standard deviation", sd, 0, math.Inf(1)),
		target.Validate(), opts.Validate())
	if err == nil && target.relative() && mean == 0 {
		return invalid("mean", "is 0, to which a %v cannot relate", target.Kind)
	}
	if err == nil && opts.Interval != Wald {
		return invalid("interval", "%v is for proportions", opts.Interval)
	}
	return err
}

// finish turns the size n0 for an unlimited population into the answer.
func (o Options) finish(n0, less float64) (Size, error) {
	d := orElse(o.Domain, 1)
	n := n0 * orElse(o.DesignEffect, 1)
	if o.Population > 0 {
		members := d * float64(o.Population)
		// members·n/(members-less+n), without overflow for a large n.
		n = members / (1 + math.Max(0, members-less)/n)
	}
	n /= d
	if math.IsInf(n, 0) || math.IsNaN(n) {
		return Size{}, failed(ErrOverflow, "n", "exceeds the largest count")
	}
	if o.Population > 0 {
		n = math.Min(n, float64(o.Population))
	}
	size := Size{Exact: n}
	var err error
	if size.N, err = ceil("n", n, 1); err != nil {
		return Size{}, err
	}
	size.Ask, err = Ask(size.N, o.Response)
	if o.Population > 0 && (err != nil || size.Ask > o.Population) {
		size.N = min(size.N, o.Population)
		size.Ask, err = o.Population, nil
		size.Shortfall = max(0, size.N-answers(o.Response, size.Ask))
	}
	if err != nil {
		return Size{}, err
	}
	return size, nil
}
