package estimate_test

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/guanxi-go/guanxi/internal/reference"
	"github.com/guanxi-go/guanxi/sampling/estimate"
	"github.com/stretchr/testify/require"
)

// A golden is a file of reference values, flattened to paths such as
// "strat_fpc/mean/se/0", that knows which of them were compared.
type golden struct {
	t      *testing.T
	leaves map[string]any
	nodes  map[string]bool
	paths  []string // sorted
	used   map[string]bool
	inputs map[string]bool
	failed map[string]int
}

func readGolden(t *testing.T, path string) *golden {
	t.Helper()
	var tree any
	reference.JSON(t, path, &tree)
	g := &golden{t: t, leaves: map[string]any{}, nodes: map[string]bool{}, used: map[string]bool{}, inputs: map[string]bool{}, failed: map[string]int{}}
	var walk func(path string, node any)
	walk = func(path string, node any) {
		g.nodes[path] = true
		switch node := node.(type) {
		case map[string]any:
			for key, child := range node {
				walk(strings.TrimPrefix(path+"/"+key, "/"), child)
			}
		case []any:
			for i, child := range node {
				walk(fmt.Sprintf("%s/%d", path, i), child)
			}
		default:
			g.leaves[path] = node
		}
	}
	walk("", tree)
	g.paths = slices.Sorted(maps.Keys(g.leaves))
	return g
}

// has reports whether something stands at or below the path.
func (g *golden) has(path string) bool {
	return g.nodes[path]
}

// input marks what is not a figure but what it was calculated from.
func (g *golden) input(path string) {
	g.t.Helper()
	if _, ok := g.leaves[path]; ok {
		g.inputs[path] = true
		return
	}
	found := false
	from, _ := slices.BinarySearch(g.paths, path+"/")
	for _, p := range g.paths[from:] {
		if !strings.HasPrefix(p, path+"/") {
			break
		}
		g.inputs[p] = true
		found = true
	}
	require.True(g.t, found, path)
}

func (g *golden) number(path string) float64 {
	g.t.Helper()
	x, ok := g.leaves[path].(float64)
	require.True(g.t, ok, "%s: %v", path, g.leaves[path])
	g.used[path] = true
	return x
}

func (g *golden) text(path string) string {
	g.t.Helper()
	x, ok := g.leaves[path].(string)
	require.True(g.t, ok, path)
	g.used[path] = true
	return x
}

// close compares a figure with a relative tolerance; for figures that are zero but
// for rounding, it is a tolerance by scale.
func (g *golden) close(path string, got, tolerance, scale float64) {
	g.t.Helper()
	want := g.number(path)
	if !(math.Abs(got-want) <= tolerance*math.Max(math.Abs(want), scale)) {
		section, _, _ := strings.Cut(path, "/")
		g.failed[section]++
		g.t.Errorf("%s: got %.17g, want %.17g, off by %.3g", path, got, want, math.Abs(got-want)/math.Abs(want))
	}
}

func (g *golden) equal(path string, got float64) { g.t.Helper(); g.close(path, got, 1e-12, 0) }

// absent compares a figure that R gives as NaN.
func (g *golden) optional(path string, got estimate.Optional) {
	g.t.Helper()
	if g.leaves[path] == "NaN" {
		g.used[path] = true
		require.False(g.t, got.OK, path)
		return
	}
	require.True(g.t, got.OK, path)
	g.equal(path, got.Value)
}

func (g *golden) rows(path string) []float64 {
	g.t.Helper()
	var out []float64
	for i := 0; g.has(fmt.Sprintf("%s/%d", path, i)); i++ {
		out = append(out, g.number(fmt.Sprintf("%s/%d", path, i)))
	}
	require.NotEmpty(g.t, out, path)
	return out
}

// done logs what was compared by section and fails where something was not.
func (g *golden) done() {
	g.t.Helper()
	count, given, missed := map[string]int{}, map[string]int{}, map[string]int{}
	var first []string
	for p := range g.leaves {
		section, _, _ := strings.Cut(p, "/")
		switch {
		case g.used[p]:
			count[section]++
		case g.inputs[p]:
			given[section]++
		default:
			missed[section]++
			first = append(first, p)
		}
	}
	sum, inputs := 0, 0
	sections := map[string]bool{}
	for p := range g.leaves {
		section, _, _ := strings.Cut(p, "/")
		sections[section] = true
	}
	for _, s := range slices.Sorted(maps.Keys(sections)) {
		g.t.Logf("%-28s %5d figures compared, %5d are inputs, %d left out, %d off", s, count[s], given[s], missed[s], g.failed[s])
		sum += count[s]
		inputs += given[s]
	}
	g.t.Logf("%-28s %5d figures compared, %5d are inputs, of %d", "in all", sum, inputs, len(g.leaves))
	slices.Sort(first)
	require.Empty(g.t, first[:min(len(first), 20)], "not compared")
}

// A survey is a data set with its design and the columns that the file's sections use.
type survey struct {
	design              *estimate.Design
	first, second       []float64 // mean; total_x and the ratio's denominator
	factor, by          estimate.Factor
	factorName          string
	subset, share       []bool
	students, enrolment []float64 // with missing values; nil for none
}

// section compares a section that describes one design.
func (g *golden) section(at string, s survey) {
	g.t.Helper()
	t, d := g.t, s.design
	g.equal(at+"/degf", float64(d.DF()))
	g.equal(at+"/n", float64(d.Rows()))
	g.equal(at+"/sum_weights", d.Size())

	both := joint(t, d, estimate.Mean(s.first), estimate.Mean(s.second))
	g.figures(at+"/mean", both.Each[:1], [][]float64{{both.Covariance[0][0]}}, estimate.Estimate.DesignEffect)
	g.figures(at+"/mean_multi", both.Each, both.Covariance, estimate.Estimate.DesignEffect)
	g.figures(at+"/mean_deff_replace", both.Each[:1], both.Covariance, estimate.Estimate.DesignEffectWR)
	totals := joint(t, d, estimate.Total(s.first), estimate.Total(s.second))
	g.figures(at+"/total", totals.Each[:1], totals.Covariance, estimate.Estimate.DesignEffect)
	g.figures(at+"/total_x", totals.Each[1:], [][]float64{{totals.Covariance[1][1]}}, estimate.Estimate.DesignEffect)

	ratio, err := d.Ratio(s.first, s.second)
	require.NoError(t, err)
	g.ratio(at+"/ratio", ratio)
	variance, err := d.Estimate(estimate.Variance(s.first))
	require.NoError(t, err)
	g.equal(at+"/var/var", variance.Value)
	g.equal(at+"/var/se", variance.SE)

	shares := joint(t, d, estimate.Shares(s.factor)...)
	g.figures(at+"/factor_mean", shares.Each, shares.Covariance, estimate.Estimate.DesignEffect)
	counts := joint(t, d, factorTotals(s.factor)...)
	g.figures(at+"/factor_total", counts.Each, counts.Covariance, estimate.Estimate.DesignEffect)
	for i, level := range s.factor.Levels() {
		require.Equal(t, s.factorName+level, g.text(fmt.Sprintf("%s/factor_mean/names/%d", at, i)))
	}
	means, err := d.By(s.by, estimate.Mean(s.first))
	require.NoError(t, err)
	g.groups(at+"/domain_by_mean", means)
	sums, err := d.By(s.by, estimate.Total(s.first))
	require.NoError(t, err)
	g.groups(at+"/domain_by_total", sums)

	domain, err := d.Where(s.subset)
	require.NoError(t, err)
	g.input(at + "/domain_subset/expr")
	g.equal(at+"/domain_subset/n", float64(domain.Rows()))
	g.equal(at+"/domain_subset/degf", float64(domain.DF()))
	m := joint(t, domain, estimate.Mean(s.first))
	g.figures(at+"/domain_subset/mean", m.Each, m.Covariance, nil)
	m = joint(t, domain, estimate.Total(s.first))
	g.figures(at+"/domain_subset/total", m.Each, m.Covariance, nil)

	g.quantiles(at+"/quantile", d, s.first)
	g.proportions(at+"/ciprop", d, s.share)
	if s.students != nil {
		r, err := d.Ratio(s.students, s.enrolment)
		require.NoError(t, err)
		g.ratio(at+"/ratio_enroll", r)
		m := joint(t, d, estimate.Total(s.enrolment))
		g.figures(at+"/enroll_total_na_rm", m.Each, m.Covariance, nil)
	}
}

func joint(t *testing.T, d *estimate.Design, s ...estimate.Statistic) estimate.Estimates {
	t.Helper()
	e, err := d.Joint(s...)
	require.NoError(t, err)
	return e
}

func factorTotals(f estimate.Factor) []estimate.Statistic {
	var out []estimate.Statistic
	for _, level := range f.Levels() {
		y := make([]float64, f.Len())
		for i, is := range f.Is(level) {
			if is {
				y[i] = 1
			}
		}
		out = append(out, estimate.Total(y))
	}
	return out
}

// figures compares what R's svymean and svytotal give.
func (g *golden) figures(at string, each []estimate.Estimate, cov [][]float64, deff func(estimate.Estimate) (float64, error)) {
	g.t.Helper()
	if g.has(at + "/names") {
		g.input(at + "/names")
	}
	for k, e := range each {
		g.equal(fmt.Sprintf("%s/estimate/%d", at, k), e.Value)
		g.equal(fmt.Sprintf("%s/se/%d", at, k), e.SE)
		if len(each) == 1 {
			g.equal(at+"/vcov/0", cov[0][0])
		} else {
			for l := range each {
				// A covariance is as exact as the errors that it is made from.
				g.close(fmt.Sprintf("%s/vcov/%d/%d", at, k, l), cov[k][l], 1e-12, e.SE*each[l].SE)
			}
		}
		i, err := e.Interval(0.95)
		require.NoError(g.t, err)
		g.equal(at+"/ci_df", float64(e.DF))
		g.equal(fmt.Sprintf("%s/ci_lower/%d", at, k), i.Lower)
		g.equal(fmt.Sprintf("%s/ci_upper/%d", at, k), i.Upper)
		if path := fmt.Sprintf("%s/deff/%d", at, k); deff != nil && g.has(path) {
			effect, err := deff(e)
			require.NoError(g.t, err)
			g.equal(path, effect)
		}
	}
}

// ratio compares what svyratio gives.
func (g *golden) ratio(at string, e estimate.Estimate) {
	g.t.Helper()
	g.equal(at+"/ratio", e.Value)
	g.equal(at+"/se", e.SE)
	if !g.has(at + "/num") {
		return
	}
	g.input(at + "/num")
	g.input(at + "/den")
	effect, err := e.DesignEffect()
	require.NoError(g.t, err)
	g.equal(at+"/deff", effect)
	i, err := e.Interval(0.95)
	require.NoError(g.t, err)
	g.equal(at+"/ci/0", i.Lower)
	g.equal(at+"/ci/1", i.Upper)
}

// groups compares what svyby gives.
func (g *golden) groups(at string, groups []estimate.Group) {
	g.t.Helper()
	g.input(at + "/names")
	for k, group := range groups {
		require.Equal(g.t, group.Level, g.text(fmt.Sprintf("%s/group/%d", at, k)))
		g.equal(fmt.Sprintf("%s/estimate/%d", at, k), group.Value)
		// Where all clusters agree the error is 0, and R's is a rounding.
		g.close(fmt.Sprintf("%s/se/%d", at, k), group.SE, 1e-12, math.Abs(group.Value)*1e-2)
	}
}

// quantiles compares what svyquantile gives by all rules and intervals.
func (g *golden) quantiles(at string, d *estimate.Design, y []float64) {
	g.t.Helper()
	for _, method := range []string{"mean", "beta", "xlogit"} {
		for _, rule := range []string{"math", "school", "hf7", "hf8", "hf9"} {
			at := at + "/" + method + "_" + rule
			var o estimate.QuantileOptions
			require.NoError(g.t, o.Method.UnmarshalText([]byte(method)))
			require.NoError(g.t, o.Rule.UnmarshalText([]byte(rule)))
			all, err := d.Quantiles(y, g.rows(at+"/q"), o)
			require.NoError(g.t, err)
			for k, q := range all {
				g.equal(fmt.Sprintf("%s/quantile/%d", at, k), q.Value)
				g.optional(fmt.Sprintf("%s/ci_lower/%d", at, k), q.Lower)
				g.optional(fmt.Sprintf("%s/ci_upper/%d", at, k), q.Upper)
				g.optional(fmt.Sprintf("%s/se/%d", at, k), q.SE)
			}
		}
	}
}

// proportions compares what svyciprop gives by all methods.
func (g *golden) proportions(at string, d *estimate.Design, in []bool) {
	g.t.Helper()
	for _, method := range []string{"logit", "likelihood", "asin", "beta", "mean", "xlogit"} {
		at := at + "/" + method
		var o estimate.ProportionOptions
		require.NoError(g.t, o.Method.UnmarshalText([]byte(method)))
		p, err := d.Proportion(in, o)
		require.NoError(g.t, err)
		g.equal(at+"/p", p.Value)
		g.equal(at+"/se", p.SE)
		tolerance, scale := 1e-12, 0.0
		if method == "likelihood" { // R interpolates its profile
			tolerance, scale = 1e-4, 1
		}
		g.close(at+"/ci/0", p.Interval.Lower, tolerance, scale)
		g.close(at+"/ci/1", p.Interval.Upper, tolerance, scale)
	}
}

func design(t *testing.T, weights []float64, stages []estimate.Stage, o estimate.Options) *estimate.Design {
	t.Helper()
	d, err := estimate.NewDesign(weights, stages, o)
	require.NoError(t, err)
	return d
}

func whole(x []float64) []int {
	out := make([]int, len(x))
	for i, v := range x {
		out[i] = int(v)
	}
	return out
}

func marks(n int, is func(i int) bool) []bool {
	out := make([]bool, n)
	for i := range out {
		out[i] = is(i)
	}
	return out
}

// api returns the columns of one of the api files for a design over them.
func api(tb reference.Table, d *estimate.Design) survey {
	scores := tb.Floats("api00", math.NaN())
	impr := tb.Strings("comp.imp")
	return survey{
		design: d, first: scores, second: tb.Floats("api99", math.NaN()),
		factor: estimate.Labels(tb.Strings("sch.wide")), factorName: "sch.wide", by: estimate.Labels(tb.Strings("stype")),
		subset:   marks(tb.Len(), func(i int) bool { return impr[i] == "Yes" }),
		share:    marks(tb.Len(), func(i int) bool { return scores[i] > 700 }),
		students: tb.Floats("api.stu", math.NaN()), enrolment: tb.Floats("enroll", math.NaN()),
	}
}

func TestGoldenEstApi(t *testing.T) {
	g := readGolden(t, "golden/sampling/est_api.json")
	g.input("meta")
	table := func(name string) reference.Table { return reference.CSV(t, "data/sampling/"+name+".csv") }
	omit := estimate.Options{Missing: estimate.MissingOmit}
	none := math.NaN()

	srs := table("apisrs")
	g.section("srs_fpc", api(srs, design(t, srs.Floats("pw", none), []estimate.Stage{{Population: srs.Floats("fpc", none)}}, omit)))
	g.section("srs_nofpc", api(srs, design(t, srs.Floats("pw", none), nil, omit)))

	strat := table("apistrat")
	stype := estimate.Labels(strat.Strings("stype"))
	stratFinite := api(strat, design(t, strat.Floats("pw", none),
		[]estimate.Stage{{Strata: stype, Population: strat.Floats("fpc", none)}}, omit))
	g.section("strat_fpc", stratFinite)
	g.section("strat_nofpc", api(strat, design(t, strat.Floats("pw", none), []estimate.Stage{{Strata: stype}}, omit)))

	clus1 := table("apiclus1")
	districts := estimate.Codes(whole(clus1.Floats("dnum", none)))
	clus1Finite := api(clus1, design(t, clus1.Floats("pw", none),
		[]estimate.Stage{{Clusters: districts, Population: clus1.Floats("fpc", none)}}, omit))
	g.section("clus1_fpc", clus1Finite)
	g.section("clus1_nofpc", api(clus1, design(t, clus1.Floats("pw", none), []estimate.Stage{{Clusters: districts}}, omit)))

	clus2 := table("apiclus2")
	districts = estimate.Codes(whole(clus2.Floats("dnum", none)))
	schools := estimate.Codes(whole(clus2.Floats("snum", none)))
	g.section("clus2_two_stage_fpc", api(clus2, design(t, nil, []estimate.Stage{
		{Clusters: districts, Population: clus2.Floats("fpc1", none)},
		{Clusters: schools, Population: clus2.Floats("fpc2", none)},
	}, omit)))
	clus2Infinite := api(clus2, design(t, clus2.Floats("pw", none),
		[]estimate.Stage{{Clusters: districts}, {Clusters: schools}}, omit))
	g.section("clus2_with_replacement", clus2Infinite)

	g.calibrated(clus1Finite, stratFinite, clus1, strat)
	g.allReplicated(clus1Finite, stratFinite, clus2Infinite, clus1, strat, clus2)
	g.balanced(stratFinite)
	g.done()
}

func staff(tb reference.Table, d *estimate.Design) survey {
	tenure, pass := tb.Floats("tenure", math.NaN()), tb.Floats("pass", math.NaN())
	return survey{
		design: d, first: tb.Floats("score", math.NaN()), second: tenure,
		factor: estimate.Labels(tb.Strings("grade")), factorName: "grade", by: estimate.Labels(tb.Strings("dept")),
		subset: marks(tb.Len(), func(i int) bool { return tenure[i] >= 10 }),
		share:  marks(tb.Len(), func(i int) bool { return pass[i] == 1 }),
	}
}

func TestGoldenEstSynthetic(t *testing.T) {
	g := readGolden(t, "golden/sampling/est_synthetic.json")
	g.input("meta")
	table := func(name string) reference.Table {
		return reference.CSV(t, "data/sampling/synthetic_staff_"+name+".csv")
	}
	none := math.NaN()
	strat := table("strat")
	dept := estimate.Labels(strat.Strings("dept"))
	stratFinite := staff(strat, design(t, strat.Floats("w", none),
		[]estimate.Stage{{Strata: dept, Population: strat.Floats("Nh", none)}}, estimate.Options{}))
	g.section("strat", stratFinite)
	g.section("strat_nofpc", staff(strat, design(t, strat.Floats("w", none), []estimate.Stage{{Strata: dept}}, estimate.Options{})))
	cluster := table("cluster")
	clusterFinite := staff(cluster, design(t, cluster.Floats("w", none),
		[]estimate.Stage{{Clusters: estimate.Labels(cluster.Strings("team")), Population: cluster.Floats("NT", none)}}, estimate.Options{}))
	g.section("cluster", clusterFinite)
	two := table("twostage")
	g.section("twostage", staff(two, design(t, nil, []estimate.Stage{
		{Clusters: estimate.Labels(two.Strings("team")), Population: two.Floats("NT", none)},
		{Population: two.Floats("Mi", none)},
	}, estimate.Options{})))

	g.staffCalibrated(stratFinite, strat)
	g.staffReplicated(stratFinite, clusterFinite, strat, cluster)
	g.done()
}
