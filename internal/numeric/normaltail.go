package numeric

import "math"

// NormalTail returns P(Z > x) for a standard normal Z, good to a few units in
// the last place also where it is 1e-300; NaN where x is NaN. The lower tail is
// NormalTail(-x).
func NormalTail(x float64) float64 {
	root := x / math.Sqrt2
	tail := math.Erfc(root) / 2
	if x <= 1 || tail == 0 {
		return tail
	}
	// The rounding of root is worth x² units in the last place of the tail; one
	// term of Taylor's series takes it out.
	const sqrt2Low = -9.667293313452913e-17 // √2 less its float64
	lost := -math.FMA(root, math.Sqrt2, -x) - root*sqrt2Low
	return tail - lost*math.Exp(-root*root)/(math.Sqrt2*math.SqrtPi)
}

// logNormalTail returns the logarithm of NormalTail(x), also where the tail
// itself is too small for a float64.
func logNormalTail(x float64) float64 {
	if x < 30 {
		return math.Log(NormalTail(x))
	}
	y := 1 / (x * x)
	return -x*x/2 - math.Log(x*math.Sqrt(2*math.Pi)) + math.Log1p(-y*(1-y*(3-15*y)))
}

// normalHazard returns the density of a standard normal over its upper tail.
func normalHazard(x float64) float64 {
	if x > 30 {
		return x + 1/x
	}
	return math.Exp(-x*x/2) / math.Sqrt(2*math.Pi) / NormalTail(x)
}
