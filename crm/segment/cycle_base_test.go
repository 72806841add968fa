package segment

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mathext"
	"pgregory.net/rapid"
)

// gammaDraw draws a gamma variable at rate 1 (Marsaglia and Tsang 2000, ACM TOMS
// 26:363-372).
func gammaDraw(rng *rand.Rand, k float64) float64 {
	if k < 1 {
		return gammaDraw(rng, k+1) * math.Pow(rng.Float64(), 1/k)
	}
	d := k - 1.0/3
	for {
		x := rng.NormFloat64()
		v := 1 + x/math.Sqrt(9*d)
		if v <= 0 {
			continue
		}
		v = v * v * v
		if math.Log(rng.Float64()) < x*x/2+d-d*v+d*math.Log(v) {
			return d * v
		}
	}
}

func requireRelative(t require.TestingT, want, got, tolerance float64, args ...any) {
	require.LessOrEqual(t, math.Abs(got-want), tolerance*math.Abs(want), append([]any{"want %.17g, got %.17g", want, got}, args...)...)
}

func TestMedianOf(t *testing.T) {
	for _, c := range []struct {
		gaps []int
		want float64
	}{
		{[]int{7}, 7},
		{[]int{10, 4}, 7},
		{[]int{10, 5}, 7.5},
		{[]int{9, 1, 4}, 4},
		{[]int{9, 1, 4, 1000}, 6.5},
		{[]int{math.MaxInt32, math.MaxInt32}, math.MaxInt32},
	} {
		require.Equal(t, c.want, medianOf(slices.Clone(c.gaps)), "%v", c.gaps)
	}
}

// TestLogGrid compares mean and variance of the log of the median of n gamma
// gaps with mpmath 1.3.0: quadrature of the densities of the order statistics at
// 12 digits and more.
func TestLogGrid(t *testing.T) {
	for _, c := range []struct {
		k              float64
		n              int
		mean, variance float64
	}{
		{0.5, 3, -1.69543864985, 1.85782511199},
		{0.5, 9, -1.55963817527, 0.61703545446},
		{1, 3, -0.459432629245, 0.658522343489},
		{1, 5, -0.425550609389, 0.4059829147},
		{1, 21, -0.381455987424, 0.0987268789479},
		{4, 3, 1.28088790963, 0.123452236003},
		{4, 7, 1.29146978671, 0.0571134956692},
		{60, 5, 4.08797914719, 0.00480793521613},
		{1, 4, -0.360596866793, 0.399779067783},
		{1, 6, -0.377349447592, 0.289723506428},
	} {
		g := newLogGrid(c.k)
		got, tolerance := g.odd(c.n/2), 2e-11
		if c.n%2 == 0 {
			got, tolerance = g.even(c.n/2), 1e-5 // the diagonal of the double integral
		}
		require.InDelta(t, c.mean, got.mean, tolerance, "k %v, n %d", c.k, c.n)
		requireRelative(t, c.variance, got.variance, tolerance, "k", c.k, "n", c.n)
	}
}

// TestMedianLawsNormal: a gamma variable of large shape is nearly normal, and the
// variance of the median of normal samples is in the tables (Teichroew 1956,
// Annals of Mathematical Statistics 27:410-426; four digits).
func TestMedianLawsNormal(t *testing.T) {
	const k = maxRegularity
	laws := newMedianLaws(k)
	for n, variance := range map[int]float64{1: 1, 2: 0.5, 3: 0.4487, 4: 0.2982, 5: 0.2868, 6: 0.2147, 7: 0.2104, 9: 0.1661, 10: 0.1383} {
		requireRelative(t, variance, k/laws.of(n).shape, 1e-3, "n", n)
	}
	requireRelative(t, math.Pi/2/1000, k/laws.of(1000).shape, 1e-3)
}

func TestMedianLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		k := math.Exp(rapid.Float64Range(math.Log(minRegularity), math.Log(maxRegularity)).Draw(t, "log k"))
		laws := newMedianLaws(k)
		require.Equal(t, medianLaw{k, k}, laws.of(1))
		require.Equal(t, medianLaw{2 * k, k}, laws.of(2))
		for n := 2; n <= 3*tabulated; n++ {
			law, fewer := laws.of(n), laws.of(n-1)
			require.GreaterOrEqual(t, law.shape, fewer.shape, "n %d", n)
			require.LessOrEqual(t, law.shape, k*float64(n), "n %d: more information than the gaps have", n)
			require.Positive(t, law.unit)
		}
		// Far out, the median is the distribution's and the information that of theory.
		far := laws.of(1_000_000)
		requireRelative(t, mathext.GammaIncRegInv(k, 0.5), far.unit, 1e-4)
		requireRelative(t, laws.step, far.shape/1e6, 1e-3)
	})
}

// TestMedianLawsSimulated compares the law with what it stands for: the
// distribution of simulated medians at some of the law's quantiles.
func TestMedianLawsSimulated(t *testing.T) {
	rng := rand.New(rand.NewPCG(11, 12))
	draws, noise := 100_000, 0.0
	if testing.Short() {
		draws, noise = 8_000, 0.01
	}
	for i, k := range []float64{0.5, 1, 3, 20} {
		tolerance := []float64{0.03, 0.015, 0.015, 0.015}[i] + noise
		laws := newMedianLaws(k)
		for _, n := range []int{1, 2, 3, 4, 7, 12, 60} {
			law := laws.of(n)
			gaps := make([]float64, n)
			var below [9]int
			for range draws {
				for i := range gaps {
					gaps[i] = gammaDraw(rng, k)
				}
				slices.Sort(gaps)
				p := mathext.GammaIncReg(law.shape, (gaps[(n-1)/2]+gaps[n/2])/2*law.shape/law.unit)
				for i := range below {
					if p < float64(i+1)/10 {
						below[i]++
					}
				}
			}
			for i, b := range below {
				require.InDelta(t, float64(i+1)/10, float64(b)/float64(draws), tolerance, "k %v, n %d", k, n)
			}
		}
	}
}

func TestTrigammaInverse(t *testing.T) {
	requireRelative(t, 1, trigammaInverse(math.Pi*math.Pi/6), 1e-14)
	requireRelative(t, 0.5, trigammaInverse(math.Pi*math.Pi/2), 1e-14)
	rapid.Check(t, func(t *rapid.T) {
		y := math.Exp(rapid.Float64Range(-20, 10).Draw(t, "log y"))
		requireRelative(t, y, trigamma(trigammaInverse(y)), 1e-13)
	})
}

// TestGapLaw compares with R 4.2.2's pbeta and qbeta.
func TestGapLaw(t *testing.T) {
	for _, c := range []struct{ k, shape, p, want float64 }{
		{1, 2, 0.9, 2.16227766016838},
		{0.25, 0.5, 0.975, 232.22130500121435},
		{3.7, 12.25, 0.1, 0.12090687709792859},
		{3.7, 12.25, 0.5, 0.28300955881693945},
		{400, 3, 0.9, 363.3615441751212},
		{10000, 2000, 0.01, 4.725345811998622},
		{0.96, 2.4, 0.5, 0.31624927849140227},
	} {
		requireRelative(t, 7*c.want, gapLaw{c.k, c.shape, 7}.quantile(c.p), 1e-10, c)
	}
	for _, c := range []struct{ k, shape, x, want float64 }{
		{1, 2, 9, 0.010000000000000005},
		{0.25, 0.5, 1000, 0.01205727731016275},
		{3.7, 12.25, 5, 5.6591927104352435e-08},
		{400, 3, 5000, 8.0941504954335869e-05},
		{10000, 2000, 6, 1.5826768393695103e-13},
		{0.96, 2.4, 1e6, 3.7232968009422377e-15},
	} {
		requireRelative(t, c.want, gapLaw{c.k, c.shape, 7}.tail(7*c.x), 1e-10, c)
	}
	rapid.Check(t, func(t *rapid.T) {
		// Lomax in closed form, and the quantile as the inverse of the tail.
		shape := math.Exp(rapid.Float64Range(-2, 7).Draw(t, "log shape"))
		x := math.Exp(rapid.Float64Range(-3, 8).Draw(t, "log x"))
		lomax := gapLaw{1, shape, 30}
		requireRelative(t, math.Exp(-shape*math.Log1p(x/30)), lomax.tail(x), 1e-11)
		law := gapLaw{math.Exp(rapid.Float64Range(math.Log(minRegularity), math.Log(maxRegularity)).Draw(t, "log k")), shape, 30}
		p := rapid.Float64Range(0.001, 0.999).Draw(t, "p")
		require.InDelta(t, 1-p, law.tail(law.quantile(p)), 1e-9)
	})
	// A gap so short that one minus its beta variable has no digits left.
	short := gapLaw{minRegularity, 2.7, 30}
	requireRelative(t, 1-1.0/1024, short.tail(short.quantile(1.0/1024)), 1e-14)
}

// plainFit is baseFit without groups: one term a customer, and the plain
// sums.
func plainFit(gaps [][]int) (k, shape, scale float64) {
	v, pairs := 1.0/12, 1.0
	for _, g := range gaps {
		if len(g) < 2 {
			continue
		}
		sum, n := 0.0, 0.0
		for i := 0; i+1 < len(g); i += 2 {
			m := float64(g[i]) / float64(g[i]+g[i+1])
			sum, n = sum+(m-0.5)*(m-0.5), n+1
		}
		v, pairs = v+sum/n, pairs+1
	}
	v /= pairs
	k = min(max((1-4*v)/(8*v), minRegularity), maxRegularity)
	laws := newMedianLaws(k)
	var y, within []float64 // estimates of minus the log rate, and their variances
	for _, g := range gaps {
		law := laws.of(len(g))
		y = append(y, math.Log(medianOf(slices.Clone(g)))+math.Log(law.shape/law.unit)-mathext.Digamma(law.shape))
		within = append(within, trigamma(law.shape))
	}
	mean := func(spread float64) float64 {
		w, x := 0.0, 0.0
		for i := range y {
			w += 1 / (spread + within[i])
			x += y[i] / (spread + within[i])
		}
		return x / w
	}
	lo, hi := 1e-12, 1e6
	for range 200 {
		spread := math.Sqrt(lo * hi)
		m, q := mean(spread), spreadOfOne/spread
		for i := range y {
			q += (y[i] - m) * (y[i] - m) / (spread + within[i])
		}
		if q > float64(len(y)) {
			lo = spread
		} else {
			hi = spread
		}
	}
	shape = trigammaInverse(lo)
	return k, shape, math.Exp(mean(lo) + mathext.Digamma(shape))
}

func TestBaseFitAgainstPlain(t *testing.T) {
	gap := rapid.IntRange(1, 400)
	rapid.Check(t, func(t *rapid.T) {
		gaps := rapid.SliceOfN(rapid.SliceOfN(gap, 1, 9), 1, 30).Draw(t, "gaps")
		var f baseFit
		for _, g := range gaps {
			f.add(slices.Clone(g))
		}
		k, shape, scale := plainFit(gaps)
		requireRelative(t, k, f.regularity(), 1e-12)
		b := f.base(newMedianLaws(k), k)
		require.Equal(t, len(gaps), b.Customers)
		requireRelative(t, shape, b.Shape, 1e-8)
		requireRelative(t, scale, b.Scale, 1e-8)
	})
}

// TestRegularityBounds: gaps that are equal, or as uneven as they come, stay in range.
func TestRegularityBounds(t *testing.T) {
	fill := func(n int, gaps ...int) float64 {
		var f baseFit
		for range n {
			f.add(slices.Clone(gaps))
		}
		return f.regularity()
	}
	requireRelative(t, 1, fill(0), 1e-15, "nothing known: random purchases")
	requireRelative(t, 1, fill(50, 30), 1e-15, "one gap each says nothing of regularity")
	require.Equal(t, float64(maxRegularity), fill(1_000_000, 30, 30))
	require.Equal(t, minRegularity, fill(1000, 1, 3_000_000))
	require.Less(t, fill(1, 30, 30), 3.0, "one customer proves little")
	require.Greater(t, fill(100, 30, 30), 50.0)
}
