package earning

import (
	"math"
	"math/bits"

	"github.com/guanxi-go/guanxi/crm/money"
)

// wide is an unsigned integer of 128 bits.
type wide struct{ hi, lo uint64 }

func product(a, b uint64) wide {
	hi, lo := bits.Mul64(a, b)
	return wide{hi, lo}
}

// times returns x·k, and whether it fits.
func (x wide) times(k uint64) (wide, bool) {
	over, mid := bits.Mul64(x.hi, k)
	hi, lo := bits.Mul64(x.lo, k)
	hi, carry := bits.Add64(hi, mid, 0)
	return wide{hi, lo}, over == 0 && carry == 0
}

// plus returns x+y, and whether it fits.
func (x wide) plus(y wide) (wide, bool) {
	lo, carry := bits.Add64(x.lo, y.lo, 0)
	hi, carry := bits.Add64(x.hi, y.hi, carry)
	return wide{hi, lo}, carry == 0
}

// maxDen keeps what is added before a division within 64 bits.
const maxDen = 1<<62 - 1

// divisor divides by den, from 1 to maxDen, and rounds as a mode of package money
// says. All modes of numbers of at least 0 are a bias before a division that
// drops the rest, which costs a till no branch that depends on its amounts; only
// the even half has to look at the quotient.
type divisor struct {
	den, bias uint64
	even      bool // a tie is possible and goes to the even neighbour
}

func newDivisor(den uint64, mode money.Rounding) divisor {
	switch mode {
	case money.HalfEven:
		return divisor{den, den / 2, den%2 == 0}
	case money.HalfUp:
		return divisor{den, den / 2, false}
	case money.HalfDown:
		return divisor{den, (den - 1) / 2, false}
	case money.Up, money.Ceiling:
		return divisor{den, den - 1, false}
	}
	return divisor{den, 0, false} // Down, Floor
}

// of returns x over the divisor, and whether that fits int64.
func (d divisor) of(x wide) (int64, bool) {
	lo, carry := bits.Add64(x.lo, d.bias, 0)
	if x.hi+carry >= d.den || x.hi >= d.den {
		return 0, false
	}
	q, rem := bits.Div64(x.hi+carry, lo, d.den)
	if d.even && rem == 0 { // the tie was lifted to q
		q &^= 1
	}
	return int64(q), q <= math.MaxInt64
}

// product64 is a·b where that is at most maxDen.
func product64(a, b uint64) (uint64, bool) {
	hi, lo := bits.Mul64(a, b)
	return lo, hi == 0 && lo <= maxDen
}

// lcm is the least common multiple of a and b above 0 where that is at most maxDen.
func lcm(a, b uint64) (uint64, bool) {
	x, y := a, b
	for y != 0 {
		x, y = y, x%y
	}
	return product64(a/x, b)
}
