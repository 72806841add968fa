package plan

import (
	"math"
	"math/big"

	"github.com/guanxi-go/guanxi/crm/money"
)

// orOne is a response rate (应答率), of which the zero value stands for 1: everybody
// answers.
func orOne(r money.Ratio) money.Ratio {
	if r == (money.Ratio{}) {
		return money.Ratio{Num: 1, Den: 1}
	}
	return r
}

// checkRate refuses a rate unless it is zero or above 0 and at most 1.
func checkRate(r money.Ratio) error {
	if r = orOne(r); r.Num <= 0 || r.Den < r.Num {
		return invalid("rate", "is not a ratio above 0 and at most 1")
	}
	return nil
}

// Ask returns how many people to ask so that n answers are expected: n divided
// by the product of the rates (eligible, reached, answering), rounded up once,
// in exact arithmetic. 21 answers at 35 percent need 60 people; a division of
// floats would ask 61.
//
// The zero rate stands for 1. The error is ErrInvalid for n < 0 and for a rate that is
// not above 0 and at most 1, ErrOverflow where the
// answer exceeds an int.
func Ask(n int, rates ...money.Ratio) (int, error) {
	if n < 0 {
		return 0, invalid("n", "is negative")
	}
	num, den := big.NewInt(int64(n)), big.NewInt(1)
	for _, r := range rates {
		if err := checkRate(r); err != nil {
			return 0, err
		}
		r = orOne(r)
		num.Mul(num, big.NewInt(r.Den))
		den.Mul(den, big.NewInt(r.Num))
	}
	// (num + den - 1) / den
	num.Add(num, den).Sub(num, big.NewInt(1)).Quo(num, den)
	if !num.IsInt64() || num.Int64() > math.MaxInt {
		return 0, failed(ErrOverflow, "ask", "exceeds the largest int")
	}
	return int(num.Int64()), nil
}

// answers returns how many answers are expected of asked people, rounded down.
func answers(r money.Ratio, asked int) int {
	r = orOne(r)
	a := big.NewInt(int64(asked))
	return int(a.Mul(a, big.NewInt(r.Num)).Quo(a, big.NewInt(r.Den)).Int64())
}
