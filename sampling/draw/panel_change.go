package draw

import "math"

// Change is what the precision of a change between two periods depends on: the
// difference of the means of two simple random samples without replacement that
// share some units, drawn as from one random order of a population of N.
type Change struct {
	N       int `json:"n"`       // units in the population, at least 2
	N1      int `json:"n1"`      // the size of the first sample, 1 to N
	N2      int `json:"n2"`      // the size of the second
	Overlap int `json:"overlap"` // units in both, at most the smaller of them, and at least N1+N2-N
	// S11 and S22 are the variances of the two periods over the population and S12 the
	// covariance of a unit's two values, all with divisor N-1, in squares of the unit
	// of measurement; or estimates of them.
	S11 float64 `json:"s11"`
	S22 float64 `json:"s22"`
	S12 float64 `json:"s12"`
}

// Validate returns every rule that is broken, joined.
func (c Change) Validate() error {
	var p problems
	p.check(c.N >= 2 && c.N <= maxUnits, "N", "must be 2 to 2147483647")
	p.check(c.N1 >= 1 && c.N1 <= c.N, "n1", "must be 1 to N")
	p.check(c.N2 >= 1 && c.N2 <= c.N, "n2", "must be 1 to N")
	p.check(c.Overlap >= 0 && c.Overlap <= min(c.N1, c.N2), "overlap", "must be 0 to the smaller sample")
	p.check(int64(c.N1)+int64(c.N2)-int64(c.Overlap) <= int64(c.N), "overlap", "is less than two samples of these sizes must have in common")
	finite := func(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }
	p.check(finite(c.S11) && c.S11 >= 0, "S11", "must be finite and not negative")
	p.check(finite(c.S22) && c.S22 >= 0, "S22", "must be finite and not negative")
	// Rounding may carry an estimate of perfect correlation a little beyond.
	p.check(finite(c.S12) && math.Abs(c.S12) <= math.Sqrt(c.S11)*math.Sqrt(c.S22)*(1+1e-12), "S12", "must be at most sqrt(S11*S22) in size")
	return p.join()
}

// Variance returns the variance of the difference of the two means,
//
//	(1/n1 - 1/N) S11 + (1/n2 - 1/N) S22 - 2 (n12/(n1 n2) - 1/N) S12,
//
// which the overlap lowers where the values of a unit are positively correlated
// (Tam 1984, The American Statistician 38(4):288-289).
//
// Errors: as Validate.
func (c Change) Variance() (float64, error) {
	if err := c.Validate(); err != nil {
		return 0, err
	}
	n, n1, n2, both := float64(c.N), float64(c.N1), float64(c.N2), float64(c.Overlap)
	// Over one denominator, so that a census leaves exactly nothing.
	v := c.S11*((n-n1)/(n1*n)) + c.S22*((n-n2)/(n2*n)) - 2*c.S12*((both*n-n1*n2)/(n1*n2*n))
	if math.IsInf(v, 0) || math.IsNaN(v) {
		return 0, invalid("S11", "is too large")
	}
	return max(v, 0), nil
}
