package pipeline

import (
	"math/big"
	"math/bits"

	"github.com/shopspring/decimal"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/money"
)

// Deal is an opportunity as a forecast sees it (预测商机).
type Deal struct {
	ID       string       `json:"id"`
	Category Category     `json:"category,omitzero"`
	Amount   money.Amount `json:"amount"`         // what it brings if it is won; not below 0
	Close    calendar.Day `json:"close,omitzero"` // when it is expected to be closed; zero is not known
	// P is the probability that it is won, 0 to 1, such as that of its stage (see
	// [Probability]). It is not read of a closed deal, which is won.
	P decimal.Decimal `json:"p"`
}

// chance returns P as a float64, correctly rounded, and 1 for a closed deal.
func (d Deal) chance() float64 {
	if d.Category == Closed {
		return 1
	}
	if e := -d.P.Exponent(); e >= 0 && e <= 15 && d.P.NumDigits() <= 15 {
		return float64(d.P.CoefficientInt64()) / powers[e] // both exact, so the quotient is rounded once
	}
	return d.P.InexactFloat64()
}

var powers = [...]float64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15}

// check returns the code of what is wrong with a deal, "" for nothing.
func (d Deal) check() string {
	switch {
	case !validID(d.ID):
		return codeID
	case !d.Category.Valid():
		return codeCategory
	case d.Amount.Minor < 0:
		return codeAmount
	case d.Amount.Minor > 0 && (d.Amount.Currency.IsZero() || !d.Amount.Currency.Valid()):
		return codeAmount
	case !d.Close.IsZero() && !d.Close.Valid():
		return codeDay
	case d.Category != Closed && (d.P.Sign() < 0 || d.P.Exponent() < -maxScale || d.P.Exponent() > maxScale || d.P.Cmp(one) > 0):
		return codeProbability
	}
	return ""
}

// maxScale bounds exponents, so that no probability makes the arithmetic huge.
const maxScale = 1000

var one = decimal.NewFromInt(1)

// expectation sums p times a exactly. The sum of all a fits int64.
type expectation struct {
	// high and low are 128-bit sums of coefficient times amount, by the number of
	// decimals of the probability.
	high, low [19]uint64
	rest      decimal.Decimal
}

func (x *expectation) add(p decimal.Decimal, minor int64) {
	e := -p.Exponent()
	if e < 0 || e >= int32(len(x.low)) || p.NumDigits() > 18 {
		x.rest = x.rest.Add(p.Mul(decimal.NewFromInt(minor)))
		return
	}
	hi, lo := bits.Mul64(uint64(p.CoefficientInt64()), uint64(minor))
	var carry uint64
	x.low[e], carry = bits.Add64(x.low[e], lo, 0)
	x.high[e] += hi + carry // below 10^18 times 2^63, for no p is above 1
}

// value returns the sum divided by 10^digits.
func (x *expectation) value(digits int32) decimal.Decimal {
	sum := x.rest.Shift(-digits)
	for e := range x.low {
		if x.high[e]|x.low[e] == 0 {
			continue
		}
		wide := new(big.Int).Lsh(new(big.Int).SetUint64(x.high[e]), 64)
		wide.Add(wide, new(big.Int).SetUint64(x.low[e]))
		sum = sum.Add(decimal.NewFromBigInt(wide, -int32(e)-digits))
	}
	return sum
}
