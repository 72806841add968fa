package plan

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// plainGreedy gives unit after unit by looking at all strata: the definition.
func plainGreedy(strata []Stratum, a []float64, b bounds, n int) []int {
	out := append([]int(nil), b.low...)
	for left := n - total(out); left > 0; left-- {
		best := -1
		bestPriority := 0.0
		for i, k := range out {
			if k >= b.high[i] {
				continue
			}
			p := a[i] * a[i] / (float64(k) * float64(k+1))
			if best < 0 || p > bestPriority || p == bestPriority &&
				(a[i] > a[best] || a[i] == a[best] && strata[i].Name < strata[best].Name) {
				best, bestPriority = i, p
			}
		}
		out[best]++
	}
	return out
}

// everyAllocation calls do with all integers within the bounds whose cost is at
// most budget.
func everyAllocation(b bounds, cost []int64, budget int64, do func([]int)) {
	n := make([]int, len(b.low))
	var from func(i int, left int64)
	from = func(i int, left int64) {
		if i == len(n) {
			do(n)
			return
		}
		for k := b.low[i]; k <= b.high[i] && int64(k)*cost[i] <= left; k++ {
			n[i] = k
			from(i+1, left-int64(k)*cost[i])
		}
	}
	from(0, budget)
}

func objective(a []float64, n []int) (sum float64) {
	for i, k := range n {
		if a[i] > 0 {
			sum += a[i] * a[i] / float64(k)
		}
	}
	return sum
}

func drawStrata(t *rapid.T, most, size int) []Stratum {
	strata := make([]Stratum, rapid.IntRange(1, most).Draw(t, "strata"))
	for i := range strata {
		s := Stratum{Name: fmt.Sprint("s", i), Size: rapid.IntRange(1, size).Draw(t, "size")}
		s.SD = float64(rapid.IntRange(0, 40).Draw(t, "sd")) / 4
		s.Mean = float64(rapid.IntRange(1, 20).Draw(t, "mean"))
		s.Cost = rapid.Int64Range(0, 7).Draw(t, "cost")
		switch rapid.IntRange(0, 5).Draw(t, "kind") {
		case 0:
			s.TakeAll = true
		case 1:
			s.Max = rapid.IntRange(1, s.Size).Draw(t, "max")
			s.Min = rapid.IntRange(0, s.Max).Draw(t, "min")
		}
		strata[i] = s
	}
	strata[0].SD = max(strata[0].SD, 0.25)
	return strata
}

func drawOptions(t *rapid.T) AllocationOptions {
	return AllocationOptions{
		Method:   Method(rapid.IntRange(0, int(Power)).Draw(t, "method")),
		Exponent: float64(rapid.IntRange(0, 4).Draw(t, "exponent")) / 4,
		Min:      rapid.IntRange(0, 3).Draw(t, "least"),
	}
}

func TestAllocateIsTheGreedyAndTheBest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		strata, opts := drawStrata(t, 5, 9), drawOptions(t)
		b, err := opts.check(strata)
		require.NoError(t, err)
		a, err := opts.measures(strata)
		require.NoError(t, err)
		n := rapid.IntRange(total(b.low), total(b.high)).Draw(t, "n")
		got, err := Allocate(strata, n, opts)
		require.NoError(t, err)
		require.Equal(t, n, total(got.N))
		ones := make([]int64, len(strata))
		for i := range ones {
			require.GreaterOrEqual(t, got.N[i], b.low[i])
			require.LessOrEqual(t, got.N[i], b.high[i])
			ones[i] = 1
		}
		best := math.Inf(1)
		everyAllocation(b, ones, int64(n), func(k []int) {
			if total(k) == n {
				best = min(best, objective(a, k))
			}
		})
		require.InDelta(t, best, objective(a, got.N), 1e-12*best)
		// Once nothing is left that varies, the rest goes by size.
		if room := roomWithSpread(a, b); n-total(b.low) <= room {
			require.Equal(t, plainGreedy(strata, a, b, n), got.N)
		}
		// The real shares are a lower bound, and sum to n.
		sum, lower := 0.0, 0.0
		for i, x := range got.Real {
			sum += x
			if a[i] > 0 {
				lower += a[i] * a[i] / x
			}
		}
		require.InDelta(t, float64(n), sum, 1e-11*float64(n))
		require.LessOrEqual(t, lower, best*(1+1e-11))
	})
}

func roomWithSpread(a []float64, b bounds) (room int) {
	for i, x := range a {
		if x > 0 {
			room += b.high[i] - b.low[i]
		}
	}
	return room
}

func TestAllocateLargeAgainstPlainGreedy(t *testing.T) {
	rng := rand.New(rand.NewPCG(6, 1))
	for range 40 {
		strata := make([]Stratum, 1+rng.IntN(40))
		for i := range strata {
			strata[i] = Stratum{Name: fmt.Sprint(i), Size: 1 + rng.IntN(2000), SD: math.Exp(3 * rng.NormFloat64())}
			if i%7 == 3 {
				strata[i].SD = strata[i-1].SD // ties
				strata[i].Size = strata[i-1].Size
			}
		}
		opts := AllocationOptions{Method: Method(rng.IntN(4)), Min: rng.IntN(4)}
		b, err := opts.check(strata)
		require.NoError(t, err)
		a, err := opts.measures(strata)
		require.NoError(t, err)
		n := total(b.low) + rng.IntN(total(b.high)-total(b.low)+1)
		got, err := Allocate(strata, n, opts)
		require.NoError(t, err)
		require.Equal(t, plainGreedy(strata, a, b, n), got.N)
	}
}

func TestAllocateDoesNotDependOnOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		strata, opts := drawStrata(t, 12, 50), drawOptions(t)
		opts.Rounding = Rounding(rapid.IntRange(0, 1).Draw(t, "rounding"))
		b, err := opts.check(strata)
		require.NoError(t, err)
		n := rapid.IntRange(total(b.low), total(b.high)).Draw(t, "n")
		first, err := Allocate(strata, n, opts)
		require.NoError(t, err)
		require.Equal(t, n, total(first.N))
		order := rapid.Permutation(indices(len(strata))).Draw(t, "order")
		mixed := make([]Stratum, len(strata))
		for i, j := range order {
			mixed[i] = strata[j]
		}
		second, err := Allocate(mixed, n, opts)
		require.NoError(t, err)
		for i, j := range order {
			require.Equal(t, first.N[j], second.N[i])
		}
	})
}

func indices(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}

func TestAllocateBudgetIsTheBest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		strata := drawStrata(t, 5, 8)
		opts := AllocationOptions{Min: rapid.IntRange(0, 2).Draw(t, "least"), Method: CostOptimal}
		b, err := opts.check(strata)
		require.NoError(t, err)
		cost := make([]int64, len(strata))
		low, high := int64(0), int64(0)
		for i, s := range strata {
			cost[i] = s.cost()
			low += cost[i] * int64(b.low[i])
			high += cost[i] * int64(b.high[i])
		}
		budget := rapid.Int64Range(low, high+3).Draw(t, "budget")
		got, err := AllocateBudget(strata, budget, opts)
		require.NoError(t, err)
		require.LessOrEqual(t, got.Allocation.Cost, budget)
		require.Zero(t, got.Gap)
		best := math.Inf(1)
		everyAllocation(b, cost, budget, func(k []int) {
			v, err := TotalVariance(strata, k)
			require.NoError(t, err)
			best = min(best, v)
		})
		require.InDelta(t, best, got.Variance, 1e-11*max(best, 1))
		// One unit less than the minima cost is refused, with the stratum.
		if low > 0 {
			_, err = AllocateBudget(strata, low-1, opts)
			require.ErrorIs(t, err, ErrInfeasible)
			var typed *Error
			require.True(t, errors.As(err, &typed))
			require.NotEmpty(t, typed.Name)
		}
	})
}

func TestAllocateBudgetLarge(t *testing.T) {
	rng := rand.New(rand.NewPCG(6, 2))
	for range 4 {
		strata := make([]Stratum, 50+rng.IntN(100))
		for i := range strata {
			strata[i] = Stratum{Name: fmt.Sprint(i), Size: 1 + rng.IntN(5000), SD: math.Exp(rng.NormFloat64()), Cost: 100 + rng.Int64N(3000)}
		}
		budget := 4000*int64(len(strata)) + rng.Int64N(1<<22)
		got, err := AllocateBudget(strata, budget, AllocationOptions{})
		require.NoError(t, err)
		require.LessOrEqual(t, got.Allocation.Cost, budget)
		require.Less(t, got.Gap, 1e-6)
		// The real shares bound the variance from below.
		lower := 0.0
		for i, s := range strata {
			ns := float64(s.Size) * s.SD
			lower += ns * ns / got.Allocation.Real[i] * (1 - got.Allocation.Real[i]/float64(s.Size))
		}
		require.GreaterOrEqual(t, got.Variance, lower*(1-1e-12))
		require.Less(t, got.Variance, lower*1.02)
	}
}

func TestStratifiedSizeIsTheSmallest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		strata, opts := drawStrata(t, 5, 30), drawOptions(t)
		b, err := opts.check(strata)
		require.NoError(t, err)
		target := CV(float64(rapid.IntRange(1, 300).Draw(t, "cv")) / 1000)
		allowed, err := totalAllowed(strata, target, 0)
		require.NoError(t, err)
		variance := func(n int) float64 {
			a, err := Allocate(strata, n, opts)
			require.NoError(t, err)
			v, err := TotalVariance(strata, a.N)
			require.NoError(t, err)
			return v
		}
		got, err := StratifiedSize(strata, target, 0, opts)
		if err != nil {
			require.ErrorIs(t, err, ErrInfeasible)
			require.Greater(t, variance(total(b.high)), allowed)
			return
		}
		require.LessOrEqual(t, variance(got.Total), allowed*(1+1e-12))
		for n := total(b.low); n < got.Total; n++ {
			require.Greater(t, variance(n), allowed*(1-1e-12))
		}
	})
}

func TestTextbookSizeReachesItsTarget(t *testing.T) {
	strata := []Stratum{{Name: "a", Size: 4000, SD: 20, Mean: 50}, {Name: "b", Size: 900, SD: 80, Mean: 200}}
	for _, target := range []Target{Margin(2), CV(0.01), Variance(0.8), RelativeMargin(0.03)} {
		got, err := StratifiedSize(strata, target, 0.9, AllocationOptions{Method: Neyman})
		require.NoError(t, err)
		v := 0.0
		for i, s := range strata {
			x, n, ns := got.Ideal[i], float64(s.Size), float64(s.Size)*s.SD
			v += ns * ns / x * (1 - x/n)
		}
		allowed, err := totalAllowed(strata, target, 0.9)
		require.NoError(t, err)
		require.InEpsilon(t, allowed, v, 1e-12)
		require.InDelta(t, got.Ideal[0]+got.Ideal[1], float64(got.Total), 1.5)
	}
}

func TestAllocateRefuses(t *testing.T) {
	good := []Stratum{{Name: "a", Size: 5, SD: 1, Mean: 1}, {Name: "b", Size: 9, SD: 2, Mean: 1}}
	spoil := func(change func(*Stratum)) []Stratum {
		s := append([]Stratum(nil), good...)
		change(&s[1])
		return s
	}
	for _, c := range []struct {
		name    string
		strata  []Stratum
		n       int
		opts    AllocationOptions
		cause   error
		field   string
		stratum int
	}{
		{"no strata", nil, 1, AllocationOptions{}, ErrInsufficientData, "strata", -1},
		{"no spread", []Stratum{{Name: "a", Size: 5}}, 2, AllocationOptions{Method: Neyman}, ErrInsufficientData, "standard deviations", -1},
		{"nobody", []Stratum{{Name: "a"}}, 0, AllocationOptions{}, ErrInsufficientData, "sizes", -1},
		{"negative n", good, -1, AllocationOptions{}, ErrInvalid, "n", -1},
		{"more than all", good, 15, AllocationOptions{}, ErrInfeasible, "n", -1},
		{"fewer than strata", good, 1, AllocationOptions{}, ErrInfeasible, "min", 1},
		{"least", good, 6, AllocationOptions{Min: 4}, ErrInfeasible, "min", 1},
		{"twice", spoil(func(s *Stratum) { s.Name = "a" }), 3, AllocationOptions{}, ErrInvalid, "name", 1},
		{"no name", spoil(func(s *Stratum) { s.Name = "" }), 3, AllocationOptions{}, ErrInvalid, "name", 1},
		{"size", spoil(func(s *Stratum) { s.Size = -1 }), 3, AllocationOptions{}, ErrInvalid, "size", 1},
		{"sd", spoil(func(s *Stratum) { s.SD = math.NaN() }), 3, AllocationOptions{}, ErrInvalid, "sd", 1},
		{"sd inf", spoil(func(s *Stratum) { s.SD = math.Inf(1) }), 3, AllocationOptions{}, ErrInvalid, "sd", 1},
		{"mean", spoil(func(s *Stratum) { s.Mean = 0 }), 3, AllocationOptions{Method: Power}, ErrInvalid, "mean", 1},
		{"cost", spoil(func(s *Stratum) { s.Cost = -1 }), 3, AllocationOptions{}, ErrInvalid, "cost", 1},
		{"min", spoil(func(s *Stratum) { s.Min = 10 }), 13, AllocationOptions{}, ErrInfeasible, "min", 1},
		{"max", spoil(func(s *Stratum) { s.Max = 10 }), 13, AllocationOptions{}, ErrInfeasible, "max", 1},
		{"min over max", spoil(func(s *Stratum) { s.Min, s.Max = 4, 3 }), 6, AllocationOptions{}, ErrInfeasible, "min", 1},
		{"take all", spoil(func(s *Stratum) { s.TakeAll, s.Max = true, 3 }), 6, AllocationOptions{}, ErrInfeasible, "max", 1},
		{"take all of more", spoil(func(s *Stratum) { s.TakeAll = true }), 9, AllocationOptions{}, ErrInfeasible, "min", 1},
		{"bounds", spoil(func(s *Stratum) { s.Min = -1 }), 3, AllocationOptions{}, ErrInvalid, "bounds", 1},
		{"overflow", spoil(func(s *Stratum) { s.SD = 1e308 }), 3, AllocationOptions{Method: Neyman}, ErrOverflow, "measure", 1},
		{"method", good, 3, AllocationOptions{Method: 9}, ErrInvalid, "method", -1},
		{"rounding", good, 3, AllocationOptions{Rounding: 9}, ErrInvalid, "rounding", -1},
		{"exponent", good, 3, AllocationOptions{Exponent: 2}, ErrInvalid, "exponent", -1},
		{"negative least", good, 3, AllocationOptions{Min: -2}, ErrInvalid, "min", -1},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := Allocate(c.strata, c.n, c.opts)
			require.Equal(t, Allocation{}, got)
			require.ErrorIs(t, err, c.cause)
			var typed *Error
			require.True(t, errors.As(err, &typed))
			require.Equal(t, c.field, typed.Field)
			require.Equal(t, c.stratum, typed.Stratum)
			if c.stratum >= 0 {
				require.Equal(t, c.strata[c.stratum].Name, typed.Name)
			}
		})
	}
	// All at once.
	_, err := Allocate(spoil(func(s *Stratum) { s.SD, s.Size = -1, -1 }), 3, AllocationOptions{Min: -1})
	require.ErrorContains(t, err, "sd is negative")
	require.ErrorContains(t, err, "size is negative")
	require.ErrorContains(t, err, "min is negative")
	_, err = AllocateBudget(good, -1, AllocationOptions{})
	require.ErrorIs(t, err, ErrInvalid)
	_, err = StratifiedSize([]Stratum{{Name: "a", Size: 9, Max: 2, SD: 5, Mean: 1}}, CV(0.01), 0, AllocationOptions{})
	require.ErrorIs(t, err, ErrInfeasible)
	_, err = StratifiedSize([]Stratum{{Name: "a", Size: 9, SD: 5}}, CV(0.01), 0, AllocationOptions{})
	require.ErrorIs(t, err, ErrInvalid)
	for _, n := range [][]int{{1}, {1, -1}, {1, 10}} {
		_, err = TotalVariance(good, n)
		require.ErrorIs(t, err, ErrInvalid)
	}
	_, err = TotalVariance(good, []int{5, 0})
	require.ErrorIs(t, err, ErrInsufficientData)
}

func TestAllocateEdges(t *testing.T) {
	everyone := []Stratum{{Name: "a", Size: 5, SD: 1}, {Name: "b", Size: 9, SD: 2}, {Name: "empty", SD: 3}, {Name: "same", Size: 4}}
	for _, rounding := range []Rounding{Optimal, LargestRemainder} {
		a, err := Allocate(everyone, 18, AllocationOptions{Method: Neyman, Rounding: rounding})
		require.NoError(t, err)
		require.Equal(t, []int{5, 9, 0, 4}, a.N)
		require.Equal(t, []float64{5, 9, 0, 4}, a.Real)
	}
	v, err := TotalVariance(everyone, []int{5, 9, 0, 0})
	require.NoError(t, err)
	require.Zero(t, v, "a stratum that does not vary needs nobody")
	b, err := AllocateBudget(everyone, 1000, AllocationOptions{})
	require.NoError(t, err)
	require.Equal(t, []int{5, 9, 0, 1}, b.Allocation.N, "nothing more is worth its cost")
	require.Zero(t, b.Variance)
}
