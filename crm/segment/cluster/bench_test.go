package cluster

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// customers simulates recency (days), frequency and log spend of n customers in
// a handful of overlapping groups.
func customers(n int, seed uint64) Data {
	rng := rand.New(rand.NewPCG(seed, 1))
	d := Data{Features: []string{"recency", "frequency", "monetary"}}
	for range n {
		rate := math.Exp(rng.NormFloat64() * 0.9)
		recency := rng.ExpFloat64() * 60 / rate
		frequency := rate * (5 + 5*rng.Float64())
		spend := 3 + math.Log(frequency) + rng.NormFloat64()*0.8
		d.Values = append(d.Values, math.Log1p(recency), math.Log1p(frequency), spend)
	}
	return d
}

func BenchmarkFit(b *testing.B) {
	sizes := []int{1e4, 1e6}
	if testing.Short() {
		sizes = []int{1e4}
	}
	for _, n := range sizes {
		data := customers(n, 42)
		b.Run(fmt.Sprintf("customers=%d/k=5/starts=1", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				c, err := Fit(data, 5, Options{Restarts: 1})
				if err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(float64(c.Iterations), "iterations")
				b.ReportMetric(c.Inertia, "inertia")
			}
		})
	}
}

func BenchmarkSilhouette(b *testing.B) {
	n := 5000
	if testing.Short() {
		n = 500
	}
	c, err := Fit(customers(n, 42), 5, Options{Restarts: 2})
	if err != nil {
		b.Fatal(err)
	}
	for _, method := range []SilhouetteMethod{SilhouetteExact, SilhouetteSampled, SilhouetteSimplified} {
		b.Run(fmt.Sprintf("customers=%d/%s", n, method), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := c.Silhouette(SilhouetteOptions{Method: method}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkStability(b *testing.B) {
	n := 5000
	if testing.Short() {
		n = 500
	}
	c, err := Fit(customers(n, 42), 5, Options{Restarts: 2})
	if err != nil {
		b.Fatal(err)
	}
	b.Run(fmt.Sprintf("customers=%d/replicates=20", n), func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := c.Stability(StabilityOptions{Replicates: 20}); err != nil {
				b.Fatal(err)
			}
		}
	})
}
