package estimate_test

import (
	"math"
	"testing"

	"github.com/guanxi-go/guanxi/sampling/estimate"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

var methods = []estimate.IntervalMethod{
	estimate.IntervalLogit, estimate.IntervalBeta, estimate.IntervalWald, estimate.IntervalASin, estimate.IntervalLikelihood,
	estimate.IntervalScore,
}

func simple(t require.TestingT, weights []float64, o estimate.Options) *estimate.Design {
	d, err := estimate.NewDesign(weights, nil, o)
	require.NoError(t, err)
	return d
}

// TestNobodyAndEverybody: a share of 0 or 1 has the exact one-sided bound of as
// many rows as the weights are worth, by every method.
func TestNobodyAndEverybody(t *testing.T) {
	none, all := make([]bool, 20), marks(20, func(int) bool { return true })
	for _, method := range methods {
		o := estimate.ProportionOptions{Method: method}
		d := simple(t, populations(20, 3), estimate.Options{})
		p, err := d.Proportion(none, o)
		require.NoError(t, err)
		require.True(t, p.OneSided)
		require.Zero(t, p.Value)
		require.Zero(t, p.Interval.Lower)
		require.InEpsilon(t, 20, p.EffectiveRows, 1e-12)
		require.InEpsilon(t, 1-math.Pow(0.05, 1./20), p.Interval.Upper, 1e-12)
		p, err = d.Proportion(all, o)
		require.NoError(t, err)
		require.True(t, p.OneSided)
		require.Equal(t, 1.0, p.Value)
		require.Equal(t, 1.0, p.Interval.Upper)
		require.InEpsilon(t, math.Pow(0.05, 1./20), p.Interval.Lower, 1e-12)
	}
	// Unequal weights are worth fewer rows.
	weights := ones(20)
	weights[0] = 81
	p, err := simple(t, weights, estimate.Options{}).Proportion(none, estimate.ProportionOptions{})
	require.NoError(t, err)
	require.InEpsilon(t, 100.*100/(81*81+19), p.EffectiveRows, 1e-12)
	// Four clusters have three degrees of freedom, not nineteen.
	d, err := estimate.NewDesign(ones(20), []estimate.Stage{{Clusters: estimate.Codes(marksToCodes(20, 4))}}, estimate.Options{})
	require.NoError(t, err)
	p, err = d.Proportion(none, estimate.ProportionOptions{})
	require.NoError(t, err)
	require.Less(t, p.EffectiveRows, 9.0)
	// A weighted sum of ones by the sum of the weights may miss 1 by a rounding.
	d = simple(t, populations(20, 0.1), estimate.Options{})
	p, err = d.Proportion(all, estimate.ProportionOptions{})
	require.NoError(t, err)
	require.True(t, p.OneSided)
	require.Equal(t, 1.0, p.Value)
}

func marksToCodes(n, groups int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i % groups
	}
	return out
}

func TestProportionOfACensus(t *testing.T) {
	d, err := estimate.NewDesign(ones(5), []estimate.Stage{{Population: populations(5, 5)}}, estimate.Options{})
	require.NoError(t, err)
	for _, in := range [][]bool{{false, false, false, false, false}, {true, false, true, false, false}} {
		p, err := d.Proportion(in, estimate.ProportionOptions{})
		require.NoError(t, err)
		require.Equal(t, estimate.Interval{Lower: p.Value, Upper: p.Value, Level: 0.95}, p.Interval)
		require.False(t, p.OneSided)
	}
}

// TestClustersThatAgree: every cluster says one half, and that is no certainty.
func TestClustersThatAgree(t *testing.T) {
	d, err := estimate.NewDesign(ones(12), []estimate.Stage{{Clusters: estimate.Codes(marksToCodes(12, 6))}}, estimate.Options{})
	require.NoError(t, err)
	p, err := d.Proportion(marks(12, func(i int) bool { return i < 6 }), estimate.ProportionOptions{})
	require.NoError(t, err)
	require.Zero(t, p.SE)
	require.Equal(t, estimate.IntervalBeta, p.Method)
	require.Less(t, p.Interval.Lower, 0.3)
	require.Greater(t, p.Interval.Upper, 0.7)
}

// TestProportionIntervals: they hold the share, lie within 0 and 1 but for Wald's,
// grow with the level and mirror for the complement.
func TestProportionIntervals(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(3, 60).Draw(t, "n")
		weights, in := make([]float64, n), make([]bool, n)
		for i := range n {
			weights[i] = rapid.Float64Range(0.5, 20).Draw(t, "w")
			in[i] = rapid.Bool().Draw(t, "in")
		}
		d := simple(t, weights, estimate.Options{})
		for _, method := range methods {
			p, err := d.Proportion(in, estimate.ProportionOptions{Method: method})
			require.NoError(t, err)
			wide, err := d.Proportion(in, estimate.ProportionOptions{Method: method, Level: 0.99})
			require.NoError(t, err)
			other, err := d.Proportion(marks(n, func(i int) bool { return !in[i] }), estimate.ProportionOptions{Method: method})
			require.NoError(t, err)
			i := p.Interval
			require.True(t, i.Lower <= p.Value && p.Value <= i.Upper && i.Lower < i.Upper, "%v %+v", method, p)
			require.True(t, wide.Interval.Lower <= i.Lower && i.Upper <= wide.Interval.Upper, method)
			require.InDelta(t, 1-i.Upper, other.Interval.Lower, 1e-12)
			require.InDelta(t, 1-i.Lower, other.Interval.Upper, 1e-12)
			if method != estimate.IntervalWald {
				require.True(t, i.Lower >= 0 && i.Upper <= 1, "%v %+v", method, p)
			}
		}
	})
}

// TestScoreInterval holds figures of mpmath: the roots, at 40 digits, of the quadratic
// equation with the critical values of Student's t.
func TestScoreInterval(t *testing.T) {
	for _, c := range []struct {
		marked, rows        int
		level, lower, upper float64
	}{
		{6, 20, 0.95, 0.135604301301557281, 0.539341964322569507},
		{1, 400, 0.9, 0.000555396181492871666, 0.0111770853847779088},
	} {
		d := simple(t, populations(c.rows, 7), estimate.Options{})
		p, err := d.Proportion(marks(c.rows, func(i int) bool { return i < c.marked }),
			estimate.ProportionOptions{Method: estimate.IntervalScore, Level: c.level})
		require.NoError(t, err)
		require.InEpsilon(t, c.lower, p.Interval.Lower, 1e-12)
		require.InEpsilon(t, c.upper, p.Interval.Upper, 1e-12)
	}
	// Four clusters of five, in which 1, 0, 3 and 1 are marked.
	d, err := estimate.NewDesign(ones(20), []estimate.Stage{{Clusters: estimate.Codes(marksToCodes(20, 4))}}, estimate.Options{})
	require.NoError(t, err)
	p, err := d.Proportion(marks(20, func(i int) bool { return i == 0 || i == 2 || i == 6 || i == 10 || i == 3 }),
		estimate.ProportionOptions{Method: estimate.IntervalScore})
	require.NoError(t, err)
	require.InEpsilon(t, 11.8421052631578947, p.EffectiveRows, 1e-12)
	require.InEpsilon(t, 0.0494666584109097549, p.Interval.Lower, 1e-12)
	require.InEpsilon(t, 0.681027932676943119, p.Interval.Upper, 1e-12)
	var read estimate.IntervalMethod
	require.NoError(t, read.UnmarshalText([]byte("wilson")))
	require.Equal(t, estimate.IntervalScore, read)
}

func TestProportionOptions(t *testing.T) {
	d := simple(t, ones(4), estimate.Options{})
	in := []bool{true, false, true, false}
	for _, o := range []estimate.ProportionOptions{{Level: 1}, {Level: -0.1}, {Level: math.NaN()}, {Method: 77}} {
		_, err := d.Proportion(in, o)
		require.ErrorIs(t, err, estimate.ErrInvalid)
	}
	_, err := d.Proportion(in[:3], estimate.ProportionOptions{})
	require.ErrorIs(t, err, estimate.ErrInvalid)
	normal, err := d.Proportion(in, estimate.ProportionOptions{Normal: true, Method: estimate.IntervalWald})
	require.NoError(t, err)
	require.InEpsilon(t, 0.5+1.959963984540054*normal.SE, normal.Interval.Upper, 1e-14)
}
