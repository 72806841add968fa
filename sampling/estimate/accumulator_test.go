package estimate_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/guanxi-go/guanxi/sampling/estimate"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// accumulated adds the rows of a stratified cluster sample, in an order of its own,
// to several accumulators and merges them.
func accumulated(t require.TestingT, rows []estimate.Row, order []int, parts int, o estimate.AccumulatorOptions) *estimate.Accumulator {
	all := make([]*estimate.Accumulator, parts)
	for p := range all {
		a, err := estimate.NewAccumulator(len(rows[0].Values), o)
		require.NoError(t, err)
		all[p] = a
	}
	for at, i := range order {
		require.NoError(t, all[at%parts].Add(rows[i]))
	}
	for _, b := range all[1:] {
		require.NoError(t, all[0].Merge(b))
	}
	return all[0]
}

func TestAccumulatorIsTheDesign(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		random := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		rows, d := randomSample(t, random, rapid.SampledFrom([]float64{0, 1e9}).Draw(t, "offset"))
		columns := make([][]float64, 2)
		for _, r := range rows {
			for k, y := range r.Values {
				columns[k] = append(columns[k], y)
			}
		}
		a := accumulated(t, rows, random.Perm(len(rows)), 1+random.IntN(3), estimate.AccumulatorOptions{Nested: true})
		b := accumulated(t, rows, random.Perm(len(rows)), 1+random.IntN(3), estimate.AccumulatorOptions{Nested: true})
		for _, c := range []struct {
			direct     []estimate.Statistic
			accumulate func(*estimate.Accumulator) (estimate.Estimates, error)
		}{
			{[]estimate.Statistic{estimate.Mean(columns[0]), estimate.Mean(columns[1])}, (*estimate.Accumulator).Means},
			{[]estimate.Statistic{estimate.Total(columns[0]), estimate.Total(columns[1])}, (*estimate.Accumulator).Totals},
			{[]estimate.Statistic{estimate.Ratio(columns[0], columns[1]), estimate.Ratio(columns[1], columns[1])},
				func(a *estimate.Accumulator) (estimate.Estimates, error) { return a.Ratios(1) }},
		} {
			want, err := d.Joint(c.direct...)
			require.NoError(t, err)
			got, err := c.accumulate(a)
			require.NoError(t, err)
			again, err := c.accumulate(b)
			require.NoError(t, err)
			for k := range want.Each {
				require.InDelta(t, got.Each[k].Value, again.Each[k].Value, 4e-16*math.Abs(got.Each[k].Value), "the order of the rows shows")
				require.InDelta(t, got.Each[k].SE, again.Each[k].SE, 1e-14*got.Each[k].SE, "the order of the rows shows")
				require.InDelta(t, got.Each[k].SRSVariance.Value, again.Each[k].SRSVariance.Value, 1e-11*got.Each[k].SRSVariance.Value)
				require.InEpsilon(t, want.Each[k].Value, got.Each[k].Value, 1e-12)
				require.InDelta(t, want.Each[k].SE, got.Each[k].SE, 1e-9*want.Each[k].SE+1e-12*math.Abs(want.Each[k].Value)*1e-3)
				require.Equal(t, want.Each[k].DF, got.Each[k].DF)
				require.Equal(t, want.Each[k].Rows, got.Each[k].Rows)
			}
		}
		bytes, err := a.MarshalBinary()
		require.NoError(t, err)
		other, err := b.MarshalBinary()
		require.NoError(t, err)
		require.Len(t, other, len(bytes))
		var read estimate.Accumulator
		require.NoError(t, read.UnmarshalBinary(bytes))
		want, err := a.Means()
		require.NoError(t, err)
		got, err := read.Means()
		require.NoError(t, err)
		require.Equal(t, want, got)
		again, err := read.MarshalBinary()
		require.NoError(t, err)
		require.Equal(t, bytes, again)
	})
}

// randomSample returns a stratified cluster sample as rows and as a design. Labels
// of clusters repeat in other strata.
func randomSample(t require.TestingT, random *rand.Rand, offset float64) ([]estimate.Row, *estimate.Design) {
	var rows []estimate.Row
	for h := range 1 + random.IntN(4) {
		clusters := 2 + random.IntN(4)
		population := 0.0
		if random.IntN(2) == 0 {
			population = float64(clusters + random.IntN(20))
		}
		for c := range clusters {
			for range 1 + random.IntN(5) {
				rows = append(rows, estimate.Row{
					Weight: float64(random.IntN(5)), Stratum: string(rune('a' + h)), Cluster: string(rune('p' + c)), Population: population,
					Values: []float64{offset + 10*random.NormFloat64(), offset + 20 + random.Float64()},
				})
			}
		}
	}
	rows[0].Weight = 1
	var weights, population []float64
	var strata, clusters []string
	for _, r := range rows {
		weights, strata, clusters = append(weights, r.Weight), append(strata, r.Stratum), append(clusters, r.Cluster)
		if r.Population == 0 {
			r.Population = math.Inf(1)
		}
		population = append(population, r.Population)
	}
	d, err := estimate.NewDesign(weights, []estimate.Stage{{
		Strata: estimate.Labels(strata), Clusters: estimate.Labels(clusters), Population: population,
	}}, estimate.Options{Nested: true})
	require.NoError(t, err)
	return rows, d
}

func TestAccumulatorRefuses(t *testing.T) {
	a, err := estimate.NewAccumulator(1, estimate.AccumulatorOptions{})
	require.NoError(t, err)
	_, err = a.Means()
	require.ErrorIs(t, err, estimate.ErrNotEstimable)
	good := estimate.Row{Weight: 1, Stratum: "a", Cluster: "1", Population: 9, Values: []float64{1}}
	require.NoError(t, a.Add(good))
	for field, change := range map[string]func(*estimate.Row){
		"weights":    func(r *estimate.Row) { r.Weight = math.NaN() },
		"values":     func(r *estimate.Row) { r.Values = []float64{math.Inf(1)} },
		"population": func(r *estimate.Row) { r.Population = 8 },
		"clusters":   func(r *estimate.Row) { r.Stratum = "b" },
	} {
		r := good
		change(&r)
		var e *estimate.Error
		require.ErrorAs(t, a.Add(r), &e)
		require.Equal(t, field, e.Field)
		require.ErrorIs(t, e, estimate.ErrInvalid)
	}
	for _, r := range []estimate.Row{{Weight: -1, Values: []float64{1}}, {Weight: 1}, {Weight: 1, Population: -1, Values: []float64{1}},
		{Weight: 1, Stratum: "c", Cluster: "9", Values: []float64{1e300}}} {
		require.ErrorIs(t, a.Add(r), estimate.ErrInvalid)
	}
	require.EqualValues(t, 1, a.Rows())
	_, err = a.Means()
	require.ErrorIs(t, err, estimate.ErrLonelyPSU)
	require.ErrorContains(t, err, "stratum a")
	_, err = a.Ratios(1)
	require.ErrorIs(t, err, estimate.ErrInvalid)

	// More clusters than the population has, found when the answer is asked for.
	small := estimate.Row{Weight: 1, Stratum: "b", Population: 1, Values: []float64{1}}
	for _, c := range []string{"7", "8"} {
		small.Cluster = c
		require.NoError(t, a.Add(small))
	}
	_, err = a.Totals()
	require.ErrorIs(t, err, estimate.ErrInvalid)
	require.ErrorContains(t, err, "stratum b")

	b, err := estimate.NewAccumulator(2, estimate.AccumulatorOptions{})
	require.NoError(t, err)
	require.ErrorIs(t, a.Merge(b), estimate.ErrInvalid)
	require.ErrorIs(t, a.Merge(nil), estimate.ErrInvalid)
	c, err := estimate.NewAccumulator(1, estimate.AccumulatorOptions{})
	require.NoError(t, err)
	before, err := a.MarshalBinary()
	require.NoError(t, err)
	require.NoError(t, c.Add(estimate.Row{Weight: 1, Stratum: "z", Cluster: "1", Values: []float64{1}}))
	require.ErrorIs(t, a.Merge(c), estimate.ErrInvalid, "cluster 1 is in stratum a")
	after, err := a.MarshalBinary()
	require.NoError(t, err)
	require.Equal(t, before, after)
	var zero estimate.Accumulator
	require.ErrorIs(t, zero.Add(estimate.Row{}), estimate.ErrInvalid)
	require.NoError(t, zero.Merge(&zero))
	_, err = zero.MarshalBinary()
	require.ErrorIs(t, err, estimate.ErrInvalid)
	_, err = estimate.NewAccumulator(1, estimate.AccumulatorOptions{Lonely: 9})
	require.ErrorIs(t, err, estimate.ErrInvalid)
	_, err = estimate.NewAccumulator(0, estimate.AccumulatorOptions{})
	require.ErrorIs(t, err, estimate.ErrInvalid)
}

// TestAccumulatorRemembersHomes: a cluster's stratum arrives by a merge too, and a
// stratum without a weight has no degree of freedom to take away.
func TestAccumulatorRemembersHomes(t *testing.T) {
	a, err := estimate.NewAccumulator(1, estimate.AccumulatorOptions{})
	require.NoError(t, err)
	b, err := estimate.NewAccumulator(1, estimate.AccumulatorOptions{})
	require.NoError(t, err)
	for _, cluster := range []string{"1", "2", "3"} {
		require.NoError(t, b.Add(estimate.Row{Weight: 2, Stratum: "n", Cluster: cluster, Values: []float64{float64(len(cluster) + int(cluster[0]))}}))
	}
	for _, cluster := range []string{"8", "9"} {
		require.NoError(t, b.Add(estimate.Row{Stratum: "empty", Cluster: cluster, Values: []float64{math.NaN()}}))
	}
	require.NoError(t, a.Merge(b))
	require.ErrorIs(t, a.Add(estimate.Row{Weight: 2, Stratum: "s", Cluster: "2", Values: []float64{1}}), estimate.ErrInvalid)
	m, err := a.Means()
	require.NoError(t, err)
	require.Equal(t, 2, m.Each[0].DF)
}

func FuzzAccumulatorUnmarshal(f *testing.F) {
	a, err := estimate.NewAccumulator(2, estimate.AccumulatorOptions{Lonely: estimate.LonelyAdjust})
	require.NoError(f, err)
	for _, r := range []estimate.Row{
		{Weight: 2, Stratum: "n", Cluster: "1", Population: 5, Values: []float64{1, 2}},
		{Weight: 3, Stratum: "n", Cluster: "2", Population: 5, Values: []float64{4, 1}},
		{Weight: 0, Stratum: "s", Cluster: "3", Values: []float64{math.NaN(), 1}},
	} {
		require.NoError(f, a.Add(r))
	}
	bytes, err := a.MarshalBinary()
	require.NoError(f, err)
	f.Add(bytes)
	f.Add(bytes[:len(bytes)-1])
	f.Add([]byte{1})
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, data []byte) {
		var a estimate.Accumulator
		if err := a.UnmarshalBinary(data); err != nil {
			require.ErrorIs(t, err, estimate.ErrVersion)
			return
		}
		b, err := a.MarshalBinary()
		require.NoError(t, err)
		var c estimate.Accumulator
		require.NoError(t, c.UnmarshalBinary(b))
		if m, err := c.Means(); err == nil {
			for _, e := range m.Each {
				require.False(t, math.IsNaN(e.Value) || math.IsNaN(e.SE) || e.SE < 0)
			}
		} else {
			var e *estimate.Error
			require.True(t, errors.As(err, &e))
		}
	})
}

func TestAccumulatorReadsNothingDamaged(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	rows, _ := randomSample(t, random, 0)
	a := accumulated(t, rows, random.Perm(len(rows)), 1, estimate.AccumulatorOptions{Nested: true})
	bytes, err := a.MarshalBinary()
	require.NoError(t, err)
	for n := range bytes {
		var b estimate.Accumulator
		require.ErrorIs(t, b.UnmarshalBinary(bytes[:n]), estimate.ErrVersion, n)
	}
	require.ErrorIs(t, new(estimate.Accumulator).UnmarshalBinary(append(bytes, 0)), estimate.ErrVersion)
	bytes[0]++
	require.ErrorIs(t, new(estimate.Accumulator).UnmarshalBinary(bytes), estimate.ErrVersion)
}
