package numeric

import (
	"math"
	"math/bits"
)

// HypergeometricLogMass returns the natural logarithm of the probability that exactly
// k of a sample of n, drawn without replacement from a population of which marked
// ones are marked, are marked. It is -Inf for an impossible k, and NaN unless
// 0 <= marked, n <= population. A few units in the last place.
//
// Source: Loader 2000, Fast and accurate computation of binomial probabilities, with
// the deviations of the four cells, which are equal, computed in 128 bits.
func HypergeometricLogMass(k, population, marked, n int64) float64 {
	if marked < 0 || n < 0 || marked > population || n > population {
		return math.NaN()
	}
	lowest, highest := hypergeometricRange(population, marked, n)
	if k < lowest || k > highest {
		return math.Inf(-1)
	}
	if lowest == highest {
		return 0
	}
	exponent, root := hypergeometricParts(k, population, marked, n)
	if math.Exp(exponent)*root > 0.5 {
		below, _ := HypergeometricTails(k-1, population, marked, n)
		_, above := HypergeometricTails(k, population, marked, n)
		return math.Log1p(-(below + above))
	}
	return exponent + math.Log(root)
}

// HypergeometricMass returns the probability of which [HypergeometricLogMass] returns
// the logarithm.
func HypergeometricMass(k, population, marked, n int64) float64 {
	if marked < 0 || n < 0 || marked > population || n > population {
		return math.NaN()
	}
	lowest, highest := hypergeometricRange(population, marked, n)
	switch {
	case k < lowest || k > highest:
		return 0
	case lowest == highest:
		return 1
	}
	exponent, root := hypergeometricParts(k, population, marked, n)
	return math.Exp(exponent) * root
}

// HypergeometricTails returns the probabilities of at most k and of more than k marked
// ones in a sample; the smaller one is a sum of positive terms from k outwards, whose
// number grows with the standard deviation and not with the population. NaN as for
// [HypergeometricLogMass].
func HypergeometricTails(k, population, marked, n int64) (atMost, above float64) {
	if marked < 0 || n < 0 || marked > population || n > population {
		return math.NaN(), math.NaN()
	}
	lowest, highest := hypergeometricRange(population, marked, n)
	switch {
	case k < lowest:
		return 0, 1
	case k >= highest:
		return 1, 0
	}
	return tails(hypergeometricExcess(k, population, marked, n), func() float64 {
		return HypergeometricMass(k, population, marked, n) * fall(func(i int64) float64 {
			x := k - i // from x to x-1
			return float64(x) / float64(marked-x+1) * (float64(population-marked-n+x) / float64(n-x+1))
		})
	}, func() float64 {
		return HypergeometricMass(k+1, population, marked, n) * fall(func(i int64) float64 {
			x := k + 1 + i // from x to x+1
			return float64(marked-x) / float64(x+1) * (float64(n-x) / float64(population-marked-n+x+1))
		})
	})
}

func hypergeometricRange(population, marked, n int64) (lowest, highest int64) {
	return max(0, n-(population-marked)), min(marked, n)
}

// hypergeometricParts returns the mass as exp(exponent)·root.
func hypergeometricParts(k, population, marked, n int64) (exponent, root float64) {
	size := float64(population)
	cells := [4]int64{k, marked - k, n - k, population - marked - n + k}
	means := [4]float64{
		float64(marked) * (float64(n) / size),
		float64(marked) * (float64(population-n) / size),
		float64(population-marked) * (float64(n) / size),
		float64(population-marked) * (float64(population-n) / size),
	}
	excess := hypergeometricExcess(k, population, marked, n)
	sums := [4]int64{marked, population - marked, n, population - n}
	exponent, root = -stirlingOfCount(population), 1/(2*math.Pi*size)
	for i, cell := range cells {
		sign := 1.0
		if i == 1 || i == 2 {
			sign = -1
		}
		exponent += stirlingOfCount(sums[i]) - stirlingOfCount(cell) - devianceOfCount(cell, means[i], sign*excess)
		root *= float64(sums[i])
		if cell > 0 {
			root /= float64(cell)
		} else {
			root *= 2 * math.Pi
		}
	}
	return exponent, math.Sqrt(root)
}

// hypergeometricExcess returns k - marked·n/population, rounded once.
func hypergeometricExcess(k, population, marked, n int64) float64 {
	hi1, lo1 := bits.Mul64(uint64(k), uint64(population))
	hi2, lo2 := bits.Mul64(uint64(marked), uint64(n))
	sign := 1.0
	if hi1 < hi2 || hi1 == hi2 && lo1 < lo2 {
		sign, hi1, lo1, hi2, lo2 = -1, hi2, lo2, hi1, lo1
	}
	lo, borrow := bits.Sub64(lo1, lo2, 0)
	hi, _ := bits.Sub64(hi1, hi2, borrow)
	return sign * (float64(hi)*0x1p64 + float64(lo)) / float64(population)
}
