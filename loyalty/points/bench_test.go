package points_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/internal/cputime"
	"github.com/guanxi-go/guanxi/loyalty/points"
)

// twentyLots is an account with 20 open lots.
func twentyLots(tb testing.TB, p points.Policy) points.State {
	a := open(tb, p)
	for i := range 20 {
		now := epoch.AddDate(0, 0, i)
		a.must(p.Earn(a.state, points.EarnCommand{Points: 100, QP: 100, ExpireAt: now.AddDate(1, 0, 0)}, now))
	}
	return a.state
}

func benchPolicies() map[string]points.Policy {
	return map[string]points.Policy{"soonest": {}, "fifo": {Order: points.FIFO},
		"dates": {Expiry: points.Expiry{Rule: points.AfterMonths, N: 12}, Inactivity: 6, Zone: time.FixedZone("CST", 8*3600)}}
}

func BenchmarkEarn(b *testing.B) {
	for name, p := range benchPolicies() {
		b.Run(name, func(b *testing.B) {
			s := twentyLots(b, p)
			now := epoch.AddDate(0, 0, 30)
			b.ReportAllocs()
			start := cputime.Now()
			for b.Loop() {
				entries, err := p.Earn(s, points.EarnCommand{Points: 60, QP: 60}, now)
				if err == nil {
					_, err = points.Apply(s, entries...)
				}
				if err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64((cputime.Now()-start).Nanoseconds())/float64(b.N), "cpu-ns/op")
		})
	}
}

func BenchmarkBurn(b *testing.B) {
	for name, p := range benchPolicies() {
		b.Run(name, func(b *testing.B) {
			s := twentyLots(b, p)
			now := epoch.AddDate(0, 0, 30)
			b.ReportAllocs()
			start := cputime.Now()
			for b.Loop() {
				entries, err := p.Burn(s, points.BurnCommand{Points: 250}, now)
				if err == nil {
					_, err = points.Apply(s, entries...)
				}
				if err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64((cputime.Now()-start).Nanoseconds())/float64(b.N), "cpu-ns/op")
		})
	}
}

func TestAllocations(t *testing.T) {
	for name, p := range benchPolicies() {
		s, now := twentyLots(t, p), epoch.AddDate(0, 0, 30)
		require.LessOrEqual(t, testing.AllocsPerRun(100, func() {
			entries, err := p.Earn(s, points.EarnCommand{Points: 60}, now)
			if err == nil {
				_, err = points.Apply(s, entries...)
			}
			require.NoError(t, err)
		}), 2.0, name)
		require.LessOrEqual(t, testing.AllocsPerRun(100, func() {
			entries, err := p.Burn(s, points.BurnCommand{Points: 250}, now)
			if err == nil {
				_, err = points.Apply(s, entries...)
			}
			require.NoError(t, err)
		}), 2.0, name)
		require.Zero(t, testing.AllocsPerRun(100, func() {
			_, _ = points.DueEntries(s, now)
			_ = points.Available(s, now) + points.Pending(s, now)
			_ = points.NextDue(s)
		}), name)
	}
}

// BenchmarkDue decides the expiry of a million accounts of 20 entries each (10,000
// under -short), a tenth of whose lots are over, and applies it.
func BenchmarkDue(b *testing.B) {
	n := 1_000_000
	if testing.Short() {
		n = 10_000
	}
	s := twentyLots(b, points.Policy{})
	now := epoch.AddDate(1, 0, 1)
	b.ReportAllocs()
	start := cputime.Now()
	for b.Loop() {
		for range n {
			entries, err := points.DueEntries(s, now)
			if err == nil {
				_, err = points.Apply(s, entries...)
			}
			if err != nil || len(entries) != 2 {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(float64(n*b.N)/(cputime.Now()-start).Seconds(), "accounts/cpu-s")
}

func BenchmarkReplay(b *testing.B) {
	a := open(b, points.Policy{})
	for i := range 20 {
		if now := epoch.AddDate(0, 0, i).Format(time.RFC3339); i%3 == 2 {
			a.burn(120, now)
		} else {
			a.earn(100, now)
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := points.Replay(a.journal); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkStateBinary(b *testing.B) {
	s := twentyLots(b, points.Policy{})
	var room []byte
	b.ReportAllocs()
	for b.Loop() {
		saved, err := s.AppendBinary(room[:0])
		if err == nil {
			room = saved
			err = s.UnmarshalBinary(saved)
		}
		if err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(len(room)), "bytes")
}
