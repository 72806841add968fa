package numeric

import "math"

// Sum adds float64s with Neumaier's compensation: the error of the result does
// not grow with the number of terms, also where later terms are larger than the
// sum so far. The zero value is an empty sum. A sum that overflows is infinite
// and one of opposite infinities NaN, as with plain addition.
//
// Source: Neumaier 1974, ZAMM 54:39-51, improved Kahan-Babuska summation.
type Sum struct {
	sum, lost float64
}

// Add adds x.
func (s *Sum) Add(x float64) {
	t := s.sum + x
	if math.Abs(s.sum) >= math.Abs(x) {
		s.lost += (s.sum - t) + x
	} else {
		s.lost += (x - t) + s.sum
	}
	s.sum = t
}

// Value returns the sum of what was added.
func (s *Sum) Value() float64 {
	if math.IsInf(s.sum, 0) || math.IsNaN(s.sum) {
		return s.sum // here the compensation is infinity minus infinity
	}
	return s.sum + s.lost
}
