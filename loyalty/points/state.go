package points

import (
	"math"
	"slices"
	"time"
)

// State is what an account's journal comes to (账户状态): all that a decision needs,
// small enough to be loaded for each. The zero value is an account without an
// entry. It holds numbers, order ids and instants, nothing personal.
//
// Only lots with points left are in it, and only holds that are open: its size does
// not grow with the journal. What a refund or a clawback has to know of the past is
// passed to it (see [Policy.Refund]).
type State struct {
	Seq      uint64    `json:"seq"`               // number of the last entry
	At       time.Time `json:"at,omitzero"`       // the latest effective time of an entry
	Recorded time.Time `json:"recorded,omitzero"` // when the last entry was recorded

	Lots   []Lot     `json:"lots,omitempty"`   // in the order of [SoonestExpiring]
	Holds  []Hold    `json:"holds,omitempty"`  // by number
	Debt   int64     `json:"debt,omitzero"`    // points owed, 0 or more
	IdleAt time.Time `json:"idle_at,omitzero"` // when all lots expire unless something happens; zero for never

	QP     int64  `json:"qp,omitzero"` // qualifying points of all time, less what was taken back 成长值
	Totals Totals `json:"totals,omitzero"`
}

// Lot is a number of points with one life (积分批次): usable from ActivateAt until
// just before ExpireAt.
type Lot struct {
	ID          uint64    `json:"id"`                   // number of the entry that made it
	Points      int64     `json:"points"`               // what it was made with
	Left        int64     `json:"left"`                 // what is left, 1 to Points
	ActivateAt  time.Time `json:"activate_at"`          // pending before
	ExpireAt    time.Time `json:"expire_at,omitzero"`   // gone from then on; zero for never
	Unconfirmed bool      `json:"unconfirmed,omitzero"` // pending until confirmed, whatever the time
}

// Hold is a number of points reserved for something (冻结). It names no lots: what a
// capture takes is decided when it happens.
type Hold struct {
	ID     uint64    `json:"id"`             // number of the entry that placed it
	Points int64     `json:"points"`         // still reserved, at least 1
	Until  time.Time `json:"until,omitzero"` // no longer reserved from then on; zero for never
	Ref    string    `json:"ref,omitzero"`   // of the entry that placed it
}

// Totals are the running sums of an account (累计), in points. They come to its balance
// (see [Totals.Balance]), and over all accounts of a programme Moved is 0.
type Totals struct {
	Issued     int64 `json:"issued,omitzero"`      // earned or opened with
	Adjusted   int64 `json:"adjusted,omitzero"`    // by hand; may be negative
	Moved      int64 `json:"moved,omitzero"`       // from other accounts less to others; may be negative
	Refunded   int64 `json:"refunded,omitzero"`    // given back of what was burned, captured or adjusted
	WrittenOff int64 `json:"written_off,omitzero"` // debt forgiven
	Burned     int64 `json:"burned,omitzero"`      // burned and captured
	Expired    int64 `json:"expired,omitzero"`
	Reversed   int64 `json:"reversed,omitzero"` // taken back of what was issued or adjusted
}

// Clone returns a copy that shares no memory with s.
func (s State) Clone() State { return s.clone(0) }

// clone leaves room for more lots.
func (s *State) clone(room int) State {
	c := *s
	c.Lots, c.Holds = nil, nil
	if n := len(s.Lots) + room; n > 0 {
		c.Lots = append(make([]Lot, 0, n), s.Lots...)
	}
	if len(s.Holds) > 0 {
		c.Holds = slices.Clone(s.Holds)
	}
	return c
}

// Balance is what the account holds by its entries: all lots, pending ones
// included, less the debt. It is the sum of the amounts of all entries, and may be
// negative. What has expired since and is not posted yet is still in it; see
// [BalanceAt].
func Balance(s State) int64 { return s.balance() }

// BalanceAt is the balance at t, not before s.Recorded: what is due by then counts
// as posted.
func BalanceAt(s State, t time.Time) int64 {
	s = s.advanced(t)
	return s.balance()
}

// Available is what can be spent at t, not before s.Recorded, never below 0: the
// points of lots that are usable at t, less what is held and what is owed. It does
// not matter whether what is due by t has been posted yet.
func Available(s State, t time.Time) int64 {
	if s.Debt > 0 {
		s = s.advanced(t)
	}
	return max(0, s.free(t))
}

// Held is what open holds reserve at t. It may be more than the account still
// has, where points expired or were clawed back under a hold.
func Held(s State, t time.Time) int64 { return s.held(t) }

// Pending is what is in lots that are not usable yet at t, and have not expired.
func Pending(s State, t time.Time) (sum int64) {
	if over(s.IdleAt, t) {
		return 0
	}
	for i := range s.Lots {
		if l := &s.Lots[i]; !over(l.ExpireAt, t) && (l.Unconfirmed || l.ActivateAt.After(t)) {
			sum += l.Left
		}
	}
	return sum
}

// Due is a number of points and when they expire.
type Due struct {
	At     time.Time `json:"at"`
	Points int64     `json:"points"`
}

// Expiring lists what expires before until if nothing happens, by instant
// (即将过期). What has expired already and is not posted yet is in it.
func Expiring(s State, until time.Time) (list []Due) {
	for i := range s.Lots {
		end := sooner(s.Lots[i].ExpireAt, s.IdleAt)
		if end.IsZero() || !end.Before(until) {
			continue
		}
		if n := len(list); n > 0 && list[n-1].At.Equal(end) {
			list[n-1].Points += s.Lots[i].Left
		} else {
			list = append(list, Due{At: end, Points: s.Lots[i].Left})
		}
	}
	return list
}

// Balance is what the sums come to at any time:
//
//	Issued + Adjusted + Moved + Refunded + WrittenOff - Burned - Expired - Reversed
//
// It is that of the State which they are of; see [Balance].
func (t Totals) Balance() int64 {
	return t.Issued + t.Adjusted + t.Moved + t.Refunded + t.WrittenOff - t.Burned - t.Expired - t.Reversed
}

func (s *State) balance() int64 { return s.Totals.Balance() }

// inLots is the sum of what is left in all lots.
func (s *State) inLots() int64 { return s.balance() + s.Debt }

// usable reports whether the lot itself can be spent from at an instant in micros,
// which are faster to compare than times.
func (l *Lot) usable(at int64) bool {
	end := micros(l.ExpireAt)
	return !l.Unconfirmed && micros(l.ActivateAt) <= at && (end == 0 || at < end)
}

func (l *Lot) use(n int64) Use {
	return Use{Lot: l.ID, Points: n, Size: l.Points, ActivateAt: l.ActivateAt, ExpireAt: l.ExpireAt}
}

// usable is what the lots hold that can be spent from at t; where that is enough,
// the rest is not counted.
func (s *State) usable(t time.Time, enough int64) (sum int64) {
	if over(s.IdleAt, t) {
		return 0
	}
	at := microsOf(t)
	for i := range s.Lots {
		if l := &s.Lots[i]; l.usable(at) {
			if sum += l.Left; sum >= enough {
				break
			}
		}
	}
	return sum
}

func (s *State) held(t time.Time) (sum int64) {
	for i := range s.Holds {
		if !over(s.Holds[i].Until, t) {
			sum += s.Holds[i].Points
		}
	}
	return sum
}

// free is what nothing reserves of the usable points; below 0 where holds or debt
// exceed them.
func (s *State) free(t time.Time) int64 { return s.freeUpTo(t, math.MaxInt64) }

// freeUpTo is free, or something from enough on where it is as much.
func (s *State) freeUpTo(t time.Time, enough int64) int64 {
	bound := s.held(t)
	bound += min(s.Debt, math.MaxInt64-bound)
	return s.usable(t, enough+min(bound, math.MaxInt64-enough)) - bound
}

// lot returns the place of a lot in s.Lots, searched from a place on and around, or
// -1.
func (s *State) lot(id uint64, from int) int {
	for i := from; i < len(s.Lots); i++ {
		if s.Lots[i].ID == id {
			return i
		}
	}
	for i := range min(from, len(s.Lots)) {
		if s.Lots[i].ID == id {
			return i
		}
	}
	return -1
}

func (s *State) hold(id uint64) int {
	return slices.IndexFunc(s.Holds, func(h Hold) bool { return h.ID == id })
}

// Validate reports everything that no journal can lead to, joined; each is an
// [*Error] with ErrInvalid. It is meant for states that come from elsewhere than
// [Apply], [Replay] and [State.UnmarshalBinary], which return valid ones.
func (s State) Validate() error {
	var p problems
	p.check(kept(s.At) && kept(s.Recorded) && kept(s.IdleAt), "at", 0, notInstant)
	p.check(!s.At.After(s.Recorded) && s.At.IsZero() == (s.Seq == 0), "at", 0, "does not fit seq and recorded")
	p.check(s.Debt >= 0, "debt", 0, "is below 0")
	sum := int64(0)
	for i := range s.Lots {
		l := &s.Lots[i]
		p.check(l.ID > 0 && l.ID <= s.Seq, "lots", l.ID, "numbered beyond the entries")
		p.check(l.Left > 0 && l.Left <= l.Points, "lots", l.ID, "left is not 1 to points")
		p.check(!l.ActivateAt.IsZero() && kept(l.ActivateAt) && kept(l.ExpireAt), "lots", l.ID, notInstant)
		p.check(l.ExpireAt.IsZero() || l.ActivateAt.Before(l.ExpireAt), "lots", l.ID, "expires before it is usable")
		p.check(i == 0 || SoonestExpiring.compare(&s.Lots[i-1], l) < 0, "lots", l.ID, "out of order")
		p.check(sum <= math.MaxInt64-max(l.Left, 0), "lots", l.ID, "more than 64 bits")
		sum += max(l.Left, 0)
	}
	p.check(sum-s.Debt == s.balance(), "totals", 0, "do not add up to lots and debt")
	held := int64(0)
	for i := range s.Holds {
		h := &s.Holds[i]
		p.check(h.ID > 0 && h.ID <= s.Seq && (i == 0 || s.Holds[i-1].ID < h.ID), "holds", h.ID, "out of order")
		p.check(h.Points > 0 && held <= math.MaxInt64-max(h.Points, 0), "holds", h.ID, "no points, or more than 64 bits")
		p.check(kept(h.Until), "holds", h.ID, notInstant)
		p.check(validText(h.Ref), "holds", h.ID, notText)
		held += max(h.Points, 0)
	}
	return p.join()
}
