package estimate_test

import (
	"encoding/json"
	"math"
	"os"
	"testing"

	"github.com/guanxi-go/guanxi/internal/reference"
	"github.com/guanxi-go/guanxi/sampling/calibrate"
	"github.com/guanxi-go/guanxi/sampling/estimate"
	"github.com/stretchr/testify/require"
)

// samples returns the three synthetic staff samples of testdata.
func samples(t testing.TB) map[string]survey {
	t.Helper()
	read := func(name string) reference.Table {
		return reference.File(t, "testdata/synthetic_staff_"+name+".csv")
	}
	build := func(weights []float64, stages ...estimate.Stage) *estimate.Design {
		d, err := estimate.NewDesign(weights, stages, estimate.Options{})
		require.NoError(t, err)
		return d
	}
	strat, cluster, two := read("strat"), read("cluster"), read("twostage")
	return map[string]survey{
		"strat": staff(strat, build(strat.Floats("w", 0), estimate.Stage{
			Strata: estimate.Labels(strat.Strings("dept")), Population: strat.Floats("Nh", 0)})),
		"cluster": staff(cluster, build(cluster.Floats("w", 0), estimate.Stage{
			Clusters: estimate.Labels(cluster.Strings("team")), Population: cluster.Floats("NT", 0)})),
		"twostage": staff(two, build(nil,
			estimate.Stage{Clusters: estimate.Labels(two.Strings("team")), Population: two.Floats("NT", 0)},
			estimate.Stage{Population: two.Floats("Mi", 0)})),
	}
}

// TestSurvey compares with R 4.2.2 and survey 4.1-1 (testdata/survey.R), to 1e-12.
// Logistic coefficients to 1e-10, for R stops its iteration earlier, and their
// covariances to 1e-7, for R takes them from the weights of the step before the last:
// TestLogisticAtTheOptimum holds what R does not.
func TestSurvey(t *testing.T) {
	data, err := os.ReadFile("testdata/survey.json")
	require.NoError(t, err)
	var want map[string]map[string][]float64
	require.NoError(t, json.Unmarshal(data, &want))
	compared := 0
	same := func(key, field string, got []float64, tolerance float64) {
		t.Helper()
		w := want[key][field]
		require.Len(t, got, len(w), "%s %s", key, field)
		largest := 0.0
		for _, x := range w {
			largest = math.Max(largest, math.Abs(x))
		}
		for i, x := range w {
			require.InDelta(t, x, got[i], tolerance*math.Max(math.Abs(x), 1e-2*largest), "%s %s %d", key, field, i)
			compared++
		}
	}
	flat := func(m [][]float64) (out []float64) {
		for _, row := range m {
			out = append(out, row...)
		}
		return out
	}
	values := func(e []estimate.Estimate) (out []float64) {
		for _, x := range e {
			out = append(out, x.Value)
		}
		return out
	}
	for name, s := range samples(t) {
		d, score, tenure := s.design, s.first, s.second
		isY := make([]float64, len(score))
		for i, is := range s.factor.Is("y") {
			if is {
				isY[i] = 1
			}
		}
		for model, fit := range map[string]func() (estimate.Model, error){
			"linear": func() (estimate.Model, error) {
				return d.Linear(score, [][]float64{tenure, isY}, estimate.ModelOptions{})
			},
			"linear_origin": func() (estimate.Model, error) {
				return d.Linear(score, [][]float64{tenure}, estimate.ModelOptions{NoIntercept: true})
			},
			"logistic": func() (estimate.Model, error) {
				return d.Logistic(s.share, [][]float64{tenure, isY}, estimate.ModelOptions{})
			},
		} {
			m, err := fit()
			require.NoError(t, err)
			coefficients, covariances := 1e-12, 1e-12
			if model == "logistic" {
				coefficients, covariances = 1e-10, 1e-7
			}
			key := name + "/" + model
			same(key, "coef", values(m.Each), coefficients)
			same(key, "vcov", flat(m.Covariance), covariances)
			same(key, "df", []float64{float64(m.Each[0].DF)}, 0)
		}
		var domains []estimate.Statistic
		for _, level := range s.factor.Levels() {
			domains = append(domains, estimate.Mean(score).In(s.factor.Is(level)))
		}
		by, err := d.Joint(domains...)
		require.NoError(t, err)
		same(name+"/by_grade", "mean", values(by.Each), 1e-12)
		same(name+"/by_grade", "vcov", flat(by.Covariance), 1e-12)

		for key, o := range map[string]estimate.QuantileOptions{
			"hf5_asin": {Rule: estimate.QuantileHF5, Method: estimate.IntervalASin, Level: 0.9, Normal: true},
			"hf4_beta": {Rule: estimate.QuantileHF4, Method: estimate.IntervalBeta},
			"hf6_beta": {Rule: estimate.QuantileHF6, Method: estimate.IntervalBeta},
		} {
			q, err := d.Quantiles(tenure, []float64{0.2, 0.4, 0.6, 0.85}, o)
			require.NoError(t, err)
			var value, lower, upper, se []float64
			for _, one := range q {
				require.True(t, one.SE.OK)
				value, se = append(value, one.Value), append(se, one.SE.Value)
				lower, upper = append(lower, one.Lower.Value), append(upper, one.Upper.Value)
			}
			same(name+"/"+key, "q", value, 1e-12)
			same(name+"/"+key, "lower", lower, 1e-12)
			same(name+"/"+key, "upper", upper, 1e-12)
			same(name+"/"+key, "se", se, 1e-12)
		}
		in := make([]bool, len(score))
		for i := range in {
			in[i] = tenure[i] > 5 && s.share[i]
		}
		e, err := d.Where(in)
		require.NoError(t, err)
		high := make([]bool, len(score))
		for i := range high {
			high[i] = score[i] > 70
		}
		for field, method := range map[string]estimate.IntervalMethod{
			"beta": estimate.IntervalBeta, "logit": estimate.IntervalLogit, "likelihood": estimate.IntervalLikelihood,
		} {
			p, err := e.Proportion(high, estimate.ProportionOptions{Method: method})
			require.NoError(t, err)
			tolerance := 1e-12
			if method == estimate.IntervalLikelihood { // R interpolates its profile
				tolerance = 1e-3
			}
			same(name+"/domain_share", field, []float64{p.Interval.Lower, p.Interval.Upper}, tolerance)
			if method == estimate.IntervalBeta {
				same(name+"/domain_share", "p", []float64{p.Value}, 1e-12)
			}
		}
		q, err := e.Quantiles(score, []float64{0.3, 0.5, 0.7}, estimate.QuantileOptions{Rule: estimate.QuantileSchool, Method: estimate.IntervalBeta})
		require.NoError(t, err)
		for i, one := range q {
			for field, x := range map[string]float64{"q": one.Value, "lower": one.Lower.Value, "upper": one.Upper.Value, "se": one.SE.Value} {
				require.InEpsilon(t, want[name+"/domain_school_beta"][field][i], x, 1e-12, "%s %s %d", name, field, i)
				compared++
			}
		}
		r, err := e.Ratio(score, tenure)
		require.NoError(t, err)
		same(name+"/domain_ratio", "ratio", []float64{r.Value}, 1e-12)
		same(name+"/domain_ratio", "vcov", []float64{r.SE * r.SE}, 1e-12)
		same(name+"/domain_ratio", "df", []float64{float64(r.DF)}, 0)
	}
	s := samples(t)["strat"]
	adjusted, err := calibrate.PostStratify(s.design.Weights(), calibrate.Margin{
		Name: "grade", Labels: reference.File(t, "testdata/synthetic_staff_strat.csv").Strings("grade"),
		Totals: map[string]float64{"x": 220, "y": 179, "z": 201},
	}, calibrate.RakeOptions{Residuals: calibrate.Exact})
	require.NoError(t, err)
	p, err := s.design.Calibrated(adjusted.Weights, adjusted)
	require.NoError(t, err)
	in := make([]bool, len(s.first))
	for i := range in {
		in[i] = s.second[i] > 5 && s.share[i]
	}
	e, err := p.Where(in)
	require.NoError(t, err)
	m, err := e.Mean(s.first)
	require.NoError(t, err)
	by, err := p.By(s.by, estimate.Mean(s.first))
	require.NoError(t, err)
	var means, errs []float64
	for _, g := range by {
		means, errs = append(means, g.Value), append(errs, g.SE)
	}
	r, err := p.Proportion(s.share, estimate.ProportionOptions{})
	require.NoError(t, err)
	q, err := p.Quantiles(s.first, []float64{0.25, 0.5}, estimate.QuantileOptions{Method: estimate.IntervalWald})
	require.NoError(t, err)
	l, err := p.Linear(s.first, [][]float64{s.second}, estimate.ModelOptions{})
	require.NoError(t, err)
	for field, got := range map[string][]float64{
		"mean": {m.Value}, "se": {m.SE}, "by": means, "byse": errs, "share": {r.Interval.Lower, r.Interval.Upper},
		"q": {q[0].Value, q[1].Value}, "lower": {q[0].Lower.Value, q[1].Lower.Value}, "upper": {q[0].Upper.Value, q[1].Upper.Value},
		"coef": values(l.Each), "vcov": flat(l.Covariance), "df": {float64(p.DF()), float64(e.DF())},
	} {
		same("poststratified", field, got, 1e-12)
	}

	total := 0
	for _, fields := range want {
		for _, x := range fields {
			total += len(x)
		}
	}
	require.Equal(t, total, compared)
	t.Log(compared, "figures of R survey")
}
