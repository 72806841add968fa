package points_test

import (
	"fmt"
	"slices"
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

// BenchmarkPosting decides and folds as a service does: two earns of 50 and a burn of
// 100, with order and actor, in place on a state of its own, read anew every 30
// postings. earn and burn are one kind alone, on a state read anew for each.
func BenchmarkPosting(b *testing.B) {
	act := points.Act{Actor: "till-4", Ref: "order-1234567"}
	earn, burn := points.EarnCommand{Act: act, Points: 50, QP: 50}, points.BurnCommand{Act: act, Points: 100}
	for _, lots := range []int{1, 5, 20} {
		for name, p := range benchPolicies() {
			full := p
			full.Expiry = points.Expiry{Rule: points.AfterMonths, N: 12}
			a := open(b, full)
			for i := range lots {
				a.must(full.Earn(a.state, earn, epoch.AddDate(0, 0, i)))
			}
			a.must(full.Adjust(a.state, points.AdjustCommand{Points: 50}, epoch.AddDate(0, 0, lots)))
			now := epoch.AddDate(0, 0, 30)
			for mode, burns := range map[string]func(i int) bool{
				"mixed": func(i int) bool { return i%3 == 2 },
				"earn":  func(int) bool { return false },
				"burn":  func(int) bool { return true },
			} {
				b.Run(fmt.Sprintf("lots=%d/%s/%s", lots, name, mode), func(b *testing.B) {
					var s points.State
					own := make([]points.Lot, 0, lots+30)
					b.ReportAllocs()
					start := cputime.Now()
					for i := 0; b.Loop(); i++ {
						if i%30 == 0 || mode != "mixed" {
							s = a.state
							own = append(own[:0], a.state.Lots...)
							s.Lots = own
						}
						var err error
						if burns(i) {
							_, err = p.PostBurn(&s, &burn, now)
						} else {
							_, err = p.PostEarn(&s, &earn, now)
						}
						if err != nil {
							b.Fatal(err)
						}
					}
					b.ReportMetric(float64((cputime.Now()-start).Nanoseconds())/float64(b.N), "cpu-ns/op")
				})
			}
		}
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
		own := s.Clone()
		require.LessOrEqual(t, testing.AllocsPerRun(100, func() {
			lots := own.Lots
			entries, err := p.Burn(own, points.BurnCommand{Points: 250}, now)
			if err == nil {
				err = own.Fold(entries...)
			}
			require.NoError(t, err)
			own = s
			own.Lots = append(lots[:0], s.Lots...)
		}), 1.0, name)
		lots, posted := make([]points.Lot, 0, 40), points.State{}
		earn, burn := points.EarnCommand{Points: 60}, points.BurnCommand{Points: 250}
		require.LessOrEqual(t, testing.AllocsPerRun(100, func() {
			posted = s
			posted.Lots = append(lots, s.Lots...)
			_, err := p.PostEarn(&posted, &earn, now)
			if err == nil {
				_, err = p.PostBurn(&posted, &burn, now)
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

// BenchmarkEntryBinary writes and reads a journal of earns (ref, actor, end) and of
// burns over two lots.
func BenchmarkEntryBinary(b *testing.B) {
	a := open(b, points.Policy{Expiry: points.Expiry{Rule: points.AfterMonths, N: 12}})
	act := points.Act{Actor: "till-4", Ref: "order-1234567"}
	for i := range 12 {
		now := epoch.AddDate(0, 0, i)
		if i%3 == 2 {
			a.must(a.policy.Burn(a.state, points.BurnCommand{Act: act, Points: 120}, now))
		} else {
			a.must(a.policy.Earn(a.state, points.EarnCommand{Act: act, Points: 100, QP: 100}, now))
		}
	}
	for name, kind := range map[string]points.Kind{"earn": points.KindEarn, "burn": points.KindBurn} {
		i := slices.IndexFunc(a.journal, func(e points.Entry) bool { return e.Kind == kind })
		entry := a.journal[i]
		form, err := entry.MarshalBinary()
		require.NoError(b, err)
		b.Run("append/"+name, func(b *testing.B) {
			b.ReportAllocs()
			start := cputime.Now()
			for b.Loop() {
				if form, err = entry.AppendBinary(form[:0]); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64((cputime.Now()-start).Nanoseconds())/float64(b.N), "cpu-ns/op")
			b.ReportMetric(float64(len(form)), "bytes")
		})
		b.Run("decode/"+name, func(b *testing.B) {
			b.ReportAllocs()
			start := cputime.Now()
			for b.Loop() {
				if _, _, err := points.DecodeEntry(form); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64((cputime.Now()-start).Nanoseconds())/float64(b.N), "cpu-ns/op")
		})
	}
}
