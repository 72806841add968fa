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

// A task is a calibration with rows that repeat, and totals that g-weights between
// .7 and 1.4 reproduce.
type task struct {
	weights []float64
	aux     []calibrate.Auxiliary
	o       calibrate.Options
	z       []float64
}

func repeated(t *rapid.T) task {
	rows := rapid.IntRange(1, 80).Draw(t, "rows")
	random := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
	k := task{weights: make([]float64, rows), z: make([]float64, rows)}
	truth := make([]float64, rows)
	for row := range rows {
		k.z[row] = 100 + 10*random.NormFloat64()
		if random.IntN(10) > 0 || row == 0 {
			k.weights[row] = .5 + 5*random.Float64()
		}
		truth[row] = k.weights[row] * (.7 + .7*random.Float64())
	}
	for m := range rapid.IntRange(0, 3).Draw(t, "margins") {
		c := calibrate.Margin{Name: fmt.Sprint("m", m), Labels: make([]string, rows), Totals: map[string]float64{}}
		categories := rapid.IntRange(1, 4).Draw(t, "categories")
		for row := range rows {
			label := fmt.Sprint(random.IntN(categories))
			if truth[row] == 0 && c.Totals[label] == 0 {
				label = c.Labels[0] // no category without weight
			}
			c.Labels[row] = label
			c.Totals[label] += truth[row]
		}
		k.o.Margins = append(k.o.Margins, c)
	}
	few := []float64{0, 1, math.Copysign(0, -1), -2, 3.5}
	for j := range rapid.IntRange(0, 3).Draw(t, "variables") {
		a := calibrate.Auxiliary{Name: fmt.Sprint("x", j), Values: make([]float64, rows)}
		continuous := rapid.Bool().Draw(t, "continuous")
		for row := range rows {
			if a.Values[row] = few[random.IntN(len(few))]; continuous && random.IntN(2) > 0 {
				a.Values[row] = 20 + 3*random.NormFloat64()
			}
			a.Total += a.Values[row] * truth[row]
		}
		k.aux = append(k.aux, a)
	}
	if len(k.aux)+len(k.o.Margins) == 0 {
		k.aux = []calibrate.Auxiliary{calibrate.Constant(rows, 0)}
		for _, w := range truth {
			k.aux[0].Total += w
		}
	}
	if rapid.Bool().Draw(t, "variance") {
		for range rows {
			k.o.Variance = append(k.o.Variance, []float64{.5, 1, 2}[random.IntN(3)])
		}
	}
	k.o.Residuals = rapid.SampledFrom([]calibrate.Linearization{calibrate.AsSurvey, calibrate.Exact}).Draw(t, "rule")
	k.o.DropCollinear = true
	switch rapid.IntRange(0, 3).Draw(t, "method") {
	case 0:
		k.o.AllowNegative = true
	case 1:
		k.o.Bounds = calibrate.Bounds{Lower: .5, Upper: 1.8}
	case 2:
		k.o.Method = calibrate.Multiplicative
	case 3:
		k.o.Method, k.o.Bounds = calibrate.Logit, calibrate.Bounds{Lower: .3, Upper: 2.5}
	}
	return k
}

// same requires two calibrations to give the same, up to rounding.
func (k task) same(t require.TestingT, a, b *calibrate.Result, tolerance float64) {
	near(t, a.Weights, b.Weights, tolerance)
	require.InEpsilon(t, 1+a.MinG, 1+b.MinG, tolerance)
	require.InEpsilon(t, 1+a.MaxG, 1+b.MaxG, tolerance)
	require.Equal(t, a.Dropped, b.Dropped)
	require.Len(t, b.Fit, len(a.Fit))
	for i := range a.Fit {
		require.Equal(t, a.Fit[i].Name, b.Fit[i].Name)
		require.InDelta(t, a.Fit[i].Achieved, b.Fit[i].Achieved, tolerance*(1+math.Abs(a.Fit[i].Total)))
	}
	e, err := a.Residuals(k.z)
	require.NoError(t, err)
	f, err := b.Residuals(k.z)
	require.NoError(t, err)
	near(t, append(e, 100), append(f, 100), tolerance)
}

// TestUnitsAreExact: rows brought together give what every row by itself gives,
// margins what their indicators give, and the order of rows does not matter.
func TestUnitsAreExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		k := repeated(t)
		c, err := calibrate.NewCalibrator(k.aux, k.o)
		require.NoError(t, err)
		together, err := c.Calibrate(k.weights)
		require.NoError(t, err)
		apart, err := c.ByRow(k.aux).Calibrate(k.weights)
		require.NoError(t, err)
		k.same(t, apart, together, 1e-9)

		var columns []calibrate.Auxiliary
		for _, m := range k.o.Margins {
			i, err := calibrate.Indicators(m)
			require.NoError(t, err)
			columns = append(columns, i...)
		}
		o := k.o
		o.Margins = nil
		res, err := calibrate.Calibrate(k.weights, append(columns, k.aux...), o)
		require.NoError(t, err)
		k.same(t, together, res, 1e-9)

		order := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "order"), 2)).Perm(len(k.weights))
		moved, want, err := k.permuted(order, together)
		require.NoError(t, err)
		near(t, want, moved.Weights, 1e-9)
	})
}

// permuted calibrates the rows in another order, and returns res in it too.
func (k task) permuted(order []int, res *calibrate.Result) (moved *calibrate.Result, want []float64, err error) {
	o := k.o
	o.Margins, o.Variance = slices.Clone(o.Margins), pick(k.o.Variance, order)
	for i := range o.Margins {
		o.Margins[i].Labels = pick(o.Margins[i].Labels, order)
	}
	aux := slices.Clone(k.aux)
	for j := range aux {
		aux[j].Values = pick(aux[j].Values, order)
	}
	moved, err = calibrate.Calibrate(pick(k.weights, order), aux, o)
	return moved, pick(res.Weights, order), err
}

// pick returns the rows in an order; nothing of nothing.
func pick[T any](rows []T, order []int) (picked []T) {
	if rows == nil {
		return nil
	}
	for _, row := range order {
		picked = append(picked, rows[row])
	}
	return picked
}

// TestClustersAreUnits: clusters give what their means as values of every row give.
func TestClustersAreUnits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		k := repeated(t)
		clusters := make([]string, len(k.weights))
		n := rapid.IntRange(1, 12).Draw(t, "clusters")
		for row := range clusters {
			clusters[row] = fmt.Sprint(row * 7 % 11 % n)
		}
		mean := func(x []float64, empty float64) []float64 {
			sum, size := map[string]float64{}, map[string]float64{}
			for row, cluster := range clusters {
				sum[cluster] += k.weights[row] * x[row]
				size[cluster] += k.weights[row]
			}
			m := make([]float64, len(x))
			for row, cluster := range clusters {
				if m[row] = empty; size[cluster] > 0 {
					m[row] = sum[cluster] / size[cluster]
				}
			}
			return m
		}
		var columns []calibrate.Auxiliary
		for _, m := range k.o.Margins {
			i, err := calibrate.Indicators(m)
			require.NoError(t, err)
			columns = append(columns, i...)
		}
		columns = append(columns, k.aux...)
		// What g-weights by cluster reproduce.
		for j, a := range columns {
			x := mean(a.Values, 0)
			columns[j].Total, columns[j].Values = 0, x
			for row, w := range k.weights {
				columns[j].Total += w * x[row] * (.8 + .05*float64(len(clusters[row])+int(clusters[row][0]-'0')))
			}
			if i := j - (len(columns) - len(k.aux)); i >= 0 {
				k.aux[i].Total = columns[j].Total
			}
		}
		j := 0
		for i, m := range k.o.Margins {
			totals := map[string]float64{}
			for _, category := range slices.Sorted(slices.Values(slices.Compact(slices.Sorted(slices.Values(m.Labels))))) {
				totals[category] = columns[j].Total
				j++
			}
			k.o.Margins[i].Totals = totals
		}
		plain := k.o
		plain.Margins = nil
		if plain.Variance != nil {
			plain.Variance = mean(plain.Variance, 1)
		}
		c, err := calibrate.NewCalibrator(columns, plain)
		require.NoError(t, err)
		want, err := c.ByRow(columns).Calibrate(k.weights)
		require.NoError(t, err)
		o := k.o
		o.Clusters = clusters
		res, err := calibrate.Calibrate(k.weights, k.aux, o)
		require.NoError(t, err)
		k.same(t, want, res, 1e-9)
	})
}

// TestUnits: how many units rows make.
func TestUnits(t *testing.T) {
	rows := 20_000
	random := rand.New(rand.NewPCG(11, 12))
	x := calibrate.Auxiliary{Name: "x", Values: make([]float64, rows)}
	fill := func(value func(row int) float64) int {
		x.Total = 0
		for row := range x.Values {
			x.Values[row] = value(row)
			x.Total += x.Values[row]
		}
		aux := []calibrate.Auxiliary{calibrate.Constant(rows, float64(rows)), x}
		c, err := calibrate.NewCalibrator(aux, calibrate.Options{})
		require.NoError(t, err)
		weights := make([]float64, rows)
		for row := range weights {
			weights[row] = .5 + random.Float64()
		}
		together, err := c.Calibrate(weights)
		require.NoError(t, err)
		apart, err := c.ByRow(aux).Calibrate(weights)
		require.NoError(t, err)
		near(t, apart.Weights, together.Weights, 1e-12)
		return c.Units()
	}
	require.Equal(t, 3, fill(func(row int) float64 { return float64(row % 3) }))
	require.Equal(t, 4000, fill(func(row int) float64 { return float64(row % 4000) }), "years, days, whole numbers")
	require.Equal(t, rows, fill(func(int) float64 { return random.Float64() }), "hardly two are alike")
	require.Equal(t, rows, fill(func(row int) float64 { return float64(max(row, 2000)) }), "only at first")
}

// TestHashesThatAgree: rows that no hash of the values tells apart are not taken for
// one.
func TestHashesThatAgree(t *testing.T) {
	const scatter = 0x9e3779b97f4a7c15
	fold := func(b uint64) uint64 { return b ^ b>>32 }
	// The second value makes up for what the first changes.
	one, two := fold(math.Float64bits(1)), fold(math.Float64bits(2))
	other := math.Float64frombits(fold(fold(math.Float64bits(1)) ^ one*scatter ^ two*scatter))
	require.False(t, math.IsNaN(other) || math.IsInf(other, 0))
	aux := []calibrate.Auxiliary{
		{Name: "a", Values: []float64{1, 2, 1, 2}, Total: 60},
		{Name: "b", Values: []float64{1, other, 1, other}, Total: 20 + 20*other},
	}
	c, err := calibrate.NewCalibrator(aux, calibrate.Options{})
	require.NoError(t, err)
	require.Equal(t, 4, c.Units())
	res, err := c.Calibrate(tens)
	require.NoError(t, err)
	near(t, tens, res.Weights, 1e-14)
}

// TestRatio: one variable whose variance goes with it is the ratio estimator, which
// changes all weights alike.
func TestRatio(t *testing.T) {
	x := []float64{1, 2, 2, 1, 2, 2, 7, 7}
	weights := []float64{1, 2, 3, 4, 5, 6, 7, 8}
	sum := 0.
	for row, w := range weights {
		sum += w * x[row]
	}
	res, err := calibrate.Calibrate(weights, []calibrate.Auxiliary{{Name: "x", Values: x, Total: 1.5 * sum}},
		calibrate.Options{Variance: x})
	require.NoError(t, err)
	near(t, []float64{1.5, 3, 4.5, 6, 7.5, 9, 10.5, 12}, res.Weights, 1e-15)
}
