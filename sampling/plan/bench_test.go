package plan

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"testing"

	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/internal/cputime"
	"github.com/stretchr/testify/require"
)

// manyStrata draws strata of up to 2000 units whose spread varies by e², with
// costs of 20 to 99.
func manyStrata(n int) []Stratum {
	rng := rand.New(rand.NewPCG(20261122, 1))
	out := make([]Stratum, n)
	for i := range out {
		out[i] = Stratum{Name: fmt.Sprintf("stratum %06d", i), Size: 1 + rng.IntN(2000), SD: math.Exp(rng.NormFloat64()), Cost: 20 + rng.Int64N(80)}
	}
	return out
}

func benchStrata() int {
	if testing.Short() {
		return 2_000
	}
	return 100_000
}

// BenchmarkAllocate divides ten units for each stratum by Neyman.
func BenchmarkAllocate(b *testing.B) {
	strata := manyStrata(benchStrata())
	b.Run(fmt.Sprintf("strata=%d", len(strata)), func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := Allocate(strata, 10*len(strata), AllocationOptions{Method: Neyman}); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkPlainHeap is the same answer by the heap alone, unit after unit, without
// the checks and the real shares.
func BenchmarkPlainHeap(b *testing.B) {
	strata := manyStrata(benchStrata())
	opts := AllocationOptions{Method: Neyman}
	b.Run(fmt.Sprintf("strata=%d", len(strata)), func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			heapOnly(b, strata, opts, 10*len(strata))
		}
	})
}

func heapOnly(tb testing.TB, strata []Stratum, opts AllocationOptions, n int) []int {
	limits, err := opts.check(strata)
	require.NoError(tb, err)
	a, err := opts.measures(strata)
	require.NoError(tb, err)
	g := newGiver(strata, a, nil, limits)
	g.start()
	for left := n - total(g.n); left > 0; left-- {
		g.give()
	}
	return g.n
}

// BenchmarkAllocateBudget spends 500 for each stratum.
func BenchmarkAllocateBudget(b *testing.B) {
	strata := manyStrata(benchStrata())
	b.Run(fmt.Sprintf("strata=%d", len(strata)), func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := AllocateBudget(strata, 500*int64(len(strata)), AllocationOptions{}); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkStratifiedSize looks for the size that gives a margin of one percent
// of the standard deviation.
func BenchmarkStratifiedSize(b *testing.B) {
	strata := manyStrata(benchStrata())
	b.Run(fmt.Sprintf("strata=%d", len(strata)), func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := StratifiedSize(strata, Margin(0.01), 0, AllocationOptions{Method: Neyman}); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkProportion(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Proportion(0.5, Margin(0.03), Options{Population: 20_000, Response: money.Ratio{Num: 60, Den: 100}}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkMeansSize solves the noncentral t distribution for n.
func BenchmarkMeansSize(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := MeansSize(0.5, 1, TestOptions{}); err != nil {
			b.Fatal(err)
		}
	}
}

// The answer at full size is that of the heap alone, and it takes less time.
func TestAllocateLarge(t *testing.T) {
	strata := manyStrata(benchStrata())
	opts := AllocationOptions{Method: Neyman}
	start := cputime.Now()
	got, err := Allocate(strata, 20*len(strata), opts)
	require.NoError(t, err)
	ours := cputime.Now() - start
	start = cputime.Now()
	plain := heapOnly(t, strata, opts, 20*len(strata))
	heap := cputime.Now() - start
	require.Equal(t, plain, got.N)
	t.Logf("%d strata: %v of CPU, the plain heap %v", len(strata), ours, heap)
	if os.Getenv("GUANXI_FULL") != "" {
		require.Less(t, ours.Seconds(), 0.5)
	}
}
