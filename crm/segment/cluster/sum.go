package cluster

import "math"

// sum is a compensated sum: hi carries the total and lo the rounding errors of
// every addition (Ogita, Rump and Oishi 2005, Sum2), so that the total is as
// good as if it were added in twice the precision and rounded once. Unlike
// numeric.Sum it merges, takes weights and gives an accurately rounded mean, and
// terms can be taken out again by adding their negative. It is a plain value:
// s = s.plus(x) stays in registers.
type sum struct{ hi, lo float64 }

// plus adds x. The error term is Knuth's TwoSum, which needs no branch on the
// order of magnitude.
func (s sum) plus(x float64) sum {
	t := s.hi + x
	v := t - s.hi
	return sum{t, s.lo + ((s.hi - (t - v)) + (x - v))}
}

// plusTimes adds the product x*w with its rounding error.
func (s sum) plusTimes(x, w float64) sum {
	p := float64(x * w)
	s = s.plus(p)
	s.lo += math.FMA(x, w, -p)
	return s
}

func (s sum) merge(t sum) sum {
	s = s.plus(t.hi)
	s.lo += t.lo
	return s
}

func (s sum) value() float64 { return s.hi + s.lo }

// over returns the sum divided by w, rounded as if once: n copies of one value
// have exactly that value as their mean.
func (s sum) over(w float64) float64 {
	hi := s.hi + s.lo
	lo := s.lo - (hi - s.hi)
	q := hi / w
	return q + (math.FMA(-q, w, hi)+lo)/w
}

func addUp(values []float64) float64 {
	var s sum
	for _, v := range values {
		s = s.plus(v)
	}
	return s.value()
}
