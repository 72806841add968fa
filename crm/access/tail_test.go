package access

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

// The tails are those of mpmath 1.3.0 with 50 digits, summed term by term
// where the mean is 1e7.
func TestTailAgainstMpmath(t *testing.T) {
	for _, tt := range []struct {
		law  negativeBinomial
		x    int64
		want float64
	}{
		{negativeBinomial{1e7, 6e8}, 10_000_000, 0.50004101099256436},
		{negativeBinomial{1e7, 6e8}, 10_009_670, 0.0012140738987407178},
		{negativeBinomial{1e7, 6e8}, 10_019_340, 6.6628671629361745e-10},
		{negativeBinomial{1e6, 2.5}, 100, 0.99999999969711096},
		{negativeBinomial{1e6, 2.5}, 6_000_000, 1.4748806633618786e-5},
		{negativeBinomial{0.01, 0.02}, 40, 6.5825450012850658e-23},
		{negativeBinomial{3e5, 0.5}, 300_000, 0.31731091114728693},
		{negativeBinomial{7.5, 1e9}, 20, 0.00011074947317250526},
		{negativeBinomial{16, 16}, 16, 0.5},
		{negativeBinomial{20, 0.3}, 1, 0.71758512665907452},
		{negativeBinomial{20, 0.3}, 0, 1},
	} {
		require.InEpsilon(t, tt.want, tt.law.tail(tt.x), 1e-13, "%v", tt)
	}
}

// The tail falls with x, stays a probability, and has the weight of the point x
// between x and x+1.
func TestTailFalls(t *testing.T) {
	for _, law := range []negativeBinomial{{0.008, 0.5}, {3, 0.1}, {10, 600.5}, {50, 3}, {1e3, 1e6}, {1e9, 6e10}, {1e9, 0.02}} {
		before := 1.0
		for _, z := range []float64{0.001, 0.1, 0.5, 0.9, 0.99, 1, 1.01, 1.1, 2, 5, 20} {
			x := int64(math.Ceil(z * law.mean))
			p := law.tail(x)
			require.False(t, math.IsNaN(p) || p < 0 || p > before, "%v at %d: %g after %g", law, x, p, before)
			before = p
			if p < 1e-250 || law.mean > 1e6 {
				continue
			}
			k := float64(x)
			lg := func(z float64) float64 { v, _ := math.Lgamma(z); return v }
			point := math.Exp(lg(k+law.size) - lg(law.size) - lg(k+1) + k*math.Log(law.mean/(law.mean+law.size)) - law.size*math.Log1p(law.mean/law.size))
			require.InDelta(t, point, p-law.tail(x+1), 1e-7*point+4e-16, "%v at %d", law, x)
		}
	}
}
