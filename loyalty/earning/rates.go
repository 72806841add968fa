package earning

import (
	"math/big"

	"github.com/shopspring/decimal"

	"github.com/guanxi-go/guanxi/crm/money"
)

// Minor returns d units of a currency as minor units, exactly: it is how an
// amount that the host keeps as a decimal enters an [Order]. A coefficient of up
// to 18 digits, with up to 18 zeros to add or to take off, is read without an
// allocation; every other number goes through money.FromDecimal and its big
// integers. No digit is dropped: where the number has more than the currency,
// that is ErrInvalid, and beyond int64 minor units ErrOverflow.
func Minor(d decimal.Decimal, cur money.Currency) (int64, error) {
	// CoefficientInt64 cuts longer coefficients off without saying so.
	if cur.Valid() && d.NumDigits() <= 18 {
		coef, shift := d.CoefficientInt64(), int64(d.Exponent())+int64(cur.Digits())
		if shift == 0 {
			return coef, nil
		}
		if n, ok := shifted(coef, shift); ok {
			return n, nil
		}
	}
	a, err := money.FromDecimal(d, cur, money.Exact)
	if err != nil {
		return 0, refuse(sentinel(err), "amount", -1, "", "is not a number of minor units")
	}
	return a.Minor, nil
}

// shifted returns n·10^shift, and whether that is a whole number of 64 bits, for
// shifts of up to 18.
func shifted(n, shift int64) (int64, bool) {
	switch {
	case shift < -18 || shift > 18:
		return 0, false
	case shift < 0:
		p := power10(shift)
		return n / p, n%p == 0
	}
	p := power10(shift)
	return n * p, n*p/p == n
}

// power10 returns ten to the |n|, for |n| up to 18.
func power10(n int64) int64 {
	p := int64(1)
	for range max(n, -n) {
		p *= 10
	}
	return p
}

// maxPlaces is how many digits a number in a rule may have on either side of the
// point, so that nobody can make Compile build a number of a thousand million.
const maxPlaces = 18

// sane reports whether d is at least 0 and within maxPlaces.
func sane(d decimal.Decimal) bool {
	e := int64(d.Exponent())
	return d.Sign() >= 0 && e >= -maxPlaces && e <= maxPlaces && d.NumDigits() <= 2*maxPlaces && int64(d.NumDigits())+e <= maxPlaces
}

// ratio returns points/(per·10^digits) in lowest terms, for sane numbers with per
// above 0.
func ratio(points, per decimal.Decimal, digits int) (money.Ratio, bool) {
	q := new(big.Rat).Quo(points.Rat(), per.Rat())
	q.Quo(q, new(big.Rat).SetInt64(power10(int64(digits))))
	return fit(q)
}

func fit(q *big.Rat) (money.Ratio, bool) {
	if !q.Num().IsInt64() || !q.Denom().IsInt64() || q.Num().Int64() > maxDen || q.Denom().Int64() > maxDen {
		return money.Ratio{}, false
	}
	return money.Ratio{Num: q.Num().Int64(), Den: q.Denom().Int64()}, true
}
