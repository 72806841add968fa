package draw

import (
	"fmt"
	"iter"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

func stream(n int) iter.Seq[int] {
	return func(yield func(int) bool) {
		for i := range n {
			if !yield(i) {
				return
			}
		}
	}
}

// subsets counts each set of 3 of 7 that a draw gives, 35 cells.
func subsets(t *testing.T, draws int, draw func() *Stream[int]) (counts []int) {
	index := map[string]int{}
	for a := range 7 {
		for b := a + 1; b < 7; b++ {
			for c := b + 1; c < 7; c++ {
				index[fmt.Sprint([]int{a, b, c})] = len(index)
			}
		}
	}
	counts = make([]int, 35)
	for range draws {
		s := draw()
		require.Equal(t, int64(7), s.Seen)
		require.Equal(t, 3./7, s.Probability)
		for i, at := range s.Positions {
			if s.Items[i] != int(at) {
				require.Fail(t, "positions", "%v", s)
			}
		}
		slices.Sort(s.Items)
		at, ok := index[fmt.Sprint(s.Items)]
		require.True(t, ok, "%v", s.Items)
		counts[at]++
	}
	return counts
}

func TestReservoir(t *testing.T) {
	draws := trials(35_000)
	rng := pcg(4)
	counts := subsets(t, draws, func() *Stream[int] {
		s, err := Reservoir(stream(7), 3, From(rng))
		require.NoError(t, err)
		return s
	})
	requireFits(t, counts, constant(float64(draws)/35, 35))
}

// However the stream is split, also where a part has fewer items than the
// reservoir, and where more items come after the merge.
func TestReservoirMerge(t *testing.T) {
	draws := trials(35_000)
	rng := pcg(5)
	for first := range 8 {
		for last := first; last < 8; last += 3 {
			counts := subsets(t, draws/5, func() *Stream[int] {
				a, err := NewSampler[int](3, From(rng))
				require.NoError(t, err)
				b, err := NewSampler[int](3, From(rng))
				require.NoError(t, err)
				for i := range 7 {
					if i >= first && i < last {
						b.Add(i)
					} else if i < first {
						a.Add(i)
					}
				}
				require.NoError(t, a.Merge(b))
				for i := last; i < 7; i++ {
					a.Add(i)
				}
				return a.Sample()
			})
			requireFits(t, counts, constant(float64(draws/5)/35, 35))
		}
	}
}

// Every pair of thirty is equally probable: near and far, early and late.
func TestReservoirPairs(t *testing.T) {
	draws := trials(100_000)
	pairs, expected := make([]int, 900), make([]float64, 900)
	rng := pcg(10)
	for range draws {
		s, err := Reservoir(stream(30), 2, From(rng))
		if err != nil {
			t.Fatal(err)
		}
		pairs[min(s.Items[0], s.Items[1])*30+max(s.Items[0], s.Items[1])]++
	}
	for a := range 30 {
		for b := a + 1; b < 30; b++ {
			expected[a*30+b] = float64(draws) / 435
		}
	}
	requireFits(t, pairs, expected)
}

// After a long stream the positions are spread evenly, the first and last included.
func TestReservoirLongStream(t *testing.T) {
	bins := make([]int, 20)
	rng := pcg(6)
	for range 40 {
		s, err := Reservoir(stream(20_000), 100, From(rng))
		require.NoError(t, err)
		require.Len(t, s.Items, 100)
		for _, at := range s.Positions {
			bins[at/1000]++
		}
		slices.Sort(s.Items)
		require.Len(t, slices.Compact(s.Items), 100)
	}
	requireFits(t, bins, constant(200, 20))
}

func TestReservoirHardInputs(t *testing.T) {
	for _, n := range []int{0, 3, 4, 9} {
		s, err := Reservoir(stream(3), n, Seeded(Seed{1}))
		require.NoError(t, err)
		require.Len(t, s.Items, min(n, 3))
		require.NotNil(t, s.Items)
		require.Equal(t, min(1, float64(n)/3), s.Probability)
		require.Equal(t, Seed{1}, *s.Seed)
		again, err := Reservoir(stream(3), n, Seeded(Seed{1}))
		require.NoError(t, err)
		require.Equal(t, s, again)
	}
	s, err := Reservoir(stream(0), 5, Seeded(Seed{}))
	require.NoError(t, err)
	require.Zero(t, s.Seen)
	_, err = Reservoir(stream(3), -1, Seeded(Seed{}))
	requireError(t, err, ErrInvalid, "draw: n is -1 and must be 0 to 2147483647: invalid")
	_, err = Reservoir(stream(3), 1, Source{})
	require.ErrorIs(t, err, ErrInvalid)

	a := must(NewSampler[int](2, Seeded(Seed{1})))
	require.ErrorIs(t, a.Merge(nil), ErrInvalid)
	require.ErrorIs(t, a.Merge(a), ErrInvalid)
	require.ErrorIs(t, a.Merge(must(NewSampler[int](3, Seeded(Seed{})))), ErrInvalid)
	b := must(NewSampler[int](2, Seeded(Seed{2})))
	b.Add(7)
	require.NoError(t, a.Merge(b))
	require.Nil(t, a.Sample().Seed, "no one seed repeats it")
	require.Equal(t, []int{7}, a.Sample().Items)
	require.Zero(t, b.Sample().Seen)
	zero, other := must(NewSampler[int](0, Seeded(Seed{1}))), must(NewSampler[int](0, Seeded(Seed{1})))
	zero.Add(1)
	require.NoError(t, zero.Merge(other))
	require.Empty(t, zero.Sample().Items)
}

// weighted yields 0, 1, ... with these weights.
func weighted(w []float64) iter.Seq2[int, float64] { return slices.All(w) }

// inOrder returns the probability of each ordered draw of n by weight, one after
// another, by the definition.
func inOrder(w []float64, n int) map[string]float64 {
	p := map[string]float64{}
	var next func(drawn []int, prob float64)
	next = func(drawn []int, prob float64) {
		if len(drawn) == n {
			p[fmt.Sprint(drawn)] = prob
			return
		}
		total := 0.0
		for i, x := range w {
			if !slices.Contains(drawn, i) {
				total += x
			}
		}
		for i, x := range w {
			if !slices.Contains(drawn, i) && x > 0 {
				next(append(slices.Clone(drawn), i), prob*x/total)
			}
		}
	}
	next(nil, 1)
	return p
}

func requireInOrder(t *testing.T, w []float64, n, draws int, draw func() *Stream[int]) {
	t.Helper()
	p := inOrder(w, n)
	counts := map[string]int{}
	for range draws {
		s := draw()
		require.Zero(t, s.Probability)
		for i, at := range s.Positions {
			if s.Items[i] != int(at) {
				require.Fail(t, "positions", "%v", s)
			}
		}
		key := fmt.Sprint(s.Items)
		require.Contains(t, p, key)
		counts[key]++
	}
	var observed []int
	var expected []float64
	for key, prob := range p {
		observed, expected = append(observed, counts[key]), append(expected, prob*float64(draws))
	}
	requireFits(t, observed, expected)
}

func TestWeightedReservoir(t *testing.T) {
	rng := pcg(7)
	for _, w := range [][]float64{{1, 2, 3, 4, 0, 5}, {5, 1, 1, 1, 5}, {1e-180, 3e-180, 2e-180, 2e-180}, {4e180, 1e180, 2e180, 2e180}} {
		for n := 1; n <= 3; n++ {
			requireInOrder(t, w, n, trials(10_000), func() *Stream[int] {
				s, err := WeightedReservoir(weighted(w), n, From(rng))
				require.NoError(t, err)
				return s
			})
		}
	}
}

func TestWeightedReservoirMerge(t *testing.T) {
	rng := pcg(8)
	w := []float64{1, 2, 3, 4, 0, 5}
	for cut := range 7 {
		requireInOrder(t, w, 2, trials(6_000), func() *Stream[int] {
			a, b := must(NewWeightedSampler[int](2, From(rng))), must(NewWeightedSampler[int](2, From(rng)))
			last := max(cut, 5)
			for i := range cut {
				require.NoError(t, a.Add(i, w[i]))
			}
			for i := cut; i < last; i++ {
				require.NoError(t, b.Add(i, w[i]))
			}
			require.NoError(t, a.Merge(b))
			for i := last; i < 6; i++ {
				require.NoError(t, a.Add(i, w[i]))
			}
			return a.Sample()
		})
	}
}

// The comment says that it is not proportional to size: a unit that two draws
// proportional to size would always have comes in 1/2 + 1/6*3/5 + 1/3*3/4 of them.
func TestWeightedReservoirIsNotProportional(t *testing.T) {
	const draws = 20_000
	rng, came := pcg(9), 0
	for range draws {
		s, err := WeightedReservoir(weighted([]float64{1, 2, 3}), 2, From(rng))
		require.NoError(t, err)
		if slices.Contains(s.Items, 2) {
			came++
		}
	}
	requireFits(t, []int{came, draws - came}, []float64{.85 * draws, .15 * draws})
}

func TestWeightedReservoirHardInputs(t *testing.T) {
	for _, w := range []float64{-1, nan(), math.Inf(1), math.Inf(-1), 1e-201, 1e201, math.SmallestNonzeroFloat64} {
		_, err := WeightedReservoir(weighted([]float64{1, 1, w}), 1, Seeded(Seed{}))
		requireError(t, err, ErrInvalid, "draw: row 2: weight must be 0 or from 1e-200 to 1e200: invalid")
	}
	_, err := WeightedReservoir(weighted(nil), -1, Seeded(Seed{}))
	require.ErrorIs(t, err, ErrInvalid)
	_, err = WeightedReservoir(weighted(nil), 1, Source{})
	require.ErrorIs(t, err, ErrInvalid)
	s, err := WeightedReservoir(weighted([]float64{0, 3, 0}), 2, Seeded(Seed{}))
	require.NoError(t, err)
	require.Equal(t, []int{1}, s.Items)
	require.Equal(t, int64(3), s.Seen)
	s, err = WeightedReservoir(weighted([]float64{1, 3}), 0, Seeded(Seed{}))
	require.NoError(t, err)
	require.Empty(t, s.Items)

	// Weights at both ends of what is allowed, and a thousand equal ones.
	extreme := []float64{1e-200, 1e200, 1e-200, 1}
	s, err = WeightedReservoir(weighted(extreme), 2, Seeded(Seed{4}))
	require.NoError(t, err)
	require.Equal(t, []int{1, 3}, s.Items)
	bins := make([]int, 10)
	rng := pcg(1)
	for range 100 {
		s, err = WeightedReservoir(weighted(constant(.1, 1000)), 30, From(rng))
		require.NoError(t, err)
		for _, item := range s.Items {
			bins[item/100]++
		}
	}
	requireFits(t, bins, constant(300, 10))

	a := must(NewWeightedSampler[int](2, Seeded(Seed{1})))
	require.ErrorIs(t, a.Merge(nil), ErrInvalid)
	require.ErrorIs(t, a.Merge(a), ErrInvalid)
	require.ErrorIs(t, a.Merge(must(NewWeightedSampler[int](3, Seeded(Seed{})))), ErrInvalid)
}
