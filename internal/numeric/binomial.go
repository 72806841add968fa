package numeric

import "math"

// BinomialMass returns the probability of exactly k successes in n trials that
// succeed with probability p and fail with q = 1-p. It is 0 for k outside 0 to n, and
// NaN for n < 0 or p and q that are no probabilities. Its relative error is a few
// units in the last place, times the size of its logarithm where that is large.
//
// Source: Loader 2000, Fast and accurate computation of binomial probabilities.
func BinomialMass(k, n int64, p, q float64) float64 {
	switch {
	case n < 0 || !(p >= 0 && p <= 1 && q >= 0 && q <= 1):
		return math.NaN()
	case k < 0 || k > n:
		return 0
	case p == 0 || q == 0:
		if p == 0 && k == 0 || q == 0 && k == n {
			return 1
		}
		return 0
	case k == 0:
		return power(p, q, n)
	case k == n:
		return power(q, p, n)
	}
	var excess float64 // k - n·p, rounded once
	if p <= q {
		excess = math.FMA(-float64(n), p, float64(k))
	} else {
		excess = math.FMA(float64(n), q, float64(k-n))
	}
	s := stirlingOfCount(n) - stirlingOfCount(k) - stirlingOfCount(n-k) -
		devianceOfCount(k, float64(n)*p, excess) - devianceOfCount(n-k, float64(n)*q, -excess)
	return math.Exp(s) * math.Sqrt(float64(n)/(2*math.Pi*float64(k))/float64(n-k))
}

// power returns q to the n, where q = 1-p.
func power(p, q float64, n int64) float64 {
	if p < q {
		return math.Exp(float64(n) * math.Log1p(-p))
	}
	return math.Pow(q, float64(n))
}

// BinomialTails returns the probabilities of at most k and of more than k successes
// in n trials that succeed with probability p and fail with q = 1-p; the smaller one
// is a sum of positive terms from k outwards, whose number grows with the standard
// deviation, or a continued fraction where that is large. NaN as for [BinomialMass].
func BinomialTails(k, n int64, p, q float64) (atMost, above float64) {
	switch {
	case n < 0 || !(p >= 0 && p <= 1 && q >= 0 && q <= 1):
		return math.NaN(), math.NaN()
	case k < 0:
		return 0, 1
	case k >= n || p == 0:
		return 1, 0
	case q == 0:
		return 0, 1
	}
	if float64(n)*p*q > 1e4 { // the sums would be long, and the rounded odds add up
		return BetaTails(float64(n-k), float64(k)+1, q, p)
	}
	return tails(float64(k)-float64(n)*p, func() float64 {
		odds := q / p
		return BinomialMass(k, n, p, q) * fall(func(i int64) float64 {
			return float64(k-i) / float64(n-k+i+1) * odds
		})
	}, func() float64 {
		odds := p / q
		return BinomialMass(k+1, n, p, q) * fall(func(i int64) float64 {
			return float64(n-k-1-i) / float64(k+2+i) * odds
		})
	})
}
