package audit

import (
	"math"
	"math/big"

	"github.com/guanxi-go/guanxi/internal/numeric"
)

// Bounds and sizes are whole numbers at which a probability passes a limit, and the two
// are often equal: one error among 100 is missed by a sample of 95 with a probability
// of exactly 5 %. So where floats do not clearly decide, the probability of at most k is
// computed in integers of any size and rounded once, to the nearest float64; that is
// compared with the limit, or with one less the limit where that is one of more than k.

// unclear is the relative distance within which floats do not decide, far above their
// error, and maxExact the length of the products with which integers do. Longer ones
// cannot end in a tie but by a coincidence of primes.
const (
	unclear  = 1e-9
	maxExact = 4096
)

// compareHypergeometric returns -1, 0 or 1 as the probability of at most k marked ones
// in a sample of n (above: of more than k) lies below, at or above p.
func compareHypergeometric(above bool, k, population, marked, n int64, p float64) int {
	atMost, more := numeric.HypergeometricTails(k, population, marked, n)
	if above {
		atMost = more
	}
	if d := atMost - p; math.Abs(d) > unclear*p {
		return sign(d)
	}
	// Which ones are called marked and which drawn does not matter, nor which of the
	// two kinds is counted: so the shortest product is taken.
	complement := false
	if n < marked {
		n, marked = marked, n
	}
	if population-n < marked {
		k, n, complement = marked-k-1, population-n, true // marked ones that were not drawn
		if n < marked {
			n, marked = marked, n
		}
	}
	if population-marked < marked {
		k, marked, complement = n-k-1, population-marked, !complement // drawn ones that are not marked
	}
	if marked > maxExact {
		return sign(atMost - p)
	}
	sum, all := sumHypergeometric(k, population, marked, n), falling(population, marked)
	if complement {
		sum.Sub(all, sum)
	}
	return compareRounded(above, sum, all, p)
}

// compareBinomial is compareHypergeometric for independent items, wrong at the rate
// num/den.
func compareBinomial(above bool, k, n, num, den int64, p float64) int {
	atMost, more := numeric.BinomialTails(k, n, float64(num)/float64(den), float64(den-num)/float64(den))
	if above {
		atMost = more
	}
	if d := atMost - p; math.Abs(d) > unclear*p || n > maxExact {
		return sign(d)
	}
	wrong, right := big.NewInt(num), big.NewInt(den-num)
	sum := new(big.Int)
	for i := int64(0); i <= min(k, n); i++ {
		term := new(big.Int).Binomial(n, i)
		term.Mul(term, new(big.Int).Exp(wrong, big.NewInt(i), nil))
		sum.Add(sum, term.Mul(term, new(big.Int).Exp(right, big.NewInt(n-i), nil)))
	}
	return compareRounded(above, sum, new(big.Int).Exp(big.NewInt(den), big.NewInt(n), nil), p)
}

// compareRounded compares sum/all with p, or what it lacks to one where above is set.
func compareRounded(above bool, sum, all *big.Int, p float64) int {
	atMost, _ := new(big.Rat).SetFrac(sum, all).Float64()
	if above {
		return sign(1 - p - atMost)
	}
	return sign(atMost - p)
}

// sumHypergeometric returns the number of ordered placements of the marked ones in the
// population with at most k of them in the sample.
func sumHypergeometric(k, population, marked, n int64) *big.Int {
	sum := new(big.Int)
	lowest := max(0, marked-(population-n))
	if k < lowest {
		return sum
	}
	term := new(big.Int).Binomial(marked, lowest)
	term.Mul(term, falling(n, lowest)).Mul(term, falling(population-n, marked-lowest))
	sum.Set(term)
	factor := new(big.Int)
	for i := lowest; i < min(k, marked); i++ {
		term.Mul(term, factor.SetInt64(marked-i)).Mul(term, factor.SetInt64(n-i))
		term.Quo(term, factor.SetInt64(i+1)).Quo(term, factor.SetInt64(population-n-marked+i+1))
		sum.Add(sum, term)
	}
	return sum
}

// falling returns n·(n-1)·...·(n-k+1).
func falling(n, k int64) *big.Int {
	product, factor := big.NewInt(1), new(big.Int)
	for i := range k {
		product.Mul(product, factor.SetInt64(n-i))
	}
	return product
}

func sign(x float64) int {
	switch {
	case x < 0:
		return -1
	case x > 0:
		return 1
	}
	return 0
}

// least returns the smallest whole number from lo to hi for which reached, which stays
// true once it is, is true; hi+1 where there is none. It begins at lo with steps that
// double.
func least(lo, hi int64, reached func(int64) bool) int64 {
	below, step := lo-1, int64(1)
	for {
		next := below + step
		if next >= hi || next < below {
			next = hi
		}
		if next <= below {
			return hi + 1
		}
		if reached(next) {
			hi = next
			break
		}
		below = next
		step *= 2
	}
	for hi-below > 1 {
		middle := below + (hi-below)/2
		if reached(middle) {
			hi = middle
		} else {
			below = middle
		}
	}
	return hi
}
