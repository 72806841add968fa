package plan

import (
	"math"
	"math/big"
)

// Rate is a share as a ratio of integers, 0 < Num/Den <= 1, such as a response
// rate (应答率) of 60/100. The zero value stands for 1: everybody answers.
type Rate struct {
	Num int `json:"num"` // numerator, at least 1
	Den int `json:"den"` // denominator, at least Num
}

func (r Rate) orOne() Rate {
	if r == (Rate{}) {
		return Rate{1, 1}
	}
	return r
}

// Validate returns ErrInvalid unless the rate is zero or 0 < Num <= Den.
func (r Rate) Validate() error {
	if r = r.orOne(); r.Num <= 0 || r.Den < r.Num {
		return invalid("rate", "is not a ratio above 0 and at most 1")
	}
	return nil
}

// Ask returns how many people to ask so that n answers are expected: n divided
// by the product of the rates (eligible, reached, answering), rounded up once,
// in exact arithmetic. 21 answers at 35 percent need 60 people; a division of
// floats would ask 61.
//
// The error is ErrInvalid for n < 0 and for a bad rate, ErrOverflow where the
// answer exceeds an int.
func Ask(n int, rates ...Rate) (int, error) {
	if n < 0 {
		return 0, invalid("n", "is negative")
	}
	num, den := big.NewInt(int64(n)), big.NewInt(1)
	for _, r := range rates {
		if err := r.Validate(); err != nil {
			return 0, err
		}
		r = r.orOne()
		num.Mul(num, big.NewInt(int64(r.Den)))
		den.Mul(den, big.NewInt(int64(r.Num)))
	}
	// (num + den - 1) / den
	num.Add(num, den).Sub(num, big.NewInt(1)).Quo(num, den)
	if !num.IsInt64() || num.Int64() > math.MaxInt {
		return 0, failed(ErrOverflow, "ask", "exceeds the largest int")
	}
	return int(num.Int64()), nil
}

// answers returns how many answers are expected of asked people, rounded down.
func (r Rate) answers(asked int) int {
	r = r.orOne()
	a := big.NewInt(int64(asked))
	return int(a.Mul(a, big.NewInt(int64(r.Num))).Quo(a, big.NewInt(int64(r.Den))).Int64())
}
