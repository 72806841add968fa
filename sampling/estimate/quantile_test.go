package estimate_test

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/guanxi-go/guanxi/sampling/estimate"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// TestQuantileRulesOfCounts: with equal weights the rules are those of Hyndman and
// Fan's paper, here by its formula: p times n plus m, and the linear part.
func TestQuantileRulesOfCounts(t *testing.T) {
	parameters := map[estimate.QuantileRule][2]float64{
		estimate.QuantileHF4: {0, 1}, estimate.QuantileHF5: {.5, .5}, estimate.QuantileHF6: {0, 0},
		estimate.QuantileHF7: {1, 1}, estimate.QuantileHF8: {1. / 3, 1. / 3}, estimate.QuantileHF9: {3. / 8, 3. / 8},
	}
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 40).Draw(t, "n")
		y := make([]float64, n)
		for i := range y {
			y[i] = float64(rapid.IntRange(-5, 5).Draw(t, "y"))
		}
		p := rapid.Float64Range(0, 1).Draw(t, "p")
		sorted := slices.Sorted(slices.Values(y))
		at := func(k int) float64 { return sorted[min(max(k, 1), n)-1] }
		for rule, ab := range parameters {
			position := ab[0] + p*(float64(n)+1-ab[0]-ab[1])
			k := math.Floor(position + 4e-15)
			want := at(int(k)) + (position-k)*(at(int(k)+1)-at(int(k)))
			got, err := estimate.WeightedQuantile(y, populations(n, 2.5), p, rule)
			require.NoError(t, err)
			require.InDelta(t, want, got, 1e-11, "%v p=%v n=%d", rule, p, n)
		}
	})
}

// TestQuantileIsTheInverse: by its definition, over ten thousand rows, with a few
// values far out.
func TestQuantileIsTheInverse(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 9))
	n := 10000
	y, w := make([]float64, n), make([]float64, n)
	for i := range y {
		y[i], w[i] = math.Round(1000*random.NormFloat64())/1000, float64(random.IntN(4))
		if i%1000 == 0 {
			y[i] = math.Pow(10, float64(i)/50)
		}
	}
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(y[a], y[b]) })
	size := 0.0
	for _, x := range w {
		size += x
	}
	for _, p := range []float64{0, 0.001, 0.1, 0.25, 0.5, 0.77, 0.999, 1} {
		got, err := estimate.WeightedQuantile(y, w, p, estimate.QuantileMath)
		require.NoError(t, err)
		sum, want := 0.0, math.NaN()
		for _, i := range order {
			if sum += w[i]; w[i] > 0 && sum >= p*size {
				want = y[i]
				break
			}
		}
		require.Equal(t, want, got, p)
	}
}

func TestQuantileRefuses(t *testing.T) {
	y, w := []float64{1, 2, 3}, ones(3)
	for _, p := range []float64{-0.1, 1.1, math.NaN()} {
		_, err := estimate.WeightedQuantile(y, w, p, 0)
		require.ErrorIs(t, err, estimate.ErrInvalid)
	}
	for _, c := range [][2][]float64{
		{{1, 2}, w}, {{1, math.NaN(), 3}, w}, {{1, math.Inf(1), 3}, w}, {y, {1, -1, 1}}, {y, {1, math.NaN(), 1}}, {y, {1, math.Inf(1), 1}},
	} {
		_, err := estimate.WeightedQuantile(c[0], c[1], 0.5, 0)
		require.ErrorIs(t, err, estimate.ErrInvalid)
	}
	_, err := estimate.WeightedQuantile(y, w, 0.5, 99)
	require.ErrorIs(t, err, estimate.ErrInvalid)
	_, err = estimate.WeightedQuantile(y, make([]float64, 3), 0.5, 0)
	require.ErrorIs(t, err, estimate.ErrNotEstimable)
	_, err = estimate.WeightedQuantile(nil, nil, 0.5, 0)
	require.ErrorIs(t, err, estimate.ErrNotEstimable)

	d := simple(t, ones(3), estimate.Options{})
	for _, o := range []estimate.QuantileOptions{{Level: 2}, {Rule: 50}, {Method: 50}} {
		_, err = d.Quantile(y, 0.5, o)
		require.ErrorIs(t, err, estimate.ErrInvalid)
	}
	_, err = d.Quantile([]float64{1, math.NaN(), 3}, 0.5, estimate.QuantileOptions{})
	var e *estimate.Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, 1, e.Row)
	_, err = d.Quantile(y, 2, estimate.QuantileOptions{})
	require.ErrorIs(t, err, estimate.ErrInvalid)
	_, err = d.Quantile(y[:2], 0.5, estimate.QuantileOptions{})
	require.ErrorIs(t, err, estimate.ErrInvalid)
}

func TestQuantileAtTheEnds(t *testing.T) {
	d := simple(t, ones(10), estimate.Options{})
	y := []float64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}
	q, err := d.Quantile(y, 1, estimate.QuantileOptions{})
	require.NoError(t, err)
	require.Equal(t, 10.0, q.Value)
	require.False(t, q.Lower.OK || q.Upper.OK || q.SE.OK)
	q, err = d.Quantile(y, 0.1, estimate.QuantileOptions{Method: estimate.IntervalWald})
	require.NoError(t, err)
	require.Equal(t, 1.0, q.Value)
	require.False(t, q.Lower.OK, "the share's interval begins below 0")
	require.True(t, q.Upper.OK)

	// All alike, one bucket for values too far apart, and -0 beside 0.
	for _, y := range [][]float64{{7, 7, 7, 7}, {-1e308, 1e308, 0, 5}, {math.Copysign(0, -1), 0, 0, 0}} {
		q, err := simple(t, ones(4), estimate.Options{}).Quantile(y, 0.5, estimate.QuantileOptions{})
		require.NoError(t, err)
		require.Contains(t, y, q.Value)
	}
	census, err := estimate.NewDesign(ones(4), []estimate.Stage{{Population: populations(4, 4)}}, estimate.Options{})
	require.NoError(t, err)
	q, err = census.Quantile([]float64{1, 2, 3, 4}, 0.5, estimate.QuantileOptions{})
	require.NoError(t, err)
	require.Equal(t, estimate.Optional{Value: 2, OK: true}, q.Lower)
	require.Equal(t, estimate.Optional{Value: 0, OK: true}, q.SE)
}
