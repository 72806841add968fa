package plan

import (
	"encoding/json"
	"github.com/guanxi-go/guanxi/crm/money"
	"math"
	"os"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func oneOr(one bool) Alternative {
	if one {
		return OneSided
	}
	return TwoSided
}

// testdata/power.py makes the values with mpmath at 30 digits.
func TestPowerReference(t *testing.T) {
	var ref struct {
		MeansPower []struct {
			Effect, Alpha float64
			N1, N2        int
			OneSided      bool `json:"one_sided"`
			Strict        bool
			Power         string
		} `json:"means_power"`
		MeansSize []struct {
			Effect, Power, Alpha, Ratio float64
			OneSided                    bool `json:"one_sided"`
			N                           string
		} `json:"means_size"`
		ProportionsSize []struct {
			P1, P2, Alpha, Power, Ratio float64
			OneSided                    bool `json:"one_sided"`
			N                           string
		} `json:"proportions_size"`
	}
	data, err := os.ReadFile("testdata/power.json")
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(data, &ref))
	number := func(s string) float64 {
		x, err := strconv.ParseFloat(s, 64)
		require.NoError(t, err)
		return x
	}
	c := &tally{t: t}
	for _, x := range ref.MeansPower {
		opts := TestOptions{Level: x.Alpha, Alternative: oneOr(x.OneSided), Strict: x.Strict}
		if x.N2 == 0 {
			opts.Design = OneSample
		}
		got, err := MeansPower(x.Effect*3, 3, Groups{x.N1, x.N2}, opts)
		require.NoError(t, err)
		c.near(exact, got, number(x.Power), x)
	}
	for _, x := range ref.MeansSize {
		opts := TestOptions{Level: x.Alpha, Alternative: oneOr(x.OneSided), Power: x.Power, Ratio: x.Ratio}
		if x.Ratio == 0 {
			opts.Design = Paired
		}
		got, err := MeansSize(x.Effect, 1, opts)
		require.NoError(t, err)
		c.near(exact, got.Exact, number(x.N), x)
	}
	for _, x := range ref.ProportionsSize {
		opts := TestOptions{Level: x.Alpha, Alternative: oneOr(x.OneSided), Power: x.Power, Ratio: x.Ratio}
		got, err := ProportionsSize(x.P1, x.P2, opts)
		require.NoError(t, err)
		c.near(exact, got.Exact, number(x.N), x)
	}
	require.Equal(t, 22, c.count)
	t.Logf("%d values, worst relative error %.2g", c.count, c.worst)
}

func drawTest(t *rapid.T) TestOptions {
	return TestOptions{
		Level:       rapid.SampledFrom([]float64{0, 0.01, 0.1}).Draw(t, "level"),
		Power:       rapid.SampledFrom([]float64{0, 0.3, 0.9, 0.99}).Draw(t, "power"),
		Alternative: Alternative(rapid.IntRange(0, 1).Draw(t, "alternative")),
		Strict:      rapid.Bool().Draw(t, "strict"),
		KnownSD:     rapid.Bool().Draw(t, "known"),
		Ratio:       rapid.SampledFrom([]float64{0, 0.5, 1.3, 4}).Draw(t, "ratio"),
	}
}

func TestMeansSizeIsTheSmallest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		opts := drawTest(t)
		opts.Design = Design(rapid.IntRange(0, 2).Draw(t, "design"))
		opts.DesignEffect = rapid.SampledFrom([]float64{0, 1.5}).Draw(t, "deff")
		delta := math.Exp(rapid.Float64Range(-4, 1).Draw(t, "log delta"))
		s, err := MeansSize(delta, 1, opts)
		require.NoError(t, err)
		power := func(n float64) float64 {
			n /= orElse(opts.DesignEffect, 1)
			return opts.meansPower(delta, n, n*orElse(opts.Ratio, 1))
		}
		if s.Exact > 8/min(1, orElse(opts.Ratio, 1)) {
			require.InDelta(t, opts.wanted(), power(s.Exact), 1e-12)
			require.Less(t, power(s.Exact*(1-1e-9)), opts.wanted())
		} else {
			require.GreaterOrEqual(t, power(s.Exact), opts.wanted()-1e-12)
		}
		got, err := MeansPower(-delta, 1, Groups{s.First, s.Second}, opts)
		require.NoError(t, err)
		require.GreaterOrEqual(t, got, opts.wanted()-1e-11)
		// And back: what these groups find is no more than delta.
		effect, err := MeansEffect(1, Groups{s.First, s.Second}, opts)
		require.NoError(t, err)
		require.LessOrEqual(t, effect, delta*(1+1e-10))
		again, err := MeansPower(effect, 1, Groups{s.First, s.Second}, opts)
		require.NoError(t, err)
		require.InDelta(t, opts.wanted(), again, 1e-12)
	})
}

func TestProportionsSizeIsTheSmallest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		opts := drawTest(t)
		opts.Design = rapid.SampledFrom([]Design{TwoSample, OneSample}).Draw(t, "design")
		p1 := rapid.Float64Range(0.01, 0.9).Draw(t, "p1")
		p2 := rapid.Float64Range(p1+0.01, 0.99).Draw(t, "p2")
		s, err := ProportionsSize(p1, p2, opts)
		require.NoError(t, err)
		power := func(n float64) float64 { return opts.proportionsPower(p1, p2, n, n*orElse(opts.Ratio, 1)) }
		if s.Exact > 1 {
			require.InDelta(t, opts.wanted(), power(s.Exact), 1e-12)
		}
		mirrored, err := ProportionsSize(1-p1, 1-p2, opts)
		require.NoError(t, err)
		require.InEpsilon(t, s.Exact, mirrored.Exact, 1e-9)
		found, err := ProportionsEffect(p1, Groups{s.First, s.Second}, opts)
		if err != nil {
			require.ErrorIs(t, err, ErrInfeasible)
			return
		}
		again, err := ProportionsPower(p1, found, Groups{s.First, s.Second}, opts)
		require.NoError(t, err)
		require.InDelta(t, opts.wanted(), again, 1e-12)
	})
}

func TestOverlap(t *testing.T) {
	opts := TestOptions{Ratio: 0.8, Power: 0.9}
	s, err := OverlapMeansSize(2, 10, 12, 0.6, 0.5, opts)
	require.NoError(t, err)
	got, err := OverlapMeansPower(2, 10, 12, 0.6, 0.5, Groups{s.First, s.Second}, opts)
	require.NoError(t, err)
	require.InDelta(t, 0.9, got, 2e-3)
	require.GreaterOrEqual(t, got, 0.9)
	// Without overlap it is the test of independent groups.
	none, err := OverlapMeansSize(2, 10, 10, 0.6, 0, opts)
	require.NoError(t, err)
	opts.KnownSD = true
	independent, err := MeansSize(2, 10, opts)
	require.NoError(t, err)
	require.InEpsilon(t, independent.Exact, none.Exact, 1e-14)
	// With full overlap it is the paired one, of differences.
	opts.Ratio, opts.Design = 1, Paired
	full, err := OverlapMeansSize(2, 10, 10, 0.6, 1, opts)
	require.NoError(t, err)
	paired, err := MeansSize(2, math.Sqrt(200-2*60), opts)
	require.NoError(t, err)
	require.InEpsilon(t, paired.Exact, full.Exact, 1e-14)
	p, err := OverlapProportionsPower(0.5, 0.55, 0.45, 1, Groups{First: 365}, TestOptions{Alternative: OneSided})
	require.NoError(t, err)
	require.InDelta(t, 0.8, p, 1e-3)
}

func TestPowerRefuses(t *testing.T) {
	ok := TestOptions{}
	first := func(_ any, err error) error { return err }
	for name, err := range map[string]error{
		"no difference":      first(MeansSize(0, 1, ok)),
		"delta":              first(MeansSize(math.NaN(), 1, ok)),
		"sd":                 first(MeansSize(1, 0, ok)),
		"sd of effect":       first(MeansEffect(-1, Groups{First: 9}, ok)),
		"one answer":         first(MeansPower(1, 1, Groups{First: 1}, ok)),
		"second group":       first(MeansPower(1, 1, Groups{5, 1}, ok)),
		"power below level":  first(MeansSize(1, 1, TestOptions{Power: 0.04})),
		"power one":          first(MeansSize(1, 1, TestOptions{Power: 1})),
		"level":              first(MeansSize(1, 1, TestOptions{Level: -0.1})),
		"alternative":        first(MeansSize(1, 1, TestOptions{Alternative: 7})),
		"design":             first(MeansSize(1, 1, TestOptions{Design: 7})),
		"ratio":              first(MeansSize(1, 1, TestOptions{Ratio: -1})),
		"design effect":      first(MeansSize(1, 1, TestOptions{DesignEffect: math.Inf(1)})),
		"response":           first(MeansSize(1, 1, TestOptions{Response: money.Ratio{Num: 3, Den: 2}})),
		"p1":                 first(ProportionsSize(0, 0.5, ok)),
		"p2":                 first(ProportionsPower(0.5, 1, Groups{First: 5}, ok)),
		"equal":              first(ProportionsSize(0.5, 0.5, ok)),
		"paired proportions": first(ProportionsSize(0.5, 0.6, TestOptions{Design: Paired})),
		"p1 of effect":       first(ProportionsEffect(1.5, Groups{First: 5}, ok)),
		"nobody":             first(ProportionsEffect(0.5, Groups{}, ok)),
		"correlation":        first(OverlapMeansSize(1, 1, 1, 1.5, 0.5, ok)),
		"share":              first(OverlapMeansSize(1, 1, 1, 0.5, 1.5, ok)),
		"share over ratio":   first(OverlapMeansSize(1, 1, 1, 0.5, 0.9, TestOptions{Ratio: 0.5})),
		"overlap delta":      first(OverlapMeansSize(0, 1, 1, 0.5, 0.9, ok)),
		"both":               first(OverlapProportionsSize(0.5, 0.6, 0.55, 1, ok)),
		"both too few":       first(OverlapProportionsPower(0.8, 0.9, 0.6, 1, Groups{First: 9}, ok)),
	} {
		require.ErrorIs(t, err, ErrInvalid, name)
	}
	_, err := OverlapMeansSize(1, 2, 2, 1, 1, ok)
	require.ErrorIs(t, err, ErrInsufficientData)
	_, err = ProportionsEffect(0.9, Groups{First: 3}, ok)
	require.ErrorIs(t, err, ErrInfeasible)
	_, err = MeansSize(1e-12, 1, ok)
	require.ErrorIs(t, err, ErrOverflow)
}
