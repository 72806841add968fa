package replicate_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/sampling/replicate"
)

// A drawn is a random sample with strata and PSUs.
type drawn struct {
	w, x, y      []float64
	strata, psus []string
	sizes        map[string]int // PSUs of a stratum
}

func sample(t *rapid.T, pairs bool) drawn {
	random := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
	d := drawn{sizes: map[string]int{}}
	for h := range rapid.IntRange(1, 6).Draw(t, "strata") {
		n := 2
		if !pairs {
			n = rapid.IntRange(2, 5).Draw(t, "PSUs")
		}
		d.sizes[fmt.Sprint("h", h)] = n
		for psu := range n {
			for range 1 + random.IntN(3) {
				d.w = append(d.w, .5+random.Float64())
				d.x = append(d.x, 1+random.Float64())
				d.y = append(d.y, 100+random.NormFloat64())
				d.strata = append(d.strata, fmt.Sprint("h", h))
				d.psus = append(d.psus, fmt.Sprint("p", psu))
			}
		}
	}
	return d
}

func (d drawn) design(t require.TestingT, population map[string]float64) *replicate.Design {
	design, err := replicate.NewDesign(d.w, replicate.DesignOptions{Strata: d.strata, PSUs: d.psus, Nest: true, Population: population})
	require.NoError(t, err)
	require.Equal(t, len(d.w), design.Rows())
	require.Equal(t, len(d.sizes), design.Strata())
	return design
}

// variance is the textbook variance of a total.
func (d drawn) variance(population map[string]float64) float64 {
	sums := map[[2]string]float64{}
	for i, w := range d.w {
		sums[[2]string{d.strata[i], d.psus[i]}] += w * d.y[i]
	}
	v := 0.0
	for stratum, size := range d.sizes {
		n, mean, squares := float64(size), 0.0, 0.0
		for k, s := range sums {
			if k[0] == stratum {
				mean += s / n
			}
		}
		for k, s := range sums {
			if k[0] == stratum {
				squares += (s - mean) * (s - mean)
			}
		}
		f := 0.0
		if population != nil {
			f = n / population[stratum]
		}
		v += (1 - f) * n / (n - 1) * squares
	}
	return v
}

func TestTotalsHaveTheTextbookVariance(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		pairs := rapid.Bool().Draw(t, "pairs")
		d := sample(t, pairs)
		var population map[string]float64
		if !pairs && rapid.Bool().Draw(t, "finite") {
			population = map[string]float64{}
			for stratum, n := range d.sizes {
				population[stratum] = float64(n + rapid.IntRange(0, 9).Draw(t, "more"))
			}
		}
		o := replicate.Options{MSE: rapid.Bool().Draw(t, "mse")}
		jkn, err := d.design(t, population).JKn(o)
		require.NoError(t, err)
		all := []*replicate.Replicates{jkn}
		if pairs {
			o.Rho = rapid.SampledFrom([]float64{0, .3, .5}).Draw(t, "rho")
			brr, err := d.design(t, population).BRR(o)
			require.NoError(t, err)
			all = append(all, brr)
		}
		for _, r := range all {
			est, err := r.Totals(d.y)
			require.NoError(t, err)
			want := d.variance(population)
			require.InDelta(t, want, est.Covariance[0][0], 1e-9*want+1e-9)
		}
	})
}

// TestFastAndPlain: totals by PSU give what the weights of rows give, whatever the
// replicates, the order of rows and an adjustment that changes nothing.
func TestFastAndPlain(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := sample(t, true)
		order := rapid.Permutation(slices.Collect(func(yield func(int) bool) {
			for row := range d.w {
				yield(row)
			}
		})).Draw(t, "order")
		moved := drawn{sizes: d.sizes}
		for _, row := range order {
			moved.w, moved.x, moved.y = append(moved.w, d.w[row]), append(moved.x, d.x[row]), append(moved.y, d.y[row])
			moved.strata, moved.psus = append(moved.strata, d.strata[row]), append(moved.psus, d.psus[row])
		}
		o := replicate.Options{MSE: rapid.Bool().Draw(t, "mse")}
		for name, how := range map[string]func(d *replicate.Design) (*replicate.Replicates, error){
			"JKn": func(d *replicate.Design) (*replicate.Replicates, error) { return d.JKn(o) },
			"BRR": func(d *replicate.Design) (*replicate.Replicates, error) { return d.BRR(o) },
			"RaoWu": func(d *replicate.Design) (*replicate.Replicates, error) {
				return d.RaoWu(9, rand.New(rand.NewPCG(1, 2)), o)
			},
			"Canty": func(d *replicate.Design) (*replicate.Replicates, error) {
				return d.CantyDavison(9, rand.New(rand.NewPCG(1, 2)), o)
			},
		} {
			r, err := how(d.design(t, nil))
			require.NoError(t, err)
			f := func(d drawn) func(w []float64) ([]float64, error) {
				return func(w []float64) ([]float64, error) {
					return []float64{sum(w, d.x), sum(w, d.y)}, nil
				}
			}
			want, err := r.Variance(f(d))
			require.NoError(t, err)
			fast, err := r.Totals(d.x, d.y)
			require.NoError(t, err)
			slow, err := r.Adjusted(func(w []float64) ([]float64, error) { return w, nil }).Totals(d.x, d.y)
			require.NoError(t, err)
			again, err := how(moved.design(t, nil))
			require.NoError(t, err)
			elsewhere, err := again.Variance(f(moved))
			require.NoError(t, err)
			stored := make([][]float64, r.Len())
			for i := range stored {
				stored[i], err = r.Weights(i)
				require.NoError(t, err)
			}
			given, err := replicate.Given(d.w, stored, replicate.GivenOptions{Scale: r.Scale(), RScales: r.RScales(), MSE: o.MSE, DegreesOfFreedom: r.DegreesOfFreedom()})
			require.NoError(t, err)
			kept, err := given.Totals(d.x, d.y)
			require.NoError(t, err)
			for _, got := range []*replicate.Estimate{fast, slow, elsewhere, kept} {
				require.Equal(t, want.DegreesOfFreedom, got.DegreesOfFreedom)
				for a := range 2 {
					require.InEpsilon(t, want.Values[a], got.Values[a], 1e-13, name)
					for b := range 2 {
						scale := want.SE(a) * want.SE(b)
						require.InDelta(t, want.Covariance[a][b], got.Covariance[a][b], 1e-9*scale+1e-9, name)
					}
				}
			}
		}
	})
}

// TestBootstrapIsUnbiased: the mean over many replicates is the total, their
// variance the textbook's, also in a finite population.
func TestBootstrapIsUnbiased(t *testing.T) {
	d := drawn{w: slices.Repeat([]float64{2}, 7), y: []float64{3, 8, 1, 7, 2, 4, 20}, x: slices.Repeat([]float64{1}, 7),
		strata: []string{"a", "a", "a", "a", "b", "b", "b"}, psus: []string{"1", "2", "3", "4", "1", "2", "3"},
		sizes: map[string]int{"a": 4, "b": 3}}
	finite := map[string]float64{"a": 8, "b": 6}
	for name, test := range map[string]struct {
		population map[string]float64
		how        func(d *replicate.Design) (*replicate.Replicates, error)
	}{
		"RaoWu": {nil, func(d *replicate.Design) (*replicate.Replicates, error) {
			return d.RaoWu(40000, rand.New(rand.NewPCG(1, 2)), replicate.Options{MSE: true})
		}},
		"RaoWu, finite": {finite, func(d *replicate.Design) (*replicate.Replicates, error) {
			return d.RaoWu(40000, rand.New(rand.NewPCG(3, 4)), replicate.Options{MSE: true})
		}},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := test.how(d.design(t, test.population))
			require.NoError(t, err)
			est, err := r.Totals(d.y)
			require.NoError(t, err)
			require.InEpsilon(t, d.variance(test.population), est.Covariance[0][0], .03)
			require.Equal(t, 5, r.DegreesOfFreedom())
		})
	}
	// With one size of strata Canty and Davison's scale is exact.
	one := drawn{w: d.w[:4], y: d.y[:4], strata: d.strata[:4], psus: d.psus[:4], sizes: map[string]int{"a": 4}}
	r, err := one.design(t, nil).CantyDavison(40000, rand.New(rand.NewPCG(5, 6)), replicate.Options{MSE: true})
	require.NoError(t, err)
	est, err := r.Totals(one.y)
	require.NoError(t, err)
	require.InEpsilon(t, one.variance(nil), est.Covariance[0][0], .03)
}

func TestHadamard(t *testing.T) {
	var missing []int
	largest := 200
	if testing.Short() {
		largest = 100
	}
	for n := 1; n <= largest; n++ {
		h, err := replicate.Hadamard(n)
		require.NoError(t, err)
		order := len(h)
		require.GreaterOrEqual(t, order, n)
		if n%4 == 0 && order > n {
			missing = append(missing, n)
		}
		if n > 4 && n%4 != 0 {
			continue // the order of the next multiple of 4
		}
		require.True(t, orthogonal(h), "n %d", n)
	}
	require.Equal(t, []int{52, 92, 100}, missing[:3])
	h, err := replicate.Hadamard(1 << 10)
	require.NoError(t, err)
	require.Len(t, h, 1<<10)
}

// orthogonal reports whether h is a Hadamard matrix with ones at its border.
func orthogonal(h [][]int8) bool {
	for a, row := range h {
		if len(row) != len(h) || h[0][a] != 1 || row[0] != 1 {
			return false
		}
		for b, other := range h {
			rows, columns := 0, 0
			for c := range h {
				if row[c] != 1 && row[c] != -1 {
					return false
				}
				rows += int(row[c]) * int(other[c])
				columns += int(h[c][a]) * int(h[c][b])
			}
			if a != b && (rows != 0 || columns != 0) {
				return false
			}
		}
	}
	return true
}
