package calibrate

import "math"

// A curve is the function F of a distance and its derivative: F(0) = F'(0) = 1.
type curve struct {
	method       Method
	lower, upper float64
	bounded      bool
	slope        float64 // of Logit: (U-L)/((1-L)(U-1))
}

func newCurve(m Method, b Bounds) (curve, error) {
	c := curve{method: m, lower: b.Lower, upper: b.Upper, bounded: b != Bounds{}}
	switch {
	case !m.known():
		return curve{}, unknown("method")
	case m == Multiplicative && c.bounded:
		return curve{}, invalid("bounds", "the multiplicative method has none: take logit, or linear")
	case m == Logit && !c.bounded:
		return curve{}, invalid("bounds", "logit needs bounds")
	case !c.bounded:
		return c, nil
	case !(b.Lower >= 0 && b.Lower < 1 && b.Upper > 1):
		return curve{}, invalid("bounds", "not 0 <= lower < 1 < upper")
	case m == Logit && math.IsInf(b.Upper, 1):
		return curve{}, invalid("bounds", "logit needs a finite upper bound")
	}
	c.slope = (b.Upper - b.Lower) / ((1 - b.Lower) * (b.Upper - 1))
	return c, nil
}

// at returns g = F(u) and F'(u). Deville and Sarndal 1992, cases 1, 2, 6 and 7.
func (c curve) at(u float64) (g, slope float64) {
	switch {
	case c.method == Multiplicative:
		g = math.Exp(u)
		return g, g
	case c.method == Logit:
		return c.logit(u)
	case c.bounded && 1+u <= c.lower:
		return c.lower, 0
	case c.bounded && 1+u >= c.upper:
		return c.upper, 0
	}
	return 1 + u, 1
}

// logit calculates with whichever exponential is at most 1.
func (c curve) logit(u float64) (g, slope float64) {
	down, up := 1-c.lower, c.upper-1
	e := math.Exp(-math.Abs(c.slope * u))
	low, high := up, down*e // the shares of the lower and the upper bound
	if u > 0 {
		low, high = up*e, down
	}
	whole := low + high
	g = (c.lower*low + c.upper*high) / whole
	return g, c.slope * (c.upper - c.lower) * (low / whole) * (high / whole)
}
