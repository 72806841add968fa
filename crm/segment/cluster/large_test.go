package cluster

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestBeginningOnASample: over the size from which on runs begin on a sample, the
// result is still a fixed point over all rows, as good as without the sample, and
// does not depend on the order of the rows or the workers.
func TestBeginningOnASample(t *testing.T) {
	d := customers(8*sampleSize+1000, 17)
	a, err := Fit(d, 4, Options{Restarts: 1})
	require.NoError(t, err)
	require.True(t, a.Converged)
	require.Greater(t, a.points.len(), 8*sampleSize)
	labels, err := a.Model.Assign(d.Values)
	require.NoError(t, err)
	require.Equal(t, a.Labels, labels)
	require.InEpsilon(t, inertiaOf(standardised(a.Model, d), a.Labels, 4), a.Inertia, 1e-11)

	direct := newLloyd(a.points, 4, 1)
	require.True(t, direct.seed(stream(0, drawStart, 0)))
	require.True(t, direct.iterate(1000))
	require.InEpsilon(t, addUp(direct.inertia()), a.Inertia, 1e-6)
	require.Greater(t, direct.iterations, a.Iterations)

	order := rand.New(rand.NewPCG(3, 3)).Perm(d.Rows())
	shuffled := Data{Features: d.Features}
	for _, i := range order {
		shuffled.Values = append(shuffled.Values, d.Values[3*i:3*i+3]...)
	}
	b, err := Fit(shuffled, 4, Options{Restarts: 1, Workers: 3})
	require.NoError(t, err)
	require.Equal(t, a.Model, b.Model)
	require.Equal(t, a.Inertia, b.Inertia)
	for to, from := range order {
		require.Equal(t, a.Labels[from], b.Labels[to])
	}
}

// TestSmallGroupsSurviveTheSample: six rows among 270,000, too few to be in the
// sample for sure, far out.
func TestSmallGroupsSurviveTheSample(t *testing.T) {
	d := customers(8*sampleSize+1000, 18)
	far := []float64{900, 900, 900, 901, 900, 900, 900, 902, 900, 900, 900, 903, 901, 901, 900, 903, 903, 903}
	d.Values = append(d.Values, far...)
	for seed := range uint64(3) {
		c, err := Fit(d, 3, Options{Restarts: 1, Seed: seed})
		require.NoError(t, err)
		require.Equal(t, 6, c.Model.Clusters[2].Size)
	}
}
