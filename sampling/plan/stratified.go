package plan

import (
	"errors"
	"math"
	"sort"

	"github.com/guanxi-go/guanxi/internal/numeric"
)

// StratifiedSize returns the smallest sample that, divided by the method of opts,
// estimates the mean over the population with the wanted precision. Relative
// targets are shares of that mean and need [Stratum.Mean]; the confidence of a
// margin lies between 0 and 1 exclusive, 0 standing for 0.95.
//
// Ideal and Real hold the real size that the textbook formula gives, the sum of
// (N·S)²/w over V+ΣN·S² for shares w; where no bound is met, N is the answer for
// the sum of Ideal rounded up or one more, because integers divide less evenly.
// By [LargestRemainder] the answer is a size that reaches the target while one
// less does not.
//
// The errors are those of [Allocate]; ErrInfeasible too where the maxima keep from
// the target.
func StratifiedSize(strata []Stratum, target Target, confidence float64, opts AllocationOptions) (Allocation, error) {
	if err := errors.Join(target.Validate(), inside("confidence", orElse(confidence, 0.95), 0, 1)); err != nil {
		return Allocation{}, err
	}
	b, err := opts.check(strata)
	if err != nil {
		return Allocation{}, err
	}
	allowed, err := totalAllowed(strata, target, confidence)
	if err != nil {
		return Allocation{}, err
	}
	a, err := opts.measures(strata)
	if err != nil {
		return Allocation{}, err
	}
	low, high := total(b.low), total(b.high)
	if low < 0 || high < 0 {
		return Allocation{}, failed(ErrOverflow, "sizes", "exceed an int in sum")
	}
	f := newFiller(a, nil, b)
	reaches := func(n int) bool {
		v, err := TotalVariance(strata, opts.integers(strata, f, n))
		return err == nil && v <= allowed*(1+1e-12)
	}
	if !reaches(high) {
		return Allocation{}, failed(ErrInfeasible, "target", "is not reached with all units that the strata allow")
	}
	low = max(low, 1)
	n := first(low, high, realSize(strata, f, low, high, allowed), reaches)
	out, err := opts.allocate(strata, f, n)
	if err != nil {
		return Allocation{}, err
	}
	out.Ideal = ideal(a, nil, textbookSize(strata, a, allowed))
	return out, nil
}

// realSize returns the first size whose real shares reach the allowed variance:
// integers need as many or a few more.
func realSize(strata []Stratum, f *filler, low, high int, allowed float64) int {
	return low + sort.Search(high-low, func(more int) bool {
		var sum numeric.Sum
		shares := f.shares(float64(low + more))
		for i, s := range strata {
			if size := float64(s.Size); size*s.SD > 0 {
				sum.Add(size * s.SD * (size * s.SD) / shares[i] * ((size - shares[i]) / size))
			}
		}
		return sum.Value() <= allowed // false for NaN and infinity
	})
}

// first returns the smallest n from low to high that reaches, of which high is known
// to be one: it looks in widening steps around a guess before it halves what is left.
func first(low, high, guess int, reaches func(int) bool) int {
	for step := 1; guess < high && !reaches(guess); step *= 4 {
		low = guess + 1
		guess += min(step, high-guess)
	}
	high = guess
	for step := 1; high > low; step *= 4 {
		n := high - min(step, high-low)
		if !reaches(n) {
			low = n + 1
			break
		}
		high = n
	}
	return low + sort.Search(high-low, func(more int) bool { return reaches(low + more) })
}

// totalAllowed returns the variance that the target allows the estimated total.
func totalAllowed(strata []Stratum, target Target, confidence float64) (float64, error) {
	var count, sum numeric.Sum
	for _, s := range strata {
		count.Add(float64(s.Size))
		sum.Add(float64(s.Size) * s.Mean)
	}
	value := sum.Value() / count.Value()
	if target.relative() && (math.IsNaN(value) || value == 0) {
		return 0, invalid("mean", "of the population is 0, to which a %v cannot relate", target.Kind)
	}
	z := -numeric.NormalQuantile((1 - orElse(confidence, 0.95)) / 2)
	se := target.standardError(value, z) * count.Value()
	return se * se, nil
}

// textbookSize is the real size for shares proportional to a, without bounds;
// infinite where a stratum that varies gets none.
func textbookSize(strata []Stratum, a []float64, allowed float64) float64 {
	var measures, need, census numeric.Sum
	for i, s := range strata {
		spread := float64(s.Size) * s.SD
		measures.Add(a[i])
		if spread > 0 {
			need.Add(spread * spread / a[i])
			census.Add(spread * s.SD)
		}
	}
	return measures.Value() * need.Value() / (allowed + census.Value())
}
