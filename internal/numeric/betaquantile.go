package numeric

import "math"

// BetaQuantile returns the x, and y = 1-x, with probability p of at most x under a
// beta law with parameters a and b. A small x and a small y both keep their relative
// accuracy, of about 1e-13 with parameters up to 1e9. For the point that leaves q
// above it call BetaQuantile(q, b, a) and exchange the results. Both are NaN outside
// 0 < p < 1 and a, b > 0.
func BetaQuantile(p, a, b float64) (x, y float64) {
	if !(p > 0 && p < 1 && a > 0 && b > 0 && a < math.Inf(1) && b < math.Inf(1)) {
		return math.NaN(), math.NaN()
	}
	// On the scale of the log odds, where both ends are as far as they have to be,
	// and by the logarithm of the smaller tail.
	miss := func(t float64) float64 {
		atMost, above := BetaTails(a, b, logistic(t), logistic(-t))
		if p <= 0.5 {
			return math.Log(atMost) - math.Log(p)
		}
		return math.Log(1-p) - math.Log(above)
	}
	middle, width := math.Log(a)-math.Log(b), 2*math.Sqrt(1/a+1/b)
	lo, hi := middle-width, middle+width
	for step := width; miss(lo) > 0; step *= 2 {
		lo -= step
		if lo < -700 {
			return 0, 1
		}
	}
	for step := width; miss(hi) < 0; step *= 2 {
		hi += step
		if hi > 700 {
			return 1, 0
		}
	}
	t := Brent(miss, lo, hi)
	return logistic(t), logistic(-t)
}

func logistic(t float64) float64 {
	if t < 0 {
		e := math.Exp(t)
		return e / (1 + e)
	}
	return 1 / (1 + math.Exp(-t))
}
