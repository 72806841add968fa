package estimate_test

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"os"
	"testing"

	"github.com/guanxi-go/guanxi/internal/reference"
	"github.com/guanxi-go/guanxi/internal/wording"
	"github.com/guanxi-go/guanxi/sampling/estimate"
	"github.com/guanxi-go/guanxi/sampling/horvitz"
	"github.com/stretchr/testify/require"
)

// TestUnequalSurvey compares with R 4.2.2 and survey 4.1-1 (testdata/unequal.R), to 1e-12.
func TestUnequalSurvey(t *testing.T) {
	data, err := os.ReadFile("testdata/unequal.json")
	require.NoError(t, err)
	var want map[string]map[string][]float64
	require.NoError(t, json.Unmarshal(data, &want))
	strat := reference.File(t, "testdata/synthetic_staff_strat.csv")
	two := reference.File(t, "testdata/synthetic_staff_twostage.csv")
	byRow := strat.Floats("tenure", 0)
	for i := range byRow {
		byRow[i] = 0.2 + byRow[i]/50
	}
	teams := estimate.Labels(two.Strings("team"))
	byTeam := make([]float64, two.Len())
	for i := range byTeam {
		byTeam[i] = 0.3 + 0.1*float64((teams.Code(i)+1)%5)
	}
	first := estimate.Stage{Clusters: teams, Probability: byTeam}
	weights := make([]float64, two.Len())
	for i, p := range byTeam {
		weights[i] = 1 / p
	}
	compared := 0
	for name, s := range map[string]survey{
		"rows": staff(strat, design(t, nil, []estimate.Stage{{
			Strata: estimate.Labels(strat.Strings("dept")), Probability: byRow}}, estimate.Options{})),
		"clusters": staff(two, design(t, weights, []estimate.Stage{first}, estimate.Options{})),
		"stages":   staff(two, design(t, nil, []estimate.Stage{first, {Population: two.Floats("Mi", 0)}}, estimate.Options{})),
	} {
		d, score := s.design, s.first
		got := map[string][]float64{"df": {float64(d.DF())}}
		put := func(value, se string) func(estimate.Estimate, error) {
			return func(e estimate.Estimate, err error) {
				require.NoError(t, err)
				got[value], got[se] = append(got[value], e.Value), append(got[se], e.SE)
			}
		}
		joint, err := d.Joint(estimate.Mean(score), estimate.Mean(s.second))
		require.NoError(t, err)
		model, err := d.Linear(score, [][]float64{s.second}, estimate.ModelOptions{})
		require.NoError(t, err)
		for field, all := range map[string]estimate.Estimates{"mean": joint, "coef": model.Estimates} {
			for k, e := range all.Each {
				got[field] = append(got[field], e.Value)
				covariance := map[string]string{"mean": "vcov", "coef": "lvcov"}[field]
				got[covariance] = append(got[covariance], all.Covariance[k]...)
			}
		}
		put("total", "totalse")(d.Total(score))
		put("ratio", "ratiose")(d.Ratio(score, s.second))
		put("domain", "domainse")(d.Estimate(estimate.Mean(score).In(s.share)))
		groups, err := d.By(s.factor, estimate.Mean(score))
		require.NoError(t, err)
		for _, g := range groups {
			put("by", "byse")(g.Estimate, nil)
		}
		require.Len(t, got, len(want[name]))
		for field, values := range want[name] {
			require.Len(t, got[field], len(values), field)
			for i, x := range values {
				require.InEpsilon(t, x, got[field][i], 1e-12, "%s %s %d", name, field, i)
				compared++
			}
		}
	}
	require.Equal(t, 3*25, compared)
}

// TestUnequalAndHorvitz: for one stratum of rows the variance of a total is the one that
// package horvitz gives, with certain units among them.
func TestUnequalAndHorvitz(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 1))
	for range 50 {
		n := 2 + rng.IntN(20)
		y, p := make([]float64, n), make([]float64, n)
		for i := range y {
			y[i], p[i] = rng.NormFloat64(), min(1, 0.1+rng.Float64())
		}
		p[0], p[1] = 0.3, 0.4
		for how, like := range map[estimate.UnequalVariance]horvitz.Estimator{
			estimate.UnequalBrewer: horvitz.Brewer, estimate.UnequalHajek: horvitz.Deville2,
			estimate.UnequalDeville: horvitz.Deville1, estimate.UnequalPoisson: horvitz.Poisson,
		} {
			d, err := estimate.NewDesign(nil, []estimate.Stage{{Probability: p, Unequal: how}}, estimate.Options{})
			require.NoError(t, err)
			total, err := d.Total(y)
			require.NoError(t, err)
			want, err := horvitz.Variance(y, p, horvitz.Options{Estimator: like})
			require.NoError(t, err)
			require.InEpsilon(t, want, total.SE*total.SE, 1e-12, how)
			mean, err := d.Mean(y)
			require.NoError(t, err)
			want, err = horvitz.MeanVariance(y, p, horvitz.Options{Estimator: like})
			require.NoError(t, err)
			require.InEpsilon(t, want, mean.SE*mean.SE, 1e-11, how)
		}
	}
}

// TestEqualProbabilities: where all are alike it is simple random sampling, and the same
// stratum by stratum, in stages, for domains and with every policy for lonely units.
func TestEqualProbabilities(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 2))
	strata := []int{1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 3, 3}
	clusters := []int{1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 5, 6, 6}
	y, fraction, second, in := make([]float64, 13), make([]float64, 13), make([]float64, 13), make([]bool, 13)
	for i := range y {
		y[i], in[i] = rng.NormFloat64(), i%3 != 1
		fraction[i], second[i] = []float64{0, 0.5, 0.4, 1. / 3}[strata[i]], []float64{0, 0.5, 0.8, 0.2}[strata[i]]
	}
	for _, policy := range []estimate.LonelyPSU{estimate.LonelyCertainty, estimate.LonelyAverage, estimate.LonelyAdjust} {
		for _, domains := range []bool{false, true} {
			o := estimate.Options{Lonely: policy, LonelyDomains: domains}
			stage := estimate.Stage{Strata: estimate.Codes(strata), Clusters: estimate.Codes(clusters)}
			equal, unequal, below := stage, stage, estimate.Stage{Fraction: second}
			equal.Fraction, unequal.Probability = fraction, fraction
			for how := estimate.UnequalBrewer; how <= estimate.UnequalDeville; how++ {
				unequal.Unequal = how
				a, b := design(t, nil, []estimate.Stage{equal, below}, o), design(t, nil, []estimate.Stage{unequal, below}, o)
				require.Equal(t, a.DF(), b.DF())
				for _, s := range []estimate.Statistic{estimate.Total(y), estimate.Mean(y).In(in), estimate.Variance(y)} {
					x, err := a.Estimate(s)
					require.NoError(t, err)
					z, err := b.Estimate(s)
					require.NoError(t, err)
					require.InEpsilon(t, x.Value, z.Value, 1e-13)
					require.InEpsilon(t, x.SE, z.SE, 1e-13)
				}
				xs, err := a.By(estimate.Codes(strata), estimate.Total(y))
				require.NoError(t, err)
				zs, err := b.By(estimate.Codes(strata), estimate.Total(y))
				require.NoError(t, err)
				for k := range xs {
					require.InDelta(t, xs[k].SE, zs[k].SE, 1e-13)
				}
			}
		}
	}
}

// TestPoissonIsRightOnAverage: over all samples that units drawn each by itself can make,
// also in two stages, total and variance are right.
func TestPoissonIsRightOnAverage(t *testing.T) {
	poisson := node{p: []float64{0.5, 1, 0.2, 0.8}, below: []node{
		leaves(2, 1, 5, 4), leaves(1, 2), leaves(2, 7, 2, 9, 3), leaves(2, 6, 4),
	}}
	mass, mean, square, variance := 0.0, 0.0, 0.0, 0.0
	for _, s := range poisson.draws(line{}) {
		if s.p == 0 { // without the unit that is certain
			continue
		}
		stages := stagesOf(s.lines)
		var y []float64
		stages[0].Population, stages[0].Unequal = nil, estimate.UnequalPoisson
		for _, l := range s.lines {
			y = append(y, l.y)
			stages[0].Probability = append(stages[0].Probability, l.p[0])
		}
		e, err := design(t, nil, stages, estimate.Options{}).Total(y)
		require.NoError(t, err)
		mass += s.p
		mean += s.p * e.Value
		square += s.p * (e.Value - poisson.total()) * (e.Value - poisson.total())
		variance += s.p * e.SE * e.SE
	}
	require.InDelta(t, 1, mass, 1e-12)
	require.InEpsilon(t, poisson.total(), mean, 1e-12)
	require.InEpsilon(t, square, variance, 1e-12)
}

func TestUnequalHardInputs(t *testing.T) {
	y := []float64{3, 8, 4, 1}
	p := []float64{0.5, 0.2, 0.9, 1}
	for name, c := range map[string]struct {
		stage estimate.Stage
		field string
		row   int
	}{
		"zero":            {estimate.Stage{Probability: []float64{0.5, 0, 0.2, 1}}, "probability", 1},
		"above 1":         {estimate.Stage{Probability: []float64{0.5, 0.2, 1.4, 1}}, "probability", 2},
		"NaN":             {estimate.Stage{Probability: []float64{math.NaN(), 0.2, 0.4, 1}}, "probability", 0},
		"other rows":      {estimate.Stage{Probability: p[:3]}, "probability", -1},
		"two in one unit": {estimate.Stage{Probability: p, Clusters: estimate.Codes([]int{1, 2, 2, 3})}, "probability", 2},
		"population too":  {estimate.Stage{Probability: p, Population: populations(4, 9)}, "probability", -1},
		"fraction too":    {estimate.Stage{Probability: p, Fraction: populations(4, 0.5)}, "probability", -1},
		"no probability":  {estimate.Stage{Unequal: estimate.UnequalPoisson}, "probability", -1},
		"no estimator":    {estimate.Stage{Probability: p, Unequal: 77}, "unequal variance", -1},
	} {
		_, err := estimate.NewDesign(ones(4), []estimate.Stage{c.stage}, estimate.Options{})
		require.ErrorIs(t, err, estimate.ErrInvalid, name)
		var e *estimate.Error
		require.ErrorAs(t, err, &e, name)
		require.Equal(t, c.field, e.Field, name)
		require.Equal(t, c.row, e.Row, name)
	}
	all := func(p float64, how estimate.UnequalVariance) []estimate.Stage {
		return []estimate.Stage{{Probability: populations(4, p), Unequal: how}}
	}
	// Everybody for certain is a census.
	e, err := design(t, nil, all(1, estimate.UnequalBrewer), estimate.Options{}).Total(y)
	require.NoError(t, err)
	require.Zero(t, e.SE)
	// One unit that was not certain shows no error, unless it was drawn by itself.
	one := []estimate.Stage{{Probability: []float64{1, 1, 1, 0.5}}}
	_, err = estimate.NewDesign(nil, one, estimate.Options{})
	require.ErrorIs(t, err, estimate.ErrLonelyPSU)
	e, err = design(t, nil, one, estimate.Options{Lonely: estimate.LonelyCertainty}).Total(y)
	require.NoError(t, err)
	require.Zero(t, e.SE)
	e, err = design(t, nil, one, estimate.Options{Lonely: estimate.LonelyAdjust}).Total(y)
	require.NoError(t, err)
	require.InEpsilon(t, math.Sqrt(0.5*(2-17./4)*(2-17./4)), e.SE, 1e-14)
	one[0].Unequal = estimate.UnequalPoisson
	for _, policy := range []estimate.LonelyPSU{estimate.LonelyRefuse, estimate.LonelyAverage, estimate.LonelyAdjust} {
		d := design(t, nil, one, estimate.Options{Lonely: policy, LonelyDomains: true})
		for _, in := range [][]bool{{true, true, true, true}, {false, false, false, true}} {
			e, err = d.Estimate(estimate.Total(y).In(in))
			require.NoError(t, err)
			require.InEpsilon(t, math.Sqrt(0.5*2*2), e.SE, 1e-14)
		}
	}
	alone, err := estimate.NewDesign(nil, []estimate.Stage{{Probability: []float64{0.25}, Unequal: estimate.UnequalPoisson}}, estimate.Options{})
	require.NoError(t, err)
	e, err = alone.Total([]float64{3})
	require.NoError(t, err)
	require.InEpsilon(t, math.Sqrt(0.75*12*12), e.SE, 1e-14)
	_, err = e.Interval(0.95)
	require.ErrorIs(t, err, estimate.ErrNotEstimable)
	wording.Enum(t, estimate.UnequalBrewer, estimate.UnequalPoisson, estimate.ErrInvalid)
}
