package calibrate_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/sampling/calibrate"
)

// near requires two slices to agree, relative to the largest of want.
func near(t require.TestingT, want, got []float64, tolerance float64) {
	require.Len(t, got, len(want))
	scale := 0.0
	for _, x := range want {
		scale = max(scale, math.Abs(x))
	}
	for i := range want {
		require.InDelta(t, want[i], got[i], tolerance*scale, "row %d", i)
	}
}

// sample draws rows with margins that weights can meet: the totals are those of
// other weights for the same rows.
func sample(t *rapid.T) (weights []float64, margins []calibrate.Margin) {
	rows := rapid.IntRange(1, 60).Draw(t, "rows")
	random := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
	weights = make([]float64, rows)
	truth := make([]float64, rows)
	for row := range rows {
		weights[row] = .5 + 5*random.Float64()
		truth[row] = weights[row] * (.3 + 2*random.Float64())
	}
	for m := range rapid.IntRange(1, 4).Draw(t, "margins") {
		c := calibrate.Margin{Name: fmt.Sprint("m", m), Labels: make([]string, rows), Totals: map[string]float64{}}
		categories := rapid.IntRange(1, 5).Draw(t, "categories")
		for row := range rows {
			c.Labels[row] = fmt.Sprint("category ", random.IntN(categories))
			c.Totals[c.Labels[row]] += truth[row]
		}
		margins = append(margins, c)
	}
	return weights, margins
}

func TestRakeProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		weights, margins := sample(t)
		res, err := calibrate.Rake(weights, margins, calibrate.RakeOptions{})
		require.NoError(t, err)
		low, high := math.Inf(1), math.Inf(-1)
		g := map[string]float64{}
		for row, w := range res.Weights {
			require.Positive(t, w)
			low, high = min(low, w/weights[row]), max(high, w/weights[row])
			cell := ""
			for _, m := range margins {
				cell += m.Labels[row] + "/"
			}
			if of, ok := g[cell]; ok {
				require.InEpsilon(t, of, w/weights[row], 1e-12, "rows of a cell change alike")
			}
			g[cell] = w / weights[row]
		}
		require.InEpsilon(t, low, res.MinG, 1e-12)
		require.InEpsilon(t, high, res.MaxG, 1e-12)
		for i, m := range margins {
			sums := map[string]float64{}
			for row, label := range m.Labels {
				sums[label] += res.Weights[row]
			}
			for category, total := range m.Totals {
				require.InEpsilon(t, total, sums[category], 1.1e-10)
			}
			require.Equal(t, m.Name, res.Fit[i].Name)
			require.LessOrEqual(t, res.Fit[i].Error, 1e-10)
		}
		near(t, plainRake(weights, margins, 1e-13), res.Weights, 1e-9)

		// The order of rows and margins does not matter, beyond rounding.
		order := rapid.Permutation(slices.Collect(func(yield func(int) bool) {
			for row := range weights {
				yield(row)
			}
		})).Draw(t, "order")
		moved := make([]calibrate.Margin, len(margins))
		w := make([]float64, len(weights))
		want := make([]float64, len(weights))
		for i, m := range margins {
			moved[len(margins)-1-i] = calibrate.Margin{Name: m.Name, Totals: m.Totals, Labels: make([]string, len(w))}
			for to, from := range order {
				moved[len(margins)-1-i].Labels[to] = m.Labels[from]
				w[to], want[to] = weights[from], res.Weights[from]
			}
		}
		again, err := calibrate.Rake(w, moved, calibrate.RakeOptions{})
		require.NoError(t, err)
		near(t, want, again.Weights, 1e-9)
	})
}

// TestRakingIsCalibration: the multiplicative method on indicators is raking, and
// for one margin every method is post-stratification.
func TestRakingIsCalibration(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		weights, margins := sample(t)
		var columns []calibrate.Auxiliary
		for _, m := range margins {
			c, err := calibrate.Indicators(m)
			require.NoError(t, err)
			require.Len(t, c, len(m.Totals))
			columns = append(columns, c...)
		}
		raked, err := calibrate.Rake(weights, margins, calibrate.RakeOptions{Residuals: calibrate.Exact})
		require.NoError(t, err)
		res, err := calibrate.Calibrate(weights, columns, calibrate.Options{
			Method: calibrate.Multiplicative, DropCollinear: true, Residuals: calibrate.Exact})
		require.NoError(t, err)
		require.GreaterOrEqual(t, len(res.Dropped), len(margins)-1)
		near(t, raked.Weights, res.Weights, 1e-8)

		z := make([]float64, len(weights))
		for row := range z {
			z[row] = math.Sin(float64(row))
		}
		a, err := raked.Residuals(z)
		require.NoError(t, err)
		b, err := res.Residuals(z)
		require.NoError(t, err)
		near(t, append(a, 1), append(b, 1), 1e-8)

		one, err := calibrate.Indicators(margins[0])
		require.NoError(t, err)
		post, err := calibrate.PostStratify(weights, margins[0], calibrate.RakeOptions{})
		require.NoError(t, err)
		for _, method := range []calibrate.Method{calibrate.Linear, calibrate.Multiplicative} {
			res, err := calibrate.Calibrate(weights, one, calibrate.Options{Method: method})
			require.NoError(t, err)
			near(t, post.Weights, res.Weights, 1e-12)
		}
	})
}

// TestSlowRaking: where combinations are nearly nested, five thousand sweeps do not
// get there, and the weights are found all the same.
func TestSlowRaking(t *testing.T) {
	margins := []calibrate.Margin{
		margin("m", map[string]float64{"a": 50, "b": 50}, "a", "a", "b", "b"),
		margin("n", map[string]float64{"x": 49.999, "y": 50.001}, "x", "y", "y", "y"),
	}
	weights := []float64{10, 10, 10, 30}
	_, err := calibrate.Rake(weights, margins, calibrate.RakeOptions{MaxIterations: 4999})
	refused(t, err, calibrate.ErrNotConverged)
	for _, rule := range []calibrate.Linearization{calibrate.AsSurvey, calibrate.Exact} {
		res, err := calibrate.Rake(weights, margins, calibrate.RakeOptions{Residuals: rule})
		require.NoError(t, err)
		near(t, []float64{49.999, .001, 12.5, 37.5}, res.Weights, 1e-12)
		require.InEpsilon(t, .0001, res.MinG, 1e-9)
		require.Greater(t, res.Iterations, 5000)
		for _, f := range res.Fit {
			require.LessOrEqual(t, f.Error, 1e-10)
		}
		if rule == calibrate.Exact {
			e, err := res.Residuals([]float64{7, 8, 1, 5})
			require.NoError(t, err)
			near(t, []float64{0, 0, -3, 1}, e, 1e-11)
		}
	}
	// Row 1 would have to get nothing.
	margins[1].Totals = map[string]float64{"x": 50, "y": 50}
	_, err = calibrate.Rake(weights, margins, calibrate.RakeOptions{})
	refused(t, err, calibrate.ErrNotConverged)
}

// TestExactResidualsAreTheDerivative: the derivative of a calibrated total by the
// logarithm of a design weight is calibrated weight times residual.
func TestExactResidualsAreTheDerivative(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	n := 25
	weights, y := make([]float64, n), make([]float64, n)
	sex := calibrate.Margin{Name: "sex", Labels: make([]string, n), Totals: map[string]float64{"f": 70, "m": 60}}
	age := calibrate.Margin{Name: "age", Labels: make([]string, n), Totals: map[string]float64{"old": 50, "new": 80}}
	x := calibrate.Auxiliary{Name: "x", Values: make([]float64, n)}
	for row := range n {
		weights[row], y[row] = 2+6*random.Float64(), 10*random.NormFloat64()
		sex.Labels[row] = []string{"f", "m"}[random.IntN(2)]
		age.Labels[row] = []string{"old", "new"}[random.IntN(2)]
		x.Values[row] = random.Float64()
		x.Total += 5.5 * x.Values[row]
	}
	columns, err := calibrate.Indicators(sex)
	require.NoError(t, err)
	columns = append(columns, x)
	bounds := calibrate.Bounds{Lower: .7, Upper: 1.5}
	variance := make([]float64, n)
	for row := range variance {
		variance[row] = 1 + x.Values[row]
	}
	greg := func(o calibrate.Options) func(w []float64) (*calibrate.Result, error) {
		o.Residuals = calibrate.Exact
		return func(w []float64) (*calibrate.Result, error) { return calibrate.Calibrate(w, columns, o) }
	}
	for name, run := range map[string]func(w []float64) (*calibrate.Result, error){
		"raking": func(w []float64) (*calibrate.Result, error) {
			return calibrate.Rake(w, []calibrate.Margin{sex, age}, calibrate.RakeOptions{Residuals: calibrate.Exact})
		},
		"post-stratification": func(w []float64) (*calibrate.Result, error) {
			return calibrate.PostStratify(w, sex, calibrate.RakeOptions{Residuals: calibrate.Exact})
		},
		"linear":         greg(calibrate.Options{}),
		"variance":       greg(calibrate.Options{Variance: variance}),
		"multiplicative": greg(calibrate.Options{Method: calibrate.Multiplicative, Variance: variance}),
		"logit":          greg(calibrate.Options{Method: calibrate.Logit, Bounds: bounds}),
		"truncated":      greg(calibrate.Options{Bounds: bounds}),
	} {
		t.Run(name, func(t *testing.T) {
			res, err := run(weights)
			require.NoError(t, err)
			e, err := res.Residuals(y)
			require.NoError(t, err)
			total := func(factor float64, at int) float64 {
				w := slices.Clone(weights)
				w[at] *= factor
				res, err := run(w)
				require.NoError(t, err)
				sum := 0.0
				for row := range y {
					sum += res.Weights[row] * y[row]
				}
				return sum
			}
			h := 1e-4
			for row := range weights {
				slope := (total(math.Exp(h), row) - total(math.Exp(-h), row)) / (2 * h)
				require.InDelta(t, slope, res.Weights[row]*e[row], 1e-5, "row %d", row)
			}
		})
	}
}

// TestClusters: with clusters, rows of one have one g-weight.
func TestClusters(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 8))
	weights, aux := columns(40, 3)
	clusters := make([]string, 40)
	for row := range clusters {
		clusters[row] = fmt.Sprint("school ", random.IntN(9))
	}
	res, err := calibrate.Calibrate(weights, aux, calibrate.Options{Clusters: clusters})
	require.NoError(t, err)
	g := map[string]float64{}
	for row, w := range res.Weights {
		if of, ok := g[clusters[row]]; ok {
			require.InEpsilon(t, of, w/weights[row], 1e-12)
		}
		g[clusters[row]] = w / weights[row]
	}
	for _, f := range res.Fit {
		require.Less(t, f.Error, 1e-13)
	}
}

// TestZeroWeights: rows of weight 0 keep it and do not touch the others.
func TestZeroWeights(t *testing.T) {
	m := margin("m", map[string]float64{"a": 30, "b": 50}, "a", "a", "b", "b")
	n := margin("n", map[string]float64{"x": 45, "y": 35}, "x", "y", "x", "y")
	z := []float64{1, 5, 2, 7}
	for _, rule := range []calibrate.Linearization{calibrate.AsSurvey, calibrate.Exact} {
		without, err := calibrate.Rake([]float64{1, 2, 3, 4}, []calibrate.Margin{m, n}, calibrate.RakeOptions{Residuals: rule})
		require.NoError(t, err)
		m0, n0 := m, n
		m0.Labels, n0.Labels = append(slices.Clone(m.Labels), "a", "b"), append(slices.Clone(n.Labels), "y", "y")
		with, err := calibrate.Rake([]float64{1, 2, 3, 4, 0, 0}, []calibrate.Margin{m0, n0}, calibrate.RakeOptions{Residuals: rule})
		require.NoError(t, err)
		near(t, append(without.Weights, 0, 0), with.Weights, 1e-14)
		a, err := without.Residuals(z)
		require.NoError(t, err)
		b, err := with.Residuals(append(slices.Clone(z), 100, -100))
		require.NoError(t, err)
		near(t, a, b[:4], 1e-13)
	}
	aux := []calibrate.Auxiliary{calibrate.Constant(5, 40), {Name: "x", Values: []float64{1, 2, 3, 10, 99}, Total: 100}}
	for _, o := range []calibrate.Options{{AllowNegative: true}, {Method: calibrate.Multiplicative}, {Bounds: calibrate.Bounds{Lower: .1, Upper: 3}},
		{Method: calibrate.Logit, Bounds: calibrate.Bounds{Lower: .1, Upper: 3}}} {
		res, err := calibrate.Calibrate([]float64{10, 10, 10, 10, 0}, aux, o)
		require.NoError(t, err)
		require.Zero(t, res.Weights[4])
		without, err := calibrate.Calibrate(tens, two(100), o)
		require.NoError(t, err)
		near(t, without.Weights, res.Weights[:4], 1e-14)
		require.Equal(t, without.MaxG, res.MaxG)
	}
}

// TestManyLabels: labels of all lengths, also such as differ in the middle only,
// are told apart; so are combinations too many for a table.
func TestManyLabels(t *testing.T) {
	rows := 5000
	a := calibrate.Margin{Name: "a", Labels: make([]string, rows), Totals: map[string]float64{}}
	b := calibrate.Margin{Name: "b", Labels: make([]string, rows), Totals: map[string]float64{}}
	weights := make([]float64, rows)
	for row := range rows {
		weights[row] = 1
		label := fmt.Sprint(row % 2000)
		a.Labels[row] = "the same start " + label[:len(label)/2] + " " + label[len(label)/2:] + " the same end"
		b.Labels[row] = label[:max(1, row%len(label))]
		a.Totals[a.Labels[row]]++
		b.Totals[b.Labels[row]]++
	}
	res, err := calibrate.Rake(weights, []calibrate.Margin{a, b}, calibrate.RakeOptions{})
	require.NoError(t, err)
	near(t, weights, res.Weights, 1e-12)

	wide := calibrate.Margin{Name: "wide", Labels: make([]string, rows), Totals: map[string]float64{}}
	for row := range rows {
		wide.Labels[row] = fmt.Sprint("w", row)
		wide.Totals[wide.Labels[row]] = 1
	}
	res, err = calibrate.Rake(weights, []calibrate.Margin{a, b, wide}, calibrate.RakeOptions{Residuals: calibrate.Exact})
	require.NoError(t, err)
	near(t, weights, res.Weights, 1e-12)

	// A category of its own leaves no row a residual.
	z := make([]float64, rows)
	for row := range z {
		z[row] = 100 + math.Sin(float64(row))
	}
	e, err := res.Residuals(z)
	require.NoError(t, err)
	for row := range e {
		require.InDelta(t, 0, e[row], 1e-11)
	}
}

func TestTrim(t *testing.T) {
	weights := []float64{1, 0, 3, 4, 12}
	for name, test := range map[string]struct {
		o    calibrate.TrimOptions
		low  float64
		high float64
		want calibrate.Trimmed
	}{
		"equally":        {calibrate.TrimOptions{}, 0, 6, calibrate.Trimmed{Weights: []float64{3, 0, 5, 6, 6}, High: 1, Moved: 6, Passes: 1}},
		"proportionally": {calibrate.TrimOptions{Redistribute: calibrate.Proportionally}, 0, 8, calibrate.Trimmed{Weights: []float64{1.5, 0, 4.5, 6, 8}, High: 1, Moved: 4, Passes: 1}},
		"nobody":         {calibrate.TrimOptions{Redistribute: calibrate.Nobody}, 2, 6, calibrate.Trimmed{Weights: []float64{2, 0, 3, 4, 6}, Low: 1, High: 1, Moved: 5, Passes: 1}},
		"strict":         {calibrate.TrimOptions{Strict: true}, 0, 5.4, calibrate.Trimmed{Weights: []float64{3.8, 0, 5.4, 5.4, 5.4}, High: 3, Moved: 7.6, Passes: 4}},
		"nothing to do":  {calibrate.TrimOptions{}, 0, 0, calibrate.Trimmed{Weights: weights, Passes: 1}},
		"raised":         {calibrate.TrimOptions{}, 2, 0, calibrate.Trimmed{Weights: []float64{2, 0, 3 - 1./3, 4 - 1./3, 12 - 1./3}, Low: 1, Moved: -1, Passes: 1}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := calibrate.Trim(weights, test.low, test.high, test.o)
			require.NoError(t, err)
			near(t, test.want.Weights, got.Weights, 1e-15)
			test.want.Weights = got.Weights
			require.InDelta(t, test.want.Moved, got.Moved, 1e-14)
			got.Moved = test.want.Moved
			require.Equal(t, test.want, *got)
			require.Equal(t, []float64{1, 0, 3, 4, 12}, weights, "the input is not changed")
		})
	}
}
