package survival

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/guanxi-go/guanxi/internal/cputime"
)

// purchaseGaps draws n times to the second purchase in whole days, at most
// three years, about half of them censored.
func purchaseGaps(n int) []Observation[int32] {
	rng := rand.New(rand.NewPCG(20260219, 1))
	obs := make([]Observation[int32], n)
	for row := range obs {
		gap, seen := int32(rng.ExpFloat64()*400), rng.Int32N(1096)
		obs[row] = Observation[int32]{Time: min(gap, seen), Event: gap <= seen}
	}
	return obs
}

func benchmarkRows() int {
	if testing.Short() {
		return 10_000
	}
	return 1_000_000
}

// BenchmarkKaplanMeierDays is the whole way from rows in whole days to a curve
// with its limits. The specification allows a million rows 0.06 CPU seconds;
// R's survfit takes 0.61.
func BenchmarkKaplanMeierDays(b *testing.B) {
	n := benchmarkRows()
	for name, obs := range map[string][]Observation[int32]{"right-censored": purchaseGaps(n), "truncated": truncate(purchaseGaps(n))} {
		b.Run(fmt.Sprintf("%s/rows=%d", name, n), func(b *testing.B) {
			measure(b, func() error {
				_, err := KaplanMeier(obs, Options{})
				return err
			})
		})
	}
}

// truncate makes a third of the rows enter late.
func truncate(obs []Observation[int32]) []Observation[int32] {
	rng := rand.New(rand.NewPCG(20260219, 2))
	for row := range obs {
		if o := &obs[row]; o.Time > 0 && row%3 == 0 {
			o.Entry = rng.Int32N(o.Time)
		}
	}
	return obs
}

// BenchmarkKaplanMeierFloat sorts: nearly every time is distinct.
func BenchmarkKaplanMeierFloat(b *testing.B) {
	n := benchmarkRows()
	rng := rand.New(rand.NewPCG(20260219, 3))
	obs := make([]Observation[float64], n)
	for row := range obs {
		obs[row] = Observation[float64]{Time: rng.ExpFloat64(), Event: row%2 == 0}
	}
	b.Run(fmt.Sprintf("rows=%d", n), func(b *testing.B) {
		measure(b, func() error {
			_, err := KaplanMeier(obs, Options{})
			return err
		})
	})
}

// BenchmarkAalenJohansen has two causes, and the infinitesimal jackknife in it.
func BenchmarkAalenJohansen(b *testing.B) {
	n := benchmarkRows()
	for name, obs := range map[string][]Observation[int32]{"right-censored": purchaseGaps(n), "truncated": truncate(purchaseGaps(n))} {
		competing := make([]CompetingObservation[int32], n)
		for row, o := range obs {
			competing[row] = CompetingObservation[int32]{Entry: o.Entry, Time: o.Time}
			if o.Event {
				competing[row].Cause = 1 + row%2
			}
		}
		b.Run(fmt.Sprintf("%s/rows=%d", name, n), func(b *testing.B) {
			measure(b, func() error {
				_, err := AalenJohansen(competing, 2, Options{})
				return err
			})
		})
	}
}

func BenchmarkLogRank(b *testing.B) {
	n := benchmarkRows()
	obs := purchaseGaps(n)
	segments := []string{"核心", "潜在", "有意向", "无意向", "已成交", "催款"}
	group := make([]string, n)
	for row := range group {
		group[row] = segments[row%len(segments)]
	}
	b.Run(fmt.Sprintf("rows=%d/groups=%d", n, len(segments)), func(b *testing.B) {
		measure(b, func() error {
			_, err := LogRank(obs, group, LogRankOptions{})
			return err
		})
	})
}

// measure runs work b.N times and reports its processor time too.
func measure(b *testing.B, work func() error) {
	b.ReportAllocs()
	start := cputime.Now()
	for b.Loop() {
		if err := work(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric((cputime.Now()-start).Seconds()/float64(b.N), "cpu-s/op")
}
