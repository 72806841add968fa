package pipeline_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm/pipeline"
)

// many returns deals of 1 to most units of so many fen, with the probabilities of six
// stages.
func many(n int, most, fen int64) []pipeline.Deal {
	r := rand.New(rand.NewPCG(1, 2))
	p := []string{"0.05", "0.1", "0.25", "0.4", "0.6", "0.85"}
	deals := make([]pipeline.Deal, n)
	for i := range deals {
		deals[i] = pipeline.Deal{ID: fmt.Sprint(i), Amount: yuan((1 + r.Int64N(most)) * fen), P: decimal.RequireFromString(p[r.IntN(6)])}
	}
	return deals
}

func BenchmarkForecast(b *testing.B) {
	for _, c := range []struct {
		name      string
		n         int
		most, fen int64
		rho       float64
	}{
		{"wan", 2000, 100, 1_000_000, 0}, {"thousands", 2000, 1000, 100_000, 0}, {"fen", 2000, 100_000_000, 1, 0},
		{"common/small", 100, 100, 1_000_000, 0.2}, {"common/large", 2000, 100, 1_000_000, 0.2},
	} {
		if testing.Short() && c.rho > 0 {
			c.n = 100
		}
		deals := many(c.n, c.most, c.fen)
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_, err := pipeline.NewForecast(deals, day("2026-11-22"), pipeline.Options{Rho: c.rho})
				require.NoError(b, err)
			}
		})
	}
}
