package draw

import "math"

// Bernoulli draws every unit with probability p, 0 <= p <= 1, independently of all
// others (伯努利抽样). The size of the sample is random, N*p on average, and may be 0.
// Units are listed by row.
//
// It draws the gaps between the drawn units, which are geometric, and so costs N*p
// random numbers and not N (Devroye 1986, Non-Uniform Random Variate Generation, X.2).
//
// Errors: ErrInvalid for a p that is no probability.
func Bernoulli(f *Frame, p float64, src Source) (*Sample, error) {
	if err := f.check(); err != nil {
		return nil, err
	}
	if !(p >= 0 && p <= 1) {
		return nil, invalid("p", "must be a probability, 0 to 1")
	}
	rng, err := src.open(DesignBernoulli, f.Hash())
	if err != nil {
		return nil, err
	}
	s := record(DesignBernoulli, f, src)
	s.Units = make([]int, 0, int(float64(f.n)*p))
	scale := 1 / math.Log1p(-p) // 0 for p = 1: no gaps
	for row := 0; p > 0; row++ {
		gap := math.Floor(math.Log(open01(rng)) * scale)
		if gap >= float64(f.n-row) {
			break
		}
		row += int(gap)
		s.Units = append(s.Units, row)
	}
	s.Probabilities = constant(p, len(s.Units))
	return s, nil
}
