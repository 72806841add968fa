package calibrate_test

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/internal/cputime"
	"github.com/guanxi-go/guanxi/sampling/calibrate"
)

// indicators are the columns of all margins.
func indicators(tb testing.TB, margins []calibrate.Margin) (columns []calibrate.Auxiliary) {
	for _, m := range margins {
		c, err := calibrate.Indicators(m)
		if err != nil {
			tb.Fatal(err)
		}
		columns = append(columns, c...)
	}
	return columns
}

// plainMargins is linear calibration as one would write it down: labels looked up in
// a map, four ones a row added into the normal equations, the first category of
// every margin but the first left out.
func plainMargins(weights []float64, margins []calibrate.Margin) []float64 {
	place, p := make([]map[string]int, len(margins)), 0
	var miss []float64
	for i, m := range margins {
		place[i] = map[string]int{}
		for j, category := range slices.Sorted(maps.Keys(m.Totals)) {
			if place[i][category] = -1; i == 0 || j > 0 {
				place[i][category] = p
				miss = append(miss, m.Totals[category])
				p++
			}
		}
	}
	rows, normal := make([][]int, len(weights)), make([][]float64, p)
	for a := range normal {
		normal[a] = make([]float64, p)
	}
	for row, w := range weights {
		for i, m := range margins {
			if a := place[i][m.Labels[row]]; a >= 0 {
				rows[row] = append(rows[row], a)
			}
		}
		for _, a := range rows[row] {
			miss[a] -= w
			for _, b := range rows[row] {
				normal[a][b] += w
			}
		}
	}
	lambda := eliminate(normal, miss)
	calibrated := make([]float64, len(weights))
	for row, w := range weights {
		g := 1.
		for _, a := range rows[row] {
			g += lambda[a]
		}
		calibrated[row] = w * g
	}
	return calibrated
}

// eliminate solves m·x = y and destroys both.
func eliminate(m [][]float64, y []float64) []float64 {
	for a := range y {
		for b := range y {
			if b == a {
				continue
			}
			f := m[b][a] / m[a][a]
			for c := a; c < len(y); c++ {
				m[b][c] -= f * m[a][c]
			}
			y[b] -= f * y[a]
		}
	}
	for a := range y {
		y[a] /= m[a][a]
	}
	return y
}

// BenchmarkCalibrateMargins is what R's survey::calibrate(linear) takes 1.04
// seconds for.
func BenchmarkCalibrateMargins(b *testing.B) {
	rows := 1_000_000
	if testing.Short() {
		rows = 10_000
	}
	weights, margins := survey(rows)
	for _, run := range []struct {
		name string
		do   func()
	}{
		{"margins", func() {
			if _, err := calibrate.Calibrate(weights, nil, calibrate.Options{Margins: margins}); err != nil {
				b.Fatal(err)
			}
		}},
		{"indicators", func() {
			if _, err := calibrate.Calibrate(weights, indicators(b, margins), calibrate.Options{DropCollinear: true}); err != nil {
				b.Fatal(err)
			}
		}},
		{"plain", func() { plainMargins(weights, margins) }},
	} {
		b.Run(fmt.Sprintf("%s/%dx4", run.name, rows), func(b *testing.B) { measure(b, run.do) })
	}
}

// TestMarginsSpeed holds a tenth of what survey::calibrate takes, on an idle machine.
func TestMarginsSpeed(t *testing.T) {
	full := os.Getenv("GUANXI_FULL") != ""
	rows := 20_000
	if full {
		rows = 1_000_000
	}
	weights, margins := survey(rows)
	want := plainMargins(weights, margins)
	best := time.Hour
	for range 3 {
		start := cputime.Now()
		res, err := calibrate.Calibrate(weights, nil, calibrate.Options{Margins: margins})
		require.NoError(t, err)
		best = min(best, cputime.Now()-start)
		near(t, want, res.Weights, 1e-9)
		require.Len(t, res.Dropped, 3)
		for _, f := range res.Fit {
			require.LessOrEqual(t, f.Error, 1e-10) // plain sums made the totals
		}
	}
	t.Logf("linear calibration of %d rows to 4 margins from raw labels: %v of processor time", rows, best)
	if full {
		require.Less(t, best, 100*time.Millisecond)
	}
}
