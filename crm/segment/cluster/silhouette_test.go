package cluster

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/internal/wording"
)

// silhouettes is Rousseeuw's definition, row by row.
func silhouettes(rows [][]float64, labels []int, k int) []float64 {
	out := make([]float64, len(rows))
	for i, x := range rows {
		total, n := make([]float64, k), make([]float64, k)
		for j, y := range rows {
			if i != j {
				total[labels[j]] += math.Sqrt(squared(x, y))
				n[labels[j]]++
			}
		}
		own := labels[i]
		if n[own] == 0 {
			continue
		}
		a, b := total[own]/n[own], math.Inf(1)
		for c := range k {
			if c != own {
				b = min(b, total[c]/n[c])
			}
		}
		out[i] = (b - a) / max(a, b)
	}
	return out
}

func TestSilhouetteIsRousseeuws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawData(t, 40)
		k := rapid.IntRange(2, 5).Draw(t, "k")
		c, err := Fit(d, k, Options{DropConstant: true, Restarts: 1})
		if err != nil {
			return
		}
		s, err := c.Silhouette(SilhouetteOptions{})
		require.NoError(t, err)
		require.Equal(t, SilhouetteExact, s.Method)
		want := silhouettes(standardised(c.Model, d), c.Labels, k)
		mean, per, n := 0.0, make([]float64, k), make([]float64, k)
		for i, w := range want {
			require.InDelta(t, w, s.Rows[i], 1e-13)
			mean += w / float64(len(want))
			per[c.Labels[i]] += w
			n[c.Labels[i]]++
		}
		require.InDelta(t, mean, s.Mean, 1e-13)
		for a := range per {
			require.InDelta(t, per[a]/n[a], s.Clusters[a], 1e-13)
		}
		require.Zero(t, s.StandardError)

		all, err := c.Silhouette(SilhouetteOptions{Method: SilhouetteSampled, Sample: 1000})
		require.NoError(t, err)
		require.InDelta(t, s.Mean, all.Mean, 1e-13, "a sample of everything is exact")
		require.InDeltaSlice(t, s.Clusters, all.Clusters, 1e-13)
		require.Zero(t, all.StandardError)
		require.Nil(t, all.Rows)
	})
}

func TestSimplifiedSilhouette(t *testing.T) {
	// Two pairs and a single: z = (x-20)/s. The scale cancels.
	c, err := Fit(Data{[]string{"x"}, []float64{0, 2, 10, 14, 74}}, 3, Options{})
	require.NoError(t, err)
	require.Equal(t, []int{0, 0, 1, 1, 2}, c.Labels)
	s, err := c.Silhouette(SilhouetteOptions{Method: SilhouetteSimplified})
	require.NoError(t, err)
	want := []float64{1 - 1.0/12, 1 - 1.0/10, 1 - 2.0/9, 1 - 2.0/13, 0}
	require.InDeltaSlice(t, want, s.Rows, 1e-14)
	auto, err := c.Silhouette(SilhouetteOptions{ExactLimit: 4})
	require.NoError(t, err)
	require.Equal(t, s, auto, "beyond the limit")
}

// TestSampledSilhouette: over 100 seeds the estimates centre on the exact mean and
// their standard error tells their spread.
func TestSampledSilhouette(t *testing.T) {
	c, err := Fit(customers(3000, 6), 4, Options{Restarts: 3})
	require.NoError(t, err)
	exact, err := c.Silhouette(SilhouetteOptions{})
	require.NoError(t, err)
	const seeds = 100
	mean, square, claimed := 0.0, 0.0, 0.0
	for seed := range seeds {
		s, err := c.Silhouette(SilhouetteOptions{Method: SilhouetteSampled, Sample: 60, Seed: uint64(seed)})
		require.NoError(t, err)
		e := s.Mean - exact.Mean
		mean += e / seeds
		square += e * e / seeds
		claimed += s.StandardError * s.StandardError / seeds
	}
	require.Less(t, math.Abs(mean), 4*math.Sqrt(square/seeds), "unbiased")
	require.InEpsilon(t, claimed, square, 0.45, "variance")
}

func TestSilhouetteErrors(t *testing.T) {
	c, err := Fit(Data{[]string{"x"}, []float64{1, 2, 3}}, 1, Options{})
	require.NoError(t, err)
	_, err = c.Silhouette(SilhouetteOptions{})
	require.ErrorIs(t, err, ErrInsufficientData)
	for _, o := range []SilhouetteOptions{{ExactLimit: -1}, {Sample: -1}, {Workers: -1}, {Method: 7}} {
		_, err = c.Silhouette(o)
		require.ErrorIs(t, err, ErrInvalid)
	}
}

func TestNames(t *testing.T) {
	wording.Enum(t, ZScore, MedianMAD, ErrInvalid)
	wording.Enum(t, SilhouetteAuto, SilhouetteSimplified, ErrInvalid)
}

// A clustering from JSON has no rows to measure: an error, not a panic in a goroutine.
func TestReadBackHasNoRows(t *testing.T) {
	c, err := Fit(Data{Features: []string{"x"}, Values: []float64{1, 2, 8, 9}}, 2, Options{})
	require.NoError(t, err)
	text, err := json.Marshal(c)
	require.NoError(t, err)
	var back Clustering
	require.NoError(t, json.Unmarshal(text, &back))
	require.Equal(t, c.Labels, back.Labels)
	_, err = back.Silhouette(SilhouetteOptions{})
	require.ErrorIs(t, err, ErrInsufficientData)
	_, err = back.Stability(StabilityOptions{})
	require.ErrorIs(t, err, ErrInsufficientData)
}
