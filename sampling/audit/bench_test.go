package audit_test

import (
	"math"
	"testing"

	"github.com/guanxi-go/guanxi/sampling/audit"
)

// plainUpperCount is the reference: the law's terms by lgamma, every number of errors in
// turn.
func plainUpperCount(population, n, x int64, risk float64) int64 {
	lchoose := func(n, k int64) float64 {
		a, _ := math.Lgamma(float64(n) + 1)
		b, _ := math.Lgamma(float64(k) + 1)
		c, _ := math.Lgamma(float64(n-k) + 1)
		return a - b - c
	}
	all := lchoose(population, n)
	upper := x
	for marked := x; marked <= population-n+x; marked++ {
		var p float64
		for k := max(0, n-(population-marked)); k <= x; k++ {
			p += math.Exp(lchoose(marked, k) + lchoose(population-marked, n-k) - all)
		}
		if p <= risk {
			break
		}
		upper = marked
	}
	return upper
}

func BenchmarkUpperCount(b *testing.B) {
	b.Run("n=300/N=1e4/plain", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			plainUpperCount(10_000, 300, 12, 0.05)
		}
	})
	for _, c := range []struct {
		name             string
		population, n, x int64
	}{{"n=300/N=1e4", 1e4, 300, 12}, {"n=300/N=1e9", 1e9, 300, 12}, {"n=5e8/N=1e9", 1e9, 5e8, 2.5e8}} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := audit.UpperCount(c.population, c.n, c.x, 0.05); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkUpperRate(b *testing.B) {
	for _, c := range []struct {
		name string
		n, x int64
	}{{"n=59", 59, 1}, {"n=1e6", 1e6, 1234}, {"n=1e9", 1e9, 3e8}} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := audit.UpperRate(c.x, c.n, 0.05); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkAttributeSize(b *testing.B) {
	for _, c := range []struct {
		name       string
		expected   int64
		population int64
	}{{"E=2%", 200, 0}, {"E=4.9%", 490, 0}, {"E=4%/N=1e9", 400, 1e9}} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				o := audit.AttributeOptions{Population: c.population}
				o.Expected.Num, o.Expected.Den = c.expected, 10_000
				if _, err := audit.AttributeSize(percent(5), 0.05, o); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkDesignSingle(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := audit.DesignSingle(audit.Point{Quality: percent(1), Risk: 0.05}, audit.Point{Quality: percent(2), Risk: 0.1}, audit.DesignOptions{}); err != nil {
			b.Fatal(err)
		}
	}
}
