package numeric

import (
	"encoding/json"
	"math"
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

// counts holds values of mpmath at 60 digits; testdata/counts.py makes them.
type counts struct {
	Binomial []struct {
		K, N        int64
		P           float64
		Mass, Above string
		AtMost      string `json:"at_most"`
	}
	Poisson []struct {
		K           int64
		Mean        float64
		Mass, Above string
		AtMost      string `json:"at_most"`
	}
	Hypergeometric []struct {
		K, Population, Marked, N int64
		Log, Mass, Above         string
		AtMost                   string `json:"at_most"`
	}
	BetaQuantile []struct {
		P, A, B float64
		X, Y    string
	} `json:"beta_quantile"`
}

func readCounts(t *testing.T) (c counts) {
	t.Helper()
	data, err := os.ReadFile("testdata/counts.json")
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(data, &c))
	return c
}

// A probability of exp(-u) is held to 24 units in the last place and 3u of them more:
// the exponent of the saddle-point form is a rounded sum of terms of that size. Sums of
// many terms, at the largest standard deviations, stay below 1e-13.
func requireTail(t *testing.T, got float64, want string, format string, args ...any) {
	t.Helper()
	w := number(t, want)
	if w < 1e-290 {
		require.Less(t, got, 2e-290)
		return
	}
	units := uint64(24 - 3*math.Log(w))
	distance := ULPDistance(got, w)
	if distance > worst[format] {
		worst[format] = distance
	}
	require.LessOrEqual(t, distance, units, "%v: got %v, want %v; %v", format, got, w, args)
}

var worst = map[string]uint64{}

func TestCountsAgainstMpmath(t *testing.T) {
	c := readCounts(t)
	require.Greater(t, min(len(c.Binomial), len(c.Hypergeometric), 2*len(c.Poisson), 2*len(c.BetaQuantile)), 80)
	for _, b := range c.Binomial {
		q := 1 - b.P
		requireTail(t, BinomialMass(b.K, b.N, b.P, q), b.Mass, "binomial mass", b)
		atMost, above := BinomialTails(b.K, b.N, b.P, q)
		requireTail(t, atMost, b.AtMost, "binomial at most", b)
		requireTail(t, above, b.Above, "binomial above", b)
	}
	for _, p := range c.Poisson {
		requireTail(t, PoissonMass(p.K, p.Mean), p.Mass, "poisson mass", p)
		atMost, above := PoissonTails(p.K, p.Mean)
		requireTail(t, atMost, p.AtMost, "poisson at most", p)
		requireTail(t, above, p.Above, "poisson above", p)
	}
	for _, h := range c.Hypergeometric {
		requireTail(t, HypergeometricMass(h.K, h.Population, h.Marked, h.N), h.Mass, "hypergeometric mass", h)
		atMost, above := HypergeometricTails(h.K, h.Population, h.Marked, h.N)
		requireTail(t, atMost, h.AtMost, "hypergeometric at most", h)
		requireTail(t, above, h.Above, "hypergeometric above", h)
		require.InEpsilon(t, number(t, h.Log)-1e-300, HypergeometricLogMass(h.K, h.Population, h.Marked, h.N)-1e-300, 2e-15, "%v", h)
	}
	for _, q := range c.BetaQuantile {
		x, y := BetaQuantile(q.P, q.A, q.B)
		require.InEpsilon(t, number(t, q.X), x, 1e-13, "%v", q)
		require.InEpsilon(t, number(t, q.Y), y, 1e-13, "%v", q)
	}
	t.Log(len(c.Binomial), len(c.Poisson), len(c.Hypergeometric), len(c.BetaQuantile), "rows; units in the last place at worst:", worst)
}

func TestCountsOutsideTheirDomain(t *testing.T) {
	nan := math.NaN()
	for _, p := range []float64{-0.1, 1.1, nan} {
		require.True(t, math.IsNaN(BinomialMass(1, 3, p, 1-p)))
		a, b := BinomialTails(1, 3, p, 1-p)
		require.True(t, math.IsNaN(a) && math.IsNaN(b))
		a, b = BetaTails(1, 3, p, 1-p)
		require.True(t, math.IsNaN(a) && math.IsNaN(b))
		a, b = BetaQuantile(p, 1, 3)
		require.True(t, math.IsNaN(a) && math.IsNaN(b))
	}
	require.True(t, math.IsNaN(BinomialMass(0, -1, 0.5, 0.5)))
	require.True(t, math.IsNaN(IncompleteBeta(0, 1, 0.5, 0.5, 0)))
	require.True(t, math.IsNaN(IncompleteBeta(1, 1, 0.7, 0.3, -0.4)))
	require.True(t, math.IsNaN(PoissonMass(1, -1)) && math.IsNaN(PoissonMass(1, math.Inf(1))))
	require.True(t, math.IsNaN(HypergeometricMass(0, 10, 11, 1)) && math.IsNaN(HypergeometricLogMass(0, 10, 1, 11)))
	require.True(t, math.IsNaN(Brent(func(x float64) float64 { return x*x + 1 }, -1, 1)))
	require.Equal(t, []float64{0, 1, 1, 0, 0}, []float64{BinomialMass(4, 3, 0.5, 0.5), BinomialMass(0, 3, 0, 1), BinomialMass(3, 3, 1, 0),
		PoissonMass(-1, 2), HypergeometricMass(2, 10, 1, 5)})
	a, b := PoissonTails(0, 0)
	require.Equal(t, []float64{1, 0}, []float64{a, b})
	require.Equal(t, math.Inf(-1), HypergeometricLogMass(2, 10, 1, 5))
	for _, k := range []int64{-1, 3} {
		a, b := HypergeometricTails(k, 10, 3, 4)
		require.Equal(t, []bool{k == 3, k == -1}, []bool{a == 1, b == 1})
		a, b = BinomialTails(k, 3, 0.25, 0.75)
		require.Equal(t, []bool{k == 3, k == -1}, []bool{a == 1, b == 1})
	}
}

func TestBrent(t *testing.T) {
	for _, f := range []func(float64) float64{
		func(x float64) float64 { return x*x*x - 2 },
		func(x float64) float64 { return math.Exp(x) - 3 },
		func(x float64) float64 { return math.Copysign(1, x-math.Pi/2) },
	} {
		x := Brent(f, 0, 2)
		below, above := f(math.Nextafter(math.Nextafter(x, -9), -9)), f(math.Nextafter(math.Nextafter(x, 9), 9))
		require.True(t, below <= 0 && above >= 0, x)
	}
	require.Equal(t, 2.0, Brent(func(x float64) float64 { return x - 2 }, 0, 2))
}
