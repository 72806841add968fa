package plan

import "math"

// ceil returns the smallest integer that is not below x, where x counts as the
// integer that it misses by rounding only: by 2^-40 of itself (about 1e-12) and
// never by more than 2^-10. A closed form of a few operations is off by less than
// a thousandth of that, and what is given up is a precision missed in the 13th
// digit. The result is at least least.
func ceil(field string, x float64, least int) (int, error) {
	slack := math.Min(math.Abs(x)*0x1p-40, 0x1p-10)
	n := math.Ceil(x - slack)
	// 1<<53 is a constant that does not fit an int of 32 bits.
	if math.IsNaN(n) || n > 1<<53 || n >= math.MaxInt {
		return 0, failed(ErrOverflow, field, "exceeds the largest count")
	}
	return max(least, int(n)), nil
}
