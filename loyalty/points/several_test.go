package points_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/loyalty/points"
)

const later = "2025-03-01T00:00:00Z"

func TestTransferKeepsDates(t *testing.T) {
	a, b := lotsOfO04(t, points.Policy{}), open(t, points.Policy{})
	move(t, a, b, "a", "b", 120)
	require.Equal(t, map[uint64]int64{1: 30, 3: 30}, a.left())
	require.Len(t, b.journal, 2)
	require.Equal(t, at("2025-06-30T00:00:00Z"), b.journal[0].ExpireAt)
	require.Equal(t, at("2025-12-31T00:00:00Z"), b.journal[1].ExpireAt)
	require.Equal(t, uint64(2), b.journal[0].PeerLot)
	require.Equal(t, "a", b.journal[0].Peer)
	require.Equal(t, "b", a.journal[3].Peer)
	for _, ids := range [][2]string{{"a", "a"}, {"", "b"}, {"a", ""}, {"a", "b\x00"}} {
		_, _, err := a.policy.Transfer(a.state, b.state, points.TransferCommand{From: ids[0], To: ids[1], Points: 1}, at(later))
		requireRefused(t, err, points.ErrInvalid)
		_, _, err = a.policy.Merge(a.state, b.state, points.MergeCommand{From: ids[0], To: ids[1]}, at(later))
		requireRefused(t, err, points.ErrInvalid)
	}
	_, _, err := a.policy.Transfer(a.state, b.state, points.TransferCommand{From: "a", To: "b", Points: 61}, at(later))
	requireShort(t, err, 60, 61)
}

func TestTransferPaysDebt(t *testing.T) {
	a, b := open(t, points.Policy{}), open(t, points.Policy{})
	a.earn(100, "2025-01-01T00:00:00Z")
	e := b.earn(50, "2025-01-01T00:00:00Z")
	b.burn(50, "2025-01-01T00:00:00Z")
	b.reverse(e, "2025-01-01T00:00:00Z")
	move(t, a, b, "a", "b", 80)
	require.Zero(t, b.state.Debt)
	require.Equal(t, int64(30), points.Balance(b.state))
}

func merge(t *testing.T, from, to *account) {
	out, in, err := from.policy.Merge(from.state, to.state, points.MergeCommand{From: "a", To: "b"}, at(later))
	require.NoError(t, err)
	from.must(out, nil)
	to.must(in, nil)
}

func TestMerge(t *testing.T) {
	a, b := open(t, points.Policy{}), open(t, points.Policy{})
	first := a.earn(100, "2025-01-01T00:00:00Z")
	a.must(a.policy.Earn(a.state, points.EarnCommand{Points: 10, ActivateAt: at("2025-04-01T00:00:00Z")}, at("2025-01-02T00:00:00Z")))
	a.must(a.policy.Earn(a.state, points.EarnCommand{Points: 7, Confirm: true}, at("2025-01-03T00:00:00Z")))
	spent := a.burn(60, "2025-01-04T00:00:00Z")
	b.earn(5, "2025-01-01T00:00:00Z")
	hold := a.must(a.policy.Hold(a.state, points.HoldCommand{Points: 1}, at("2025-01-05T00:00:00Z")))[0]
	_, _, err := a.policy.Merge(a.state, b.state, points.MergeCommand{From: "a", To: "b"}, at(later))
	requireRefused(t, err, points.ErrTransition)
	a.must(a.policy.Release(a.state, points.ReleaseCommand{Hold: hold.Seq}, at("2025-01-05T00:00:00Z")))

	merge(t, a, b)
	require.Zero(t, points.Balance(a.state))
	require.Equal(t, []int64{62, 45, 17}, []int64{points.Balance(b.state), points.Available(b.state, at(later)), points.Pending(b.state, at(later))})
	require.Equal(t, int64(55), points.Available(b.state, at("2025-04-01T00:00:00Z")))

	// What was burned and earned in a is reversed in a, and moved on.
	a.reverse(spent, later)
	merge(t, a, b)
	require.Equal(t, int64(122), points.Balance(b.state))
	a.reverse(first, later)
	require.Equal(t, int64(100), a.state.Debt)
	merge(t, a, b)
	require.Zero(t, points.Balance(a.state))
	require.Zero(t, b.state.Debt)
	require.Equal(t, []int64{22, 5}, []int64{points.Balance(b.state), points.Available(b.state, at(later))})
	require.Zero(t, a.state.Totals.Moved+b.state.Totals.Moved)
	for _, s := range []*account{a, b} {
		_, err := points.Trace(s.journal)
		require.NoError(t, err)
	}
	merge(t, a, b) // nothing is left, nothing happens
}

// Points that come over by a merge do not expire by the inactivity of the account that
// they come to: who was active in one account was active. By a transfer they do.
func TestMergeInactivity(t *testing.T) {
	for _, tt := range []struct {
		policy points.Policy
		a, b   string // when they last earned
		idle   string // of b behind a merge on 1 December 2025
	}{
		{points.Policy{Inactivity: 12}, "2025-11-20T00:00:00Z", "2024-12-10T00:00:00Z", "2026-11-21T00:00:00Z"},
		{points.Policy{Inactivity: 12}, "2024-12-10T00:00:00Z", "2025-11-20T00:00:00Z", "2026-11-21T00:00:00Z"},
		{points.Policy{Inactivity: 12}, "2025-11-20T00:00:00Z", "2024-11-01T00:00:00Z", "2026-12-02T00:00:00Z"}, // b had expired: the count begins anew
	} {
		a, b := open(t, tt.policy), open(t, tt.policy)
		a.earn(100, tt.a)
		a.earn(50, tt.a)
		b.earn(5, tt.b)
		day := at("2025-12-01T00:00:00Z")
		out, in, err := tt.policy.Merge(a.state, b.state, points.MergeCommand{From: "a", To: "b"}, day)
		require.NoError(t, err)
		a.must(out, nil)
		b.must(in, nil)
		require.Equal(t, at(tt.idle), b.state.IdleAt)
		require.Equal(t, points.Balance(b.state), points.Available(b.state, at(tt.idle).Add(-time.Microsecond)))
		require.Zero(t, points.Available(b.state, at(tt.idle)))
	}
	p := points.Policy{Inactivity: 12}
	a, b := open(t, p), open(t, p)
	a.earn(100, "2025-11-20T00:00:00Z")
	b.earn(5, "2024-12-10T00:00:00Z")
	_, in, err := p.Transfer(a.state, b.state, points.TransferCommand{From: "a", To: "b", Points: 100}, at("2025-12-01T00:00:00Z"))
	require.NoError(t, err)
	b.must(in, nil)
	require.Equal(t, at("2025-12-11T00:00:00Z"), b.state.IdleAt)

	// A programme that has given inactivity up puts no end to points that never expire.
	a, b = open(t, p), open(t, points.Policy{})
	a.earn(100, "2025-11-20T00:00:00Z")
	b.earn(5, "2025-11-20T00:00:00Z")
	_, in, err = points.Policy{}.Merge(a.state, b.state, points.MergeCommand{From: "a", To: "b"}, at("2025-12-01T00:00:00Z"))
	require.NoError(t, err)
	b.must(in, nil)
	require.Zero(t, b.state.IdleAt)
}

func TestPool(t *testing.T) {
	p := points.Policy{}
	a, b, c := open(t, p), open(t, p), open(t, p)
	a.earnUntil(50, "2025-01-01T00:00:00Z", "2025-12-01T00:00:00Z")
	a.earnUntil(30, "2025-01-01T00:00:00Z", "2025-06-01T00:00:00Z")
	b.earnUntil(40, "2025-01-01T00:00:00Z", "2025-07-01T00:00:00Z")
	a.must(p.Hold(a.state, points.HoldCommand{Points: 10}, at("2025-01-02T00:00:00Z")))
	family := []*account{a, b, c}
	states := func() []points.State { return []points.State{a.state, b.state, c.state} }
	_, err := p.BurnPool(states(), points.BurnCommand{Points: 111}, at(later))
	requireShort(t, err, 110, 111)
	_, err = p.BurnPool(states(), points.BurnCommand{}, at(later))
	requireRefused(t, err, points.ErrInvalidAmount)

	parts, err := p.BurnPool(states(), points.BurnCommand{Points: 100}, at(later))
	require.NoError(t, err)
	require.Empty(t, parts[2])
	require.Equal(t, [][2]int64{{2, 30}, {1, 30}}, taken(parts[0][0]))
	require.Equal(t, [][2]int64{{1, 40}}, taken(parts[1][0]))
	before := states()
	for i, entries := range parts {
		family[i].must(entries, nil)
	}
	legs := func() []points.Leg {
		return []points.Leg{{a.state, parts[0][0], a.after(parts[0][0])}, {b.state, parts[1][0], b.after(parts[1][0])}}
	}
	refund := func(n int64) {
		back, err := p.RefundPool(legs(), n, points.Act{}, at(later))
		require.NoError(t, err)
		for i, entries := range back {
			family[i].must(entries, nil)
		}
	}
	refund(50) // 30 of a's later lot, then 20 of b's
	require.Equal(t, map[uint64]int64{1: 50}, a.left())
	require.Equal(t, map[uint64]int64{1: 20}, b.left())
	_, err = p.RefundPool(legs(), 51, points.Act{}, at(later))
	require.Equal(t, int64(50), requireRefused(t, err, points.ErrOverReversal).Remaining)
	_, err = p.RefundPool(legs(), 0, points.Act{}, at(later))
	requireRefused(t, err, points.ErrInvalidAmount)
	refund(1)
	refund(49)
	_, err = p.RefundPool(legs(), 1, points.Act{}, at(later))
	requireRefused(t, err, points.ErrAlreadyReversed)
	require.Equal(t, before[0].Lots, a.state.Lots)
	require.Equal(t, before[1].Lots, b.state.Lots)
}

// TestIndependentAccounts is I12: commands on two accounts lead to the same states
// in whatever order they interleave.
func TestIndependentAccounts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		type step struct {
			account int
			n       int64
		}
		script := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) step {
			return step{rapid.IntRange(0, 1).Draw(t, "account"), rapid.Int64Range(-20, 30).Draw(t, "points")}
		}), 1, 40).Draw(t, "script")
		run := func(steps []step, on int) points.State {
			a := [2]points.State{}
			for _, s := range steps {
				if on >= 0 && s.account != on {
					continue
				}
				entries, err := points.Policy{}.Adjust(a[s.account], points.AdjustCommand{Points: s.n}, at(later))
				if err == nil {
					a[s.account], err = points.Apply(a[s.account], entries...)
					require.NoError(t, err)
				}
			}
			return a[max(on, 0)]
		}
		require.Equal(t, run(script, 0), run(script, -1))
	})
}

// TestMovedIsZero is I1 for a programme: transfers and merges neither make nor lose
// points.
func TestMovedIsZero(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := points.Policy{Order: points.Order(rapid.IntRange(0, 1).Draw(t, "order"))}
		accounts := []*account{open(t, p), open(t, p), open(t, p)}
		ids, total := []string{"a", "b", "c"}, int64(0)
		for range 30 {
			i, j := rapid.IntRange(0, 2).Draw(t, "from"), rapid.IntRange(0, 2).Draw(t, "to")
			from, to, n := accounts[i], accounts[j], rapid.Int64Range(1, 30).Draw(t, "points")
			switch rapid.IntRange(0, 5).Draw(t, "what") {
			case 0, 1:
				from.earn(n, later)
				total += n
			case 2:
				if i != j {
					out, in, err := p.Merge(from.state, to.state, points.MergeCommand{From: ids[i], To: ids[j]}, at(later))
					require.NoError(t, err)
					from.must(out, nil)
					to.must(in, nil)
				}
			default:
				out, in, err := p.Transfer(from.state, to.state, points.TransferCommand{From: ids[i], To: ids[j], Points: n}, at(later))
				if i == j || n > points.Available(from.state, at(later)) {
					require.Error(t, err)
					continue
				}
				require.NoError(t, err)
				from.must(out, nil)
				to.must(in, nil)
			}
			sum, moved := int64(0), int64(0)
			for _, a := range accounts {
				sum += points.Balance(a.state)
				moved += a.state.Totals.Moved
			}
			require.Equal(t, total, sum)
			require.Zero(t, moved)
		}
	})
}
