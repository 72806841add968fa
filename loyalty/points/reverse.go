package points

import (
	"math/bits"
	"time"
)

// RefundCommand asks to give back spent points, or a part of them (退还积分).
type RefundCommand struct {
	Act
	Points int64   `json:"points"`          // 1 to what remains of the target
	Target Entry   `json:"target"`          // what was spent: a Burn, a Capture, or an Adjust below 0
	Later  []Entry `json:"later,omitempty"` // the account's entries after Target, or those that [Concerns] picks
}

// Refund gives points back to the lots that they came from, in reverse order of
// consumption, with the dates that they had: what has expired meanwhile expires
// again at once, with an Expire of its own. Qualifying points that an adjustment took
// come back in proportion. A debt is paid from what comes back.
//
// The state does not remember what was spent. So the caller, who has the journal,
// passes the target and the account's later entries; what does not concern the
// target may be left out, and must not be invented. They have to be read in the
// version of the state that is passed.
//
// ErrOverReversal with Remaining and Requested beyond what remains, ErrAlreadyReversed
// where nothing does; ErrInvalidAmount below 1; ErrTransition where Target spent
// nothing; ErrInvalid where Act.At lies before Target.At.
func (p Policy) Refund(s State, cmd RefundCommand, now time.Time) ([]Entry, error) {
	if cmd.Points < 1 {
		return nil, refuse(ErrInvalidAmount, "points", 0, "below 1")
	}
	return p.refund(&s, cmd, now)
}

func (p Policy) refund(s *State, cmd RefundCommand, now time.Time) ([]Entry, error) {
	var d decision
	if err := d.begin(&p, s, &cmd.Act, now); err != nil {
		return nil, err
	}
	r, err := d.reversible(&cmd.Target, cmd.Later)
	if err != nil {
		return nil, err
	}
	if r.points >= 0 {
		return nil, refuse(ErrTransition, "target", cmd.Target.Seq, "spent no points")
	}
	if r.remaining() < cmd.Points {
		return nil, r.refuse(cmd.Points)
	}
	var room [4]Use
	list := withUses(giveBack(room[:0], cmd.Target.Uses, r.done, cmd.Points))
	e := &list[0]
	e.Kind, e.Amount, e.QP, e.Target = KindRefund, cmd.Points, -r.share(cmd.Points), cmd.Target.Seq
	if e.IdleAt, err = d.idleAt(KindRefund); err != nil {
		return nil, err
	}
	return d.only(list)
}

// ReverseCommand asks to undo all that remains of an entry (冲正).
type ReverseCommand struct {
	Act
	Target Entry   `json:"target"`          // what [Policy.Refund] or [Policy.Clawback] takes
	Later  []Entry `json:"later,omitempty"` // as in RefundCommand
}

// Reverse undoes what remains of an entry: it refunds what was spent and claws back
// what was given. ErrAlreadyReversed, with Remaining 0, where nothing remains,
// whatever key the command comes under. The other errors are those of
// [Policy.Refund] and [Policy.Clawback].
func (p Policy) Reverse(s State, cmd ReverseCommand, now time.Time) ([]Entry, error) {
	r, err := reversal(&cmd.Target, cmd.Later)
	switch {
	case err != nil:
		return nil, err
	case r.spent():
		return nil, overReversal("target", cmd.Target.Seq, 0, 0, true)
	case r.points < 0:
		return p.refund(&s, RefundCommand{cmd.Act, r.remaining(), cmd.Target, cmd.Later}, now)
	}
	return p.clawback(&s, ClawbackCommand{Act: cmd.Act, Points: r.remaining(), Target: cmd.Target, Later: cmd.Later}, now)
}

// Reversible returns how many points of an entry can still be refunded or clawed
// back, given the account's entries after it; 0 for an entry that is neither.
func Reversible(target Entry, later []Entry) int64 {
	r, err := reversal(&target, later)
	if err != nil {
		return 0
	}
	return r.remaining()
}

// Concerns reports whether e, an entry of the same account, has to be among the
// later entries of a command that reverses target: it reverses it too, or says that
// points of its lot expired.
func Concerns(target, e Entry) bool {
	return e.Target == target.Seq && e.Seq > target.Seq || e.lapsed(target.Lot) > 0
}

// lapsed is what expired of a lot with e.
func (e *Entry) lapsed(lot uint64) int64 {
	if e.Kind == KindExpire && lot > 0 {
		for i := range e.Uses {
			if e.Uses[i].Lot == lot {
				return e.Uses[i].Points
			}
		}
	}
	return 0
}

// reversed is what became of an entry.
type reversed struct {
	target     *Entry
	points, qp int64 // of the entry; points are below 0 where it took some
	done       int64 // points reversed so far, 0 or more
	left       int64 // qualifying points that are not reversed yet
	times      int   // how often it was reversed
	lapsed     int64 // points of its lot that expired, less those that a clawback met already
}

func (d *decision) reversible(target *Entry, later []Entry) (reversed, error) {
	switch {
	case target.Seq > d.state.Seq:
		return reversed{}, refuse(ErrInvalid, "target", target.Seq, "is no entry of the account")
	case d.at.Before(target.At):
		return reversed{}, refuse(ErrInvalid, "at", target.Seq, "is before the target took effect")
	}
	return reversal(target, later)
}

func reversal(target *Entry, later []Entry) (reversed, error) {
	r := reversed{target: target, points: target.Amount, qp: target.QP, left: target.QP}
	switch target.Kind {
	case KindEarn, KindBurn, KindCapture, KindAdjust:
	case KindOpening:
		if target.Amount <= 0 {
			return r, refuse(ErrTransition, "target", target.Seq, "an opening debt is not reversed")
		}
	default:
		return r, refuse(ErrTransition, "target", target.Seq, "entries of this kind are not reversed")
	}
	var p problems
	if target.check(&p); len(p) > 0 {
		return r, p.join()
	}
	last := target.Seq
	for i := range later {
		e := &later[i]
		if e.Seq <= last {
			return r, refuse(ErrInvalid, "later", e.Seq, "is not in the order of the journal behind the target")
		}
		last = e.Seq
		r.lapsed += e.lapsed(target.Lot)
		if e.Target != target.Seq {
			continue
		}
		r.times++
		r.left += e.QP
		if e.Kind == KindRefund {
			r.done += e.Amount
		} else {
			r.done += e.Lapsed - e.Amount
			r.lapsed -= e.Lapsed
		}
	}
	return r, nil
}

func (r *reversed) remaining() int64 { return max(r.points, -r.points) - r.done }

// spent reports whether nothing is left to reverse, not even qualifying points.
func (r *reversed) spent() bool {
	return r.remaining() <= 0 && r.left == 0 && (r.points != 0 || r.times > 0)
}

// share is the part of the qualifying points that goes with the next n points. The
// parts of all reversals add up to the whole.
func (r *reversed) share(n int64) int64 {
	if n == r.remaining() {
		return r.left
	}
	total := max(r.points, -r.points)
	part := portion(r.qp, r.done+n, total) - portion(r.qp, r.done, total)
	if r.qp < 0 {
		return max(part, r.left)
	}
	return min(part, r.left)
}

// portion is qp*part/total towards 0, for 0 <= part <= total.
func portion(qp, part, total int64) int64 {
	hi, lo := bits.Mul64(uint64(max(qp, -qp)), uint64(part))
	q, _ := bits.Div64(hi, lo, uint64(total))
	if qp < 0 {
		return -int64(q)
	}
	return int64(q)
}

func (r *reversed) refuse(requested int64) error {
	return overReversal("points", r.target.Seq, requested, max(0, r.remaining()), r.spent())
}

// giveBack appends the next n points of what was used, from the last use on and
// behind the first done points, which were given back before.
func giveBack(to, uses []Use, done, n int64) []Use {
	for i := len(uses) - 1; i >= 0 && n > 0; i-- {
		u := uses[i]
		skip := min(done, u.Points)
		done -= skip
		if u.Points = min(u.Points-skip, n); u.Points > 0 {
			u.Place = 0
			to = append(to, u)
			n -= u.Points
		}
	}
	return to
}
