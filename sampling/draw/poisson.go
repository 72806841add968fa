package draw

import (
	"math"
	"math/rand/v2"
)

// poisson chooses every unit by itself, and returns how many were chosen.
func poisson(rng *rand.Rand, p []float64, chosen []bool) int {
	count := 0
	for i, v := range p {
		if unit(rng) < v {
			chosen[i] = true
			count++
		}
	}
	return count
}

// poissonOfSize repeats Poisson sampling until n units come, which is conditional
// Poisson sampling (Hájek 1964). With probabilities that add up to n about one try in
// 1+√(2π·variance) gives n; the variance is that of the number chosen.
func poissonOfSize(rng *rand.Rand, p []float64, n int, variance float64, chosen []bool) error {
	for range maxTries(variance) {
		if tryPoisson(rng, p, n, chosen) {
			return nil
		}
		clear(chosen)
	}
	return errTries()
}

// tryPoisson chooses by itself every unit that is not chosen yet, and reports
// whether exactly n were chosen. It stops at the first too many.
func tryPoisson(rng *rand.Rand, p []float64, n int, chosen []bool) bool {
	count := 0
	for i, v := range p {
		if unit(rng) < v && !chosen[i] {
			if count++; count > n {
				return false
			}
			chosen[i] = true
		}
	}
	return count == n
}

// maxTries is a hundred times the expected number of tries and more: a real source
// comes to it once in e^100 times.
func maxTries(variance float64) int {
	return int(min(1e2*(4+3*math.Sqrt(variance)), math.MaxInt32))
}

func errTries() error {
	return &Error{Field: "source", Row: -1, Reason: "led to rejections without end", Err: ErrNotConverged}
}
