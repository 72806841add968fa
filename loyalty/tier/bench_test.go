package tier_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/internal/cputime"
	"github.com/guanxi-go/guanxi/loyalty/tier"
)

// career is what one member does in three years: an enrolment and n-1 purchases and
// returns.
func career(n, seed int) []tier.Event {
	start := time.Date(2022, 2, 28, 9, 0, 0, 0, time.UTC).AddDate(0, 0, seed%300)
	events := []tier.Event{{Kind: tier.Enrol, At: start}}
	for i := 1; i < n; i++ {
		e := tier.Event{Kind: tier.Qualify, At: start.Add(time.Duration(i*(3*365*24/n)) * time.Hour), Points: int64(50 + (seed*31+i*97)%300)}
		if i%7 == 6 {
			e.Kind, e.Points = tier.Return, 40
		}
		events = append(events, e)
	}
	return events
}

func benchmarkProgrammes(b *testing.B) map[string]*tier.Programme {
	shanghai := zone(b, "Asia/Shanghai")
	return map[string]*tier.Programme{
		"calendar":    programme(b, shanghai, metals()),
		"rolling":     programme(b, shanghai, rolling()),
		"anniversary": programme(b, shanghai, anniversary()),
	}
}

// BenchmarkEvaluate is the standing of a million members with 20 events each.
func BenchmarkEvaluate(b *testing.B) {
	members := 1_000_000
	if testing.Short() {
		members = 1_000
	}
	when := at("2025-03-15T12:00:00Z")
	careers := make([][]tier.Event, 300)
	for i := range careers {
		careers[i] = career(20, i)
	}
	for _, name := range []string{"calendar", "rolling", "anniversary"} {
		p := benchmarkProgrammes(b)[name]
		b.Run(fmt.Sprintf("window=%s/members=%d/events=20", name, members), func(b *testing.B) {
			b.ReportAllocs()
			before := cputime.Now()
			for b.Loop() {
				for i := range members {
					if _, err := p.Evaluate(careers[i%len(careers)], when); err != nil {
						b.Fatal(err)
					}
				}
			}
			b.ReportMetric(float64((cputime.Now()-before).Nanoseconds())/float64(b.N)/float64(members), "cpu-ns/member")
		})
	}
}

// BenchmarkAdd is the cost of one event in order, with its reviews.
func BenchmarkAdd(b *testing.B) {
	for _, name := range []string{"calendar", "rolling", "anniversary"} {
		p, events := benchmarkProgrammes(b)[name], career(20, 7)
		b.Run("window="+name, func(b *testing.B) {
			tracker := p.NewTracker()
			b.ReportAllocs()
			i, before := 0, cputime.Now()
			for b.Loop() {
				if i == len(events) {
					tracker.Reset()
					i = 0
				}
				if err := tracker.Add(events[i]); err != nil {
					b.Fatal(err)
				}
				i++
			}
			b.ReportMetric(float64((cputime.Now()-before).Nanoseconds())/float64(b.N), "cpu-ns/event")
		})
	}
}

func BenchmarkTrackerStanding(b *testing.B) {
	for _, name := range []string{"calendar", "rolling", "anniversary"} {
		p, events := benchmarkProgrammes(b)[name], career(20, 7)
		b.Run("window="+name, func(b *testing.B) {
			tracker := p.NewTracker()
			for _, e := range events {
				require.NoError(b, tracker.Add(e))
			}
			b.ReportAllocs()
			for b.Loop() {
				if _, err := tracker.Standing(at("2025-03-15T12:00:00Z")); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// Adding in order and asking for the standing do not allocate once the memory is
// there.
func TestNoAllocations(t *testing.T) {
	for _, policy := range []tier.Policy{metals(), rolling(), anniversary()} {
		p := programme(t, zone(t, "Asia/Shanghai"), policy)
		tracker, events := p.NewTracker(), career(20, 7)
		run := func() {
			tracker.Reset()
			for _, e := range events {
				if tracker.Add(e) != nil {
					t.Fatal("refused")
				}
			}
			if _, err := tracker.Standing(at("2025-03-15T12:00:00Z")); err != nil {
				t.Fatal(err)
			}
		}
		run()
		require.Zero(t, testing.AllocsPerRun(100, run), policy.Window.Kind)
	}
}
