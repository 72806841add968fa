package points

import (
	"slices"
	"sort"
)

// Apply returns what s comes to with further entries, in the order of the journal.
// It does not modify s: on an error the state returned is s itself.
//
// ErrInvalid where an entry breaks a rule of [Entry.Validate]; ErrConflict where it
// does not follow: another number than s.Seq+1, recorded before the entry before it,
// a lot or hold that is not there or has not enough; ErrOverflow where a sum
// leaves int64.
func Apply(s State, entries ...Entry) (State, error) {
	made := 0
	for i := range entries {
		if entries[i].makesLot() {
			made++
		}
	}
	next := s.clone(made)
	if err := next.Fold(entries...); err != nil {
		return s, err
	}
	return next, nil
}

// Fold is [Apply] in place, for a caller whose own the state is, with its lists: one
// that was just read, or a [State.Clone]. It saves the copy.
//
// The errors are those of Apply. After one the state is of no more use and must be
// discarded: a part of the entries may be in it.
func (s *State) Fold(entries ...Entry) error {
	for i := range entries {
		if err := s.fold(&entries[i]); err != nil {
			return err
		}
	}
	s.tidy()
	return nil
}

// Replay is [Apply] to an account without entries: what a whole journal comes to.
func Replay(entries []Entry) (State, error) {
	var s State
	for i := range entries {
		if err := s.fold(&entries[i]); err != nil {
			return State{}, err
		}
	}
	s.tidy()
	return s, nil
}

// tidy makes equal states look equal: an empty list is nil.
func (s *State) tidy() {
	if len(s.Lots) == 0 {
		s.Lots = nil
	}
	if len(s.Holds) == 0 {
		s.Holds = nil
	}
}

// fold applies one entry to s, whose slices are its own. After an error s is of no
// more use.
func (s *State) fold(e *Entry) error {
	var p problems
	if e.check(&p); len(p) > 0 {
		return p.join()
	}
	if e.Seq != s.Seq+1 {
		return refuse(ErrConflict, "seq", e.Seq, "is not the number after the last entry's")
	}
	if e.Recorded.Before(s.Recorded) {
		return refuse(ErrConflict, "recorded", e.Seq, "is before that of the last entry")
	}
	return s.book(e)
}

// book is fold for an entry whose form is valid and which is the next one.
func (s *State) book(e *Entry) error {
	next, err := s.after(e)
	if err != nil {
		return err
	}
	if err := s.foldLots(e); err != nil {
		return err
	}
	if err := s.foldHold(e); err != nil {
		return err
	}
	s.Seq, s.Recorded = e.Seq, e.Recorded
	s.At, s.IdleAt = later(s.At, e.At), later(s.IdleAt, e.IdleAt)
	*next.total, s.QP, s.Debt = next.sum, next.qp, next.debt
	return nil
}

// sums is what changes in a State besides lots and holds.
type sums struct {
	total         *int64 // the one of the totals under which the amount is booked
	sum, qp, debt int64
}

// after computes the sums after e, whose form is valid.
func (s *State) after(e *Entry) (next sums, err error) {
	total, n := s.Totals.of(e)
	next = sums{total: total, sum: *total + n, qp: s.QP + e.QP}
	switch {
	case !added(s.QP, e.QP, next.qp):
		return next, overflow("qp")
	case !added(*total, n, next.sum):
		return next, overflow("totals")
	}
	moved := e.moved()
	if moved > 0 && s.inLots()+moved < 0 {
		return next, overflow("balance")
	}
	// The balance is the lots less the debt: what an entry does to the first and not
	// to the lots, it does to the debt.
	owed := moved - e.Amount
	next.debt = s.Debt + owed
	switch {
	case !added(moved, -e.Amount, owed) || owed > 0 && next.debt < 0:
		return next, overflow("debt")
	case next.debt < 0:
		return next, refuse(ErrConflict, "debt", e.Seq, "less is owed than is paid or forgiven")
	}
	return next, nil
}

// moved is the change that e makes to the sum of the lots.
func (e *Entry) moved() int64 {
	if e.makesLot() {
		return e.Amount
	}
	used, _ := e.used()
	if e.Kind == KindRefund {
		return used
	}
	return -used
}

func added(a, b, sum int64) bool { return (sum < a) == (b < 0) }

// of is the total under which the amount of e is booked, and by how much it rises.
func (t *Totals) of(e *Entry) (total *int64, n int64) {
	switch e.Kind {
	case KindEarn, KindOpening:
		return &t.Issued, e.Amount
	case KindTransferIn, KindTransferOut:
		return &t.Moved, e.Amount
	case KindWriteOff:
		return &t.WrittenOff, e.Amount
	case KindRefund:
		return &t.Refunded, e.Amount
	case KindBurn, KindCapture:
		return &t.Burned, -e.Amount
	case KindExpire:
		return &t.Expired, -e.Amount
	case KindClawback:
		return &t.Reversed, -e.Amount
	}
	return &t.Adjusted, e.Amount
}

func (s *State) foldLots(e *Entry) error {
	switch {
	case e.makesLot():
		s.insert(Lot{ID: e.Lot, Points: e.Amount, Left: e.Amount, ActivateAt: e.ActivateAt, ExpireAt: e.ExpireAt, Unconfirmed: e.Unconfirmed})
		return nil
	case e.Kind == KindConfirm:
		i := s.lot(e.Lot, 0)
		if i < 0 || !s.Lots[i].Unconfirmed {
			return refuse(ErrConflict, "lot", e.Lot, "does not wait to be confirmed")
		}
		l := s.Lots[i]
		l.Unconfirmed, l.ActivateAt = false, e.ActivateAt
		s.Lots = slices.Delete(s.Lots, i, i+1)
		s.insert(l)
		return nil
	case e.Kind == KindRefund:
		return s.restore(e)
	case len(e.Uses) > 0:
		return s.consume(e)
	}
	return nil
}

// insert keeps the lots in the order of SoonestExpiring. New points mostly expire
// last.
func (s *State) insert(l Lot) {
	n := len(s.Lots)
	if n > 0 && SoonestExpiring.compare(&s.Lots[n-1], &l) > 0 {
		n = sort.Search(n-1, func(i int) bool { return SoonestExpiring.compare(&s.Lots[i], &l) > 0 })
	}
	s.Lots = slices.Insert(s.Lots, n, l)
}

func (s *State) consume(e *Entry) error {
	at, emptied := 0, 0
	for i := range e.Uses {
		u := &e.Uses[i]
		if at = s.lot(u.Lot, max(at, 0)); at < 0 || s.Lots[at].Left < u.Points {
			return refuse(ErrConflict, "uses", u.Lot, "the lot has not so many points left")
		}
		if s.Lots[at].Left -= u.Points; s.Lots[at].Left == 0 {
			emptied++
		}
	}
	// Most are consumed from the front, which moves no others.
	for emptied > 0 && s.Lots[0].Left == 0 {
		s.Lots = s.Lots[1:]
		emptied--
	}
	if emptied > 0 {
		s.Lots = slices.DeleteFunc(s.Lots, func(l Lot) bool { return l.Left == 0 })
	}
	return nil
}

func (s *State) restore(e *Entry) error {
	for i := range e.Uses {
		u := &e.Uses[i]
		at := s.lot(u.Lot, 0)
		if at < 0 {
			s.insert(Lot{ID: u.Lot, Points: u.Size, Left: u.Points, ActivateAt: u.ActivateAt, ExpireAt: u.ExpireAt})
			continue
		}
		if s.Lots[at].Left > s.Lots[at].Points-u.Points {
			return refuse(ErrConflict, "uses", u.Lot, "the lot was not made with so many points")
		}
		s.Lots[at].Left += u.Points
	}
	return nil
}

func (s *State) foldHold(e *Entry) error {
	if e.Hold == 0 {
		return nil
	}
	if e.Kind == KindHold {
		sum := e.Held
		for _, h := range s.Holds {
			if sum += h.Points; sum < 0 {
				return overflow("held")
			}
		}
		s.Holds = append(s.Holds, Hold{ID: e.Hold, Points: e.Held, Until: e.Until, Ref: e.Ref})
		return nil
	}
	i := s.hold(e.Hold)
	if i < 0 || s.Holds[i].Points+e.Held < 0 {
		return refuse(ErrConflict, "hold", e.Hold, "does not reserve so many points")
	}
	if s.Holds[i].Points += e.Held; s.Holds[i].Points == 0 {
		s.Holds = slices.Delete(s.Holds, i, i+1)
	}
	return nil
}
