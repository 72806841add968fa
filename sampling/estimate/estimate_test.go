package estimate_test

import (
	"encoding/json"
	"errors"
	"math"
	"slices"
	"sync"
	"testing"

	"github.com/guanxi-go/guanxi/internal/wording"
	"github.com/guanxi-go/guanxi/sampling/estimate"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestFactor(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		labels := rapid.SliceOf(rapid.SampledFrom([]string{"", "b", "a", "ä", "Z", "10", "9"})).Draw(t, "labels")
		f := estimate.Labels(labels)
		require.Equal(t, len(labels), f.Len())
		require.True(t, slices.IsSorted(f.Levels()))
		for i, label := range labels {
			require.Equal(t, label, f.Levels()[f.Code(i)])
			require.True(t, f.Is(label)[i])
		}
		require.NotContains(t, f.Is("none"), true)
		numbers := rapid.SliceOf(rapid.IntRange(-20, 20)).Draw(t, "numbers")
		g := estimate.Codes(numbers)
		distinct := slices.Compact(slices.Sorted(slices.Values(numbers)))
		require.Len(t, g.Levels(), len(distinct))
		for i, n := range numbers {
			require.Equal(t, n, distinct[g.Code(i)])
		}
	})
	require.Equal(t, []string{"-3", "7", "10"}, estimate.Codes([]int8{10, -3, 7, 10}).Levels())
}

// TestDomainsOfAnotherLength: a domain that is none of this sample is refused, also beside
// one that is, and is never taken for everybody or for nobody.
func TestDomainsOfAnotherLength(t *testing.T) {
	d := simple(t, ones(4), estimate.Options{})
	y, all := []float64{1, 2, 4, 8}, []bool{true, true, true, true}
	for name, s := range map[string]estimate.Statistic{
		"nil":              estimate.Mean(y).In(nil),
		"short":            estimate.Mean(y).In(all[:3]),
		"nil, then all":    estimate.Mean(y).In(nil).In(all),
		"all, then nil":    estimate.Mean(y).In(all).In(nil),
		"short, then all":  estimate.Mean(y).In(all[:3]).In(all),
		"all, then short":  estimate.Mean(y).In(all).In(all[:3]),
		"empty, then none": estimate.Mean(y).In([]bool{}).In(nil),
	} {
		_, err := d.Estimate(s)
		require.ErrorIs(t, err, estimate.ErrInvalid, name)
		_, err = d.By(estimate.Codes([]int{1, 1, 2, 2}), s)
		require.ErrorIs(t, err, estimate.ErrInvalid, name)
	}
	e, err := d.Estimate(estimate.Mean(y).In([]bool{true, true, true, false}).In([]bool{false, true, true, true}))
	require.NoError(t, err)
	require.Equal(t, 3.0, e.Value)
}

func TestContrast(t *testing.T) {
	s := samples(t)["twostage"]
	e, err := s.design.Joint(estimate.Mean(s.first), estimate.Mean(s.second), estimate.Total(s.second))
	require.NoError(t, err)
	sum := make([]float64, len(s.first))
	for i := range sum {
		sum[i] = 2*s.first[i] - 3*s.second[i]
	}
	want, err := s.design.Mean(sum)
	require.NoError(t, err)
	got, err := e.Contrast(2, -3, 0)
	require.NoError(t, err)
	require.InEpsilon(t, want.Value, got.Value, 1e-13)
	require.InEpsilon(t, want.SE, got.SE, 1e-12)
	require.Equal(t, want.DF, got.DF)
	d, err := e.Difference(1, 0)
	require.NoError(t, err)
	c, err := e.Contrast(-1, 1, 0)
	require.NoError(t, err)
	require.Equal(t, c, d)
	for _, bad := range [][]float64{{1, 2}, {0, 0, 0}, {1, math.NaN(), 0}, {math.Inf(1), 0, 0}} {
		_, err = e.Contrast(bad...)
		require.ErrorIs(t, err, estimate.ErrInvalid)
	}
	for _, bad := range [][2]int{{0, 0}, {-1, 0}, {0, 3}} {
		_, err = e.Difference(bad[0], bad[1])
		require.ErrorIs(t, err, estimate.ErrInvalid)
	}
	// The fewest degrees of freedom count, whichever comes first.
	few := make([]bool, len(s.first))
	for i := range few {
		few[i] = i < 20
	}
	parts, err := s.design.Joint(estimate.Mean(s.first).In(few), estimate.Mean(s.first))
	require.NoError(t, err)
	require.Less(t, parts.Each[0].DF, parts.Each[1].DF)
	for _, c := range [][]float64{{1, -1}, {-1, 1}} {
		e, err := parts.Contrast(c...)
		require.NoError(t, err)
		require.Equal(t, parts.Each[0].DF, e.DF)
	}
	// The same domain twice differs by nothing.
	same, err := s.design.Joint(estimate.Mean(s.first), estimate.Mean(s.first))
	require.NoError(t, err)
	zero, err := same.Difference(0, 1)
	require.NoError(t, err)
	require.Zero(t, zero.Value)
	require.InDelta(t, 0, zero.SE, 1e-7*same.Each[0].SE)
}

func TestDesignEffectNeedsAPopulation(t *testing.T) {
	d := simple(t, populations(4, 0.25), estimate.Options{})
	m, err := d.Mean([]float64{1, 2, 3, 4})
	require.NoError(t, err)
	_, err = m.DesignEffect()
	require.ErrorIs(t, err, estimate.ErrNotEstimable)
	effect, err := m.DesignEffectWR()
	require.NoError(t, err)
	require.InEpsilon(t, 1, effect, 1e-14)
	v, err := d.Estimate(estimate.Variance([]float64{1, 2, 3, 4}))
	require.NoError(t, err)
	require.InEpsilon(t, 5./3, v.Value, 1e-15)
	_, err = v.DesignEffectWR()
	require.ErrorIs(t, err, estimate.ErrNotEstimable)
	m, err = d.Mean(make([]float64, 4))
	require.NoError(t, err)
	_, err = m.CV()
	require.ErrorIs(t, err, estimate.ErrNotEstimable)
}

// A residual is a calibration that answers with a function.
type residual func(z []float64) ([]float64, error)

func (r residual) Residuals(z []float64) ([]float64, error) { return r(z) }

func TestCalibrated(t *testing.T) {
	s := samples(t)["strat"]
	d := s.design
	identity := residual(func(z []float64) ([]float64, error) { return z, nil })
	same, err := d.Calibrated(d.Weights(), identity, identity)
	require.NoError(t, err)
	want, err := d.Mean(s.first)
	require.NoError(t, err)
	got, err := same.Mean(s.first)
	require.NoError(t, err)
	require.Equal(t, want, got)

	// Post-stratification to one count: the total of ones has no error, and a
	// domain has less of it.
	centred := residual(func(z []float64) ([]float64, error) {
		sum, size := 0.0, 0.0
		for i, w := range d.Weights() {
			sum, size = sum+w*z[i], size+w
		}
		out := make([]float64, len(z))
		for i := range out {
			out[i] = z[i] - sum/size
		}
		return out, nil
	})
	c, err := d.Calibrated(d.Weights(), centred)
	require.NoError(t, err)
	one, err := c.Total(ones(len(s.first)))
	require.NoError(t, err)
	require.InDelta(t, 0, one.SE, 1e-9)
	all, err := c.By(s.factor, estimate.Total(s.first))
	require.NoError(t, err)
	for _, g := range all {
		sub, err := c.Where(s.factor.Is(g.Level))
		require.NoError(t, err)
		alone, err := sub.Total(s.first)
		require.NoError(t, err)
		require.Equal(t, alone, g.Estimate)
	}
	_, err = c.Linear(s.first, [][]float64{s.second}, estimate.ModelOptions{})
	require.NoError(t, err)

	// One step after another, also in two calls: the second sees what the first left.
	half := residual(func(z []float64) ([]float64, error) {
		out := make([]float64, len(z))
		for i := range z {
			out[i] = z[i] / 2
		}
		return out, nil
	})
	third, err := d.Calibrated(d.Weights(), half)
	require.NoError(t, err)
	third, err = third.Calibrated(d.Weights(), half, identity)
	require.NoError(t, err)
	quarter, err := third.Mean(s.first)
	require.NoError(t, err)
	require.InEpsilon(t, want.SE/4, quarter.SE, 1e-13)

	failing := errors.New("failing")
	broken, err := d.Calibrated(d.Weights(), residual(func([]float64) ([]float64, error) { return nil, failing }))
	require.NoError(t, err)
	_, err = broken.Mean(s.first)
	require.ErrorIs(t, err, failing)
	short, err := d.Calibrated(d.Weights(), residual(func([]float64) ([]float64, error) { return make([]float64, 1), nil }))
	require.NoError(t, err)
	_, err = short.Mean(s.first)
	require.ErrorIs(t, err, estimate.ErrInvalid)

	domain, err := d.Where(s.share)
	require.NoError(t, err)
	_, err = domain.Calibrated(d.Weights())
	require.ErrorIs(t, err, estimate.ErrInvalid)
	_, err = d.Calibrated(ones(3))
	require.ErrorIs(t, err, estimate.ErrInvalid)
	_, err = d.Calibrated(d.Weights(), nil)
	require.ErrorIs(t, err, estimate.ErrInvalid)
	weights := d.Weights()
	weights[7] = math.NaN()
	_, err = d.Calibrated(weights)
	require.ErrorIs(t, err, estimate.ErrInvalid)

	// Negative weights, which calibration may leave.
	weights = d.Weights()
	weights[0] = -1
	negative, err := d.Calibrated(weights)
	require.NoError(t, err)
	_, err = negative.Mean(s.first)
	require.NoError(t, err)
	_, err = negative.Quantile(s.first, 0.5, estimate.QuantileOptions{})
	require.ErrorIs(t, err, estimate.ErrInvalid)
	_, err = negative.Linear(s.first, [][]float64{s.second}, estimate.ModelOptions{})
	require.ErrorIs(t, err, estimate.ErrInvalid)
}

// TestDesignIsNotChanged: neither by use from several goroutines nor by what the
// caller does to his columns.
func TestDesignIsNotChanged(t *testing.T) {
	weights := []float64{1, 2, 3, 4}
	d := simple(t, weights, estimate.Options{})
	y := []float64{1, 5, 2, 9}
	want, err := d.Mean(y)
	require.NoError(t, err)
	weights[0] = 100
	d.Weights()[1] = 100
	var wait sync.WaitGroup
	got := make([]estimate.Estimate, 8)
	for k := range got {
		wait.Add(1)
		go func() {
			defer wait.Done()
			sub, _ := d.Where([]bool{true, true, true, true})
			got[k], _ = sub.Mean(y)
		}()
	}
	wait.Wait()
	for _, g := range got {
		require.Equal(t, want, g)
	}
}

func TestEnumerations(t *testing.T) {
	wording.Enum(t, estimate.LonelyRefuse, estimate.LonelyAdjust, estimate.ErrInvalid)
	wording.Enum(t, estimate.MissingRefuse, estimate.MissingOmit, estimate.ErrInvalid)
	require.Len(t, wording.Enum(t, methods[0], methods[len(methods)-1], estimate.ErrInvalid), len(methods))
	for r := estimate.QuantileMath; r <= estimate.QuantileHF9; r++ { // hf4 to hf9 are called so in Chinese too
		text, err := r.MarshalText()
		require.NoError(t, err)
		require.Equal(t, r.String(), string(text))
		require.NotEmpty(t, r.Zh())
		var back estimate.QuantileRule
		require.NoError(t, back.UnmarshalText(text))
		require.Equal(t, r, back)
	}
	_, err := estimate.QuantileRule(99).MarshalText()
	require.ErrorIs(t, err, estimate.ErrInvalid)
	require.ErrorIs(t, new(estimate.QuantileRule).UnmarshalText([]byte("such")), estimate.ErrInvalid)
}

func TestJSON(t *testing.T) {
	s := samples(t)["cluster"]
	p, err := s.design.Proportion(s.share, estimate.ProportionOptions{Method: estimate.IntervalBeta})
	require.NoError(t, err)
	q, err := s.design.Quantile(s.first, 1, estimate.QuantileOptions{Rule: estimate.QuantileHF8})
	require.NoError(t, err)
	e, err := s.design.Joint(estimate.Mean(s.first), estimate.Variance(s.first))
	require.NoError(t, err)
	g, err := s.design.By(s.by, estimate.Mean(s.first))
	require.NoError(t, err)
	m, err := s.design.Linear(s.first, [][]float64{s.second}, estimate.ModelOptions{})
	require.NoError(t, err)
	roundTrip(t, p)
	roundTrip(t, q)
	roundTrip(t, e)
	roundTrip(t, g)
	roundTrip(t, m)
	b, err := json.Marshal(q)
	require.NoError(t, err)
	require.Contains(t, string(b), `"lower":null`)
}

func roundTrip[T any](t *testing.T, v T) {
	t.Helper()
	b, err := json.Marshal(v)
	require.NoError(t, err)
	var back T
	require.NoError(t, json.Unmarshal(b, &back))
	require.Equal(t, v, back)
}
