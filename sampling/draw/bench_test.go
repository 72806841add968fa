package draw

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/internal/cputime"
	"github.com/guanxi-go/guanxi/internal/ticket"
)

// measured runs a benchmark and reports processor time beside the wall's.
func measured(b *testing.B, do func()) {
	b.ReportAllocs()
	start := cputime.Now()
	for b.Loop() {
		do()
	}
	b.ReportMetric((cputime.Now()-start).Seconds()*1e3/float64(b.N), "cpu-ms/op")
}

// size is a full size, or a hundredth of it under -short.
func size(n int) int {
	if testing.Short() {
		return n / 100
	}
	return n
}

func BenchmarkSimple(b *testing.B) {
	size, n := size(10_000_000), size(100_000)
	f, err := Numbered(size, Columns{})
	require.NoError(b, err)
	b.Run("draw", func(b *testing.B) {
		src := Seeded(Seed{})
		measured(b, func() { must(Simple(f, n, src, Options{})) })
	})
	b.Run("drawn-order", func(b *testing.B) {
		src := Seeded(Seed{})
		measured(b, func() { must(Simple(f, n, src, Options{Order: OrderDrawn})) })
	})
	// The plain loop goes through the frame once (Fan, Muller and Rezucha 1962).
	b.Run("reference", func(b *testing.B) {
		rng := pcg(1)
		measured(b, func() {
			units := make([]int, 0, n)
			for row := range size {
				if rng.Float64()*float64(size-row) < float64(n-len(units)) {
					units = append(units, row)
				}
			}
			require.Len(b, units, n)
		})
	})
}

// stratified is a frame of units in a thousand strata in random order, and ten wanted
// from each.
func stratified(tb testing.TB, units int) (*Frame, map[string]int) {
	rng := pcg(2)
	labels, sizes := make([]string, units), map[string]int{}
	for i := range labels {
		labels[i] = fmt.Sprintf("stratum %d", rng.IntN(1000))
		sizes[labels[i]] = 0
	}
	f, err := Numbered(units, Columns{Stratum: labels})
	require.NoError(tb, err)
	for label, count := range f.Strata() {
		sizes[label] = min(10, count)
	}
	return f, sizes
}

func BenchmarkStratified(b *testing.B) {
	f, sizes := stratified(b, size(1_000_000))
	b.Run("draw", func(b *testing.B) {
		src := Seeded(Seed{})
		measured(b, func() { must(Stratified(f, sizes, src)) })
	})
	b.Run("reference", func(b *testing.B) {
		rng := pcg(1)
		measured(b, func() {
			groups := map[string][]int{}
			for row := range f.Len() {
				groups[f.Stratum(row)] = append(groups[f.Stratum(row)], row)
			}
			var units []int
			for label, rows := range groups {
				for _, i := range rng.Perm(len(rows))[:sizes[label]] {
					units = append(units, rows[i])
				}
			}
			require.NotEmpty(b, units)
		})
	})
}

func BenchmarkReservoir(b *testing.B) {
	total, n := size(10_000_000), 1000
	b.Run("draw", func(b *testing.B) {
		measured(b, func() { must(Reservoir(stream(total), n, Seeded(Seed{}))) })
	})
	b.Run("weighted", func(b *testing.B) {
		measured(b, func() {
			r := must(NewWeightedSampler[int](n, Seeded(Seed{})))
			for i := range total {
				if err := r.Add(i, float64(i%10+1)); err != nil {
					b.Fatal(err)
				}
			}
		})
	})
	// Algorithm R: a random number for every item.
	b.Run("reference", func(b *testing.B) {
		rng := pcg(1)
		measured(b, func() {
			kept := make([]int, 0, n)
			for i := range stream(total) {
				if len(kept) < n {
					kept = append(kept, i)
				} else if at := rng.IntN(i + 1); at < n {
					kept[at] = i
				}
			}
			require.Len(b, kept, n)
		})
	})
}

func staff(n int) []string {
	ids := make([]string, n)
	for i, k := range rand.New(rand.NewPCG(1, 1)).Perm(n) {
		ids[i] = fmt.Sprintf("E%07d", k)
	}
	return ids
}

func BenchmarkTickets(b *testing.B) {
	ids := staff(size(1_000_000))
	b.Run("frame", func(b *testing.B) {
		measured(b, func() { must(NewFrame(ids, Columns{})) })
	})
	f := must(NewFrame(ids, Columns{}))
	b.Run("draw", func(b *testing.B) {
		measured(b, func() { must(Tickets(f, len(ids)/10, Seed{}, TicketOptions{})) })
	})
	b.Run("draw-all", func(b *testing.B) {
		measured(b, func() { must(Tickets(f, len(ids), Seed{}, TicketOptions{})) })
	})
	b.Run("reference", func(b *testing.B) {
		type numbered struct {
			ticket ticket.Ticket
			row    int
		}
		measured(b, func() {
			drum := ticket.NewDrum(make([]byte, 32), "guanxi/draw/v1", "")
			list := make([]numbered, len(ids))
			for row, id := range ids {
				list[row] = numbered{drum.Of(id), row}
			}
			slices.SortFunc(list, func(a, b numbered) int {
				return cmp.Or(a.ticket.Compare(b.ticket), cmp.Compare(ids[a.row], ids[b.row]))
			})
		})
	})
}

// TestSpeed holds the limits of processor time where GUANXI_FULL is set, as an idle
// machine keeps them, and says what it took elsewhere.
func TestSpeed(t *testing.T) {
	if testing.Short() {
		t.Skip("large frames")
	}
	large := numbered(t, 10_000_000)
	strata, sizes := stratified(t, 1_000_000)
	employees := must(NewFrame(staff(1_000_000), Columns{}))
	src := Seeded(Seed{})
	for _, c := range []struct {
		name  string
		limit time.Duration
		do    func()
	}{
		{"simple 1e5 of 1e7", 2 * time.Millisecond, func() { must(Simple(large, 100_000, src, Options{})) }},
		{"stratified 10 x 1000 of 1e6", 10 * time.Millisecond, func() { must(Stratified(strata, sizes, src)) }},
		{"tickets 1e5 of 1e6", 400 * time.Millisecond, func() { must(Tickets(employees, 100_000, Seed{}, TicketOptions{})) }},
	} {
		best := time.Hour
		for range 20 {
			start := cputime.Now()
			c.do()
			best = min(best, cputime.Now()-start)
		}
		t.Logf("%s: %v, limit %v", c.name, best, c.limit)
		if os.Getenv("GUANXI_FULL") != "" {
			require.Less(t, best, c.limit, c.name)
		}
	}
}
