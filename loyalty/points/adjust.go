package points

import (
	"math"
	"time"
)

// AdjustCommand asks for a correction by hand (调整积分).
type AdjustCommand struct {
	Act
	Points int64   `json:"points,omitzero"`  // more or fewer; 0 only where QP is not
	QP     int64   `json:"qp,omitzero"`      // qualifying points, more or fewer
	Expiry *Expiry `json:"expiry,omitempty"` // of points given, instead of the policy's
	// ExpireAt is the end of points given, instead of a rule; zero is by rule.
	ExpireAt time.Time `json:"expire_at,omitzero"`
}

// Adjust gives points as a new lot, or takes them from what is available. It is no
// activity: inactivity expiry goes on.
//
// ErrInvalidAmount where there is nothing to adjust; the other errors are those of
// [Policy.Earn] and [Policy.Burn].
func (p Policy) Adjust(s State, cmd AdjustCommand, now time.Time) ([]Entry, error) {
	if cmd.Points == 0 && cmd.QP == 0 || min(cmd.Points, cmd.QP) == math.MinInt64 {
		return nil, refuse(ErrInvalidAmount, "points", 0, "nothing to adjust, or too much")
	}
	var d decision
	if cmd.Points >= 0 {
		if err := d.begin(&p, &s, &cmd.Act, now); err != nil {
			return nil, err
		}
		e := Entry{Kind: KindAdjust, Amount: cmd.Points, QP: cmd.QP}
		if cmd.Points > 0 {
			if err := d.credit(&e, time.Time{}, cmd.ExpireAt, cmd.Expiry); err != nil {
				return nil, err
			}
		}
		return d.only([]Entry{e})
	}
	if err := d.beginDebit(&p, &s, &cmd.Act, now); err != nil {
		return nil, err
	}
	if err := d.affords(-cmd.Points); err != nil {
		return nil, err
	}
	list := d.debit(KindAdjust, -cmd.Points)
	list[0].QP = cmd.QP
	return d.only(list)
}

// WriteOffCommand asks to forgive debt (核销欠分).
type WriteOffCommand struct {
	Act
	Points int64 `json:"points"` // 1 to the debt
}

// WriteOff forgives debt. ErrInvalidAmount below 1; ErrInsufficient where less is
// owed.
func (p Policy) WriteOff(s State, cmd WriteOffCommand, now time.Time) ([]Entry, error) {
	var d decision
	if err := d.beginDebit(&p, &s, &cmd.Act, now); err != nil {
		return nil, err
	}
	switch {
	case cmd.Points < 1:
		return nil, refuse(ErrInvalidAmount, "points", 0, "below 1")
	case cmd.Points > d.state.Debt:
		return nil, insufficient(d.state.Debt, cmd.Points)
	}
	return d.only([]Entry{{Kind: KindWriteOff, Amount: cmd.Points}})
}
