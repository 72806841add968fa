package plan

import "math"

// wilson returns the size for which the score interval of a share p is 2e wide,
// 0 < e < 1/2, and the interval. z is the normal quantile.
func wilson(p, e, z float64) (n, lower, upper float64) {
	v := p * (1 - p)
	root := math.Sqrt(e*e*(1-4*v) + v*v)
	n = (v - 2*e*e + root) * (z / e) * (z / e) / 2
	centre := (n*p + z*z/2) / (n + z*z)
	return n, centre - e, centre + e
}

// logOdds returns the size for which the interval of a share p that is symmetric
// in log(p/(1-p)) is 2e wide, 0 < e < 1/2, and the interval. z is the normal
// quantile.
func logOdds(p, e, z float64) (n, lower, upper float64) {
	k := (1 - p) / p
	// The interval is 1/(1+k·x) to 1/(1+k/x) for an odds ratio x. Its width is
	// k·(x²-1)/((x+k)·(1+k·x)) = 2e, a quadratic in x - 1 with one positive root.
	a := k * (1 - 2*e)
	half := e*(1+k*k) - a // half of minus the linear coefficient
	rest := 2 * e * (1 + k) * (1 + k)
	root := math.Sqrt(half*half + a*rest)
	grow := (half + root) / a // x - 1
	if half < 0 {
		grow = rest / (root - half) // the same without cancellation
	}
	step := math.Log1p(grow)
	n = z / step * (z / step) / (p * (1 - p))
	x := 1 + grow
	return n, 1 / (1 + k*x), 1 / (1 + k/x)
}
