package plan

import (
	"encoding/json"
	"errors"
	"math"
	"math/big"
	"testing"

	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/internal/numeric"
	"github.com/guanxi-go/guanxi/internal/reference"
	"github.com/guanxi-go/guanxi/internal/wording"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestCeilForgivesRounding(t *testing.T) {
	for x, want := range map[float64]int{
		90: 90, 90.00000000000001: 90, 89.99999999999999: 90, 90.000000001: 91, 89.5: 90, 3599.999999999999: 3600,
		1599.9999999999998: 1600, 0: 1, 0.2: 1, 1: 1, 1.0000001: 2, 1e9: 1e9, 1e9 + 0.01: 1e9 + 1,
	} {
		got, err := ceil("n", x, 1)
		require.NoError(t, err)
		require.Equal(t, want, got, "%v", x)
	}
	for _, x := range []float64{math.NaN(), math.Inf(1), 1e18} {
		_, err := ceil("n", x, 1)
		require.ErrorIs(t, err, ErrOverflow)
	}
	// p(1-p)/V is 90 in decimals.
	s, err := Proportion(0.1, Variance(0.001), Options{})
	require.NoError(t, err)
	require.Greater(t, s.Exact, 90.0)
	require.Equal(t, 90, s.N)
}

func TestAskIsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 1_000_000).Draw(t, "n")
		rates := make([]money.Ratio, rapid.IntRange(0, 3).Draw(t, "rates"))
		product := big.NewRat(int64(n), 1)
		for i := range rates {
			den := rapid.IntRange(1, 300).Draw(t, "den")
			rates[i] = money.Ratio{Num: int64(rapid.IntRange(1, den).Draw(t, "num")), Den: int64(den)}
			product.Mul(product, big.NewRat(int64(den), int64(rates[i].Num)))
		}
		got, err := Ask(n, rates...)
		if err != nil {
			require.ErrorIs(t, err, ErrOverflow) // 32 bits
			return
		}
		require.GreaterOrEqual(t, big.NewRat(int64(got), 1).Cmp(product), 0)
		require.Less(t, big.NewRat(int64(got)-1, 1).Cmp(product), 0)
	})
	got, err := Ask(21, money.Ratio{Num: 35, Den: 100})
	require.NoError(t, err)
	require.Equal(t, 60, got)
	rate := 0.35
	require.Equal(t, 61.0, math.Ceil(21/rate), "what floats answer")
	for _, bad := range []money.Ratio{{Num: 0, Den: 3}, {Num: -1, Den: 2}, {Num: 3, Den: 2}, {Num: 1}, {Num: -1, Den: -2}} {
		_, err := Ask(3, bad)
		require.ErrorIs(t, err, ErrInvalid, "%v", bad)
	}
	_, err = Ask(-1)
	require.ErrorIs(t, err, ErrInvalid)
	_, err = Ask(math.MaxInt, money.Ratio{Num: 1, Den: math.MaxInt})
	require.ErrorIs(t, err, ErrOverflow)
}

// width returns half the width of the interval with n answers, real, of an
// effective sample in a finite population.
func width(p, n float64, o Options) float64 {
	effective := n / orElse(o.DesignEffect, 1)
	if o.Population > 0 {
		size := float64(o.Population)
		effective = effective * (size - 1) / (size - n)
		if o.Convention == PlainVariance {
			effective = n / orElse(o.DesignEffect, 1) * size / (size - n)
		}
	}
	z := -numeric.NormalQuantile(0.025)
	switch o.Interval {
	case Wilson:
		return z * math.Sqrt(z*z+4*effective*p*(1-p)) / 2 / (effective + z*z)
	case LogOdds:
		step := z / math.Sqrt(effective*p*(1-p))
		odds := p / (1 - p)
		up, down := odds*math.Exp(step), odds*math.Exp(-step)
		return (up/(1+up) - down/(1+down)) / 2
	}
	return z * math.Sqrt(p*(1-p)/effective)
}

func TestProportionReachesItsMargin(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := Options{
			Population:   rapid.SampledFrom([]int{0, 0, 2, 7, 50, 101, 5000, 10_000_000}).Draw(t, "N"),
			DesignEffect: rapid.SampledFrom([]float64{0, 1.7, 0.6}).Draw(t, "deff"),
			Interval:     Interval(rapid.IntRange(0, 2).Draw(t, "interval")),
			Convention:   Convention(rapid.IntRange(0, 1).Draw(t, "convention")),
		}
		p := rapid.Float64Range(0.001, 0.999).Draw(t, "p")
		e := rapid.Float64Range(0.001, 0.3).Draw(t, "e")
		s, err := Proportion(p, Margin(e), o)
		require.NoError(t, err)
		if o.Population > 0 {
			require.LessOrEqual(t, s.N, o.Population)
			require.LessOrEqual(t, s.Exact, float64(o.Population))
			if s.Exact > 0.999*float64(o.Population) {
				return // the width cancels
			}
		}
		require.InEpsilon(t, e, width(p, s.Exact, o), 1e-8)
		require.GreaterOrEqual(t, float64(s.N), s.Exact-1e-6)
		require.Less(t, float64(s.N)-1, max(s.Exact, 1e-9))
		require.InEpsilon(t, 2*e, s.Upper-s.Lower, 1e-9)
		require.Equal(t, s.N, s.Ask)
	})
}

func TestMeanReachesItsTarget(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		size := rapid.SampledFrom([]int{0, 3, 80, 12345}).Draw(t, "N")
		domain := rapid.SampledFrom([]float64{0, 0.25}).Draw(t, "domain")
		deff := rapid.SampledFrom([]float64{0, 2}).Draw(t, "deff")
		mean, sd := rapid.Float64Range(-9, 9).Draw(t, "mean"), rapid.Float64Range(0.1, 9).Draw(t, "sd")
		if math.Abs(mean) < 0.1 {
			mean = 1
		}
		target := Target{TargetKind(rapid.IntRange(0, 3).Draw(t, "kind")), rapid.Float64Range(0.01, 1).Draw(t, "target")}
		s, err := Mean(mean, sd, target, Options{Population: size, Domain: domain, DesignEffect: deff})
		require.NoError(t, err)
		n := s.Exact * orElse(domain, 1)
		v := orElse(deff, 1) * sd * sd / n
		if size > 0 {
			require.LessOrEqual(t, s.Ask, size)
			v *= 1 - s.Exact/float64(size)
			if s.Exact > 0.999*float64(size) {
				return
			}
		}
		se := target.standardError(mean, Options{}.quantile())
		require.InEpsilon(t, se*se, v, 1e-9)
	})
}

// Counting the members of a domain is the total of a quantity that is 1 for each.
func TestTotalOfOnesIsAProportion(t *testing.T) {
	for _, n := range []int{0, 900} {
		count, err := Total(1, 1e-12, CV(0.05), Options{Domain: 0.2, Population: n})
		require.NoError(t, err)
		share, err := Proportion(0.2, CV(0.05), Options{Population: n, Convention: PlainVariance})
		require.NoError(t, err)
		require.InEpsilon(t, share.Exact, count.Exact, 1e-12)
	}
	// The absolute total of all is the mean times N.
	all, err := Total(10, 4, Margin(500), Options{Population: 1000})
	require.NoError(t, err)
	mean, err := Mean(10, 4, Margin(0.5), Options{Population: 1000})
	require.NoError(t, err)
	require.InEpsilon(t, mean.Exact, all.Exact, 1e-13)
	require.InEpsilon(t, 10500, all.Upper, 1e-13)
}

// The hard inputs that concern sizes: what peers answer in silence.
func TestHardSizes(t *testing.T) {
	var hard map[string]json.RawMessage
	reference.JSON(t, "golden/sampling/hard_inputs.json", &hard)
	count := 0
	refused := func(name string, err, cause error, field string) {
		t.Helper()
		require.Contains(t, hard, name)
		require.ErrorIs(t, err, cause, name)
		var typed *Error
		require.True(t, errors.As(err, &typed))
		require.Equal(t, field, typed.Field, name)
		count++
	}
	five := []Stratum{{Name: "a", Size: 3}, {Name: "b", Size: 2}}
	_, err := Allocate(five, 7, AllocationOptions{})
	refused("ip_n_gt_N", err, ErrInfeasible, "n")
	_, err = Allocate(five, 6, AllocationOptions{})
	refused("srswor_n_gt_N", err, ErrInfeasible, "n")
	_, err = Allocate(five, 6, AllocationOptions{})
	refused("base_sample_n_gt_N", err, ErrInfeasible, "n")
	_, err = TotalVariance(five, []int{4, 1})
	refused("n_gt_N", err, ErrInvalid, "n")
	_, err = Allocate([]Stratum{{Name: "1", Size: 3, Min: 4}, {Name: "2", Size: 9}}, 5, AllocationOptions{})
	refused("strata_n_gt_Nh", err, ErrInfeasible, "min")
	_, err = Proportion(0, Margin(0.1), Options{})
	refused("ciprop_p0_logit", err, ErrInvalid, "proportion")
	_, err = Proportion(1, Margin(0.1), Options{Interval: LogOdds})
	refused("ciprop_p1_logit", err, ErrInvalid, "proportion")
	_, _, err = WeightingDesignEffect([]float64{0, 0})
	refused("all_zero_weights", err, ErrInsufficientData, "weights")
	_, _, err = WeightingDesignEffect([]float64{1, -2})
	refused("negative_weight", err, ErrInvalid, "weight")
	_, _, err = WeightingDesignEffect([]float64{1, math.NaN()})
	refused("na_weight", err, ErrInvalid, "weight")

	none, err := Allocate(five, 0, AllocationOptions{Rounding: LargestRemainder})
	require.NoError(t, err)
	require.Equal(t, []int{0, 0}, none.N)
	require.Contains(t, hard, "srswor_n0")
	v, err := TotalVariance(five, []int{3, 2})
	require.NoError(t, err)
	require.Zero(t, v)
	require.Contains(t, hard, "census_all_n_eq_N")
	// Sizes follow the order of the strata, not of their names.
	unsorted, err := Allocate([]Stratum{{Name: "b", Size: 20}, {Name: "a", Size: 10}}, 3, AllocationOptions{})
	require.NoError(t, err)
	require.Equal(t, []int{2, 1}, unsorted.N)
	require.Contains(t, hard, "strata_unsorted")
	count += 3
	require.Equal(t, 13, count)
	t.Logf("%d hard inputs", count)
}

func TestSizesRefuse(t *testing.T) {
	first := func(_ Size, err error) error { return err }
	nan, inf := math.NaN(), math.Inf(1)
	for name, err := range map[string]error{
		"p":                    first(Proportion(nan, Margin(0.1), Options{})),
		"margin":               first(Proportion(0.5, Margin(0), Options{})),
		"margin one":           first(Proportion(0.5, Margin(1), Options{})),
		"wilson margin":        first(Proportion(0.5, Margin(0.5), Options{Interval: Wilson})),
		"wilson of a variance": first(Proportion(0.5, Variance(0.1), Options{Interval: Wilson})),
		"infinite target":      first(Mean(1, 1, CV(inf), Options{})),
		"kind":                 first(Mean(1, 1, Target{9, 1}, Options{})),
		"sd":                   first(Mean(1, 0, CV(0.1), Options{})),
		"mean":                 first(Mean(inf, 1, CV(0.1), Options{})),
		"relative to 0":        first(Mean(0, 1, CV(0.1), Options{})),
		"interval of a mean":   first(Mean(1, 1, Margin(0.1), Options{Interval: Wilson})),
		"total without N":      first(Total(1, 1, Margin(1), Options{})),
		"population":           first(Proportion(0.5, Margin(0.1), Options{Population: -1})),
		"confidence":           first(Proportion(0.5, Margin(0.1), Options{Confidence: 1})),
		"confidence 95":        first(Proportion(0.5, Margin(0.1), Options{Confidence: 95})),
		"deff":                 first(Proportion(0.5, Margin(0.1), Options{DesignEffect: -1})),
		"domain":               first(Proportion(0.5, Margin(0.1), Options{Domain: 1.1})),
		"response":             first(Proportion(0.5, Margin(0.1), Options{Response: money.Ratio{Num: 0, Den: 5}})),
		"convention":           first(Proportion(0.5, Margin(0.1), Options{Convention: 2})),
		"interval":             first(Proportion(0.5, Margin(0.1), Options{Interval: -1})),
	} {
		require.ErrorIs(t, err, ErrInvalid, name)
	}
	_, err := Proportion(0.5, Margin(1e-12), Options{})
	require.ErrorIs(t, err, ErrOverflow)
	require.ErrorContains(t, err, "plan: n exceeds the largest count: overflow")
	err = Options{Population: -1, Domain: 3}.Validate()
	require.ErrorContains(t, err, "population")
	require.ErrorContains(t, err, "domain")
	for name, err := range map[string]error{
		"m":           second(ClusterDesignEffect(0.5, 0.1)),
		"rho":         second(ClusterDesignEffect(3, -0.6)),
		"two-stage":   seconds(TwoStage{}.ForCV(0.1)),
		"cv":          seconds(TwoStage{ClusterCost: 1, UnitCost: 1, Rho: 0.1, UnitVariance: 1}.ForCV(0)),
		"no budget":   seconds(TwoStage{ClusterCost: 1, UnitCost: 1, Rho: 0.1, UnitVariance: 1}.ForBudget(-1)),
		"bad weights": third(WeightingDesignEffect([]float64{math.Inf(1)})),
	} {
		require.ErrorIs(t, err, ErrInvalid, name)
	}
	_, err = TwoStage{ClusterCost: 10, UnitCost: 1, Rho: 0.1, UnitVariance: 1}.ForBudget(5)
	require.ErrorIs(t, err, ErrInfeasible)
}

func second(_ float64, err error) error       { return err }
func seconds(_ TwoStageSize, err error) error { return err }
func third(_, _ float64, err error) error     { return err }

func TestShortfall(t *testing.T) {
	s, err := Proportion(0.5, Margin(0.05), Options{Population: 100, Response: money.Ratio{Num: 1, Den: 2}})
	require.NoError(t, err)
	require.Equal(t, Size{Exact: s.Exact, N: 80, Ask: 100, Shortfall: 30, Lower: 0.45, Upper: 0.55}, s)
	one, err := Proportion(0.5, Margin(0.05), Options{Population: 1})
	require.NoError(t, err)
	require.Equal(t, 1, one.Ask)
}

func TestTwoStageIsOptimal(t *testing.T) {
	s := TwoStage{ClusterCost: 750, UnitCost: 100, Rho: 0.03, UnitVariance: 1.4}
	best, err := s.ForCV(0.04)
	require.NoError(t, err)
	for _, units := range []float64{best.Units * 0.97, best.Units * 1.03} {
		require.Greater(t, s.size(s.perCluster(units)/(0.04*0.04), units).Cost, best.Cost)
	}
	back, err := s.ForBudget(best.Cost)
	require.NoError(t, err)
	require.InEpsilon(t, 0.04, back.CV, 1e-14)
}

func TestNamesRoundTrip(t *testing.T) {
	wording.Enum(t, MarginTarget, VarianceTarget, ErrInvalid)
	wording.Enum(t, UnitVariance, PlainVariance, ErrInvalid)
	wording.Enum(t, Wald, LogOdds, ErrInvalid)
	wording.Enum(t, TwoSided, OneSided, ErrInvalid)
	wording.Enum(t, TwoSample, OneSample, ErrInvalid)
	wording.Enum(t, Proportional, Power, ErrInvalid)
	wording.Enum(t, Optimal, LargestRemainder, ErrInvalid)
	text, err := json.Marshal(Stratum{Name: "a", Size: 3, SD: 1.5, TakeAll: true})
	require.NoError(t, err)
	require.JSONEq(t, `{"name":"a","size":3,"sd":1.5,"take_all":true}`, string(text))
	text, err = json.Marshal(Options{Population: 5, Response: money.Ratio{Num: 3, Den: 5}, Interval: Wilson})
	require.NoError(t, err)
	require.JSONEq(t, `{"population":5,"response":"3/5","interval":"wilson"}`, string(text))
	var back Options
	require.NoError(t, json.Unmarshal(text, &back))
	require.Equal(t, Options{Population: 5, Response: money.Ratio{Num: 3, Den: 5}, Interval: Wilson}, back)
}
