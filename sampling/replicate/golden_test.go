package replicate_test

import (
	"cmp"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/internal/numeric"
	"github.com/guanxi-go/guanxi/internal/reference"
	"github.com/guanxi-go/guanxi/sampling/calibrate"
	"github.com/guanxi-go/guanxi/sampling/replicate"
)

type figure struct {
	Estimate reference.List[float64] `json:"estimate"`
	SE       reference.List[float64] `json:"se"`
	Vcov     reference.List[float64] `json:"vcov"`
	DF       float64                 `json:"ci_df"`
	Lower    reference.List[float64] `json:"ci_lower"`
	Upper    reference.List[float64] `json:"ci_upper"`
}

// replicated is a replicate design of the reference with what it gives.
type replicated struct {
	Scale   float64                 `json:"scale"`
	RScales reference.List[float64] `json:"rscales"`
	N       int                     `json:"nrep"`
	MSE     bool                    `json:"mse"`
	DF      int                     `json:"degf"`
	Mean    figure                  `json:"mean"`
	Total   figure                  `json:"total"`
	Ratio   struct {
		Ratio float64 `json:"ratio"`
		SE    float64 `json:"se"`
	} `json:"ratio"`
	Median struct {
		Q  float64 `json:"q"`
		SE float64 `json:"se"`
	} `json:"median"`
	By struct {
		Group    []string                `json:"group"`
		Estimate reference.List[float64] `json:"estimate"`
		SE       reference.List[float64] `json:"se"`
	} `json:"by"`
	Weights [][]float64 `json:"repweights_analysis"` // row by row
}

// quantile is the smallest value at which the weights reach the share p: survey's
// qrule "math".
func quantile(w, y []float64, p float64) float64 {
	order := make([]int, len(y))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(y[a], y[b]) })
	var all, sum numeric.Sum
	for _, x := range w {
		all.Add(x)
	}
	for _, i := range order {
		if sum.Add(w[i]); sum.Value() >= p*all.Value()*(1-1e-14) {
			return y[i]
		}
	}
	return math.NaN()
}

// median is survey's, whose standard error is not that of the replicates' medians
// but Woodruff's: the share below the median gets an interval, of which the
// quantiles at both ends are taken.
func median(t *testing.T, r *replicate.Replicates, y []float64) (middle, se float64) {
	t.Helper()
	w, err := r.Weights(-1)
	require.NoError(t, err)
	middle = quantile(w, y, .5)
	below := make([]float64, len(y))
	for row, x := range y {
		if x <= middle {
			below[row] = 1
		}
	}
	share, err := r.Means(below)
	require.NoError(t, err)
	lower, upper, err := share.Interval(0, .95)
	require.NoError(t, err)
	tquantile := (upper - lower) / (2 * share.SE(0))
	return middle, (quantile(w, y, upper) - quantile(w, y, lower)) / (2 * tquantile)
}

type counter struct {
	t *testing.T
	n int
}

func (c *counter) same(want, got float64, what string) {
	c.t.Helper()
	c.n++
	if want == 0 {
		require.Zero(c.t, got, what)
		return
	}
	require.InEpsilon(c.t, want, got, 1e-12, "%s: %.17g instead of %.17g: %.3g", what, got, want, got/want-1)
}

func (c *counter) figure(want figure, e *replicate.Estimate, i int, what string) {
	c.t.Helper()
	c.same(want.Estimate[0], e.Values[i], what)
	c.same(want.SE[0], e.SE(i), what+" se")
	c.same(want.Vcov[0], e.Covariance[i][i], what+" variance")
	c.same(want.DF, float64(e.DegreesOfFreedom), what+" df")
	lower, upper, err := e.Interval(i, .95)
	require.NoError(c.t, err)
	c.same(want.Lower[0], lower, what+" lower")
	c.same(want.Upper[0], upper, what+" upper")
}

// estimates compares all that follows from one set of replicates, by the fast way
// over totals and by the general one.
func (c *counter) estimates(name string, want replicated, s school, r *replicate.Replicates) {
	c.t.Helper()
	fast, err := r.Means(s.api00)
	require.NoError(c.t, err)
	c.figure(want.Mean, fast, 0, name+" mean")
	plain, err := r.Variance(func(w []float64) ([]float64, error) {
		return []float64{sum(w, s.api00) / sum(w, s.ones), sum(w, s.enroll), sum(w, s.students) / sum(w, s.enroll)}, nil
	})
	require.NoError(c.t, err)
	c.figure(want.Mean, plain, 0, name+" mean by function")
	fast, err = r.Totals(s.enroll)
	require.NoError(c.t, err)
	c.figure(want.Total, fast, 0, name+" total")
	c.figure(want.Total, plain, 1, name+" total by function")
	fast, err = r.Ratio(s.students, s.enroll)
	require.NoError(c.t, err)
	c.same(want.Ratio.Ratio, fast.Values[0], name+" ratio")
	c.same(want.Ratio.SE, fast.SE(0), name+" ratio se")
	c.same(want.Ratio.SE, plain.SE(2), name+" ratio se by function")
	middle, se := median(c.t, r, s.api00)
	c.same(want.Median.Q, middle, name+" median")
	c.same(want.Median.SE, se, name+" median se")
	for i, group := range want.By.Group {
		y, in := make([]float64, len(s.api00)), make([]float64, len(s.api00))
		for row, label := range s.stype {
			if label == group {
				y[row], in[row] = s.api00[row], 1
			}
		}
		domain, err := r.Ratio(y, in)
		require.NoError(c.t, err)
		c.same(want.By.Estimate[i], domain.Values[0], name+" domain "+group)
		c.same(want.By.SE[i], domain.SE(0), name+" domain se "+group)
	}
}

// perDesign is how many figures estimates compares.
const perDesign = 4*6 + 3 + 2 + 3*2

// design compares how the replicates are made, and their weights where stored.
func (c *counter) design(name string, want replicated, r *replicate.Replicates) {
	c.t.Helper()
	require.Equal(c.t, want.N, r.Len(), name)
	c.same(want.Scale, r.Scale(), name+" scale")
	c.same(float64(want.DF), float64(r.DegreesOfFreedom()), name+" df")
	// survey's strata stand in the order of the file, ours in that of their labels.
	for i, s := range slices.Sorted(slices.Values(r.RScales())) {
		c.same(slices.Sorted(slices.Values(want.RScales))[i], s, name+" rscale")
	}
}

// weights compares the replicate weights; a jackknife may have another order.
func (c *counter) weights(name string, want replicated, r *replicate.Replicates) {
	c.t.Helper()
	made, stored := make([][]float64, r.Len()), columnsOf(want.Weights)
	for i := range made {
		w, err := r.Weights(i)
		require.NoError(c.t, err)
		made[i] = w
	}
	order := func(a, b []float64) int {
		for row := range a {
			if math.Abs(a[row]-b[row]) > 1e-9*math.Abs(a[row]) {
				return cmp.Compare(a[row], b[row])
			}
		}
		return 0
	}
	slices.SortFunc(made, order)
	slices.SortFunc(stored, order)
	for i := range made {
		for row := range made[i] {
			c.same(stored[i][row], made[i][row], name+" weight")
		}
	}
}

// draws compares bootstrap weights, the stored and our own, with the factors that
// so many draws less than PSUs give, and the number of draws in every stratum.
func (c *counter) draws(want replicated, r *replicate.Replicates, s school, strata, psus []string, less int) {
	c.t.Helper()
	size := map[string]int{}
	seen := map[[2]string]bool{}
	for row := range psus {
		if k := [2]string{strata[row], psus[row]}; !seen[k] {
			seen[k] = true
			size[strata[row]]++
		}
	}
	for i, stored := range columnsOf(want.Weights) {
		own, err := r.Weights(i)
		require.NoError(c.t, err)
		for _, w := range [][]float64{stored, own} {
			drawn, done := map[string]float64{}, map[[2]string]bool{}
			for row := range w {
				n := float64(size[strata[row]])
				unit := s.weight[row] * n / (n - float64(less))
				times := math.Round(w[row] / unit)
				c.same(times*unit, w[row], "bootstrap weight")
				if k := [2]string{strata[row], psus[row]}; !done[k] {
					done[k] = true
					drawn[strata[row]] += times
				}
			}
			for stratum, n := range size {
				c.same(float64(n-less), drawn[stratum], "draws of "+stratum)
			}
		}
	}
}

func columnsOf(rows [][]float64) [][]float64 {
	columns := make([][]float64, len(rows[0]))
	for i := range columns {
		for _, row := range rows {
			columns[i] = append(columns[i], row[i])
		}
	}
	return columns
}

func sum(w, x []float64) float64 {
	var s numeric.Sum
	for i := range w {
		s.Add(w[i] * x[i])
	}
	return s.Value()
}

type school struct {
	reference.Table
	weight, api00, enroll, students, ones []float64
	stype                                 []string
}

func schools(t *testing.T, file string, rows int) school {
	s := school{Table: reference.CSV(t, "data/sampling/"+file)}
	column := func(name string) []float64 {
		x := s.Floats(name, math.NaN())
		return x[:min(rows, len(x))]
	}
	s.weight, s.api00, s.enroll, s.students = column("pw"), column("api00"), column("enroll"), column("api.stu")
	s.stype = s.Strings("stype")[:len(s.weight)]
	s.ones = calibrate.Constant(len(s.weight), 0).Values
	// survey's totals with na.rm leave missing values out.
	for row := range s.enroll {
		if math.IsNaN(s.enroll[row]) || math.IsNaN(s.students[row]) {
			s.enroll[row], s.students[row] = 0, 0
		}
	}
	return s
}

func (s school) design(t *testing.T, o replicate.DesignOptions) *replicate.Design {
	d, err := replicate.NewDesign(s.weight, o)
	require.NoError(t, err)
	return d
}

// population reads the finite population correction, by stratum.
func (s school) population(strata []string) map[string]float64 {
	n := map[string]float64{}
	for row, fpc := range s.Floats("fpc", math.NaN()) {
		label := ""
		if strata != nil {
			label = strata[row]
		}
		n[label] = fpc
	}
	return n
}

// TestGoldenEstAPI holds every replicate figure of est_api.json: the designs that
// we make ourselves and, where they are stored, the weights of survey.
func TestGoldenEstAPI(t *testing.T) {
	var file struct {
		Replicates map[string]replicated `json:"replicates"`
		BRR        replicated            `json:"brr"`
		Fay        replicated            `json:"fay_rho_0.3"`
		JKn        replicated            `json:"jkn_on_brr_design"`
		Taylor     struct {
			Mean  figure `json:"mean"`
			Total figure `json:"total"`
		} `json:"taylor_brr_design"`
	}
	reference.JSON(t, "golden/sampling/est_api.json", &file)
	count := counter{t: t}
	c1, c2, st := schools(t, "apiclus1.csv", 1000), schools(t, "apiclus2.csv", 1000), schools(t, "apistrat.csv", 1000)
	one := c1.design(t, replicate.DesignOptions{PSUs: c1.Strings("dnum")})
	oneFinite := c1.design(t, replicate.DesignOptions{PSUs: c1.Strings("dnum"), Population: c1.population(nil)})
	strat := st.design(t, replicate.DesignOptions{Strata: st.stype})
	stratFinite := st.design(t, replicate.DesignOptions{Strata: st.stype, Population: st.population(st.stype)})
	two := c2.design(t, replicate.DesignOptions{PSUs: c2.Strings("dnum")})

	pop := reference.CSV(t, "data/sampling/apipop.csv")
	// survey sweeps replicates as often as the full sample needs, which leaves them
	// up to 1e-11 from raked. So do we, one post-stratification after the other.
	adjust := func(sweeps int, columns ...string) func(w []float64) ([]float64, error) {
		var strata []*calibrate.Raker
		for _, column := range columns {
			m := calibrate.Margin{Name: column, Labels: c1.Strings(column), Totals: map[string]float64{}}
			for _, label := range pop.Strings(column) {
				m.Totals[label]++
			}
			raker, err := calibrate.NewRaker([]calibrate.Margin{m}, calibrate.RakeOptions{})
			require.NoError(t, err)
			strata = append(strata, raker)
		}
		return func(w []float64) ([]float64, error) {
			for range sweeps {
				for _, s := range strata {
					res, err := s.Calibrate(w)
					if err != nil {
						return nil, err
					}
					w = res.Weights
				}
			}
			return w, nil
		}
	}
	must := func(r *replicate.Replicates, err error) *replicate.Replicates {
		require.NoError(t, err)
		return r
	}
	jk1 := must(one.JK1(replicate.Options{}))
	made := map[string]struct {
		school school
		r      *replicate.Replicates
	}{
		"jk1_clus1":           {c1, jk1},
		"jk1_clus1_fpc":       {c1, must(oneFinite.JK1(replicate.Options{}))},
		"jk1_clus1_mse":       {c1, must(one.JK1(replicate.Options{MSE: true}))},
		"jkn_strat_nofpc":     {st, must(strat.JKn(replicate.Options{}))},
		"jkn_strat_fpc":       {st, must(stratFinite.JKn(replicate.Options{}))},
		"jkn_clus2":           {c2, must(two.JK1(replicate.Options{}))},
		"jk1_clus1_poststrat": {c1, jk1.Adjusted(adjust(1, "stype"))},
		"jk1_clus1_rake":      {c1, jk1.Adjusted(adjust(12, "stype", "sch.wide"))},
	}
	stored := map[string]school{"bootstrap_canty_davison_clus1": c1, "subbootstrap_strat": st, "mrbbootstrap_clus2": c2}
	for _, name := range slices.Sorted(maps.Keys(file.Replicates)) {
		want := file.Replicates[name]
		if m, ok := made[name]; ok {
			count.design(name, want, m.r)
			count.estimates(name, want, m.school, m.r)
			if want.Weights != nil {
				count.weights(name, want, m.r)
			}
			continue
		}
		s, ok := stored[name]
		require.True(t, ok, name)
		r := must(replicate.Given(s.weight, columnsOf(want.Weights), replicate.GivenOptions{Scale: want.Scale, RScales: want.RScales, DegreesOfFreedom: want.DF}))
		count.design(name, want, r)
		count.estimates(name, want, s, r)
	}
	require.Len(t, file.Replicates, len(made)+len(stored))

	// The rule of the file: rows 1 to 96 of apistrat, sixteen to a stratum, eight
	// to a PSU.
	s := schools(t, "apistrat.csv", 96)
	strata, psus := make([]string, 96), make([]string, 96)
	for row := range 96 {
		strata[row], psus[row] = string(rune('1'+row/16)), string(rune('1'+row/8%2))
		s.weight[row] = 6194. / 96
	}
	half := s.design(t, replicate.DesignOptions{Strata: strata, PSUs: psus, Nest: true})
	for name, test := range map[string]struct {
		want replicated
		r    *replicate.Replicates
	}{
		"brr": {file.BRR, must(half.BRR(replicate.Options{}))},
		"fay": {file.Fay, must(half.BRR(replicate.Options{Rho: .3}))},
		"jkn": {file.JKn, must(half.JKn(replicate.Options{}))},
	} {
		count.design(name, test.want, test.r)
		count.estimates(name, test.want, s, test.r)
		count.weights(name, test.want, test.r)
	}
	// Taylor's variance of a total and balanced replication's are the same number.
	brr, err := must(half.BRR(replicate.Options{})).Totals(s.enroll)
	require.NoError(t, err)
	count.figure(file.Taylor.Total, brr, 0, "Taylor total")
	brr, err = must(half.BRR(replicate.Options{})).Means(s.api00)
	require.NoError(t, err)
	count.figure(file.Taylor.Mean, brr, 0, "Taylor mean")

	// survey's bootstraps are random; how a draw becomes a weight, a scale and
	// degrees of freedom is not.
	random := rand.New(rand.NewPCG(1, 2))
	want := file.Replicates["bootstrap_canty_davison_clus1"]
	canty := must(one.CantyDavison(want.N, random, replicate.Options{}))
	count.design("Canty and Davison", want, canty)
	count.draws(want, canty, c1, slices.Repeat([]string{""}, len(c1.weight)), c1.Strings("dnum"), 0)
	want = file.Replicates["subbootstrap_strat"]
	rao := must(strat.RaoWu(want.N, random, replicate.Options{}))
	count.design("Rao and Wu", want, rao)
	count.draws(want, rao, st, st.stype, st.Strings("cds"), 1)

	t.Log(count.n, "figures compared")
	designs, rscales := 14, 5*15+2*200+40+50+40+40+8+8+12
	weights := 183*15 + 96*(8+8+12)
	draws := 2*2 + 50 + 40 + 2*(183*50+50+200*40+3*40) // made, and theirs and ours
	require.Equal(t, designs*(perDesign+2)+rscales+weights+12+draws, count.n)
}

// TestGoldenEstSynthetic holds the jackknives of the synthetic staff.
func TestGoldenEstSynthetic(t *testing.T) {
	var file struct {
		JKn struct {
			N     int    `json:"nrep"`
			Score figure `json:"score"`
			Ratio struct {
				R  float64 `json:"r"`
				SE float64 `json:"se"`
			} `json:"ratio"`
			Median struct {
				Q  float64 `json:"q"`
				SE float64 `json:"se"`
			} `json:"median"`
		} `json:"jkn"`
		JK1 struct {
			Scale float64 `json:"scale"`
			Score figure  `json:"score"`
		} `json:"jk1_cluster"`
	}
	reference.JSON(t, "golden/sampling/est_synthetic.json", &file)
	count := counter{t: t}
	staff := reference.CSV(t, "data/sampling/synthetic_staff_strat.csv")
	d, err := replicate.NewDesign(staff.Floats("w", math.NaN()), replicate.DesignOptions{Strata: staff.Strings("dept")})
	require.NoError(t, err)
	jkn, err := d.JKn(replicate.Options{})
	require.NoError(t, err)
	require.Equal(t, file.JKn.N, jkn.Len())
	score := staff.Floats("score", math.NaN())
	mean, err := jkn.Means(score)
	require.NoError(t, err)
	count.figure(file.JKn.Score, mean, 0, "score")
	ratio, err := jkn.Ratio(score, staff.Floats("tenure", math.NaN()))
	require.NoError(t, err)
	count.same(file.JKn.Ratio.R, ratio.Values[0], "ratio")
	count.same(file.JKn.Ratio.SE, ratio.SE(0), "ratio se")
	middle, se := median(t, jkn, score)
	count.same(file.JKn.Median.Q, middle, "median")
	count.same(file.JKn.Median.SE, se, "median se")

	cluster := reference.CSV(t, "data/sampling/synthetic_staff_cluster.csv")
	d, err = replicate.NewDesign(cluster.Floats("w", math.NaN()), replicate.DesignOptions{PSUs: cluster.Strings("team"),
		Population: map[string]float64{"": cluster.Floats("NT", math.NaN())[0]}})
	require.NoError(t, err)
	jk1, err := d.JK1(replicate.Options{})
	require.NoError(t, err)
	count.same(file.JK1.Scale, jk1.Scale(), "scale")
	mean, err = jk1.Means(cluster.Floats("score", math.NaN()))
	require.NoError(t, err)
	count.figure(file.JK1.Score, mean, 0, "cluster score")
	t.Log(count.n, "figures compared")
	require.Equal(t, 6+4+1+6, count.n)
}
