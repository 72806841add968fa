package points

import (
	"slices"
)

// Apply returns what s comes to with further entries, in the order of the journal.
// It is the only function that folds, and does not modify s: on an error the state
// returned is s itself.
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
	for i := range entries {
		if err := next.fold(&entries[i]); err != nil {
			return s, err
		}
	}
	return next.tidy(), nil
}

// Replay is [Apply] to an account without entries: what a whole journal comes to.
func Replay(entries []Entry) (State, error) {
	var s State
	for i := range entries {
		if err := s.fold(&entries[i]); err != nil {
			return State{}, err
		}
	}
	return s.tidy(), nil
}

// tidy makes equal states look equal: an empty list is nil.
func (s *State) tidy() State {
	if len(s.Lots) == 0 {
		s.Lots = nil
	}
	if len(s.Holds) == 0 {
		s.Holds = nil
	}
	return *s
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
	sums, err := s.after(e)
	if err != nil {
		return err
	}
	if err := s.foldLots(e); err != nil {
		return err
	}
	if err := s.foldHold(e); err != nil {
		return err
	}
	s.settleSums(e, sums)
	return nil
}

// settleSums moves s, whose lots and holds have been folded, on to e.
func (s *State) settleSums(e *Entry, n sums) {
	s.Seq, s.Recorded = e.Seq, e.Recorded
	s.At, s.IdleAt = later(s.At, e.At), later(s.IdleAt, e.IdleAt)
	s.Totals, s.QP, s.Debt = n.totals, n.qp, n.debt
}

// sums is what changes in a State besides lots and holds.
type sums struct {
	totals   Totals
	qp, debt int64
}

// after computes the sums after e, whose form is valid.
func (s *State) after(e *Entry) (sums, error) {
	next := sums{totals: s.Totals, qp: s.QP + e.QP}
	if !added(s.QP, e.QP, next.qp) {
		return sums{}, overflow("qp")
	}
	if !next.totals.add(e) {
		return sums{}, overflow("totals")
	}
	inLots, moved := s.inLots(), e.moved()
	if moved > 0 && inLots+moved < 0 {
		return sums{}, overflow("balance")
	}
	// The balance is the lots less the debt: what an entry does to the first and not
	// to the lots, it does to the debt.
	owed := moved - e.Amount
	next.debt = s.Debt + owed
	switch {
	case !added(moved, -e.Amount, owed) || owed > 0 && next.debt < 0:
		return sums{}, overflow("debt")
	case next.debt < 0:
		return sums{}, refuse(ErrConflict, "debt", e.Seq, "less is owed than is paid or forgiven")
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

// add books the amount of e under its kind.
func (t *Totals) add(e *Entry) bool {
	to, n := &t.Adjusted, e.Amount
	switch e.Kind {
	case KindEarn, KindOpening:
		to = &t.Issued
	case KindTransferIn, KindTransferOut:
		to = &t.Moved
	case KindWriteOff:
		to = &t.WrittenOff
	case KindRefund:
		to = &t.Refunded
	case KindBurn, KindCapture:
		to, n = &t.Burned, -n
	case KindExpire:
		to, n = &t.Expired, -n
	case KindClawback:
		to, n = &t.Reversed, -n
	}
	sum := *to + n
	ok := added(*to, n, sum)
	*to = sum
	return ok
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

func (s *State) insert(l Lot) {
	i, _ := slices.BinarySearchFunc(s.Lots, l, func(a, b Lot) int { return SoonestExpiring.compare(&a, &b) })
	s.Lots = slices.Insert(s.Lots, i, l)
}

func (s *State) consume(e *Entry) error {
	at, emptied := 0, false
	for i := range e.Uses {
		u := &e.Uses[i]
		if at = s.lot(u.Lot, max(at, 0)); at < 0 || s.Lots[at].Left < u.Points {
			return refuse(ErrConflict, "uses", u.Lot, "the lot has not so many points left")
		}
		s.Lots[at].Left -= u.Points
		emptied = emptied || s.Lots[at].Left == 0
	}
	if emptied {
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
