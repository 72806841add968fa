package cluster

import (
	"errors"
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// groups makes sizes[g] rows around (10g, 10 (g mod 2)) with the given spread.
func groups(seed uint64, spread float64, sizes ...int) Data {
	rng := rand.New(rand.NewPCG(seed, 0))
	d := Data{Features: []string{"x", "y"}}
	for g, n := range sizes {
		for range n {
			d.Values = append(d.Values, 10*float64(g)+spread*rng.NormFloat64(),
				10*float64(g%2)+spread*rng.NormFloat64())
		}
	}
	return d
}

func TestStabilityOfSeparateGroups(t *testing.T) {
	c, err := Fit(groups(1, 0.5, 60, 40, 20), 3, Options{})
	require.NoError(t, err)
	s, err := c.Stability(StabilityOptions{})
	require.NoError(t, err)
	require.Equal(t, 1.0, s.AdjustedRand)
	require.Equal(t, 1.0, s.Lowest())
	for _, cluster := range s.Clusters {
		require.Equal(t, ClusterStability{1, 100, 0, 100}, cluster)
	}
	// Five clusters in one round group are not found again.
	c, err = Fit(groups(1, 1, 150), 5, Options{})
	require.NoError(t, err)
	s, err = c.Stability(StabilityOptions{})
	require.NoError(t, err)
	require.Less(t, s.Lowest(), Stable)
	require.Less(t, s.AdjustedRand, 0.8)
}

// TestReplicateByTheDefinition recomputes one replicate on sets of rows.
func TestReplicateByTheDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawData(t, 30)
		k := rapid.IntRange(2, 4).Draw(t, "k")
		c, err := Fit(d, k, Options{DropConstant: true, Restarts: 2})
		if err != nil {
			return
		}
		opts := StabilityOptions{SampleSize: rapid.IntRange(1, 40).Draw(t, "draws"), Restarts: 2,
			Seed: rapid.Uint64().Draw(t, "seed")}
		b := rapid.IntRange(0, 9).Draw(t, "replicate")
		got := c.replicate(b, opts)
		require.NoError(t, got.err)

		rng := stream(opts.Seed, drawSample, b)
		drawn := make([]bool, c.points.rows)
		for range opts.SampleSize {
			drawn[rng.IntN(len(drawn))] = true
		}
		rows := []int{} // the point of every row drawn
		row := 0
		for i, w := range c.points.weight {
			for range int(w) {
				if drawn[row] {
					rows = append(rows, i)
				}
				row++
			}
		}
		sample := &points{dims: c.points.dims, box: c.points.box}
		index := map[int]int{}
		for _, i := range rows {
			if _, ok := index[i]; !ok {
				index[i] = len(index)
				sample.z = append(sample.z, c.points.at(i)...)
				sample.weight = append(sample.weight, 0)
			}
			sample.weight[index[i]]++
			sample.rows++
		}
		found, err := search(sample, min(k, sample.len()), Options{Restarts: 2, MaxIterations: 1000, Seed: rng.Uint64()})
		require.NoError(t, err)
		before, after := []int32{}, []int32{}
		for _, i := range rows {
			before, after = append(before, c.label[i]), append(after, found.label[index[i]])
		}
		for a := range int32(k) {
			best := -1.0
			for e := range int32(k) {
				both, either := 0.0, 0.0
				for r := range rows {
					if before[r] == a && after[r] == e {
						both++
					}
					if before[r] == a || after[r] == e {
						either++
					}
				}
				if slices.Contains(before, a) && either > 0 {
					best = max(best, both/either)
				}
			}
			require.Equal(t, best, got.jaccard[a])
		}
		index2, err := AdjustedRand(before, after)
		require.Equal(t, got.pairs, err == nil)
		if got.pairs {
			require.Equal(t, index2, got.rand)
		}
	})
}

func TestStabilityErrorsAndProgress(t *testing.T) {
	c, err := Fit(groups(2, 1, 30, 1), 2, Options{})
	require.NoError(t, err)
	for _, o := range []StabilityOptions{{Replicates: -1}, {SampleSize: -1}, {Restarts: -1}, {Workers: -1}} {
		_, err = c.Stability(o)
		require.ErrorIs(t, err, ErrInvalid)
	}
	_, err = c.Stability(StabilityOptions{Replicates: 3, SampleSize: 2, Seed: 1})
	require.ErrorIs(t, err, ErrInsufficientData, "the row of the smaller cluster is hardly ever drawn")
	_, err = c.Stability(StabilityOptions{SampleSize: 1})
	require.ErrorIs(t, err, ErrInsufficientData)

	// The single row is in about 1 - 1/e of the samples, and judged by those.
	s, err := c.Stability(StabilityOptions{Replicates: 200})
	require.NoError(t, err)
	require.InDelta(t, 200*(1-1/2.718), float64(s.Clusters[1].Replicates), 25)
	require.Equal(t, 200, s.Clusters[0].Replicates)

	stop := errors.New("enough")
	for _, workers := range []int{0, 3} {
		seen := 0
		_, err = c.Stability(StabilityOptions{Replicates: 50, Workers: workers, Progress: func(done, total int) error {
			seen++
			require.Equal(t, [2]int{seen, 50}, [2]int{done, total})
			if done == 5 {
				return stop
			}
			return nil
		}})
		require.ErrorIs(t, err, stop)
		require.Equal(t, 5, seen)
		seen = 0
		_, err = c.Stability(StabilityOptions{Replicates: 50, Workers: workers,
			Progress: func(int, int) error { seen++; return nil }})
		require.NoError(t, err)
		require.Equal(t, 50, seen)
	}
}

// randByPairs is the definition over all pairs of items, in rationals.
func randByPairs(a, b []int) (*big.Rat, bool) {
	var both, inA, inB, all int64
	for i := range a {
		for j := range i {
			all++
			if a[i] == a[j] {
				inA++
			}
			if b[i] == b[j] {
				inB++
			}
			if a[i] == a[j] && b[i] == b[j] {
				both++
			}
		}
	}
	expected := big.NewRat(inA*inB, all)
	above := new(big.Rat).Sub(big.NewRat(both, 1), expected)
	below := new(big.Rat).Sub(big.NewRat(inA+inB, 2), expected)
	if below.Sign() == 0 {
		return nil, false
	}
	return above.Quo(above, below), true
}

func TestAdjustedRand(t *testing.T) {
	for _, c := range []struct {
		a, b []int
		want float64
	}{
		{[]int{0, 0, 1, 1}, []int{1, 1, 0, 0}, 1},
		{[]int{0, 0, 1, 1}, []int{0, 0, 1, 2}, 4.0 / 7},
		{[]int{0, 0, 0, 0}, []int{0, 1, 2, 3}, 0},
		{[]int{0, 0, 1, 1}, []int{0, 1, 0, 1}, -0.5},
		{[]int{0, 0, 0}, []int{5, 5, 5}, 1},
		{[]int{0, 1, 2}, []int{2, 1, 0}, 1},
	} {
		got, err := AdjustedRand(c.a, c.b)
		require.NoError(t, err)
		require.Equal(t, c.want, got)
	}
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 30).Draw(t, "n")
		a := rapid.SliceOfN(rapid.IntRange(0, 4), n, n).Draw(t, "a")
		b := rapid.SliceOfN(rapid.IntRange(0, 4), n, n).Draw(t, "b")
		got, err := AdjustedRand(a, b)
		require.NoError(t, err)
		exact, ok := randByPairs(a, b)
		want := 1.0
		if ok {
			want, _ = exact.Float64()
		}
		require.Equal(t, want, got, "correctly rounded")
		renamed := make([]string, n)
		for i, v := range b {
			renamed[i] = string(rune('z' - v))
		}
		other, err := AdjustedRand(renamed, a)
		require.NoError(t, err)
		require.Equal(t, got, other, "symmetric, and names do not matter")
	})
	_, err := AdjustedRand([]int{1}, []int{1, 2})
	require.ErrorIs(t, err, ErrInvalid)
	_, err = AdjustedRand([]int{1}, []int{1})
	require.ErrorIs(t, err, ErrInsufficientData)
}

func TestAdjustedRandOfMillions(t *testing.T) {
	// Two halves against two other halves: independent, so the numerator is that of
	// 4 cells of n/4. Products pass 2^64.
	const n = 4_000_000
	a, b := make([]int8, n), make([]int8, n)
	for i := range a {
		a[i], b[i] = int8(i&1), int8(i>>1&1)
	}
	got, err := AdjustedRand(a, b)
	require.NoError(t, err)
	c2 := func(n int64) *big.Rat { return big.NewRat(n*(n-1)/2, 1) }
	two := big.NewRat(2, 1)
	side := new(big.Rat).Mul(two, c2(n/2))
	expected := new(big.Rat).Mul(side, side)
	expected.Quo(expected, c2(n))
	above := new(big.Rat).Mul(big.NewRat(4, 1), c2(n/4))
	above.Sub(above, expected)
	want, _ := above.Quo(above, side.Sub(side, expected)).Float64()
	require.Equal(t, want, got)
	require.Negative(t, got)
}

func TestScan(t *testing.T) {
	d := groups(3, 0.8, 80, 50, 30)
	steps := []int{}
	opts := ScanOptions{
		Fit: Options{Restarts: 4, Progress: func(done, total int) error {
			require.Equal(t, 4*(4+10), total)
			steps = append(steps, done)
			return nil
		}},
		Stability: StabilityOptions{Replicates: 10},
	}
	all, err := Scan(d, 2, 5, opts)
	require.NoError(t, err)
	require.Len(t, all, 4)
	for i := range steps {
		require.Equal(t, i+1, steps[i])
	}
	require.Len(t, steps, 56)
	for i, c := range all {
		require.Equal(t, i+2, c.K)
		alone, err := Fit(d, c.K, Options{Restarts: 4})
		require.NoError(t, err)
		require.Equal(t, alone.Model, c.Clustering.Model)
		if i > 0 {
			require.Less(t, c.Clustering.Inertia, all[i-1].Clustering.Inertia)
		}
	}
	require.Greater(t, all[1].Silhouette.Mean, all[0].Silhouette.Mean)
	require.Greater(t, all[1].Silhouette.Mean, all[2].Silhouette.Mean)

	best, ok := Finest(all, Guard{})
	require.True(t, ok)
	require.Equal(t, 3, best.K)
	require.Equal(t, 30, best.Smallest())
	loose, ok := Finest(all, Guard{MinJaccard: -1, MinSilhouette: -1})
	require.True(t, ok)
	require.Equal(t, 5, loose.K)
	_, ok = Finest(all, Guard{MinJaccard: 1.01})
	require.False(t, ok)
	best, ok = Finest(all, Guard{MinSize: 31, MinSilhouette: 0.3})
	require.True(t, ok)
	require.Equal(t, 2, best.K)
	_, ok = Finest(all, Guard{MinSize: 1000})
	require.False(t, ok)

	for _, k := range [][2]int{{1, 3}, {3, 2}} {
		_, err = Scan(d, k[0], k[1], ScanOptions{})
		require.ErrorIs(t, err, ErrInvalid)
	}
	_, err = Scan(Data{[]string{"x"}, []float64{1, 2}}, 2, 3, ScanOptions{})
	require.ErrorIs(t, err, ErrInsufficientData)
	_, err = Scan(d, 2, 3, ScanOptions{Silhouette: SilhouetteOptions{Sample: -1}})
	require.ErrorIs(t, err, ErrInvalid)
	_, err = Scan(d, 2, 3, ScanOptions{Stability: StabilityOptions{Restarts: -1}})
	require.ErrorIs(t, err, ErrInvalid)
	_, err = Scan(d, 2, 3, ScanOptions{Fit: Options{Restarts: -1}})
	require.ErrorIs(t, err, ErrInvalid)
}
