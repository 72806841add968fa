package points

import (
	"cmp"
	"math"
	"slices"
	"time"
)

// BurnPool spends points of several accounts together, such as those of a household
// (家庭积分池): the lots of all of them in one order, that of the policy, ties by the
// place of the account. Each account gives at most what it has available. The
// result has the entries of each account, in the order given; none where it gives
// nothing. All take effect and are recorded at one time; the caller commits them
// together. The same account must not be given twice.
//
// ErrInsufficient with what all have together; the other errors are those of
// [Policy.Burn].
func (p Policy) BurnPool(accounts []State, cmd BurnCommand, now time.Time) ([][]Entry, error) {
	for i := range accounts {
		now = latest(now, &accounts[i])
	}
	members := make([]decision, len(accounts))
	free := make([]int64, len(accounts))
	available := int64(0)
	for i := range members {
		d := &members[i]
		if err := d.beginDebit(&p, &accounts[i], &cmd.Act, now); err != nil {
			return nil, err
		}
		free[i] = max(0, d.state.free(d.at))
		available += min(free[i], math.MaxInt64-available)
	}
	if cmd.Points < 1 {
		return nil, refuse(ErrInvalidAmount, "points", 0, "below 1")
	}
	if available < cmd.Points {
		return nil, insufficient(available, cmd.Points)
	}
	shares := poolUses(p.Order, members, free, cmd.Points)
	result := make([][]Entry, len(accounts))
	for i := range members {
		if len(shares[i]) == 0 {
			continue
		}
		idle, err := members[i].idleAt(KindBurn)
		if err != nil {
			return nil, err
		}
		e := Entry{Kind: KindBurn, Uses: shares[i], IdleAt: idle}
		for _, u := range e.Uses {
			e.Amount -= u.Points
		}
		if result[i], err = members[i].only([]Entry{e}); err != nil {
			return nil, err
		}
	}
	return result, nil
}

// poolUses shares n points out over the lots of all members.
func poolUses(order Order, members []decision, free []int64, n int64) [][]Use {
	type lotOf struct {
		member int
		lot    *Lot
	}
	var lots []lotOf
	for m := range members {
		s := &members[m].state
		at := micros(members[m].at)
		for i := range s.Lots {
			if s.Lots[i].usable(at) {
				lots = append(lots, lotOf{m, &s.Lots[i]})
			}
		}
	}
	slices.SortFunc(lots, func(a, b lotOf) int {
		return cmp.Or(order.dates(a.lot, b.lot), cmp.Compare(a.member, b.member), cmp.Compare(a.lot.ID, b.lot.ID))
	})
	shares := make([][]Use, len(members))
	place := 0
	for _, l := range lots {
		take := min(n, l.lot.Left, free[l.member])
		if take == 0 {
			continue
		}
		place++
		u := l.lot.use(take)
		u.Place = place
		shares[l.member] = append(shares[l.member], u)
		free[l.member] -= take
		n -= take
	}
	return shares
}

// Leg is the part of one account in a burn of a pool.
type Leg struct {
	State  State   `json:"state"`
	Target Entry   `json:"target"`          // the account's entry of the burn
	Later  []Entry `json:"later,omitempty"` // as in RefundCommand
}

// RefundPool gives back points of a burn of a pool, or a part of them, in reverse
// order of consumption over all accounts. legs are all accounts that gave; the
// result has their entries in the same order, none where an account gets nothing.
//
// ErrOverReversal with what remains of all, ErrAlreadyReversed where nothing does; the
// other errors are those of [Policy.Refund].
func (p Policy) RefundPool(legs []Leg, points int64, act Act, now time.Time) ([][]Entry, error) {
	if points < 1 {
		return nil, refuse(ErrInvalidAmount, "points", 0, "below 1")
	}
	for i := range legs {
		now = latest(now, &legs[i].State)
	}
	shares, err := poolShares(legs, points)
	if err != nil {
		return nil, err
	}
	result := make([][]Entry, len(legs))
	for i, n := range shares {
		if n == 0 {
			continue
		}
		cmd := RefundCommand{Act: act, Points: n, Target: legs[i].Target, Later: legs[i].Later}
		if result[i], err = p.refund(&legs[i].State, cmd, now); err != nil {
			return nil, err
		}
	}
	return result, nil
}

// poolShares says how much each account gets back.
func poolShares(legs []Leg, points int64) ([]int64, error) {
	type part struct {
		leg, place int
		points     int64
	}
	var parts []part
	remaining := int64(0)
	for i := range legs {
		r, err := reversal(&legs[i].Target, legs[i].Later)
		if err != nil {
			return nil, err
		}
		if legs[i].Target.Kind != KindBurn {
			return nil, refuse(ErrTransition, "legs", r.target.Seq, "is no burn")
		}
		left := max(0, r.remaining())
		remaining += min(left, math.MaxInt64-remaining)
		for _, u := range r.target.Uses {
			n := min(u.Points, left) // the first uses are given back last
			parts = append(parts, part{i, u.Place, n})
			left -= n
		}
	}
	if remaining < points {
		return nil, overReversal("points", 0, points, remaining, remaining == 0)
	}
	slices.SortStableFunc(parts, func(a, b part) int { return cmp.Compare(b.place, a.place) })
	shares := make([]int64, len(legs))
	for _, x := range parts {
		n := min(x.points, points)
		shares[x.leg] += n
		points -= n
	}
	return shares, nil
}
