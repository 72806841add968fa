package survival

import "math"

// ThinUntil tells whether the curve begins with events among fewer than least
// subjects at risk, as left truncation brings about, and the time of the last
// of them before the risk set first reaches least: the t from which
// [Curve.Conditional] starts on firmer ground. Ten is a usual least. Where no
// risk set ever reaches least, t is the last event of all.
func (c *Curve) ThinUntil(least int) (t float64, thin bool) {
	for _, p := range c.Points {
		if p.AtRisk >= least {
			break
		}
		if p.Events > 0 {
			t, thin = p.Time, true
		}
	}
	return t, thin
}

// Conditional returns the curve of those who have come as far as t0 without the
// event: S(t | T > t0), with limits of its own. It is made from the risk sets
// after t0 alone, so that it exists also where S(t0) is 0 because an early
// small risk set died out.
//
// Errors: ErrInvalid for a negative or infinite t0 or NaN; ErrInsufficientData
// where t0 lies before Start or no observation ends after it.
func (c *Curve) Conditional(t0 float64) (*Curve, error) {
	if !(t0 >= 0) || math.IsInf(t0, 1) {
		return nil, invalid("t0", "is not a finite time from 0 on")
	}
	if t0 < c.Start {
		return nil, insufficient("t0", "is before the first entry")
	}
	rule, err := Options{c.Limits, c.Level}.rule()
	if err != nil {
		return nil, err
	}
	later := c.Points[c.index(t0)+1:]
	if len(later) == 0 {
		return nil, insufficient("t0", "is after the last observation")
	}
	sets := make([]riskSet, len(later))
	for i, p := range later {
		sets[i] = riskSet{p.Time, p.AtRisk, p.Events, p.Censored}
	}
	return newCurve(c.Estimator, rule, t0, sets), nil
}
