package points_test

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/loyalty/points"
)

func TestRefundAfterExpiry(t *testing.T) {
	a := open(t, points.Policy{})
	a.earnUntil(100, "2025-01-01T00:00:00Z", "2025-02-01T00:00:00Z")
	a.earnUntil(50, "2025-01-01T00:00:00Z", "")
	burn := a.burn(120, "2025-01-02T00:00:00Z")
	posted := a.reverse(burn, "2025-03-01T00:00:00Z")
	require.Len(t, posted, 2)
	require.Equal(t, points.KindExpire, posted[1].Kind)
	require.Equal(t, int64(-100), posted[1].Amount)
	require.Equal(t, at("2025-03-01T00:00:00Z"), posted[1].At, "not before the points came back")
	require.Equal(t, int64(50), points.Balance(a.state))
	require.Equal(t, int64(30), points.BalanceAsOf(a.journal, at("2025-02-15T00:00:00Z"), time.Time{}))
}

// TestClawbackAfterExpiry: points that nobody used are not taken twice.
func TestClawbackAfterExpiry(t *testing.T) {
	for _, posted := range []bool{true, false} {
		a := open(t, points.Policy{})
		e := a.earnUntil(100, "2025-01-01T00:00:00Z", "2025-02-01T00:00:00Z")
		a.burn(30, "2025-01-02T00:00:00Z")
		a.earnUntil(10, "2025-01-02T00:00:00Z", "")
		if posted {
			a.due("2025-02-02T00:00:00Z")
		}
		entries := a.clawback(e, 80, "2025-03-01T00:00:00Z")
		last := entries[len(entries)-1]
		require.Equal(t, []int64{-10, 70}, []int64{last.Amount, last.Lapsed})
		require.Zero(t, points.Balance(a.state))
		require.Equal(t, int64(20), points.Reversible(e, a.after(e)))
		a.clawback(e, 20, "2025-03-01T00:00:00Z")
		require.Equal(t, int64(20), a.state.Debt)
		_, err := a.policy.Clawback(a.state, points.ClawbackCommand{Points: 1, Target: e, Later: a.after(e)}, at("2025-03-01T00:00:00Z"))
		requireRefused(t, err, points.ErrAlreadyReversed)
	}
}

func TestHolds(t *testing.T) {
	a := open(t, points.Policy{})
	a.earnUntil(50, "2025-01-01T00:00:00Z", "2025-02-01T00:00:00Z")
	a.earnUntil(50, "2025-01-01T00:00:00Z", "")
	hold := func(n int64, until string) uint64 {
		cmd := points.HoldCommand{Points: n}
		if until != "" {
			cmd.Until = at(until)
		}
		return a.must(a.policy.Hold(a.state, cmd, at("2025-01-02T00:00:00Z")))[0].Hold
	}
	first, second, third := hold(40, ""), hold(30, "2025-03-01T00:00:00Z"), hold(30, "2025-01-10T00:00:00Z")
	_, err := a.policy.Burn(a.state, points.BurnCommand{Points: 1}, at("2025-01-03T00:00:00Z"))
	requireShort(t, err, 0, 1)
	require.Equal(t, int64(30), points.Available(a.state, at("2025-01-10T00:00:00Z")), "timed out")
	require.Equal(t, int64(0), points.Available(a.state, at("2025-02-01T00:00:00Z")), "expired under the holds")

	feb := at("2025-02-02T00:00:00Z")
	_, err = a.policy.Capture(a.state, points.CaptureCommand{Hold: third, Points: 1}, feb)
	requireRefused(t, err, points.ErrNotFound)
	_, err = a.policy.Capture(a.state, points.CaptureCommand{Hold: second, Points: 30}, feb)
	requireShort(t, err, 10, 30)
	entries := a.must(a.policy.Capture(a.state, points.CaptureCommand{Hold: first, Points: 25, Keep: true}, feb))
	require.Len(t, entries, 3, "the release and the expiry that were due, and the capture")
	require.Equal(t, at("2025-01-10T00:00:00Z"), entries[0].At)
	a.must(a.policy.Capture(a.state, points.CaptureCommand{Hold: first, Points: 5}, feb))
	require.Equal(t, int64(30), points.Held(a.state, feb))
	require.Zero(t, points.Available(a.state, feb))
	capture := a.journal[len(a.journal)-1]
	require.Equal(t, int64(-15), capture.Held)
	a.reverse(capture, "2025-02-03T00:00:00Z")
	a.must(a.policy.Release(a.state, points.ReleaseCommand{Hold: second}, feb))
	require.Equal(t, int64(25), points.Available(a.state, feb))
	_, err = a.policy.Release(a.state, points.ReleaseCommand{Hold: second}, feb)
	requireRefused(t, err, points.ErrNotFound)
	_, err = a.policy.Hold(a.state, points.HoldCommand{Points: 1, Until: feb}, at("2025-02-03T00:00:00Z"))
	requireRefused(t, err, points.ErrInvalid)
}

func TestConfirm(t *testing.T) {
	a := open(t, points.Policy{})
	e := a.must(a.policy.Earn(a.state, points.EarnCommand{Points: 10, Confirm: true, ActivateAt: at("2025-01-10T00:00:00Z")}, at("2025-01-01T00:00:00Z")))[0]
	require.Equal(t, int64(10), points.Pending(a.state, at("2025-02-01T00:00:00Z")))
	a.must(a.policy.Confirm(a.state, points.ConfirmCommand{Lot: e.Lot}, at("2025-01-05T00:00:00Z")))
	require.Zero(t, points.Available(a.state, at("2025-01-09T00:00:00Z")))
	require.Equal(t, int64(10), points.Available(a.state, at("2025-01-10T00:00:00Z")))
	_, err := a.policy.Confirm(a.state, points.ConfirmCommand{Lot: e.Lot}, at("2025-01-05T00:00:00Z"))
	requireRefused(t, err, points.ErrTransition)
	_, err = a.policy.Confirm(a.state, points.ConfirmCommand{Lot: 9}, at("2025-01-05T00:00:00Z"))
	requireRefused(t, err, points.ErrNotFound)
}

func TestOpen(t *testing.T) {
	a := open(t, points.Policy{})
	cmd := points.OpenCommand{Lots: []points.OpeningLot{
		{Points: 100, At: at("2024-05-01T00:00:00Z"), ExpireAt: at("2025-05-01T00:00:00Z"), Ref: "old-1"},
		{Points: 30, At: at("2024-06-01T00:00:00Z"), ExpireAt: at("2024-12-01T00:00:00Z")}}, Debt: 20, QP: 900}
	a.must(a.policy.Open(a.state, cmd, at("2025-01-01T00:00:00Z")))
	require.Equal(t, []int64{80, 0, 900}, []int64{points.Balance(a.state), a.state.Debt, a.state.QP})
	require.Equal(t, int64(30), a.state.Totals.Expired)
	require.Equal(t, int64(100), points.BalanceAsOf(a.journal, at("2024-05-15T00:00:00Z"), time.Time{}))
	require.Zero(t, points.BalanceAsOf(a.journal, at("2024-05-15T00:00:00Z"), at("2024-12-31T00:00:00Z")))
	_, err := a.policy.Open(a.state, cmd, at("2025-01-02T00:00:00Z"))
	requireRefused(t, err, points.ErrTransition)
	for _, bad := range []points.OpenCommand{{Debt: -1}, {QP: -1}, {Lots: []points.OpeningLot{{Points: 0, At: cmd.Lots[0].At}}},
		{Lots: []points.OpeningLot{{Points: 5}}}, {Lots: []points.OpeningLot{{Points: 5, At: at("2026-01-01T00:00:00Z")}}},
		{Lots: []points.OpeningLot{{Points: 5, At: at("2024-01-01T00:00:00Z"), ExpireAt: at("2024-01-01T00:00:00Z")}}}} {
		_, err := a.policy.Open(points.State{}, bad, at("2025-01-02T00:00:00Z"))
		requireRefused(t, err, points.ErrInvalid)
	}
}

// TestOpenIdle: the lots that an account comes with start the count of inactivity each
// on its own day.
func TestOpenIdle(t *testing.T) {
	a := open(t, points.Policy{Inactivity: 6})
	a.must(a.policy.Open(a.state, points.OpenCommand{Lots: []points.OpeningLot{
		{Points: 1, At: at("2023-01-05T00:00:00Z")}, {Points: 2, At: at("2024-09-10T00:00:00Z")}}}, at("2025-01-01T00:00:00Z")))
	require.Equal(t, at("2023-07-06T00:00:00Z"), a.journal[0].IdleAt)
	require.Equal(t, at("2025-03-11T00:00:00Z"), a.state.IdleAt)
}

// TestBitemporal: what was recorded later changes what was so, and not what was known.
func TestBitemporal(t *testing.T) {
	a := open(t, points.Policy{})
	a.earn(100, "2025-01-10T00:00:00Z")
	a.must(a.policy.Earn(a.state, points.EarnCommand{Points: 40, Act: points.Act{At: at("2025-01-05T00:00:00Z")}}, at("2025-01-20T00:00:00Z")))
	for _, c := range []struct {
		effective, recorded string
		want                int64
	}{
		{"2025-01-06T00:00:00Z", "2025-01-19T00:00:00Z", 0}, {"2025-01-06T00:00:00Z", "2025-01-20T00:00:00Z", 40},
		{"2025-01-10T00:00:00Z", "2025-01-19T00:00:00Z", 100}, {"2025-01-10T00:00:00Z", "2025-02-01T00:00:00Z", 140},
		{"2025-01-09T23:59:59Z", "2025-02-01T00:00:00Z", 40},
	} {
		require.Equal(t, c.want, points.BalanceAsOf(a.journal, at(c.effective), at(c.recorded)))
		require.Equal(t, c.want, points.AvailableAsOf(a.journal, at(c.effective), at(c.recorded)))
	}
	_, err := a.policy.Burn(a.state, points.BurnCommand{Points: 1, Act: points.Act{At: at("2025-01-09T00:00:00Z")}}, at("2025-01-20T00:00:00Z"))
	require.Equal(t, "at", requireRefused(t, err, points.ErrInvalid).Field)
	_, err = a.policy.Earn(a.state, points.EarnCommand{Points: 1, Act: points.Act{At: at("2025-01-21T00:00:00Z")}}, at("2025-01-20T00:00:00Z"))
	requireRefused(t, err, points.ErrInvalid)
	// A clock that went back does not take the record with it.
	e := a.earn(1, "2025-01-19T00:00:00Z")
	require.Equal(t, at("2025-01-20T00:00:00Z"), e.Recorded)
	require.Equal(t, e.Recorded, e.At)
}

// TestQualifyingShare: the parts of the qualifying points add up to the whole.
func TestQualifyingShare(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := open(t, points.Policy{})
		n := rapid.Int64Range(1, math.MaxInt64).Draw(t, "points")
		qp := rapid.Int64Range(0, math.MaxInt64).Draw(t, "qp")
		e := a.must(a.policy.Earn(a.state, points.EarnCommand{Points: n, QP: qp}, at("2025-01-01T00:00:00Z")))[0]
		for points.Reversible(e, a.after(e)) > 0 {
			part := rapid.Int64Range(1, points.Reversible(e, a.after(e))).Draw(t, "part")
			if len(a.journal) > 6 {
				a.reverse(e, "2025-01-02T00:00:00Z")
			} else {
				a.clawback(e, part, "2025-01-02T00:00:00Z")
			}
			require.GreaterOrEqual(t, a.state.QP, int64(0))
		}
		require.Zero(t, a.state.QP)
		require.Zero(t, points.Balance(a.state))
	})
}

func TestReverseQualifyingOnly(t *testing.T) {
	a := open(t, points.Policy{})
	for _, e := range []points.Entry{
		a.must(a.policy.Earn(a.state, points.EarnCommand{QP: 70}, at("2025-01-01T00:00:00Z")))[0],
		a.must(a.policy.Adjust(a.state, points.AdjustCommand{QP: -7}, at("2025-01-01T00:00:00Z")))[0],
	} {
		before := a.state.QP
		a.reverse(e, "2025-01-02T00:00:00Z")
		require.Equal(t, before-e.QP, a.state.QP)
		_, err := a.policy.Reverse(a.state, points.ReverseCommand{Target: e, Later: a.after(e)}, at("2025-01-02T00:00:00Z"))
		requireRefused(t, err, points.ErrAlreadyReversed)
	}
	require.Zero(t, a.state.QP)
}

func TestReverseAdjustment(t *testing.T) {
	a := lotsOfO04(t, points.Policy{})
	before := a.state
	e := a.must(a.policy.Adjust(a.state, points.AdjustCommand{Points: -60, QP: -6}, at(later)))[0]
	a.refund(e, 20, later)
	require.Equal(t, int64(-4), a.state.QP)
	a.reverse(e, later)
	require.Equal(t, before.Lots, a.state.Lots)
	require.Zero(t, a.state.QP)
}

// TestRefusals: what no command takes.
func TestRefusals(t *testing.T) {
	a := lotsOfO04(t, points.Policy{})
	now := at(later)
	burn := a.burn(10, later)
	expire := points.Entry{Seq: 1, Kind: points.KindExpire}
	long := string(make([]byte, 256))
	p := points.Policy{}
	type call func() ([]points.Entry, error)
	for name, c := range map[string]struct {
		do   call
		want error
	}{
		"no time":      {func() ([]points.Entry, error) { return p.Burn(a.state, points.BurnCommand{Points: 1}, time.Time{}) }, points.ErrInvalid},
		"due, no time": {func() ([]points.Entry, error) { return points.DueEntries(a.state, time.Time{}) }, points.ErrInvalid},
		"year 10000": {func() ([]points.Entry, error) {
			return p.Burn(a.state, points.BurnCommand{Points: 1}, time.Unix(1<<40, 0))
		}, points.ErrInvalid},
		"burn 0":     {func() ([]points.Entry, error) { return p.Burn(a.state, points.BurnCommand{}, now) }, points.ErrInvalidAmount},
		"hold 0":     {func() ([]points.Entry, error) { return p.Hold(a.state, points.HoldCommand{}, now) }, points.ErrInvalidAmount},
		"release -1": {func() ([]points.Entry, error) { return p.Release(a.state, points.ReleaseCommand{Points: -1}, now) }, points.ErrNotFound},
		"adjust 0":   {func() ([]points.Entry, error) { return p.Adjust(a.state, points.AdjustCommand{}, now) }, points.ErrInvalidAmount},
		"adjust most": {func() ([]points.Entry, error) {
			return p.Adjust(a.state, points.AdjustCommand{Points: math.MinInt64}, now)
		}, points.ErrInvalidAmount},
		"forgive 0": {func() ([]points.Entry, error) { return p.WriteOff(a.state, points.WriteOffCommand{}, now) }, points.ErrInvalidAmount},
		"not owed":  {func() ([]points.Entry, error) { return p.WriteOff(a.state, points.WriteOffCommand{Points: 1}, now) }, points.ErrInsufficient},
		"refund 0":  {func() ([]points.Entry, error) { return p.Refund(a.state, points.RefundCommand{Target: burn}, now) }, points.ErrInvalidAmount},
		"refund earn": {func() ([]points.Entry, error) {
			return p.Refund(a.state, points.RefundCommand{Points: 1, Target: a.journal[0]}, now)
		}, points.ErrTransition},
		"refund expiry": {func() ([]points.Entry, error) {
			return p.Refund(a.state, points.RefundCommand{Points: 1, Target: expire}, now)
		}, points.ErrTransition},
		"claw burn": {func() ([]points.Entry, error) {
			return p.Clawback(a.state, points.ClawbackCommand{Points: 1, Target: burn}, now)
		}, points.ErrTransition},
		"claw 0": {func() ([]points.Entry, error) {
			return p.Clawback(a.state, points.ClawbackCommand{Target: a.journal[0]}, now)
		}, points.ErrInvalidAmount},
		"claw too much": {func() ([]points.Entry, error) {
			return p.Clawback(a.state, points.ClawbackCommand{Points: 101, Target: a.journal[0]}, now)
		}, points.ErrOverReversal},
		"not its own": {func() ([]points.Entry, error) {
			return p.Refund(points.State{}, points.RefundCommand{Points: 1, Target: burn}, now)
		}, points.ErrInvalid},
		"later order": {func() ([]points.Entry, error) {
			return p.Clawback(a.state, points.ClawbackCommand{Points: 1, Target: a.journal[1], Later: a.journal}, now)
		}, points.ErrInvalid},
		"before": {func() ([]points.Entry, error) {
			return p.Refund(a.state, points.RefundCommand{Points: 1, Target: burn, Act: points.Act{At: now.Add(-time.Hour)}}, now)
		}, points.ErrInvalid},
		"long ref": {func() ([]points.Entry, error) {
			return p.Earn(a.state, points.EarnCommand{Act: points.Act{Ref: long}}, now)
		}, points.ErrInvalid},
		"early usage": {func() ([]points.Entry, error) {
			return p.Earn(a.state, points.EarnCommand{Points: 1, ActivateAt: now.Add(-time.Hour)}, now)
		}, points.ErrInvalid},
		"usable after time": {func() ([]points.Entry, error) {
			return p.Earn(a.state, points.EarnCommand{Points: 1, ActivateAt: time.Unix(1<<40, 0)}, now)
		}, points.ErrInvalid},
		"ends after time": {func() ([]points.Entry, error) {
			return p.Earn(a.state, points.EarnCommand{Points: 1, ExpireAt: time.Unix(1<<40, 0)}, now)
		}, points.ErrInvalid},
		"no life": {func() ([]points.Entry, error) {
			return p.Earn(a.state, points.EarnCommand{Points: 1, ExpireAt: now}, now)
		}, points.ErrInvalid},
		"order": {func() ([]points.Entry, error) {
			return points.Policy{Order: 7}.Burn(a.state, points.BurnCommand{Points: 1}, now)
		}, points.ErrInvalid},
		"rule": {func() ([]points.Entry, error) {
			return points.Policy{Expiry: points.Expiry{N: 1}}.Earn(a.state, points.EarnCommand{Points: 1}, now)
		}, points.ErrInvalid},
	} {
		before := a.state.Clone()
		entries, err := c.do()
		require.Nil(t, entries, name)
		require.ErrorIs(t, err, c.want, name)
		requireRefused(t, err, c.want)
		require.Equal(t, before, a.state)
	}
	require.NoError(t, p.Validate())
	require.ErrorIs(t, points.Policy{Order: 9, Shortfall: 9, Inactivity: -1, Expiry: points.Expiry{N: 1}}.Validate(), points.ErrInvalid)
	require.Zero(t, points.Reversible(expire, nil))
	_, err := points.Statement(a.journal, now, now)
	requireRefused(t, err, points.ErrInvalid)
	_, err = points.Statement(a.journal[1:], time.Time{}, now)
	requireRefused(t, err, points.ErrConflict)
	_, err = points.Trace(a.journal[1:])
	requireRefused(t, err, points.ErrConflict)
}

// TestDebtWaitsForPendingPoints: a debt is paid as soon as points become usable, even
// if they expire before anybody looks.
func TestDebtWaitsForPendingPoints(t *testing.T) {
	a := open(t, points.Policy{})
	e := a.earn(50, "2025-01-01T00:00:00Z")
	a.burn(50, "2025-01-01T00:00:00Z")
	a.must(a.policy.Earn(a.state, points.EarnCommand{Points: 80, ActivateAt: at("2025-02-01T00:00:00Z"), ExpireAt: at("2025-03-01T00:00:00Z")}, at("2025-01-02T00:00:00Z")))
	a.reverse(e, "2025-01-03T00:00:00Z")
	require.Equal(t, []int64{50, 80}, []int64{a.state.Debt, points.Pending(a.state, at("2025-01-03T00:00:00Z"))})
	require.Equal(t, at("2025-02-01T00:00:00Z"), points.NextDue(a.state))
	require.Equal(t, int64(30), points.Available(a.state, at("2025-02-01T00:00:00Z")))
	require.Zero(t, points.BalanceAt(a.state, at("2025-03-01T00:00:00Z")))
	posted := a.due("2025-04-01T00:00:00Z")
	require.Len(t, posted, 2)
	require.Equal(t, []points.Kind{points.KindSettle, points.KindExpire}, []points.Kind{posted[0].Kind, posted[1].Kind})
	require.Equal(t, at("2025-02-01T00:00:00Z"), posted[0].At)
	require.Equal(t, int64(-30), posted[1].Amount)
	require.True(t, points.NextDue(a.state).IsZero())
}

// TestRefundBehindInactivity: points that come back with effect before the account
// fell idle, recorded after it woke up, live on, in every view.
func TestRefundBehindInactivity(t *testing.T) {
	a := open(t, points.Policy{Inactivity: 1})
	a.earn(10, "2025-01-07T00:00:00Z")
	burn := a.burn(4, "2025-01-20T00:00:00Z") // idle from 2025-02-21 on
	a.earn(1, "2025-03-12T00:00:00Z")
	cmd := points.RefundCommand{Act: points.Act{At: at("2025-01-21T00:00:00Z")}, Points: 4, Target: burn, Later: a.after(burn)}
	a.must(a.policy.Refund(a.state, cmd, at("2025-03-12T00:00:00Z")))
	require.Equal(t, int64(5), points.Balance(a.state))
	for _, c := range []struct {
		effective string
		want      int64
	}{{"2025-01-20T00:00:00Z", 6}, {"2025-01-21T00:00:00Z", 10}, {"2025-02-21T00:00:00Z", 4}, {"2025-03-12T00:00:00Z", 5}, {"2025-04-13T00:00:00Z", 0}} {
		require.Equal(t, c.want, points.BalanceAsOf(a.journal, at(c.effective), time.Time{}), c.effective)
	}
}

// Qualifying points that are taken back by number and not in proportion, as for the
// lines of an order: together never more than there were.
func TestClawbackOfQualifyingPoints(t *testing.T) {
	a := open(t, points.Policy{})
	earn := a.must(a.policy.Earn(a.state, points.EarnCommand{Points: 100, QP: 40}, at("2025-01-01T00:00:00Z")))[0]
	take := func(n, qp int64) error {
		cmd := points.ClawbackCommand{Points: n, QP: &qp, Target: earn, Later: a.after(earn)}
		entries, err := a.policy.Clawback(a.state, cmd, at("2025-01-02T00:00:00Z"))
		if err == nil {
			a.must(entries, nil)
		}
		return err
	}
	require.NoError(t, take(10, 30))
	require.Equal(t, []int64{90, 10}, []int64{points.Balance(a.state), a.state.QP})
	require.NoError(t, take(0, 5))
	require.Equal(t, []int64{90, 5}, []int64{points.Balance(a.state), a.state.QP})
	require.NoError(t, take(10, 0))
	requireRefused(t, take(0, 0), points.ErrInvalidAmount)
	requireRefused(t, take(1, -1), points.ErrInvalidAmount)
	requireRefused(t, take(-1, 1), points.ErrInvalidAmount)
	require.Equal(t, int64(5), requireRefused(t, take(1, 6), points.ErrOverReversal).Remaining)
	require.NotErrorIs(t, take(1, 6), points.ErrAlreadyReversed)
	a.clawback(earn, 50, "2025-01-03T00:00:00Z") // in proportion, as far as there are some
	require.Equal(t, []int64{30, 0}, []int64{points.Balance(a.state), a.state.QP})
	a.reverse(earn, "2025-01-04T00:00:00Z")
	require.Equal(t, []int64{0, 0}, []int64{points.Balance(a.state), a.state.QP})
	_, err := a.policy.Reverse(a.state, points.ReverseCommand{Target: earn, Later: a.after(earn)}, at("2025-01-05T00:00:00Z"))
	requireRefused(t, err, points.ErrAlreadyReversed)

	// Where the entry brought no points, and where its points are gone.
	only := a.must(a.policy.Earn(a.state, points.EarnCommand{QP: 9}, at("2025-01-05T00:00:00Z")))[0]
	four := int64(4)
	a.must(a.policy.Clawback(a.state, points.ClawbackCommand{QP: &four, Target: only}, at("2025-01-06T00:00:00Z")))
	require.Equal(t, int64(5), a.state.QP)
	a.reverse(only, "2025-01-07T00:00:00Z")
	require.Zero(t, a.state.QP)
	gone := a.must(a.policy.Earn(a.state, points.EarnCommand{Points: 10, QP: 10}, at("2025-01-08T00:00:00Z")))[0]
	one := int64(1)
	a.must(a.policy.Clawback(a.state, points.ClawbackCommand{Points: 10, QP: &one, Target: gone}, at("2025-01-09T00:00:00Z")))
	require.Equal(t, []int64{0, 9}, []int64{points.Balance(a.state), a.state.QP})
	a.reverse(gone, "2025-01-10T00:00:00Z")
	require.Equal(t, []int64{0, 0}, []int64{points.Balance(a.state), a.state.QP})
}
