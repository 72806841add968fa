package numeric

import "math"

// PoissonMass returns the probability of exactly k events where mean are expected. It
// is 0 for k < 0, and NaN for a mean that is negative or infinite.
//
// Source: Loader 2000, Fast and accurate computation of binomial probabilities.
func PoissonMass(k int64, mean float64) float64 {
	switch {
	case !(mean >= 0 && mean < math.Inf(1)):
		return math.NaN()
	case k < 0:
		return 0
	case k == 0:
		return math.Exp(-mean)
	case mean == 0:
		return 0
	}
	m := float64(k)
	return math.Exp(-stirlingOfCount(k)-devianceOfCount(k, mean, m-mean)) / math.Sqrt(2*math.Pi*m)
}

// PoissonTails returns the probabilities of at most k and of more than k events where
// mean are expected; the smaller one is a sum of positive terms, whose number grows
// with the root of the mean. NaN as for [PoissonMass].
func PoissonTails(k int64, mean float64) (atMost, above float64) {
	switch {
	case !(mean >= 0 && mean < math.Inf(1)):
		return math.NaN(), math.NaN()
	case k < 0:
		return 0, 1
	case mean == 0:
		return 1, 0
	}
	return tails(float64(k)-mean, func() float64 {
		return PoissonMass(k, mean) * fall(func(i int64) float64 { return float64(k-i) / mean })
	}, func() float64 {
		return PoissonMass(k+1, mean) * fall(func(i int64) float64 { return mean / float64(k+2+i) })
	})
}
