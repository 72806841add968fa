package points

import (
	"math"
	"time"
)

// NextDue says when [DueEntries] next has something to post: the next expiry of a
// lot or of all by inactivity, the next time-out of a hold, and where there is a
// debt the next activation, which pays it. The zero time is never. It may lie in the
// past: then it is due now.
//
// The activation of pending points without a debt needs no entry and is not due:
// [Available] derives it from the time.
func NextDue(s State) time.Time { return s.nextDue(s.Recorded) }

// nextDue knows that debts were paid from what was usable up to an instant.
func (s *State) nextDue(settled time.Time) (due time.Time) {
	if len(s.Lots) > 0 {
		due = sooner(s.Lots[0].ExpireAt, s.IdleAt)
	}
	for i := range s.Holds {
		due = sooner(due, s.Holds[i].Until)
	}
	if s.Debt > 0 {
		for i := range s.Lots {
			if l := &s.Lots[i]; !l.Unconfirmed && l.ActivateAt.After(settled) {
				due = sooner(due, l.ActivateAt)
			}
		}
	}
	return due
}

// DueEntries returns what time has done to the account by now and nobody has posted
// yet (到期处理), in the order of time; nil where there is nothing. Each entry takes
// effect at the instant that it was due, whenever it is posted, and is recorded now
// or with the last entry, if that is later. All decisions post what is due before
// what they were asked for, so expiry does not depend on a job that runs in time.
//
// At one instant: first points expire (one Expire for all lots), then holds time out
// (Release), then debt is paid from what is available (Settle). Debt is paid from the
// points that expire first, under any [Order].
//
// ErrInvalid where now is no instant of the years 1 to 9999.
func DueEntries(s State, now time.Time) ([]Entry, error) {
	if due := s.nextDue(s.Recorded); validNow(now) && (due.IsZero() || due.After(now)) {
		return nil, nil
	}
	var d decision
	if err := d.begin(&Policy{}, &s, &Act{}, now); err != nil {
		return nil, err
	}
	return d.entries, nil
}

// catchUp posts what time has done up to the time of recording, since debts were
// last paid.
func (d *decision) catchUp(settled time.Time) error {
	for {
		due := d.state.nextDue(settled)
		if due.IsZero() || due.After(d.rec) {
			return nil
		}
		if err := d.end(due); err != nil {
			return err
		}
		if err := d.settle(due); err != nil {
			return err
		}
		settled = later(settled, due)
	}
}

// end posts what ends at t or before: lots, then holds.
func (d *decision) end(t time.Time) error {
	if uses, sum := d.state.expired(t); sum > 0 {
		if err := d.post(Entry{Kind: KindExpire, Amount: -sum, At: t, Uses: uses}); err != nil {
			return err
		}
	}
	for i := 0; i < len(d.state.Holds); {
		h := d.state.Holds[i]
		if !over(h.Until, t) {
			i++
			continue
		}
		if err := d.post(Entry{Kind: KindRelease, Held: -h.Points, Hold: h.ID, At: t, Ref: h.Ref}); err != nil {
			return err
		}
	}
	return nil
}

// expired lists what the lots hold whose time is over.
func (s *State) expired(t time.Time) (uses []Use, sum int64) {
	all := over(s.IdleAt, t)
	n := 0
	for n < len(s.Lots) && (all || over(s.Lots[n].ExpireAt, t)) {
		n++
	}
	if n == 0 {
		return nil, 0
	}
	uses = make([]Use, n)
	for i := range uses {
		l := &s.Lots[i]
		uses[i] = l.use(l.Left)
		sum += l.Left
	}
	return uses, sum
}

// settle pays debt from what is free at t.
func (d *decision) settle(t time.Time) error {
	s := &d.state
	if s.Debt == 0 {
		return nil
	}
	n := min(s.Debt, s.usable(t, math.MaxInt64)-s.held(t))
	if n <= 0 {
		return nil
	}
	return d.post(Entry{Kind: KindSettle, At: t, Uses: SoonestExpiring.take(nil, s.Lots, t, n, 0)})
}

// advanced is s with what is due by t posted.
func (s State) advanced(t time.Time) State {
	if due := s.nextDue(s.Recorded); due.IsZero() || due.After(t) {
		return s
	}
	var d decision
	if d.begin(&Policy{}, &s, &Act{}, t) != nil {
		return s // t is no instant that anything can be due at
	}
	d.state.tidy()
	return d.state
}
