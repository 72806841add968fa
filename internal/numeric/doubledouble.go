package numeric

import "math"

// DoubleDouble is a number held as the unevaluated sum of two float64s, with
// about 32 significant digits: for sums of squares that cancel later, where a
// float64 would leave the root with half its digits. The zero value is 0.
// Results are meaningful within the range of float64, not for infinities.
//
// Source: Dekker 1971, Numerische Mathematik 18:224-242.
type DoubleDouble struct {
	hi, lo float64
}

// Wide returns x as a DoubleDouble.
func Wide(x float64) DoubleDouble { return DoubleDouble{hi: x} }

// Float returns the nearest float64.
func (a DoubleDouble) Float() float64 { return a.hi + a.lo }

// Add returns a+b.
func (a DoubleDouble) Add(b DoubleDouble) DoubleDouble {
	s, e := twoSum(a.hi, b.hi)
	t, f := twoSum(a.lo, b.lo)
	s, e = fastTwoSum(s, e+t)
	return normalised(s, e+f)
}

// Sub returns a-b.
func (a DoubleDouble) Sub(b DoubleDouble) DoubleDouble {
	return a.Add(DoubleDouble{-b.hi, -b.lo})
}

// Mul returns a·b.
func (a DoubleDouble) Mul(b DoubleDouble) DoubleDouble {
	p := a.hi * b.hi
	e := math.FMA(a.hi, b.hi, -p)
	return normalised(p, e+(a.hi*b.lo+a.lo*b.hi))
}

// Times returns a·x.
func (a DoubleDouble) Times(x float64) DoubleDouble {
	p := a.hi * x
	e := math.FMA(a.hi, x, -p)
	return normalised(p, math.FMA(a.lo, x, e))
}

// twoSum returns a+b and its rounding error (Knuth).
func twoSum(a, b float64) (sum, lost float64) {
	sum = a + b
	bb := sum - a
	return sum, (a - (sum - bb)) + (b - bb)
}

// fastTwoSum is twoSum where |a| >= |b| or a is 0.
func fastTwoSum(a, b float64) (sum, lost float64) {
	sum = a + b
	return sum, b - (sum - a)
}

func normalised(hi, lo float64) DoubleDouble {
	hi, lo = fastTwoSum(hi, lo)
	return DoubleDouble{hi, lo}
}
