package pipeline_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm/pipeline"
)

// convolved adds one deal after the other, cell by cell.
func convolved(deals []pipeline.Deal) []float64 {
	p := []float64{1}
	for _, d := range deals {
		q, a := d.P.InexactFloat64(), int(d.Amount.Minor)
		next := make([]float64, len(p)+a)
		for i, x := range p {
			next[i] += (1 - q) * x
			next[i+a] += q * x
		}
		p = next
	}
	return p
}

// Hundreds of deals on a fine lattice go through their characteristic function; what
// comes out is the distribution that plain convolution gives, also where that is rough:
// few deals off a coarser lattice, one large deal, probabilities near 0 and 1.
func TestForecastByTransform(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	p := func(low, high int) decimal.Decimal { return decimal.New(int64(low+r.IntN(high-low+1)), -2) }
	for name, one := range map[string]func(i int) (int64, decimal.Decimal){
		"any":          func(int) (int64, decimal.Decimal) { return 1 + r.Int64N(60), p(1, 99) },
		"even chances": func(int) (int64, decimal.Decimal) { return 1 + r.Int64N(60), p(50, 50) },
		"coarser": func(i int) (int64, decimal.Decimal) {
			if i < 5 {
				return 1 + r.Int64N(60), p(3, 60)
			}
			return 10 * (1 + r.Int64N(9)), p(10, 90)
		},
		"twos and a one": func(i int) (int64, decimal.Decimal) {
			if i == 0 {
				return 1, p(30, 30)
			}
			return 2 * (1 + r.Int64N(40)), p(10, 90)
		},
		"a large one": func(i int) (int64, decimal.Decimal) {
			if i == 0 {
				return 20_000, p(40, 40)
			}
			return 1 + r.Int64N(60), p(5, 95)
		},
		"certain": func(i int) (int64, decimal.Decimal) {
			if i%7 == 0 {
				return 1 + r.Int64N(60), p(100, 100)
			}
			return 1 + r.Int64N(60), p(80, 99)
		},
		"unlikely": func(int) (int64, decimal.Decimal) { return 1 + r.Int64N(60), p(1, 4) },
	} {
		t.Run(name, func(t *testing.T) {
			*r = *rand.New(rand.NewPCG(5, 6)) // the same deals, whatever ran before
			deals := make([]pipeline.Deal, 800)
			for i := range deals {
				amount, p := one(i)
				deals[i] = pipeline.Deal{ID: fmt.Sprint(i), Amount: yuan(amount), P: p}
			}
			deals[1].Amount = yuan(41) // with the others, no lattice but that of 1
			f, err := pipeline.NewForecast(deals, today, pipeline.Options{})
			require.NoError(t, err)
			d, want := f.Amount, convolved(deals)
			require.True(t, d.Exact)
			require.Equal(t, int64(1), d.Step)
			var out, below, above float64
			for x, p := range want {
				if i := int64(x) - d.Low; i >= 0 && i < int64(len(d.P)) {
					require.InDelta(t, p, d.P[i], 1e-15, "P(%d)", x)
				} else {
					out += p
				}
			}
			require.Less(t, out, 1e-12)
			middle := int64(f.Total.Expected.InexactFloat64() * 100)
			for x, p := range want {
				if int64(x) <= middle {
					below += p
				} else {
					above += p
				}
			}
			require.InDelta(t, below, d.AtMost(middle), 1e-12)
			require.InDelta(t, above, d.AtLeast(middle+1), 1e-12)
			require.InEpsilon(t, f.StdDev*100, d.StdDev(), 1e-9)
		})
	}
}

// TestForecastSpeed states what a forecast of 2,000 opportunities takes: at most 5 ms
// each on an idle machine, whatever the amounts.
func TestForecastSpeed(t *testing.T) {
	for _, c := range []struct {
		name      string
		most, fen int64
	}{{"ten thousands", 100, 1_000_000}, {"thousands", 1000, 100_000}, {"to the fen", 100_000_000, 1}} {
		deals := many(2000, c.most, c.fen)
		best := time.Duration(math.MaxInt64)
		for range 10 {
			start := time.Now()
			_, err := pipeline.NewForecast(deals, today, pipeline.Options{})
			best = min(best, time.Since(start))
			require.NoError(t, err)
		}
		t.Logf("%s: %v", c.name, best)
		if os.Getenv("GUANXI_FULL") != "" {
			require.LessOrEqual(t, best, 5*time.Millisecond, c.name)
		}
	}
}
