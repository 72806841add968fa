package points

import (
	"slices"
	"time"
)

// BalanceAsOf is the balance at an effective instant by what was recorded up to
// another (双时态查询): the sum of all entries with At <= effective and Recorded <=
// recorded, less what had expired by then and was not posted yet. It does not
// depend on when expiry is posted, and for one recorded instant it never changes
// again. entries is a journal from its beginning, in order; the zero recorded is all
// of it.
func BalanceAsOf(entries []Entry, effective, recorded time.Time) int64 {
	s := StateAsOf(entries, effective, recorded)
	return s.balance()
}

// AvailableAsOf is what could be spent at an effective instant, by what was recorded
// up to another, as in [BalanceAsOf] and [Available].
func AvailableAsOf(entries []Entry, effective, recorded time.Time) int64 {
	s := StateAsOf(entries, effective, recorded)
	return max(0, s.free(floor(effective)))
}

// StateAsOf is what the account was at an effective instant, by what was recorded up
// to another, with what was due by then. It is for reading: nothing can be decided
// on it. Seq is the number of the last entry known.
//
// Where something that was recorded later took points that an earlier view still
// lacks (a return recorded today, with effect before the points were earned that
// paid for it), what a lot lacks stands as debt.
func StateAsOf(entries []Entry, effective, recorded time.Time) State {
	v := view{places: map[uint64]int{}}
	for i := range entries {
		e := &entries[i]
		if !recorded.IsZero() && e.Recorded.After(recorded) {
			continue
		}
		// Inactivity is asked of all that was known, for whoever recorded activity posted
		// what had expired before it: points that came with effect before that, and were
		// recorded after it, live on.
		v.s.IdleAt = later(v.s.IdleAt, e.IdleAt)
		if !e.At.After(effective) {
			v.add(e)
		}
	}
	s := v.state()
	last, seq := s.Recorded, s.Seq
	s.Recorded = time.Time{} // time passes from the beginning, not from the last record
	s = s.advanced(effective)
	s.Recorded, s.Seq = last, seq
	return s
}

// view folds entries that need not follow on each other, because some are left out.
type view struct {
	s      State
	lots   []Lot
	places map[uint64]int // of a lot in lots
}

func (v *view) add(e *Entry) {
	s := &v.s
	s.Seq, s.Recorded = e.Seq, later(s.Recorded, e.Recorded)
	s.At = later(s.At, e.At)
	s.QP += e.QP
	total, n := s.Totals.of(e)
	*total += n
	switch {
	case e.makesLot():
		v.places[e.Lot] = len(v.lots)
		v.lots = append(v.lots, Lot{ID: e.Lot, Points: e.Amount, Left: e.Amount, ActivateAt: e.ActivateAt, ExpireAt: e.ExpireAt, Unconfirmed: e.Unconfirmed})
	case e.Kind == KindConfirm:
		if at, ok := v.places[e.Lot]; ok {
			v.lots[at].ActivateAt, v.lots[at].Unconfirmed = e.ActivateAt, false
		}
	case e.Kind == KindHold:
		s.Holds = append(s.Holds, Hold{ID: e.Hold, Points: e.Held, Until: e.Until, Ref: e.Ref})
	case e.Hold > 0:
		if at := s.hold(e.Hold); at >= 0 {
			s.Holds[at].Points += e.Held
		}
	}
	for i := range e.Uses {
		u := &e.Uses[i]
		at, ok := v.places[u.Lot]
		if !ok {
			at = len(v.lots)
			v.places[u.Lot] = at
			v.lots = append(v.lots, Lot{ID: u.Lot, Points: u.Size, ActivateAt: u.ActivateAt, ExpireAt: u.ExpireAt})
		}
		if e.Kind == KindRefund {
			v.lots[at].Left += u.Points
		} else {
			v.lots[at].Left -= u.Points
		}
	}
}

func (v *view) state() State {
	s := v.s
	sum := int64(0)
	for _, l := range v.lots {
		if l.Left > 0 {
			s.Lots = append(s.Lots, l)
			sum += l.Left
		}
	}
	slices.SortFunc(s.Lots, func(a, b Lot) int { return SoonestExpiring.compare(&a, &b) })
	s.Holds = slices.DeleteFunc(s.Holds, func(h Hold) bool { return h.Points <= 0 })
	s.Debt = sum - s.balance()
	return s
}
