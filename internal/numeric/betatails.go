package numeric

import "math"

// BetaTails returns the probabilities of at most x and of more than x under a beta
// law with parameters a and b, where y = 1-x. Each is computed as a tail where it is
// one, so small probabilities keep their relative accuracy, of about 1e-13 with
// parameters up to 1e9. Of x and y the smaller one counts; both are passed so that
// neither is rounded away. Outside a, b > 0 and 0 <= x <= 1 both results are NaN.
func BetaTails(a, b, x, y float64) (atMost, above float64) {
	if !(x >= 0 && x <= 1 && y >= 0 && y <= 1) {
		return math.NaN(), math.NaN()
	}
	var lambda float64 // a·y - b·x, rounded once
	if x <= y {
		lambda = math.FMA(-(a + b), x, a)
	} else {
		lambda = math.FMA(a+b, y, -b)
	}
	if lambda >= 0 {
		p := IncompleteBeta(a, b, x, y, lambda)
		return p, 1 - p
	}
	q := IncompleteBeta(b, a, y, x, -lambda)
	return 1 - q, q
}
