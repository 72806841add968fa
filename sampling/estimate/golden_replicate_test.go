package estimate_test

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/guanxi-go/guanxi/internal/reference"
	"github.com/guanxi-go/guanxi/sampling/calibrate"
	"github.com/guanxi-go/guanxi/sampling/estimate"
	"github.com/guanxi-go/guanxi/sampling/replicate"
	"github.com/stretchr/testify/require"
)

// replicated compares a section about one set of replicate weights.
func (g *golden) replicated(at string, r *replicate.Replicates, s survey) {
	g.t.Helper()
	t := g.t
	g.input(at + "/type")
	g.input(at + "/mse")
	g.equal(at+"/scale", r.Scale())
	g.equal(at+"/nrep", float64(r.Len()))
	g.equal(at+"/degf", float64(r.DegreesOfFreedom()))
	// R's strata stand in the order of the file, ours in that of their labels.
	want := g.rows(at + "/rscales")
	slices.Sort(want)
	require.InEpsilonSlice(t, want, slices.Sorted(slices.Values(r.RScales())), 1e-12, at)
	if g.has(at+"/repweights_analysis") && !g.inputs[at+"/repweights_analysis/0/0"] {
		g.replicateWeights(at+"/repweights_analysis", r)
	}
	mean, err := r.Means(s.first)
	require.NoError(t, err)
	g.replicatedFigure(at+"/mean", mean)
	total, err := r.Totals(zeroed(s.enrolment))
	require.NoError(t, err)
	g.replicatedFigure(at+"/total", total)
	students, enrolment := slices.Clone(s.students), slices.Clone(s.enrolment)
	for i := range students {
		if math.IsNaN(students[i]) || math.IsNaN(enrolment[i]) {
			students[i], enrolment[i] = 0, 0
		}
	}
	ratio, err := r.Ratio(students, enrolment)
	require.NoError(t, err)
	g.equal(at+"/ratio/ratio", ratio.Values[0])
	g.equal(at+"/ratio/se", ratio.SE(0))
	middle, se := replicatedMedian(t, r, s.first)
	g.equal(at+"/median/q", middle)
	g.equal(at+"/median/se", se)
	g.input(at + "/by/names")
	for k, level := range s.by.Levels() {
		y, in := make([]float64, len(s.first)), make([]float64, len(s.first))
		for i, is := range s.by.Is(level) {
			if is {
				y[i], in[i] = s.first[i], 1
			}
		}
		domain, err := r.Ratio(y, in)
		require.NoError(t, err)
		require.Equal(t, level, g.text(fmt.Sprintf("%s/by/group/%d", at, k)))
		g.equal(fmt.Sprintf("%s/by/estimate/%d", at, k), domain.Values[0])
		g.equal(fmt.Sprintf("%s/by/se/%d", at, k), domain.SE(0))
	}
}

// zeroed takes missing values out of totals.
func zeroed(y []float64) []float64 {
	out := slices.Clone(y)
	for i, x := range out {
		if math.IsNaN(x) {
			out[i] = 0
		}
	}
	return out
}

func (g *golden) replicatedFigure(at string, e *replicate.Estimate) {
	g.t.Helper()
	if g.has(at + "/names") {
		g.input(at + "/names")
	}
	g.equal(at+"/estimate/0", e.Values[0])
	g.equal(at+"/se/0", e.SE(0))
	g.equal(at+"/vcov/0", e.Covariance[0][0])
	g.equal(at+"/ci_df", float64(e.DegreesOfFreedom))
	lower, upper, err := e.Interval(0, 0.95)
	require.NoError(g.t, err)
	g.equal(at+"/ci_lower/0", lower)
	g.equal(at+"/ci_upper/0", upper)
}

// replicatedMedian is R's: its error is Woodruff's, by the replicates' error of the
// share below.
func replicatedMedian(t *testing.T, r *replicate.Replicates, y []float64) (middle, se float64) {
	w, err := r.Weights(-1)
	require.NoError(t, err)
	quantile := func(p float64) float64 {
		q, err := estimate.WeightedQuantile(y, w, p, estimate.QuantileMath)
		require.NoError(t, err)
		return q
	}
	middle = quantile(0.5)
	below := make([]float64, len(y))
	for i, x := range y {
		if x <= middle {
			below[i] = 1
		}
	}
	share, err := r.Means(below)
	require.NoError(t, err)
	lower, upper, err := share.Interval(0, 0.95)
	require.NoError(t, err)
	return middle, (quantile(upper) - quantile(lower)) / ((upper - lower) / share.SE(0))
}

// replicateWeights compares all weights; the order of the replicates does not count.
func (g *golden) replicateWeights(at string, r *replicate.Replicates) {
	g.t.Helper()
	made, stored, paths := make([][]float64, r.Len()), make([][]float64, r.Len()), make([]int, r.Len())
	for k := range made {
		w, err := r.Weights(k)
		require.NoError(g.t, err)
		made[k], stored[k], paths[k] = w, make([]float64, len(w)), k
		for i := range w {
			stored[k][i] = g.number(fmt.Sprintf("%s/%d/%d", at, i, k))
		}
	}
	order := func(a, b []float64) int {
		for i := range a {
			if math.Abs(a[i]-b[i]) > 1e-9*math.Abs(a[i]) {
				return cmp.Compare(a[i], b[i])
			}
		}
		return 0
	}
	slices.SortFunc(made, order)
	slices.SortFunc(paths, func(a, b int) int { return order(stored[a], stored[b]) })
	for k, path := range paths {
		for i, w := range made[k] {
			g.equal(fmt.Sprintf("%s/%d/%d", at, i, path), w)
		}
	}
}

// stored returns the replicates whose weights the file has.
func (g *golden) stored(at string, weights []float64) *replicate.Replicates {
	g.input(at + "/repweights_analysis")
	all := make([][]float64, int(g.number(at+"/nrep")))
	for k := range all {
		all[k] = make([]float64, len(weights))
		for i := range weights {
			all[k][i] = g.leaves[fmt.Sprintf("%s/repweights_analysis/%d/%d", at, i, k)].(float64)
		}
	}
	r, err := replicate.Given(weights, all, replicate.GivenOptions{
		Scale: g.number(at + "/scale"), RScales: g.rows(at + "/rscales"), DegreesOfFreedom: int(g.number(at + "/degf")),
	})
	require.NoError(g.t, err)
	return r
}

// allReplicated compares the sections of est_api.json about replication.
func (g *golden) allReplicated(clus1, strat, clus2 survey, clus1Table, stratTable, clus2Table reference.Table) {
	t := g.t
	made := func(s survey, o replicate.DesignOptions) *replicate.Design {
		d, err := replicate.NewDesign(s.design.Weights(), o)
		require.NoError(t, err)
		return d
	}
	must := func(r *replicate.Replicates, err error) *replicate.Replicates {
		require.NoError(t, err)
		return r
	}
	districts, types := clus1Table.Strings("dnum"), stratTable.Strings("stype")
	fpc := map[string]float64{}
	for i, n := range stratTable.Floats("fpc", math.NaN()) {
		fpc[types[i]] = n
	}
	one := made(clus1, replicate.DesignOptions{PSUs: districts})
	jk1 := must(one.JK1(replicate.Options{}))
	g.replicated("replicates/jk1_clus1", jk1, clus1)
	g.replicated("replicates/jk1_clus1_mse", must(one.JK1(replicate.Options{MSE: true})), clus1)
	g.replicated("replicates/jk1_clus1_fpc", must(made(clus1, replicate.DesignOptions{PSUs: districts,
		Population: map[string]float64{"": clus1Table.Floats("fpc", math.NaN())[0]}}).JK1(replicate.Options{})), clus1)
	g.replicated("replicates/jkn_strat_nofpc", must(made(strat, replicate.DesignOptions{Strata: types}).JKn(replicate.Options{})), strat)
	g.replicated("replicates/jkn_strat_fpc", must(made(strat, replicate.DesignOptions{Strata: types, Population: fpc}).JKn(replicate.Options{})), strat)
	g.replicated("replicates/jkn_clus2", must(made(clus2, replicate.DesignOptions{PSUs: clus2Table.Strings("dnum")}).JK1(replicate.Options{})), clus2)
	p := population{t, reference.CSV(t, "data/sampling/apipop.csv")}
	g.replicated("replicates/jk1_clus1_poststrat", jk1.Adjusted(sweeps(p, clus1Table, 1, "stype")), clus1)
	// R sweeps every replicate as often as the whole sample needs.
	g.replicated("replicates/jk1_clus1_rake", jk1.Adjusted(sweeps(p, clus1Table, 12, "stype", "sch.wide")), clus1)
	for name, s := range map[string]survey{"bootstrap_canty_davison_clus1": clus1, "subbootstrap_strat": strat, "mrbbootstrap_clus2": clus2} {
		g.replicated("replicates/"+name, g.stored("replicates/"+name, s.design.Weights()), s)
	}
}

// sweeps rakes weights with a number of rounds over the margins.
func sweeps(p population, tb reference.Table, rounds int, columns ...string) func(w []float64) ([]float64, error) {
	var margins []*calibrate.Raker
	for _, c := range columns {
		m, err := calibrate.NewRaker([]calibrate.Margin{p.margin(tb, c)}, calibrate.RakeOptions{})
		require.NoError(p.t, err)
		margins = append(margins, m)
	}
	return func(w []float64) ([]float64, error) {
		for range rounds {
			for _, m := range margins {
				r, err := m.Calibrate(w)
				if err != nil {
					return nil, err
				}
				w = r.Weights
			}
		}
		return w, nil
	}
}

// balanced compares the sections that follow the file's brr_input_rule.
func (g *golden) balanced(strat survey) {
	t := g.t
	g.input("brr_input_rule")
	const rows = 96
	strata, psus, weights := make([]string, rows), make([]string, rows), make([]float64, rows)
	by := make([]string, rows)
	for i := range rows {
		strata[i], psus[i] = string(rune('1'+i/16)), string(rune('1'+i/8%2))
		weights[i] = 6194. / rows
		by[i] = strat.by.Levels()[strat.by.Code(i)]
	}
	s := survey{first: strat.first[:rows], students: strat.students[:rows], enrolment: strat.enrolment[:rows], by: estimate.Labels(by)}
	s.design = design(t, weights, []estimate.Stage{{Strata: estimate.Labels(strata), Clusters: estimate.Labels(psus)}},
		estimate.Options{Nested: true, Missing: estimate.MissingOmit})
	e := joint(t, s.design, estimate.Mean(s.first))
	g.figures("taylor_brr_design/mean", e.Each, e.Covariance, nil)
	e = joint(t, s.design, estimate.Total(s.enrolment))
	g.figures("taylor_brr_design/total", e.Each, e.Covariance, nil)

	half, err := replicate.NewDesign(weights, replicate.DesignOptions{Strata: strata, PSUs: psus, Nest: true})
	require.NoError(t, err)
	for name, make := range map[string]func() (*replicate.Replicates, error){
		"brr":               func() (*replicate.Replicates, error) { return half.BRR(replicate.Options{}) },
		"fay_rho_0.3":       func() (*replicate.Replicates, error) { return half.BRR(replicate.Options{Rho: 0.3}) },
		"jkn_on_brr_design": func() (*replicate.Replicates, error) { return half.JKn(replicate.Options{}) },
	} {
		r, err := make()
		require.NoError(t, err)
		g.replicated(name, r, s)
	}
}

// staffReplicated compares the jackknives of est_synthetic.json.
func (g *golden) staffReplicated(strat, cluster survey, stratTable, clusterTable reference.Table) {
	t := g.t
	d, err := replicate.NewDesign(strat.design.Weights(), replicate.DesignOptions{Strata: stratTable.Strings("dept")})
	require.NoError(t, err)
	r, err := d.JKn(replicate.Options{})
	require.NoError(t, err)
	g.equal("jkn/nrep", float64(r.Len()))
	e, err := r.Means(strat.first)
	require.NoError(t, err)
	g.replicatedFigure("jkn/score", e)
	e, err = r.Ratio(strat.first, strat.second)
	require.NoError(t, err)
	g.equal("jkn/ratio/r", e.Values[0])
	g.equal("jkn/ratio/se", e.SE(0))
	middle, se := replicatedMedian(t, r, strat.first)
	g.equal("jkn/median/q", middle)
	g.equal("jkn/median/se", se)

	teams := clusterTable.Strings("team")
	finite := map[string]float64{"": clusterTable.Floats("NT", math.NaN())[0]}
	d, err = replicate.NewDesign(cluster.design.Weights(), replicate.DesignOptions{PSUs: teams, Population: finite})
	require.NoError(t, err)
	r, err = d.JK1(replicate.Options{})
	require.NoError(t, err)
	g.equal("jk1_cluster/scale", r.Scale())
	e, err = r.Means(cluster.first)
	require.NoError(t, err)
	g.replicatedFigure("jk1_cluster/score", e)
}
