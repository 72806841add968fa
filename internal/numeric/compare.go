package numeric

import "math"

// ULPDistance returns how many steps between neighbouring float64s lead from a
// to b: 0 where they are equal (0 and -0 too), 1 for neighbours, and
// math.MaxUint64 where either is NaN.
func ULPDistance(a, b float64) uint64 {
	if math.IsNaN(a) || math.IsNaN(b) {
		return math.MaxUint64
	}
	x, y := ordinal(a), ordinal(b)
	if x < y {
		x, y = y, x
	}
	return uint64(x) - uint64(y)
}

// ordinal numbers the float64s in their order, with 0 for both zeros.
func ordinal(x float64) int64 {
	bits := int64(math.Float64bits(x))
	if bits < 0 {
		return math.MinInt64 - bits
	}
	return bits
}

// Close reports whether got lies within ulps units in the last place of want,
// or within abs of it; abs serves where want is zero or the result of a
// cancellation, and is 0 elsewhere. A NaN is close to nothing.
func Close(got, want float64, ulps uint64, abs float64) bool {
	return ULPDistance(got, want) <= ulps || math.Abs(got-want) <= abs
}
