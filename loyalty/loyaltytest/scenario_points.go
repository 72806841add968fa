package loyaltytest

import (
	"fmt"
	"time"

	"github.com/guanxi-go/guanxi/internal/fault"
	"github.com/guanxi-go/guanxi/loyalty"
	"github.com/guanxi-go/guanxi/loyalty/points"
)

// on is the expiry with a last day.
func (s *hardCase) on(year int, month time.Month, day int) points.Expiry {
	s.Helper()
	return points.Expiry{Rule: points.OnDay, Last: s.day(year, month, day)}
}

func lastDay(s *hardCase) {
	p := loyalty.Programme{Points: points.Policy{Zone: s.zone("Asia/Shanghai"), Expiry: s.on(2025, time.December, 31)}}
	earn := func() {
		s.begin(p, "2025-06-01T10:00:00+08:00", "m")
		s.earn("m", points.EarnCommand{Points: 100}, "e")
		s.equal("the end of the lot", s.account("m").State.Lots[0].ExpireAt, s.instant("2025-12-31T16:00:00Z"))
	}
	for _, late := range []string{"2026-01-01T00:00:00Z", "2025-12-31T16:00:00Z"} {
		earn()
		s.at(late)
		s.insufficient("m", 0, 60, s.tryBurn("m", 60, "b"))
	}
	earn()
	s.at("2025-12-31T15:59:59.999999999Z")
	s.burn("m", 60, "b")
	s.has("m", 40, 40, 0, 40)

	earn()
	s.at("2026-01-05T03:00:00Z")
	s.equal("entries of the job", s.due(), 1)
	s.equal("entries of the job again", s.due(), 0)
	all := s.postings("m")
	last := all[len(all)-1]
	if last.Kind != points.KindExpire || last.Amount != -100 || !last.At.Equal(s.instant("2025-12-31T16:00:00Z")) {
		s.Fatalf("the job posted %+v", last)
	}
	s.balanceAsOf("m", "2025-12-31T15:59:59Z", 100)
	s.balanceAsOf("m", "2025-12-31T16:00:00Z", 0)
}

func monthEnds(s *hardCase) {
	p := loyalty.Programme{Points: points.Policy{Zone: s.zone("Asia/Shanghai"), Expiry: points.Expiry{Rule: points.AfterMonths, N: 1}}}
	s.begin(p, "2025-01-28T10:00:00+08:00", "m")
	for _, day := range []string{"28", "29", "30", "31"} {
		s.at("2025-01-" + day + "T10:00:00+08:00")
		s.earn("m", points.EarnCommand{Points: 1}, day)
	}
	for _, l := range s.account("m").State.Lots {
		s.equal("the end of a lot", l.ExpireAt, s.instant("2025-02-28T16:00:00Z"))
	}
}

func inactivity(s *hardCase) {
	p := loyalty.Programme{Points: points.Policy{Inactivity: 12}}
	for _, adjusted := range []bool{false, true} {
		s.begin(p, "2024-03-10T12:00:00Z", "m")
		s.earn("m", points.EarnCommand{Points: 300}, "e")
		s.at("2025-02-01T12:00:00Z")
		s.burn("m", 50, "b")
		s.at("2025-03-11T00:00:00Z")
		s.has("m", 250, 250, 0)
		want := int64(250)
		if adjusted {
			s.at("2026-01-15T00:00:00Z")
			_, err := s.l.Points.Adjust(s.Context(), till(), "m", points.AdjustCommand{Points: 10}, loyalty.Call{Key: "a"})
			s.must(err)
			want += 10
		}
		s.at("2026-02-01T23:59:59.999999Z")
		s.has("m", want, want, 0)
		s.at("2026-02-02T00:00:00Z")
		s.has("m", 0, 0, 0)
		s.at("2026-02-03T00:00:00Z")
		s.equal("entries of the job", s.due(), 1)
		all := s.postings("m")
		last := all[len(all)-1]
		if last.Kind != points.KindExpire || last.Amount != -want || !last.At.Equal(s.instant("2026-02-02T00:00:00Z")) {
			s.Fatalf("the job posted %+v", last)
		}
	}
}

// threeLots earns A 100 until the end of 2025, B 50 until the end of June, and C 30
// for ever.
func (s *hardCase) threeLots(order points.Order) {
	s.Helper()
	s.begin(loyalty.Programme{Points: points.Policy{Order: order}}, "2025-01-01T00:00:00Z", "m")
	for i, lot := range []struct {
		points int64
		expiry points.Expiry
	}{{100, s.on(2025, time.December, 31)}, {50, s.on(2025, time.June, 30)}, {30, points.Expiry{}}} {
		s.at(fmt.Sprintf("2025-01-0%dT00:00:00Z", i+1))
		s.earn("m", points.EarnCommand{Points: lot.points, Expiry: &lot.expiry}, fmt.Sprint("earn ", i))
	}
	s.at("2025-05-01T00:00:00Z")
}

// uses holds of which lots, by their numbers, an entry took or got how much.
func (s *hardCase) uses(id string, seq uint64, want ...int64) {
	s.Helper()
	var got []int64
	for _, u := range s.postings(id)[seq-1].Uses {
		got = append(got, int64(u.Lot), u.Points)
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		s.Fatalf("entry %d used %v, want %v", seq, got, want)
	}
}

func consumption(s *hardCase) {
	s.threeLots(points.SoonestExpiring)
	p := s.burn("m", 120, "b")
	s.uses("m", p.Seq, 2, 50, 1, 70)
	s.has("m", 60, 60, 0, 30, 30)
	s.threeLots(points.FIFO)
	p = s.burn("m", 120, "b")
	s.uses("m", p.Seq, 1, 100, 2, 20)
	s.has("m", 60, 60, 0, 30, 30)
}

func lateJob(s *hardCase) {
	s.begin(loyalty.Programme{}, "2025-01-01T00:00:00Z", "m")
	s.earn("m", points.EarnCommand{Points: 100, ExpireAt: s.instant("2025-07-01T00:00:00Z")}, "e")
	s.at("2025-07-01T00:00:01Z")
	s.insufficient("m", 0, 10, s.tryBurn("m", 10, "b"))
	s.balanceAsOf("m", "2025-07-01T00:00:00Z", 0)
	s.equal("entries of the job", s.due(), 1)
	s.balanceAsOf("m", "2025-07-01T00:00:00Z", 0)
}

func (s *hardCase) refund(id string, target uint64, n int64, key string) (loyalty.Posted, error) {
	return s.l.Points.Refund(s.Context(), till(), id, loyalty.Reversal{Target: target, Points: n}, loyalty.Call{Key: key})
}

func partialRefunds(s *hardCase) {
	var lots [2][]points.Lot
	for i, parts := range [][]int64{{60, 60}, {120}} {
		s.threeLots(points.SoonestExpiring)
		before := s.account("m").State.Lots
		burn := s.burn("m", 120, "b")
		for j, n := range parts {
			r, err := s.refund("m", burn.Seq, n, fmt.Sprint("refund ", j))
			s.must(err)
			if n == 60 && j == 0 {
				s.uses("m", r.Seq, 1, 60)
				s.has("m", 120, 120, 0, 90, 30)
			}
		}
		lots[i] = s.account("m").State.Lots
		s.equal("lots", fmt.Sprint(lots[i]), fmt.Sprint(before))
		s.refused("m", points.ErrOverReversal, func() error { _, err := s.refund("m", burn.Seq, 1, "more"); return err })
	}
	s.equal("lots of two halves", fmt.Sprint(lots[0]), fmt.Sprint(lots[1]))
}

func spentClawback(s *hardCase) {
	spent := func(p points.Shortfall) (clawback func() error) {
		s.begin(loyalty.Programme{Points: points.Policy{Shortfall: p}}, "2025-01-01T00:00:00Z", "m")
		earn := s.earn("m", points.EarnCommand{Points: 200}, "order X")
		s.burn("m", 150, "b")
		return func() error {
			_, err := s.l.Points.Clawback(s.Context(), till(), "m", loyalty.Reversal{Target: earn.Seq, Points: 200}, loyalty.Call{Key: "return X"})
			return err
		}
	}
	s.must(spent(points.Debt)())
	s.has("m", 0, -150, 150)
	s.earn("m", points.EarnCommand{Points: 100}, "e1")
	s.has("m", 0, -50, 50)
	s.earn("m", points.EarnCommand{Points: 80}, "e2")
	s.has("m", 30, 30, 0, 30)

	s.must(spent(points.Partial)())
	s.has("m", 0, 0, 0)
	all := s.postings("m")
	if last := all[len(all)-1]; last.Kind != points.KindWriteOff || last.Amount != 150 {
		s.Fatalf("the last entry is %+v", last)
	}
	reject := spent(points.Reject)
	s.insufficient("m", 50, 200, reject)
}

func doubleReversal(s *hardCase) {
	spent := func() (reverse func(key string) error) {
		s.begin(loyalty.Programme{}, "2025-01-01T00:00:00Z", "m")
		s.earn("m", points.EarnCommand{Points: 100}, "e")
		burn := s.burn("m", 60, "b")
		return func(key string) error {
			_, err := s.l.Points.Reverse(s.Context(), till(), "m", burn.Seq, loyalty.Call{Key: key})
			return err
		}
	}
	reverse := spent()
	s.must(reverse("r1"))
	s.refused("m", points.ErrAlreadyReversed, func() error { return reverse("r2") })
	s.has("m", 100, 100, 0, 100)
	reverse = spent()
	s.equal("reversals", s.together(20, points.ErrAlreadyReversed, func(i int) error { return reverse(fmt.Sprint("key ", i)) }), 1)
	s.has("m", 100, 100, 0, 100)
}

func pendingReturn(s *hardCase) {
	pending := func() loyalty.Posted {
		s.begin(loyalty.Programme{}, "2025-01-01T00:00:00Z", "m")
		return s.earn("m", points.EarnCommand{Points: 100, ActivateAt: s.instant("2025-01-15T00:00:00Z")}, "order")
	}
	pending()
	s.at("2025-01-14T12:00:00Z")
	s.insufficient("m", 0, 1, s.tryBurn("m", 1, "b"))
	s.at("2025-01-14T23:59:59Z")
	s.has("m", 0, 100, 0)
	s.equal("pending", points.Pending(s.account("m").State, s.watch.Now()), int64(100))
	s.at("2025-01-15T00:00:00Z")
	s.has("m", 100, 100, 0)

	earn := pending()
	s.at("2025-01-11T00:00:00Z")
	_, err := s.l.Points.Reverse(s.Context(), till(), "m", earn.Seq, loyalty.Call{Key: "return"})
	s.must(err)
	s.has("m", 0, 0, 0)
	s.at("2025-01-16T00:00:00Z")
	s.equal("entries of the job", s.due(), 0)
	s.has("m", 0, 0, 0)
}

func (s *hardCase) hundred() {
	s.Helper()
	s.begin(loyalty.Programme{}, "2025-01-01T00:00:00Z", "m")
	s.earn("m", points.EarnCommand{Points: 100}, "e")
}

func oneBalance(s *hardCase) {
	s.hundred()
	before := s.account("m").Head.Version
	s.equal("burns", s.together(32, points.ErrInsufficient, func(i int) error { return s.tryBurn("m", 60, fmt.Sprint("key ", i))() }), 1)
	s.has("m", 40, 40, 0, 40)
	s.equal("entries", len(s.postings("m")), 2)
	s.equal("versions", s.account("m").Head.Version, before+1)
}

func oneKey(s *hardCase) {
	s.hundred()
	results := make([]loyalty.Posted, 32)
	s.equal("answers", s.together(32, nil, func(i int) (err error) {
		results[i], err = s.l.Points.Burn(s.Context(), till(), "m", points.BurnCommand{Points: 60}, loyalty.Call{Key: "b"})
		return err
	}), 32)
	first := 0
	for _, r := range results {
		s.equal("the entry", r.Seq, results[0].Seq)
		if !r.Replayed {
			first++
		}
	}
	s.equal("answers that did it", first, 1)
	s.has("m", 40, 40, 0, 40)
	s.refused("m", loyalty.ErrKeyReused, s.tryBurn("m", 1, "b"))
}

func lostAnswers(s *hardCase) {
	s.hundred()
	for _, after := range []bool{true, false} {
		s.hundred()
		lossy := &losesOne{Store: s.store, after: after}
		single, err := loyalty.New(lossy, loyalty.Programme{}, loyalty.Options{Clock: s.watch, Attempts: 1})
		s.must(err)
		burn := func() (loyalty.Posted, error) {
			return single.Points.Burn(s.Context(), till(), "m", points.BurnCommand{Points: 60}, loyalty.Call{Key: "b"})
		}
		if _, err = burn(); err == nil {
			s.Fatal("the failure was not reported")
		}
		p, err := burn()
		s.must(err)
		s.equal("replayed", p.Replayed, after)
		s.equal("the entry", p.Seq, uint64(2))
		s.has("m", 40, 40, 0, 40)
		s.equal("entries", len(s.postings("m")), 2)

		// Retried by the service itself.
		s.hundred()
		s.over(&losesOne{Store: s.store, after: after}, loyalty.Programme{})
		p = s.burn("m", 60, "b")
		s.equal("the entry", p.Seq, uint64(2))
		s.has("m", 40, 40, 0, 40)
	}
}

func opposing(s *hardCase) {
	s.begin(loyalty.Programme{}, "2025-01-01T00:00:00Z", "a", "b")
	s.earn("a", points.EarnCommand{Points: 1000}, "a")
	s.earn("b", points.EarnCommand{Points: 1000}, "b")
	before := s.account("a").Head.Version
	each := 100
	if shortened() {
		each = 10
	}
	s.equal("goroutines", s.together(32, nil, func(i int) error {
		from, to := "a", "b"
		if i%2 == 1 {
			from, to = to, from
		}
		for j := range each {
			if _, err := s.l.Points.Transfer(s.Context(), till(), from, to, 1, loyalty.Call{Key: fmt.Sprint(i, "/", j)}); err != nil {
				return err
			}
		}
		return nil
	}), 32)
	for _, id := range []string{"a", "b"} {
		s.has(id, 1000, 1000, 0)
		s.equal("the version of "+id, s.account(id).Head.Version, before+uint64(32*each))
	}
}

func overflow(s *hardCase) {
	s.begin(loyalty.Programme{}, "2025-01-01T00:00:00Z", "m")
	s.earn("m", points.EarnCommand{Points: 1<<63 - 1}, "e")
	try := func(n int64) func() error {
		return func() error {
			_, err := s.l.Points.Earn(s.Context(), till(), "m", points.EarnCommand{Points: n}, loyalty.Call{})
			return err
		}
	}
	s.refused("m", fault.ErrOverflow, try(1))
	s.refused("m", points.ErrInvalidAmount, try(-1))
	s.refused("m", points.ErrInvalidAmount, s.tryBurn("m", -1, "b"))
	lots := len(s.account("m").State.Lots)
	s.must(try(0)())
	s.equal("lots", len(s.account("m").State.Lots), lots)
	s.equal("entries", len(s.postings("m")), 2)
}
