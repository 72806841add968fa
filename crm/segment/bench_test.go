package segment_test

import (
	"math/rand/v2"
	"runtime"
	"strconv"
	"testing"
	"time"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/purchase"
	"github.com/guanxi-go/guanxi/crm/segment"
	"github.com/guanxi-go/guanxi/internal/cputime"
)

// benchRows is a purchase log of the size that the library is measured at: ten
// purchases a customer on average, unevenly spread, in random order.
func benchRows(b *testing.B) (rows, customers int) {
	b.Helper()
	if testing.Short() {
		return 200_000, 20_000
	}
	return 10_000_000, 1_000_000
}

// generate makes a log: the customer's weight is the square of a uniform number,
// three years of days, amounts to 100.00 with a tenth of round ones.
func generate(rows, customers int) purchase.Batch[int64] {
	rng := rand.New(rand.NewPCG(2026, 11))
	log := purchase.Batch[int64]{
		Customers: make([]int64, rows), Days: make([]calendar.Day, rows), Amounts: make([]int64, rows),
	}
	start := calendar.MustDate(2023, time.January, 1)
	for i := range rows {
		u := rng.Float64()
		c := int64(u * u * float64(customers))
		if i < customers {
			c = int64(i)
		}
		log.Customers[i] = 1_000_003 + 7*c
		log.Days[i] = start + calendar.Day(rng.IntN(1096))
		log.Amounts[i] = rng.Int64N(10_000)
	}
	rng.Shuffle(rows, func(i, j int) {
		log.Customers[i], log.Customers[j] = log.Customers[j], log.Customers[i]
	})
	return log
}

func texts(log purchase.Batch[int64]) purchase.Batch[string] {
	ids := make([]string, len(log.Customers))
	for i, id := range log.Customers {
		ids[i] = "C" + strconv.FormatInt(id, 10)
	}
	return purchase.Batch[string]{Customers: ids, Days: log.Days, Amounts: log.Amounts}
}

// plain is what a programmer writes without a library: one map, one pass, no
// scores.
type plain struct {
	first, last calendar.Day
	purchases   int64
	value       int64
}

func plainLoop[K purchase.ID](log purchase.Batch[K]) map[K]*plain {
	m := make(map[K]*plain)
	for i, id := range log.Customers {
		d := log.Days[i]
		c := m[id]
		if c == nil {
			c = &plain{first: d, last: d}
			m[id] = c
		}
		if d < c.first {
			c.first = d
		}
		if d > c.last {
			c.last = d
		}
		c.purchases++
		c.value += log.Amounts[i]
	}
	return m
}

// against runs both in turn and reports the CPU seconds of each and their ratio,
// so that the machine's moods touch both alike.
func against(b *testing.B, ours, plain func()) {
	b.Helper()
	b.ReportAllocs()
	var a, p float64
	for b.Loop() {
		runtime.GC()
		t := cputime.Now()
		ours()
		a += (cputime.Now() - t).Seconds()
		runtime.GC()
		t = cputime.Now()
		plain()
		p += (cputime.Now() - t).Seconds()
	}
	b.ReportMetric(a/float64(b.N), "cpu-s/ours")
	b.ReportMetric(p/float64(b.N), "cpu-s/plain")
	b.ReportMetric(a/p, "ratio")
}

func scoreLog[K purchase.ID](b *testing.B, log purchase.Batch[K], workers int) int {
	s, err := segment.NewSummary[K](segment.Options{Workers: workers})
	if err != nil {
		b.Fatal(err)
	}
	if err := s.AddBatch(log); err != nil {
		b.Fatal(err)
	}
	r, err := s.RFM(0, segment.Scoring{})
	if err != nil {
		b.Fatal(err)
	}
	return r.Len()
}

func benchmarkRFM[K purchase.ID](b *testing.B, log purchase.Batch[K], workers int) {
	var n, m int
	against(b, func() { n = scoreLog(b, log, workers) }, func() { m = len(plainLoop(log)) })
	if n != m {
		b.Fatalf("%d customers, the plain loop finds %d", n, m)
	}
}

func BenchmarkRFMFromMemoryInt(b *testing.B) {
	log := generate(benchRows(b))
	b.Run("workers=1", func(b *testing.B) { benchmarkRFM(b, log, 1) })
	b.Run("workers=2", func(b *testing.B) { benchmarkRFM(b, log, 2) })
}

func BenchmarkRFMFromMemoryText(b *testing.B) {
	log := texts(generate(benchRows(b)))
	b.Run("workers=1", func(b *testing.B) { benchmarkRFM(b, log, 1) })
	b.Run("workers=2", func(b *testing.B) { benchmarkRFM(b, log, 2) })
}
