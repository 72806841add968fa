package audit_test

import (
	"math"
	"testing"

	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/internal/reference"
	"github.com/guanxi-go/guanxi/sampling/audit"
	"github.com/stretchr/testify/require"
)

// goldenFile is intervals_audit.json: R 4.2.2 (binom.test, prop.test, qbeta, phyper),
// PracTools for nAuditAttr.
type goldenFile struct {
	Binomial []struct {
		X, N           int64
		Conf           float64
		Wald, Wilson   [2]float64
		WilsonCC       [2]float64 `json:"wilson_cc"`
		ClopperPearson [2]float64 `json:"clopper_pearson"`
		AgrestiCoull   [2]float64 `json:"agresti_coull"`
		Jeffreys, MidP [2]float64
	}
	Hypergeometric []struct {
		Population int64 `json:"N"`
		Size       int64 `json:"n"`
		X          int64
		Conf       float64
		Upper      int64    `json:"upper_one_sided"`
		Lower      int64    `json:"lower_one_sided"`
		TwoSided   [2]int64 `json:"two_sided"`
	}
	HyperPMF []struct {
		X, D       int64
		Population int64 `json:"N"`
		Size       int64 `json:"n"`
		PMF        float64
		CDF        float64
		SF         float64
		LogPMF     float64
	} `json:"hyper_pmf"`
	Discovery []struct {
		Population int64 `json:"N"`
		D          int64
		Conf       float64
		Size       int64   `json:"n"`
		Prob       float64 `json:"prob_at_n"`
	}
	FixedErrors []struct {
		Tolerable float64
		K, N      int64
		Risk      float64
	} `json:"attribute_binomial_fixed_k"`
	ExpectedRate []struct {
		Tolerable int64 `json:"tolerable_bp"`
		Expected  int64 `json:"expected_bp"`
		Risk      float64
		N, K      *int64
	} `json:"attribute_expected_rate"`
	UpperLimit []struct {
		X, N        int64
		Risk, Upper float64
	} `json:"attribute_upper_limit"`
	PracTools []struct {
		Tol, CL    float64
		Acc        int64
		Population int64  `json:"N"`
		Hyper      int64  `json:"n_hyper"`
		Binom      *int64 `json:"n_binom"`
		Tolerated  int64  `json:"K_exact"`
	} `json:"practools_nAuditAttr"`
	Factors []struct {
		Conf   float64
		K      int64
		Factor float64
	} `json:"confidence_factors"`
	OC []struct {
		N        int64
		Ac       int64 `json:"Ac"`
		P        float64
		Binomial float64 `json:"Pa_binomial"`
		Poisson  float64 `json:"Pa_poisson"`
		Hyper    float64 `json:"Pa_hyper_N2000"`
	}
}

// near holds got to want at 1e-12 relative; zero and one are met exactly.
func near(t *testing.T, want, got float64, msg ...any) {
	t.Helper()
	if want == 0 {
		require.Zero(t, got, msg...)
		return
	}
	require.InEpsilon(t, want, got, 1e-12, msg...)
}

func basisPoints(rate float64) money.Ratio {
	return money.Ratio{Num: int64(math.Round(rate * 10000)), Den: 10000}
}

// Every figure of intervals_audit.json, part by part. svyciprop's intervals of a design
// belong to sampling/estimate and are not in this file.
func TestGoldenIntervalsAudit(t *testing.T) {
	var g goldenFile
	reference.JSON(t, "golden/sampling/intervals_audit.json", &g)
	compared := map[string]int{}
	count := func(part string, n int) { compared[part] += n }

	for _, c := range g.Binomial {
		for m, want := range map[audit.Method][2]float64{
			audit.Exact: c.ClopperPearson, audit.MidP: c.MidP, audit.Jeffreys: c.Jeffreys, audit.Wilson: c.Wilson,
			audit.WilsonCorrected: c.WilsonCC, audit.AgrestiCoull: c.AgrestiCoull, audit.Wald: c.Wald,
		} {
			got, err := audit.RateInterval(c.X, c.N, c.Conf, m)
			require.NoError(t, err)
			near(t, want[0], got.Lower, m, c.X, c.N, c.Conf)
			near(t, want[1], got.Upper, m, c.X, c.N, c.Conf)
			count("binomial", 2)
		}
	}
	for _, c := range g.Hypergeometric {
		upper, err := audit.UpperCount(c.Population, c.Size, c.X, 1-c.Conf)
		require.NoError(t, err)
		lower, err := audit.LowerCount(c.Population, c.Size, c.X, 1-c.Conf)
		require.NoError(t, err)
		both, err := audit.CountInterval(c.Population, c.Size, c.X, c.Conf)
		require.NoError(t, err)
		require.Equal(t, [4]int64{c.Upper, c.Lower, c.TwoSided[0], c.TwoSided[1]}, [4]int64{upper, lower, both.Lower, both.Upper}, "%v", c)
		count("hypergeometric", 4)
	}
	for _, c := range g.HyperPMF {
		s := audit.Sample{Population: c.Population, Errors: c.D, Size: c.Size}
		for want, f := range map[float64]func(int64) (float64, error){c.PMF: s.Exactly, c.LogPMF: s.LogExactly, c.SF: s.MoreThan} {
			got, err := f(c.X)
			require.NoError(t, err)
			near(t, want, got, c)
		}
		got, err := s.AtMost(c.X)
		require.NoError(t, err)
		near(t, c.CDF, got, c)
		count("hyper_pmf", 4)
	}
	for _, c := range g.Discovery {
		n, err := audit.DetectionSize(c.Population, c.D, c.Conf)
		require.NoError(t, err)
		require.Equal(t, c.Size, n, "%v", c)
		p, err := audit.Detection(c.Population, c.D, n)
		require.NoError(t, err)
		near(t, c.Prob, p, c)
		count("discovery", 2)
	}
	for _, c := range g.FixedErrors {
		s, err := audit.AttributeSize(basisPoints(c.Tolerable), c.Risk, audit.AttributeOptions{Errors: c.K})
		require.NoError(t, err)
		require.Equal(t, audit.Single{Size: c.N, Accept: c.K}, s, "%v", c)
		count("attribute_binomial_fixed_k", 1)
	}
	for _, c := range g.ExpectedRate {
		s, err := audit.AttributeSize(money.Ratio{Num: c.Tolerable, Den: 10000}, c.Risk,
			audit.AttributeOptions{Expected: money.Ratio{Num: c.Expected, Den: 10000}})
		require.NoError(t, err)
		if c.N == nil { // the search of the file ended before it
			require.Greater(t, s.Size, int64(5000), "%v", c)
			count("attribute_expected_rate", 1)
			continue
		}
		require.Equal(t, audit.Single{Size: *c.N, Accept: *c.K}, s, "%v", c)
		count("attribute_expected_rate", 1)
	}
	for _, c := range g.UpperLimit {
		upper, err := audit.UpperRate(c.X, c.N, c.Risk)
		require.NoError(t, err)
		near(t, c.Upper, upper, c)
		count("attribute_upper_limit", 1)
	}
	for _, c := range g.PracTools {
		tolerable := basisPoints(c.Tol)
		s, err := audit.AttributeSize(tolerable, 1-c.CL, audit.AttributeOptions{Errors: c.Acc, Population: c.Population})
		require.NoError(t, err)
		require.Equal(t, c.Hyper, s.Size, "%v", c)
		require.Equal(t, c.Tolerated, tolerable.Num*c.Population/tolerable.Den, "%v", c)
		s, err = audit.AttributeSize(tolerable, 1-c.CL, audit.AttributeOptions{Errors: c.Acc})
		require.NoError(t, err)
		if c.Binom == nil { // PracTools refuses a sample that exceeds the population
			require.Greater(t, s.Size, c.Population)
		} else {
			require.Equal(t, *c.Binom, s.Size, "%v", c)
		}
		count("practools_nAuditAttr", 2)
	}
	for _, c := range g.Factors {
		factor, err := audit.ConfidenceFactor(c.K, 1-c.Conf)
		require.NoError(t, err)
		near(t, c.Factor, factor, c)
		count("confidence_factors", 1)
	}
	for _, c := range g.OC {
		s := audit.Single{Size: c.N, Accept: c.Ac}
		p, err := s.Acceptance(c.P, audit.Binomial)
		require.NoError(t, err)
		near(t, c.Binomial, p, c)
		p, err = s.Acceptance(c.P, audit.Poisson)
		require.NoError(t, err)
		near(t, c.Poisson, p, c)
		p, err = s.AcceptanceOfLot(2000, int64(math.Round(2000*c.P)))
		require.NoError(t, err)
		near(t, c.Hyper, p, c)
		count("oc", 3)
	}
	require.Equal(t, map[string]int{
		"binomial": 56 * 14, "hypergeometric": 63 * 4, "hyper_pmf": 5 * 4, "discovery": 33 * 2, "attribute_binomial_fixed_k": 132,
		"attribute_expected_rate": 264, "attribute_upper_limit": 16, "practools_nAuditAttr": 5 * 2, "confidence_factors": 24, "oc": 35 * 3,
	}, compared)
	t.Log(compared, "figures compared")
}
