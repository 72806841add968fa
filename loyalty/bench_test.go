package loyalty_test

import (
	"errors"
	"math/rand/v2"
	"os"
	"runtime"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/internal/cputime"
	"github.com/guanxi-go/guanxi/loyalty"
	"github.com/guanxi-go/guanxi/loyalty/points"
)

var benchTill = loyalty.Actor{ID: "till", Sees: loyalty.Everyone()}

// benchShop has 10,000 accounts, from which points are spent first in, first out.
type benchShop struct {
	*loyalty.Loyalty
	ids    []string
	random *rand.Rand
	posted int
}

func openBenchShop(tb testing.TB) *benchShop {
	l, err := loyalty.New(&loyalty.Memory{}, loyalty.Programme{Points: points.Policy{Order: points.FIFO}}, loyalty.Options{})
	require.NoError(tb, err)
	shop := &benchShop{Loyalty: l, ids: make([]string, 10_000), random: rand.New(rand.NewPCG(1, 2))}
	for i := range shop.ids {
		shop.ids[i] = "member-" + strconv.Itoa(i)
		_, err := l.Members.Enrol(tb.Context(), benchTill, shop.ids[i], loyalty.Call{})
		require.NoError(tb, err)
	}
	return shop
}

// post posts as the specification measures it: two earns for each burn, each with a key
// of its own. A burn takes what two earns bring, on average; one that is refused counts as
// a posting.
func (s *benchShop) post(tb testing.TB) (refused bool) {
	return s.next().post(tb, s.Loyalty)
}

// benchSale is a posting that is to be made.
type benchSale struct {
	account string
	points  int64
	burn    bool
	call    loyalty.Call
}

func (s *benchShop) next() benchSale {
	sale := benchSale{account: s.ids[s.random.IntN(len(s.ids))], points: 1 + s.random.Int64N(100), burn: s.posted%3 == 2}
	sale.call.Key = strconv.Itoa(s.posted)
	s.posted++
	return sale
}

func (s benchSale) post(tb testing.TB, l *loyalty.Loyalty) (refused bool) {
	var err error
	if s.burn {
		_, err = l.Points.Burn(tb.Context(), benchTill, s.account, points.BurnCommand{Points: 2 * s.points}, s.call)
	} else {
		_, err = l.Points.Earn(tb.Context(), benchTill, s.account, points.EarnCommand{Points: s.points}, s.call)
	}
	if err != nil && !errors.Is(err, points.ErrInsufficient) {
		tb.Fatal(err)
	}
	return err != nil
}

// BenchmarkPosting posts to 10,000 accounts. The share of what is refused is reported, and
// because of that share accounts come to hold a few more lots the longer it runs: figures
// compare at one -benchtime, such as 300000x.
func BenchmarkPosting(b *testing.B) {
	shop := openBenchShop(b)
	b.ReportAllocs()
	b.ResetTimer()
	start, refused := cputime.Now(), 0
	for b.Loop() {
		if shop.post(b) {
			refused++
		}
	}
	b.ReportMetric(100*float64(refused)/float64(b.N), "%refused")
	b.ReportMetric(float64((cputime.Now()-start).Nanoseconds())/float64(b.N), "cpu-ns/op")
}

// TestPostingsAreFast: a posting takes at most 2 us of processor time, the best of five
// runs of 300,000, garbage collection included, and what makes up the sales not. It is judged where GUANXI_FULL is set: on
// a machine that others share it takes up to three times as long as on an idle one.
func TestPostingsAreFast(t *testing.T) {
	runs, n := 1, 30_000
	if os.Getenv("GUANXI_FULL") != "" {
		runs, n = 5, 300_000
	}
	best := time.Hour
	for range runs {
		shop, taken := openBenchShop(t), time.Duration(0)
		sales := make([]benchSale, 1000)
		for range n / len(sales) {
			for i := range sales {
				sales[i] = shop.next()
			}
			start := cputime.Now()
			for i := range sales {
				sales[i].post(t, shop.Loyalty)
			}
			taken += cputime.Now() - start
		}
		best = min(best, taken/time.Duration(n))
	}
	t.Logf("a posting: %v of processor time", best)
	if os.Getenv("GUANXI_FULL") != "" {
		require.LessOrEqual(t, best, 2*time.Microsecond)
	}
}

// BenchmarkDueRun finds and posts what has expired in 20,000 accounts of 20 entries
// each, a million where GUANXI_FULL is set, of which each has lots that end on 20
// days: the run posts those of one day.
func BenchmarkDueRun(b *testing.B) {
	accounts := 20_000
	if os.Getenv("GUANXI_FULL") != "" {
		accounts = 1_000_000
	}
	clock := &hand{time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}
	store := new(loyalty.Memory)
	l, err := loyalty.New(store, loyalty.Programme{}, loyalty.Options{Clock: clock})
	require.NoError(b, err)
	items := make([]loyalty.Item, 0, 1000)
	for i := range accounts {
		id := "member-" + strconv.Itoa(i)
		_, err := l.Members.Enrol(b.Context(), benchTill, id, loyalty.Call{})
		require.NoError(b, err)
		for day := range 20 {
			items = append(items, loyalty.Item{Account: id, Earn: &points.EarnCommand{Points: 10, ExpireAt: clock.now.AddDate(0, 1, day)}})
			if len(items) == cap(items) {
				_, errs := l.Points.Batch(b.Context(), benchTill, items)
				require.NoError(b, errors.Join(errs...))
				items = items[:0]
			}
		}
	}
	clock.now = clock.now.AddDate(0, 1, 0)
	_, err = store.Prune(b.Context(), clock.now) // the keys of the postings, as a host does after some days
	require.NoError(b, err)
	runtime.GC()
	var mem runtime.MemStats
	runtime.ReadMemStats(&mem)
	b.ReportAllocs()
	b.ResetTimer()
	start, days := cputime.Now(), 0
	for b.Loop() {
		if days++; days > 20 {
			b.Fatal("run it with -benchtime 20x or less: every lot has expired")
		}
		report, err := l.Due.Run(b.Context(), benchTill, loyalty.DueOptions{Page: 1000})
		if err != nil || report.Accounts != accounts || report.Expired != 10*int64(accounts) {
			b.Fatal(report, err)
		}
		clock.now = clock.now.AddDate(0, 0, 1)
	}
	b.ReportMetric(float64(mem.HeapAlloc)/float64(accounts), "heap-B/account")
	b.ReportMetric(float64(days*accounts)/(cputime.Now()-start).Seconds(), "accounts/cpu-s")
}
