package segment_test

import (
	"testing"

	"github.com/guanxi-go/guanxi/crm/purchase"
	"github.com/guanxi-go/guanxi/crm/segment"
)

// benchmarkHistory compares with a plain loop that keeps far less: the built-in
// map of [plainLoop].
func benchmarkHistory[K purchase.ID](b *testing.B, log purchase.Batch[K]) {
	against(b, func() {
		h, err := segment.NewHistory(logOf(log), segment.Options{})
		if err != nil {
			b.Fatal(err)
		}
		if h.Purchases() != len(log.Days) {
			b.Fatal(h.Purchases())
		}
	}, func() { plainLoop(log) })
}

func BenchmarkHistoryFromMemoryInt(b *testing.B)  { benchmarkHistory(b, generate(benchRows(b))) }
func BenchmarkHistoryFromMemoryText(b *testing.B) { benchmarkHistory(b, texts(generate(benchRows(b)))) }

// BenchmarkFromHistory asks each question of time once.
func BenchmarkFromHistory(b *testing.B) {
	h, err := segment.NewHistory(logOf(generate(benchRows(b))), segment.Options{})
	if err != nil {
		b.Fatal(err)
	}
	cycles, err := segment.OrderCycles(h, 0, segment.CycleOptions{})
	if err != nil {
		b.Fatal(err)
	}
	months, err := segment.Boundaries(h.First(), segment.Monthly, h.Last())
	if err != nil {
		b.Fatal(err)
	}
	for name, ask := range map[string]func() error{
		"OrderCycles": func() error {
			_, err := segment.OrderCycles(h, 0, segment.CycleOptions{})
			return err
		},
		"EarlyWarnings": func() error {
			_, err := segment.EarlyWarnings(cycles, segment.WarningOptions{})
			return err
		},
		"LookAfter": func() error {
			_, err := segment.LookAfter(cycles, 10, segment.AttentionOptions{})
			return err
		},
		"TrackLifecycle": func() error {
			_, err := segment.TrackLifecycle(h, 0, months)
			return err
		},
		"RepeatPurchases": func() error {
			_, err := segment.RepeatPurchases(h, 0, segment.RepeatOptions{Cohorts: months})
			return err
		},
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := ask(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
