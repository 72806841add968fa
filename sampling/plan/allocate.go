package plan

import (
	"cmp"
	"math"
	"slices"

	"github.com/guanxi-go/guanxi/internal/numeric"
)

// Allocation is how many units to take from each stratum, in the order of the
// strata.
type Allocation struct {
	// N are the units to take, within the bounds of each stratum.
	N []int `json:"n"`
	// Total is the sum of N.
	Total int `json:"total"`
	// Cost is the sum of N times the cost of an interview.
	Cost int64 `json:"cost"`
	// Real are the best real shares within the same bounds, which sum to Total:
	// strata that would need more than they have are taken whole and the rest is
	// divided anew.
	Real []float64 `json:"real"`
	// Ideal are the shares without any bounds. Where one exceeds the stratum's
	// size, the textbook formula asks more people than there are.
	Ideal []float64 `json:"ideal"`
}

// Allocate divides n interviews among the strata. The result has the smallest
// possible sum of A²/n_h over all integer allocations within the bounds, which for
// [Neyman] is the smallest variance of the estimated total; it sums to n, and does
// not depend on the order of the strata. Units that reduce nothing more, since only
// strata without spread have any left, go in proportion to size.
//
// The errors are ErrInvalid for a field; ErrInfeasible, with the stratum where
// bounds contradict each other, and where n is less than the minima, with the
// first stratum that is left without, or more than the maxima;
// ErrInsufficientData without strata or without any standard deviation above 0
// where the method needs it; and ErrOverflow. All strata are checked at once.
//
// It takes O(H log H) for H strata, whatever n is.
//
// Source: Wright 2012, The American Statistician 66:217-224; Wright 2017,
// Statistics and Probability Letters 129:50-57.
func Allocate(strata []Stratum, n int, opts AllocationOptions) (Allocation, error) {
	b, err := opts.check(strata)
	if err != nil {
		return Allocation{}, err
	}
	if n < 0 {
		return Allocation{}, invalid("n", "is negative")
	}
	if err := b.hold(strata, n); err != nil {
		return Allocation{}, err
	}
	a, err := opts.measures(strata)
	if err != nil {
		return Allocation{}, err
	}
	return opts.allocate(strata, newFiller(a, nil, b), n)
}

// allocate is Allocate for strata and a size that have been checked.
func (o AllocationOptions) allocate(strata []Stratum, f *filler, n int) (Allocation, error) {
	out := Allocation{N: o.integers(strata, f, n), Total: n, Real: f.shares(float64(n)), Ideal: ideal(f.a, nil, float64(n))}
	var err error
	out.Cost, err = totalCost(strata, out.N)
	return out, err
}

func (o AllocationOptions) integers(strata []Stratum, f *filler, n int) []int {
	if o.Rounding == LargestRemainder {
		return largestRemainder(strata, f.shares(float64(n)), f.b, n)
	}
	return greedy(strata, f, n)
}

// hold reports whether n lies between the sums of the bounds.
func (b bounds) hold(strata []Stratum, n int) error {
	left, room := n, n
	for i := range strata {
		if b.low[i] > left {
			return inStratum(i, strata[i], ErrInfeasible, "min", "is more than n leaves after the strata before it")
		}
		left -= b.low[i]
		room -= min(room, b.high[i])
	}
	if room > 0 {
		return failed(ErrInfeasible, "n", "exceeds what all strata have by %d", room)
	}
	return nil
}

func totalCost(strata []Stratum, n []int) (int64, error) {
	sum := int64(0)
	for i, s := range strata {
		c := s.cost()
		if int64(n[i]) > (math.MaxInt64-sum)/c {
			return 0, inStratum(i, s, ErrOverflow, "cost", "exceeds an int64 in sum")
		}
		sum += c * int64(n[i])
	}
	return sum, nil
}

// ideal returns shares proportional to a whose sum, each times its cost, is n. A
// nil cost stands for ones.
func ideal(a, cost []float64, n float64) []float64 {
	var sum numeric.Sum
	for i, x := range a {
		sum.Add(x * at(cost, i))
	}
	out := make([]float64, len(a))
	for i, x := range a {
		out[i] = n * x / sum.Value()
	}
	return out
}

func at(cost []float64, i int) float64 {
	if cost == nil {
		return 1
	}
	return cost[i]
}

// largestRemainder rounds real shares that keep the bounds and sum to n. Of equal
// remainders that of the larger stratum is rounded up.
func largestRemainder(strata []Stratum, real []float64, b bounds, n int) []int {
	out := make([]int, len(real))
	order := make([]int, len(real))
	left := n
	for i, x := range real {
		// A share that is an integer but for rounding errors is that integer.
		out[i] = max(b.low[i], min(b.high[i], int(math.Floor(x+math.Min(x*0x1p-40, 0x1p-10)))))
		left -= out[i]
		order[i] = i
	}
	rest := make([]float64, len(real))
	for i, x := range real {
		rest[i] = math.Round((x - float64(out[i])) * 1e9) // equal to nine digits is equal
	}
	slices.SortFunc(order, func(i, j int) int {
		if rest[i] != rest[j] {
			return cmp.Compare(rest[j], rest[i])
		}
		return cmp.Or(cmp.Compare(strata[j].Size, strata[i].Size), cmp.Compare(strata[i].Name, strata[j].Name))
	})
	for left > 0 {
		for _, i := range order {
			if left > 0 && out[i] < b.high[i] {
				out[i]++
				left--
			}
		}
	}
	return out
}

// TotalVariance returns the variance of the estimated total of the population when
// n units are drawn from the strata at random without replacement: the sum of
// N²·S²/n·(1-n/N). That of the mean is it over the square of the population.
//
// The errors are ErrInvalid where n does not fit the strata and
// ErrInsufficientData, with the stratum, where a stratum that varies gets none.
func TotalVariance(strata []Stratum, n []int) (float64, error) {
	if len(n) != len(strata) {
		return 0, invalid("n", "has %d values for %d strata", len(n), len(strata))
	}
	var sum numeric.Sum
	for i, s := range strata {
		if err := s.check(i, Proportional); err != nil {
			return 0, err
		}
		switch size := float64(s.Size); {
		case n[i] < 0 || n[i] > s.Size:
			return 0, inStratum(i, s, ErrInvalid, "n", "is negative or exceeds size")
		case n[i] == 0 && s.Size > 0 && s.SD > 0:
			return 0, inStratum(i, s, ErrInsufficientData, "n", "is 0: nothing estimates this stratum")
		case n[i] > 0:
			k := float64(n[i])
			sum.Add(size * s.SD * (size * s.SD) / k * ((size - k) / size))
		}
	}
	if v := sum.Value(); !math.IsInf(v, 0) {
		return v, nil
	}
	return 0, failed(ErrOverflow, "variance", "exceeds the range of float64")
}
