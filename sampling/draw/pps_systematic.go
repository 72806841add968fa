package draw

import "math/rand/v2"

// systematicPPS chooses n of units with probabilities strictly between 0 and 1 that
// add up to n: those in which one of the points u, u+1, ..., u+n-1 falls when the
// probabilities are laid end to end (Madow 1949). What is left to the next point is
// kept, and not the running sum, so that rounding does not grow with it.
func systematicPPS(rng *rand.Rand, p []float64, n int, chosen []bool) {
	left, count, last := open01(rng), 0, -1
	for i, v := range p {
		if left -= v; left < 0 {
			if count == n {
				return // rounding brought the first point of the next round here
			}
			chosen[i] = true
			count++
			left++
			continue
		}
		last = i
	}
	if count < n {
		chosen[last] = true // the last point lies on the very end
	}
}
