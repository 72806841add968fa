package stage

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/internal/cputime"
)

func fiveStages(tb testing.TB) []Entry[Relationship] {
	return journalOf(tb, RelationshipMachine(), on(1, Awareness), on(2, Exploration), on(3, Expansion), on(4, Exploration), on(5, Expansion))
}

func BenchmarkDecide(b *testing.B) {
	m, journal := RelationshipMachine(), fiveStages(b)
	cmd := Command[Relationship]{To: Commitment, Now: day(9), Actor: "u1"}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := m.Decide(journal, cmd); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDecideBackdated(b *testing.B) {
	m, journal := RelationshipMachine(), journalOf(b, RelationshipMachine(), on(1, Awareness), on(2, Exploration), on(5, Dissolution))
	cmd := Command[Relationship]{To: Expansion, At: day(3), Now: day(9), Actor: "u1"}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := m.Decide(journal, cmd); err != nil {
			b.Fatal(err)
		}
	}
}

// TestDecideAllocatesNothing, nor do the questions to a journal recorded in order.
func TestDecideAllocatesNothing(t *testing.T) {
	m, journal := RelationshipMachine(), fiveStages(t)
	backdated := journalOf(t, m, on(1, Awareness), Command[Relationship]{To: Exploration, At: day(3), Now: day(9)})
	room := make([]Entry[Relationship], 5, 6)
	copy(room, journal)
	for name, do := range map[string]func(){
		"forward": func() { _, _ = m.Decide(journal, Command[Relationship]{To: Commitment, Now: day(9), Actor: "u1"}) },
		"reason": func() {
			_, _ = m.Decide(journal, Command[Relationship]{To: Dissolution, Now: day(9), Actor: "u1", Reason: "搬走了"})
		},
		"forced": func() {
			_, _ = m.Decide(journal, Command[Relationship]{To: Awareness, Now: day(9), Actor: "u1", Reason: "x", Forced: true})
		},
		"first": func() { _, _ = m.Decide(nil, Command[Relationship]{To: Awareness, Now: day(9), Actor: "u1"}) },
		"late": func() {
			_, _ = m.Decide(journal, Command[Relationship]{To: Commitment, At: day(7), Now: day(9), Actor: "u1"})
		},
		"after late": func() { _, _ = m.Decide(backdated, Command[Relationship]{To: Expansion, Now: day(9), Actor: "u1"}) },
		"append":     func() { _, _ = m.Append(room, Command[Relationship]{To: Commitment, Now: day(9), Actor: "u1"}) },
		"present":    func() { m.As(journal, time.Time{}, time.Time{}) },
		"past":       func() { m.As(journal, day(3), day(4)) },
	} {
		require.Zero(t, testing.AllocsPerRun(100, do), name)
	}
}

// manyHistories draws n subjects with 5 entries each over some two years.
func manyHistories(tb testing.TB, n int) *Histories[Relationship] {
	m := RelationshipMachine()
	r := rand.New(rand.NewPCG(1, 2))
	h := NewHistories(m)
	h.Grow(n, 5*n)
	journal := make([]Entry[Relationship], 0, 5)
	for i := range n {
		at := day(r.IntN(300))
		journal = journal[:0]
		for _, to := range []Relationship{Awareness, Exploration, Expansion, Exploration, Dissolution} {
			journal = append(journal, Entry[Relationship]{To: to, At: at, Recorded: at, Actor: "u1", Reason: "r"})
			at = at.Add(time.Duration(r.IntN(100*24)) * time.Hour)
		}
		require.NoError(tb, h.Add(fmt.Sprintf("%08d", i), journal))
	}
	return h
}

func subjects(tb testing.TB) int {
	if testing.Short() {
		return 10_000
	}
	return 1_000_000
}

func BenchmarkOccupancy(b *testing.B) {
	h := manyHistories(b, subjects(b))
	b.ReportAllocs()
	before := cputime.Now()
	n := 0
	for b.Loop() {
		if _, err := h.Occupancy(day(400), Options{}); err != nil {
			b.Fatal(err)
		}
		n++
	}
	b.ReportMetric((cputime.Now()-before).Seconds()/float64(n), "cpu-s/op")
}

func BenchmarkAnalyses(b *testing.B) {
	h := manyHistories(b, subjects(b)/10)
	until := day(500)
	for name, do := range map[string]func() error{
		"moves": func() error { _, err := h.Moves(until, Options{}); return err },
		"funnel": func() error {
			_, err := h.Funnel([]Relationship{Awareness, Exploration, Expansion}, 1e15, until, Options{})
			return err
		},
		"dwell": func() error { _, err := h.Dwell(Exploration, until, Options{}); return err },
		"exits": func() error { _, err := h.Exits(Exploration, until, Options{}); return err },
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := do(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
