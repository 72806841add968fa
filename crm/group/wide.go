package group

import "math/bits"

// wide is an integer of 128 bits in two's complement: no slice has enough elements
// to make a sum of int64 leave it.
type wide struct {
	hi int64
	lo uint64
}

func widened(v int64) wide { return wide{v >> 63, uint64(v)} }

func (a wide) plus(b wide) (wide, error) {
	lo, carry := bits.Add64(a.lo, b.lo, 0)
	return wide{a.hi + b.hi + int64(carry), lo}, nil
}

// narrow returns the sum, and false where it does not fit.
func (a wide) narrow() (int64, bool) {
	v := int64(a.lo)
	return v, v>>63 == a.hi
}
