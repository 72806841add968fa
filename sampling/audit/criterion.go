package audit

import (
	"math"
	"math/bits"

	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/internal/numeric"
)

// quality is a rate of errors together with the law of what a sample shows of it.
type quality struct {
	law        Law
	num, den   int64 // the rate, for Binomial and Poisson
	population int64 // for Hypergeometric,
	marked     int64 // and the errors in it
}

// compare returns -1, 0 or 1 as the probability of at most c errors in a sample of n
// (above: of more than c) lies below, at or above p.
func (q quality) compare(above bool, c, n int64, p float64) int {
	switch q.law {
	case Hypergeometric:
		return compareHypergeometric(above, c, q.population, q.marked, n, p)
	case Poisson:
		atMost, more := numeric.PoissonTails(c, float64(n)*(float64(q.num)/float64(q.den)))
		if above {
			return sign(more - p)
		}
		return sign(atMost - p)
	}
	return compareBinomial(above, c, n, q.num, q.den, p)
}

// limits returns the largest sample and the largest number of errors that it can allow
// without allowing everything.
func (q quality) limits() (sample, allowed int64) {
	if q.law == Hypergeometric {
		return q.population, q.marked - 1
	}
	return MaxSample, MaxSample - 1
}

// smallest returns the smallest sample that shows at most c errors with a probability of
// at most risk, and false where there is none.
func (q quality) smallest(c int64, risk float64) (int64, bool) {
	most, _ := q.limits()
	first := c + 1
	if q.law == Poisson {
		first = 1
	}
	if first > most {
		return 0, false
	}
	// At the mean the probability is about one half, so that for a risk below it the
	// search may begin there; it begins at the bottom where that is not so.
	if start := q.sampleWithMean(c, most); start > first && q.compare(false, c, start, risk) > 0 {
		first = start
	}
	n := least(first, most, func(n int64) bool { return q.compare(false, c, n, risk) <= 0 })
	return n, n <= most
}

// sampleWithMean returns a sample in which c errors are expected, at most most.
func (q quality) sampleWithMean(c, most int64) int64 {
	num, den := q.num, q.den
	if q.law == Hypergeometric {
		num, den = q.marked, q.population
	}
	hi, lo := bits.Mul64(uint64(c), uint64(den))
	if hi >= uint64(num) {
		return most
	}
	n, _ := bits.Div64(hi, lo, uint64(num))
	return int64(min(n, uint64(most)))
}

// largest returns the largest sample that shows more than c errors with a probability of
// at most risk.
func (q quality) largest(c int64, risk float64) int64 {
	most, _ := q.limits()
	if q.law == Hypergeometric && c >= q.marked || q.num == 0 && q.law != Hypergeometric {
		return most
	}
	first := c + 1 // fewer items cannot show more errors, unless one can have several
	if q.law == Poisson {
		first = 1
	}
	return least(first, most, func(n int64) bool { return q.compare(true, c, n, risk) > 0 }) - 1
}

// firstAllowed returns the smallest c from 0 to most for which fits is true, and false
// where there is none. fits also says whether a larger c can be possible at all.
//
// fits is not monotone, because samples are whole numbers; but where they may be real
// ones it is, from some c on. nearly must be true wherever it would fit with real
// samples, so that what lies below a c that does not nearly fit can be passed over; the
// rest is asked one by one.
func firstAllowed(most int64, nearly func(c int64) bool, fits func(c int64) (fit, possible bool)) (int64, bool) {
	for c := least(0, most, nearly); c <= most; c++ {
		if fit, possible := fits(c); fit || !possible {
			return c, fit
		}
	}
	return 0, false
}

// rate returns the quality of a ratio from 0 to 1, in a population if that is not 0.
func rate(field string, r money.Ratio, law Law, population int64) (quality, error) {
	if r.Den <= 0 || r.Num < 0 || law != Poisson && r.Num > r.Den {
		return quality{}, invalid(field, "%d/%d is no rate", r.Num, r.Den)
	}
	if law != Hypergeometric {
		return quality{law: law, num: r.Num, den: r.Den}, nil
	}
	return quality{law: law, num: r.Num, den: r.Den, population: population, marked: part(population, r)}, nil
}

// part returns n·r rounded down, in integers. r is at most one.
func part(n int64, r money.Ratio) int64 {
	hi, lo := bits.Mul64(uint64(n), uint64(r.Num))
	q, _ := bits.Div64(hi, lo, uint64(r.Den)) // hi < Den, since the quotient is at most n
	return int64(min(q, math.MaxInt64))
}
