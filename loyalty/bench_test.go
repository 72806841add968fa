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
func benchShop(b *testing.B) (*loyalty.Loyalty, []string) {
	l, err := loyalty.New(&loyalty.Memory{}, loyalty.Programme{Points: points.Policy{Order: points.FIFO}}, loyalty.Options{})
	require.NoError(b, err)
	ids := make([]string, 10_000)
	for i := range ids {
		ids[i] = "member-" + strconv.Itoa(i)
		_, err := l.Members.Enrol(b.Context(), benchTill, ids[i], loyalty.Call{})
		require.NoError(b, err)
	}
	return l, ids
}

// BenchmarkPosting posts to 10,000 accounts as the specification measures it: two
// earns for each burn, first in first out, each with a key of its own. A burn takes
// what two earns bring, on average. One that is refused counts as a posting; their share
// is reported, and because of them accounts come to hold a few more lots the longer it
// runs: figures compare at one -benchtime, such as 300000x.
func BenchmarkPosting(b *testing.B) {
	l, ids := benchShop(b)
	random := rand.New(rand.NewPCG(1, 2))
	b.ReportAllocs()
	b.ResetTimer()
	start, refused := cputime.Now(), 0
	for i := 0; b.Loop(); i++ {
		var err error
		account, n := ids[random.IntN(len(ids))], 1+random.Int64N(100)
		call := loyalty.Call{Key: strconv.Itoa(i)}
		if i%3 == 2 {
			_, err = l.Points.Burn(b.Context(), benchTill, account, points.BurnCommand{Points: 2 * n}, call)
		} else {
			_, err = l.Points.Earn(b.Context(), benchTill, account, points.EarnCommand{Points: n}, call)
		}
		if err != nil && !errors.Is(err, points.ErrInsufficient) {
			b.Fatal(err)
		}
		if err != nil {
			refused++
		}
	}
	b.ReportMetric(100*float64(refused)/float64(b.N), "%refused")
	b.ReportMetric(float64((cputime.Now()-start).Nanoseconds())/float64(b.N), "cpu-ns/op")
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
