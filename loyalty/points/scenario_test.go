package points_test

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/loyalty/points"
)

func TestO01ShanghaiYearEnd(t *testing.T) {
	p := points.Policy{Zone: zone(t, "Asia/Shanghai"),
		Expiry: points.Expiry{Rule: points.OnDay, Last: calendar.MustDate(2025, 12, 31)}}
	a := open(t, p)
	e := a.earn(100, "2025-06-01T10:00:00+08:00")
	require.Equal(t, at("2025-12-31T16:00:00Z"), e.ExpireAt)
	for _, now := range []string{"2026-01-01T00:00:00Z", "2025-12-31T16:00:00Z"} {
		_, err := p.Burn(a.state, points.BurnCommand{Points: 60}, at(now))
		requireShort(t, err, 0, 60)
	}
	b := open(t, p)
	b.earn(100, "2025-06-01T10:00:00+08:00")
	burned := b.burn(60, "2025-12-31T15:59:59.999999999Z")
	require.Equal(t, at("2025-12-31T15:59:59.999999Z"), burned.At)
	require.Equal(t, int64(40), points.Balance(b.state))

	before := points.BalanceAsOf(a.journal, at("2025-12-31T16:00:00Z"), time.Time{})
	posted := a.due("2026-01-05T03:00:00Z")
	require.Len(t, posted, 1)
	require.Equal(t, points.KindExpire, posted[0].Kind)
	require.Equal(t, int64(-100), posted[0].Amount)
	require.Equal(t, at("2025-12-31T16:00:00Z"), posted[0].At)
	require.Equal(t, at("2026-01-05T03:00:00Z"), posted[0].Recorded)
	require.Empty(t, a.due("2026-01-05T03:00:00Z"))
	require.Equal(t, int64(100), points.BalanceAsOf(a.journal, at("2025-12-31T15:59:59Z"), time.Time{}))
	require.Equal(t, int64(0), points.BalanceAsOf(a.journal, at("2025-12-31T16:00:00Z"), time.Time{}))
	require.Equal(t, int64(0), before)
}

func TestO02MonthEndClamp(t *testing.T) {
	p := points.Policy{Zone: zone(t, "Asia/Shanghai"), Expiry: points.Expiry{Rule: points.AfterMonths, N: 1}}
	a := open(t, p)
	for _, day := range []string{"28", "29", "30", "31"} {
		e := a.earn(1, "2025-01-"+day+"T10:00:00+08:00")
		require.Equal(t, at("2025-02-28T16:00:00Z"), e.ExpireAt)
	}
	require.Equal(t, []points.Due{{At: at("2025-02-28T16:00:00Z"), Points: 4}}, points.Expiring(a.state, at("2025-03-01T00:00:00Z")))
}

func TestO03Inactivity(t *testing.T) {
	a := open(t, points.Policy{Inactivity: 12})
	a.earn(300, "2024-03-10T12:00:00Z")
	a.burn(50, "2025-02-01T12:00:00Z")
	end := at("2026-02-02T00:00:00Z")
	require.Equal(t, end, points.NextDue(a.state))
	require.Equal(t, int64(250), points.Available(a.state, at("2025-03-11T00:00:00Z")))
	require.Equal(t, int64(250), points.Available(a.state, end.Add(-time.Microsecond)))
	require.Equal(t, int64(0), points.Available(a.state, end))
	require.Equal(t, int64(0), points.BalanceAt(a.state, end))
	a.must(a.policy.Adjust(a.state, points.AdjustCommand{Points: 10}, at("2026-01-15T00:00:00Z")))
	require.Equal(t, end, points.NextDue(a.state))
	posted := a.due("2026-03-01T00:00:00Z")
	require.Len(t, posted, 1)
	require.Equal(t, int64(-260), posted[0].Amount)
	require.Equal(t, end, posted[0].At)
	require.Zero(t, points.Balance(a.state))

	// A credit that is no activity starts the count where none runs.
	a.must(a.policy.Adjust(a.state, points.AdjustCommand{Points: 5}, at("2026-04-10T00:00:00Z")))
	require.Equal(t, at("2027-04-11T00:00:00Z"), points.NextDue(a.state))
}

// lotsOfO04 are A 100, B 50 and C 30, with numbers 1, 2 and 3.
func lotsOfO04(t *testing.T, p points.Policy) *account {
	a := open(t, p)
	a.earnUntil(100, "2025-01-01T00:00:00Z", "2025-12-31T00:00:00Z")
	a.earnUntil(50, "2025-01-02T00:00:00Z", "2025-06-30T00:00:00Z")
	a.earnUntil(30, "2025-01-03T00:00:00Z", "")
	return a
}

// taken is what an entry uses, in order.
func taken(e points.Entry) (list [][2]int64) {
	for _, u := range e.Uses {
		list = append(list, [2]int64{int64(u.Lot), u.Points})
	}
	return list
}

func TestO04Order(t *testing.T) {
	a := lotsOfO04(t, points.Policy{})
	require.Equal(t, [][2]int64{{2, 50}, {1, 70}}, taken(a.burn(120, "2025-05-01T00:00:00Z")))
	require.Equal(t, map[uint64]int64{1: 30, 3: 30}, a.left())
	a = lotsOfO04(t, points.Policy{Order: points.FIFO})
	require.Equal(t, [][2]int64{{1, 100}, {2, 20}}, taken(a.burn(120, "2025-05-01T00:00:00Z")))
	require.Equal(t, map[uint64]int64{2: 30, 3: 30}, a.left())
	require.Equal(t, int64(60), points.Balance(a.state))
}

func TestO05JobLag(t *testing.T) {
	a := open(t, points.Policy{})
	end := at("2025-07-01T00:00:00Z")
	a.earnUntil(100, "2025-01-01T00:00:00Z", "2025-07-01T00:00:00Z")
	_, err := a.policy.Burn(a.state, points.BurnCommand{Points: 10}, at("2025-07-01T00:00:01Z"))
	requireShort(t, err, 0, 10)
	require.Equal(t, int64(0), points.BalanceAsOf(a.journal, end, time.Time{}))
	require.Len(t, a.due("2025-07-03T00:00:00Z"), 1)
	require.Equal(t, int64(0), points.BalanceAsOf(a.journal, end, time.Time{}))
	require.Equal(t, int64(100), points.BalanceAsOf(a.journal, end.Add(-time.Microsecond), time.Time{}))
}

func TestO06PartialRefunds(t *testing.T) {
	a := lotsOfO04(t, points.Policy{})
	before := a.state
	burn := a.burn(120, "2025-05-01T00:00:00Z")
	burned := a.state
	require.Equal(t, [][2]int64{{1, 60}}, taken(a.refund(burn, 60, "2025-05-02T00:00:00Z")[0]))
	require.Equal(t, map[uint64]int64{1: 90, 3: 30}, a.left())
	require.Equal(t, [][2]int64{{1, 10}, {2, 50}}, taken(a.refund(burn, 60, "2025-05-03T00:00:00Z")[0]))
	require.Equal(t, before.Lots, a.state.Lots)
	_, err := a.policy.Refund(a.state, points.RefundCommand{Points: 1, Target: burn, Later: a.after(burn)}, at("2025-05-04T00:00:00Z"))
	typed := requireRefused(t, err, points.ErrOverReversal)
	require.Equal(t, int64(0), typed.Remaining)
	require.ErrorIs(t, err, points.ErrAlreadyReversed)

	for _, slice := range []int64{120, 77, 1} {
		b := &account{t: t, state: burned, journal: a.journal[:burn.Seq:burn.Seq]}
		for left := int64(120); left > 0; left -= slice {
			b.refund(burn, min(slice, left), "2025-05-02T00:00:00Z")
		}
		require.Equal(t, a.state.Lots, b.state.Lots, slice)
	}
}

func TestO07ClawbackShortfall(t *testing.T) {
	scene := func(s points.Shortfall) (*account, points.Entry) {
		a := open(t, points.Policy{Shortfall: s})
		e := a.earn(200, "2025-01-01T00:00:00Z")
		a.burn(150, "2025-01-02T00:00:00Z")
		return a, e
	}
	a, e := scene(points.Debt)
	a.reverse(e, "2025-01-03T00:00:00Z")
	now := at("2025-01-03T00:00:00Z")
	require.Empty(t, a.state.Lots)
	require.Equal(t, []int64{150, 0, -150}, []int64{a.state.Debt, points.Available(a.state, now), points.Balance(a.state)})
	a.earn(100, "2025-01-04T00:00:00Z")
	now = at("2025-01-04T00:00:00Z")
	require.Equal(t, []int64{50, 0, -50}, []int64{a.state.Debt, points.Available(a.state, now), points.Balance(a.state)})
	a.earn(80, "2025-01-05T00:00:00Z")
	now = at("2025-01-05T00:00:00Z")
	require.Equal(t, []int64{0, 30, 30}, []int64{a.state.Debt, points.Available(a.state, now), points.Balance(a.state)})
	require.Len(t, a.state.Lots, 1)
	require.Equal(t, int64(30), a.state.Lots[0].Left)
	links, err := points.Trace(a.journal)
	require.NoError(t, err)
	require.Equal(t, []points.Link{{2, 1, 150}, {3, 1, 50}, {3, 4, 100}, {3, 6, 50}}, links)

	a, e = scene(points.Partial)
	entries := a.reverse(e, "2025-01-03T00:00:00Z")
	require.Len(t, entries, 2)
	require.Equal(t, [][2]int64{{1, 50}}, taken(entries[0]))
	require.Equal(t, points.KindWriteOff, entries[1].Kind)
	require.Equal(t, int64(150), entries[1].Amount)
	require.Zero(t, points.Balance(a.state))
	require.Zero(t, a.state.Debt)

	a, e = scene(points.Reject)
	_, err = a.policy.Reverse(a.state, points.ReverseCommand{Target: e, Later: a.after(e)}, at("2025-01-03T00:00:00Z"))
	requireShort(t, err, 50, 200)
}

func TestO08OrderPaidPartlyWithPoints(t *testing.T) {
	a := open(t, points.Policy{})
	a.earnUntil(3000, "2025-01-01T00:00:00Z", "2025-12-31T00:00:00Z")
	a.earnUntil(2500, "2025-01-02T00:00:00Z", "2025-06-30T00:00:00Z")
	before := a.state
	burn := a.burn(4000, "2025-03-01T00:00:00Z")
	earned := a.must(a.policy.Earn(a.state, points.EarnCommand{Points: 60, QP: 60}, at("2025-03-01T00:00:00Z")))[0]
	require.Equal(t, int64(60), a.state.QP)
	a.reverse(burn, "2025-03-05T00:00:00Z")
	a.reverse(earned, "2025-03-05T00:00:00Z")
	require.Equal(t, before.Lots, a.state.Lots)
	require.Equal(t, before.QP, a.state.QP)
	require.Equal(t, points.Balance(before), points.Balance(a.state))
}

func TestO09DoubleReversal(t *testing.T) {
	a := open(t, points.Policy{})
	a.earn(100, "2025-01-01T00:00:00Z")
	burn := a.burn(60, "2025-01-02T00:00:00Z")
	a.reverse(burn, "2025-01-03T00:00:00Z")
	for range 20 {
		_, err := a.policy.Reverse(a.state, points.ReverseCommand{Target: burn, Later: a.after(burn)}, at("2025-01-03T00:00:00Z"))
		requireRefused(t, err, points.ErrAlreadyReversed)
		require.ErrorIs(t, err, points.ErrOverReversal)
	}
	require.Equal(t, int64(100), points.Balance(a.state))
}

func TestO10PendingAndReturn(t *testing.T) {
	a := open(t, points.Policy{})
	e := a.must(a.policy.Earn(a.state, points.EarnCommand{Points: 100, ActivateAt: at("2025-01-15T00:00:00Z")}, at("2025-01-01T00:00:00Z")))[0]
	require.Equal(t, int64(0), points.Available(a.state, at("2025-01-14T23:59:59Z")))
	require.Equal(t, int64(100), points.Pending(a.state, at("2025-01-14T23:59:59Z")))
	require.Equal(t, int64(100), points.Available(a.state, at("2025-01-15T00:00:00Z")))
	require.Equal(t, int64(0), points.Pending(a.state, at("2025-01-15T00:00:00Z")))
	_, err := a.policy.Burn(a.state, points.BurnCommand{Points: 1}, at("2025-01-14T00:00:00Z"))
	requireShort(t, err, 0, 1)
	a.reverse(e, "2025-01-11T00:00:00Z")
	require.Zero(t, points.Pending(a.state, at("2025-01-11T00:00:00Z")))
	require.Zero(t, a.state.Debt)
	require.True(t, points.NextDue(a.state).IsZero())
	require.Zero(t, points.Available(a.state, at("2025-01-15T00:00:00Z")))
	require.Empty(t, a.due("2025-02-01T00:00:00Z"))
}

// TestO11And12And13OneBalance is the part of one account: of commands that were
// decided on one state only the first can be applied, and a retry is decided anew.
func TestO11And12And13OneBalance(t *testing.T) {
	a := open(t, points.Policy{})
	a.earn(100, "2025-01-01T00:00:00Z")
	now := at("2025-01-02T00:00:00Z")
	var decided [][]points.Entry
	for range 32 {
		entries, err := a.policy.Burn(a.state, points.BurnCommand{Points: 60}, now)
		require.NoError(t, err)
		decided = append(decided, entries)
	}
	a.must(decided[0], nil)
	for _, entries := range decided[1:] {
		_, err := points.Apply(a.state, entries...)
		requireRefused(t, err, points.ErrConflict)
		_, err = a.policy.Burn(a.state, points.BurnCommand{Points: 60}, now)
		requireShort(t, err, 40, 60)
	}
	require.Equal(t, int64(40), points.Balance(a.state))
	require.Len(t, a.journal, 2)
	require.Equal(t, uint64(2), a.state.Seq)
}

func TestO14OpposingTransfers(t *testing.T) {
	a, b := open(t, points.Policy{}), open(t, points.Policy{})
	a.earn(1000, "2025-01-01T00:00:00Z")
	b.earn(1000, "2025-01-01T00:00:00Z")
	for range 100 {
		move(t, a, b, "a", "b", 1)
		move(t, b, a, "b", "a", 1)
	}
	require.Equal(t, []int64{1000, 1000}, []int64{points.Balance(a.state), points.Balance(b.state)})
	require.Equal(t, int64(0), a.state.Totals.Moved+b.state.Totals.Moved)
	require.Equal(t, uint64(201), a.state.Seq)
}

func move(t require.TestingT, from, to *account, fromID, toID string, n int64) {
	out, in, err := from.policy.Transfer(from.state, to.state, points.TransferCommand{From: fromID, To: toID, Points: n}, at("2025-01-02T00:00:00Z"))
	require.NoError(t, err)
	from.must(out, nil)
	to.must(in, nil)
}

func TestO18Overflow(t *testing.T) {
	a := open(t, points.Policy{})
	a.earn(math.MaxInt64, "2025-01-01T00:00:00Z")
	before := a.state.Clone()
	_, err := a.policy.Earn(a.state, points.EarnCommand{Points: 1}, at("2025-01-02T00:00:00Z"))
	requireRefused(t, err, points.ErrOverflow)
	require.Equal(t, before, a.state)
	zero := a.earn(0, "2025-01-02T00:00:00Z")
	require.Zero(t, zero.Lot)
	require.Len(t, a.state.Lots, 1)
	_, err = a.policy.Earn(a.state, points.EarnCommand{Points: -1}, at("2025-01-02T00:00:00Z"))
	requireRefused(t, err, points.ErrInvalidAmount)
	require.ErrorIs(t, err, points.ErrInvalid)
	_, err = a.policy.Burn(a.state, points.BurnCommand{Points: -1}, at("2025-01-02T00:00:00Z"))
	requireRefused(t, err, points.ErrInvalidAmount)
	a.burn(math.MaxInt64, "2025-01-03T00:00:00Z")
	require.Zero(t, points.Balance(a.state))
}
