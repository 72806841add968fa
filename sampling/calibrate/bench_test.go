package calibrate_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/internal/cputime"
	"github.com/guanxi-go/guanxi/sampling/calibrate"
)

// survey makes rows with four classifications (2, 6, 8 and 5 categories, so 480
// combinations) that go together with each other and, in the population, have
// other shares than in the sample. Every label is a string of its own, as a reader
// of files gives them.
func survey(rows int) (weights []float64, margins []calibrate.Margin) {
	random := rand.New(rand.NewPCG(1, 2))
	names := []string{"sex", "age group", "region", "education"}
	sizes := []int{2, 6, 8, 5}
	margins = make([]calibrate.Margin, len(names))
	for m := range margins {
		margins[m] = calibrate.Margin{Name: names[m], Labels: make([]string, rows), Totals: map[string]float64{}}
	}
	weights = make([]float64, rows)
	for row := range rows {
		weights[row] = 5 + 10*random.Float64()
		trait := random.Float64()
		truth := weights[row] * (.7 + .6*random.Float64() + .4*trait)
		for m, n := range sizes {
			category := int(float64(n) * (.5*trait + .5*random.Float64()))
			label := fmt.Sprintf("%s %d", names[m], category)
			margins[m].Labels[row] = label
			margins[m].Totals[label] += truth
		}
	}
	return weights, margins
}

// plainRake is raking as one would write it down: rows, maps and strings.
func plainRake(weights []float64, margins []calibrate.Margin, tolerance float64) []float64 {
	w := append([]float64(nil), weights...)
	for {
		worst := 0.0
		for _, m := range margins {
			sum := map[string]float64{}
			for row, label := range m.Labels {
				sum[label] += w[row]
			}
			for category, total := range m.Totals {
				worst = math.Max(worst, math.Abs(sum[category]/total-1))
			}
			for row, label := range m.Labels {
				w[row] *= m.Totals[label] / sum[label]
			}
		}
		if worst < tolerance {
			return w
		}
	}
}

func BenchmarkRake(b *testing.B) {
	rows := 1_000_000
	if testing.Short() {
		rows = 10_000
	}
	weights, margins := survey(rows)
	for _, run := range []struct {
		name string
		do   func()
	}{
		{"calibrate", func() {
			if _, err := calibrate.Rake(weights, margins, calibrate.RakeOptions{Tolerance: 1e-10}); err != nil {
				b.Fatal(err)
			}
		}},
		{"plain", func() { plainRake(weights, margins, 1e-10) }},
	} {
		b.Run(fmt.Sprintf("%s/%dx4", run.name, rows), func(b *testing.B) { measure(b, run.do) })
	}
}

func BenchmarkRakeAgain(b *testing.B) {
	weights, margins := survey(100_000)
	raker, err := calibrate.NewRaker(margins, calibrate.RakeOptions{})
	require.NoError(b, err)
	measure(b, func() {
		if _, err := raker.Calibrate(weights); err != nil {
			b.Fatal(err)
		}
	})
}

// measure reports processor time beside the time on the wall.
func measure(b *testing.B, do func()) {
	b.ReportAllocs()
	start := cputime.Now()
	for b.Loop() {
		do()
	}
	b.ReportMetric(float64((cputime.Now()-start).Microseconds())/1000/float64(b.N), "cpu-ms/op")
}

// columns makes auxiliary variables with known totals.
func columns(rows, p int) (weights []float64, aux []calibrate.Auxiliary) {
	random := rand.New(rand.NewPCG(3, 4))
	weights = make([]float64, rows)
	for row := range weights {
		weights[row] = 5 + 10*random.Float64()
	}
	for j := range p {
		a := calibrate.Auxiliary{Name: fmt.Sprint("x", j), Values: make([]float64, rows)}
		for row := range rows {
			a.Values[row] = 1
			if j > 0 {
				a.Values[row] = float64(10*j) + random.NormFloat64()
			}
			a.Total += weights[row] * a.Values[row] * (1 + .05*random.Float64())
		}
		aux = append(aux, a)
	}
	return weights, aux
}

// plainGREG solves the normal equations by elimination.
func plainGREG(weights []float64, aux []calibrate.Auxiliary) []float64 {
	p := len(aux)
	m := make([][]float64, p)
	for a := range p {
		m[a] = make([]float64, p+1)
		m[a][p] = aux[a].Total
		for row, w := range weights {
			m[a][p] -= w * aux[a].Values[row]
			for b := range p {
				m[a][b] += w * aux[a].Values[row] * aux[b].Values[row]
			}
		}
	}
	for a := range p {
		for b := range p {
			if b == a {
				continue
			}
			f := m[b][a] / m[a][a]
			for c := a; c <= p; c++ {
				m[b][c] -= f * m[a][c]
			}
		}
	}
	g := append([]float64(nil), weights...)
	for row, w := range weights {
		for a := range p {
			g[row] += w * aux[a].Values[row] * m[a][p] / m[a][a]
		}
	}
	return g
}

func BenchmarkGREG(b *testing.B) {
	rows := 100_000
	if testing.Short() {
		rows = 1000
	}
	weights, aux := columns(rows, 10)
	for _, run := range []struct {
		name string
		do   func()
	}{
		{"calibrate", func() {
			if _, err := calibrate.Calibrate(weights, aux, calibrate.Options{}); err != nil {
				b.Fatal(err)
			}
		}},
		{"plain", func() { plainGREG(weights, aux) }},
	} {
		b.Run(fmt.Sprintf("%s/%dx10", run.name, rows), func(b *testing.B) { measure(b, run.do) })
	}
}

// TestSpeed holds the limit of the issue on an idle machine, for a million rows.
func TestSpeed(t *testing.T) {
	full := os.Getenv("GUANXI_FULL") != ""
	rows := 100_000
	if full {
		rows = 1_000_000
	}
	weights, margins := survey(rows)
	best := time.Hour
	for range 5 {
		start := cputime.Now()
		res, err := calibrate.Rake(weights, margins, calibrate.RakeOptions{Tolerance: 1e-10})
		require.NoError(t, err)
		best = min(best, cputime.Now()-start)
		for _, f := range res.Fit {
			require.LessOrEqual(t, f.Error, 1e-10)
		}
	}
	t.Logf("raking %d rows to 4 margins from raw labels: %v of processor time", rows, best)
	if full {
		require.Less(t, best, 60*time.Millisecond)
	}
}
