package points

import (
	"math"
	"time"
)

// EarnCommand asks for points for a purchase or an act (获取积分).
type EarnCommand struct {
	Act
	Points int64 `json:"points"`      // 0 or more; 0 makes an entry and no lot
	QP     int64 `json:"qp,omitzero"` // qualifying points, 0 or more
	// ActivateAt is when the points become usable, not before Act.At; zero is at once
	// (待生效).
	ActivateAt time.Time `json:"activate_at,omitzero"`
	// Confirm keeps the points pending until [Policy.Confirm], and not before
	// ActivateAt (待确认).
	Confirm bool `json:"confirm,omitzero"`
	// Expiry is instead of the policy's; nil is the policy's. It counts from Act.At.
	Expiry *Expiry `json:"expiry,omitempty"`
	// ExpireAt is the end itself, instead of a rule; zero is by rule.
	ExpireAt time.Time `json:"expire_at,omitzero"`
}

// Earn credits points as a new lot, whose number is that of the entry. Act.At may
// lie in the past: the lot then lives from there, and expires at once if its end is
// over. A debt is paid from it as soon as it is usable.
//
// ErrInvalidAmount below 0; ErrInvalid where the dates are not in order; ErrOverflow
// where lots or sums would leave int64.
func (p Policy) Earn(s State, cmd EarnCommand, now time.Time) ([]Entry, error) {
	var d decision
	return d.earn(&p, &s, &cmd, now)
}

func (d *decision) earn(p *Policy, s *State, cmd *EarnCommand, now time.Time) ([]Entry, error) {
	if err := d.begin(p, s, &cmd.Act, now); err != nil {
		return nil, err
	}
	if cmd.Points < 0 || cmd.QP < 0 {
		return nil, refuse(ErrInvalidAmount, "points", 0, "below 0")
	}
	list := make([]Entry, 1)
	e := &list[0]
	e.Kind, e.Amount, e.QP, e.Unconfirmed = KindEarn, cmd.Points, cmd.QP, cmd.Confirm && cmd.Points > 0
	if err := d.credit(e, cmd.ActivateAt, cmd.ExpireAt, cmd.Expiry); err != nil {
		return nil, err
	}
	return d.only(list)
}

// credit gives e, which brings points, the dates of its lot.
func (d *decision) credit(e *Entry, activate, expire time.Time, rule *Expiry) (err error) {
	if e.IdleAt, err = d.idleAt(e.Kind); err != nil || e.Amount == 0 {
		return err
	}
	if rule == nil {
		rule = &d.p.Expiry
	}
	if e.ActivateAt = floor(activate); e.ActivateAt.IsZero() {
		e.ActivateAt = d.at
	}
	if e.ExpireAt = floor(expire); e.ExpireAt.IsZero() {
		if e.ExpireAt, err = d.ends(rule); err != nil {
			return err
		}
	}
	switch {
	case !kept(e.ActivateAt):
		return refuse(ErrInvalid, "activate_at", 0, notInstant)
	case !kept(e.ExpireAt):
		return refuse(ErrInvalid, "expire_at", 0, notInstant)
	case e.ActivateAt.Before(d.at):
		return refuse(ErrInvalid, "activate_at", 0, "is before the points are earned")
	case over(e.ExpireAt, e.ActivateAt):
		return refuse(ErrInvalid, "expire_at", 0, "is not after activate_at")
	}
	return nil
}

// ConfirmCommand asks that a lot which waits for it becomes usable (确认积分).
type ConfirmCommand struct {
	Act
	Lot uint64 `json:"lot"` // number of the lot, which is that of its entry
}

// Confirm makes a lot usable that was earned with Confirm, from Act.At or its own
// ActivateAt on, whichever is later. A lot that has expired, or was clawed back, is
// ErrNotFound; one that does not wait is ErrTransition.
func (p Policy) Confirm(s State, cmd ConfirmCommand, now time.Time) ([]Entry, error) {
	var d decision
	if err := d.beginDebit(&p, &s, &cmd.Act, now); err != nil {
		return nil, err
	}
	i := d.state.lot(cmd.Lot, 0)
	if i < 0 {
		return nil, refuse(ErrNotFound, "lot", cmd.Lot, "holds no points")
	}
	l := &d.state.Lots[i]
	if !l.Unconfirmed {
		return nil, refuse(ErrTransition, "lot", cmd.Lot, "does not wait to be confirmed")
	}
	return d.only([]Entry{{Kind: KindConfirm, Lot: l.ID, ActivateAt: later(l.ActivateAt, d.at), ExpireAt: l.ExpireAt}})
}

// OpeningLot is a number of points that an account comes with.
type OpeningLot struct {
	Points     int64     `json:"points"`               // at least 1
	Ref        string    `json:"ref,omitzero"`         // id of where they come from; Act.Ref where ""
	At         time.Time `json:"at"`                   // when they were earned
	ActivateAt time.Time `json:"activate_at,omitzero"` // zero is At
	ExpireAt   time.Time `json:"expire_at,omitzero"`   // zero is never
}

// OpenCommand brings over an account from another system (期初导入).
type OpenCommand struct {
	Act
	Lots []OpeningLot `json:"lots,omitempty"`
	Debt int64        `json:"debt,omitzero"` // points owed, 0 or more
	QP   int64        `json:"qp,omitzero"`   // qualifying points so far, with effect at Act.At
}

// Open is the first command of an account that existed elsewhere: an entry for
// each lot, in the order given, and one for debt and qualifying points if there are
// any. It is the only way to bring several lots with dates of their own.
//
// ErrTransition where the account has entries already, so that no import is made
// twice; ErrInvalidAmount, ErrInvalid and ErrOverflow as in [Policy.Earn].
func (p Policy) Open(s State, cmd OpenCommand, now time.Time) ([]Entry, error) {
	if s.Seq > 0 {
		return nil, refuse(ErrTransition, "open", s.Seq, "the account has entries")
	}
	var d decision
	if err := d.begin(&p, &s, &cmd.Act, now); err != nil {
		return nil, err
	}
	if cmd.Debt < 0 || cmd.Debt == math.MaxInt64 || cmd.QP < 0 {
		return nil, refuse(ErrInvalidAmount, "debt", 0, "below 0 or too large")
	}
	opened := d.at
	for i, lot := range cmd.Lots {
		if err := d.open(lot); err != nil {
			return nil, withSeq(err, uint64(i+1))
		}
	}
	if d.at = opened; cmd.Debt > 0 || cmd.QP > 0 {
		if err := d.add(Entry{Kind: KindOpening, Amount: -cmd.Debt, QP: cmd.QP}); err != nil {
			return nil, err
		}
	}
	return d.finish()
}

func (d *decision) open(lot OpeningLot) error {
	if lot.Points <= 0 {
		return refuse(ErrInvalidAmount, "lots", 0, "a lot of less than 1 point")
	}
	d.at = floor(lot.At)
	if d.at.IsZero() || !kept(d.at) || d.at.After(d.rec) || !validText(lot.Ref) {
		return refuse(ErrInvalid, "lots", 0, "at "+notInstant+", or in the future, or ref "+notText)
	}
	e := Entry{Kind: KindOpening, Amount: lot.Points, Ref: lot.Ref}
	if err := d.credit(&e, lot.ActivateAt, lot.ExpireAt, &Expiry{}); err != nil {
		return err
	}
	return d.add(e)
}

// withSeq numbers an error of one part of a command.
func withSeq(err error, n uint64) error {
	if e, ok := err.(*Error); ok && e.Seq == 0 {
		numbered := *e
		numbered.Seq = n
		return &numbered
	}
	return err
}
