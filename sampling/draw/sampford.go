package draw

import (
	"math/rand/v2"
	"sort"
)

// Sampford's design gives a set s of n units the probability
//
//	P(s) ∝ Σ_{l∈s} p_l Π_{k∈s, k≠l} p_k/(1-p_k).
//
// His procedure draws l with probability p_l/n and n-1 units with replacement with
// probabilities proportional to p/(1-p), and accepts if all are different: a try
// costs O(n log N), and fewer and fewer of them succeed
// as n grows. The same P(s)
// comes from a unit l drawn in proportion to p_l(1-p_l), Poisson sampling of all
// others with their own probabilities, and acceptance of the size n-1: multiplied
// out, p_l(1-p_l) Π_{k∈s,k≠l} p_k Π_{k∉s} (1-p_k) is the term of l above times
// Π(1-p) over all units. A try costs O(N), and one in 2+√(2πΣp(1-p)) succeeds or
// more, whatever the probabilities. Each accepted try has the distribution P(s), so
// it is exact to begin with the first way and to go over to the second as soon as
// the first has cost as much as one try of the second.

// sampfordCumulative returns, each N long, the running sums of p, of p/(1-p) and of
// p(1-p), one behind the other. Plain sums do: a unit's share is a difference of two.
func sampfordCumulative(p []float64) []float64 {
	size := len(p)
	c := make([]float64, 3*size)
	first, odds, variance := 0.0, 0.0, 0.0
	for i, x := range p {
		first += x
		odds += x / (1 - x)
		variance += float64(x * (1 - x))
		c[i], c[size+i], c[2*size+i] = first, odds, variance
	}
	return c
}

// pick returns a unit in proportion to the increments of running sums.
func pick(rng *rand.Rand, cumulative []float64) int {
	at := unit(rng) * cumulative[len(cumulative)-1]
	return min(sort.Search(len(cumulative), func(i int) bool { return cumulative[i] > at }), len(cumulative)-1)
}

func sampford(rng *rand.Rand, p, cumulative []float64, n int, chosen []bool) error {
	size := len(p)
	first, odds, variance := cumulative[:size], cumulative[size:2*size], cumulative[2*size:]
	drawn := make([]int, 0, n)
	for work := 0; work < size; work += 8 * len(drawn) {
		for _, i := range drawn {
			chosen[i] = false
		}
		drawn = drawn[:0]
		i := pick(rng, first)
		for !chosen[i] {
			chosen[i] = true
			drawn = append(drawn, i)
			if len(drawn) == n {
				return nil
			}
			i = pick(rng, odds)
		}
	}
	clear(chosen)
	return sampfordPoisson(rng, p, variance, n, chosen)
}

// sampfordPoisson is the second way.
func sampfordPoisson(rng *rand.Rand, p, variance []float64, n int, chosen []bool) error {
	for range maxTries(variance[len(variance)-1]) {
		chosen[pick(rng, variance)] = true
		if tryPoisson(rng, p, n-1, chosen) {
			return nil
		}
		clear(chosen)
	}
	return errTries()
}
