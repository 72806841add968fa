package audit_test

import (
	"encoding/json"
	"errors"
	"math"
	"testing"

	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/internal/wording"
	"github.com/guanxi-go/guanxi/sampling/audit"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func percent(n int64) money.Ratio { return money.Ratio{Num: n, Den: 100} }

// Bad input is a typed error that names the argument.
func TestHardInputs(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	first := func(_ any, err error) error { return err }
	good, bad := audit.Point{Quality: percent(1), Risk: 0.05}, audit.Point{Quality: percent(5), Risk: 0.1}
	for name, c := range map[string]struct {
		field string
		err   error
		is    error
	}{
		"more errors than sampled":    {"errors", first(audit.RateInterval(4, 3, 0.95, audit.Exact)), audit.ErrInvalid},
		"negative errors":             {"errors", first(audit.UpperRate(-1, 3, 0.05)), audit.ErrInvalid},
		"negative sample":             {"n", first(audit.LowerRate(0, -3, 0.05)), audit.ErrInvalid},
		"huge sample":                 {"n", first(audit.LowerRate(0, 1<<40, 0.05)), audit.ErrInvalid},
		"no sample":                   {"n", first(audit.RateInterval(0, 0, 0.95, audit.Wilson)), audit.ErrInsufficientData},
		"no sample of a population":   {"n", first(audit.UpperCount(10, 0, 0, 0.05)), audit.ErrInsufficientData},
		"level one":                   {"level", first(audit.RateInterval(1, 3, 1, audit.Exact)), audit.ErrInvalid},
		"level in percent":            {"level", first(audit.CountInterval(10, 3, 1, 95)), audit.ErrInvalid},
		"level NaN":                   {"level", first(audit.RateInterval(1, 3, nan, audit.Exact)), audit.ErrInvalid},
		"risk zero":                   {"risk", first(audit.UpperRate(1, 3, 0)), audit.ErrInvalid},
		"unknown method":              {"method", first(audit.RateInterval(1, 3, 0.95, 99)), audit.ErrInvalid},
		"sample above population":     {"n", first(audit.UpperCount(10, 11, 0, 0.05)), audit.ErrInvalid},
		"no population":               {"population", first(audit.UpperCount(0, 0, 0, 0.05)), audit.ErrInvalid},
		"huge population":             {"population", first(audit.Detection(1<<60, 1, 1)), audit.ErrInvalid},
		"errors above population":     {"errors", first(audit.Detection(10, 11, 1)), audit.ErrInvalid},
		"nothing to find":             {"errors", first(audit.DetectionSize(10, 0, 0.95)), audit.ErrInvalid},
		"confidence one":              {"confidence", first(audit.DetectionSize(10, 1, 1)), audit.ErrInvalid},
		"impossible count":            {"x", first(audit.Sample{Population: 10, Errors: 2, Size: 5}.LogExactly(3)), audit.ErrInvalid},
		"factor of negative errors":   {"errors", first(audit.ConfidenceFactor(-1, 0.05)), audit.ErrInvalid},
		"tolerable no ratio":          {"tolerable", first(audit.AttributeSize(money.Ratio{}, 0.05, audit.AttributeOptions{})), audit.ErrInvalid},
		"tolerable zero":              {"tolerable", first(audit.AttributeSize(percent(0), 0.05, audit.AttributeOptions{})), audit.ErrInvalid},
		"tolerable above one":         {"tolerable", first(audit.AttributeSize(percent(101), 0.05, audit.AttributeOptions{})), audit.ErrInvalid},
		"expected not below":          {"expected", first(audit.AttributeSize(percent(5), 0.05, audit.AttributeOptions{Expected: percent(5)})), audit.ErrInvalid},
		"expected negative":           {"expected", first(audit.AttributeSize(percent(5), 0.05, audit.AttributeOptions{Expected: percent(-1)})), audit.ErrInvalid},
		"expected and errors":         {"expected", first(audit.AttributeSize(percent(5), 0.05, audit.AttributeOptions{Expected: percent(1), Errors: 2})), audit.ErrInvalid},
		"errors negative":             {"errors", first(audit.AttributeSize(percent(5), 0.05, audit.AttributeOptions{Errors: -1})), audit.ErrInvalid},
		"population negative":         {"population", first(audit.AttributeSize(percent(5), 0.05, audit.AttributeOptions{Population: -1})), audit.ErrInvalid},
		"more errors than tolerated":  {"errors", first(audit.AttributeSize(percent(5), 0.05, audit.AttributeOptions{Errors: 5, Population: 100})), audit.ErrUnattainable},
		"too rare":                    {"tolerable", first(audit.AttributeSize(money.Ratio{Num: 1, Den: 1e10}, 0.05, audit.AttributeOptions{})), audit.ErrUnattainable},
		"too near":                    {"expected", first(audit.AttributeSize(money.Ratio{Num: 1e8 + 1, Den: 1e10}, 0.05, audit.AttributeOptions{Expected: percent(1)})), audit.ErrUnattainable},
		"design: good not below bad":  {"good", first(audit.DesignSingle(bad, good, audit.DesignOptions{})), audit.ErrInvalid},
		"design: equal in the lot":    {"good", first(audit.DesignSingle(good, bad, audit.DesignOptions{Law: audit.Hypergeometric, Lot: 19})), nil},
		"design: lot without its law": {"lot", first(audit.DesignSingle(good, bad, audit.DesignOptions{Lot: 100})), audit.ErrInvalid},
		"design: law without a lot":   {"lot", first(audit.DesignSingle(good, bad, audit.DesignOptions{Law: audit.Hypergeometric})), audit.ErrInvalid},
		"design: unknown law":         {"law", first(audit.DesignSingle(good, bad, audit.DesignOptions{Law: 7})), audit.ErrInvalid},
		"design: risk":                {"bad.risk", first(audit.DesignSingle(good, audit.Point{Quality: percent(5), Risk: 0}, audit.DesignOptions{})), audit.ErrInvalid},
		"design: too near":            {"bad", first(audit.DesignSingle(audit.Point{Quality: money.Ratio{Num: 1e8, Den: 1e10}, Risk: 0.05}, audit.Point{Quality: money.Ratio{Num: 1e8 + 1, Den: 1e10}, Risk: 0.05}, audit.DesignOptions{})), audit.ErrUnattainable},
		"plan of nothing":             {"size", first(audit.Single{}.Acceptance(0.1, audit.Binomial)), audit.ErrInvalid},
		"plan with negative accept":   {"accept", first(audit.Single{Size: 5, Accept: -1}.Acceptance(0.1, audit.Binomial)), audit.ErrInvalid},
		"quality above one":           {"p", first(audit.Single{Size: 5, Accept: 1}.Acceptance(1.1, audit.Binomial)), audit.ErrInvalid},
		"quality NaN":                 {"p", first(audit.Single{Size: 5, Accept: 1}.Acceptance(nan, audit.Poisson)), audit.ErrInvalid},
		"quality infinite":            {"p", first(audit.Single{Size: 5, Accept: 1}.Acceptance(inf, audit.Poisson)), audit.ErrInvalid},
		"stream without replacement":  {"law", first(audit.Single{Size: 5, Accept: 1}.Acceptance(0.1, audit.Hypergeometric)), audit.ErrInvalid},
		"sample above lot":            {"lot", first(audit.Single{Size: 5, Accept: 1}.OutgoingQuality(0.1, 4, audit.Binomial)), audit.ErrInvalid},
		"sorting without a lot":       {"lot", first(audit.Single{Size: 5, Accept: 1}.AverageInspection(0.1, 0, audit.Binomial)), audit.ErrInvalid},
		"quality of accepting all":    {"accept", first(audit.Single{Size: 5, Accept: 5}.QualityAt(0.1, audit.Binomial)), audit.ErrInvalid},
		"standard: aql between":       {"aql", first(audit.Standard(100, percent(2), audit.StandardOptions{})), audit.ErrInvalid},
		"standard: no aql":            {"aql", first(audit.Standard(100, money.Ratio{}, audit.StandardOptions{})), audit.ErrInvalid},
		"standard: lot of one":        {"lot", first(audit.Standard(1, percent(100), audit.StandardOptions{})), audit.ErrInvalid},
		"standard: level":             {"level", first(audit.Standard(9, percent(100), audit.StandardOptions{Level: -1})), audit.ErrInvalid},
		"standard: severity":          {"severity", first(audit.Standard(9, percent(100), audit.StandardOptions{Severity: 3})), audit.ErrInvalid},
	} {
		if c.is == nil {
			require.NoError(t, c.err, name)
			continue
		}
		require.ErrorIs(t, c.err, c.is, name)
		var e *audit.Error
		require.True(t, errors.As(c.err, &e), name)
		require.Equal(t, c.field, e.Field, name)
		require.Contains(t, e.Error(), "audit: "+c.field+": ", name)
	}
}

// Without errors and with errors only, ends are exact and no interval is empty, except
// the one that is known for it.
func TestNoErrorsAndOnlyErrors(t *testing.T) {
	for _, n := range []int64{1, 2, 59, 1000, 1e9} {
		for m := audit.Exact; m <= audit.AgrestiCoull; m++ {
			none, err := audit.RateInterval(0, n, 0.95, m)
			require.NoError(t, err)
			all, err := audit.RateInterval(n, n, 0.95, m)
			require.NoError(t, err)
			none, all = none.Clamp(), all.Clamp()
			require.Zero(t, none.Lower)
			require.Greater(t, none.Upper, 0.0, "%v %d", m, n)
			require.Equal(t, 1.0, all.Upper)
			require.Less(t, all.Lower, 1.0)
			require.InDelta(t, none.Upper, 1-all.Lower, 1e-15)
		}
	}
	wald, err := audit.RateInterval(0, 59, 0.95, audit.Wald)
	require.NoError(t, err)
	require.Equal(t, audit.Interval{}, wald)
}

// A census leaves nothing open, and what was found is always possible, at any risk.
func TestCensusAndHighRisks(t *testing.T) {
	largest := int64(1e9)
	if testing.Short() {
		largest = 1e5
	}
	rapid.Check(t, func(t *rapid.T) {
		population := rapid.Int64Range(1, largest).Draw(t, "population")
		n := rapid.Int64Range(1, population).Draw(t, "n")
		x := rapid.Int64Range(0, n).Draw(t, "x")
		risk := rapid.Float64Range(1e-9, 1-1e-9).Draw(t, "risk")
		upper, err := audit.UpperCount(population, n, x, risk)
		require.NoError(t, err)
		lower, err := audit.LowerCount(population, n, x, risk)
		require.NoError(t, err)
		most := population - n + x
		require.True(t, x <= upper && upper <= most && x <= lower && lower <= most)
		if risk <= 0.5 {
			require.LessOrEqual(t, lower, upper)
		}
		// At the bounds the sample is just possible, beyond them it is not.
		s := audit.Sample{Population: population, Errors: upper, Size: n}
		p, err := s.AtMost(x)
		require.NoError(t, err)
		require.True(t, upper == x || p > risk*(1-1e-9), "%v at %d", p, upper)
		if upper < most {
			s.Errors++
			p, err = s.AtMost(x)
			require.NoError(t, err)
			require.LessOrEqual(t, p, risk*(1+1e-9))
		}
		census, err := audit.CountInterval(population, population, x, 1-risk)
		require.NoError(t, err)
		require.Equal(t, audit.CountRange{Lower: x, Upper: x}, census)
	})
}

// In a large population the finite bounds approach those of the rate.
func TestLargePopulation(t *testing.T) {
	upper, err := audit.UpperCount(1e12, 1000, 12, 0.05)
	require.NoError(t, err)
	rate, err := audit.UpperRate(12, 1000, 0.05)
	require.NoError(t, err)
	require.InEpsilon(t, rate, float64(upper)/1e12, 1e-7)

	unlimited, err := audit.AttributeSize(percent(5), 0.05, audit.AttributeOptions{Expected: percent(4)})
	require.NoError(t, err)
	finite, err := audit.AttributeSize(percent(5), 0.05, audit.AttributeOptions{Expected: percent(4), Population: 1e12})
	require.NoError(t, err)
	require.Equal(t, unlimited, finite)
}

// 29 % of a hundred are 29, which a product of floats makes 28.
func TestRatesAreRatios(t *testing.T) {
	f := 0.29
	require.Equal(t, int64(28), int64(f*100))
	for k := int64(0); k < 29; k++ {
		s, err := audit.AttributeSize(percent(29), 0.05, audit.AttributeOptions{Errors: k, Population: 100})
		require.NoError(t, err)
		p, err := audit.Sample{Population: 100, Errors: 29, Size: s.Size}.AtMost(k)
		require.NoError(t, err)
		require.LessOrEqual(t, p, 0.05)
		p, err = audit.Sample{Population: 100, Errors: 29, Size: s.Size - 1}.AtMost(k)
		require.NoError(t, err)
		require.Greater(t, p, 0.05)
	}
}

// Plans: the limit of the outgoing quality is the highest point of its curve, points of
// the operating characteristic are where QualityAt says, the average inspection lies
// between sample and lot.
func TestSinglePlans(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := audit.Single{Size: rapid.Int64Range(1, 3000).Draw(t, "n")}
		s.Accept = rapid.Int64Range(0, s.Size-1).Draw(t, "c")
		law := audit.Law(rapid.IntRange(0, 1).Draw(t, "law"))
		lot := rapid.SampledFrom([]int64{0, s.Size, 2 * s.Size, 1e6}).Draw(t, "lot")
		limit, at, err := s.OutgoingLimit(lot, law)
		require.NoError(t, err)
		for _, p := range []float64{0, at / 2, at * 0.99, at, math.Min(at*1.01, 1), math.Min(2*at, 1), 1} {
			q, err := s.OutgoingQuality(p, lot, law)
			require.NoError(t, err)
			require.LessOrEqual(t, q, limit*(1+1e-12), "%v at %v, limit at %v", s, p, at)
			if lot > 0 {
				items, err := s.AverageInspection(p, lot, law)
				require.NoError(t, err)
				require.True(t, items >= float64(s.Size) && items <= float64(lot))
			}
		}
		for _, want := range []float64{0.95, 0.5, 0.1} {
			p, err := s.QualityAt(want, law)
			require.NoError(t, err)
			got, err := s.Acceptance(p, law)
			require.NoError(t, err)
			// A quality near one has no more digits than its distance from one.
			require.InDelta(t, want, got, 1e-12*float64(s.Size), "%v %v", s, p)
		}
	})
	everything := audit.Single{Size: 5, Accept: 5}
	limit, at, err := everything.OutgoingLimit(10, audit.Binomial)
	require.NoError(t, err)
	require.Equal(t, []float64{0.5, 1}, []float64{limit, at})
}

// Poisson's plans, by trying all.
func TestDesignSinglePoisson(t *testing.T) {
	for _, c := range []struct {
		good, bad money.Ratio
	}{{percent(1), percent(5)}, {percent(0), percent(2)}, {percent(50), percent(200)}, {percent(2), percent(6)}} {
		got, err := audit.DesignSingle(audit.Point{Quality: c.good, Risk: 0.05}, audit.Point{Quality: c.bad, Risk: 0.1}, audit.DesignOptions{Law: audit.Poisson})
		require.NoError(t, err)
		fits := func(s audit.Single) bool {
			good, err := s.Acceptance(float64(c.good.Num)/float64(c.good.Den), audit.Poisson)
			require.NoError(t, err)
			bad, err := s.Acceptance(float64(c.bad.Num)/float64(c.bad.Den), audit.Poisson)
			require.NoError(t, err)
			return good >= 0.95 && bad <= 0.1
		}
		require.True(t, fits(got))
		for n := int64(1); n < got.Size; n++ {
			for accept := int64(0); accept < 30; accept++ {
				require.False(t, fits(audit.Single{Size: n, Accept: accept}), "%v", c)
			}
		}
	}
}

func TestNamesAndJSON(t *testing.T) {
	wording.Enum(t, audit.Exact, audit.Wald, audit.ErrInvalid)
	wording.Enum(t, audit.GeneralII, audit.SpecialS4, audit.ErrInvalid)
	wording.Enum(t, audit.Binomial, audit.Hypergeometric, audit.ErrInvalid)
	require.Equal(t, []string{"normal正常检验", "tightened加严检验", "reduced放宽检验"}, wording.Enum(t, audit.Normal, audit.Reduced, audit.ErrInvalid))
	data, err := json.Marshal(audit.Single{Size: 59})
	require.NoError(t, err)
	require.JSONEq(t, `{"size":59,"accept":0}`, string(data))
}
