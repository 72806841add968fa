package replicate_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/guanxi-go/guanxi/internal/cputime"
	"github.com/guanxi-go/guanxi/sampling/replicate"
)

// BenchmarkJackknife is the ratio of two totals over rows in 50 strata of 20 PSUs,
// once the design is there: over PSUs, as any function of the weights of rows, and
// as one would write it down.
func BenchmarkJackknife(b *testing.B) {
	rows := 100_000
	if testing.Short() {
		rows = 10_000
	}
	random := rand.New(rand.NewPCG(1, 2))
	w, x, y := make([]float64, rows), make([]float64, rows), make([]float64, rows)
	strata, psus := make([]string, rows), make([]string, rows)
	for row := range rows {
		w[row], x[row], y[row] = 1+random.Float64(), 1+random.Float64(), random.NormFloat64()
		h := random.IntN(50)
		strata[row], psus[row] = fmt.Sprint("h", h), fmt.Sprint("p", h, "/", random.IntN(20))
	}
	d, err := replicate.NewDesign(w, replicate.DesignOptions{Strata: strata, PSUs: psus})
	if err != nil {
		b.Fatal(err)
	}
	jack, err := d.JKn(replicate.Options{})
	if err != nil {
		b.Fatal(err)
	}
	check := func(_ any, err error) {
		if err != nil {
			b.Fatal(err)
		}
	}
	for _, run := range []struct {
		name string
		do   func()
	}{
		{"design", func() { check(replicate.NewDesign(w, replicate.DesignOptions{Strata: strata, PSUs: psus})) }},
		{"ratio", func() { check(jack.Ratio(y, x)) }},
		{"function", func() {
			check(jack.Variance(func(w []float64) ([]float64, error) {
				above, below := 0.0, 0.0
				for row, weight := range w {
					above += weight * y[row]
					below += weight * x[row]
				}
				return []float64{above / below}, nil
			}))
		}},
		{"plain", func() { plainJackknife(w, x, y, strata, psus) }},
	} {
		b.Run(fmt.Sprintf("%s/%d", run.name, rows), func(b *testing.B) {
			b.ReportAllocs()
			start := cputime.Now()
			for b.Loop() {
				run.do()
			}
			b.ReportMetric(float64((cputime.Now()-start).Microseconds())/1000/float64(b.N), "cpu-ms/op")
		})
	}
}

// plainJackknife goes over all rows for every PSU.
func plainJackknife(w, x, y []float64, strata, psus []string) float64 {
	in := map[string]map[string]bool{}
	for row, h := range strata {
		if in[h] == nil {
			in[h] = map[string]bool{}
		}
		in[h][psus[row]] = true
	}
	v := 0.0
	full := ratio(w, x, y)
	for h, of := range in {
		n := float64(len(of))
		for psu := range of {
			moved := slices.Clone(w)
			for row := range moved {
				if psus[row] == psu {
					moved[row] = 0
				} else if strata[row] == h {
					moved[row] *= n / (n - 1)
				}
			}
			dev := ratio(moved, x, y) - full
			v += (n - 1) / n * dev * dev
		}
	}
	return v
}

func ratio(w, x, y []float64) float64 {
	above, below := 0.0, 0.0
	for row, weight := range w {
		above += weight * y[row]
		below += weight * x[row]
	}
	return above / below
}
