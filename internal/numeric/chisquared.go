package numeric

import (
	"math"

	"gonum.org/v1/gonum/mathext"
)

// closedFormDF is the largest number of degrees of freedom for which the finite
// sum is used: below it the terms cannot leave the range of float64.
const closedFormDF = 100

// ChiSquaredTail returns P(X > x) for a chi-squared X with df degrees of
// freedom. It is 1 for x <= 0, and NaN for df < 1 or where x is NaN.
//
// Up to 100 degrees of freedom it is a finite sum of positive terms (Abramowitz
// and Stegun 26.4.4 and 26.4.5), good to some units in the last place also
// where the tail is 1e-300; beyond, the regularised incomplete gamma function
// of gonum, whose relative error is below 1e-12.
func ChiSquaredTail(x float64, df int) float64 {
	switch {
	case df < 1 || math.IsNaN(x):
		return math.NaN()
	case x <= 0:
		return 1
	case math.IsInf(x, 1):
		return 0
	case df > closedFormDF:
		return mathext.GammaIncRegComp(float64(df)/2, x/2)
	}
	y := x / 2
	if y == 0 {
		return 1 // the smallest float64 has no half
	}
	// exp(-y) is applied in two halves, so that it underflows only where the
	// tail itself does.
	half := math.Exp(-y / 2)
	var term, sum, head float64
	j := 1.0
	if df%2 == 0 {
		term = half // y^0 / 0!
	} else {
		root := math.Sqrt(y)
		head = erfcRoot(y, root)
		term = half * root * (2 / math.SqrtPi) // y^(1/2) / Gamma(3/2)
		j = 1.5
	}
	for range df / 2 {
		sum += term
		term *= y / j
		j++
	}
	return head + sum*half
}

// erfcRoot returns erfc of the square root of y, whose rounded value is root.
// The rounding error of the root is worth y units in the last place of the
// tail; one term of Taylor's series takes it out.
func erfcRoot(y, root float64) float64 {
	lost := -math.FMA(root, root, -y) // y - root²
	return math.Erfc(root) - math.Exp(-y)*lost/(root*math.SqrtPi)
}
