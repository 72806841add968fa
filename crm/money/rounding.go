package money

import "github.com/guanxi-go/guanxi/internal/enum"

// Rounding says what becomes of a fraction of a minor unit (舍入方式). The zero
// value is HalfEven, which ISO 80000-1 annex B and GB/T 8170-2008 prefer because
// it does not drift in long sums. Invoices and contracts that say 四舍五入 mean
// HalfUp.
type Rounding uint8

const (
	HalfEven Rounding = iota // to the nearest, ties to the even neighbour: 2.5 is 2, 3.5 is 4 四舍六入五成双
	HalfUp                   // to the nearest, ties away from zero: 2.5 is 3, -2.5 is -3 四舍五入
	HalfDown                 // to the nearest, ties toward zero: 2.5 is 2, -2.5 is -2 五舍六入
	Up                       // away from zero: 2.1 is 3, -2.1 is -3 进位
	Down                     // toward zero: 2.9 is 2, -2.9 is -2 舍位
	Ceiling                  // toward plus infinity: 2.1 is 3, -2.9 is -2 向上取整
	Floor                    // toward minus infinity: 2.9 is 2, -2.1 is -3 向下取整
	Exact                    // a fraction is ErrInvalid 不舍入
)

var roundings = enum.New[Rounding]("rounding", unknownMode, enum.Names{
	HalfEven: {"half-even", "四舍六入五成双"},
	HalfUp:   {"half-up", "四舍五入"},
	HalfDown: {"half-down", "五舍六入"},
	Up:       {"up", "进位"},
	Down:     {"down", "舍位"},
	Ceiling:  {"ceiling", "向上取整"},
	Floor:    {"floor", "向下取整"},
	Exact:    {"exact", "不舍入"},
})

// Valid reports whether m is one of the modes above.
func (m Rounding) Valid() bool { return roundings.Valid(m) }

// String returns the English name, such as "half-even".
func (m Rounding) String() string { return roundings.Code(m) }

// Zh returns the Chinese name, such as 四舍五入.
func (m Rounding) Zh() string { return roundings.Zh(m) }

// MarshalText writes the form of String. An unknown mode is ErrInvalid.
func (m Rounding) MarshalText() ([]byte, error) { return roundings.Marshal(m) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (m *Rounding) UnmarshalText(text []byte) error { return roundings.Unmarshal(m, text) }

// fraction is what a division leaves over, compared with half the divisor.
type fraction uint8

const (
	none fraction = iota
	belowHalf
	half
	aboveHalf
)

// fractionOf classifies the remainder rem of a division by den > rem.
func fractionOf(rem, den uint64) fraction {
	switch rest := den - rem; {
	case rem == 0:
		return none
	case rem < rest:
		return belowHalf
	case rem == rest:
		return half
	}
	return aboveHalf
}

// round returns the integer for the magnitude q and a fraction beyond it.
func (m Rounding) round(q uint64, f fraction, negative bool) (int64, error) {
	if !m.Valid() {
		return 0, unknownMode("rounding")
	}
	if _, err := signed(q, negative); err != nil { // and so q+1 does not wrap
		return 0, err
	}
	if m == Exact && f != none {
		return 0, invalid("amount", "is not a whole number of minor units")
	}
	if m.raises(f, q%2 == 1, negative) {
		q++
	}
	return signed(q, negative)
}

// raises reports whether the magnitude moves away from zero.
func (m Rounding) raises(f fraction, odd, negative bool) bool {
	if f == none {
		return false
	}
	switch m {
	case HalfEven:
		return f == aboveHalf || f == half && odd
	case HalfUp:
		return f >= half
	case HalfDown:
		return f == aboveHalf
	case Up:
		return true
	case Ceiling:
		return !negative
	case Floor:
		return negative
	}
	return false // Down
}
