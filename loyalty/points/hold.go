package points

import (
	"math"
	"time"
)

// HoldCommand asks to reserve points (冻结积分).
type HoldCommand struct {
	Act
	Points int64     `json:"points"`         // at least 1
	Until  time.Time `json:"until,omitzero"` // when the hold times out; zero for never
}

// Hold reserves points of what is available; the number of the hold is that of the
// entry. They are in the balance and not available until the hold is captured,
// released or times out. A hold names no lots and keeps no points alive: those that
// expire meanwhile are gone, and a capture then takes others or fails.
//
// ErrInsufficient, ErrInvalidAmount and ErrInvalid as in [Policy.Burn].
func (p Policy) Hold(s State, cmd HoldCommand, now time.Time) ([]Entry, error) {
	var d decision
	if err := d.beginDebit(&p, &s, &cmd.Act, now); err != nil {
		return nil, err
	}
	if err := d.affords(cmd.Points); err != nil {
		return nil, err
	}
	until := floor(cmd.Until)
	if over(until, d.rec) {
		return nil, refuse(ErrInvalid, "until", 0, "is not in the future")
	}
	return d.only([]Entry{{Kind: KindHold, Held: cmd.Points, Until: until}})
}

// CaptureCommand asks to spend what a hold reserves (扣减冻结积分).
type CaptureCommand struct {
	Act
	Hold   uint64 `json:"hold"`          // number of the hold
	Points int64  `json:"points"`        // 1 to what it reserves
	Keep   bool   `json:"keep,omitzero"` // keep the rest reserved; it is released otherwise
}

// Capture spends points of a hold, from the lots that are usable now, in the order
// of the policy. Where the lots no longer hold what is reserved, because points
// expired or were clawed back, older holds come first.
//
// ErrNotFound where no such hold is open: captured, released, timed out.
// ErrInsufficient with Available and Requested where the hold reserves less, or less
// is left of the account.
func (p Policy) Capture(s State, cmd CaptureCommand, now time.Time) ([]Entry, error) {
	var d decision
	if err := d.beginDebit(&p, &s, &cmd.Act, now); err != nil {
		return nil, err
	}
	i := d.state.hold(cmd.Hold)
	if i < 0 {
		return nil, refuse(ErrNotFound, "hold", cmd.Hold, "is not open")
	}
	if cmd.Points < 1 {
		return nil, refuse(ErrInvalidAmount, "points", 0, "below 1")
	}
	h := d.state.Holds[i]
	left := d.state.usable(d.at, math.MaxInt64)
	for _, older := range d.state.Holds[:i] {
		left -= older.Points
	}
	if left = min(max(left, 0), h.Points); left < cmd.Points {
		return nil, insufficient(left, cmd.Points)
	}
	idle, err := d.idleAt(KindCapture)
	if err != nil {
		return nil, err
	}
	list := d.debit(KindCapture, cmd.Points)
	e := &list[0]
	e.Hold, e.Held, e.IdleAt, e.Ref = h.ID, -h.Points, idle, cmd.Ref
	if cmd.Keep {
		e.Held = -cmd.Points
	}
	if e.Ref == "" {
		e.Ref = h.Ref
	}
	return d.only(list)
}

// ReleaseCommand asks to let go of what a hold reserves (解冻积分).
type ReleaseCommand struct {
	Act
	Hold   uint64 `json:"hold"`            // number of the hold
	Points int64  `json:"points,omitzero"` // 1 to what it reserves; 0 is all
}

// Release lets go of a hold, or of part of it. ErrNotFound where no such hold is
// open; ErrInsufficient where it reserves less.
func (p Policy) Release(s State, cmd ReleaseCommand, now time.Time) ([]Entry, error) {
	var d decision
	if err := d.beginDebit(&p, &s, &cmd.Act, now); err != nil {
		return nil, err
	}
	i := d.state.hold(cmd.Hold)
	if i < 0 {
		return nil, refuse(ErrNotFound, "hold", cmd.Hold, "is not open")
	}
	h := d.state.Holds[i]
	n := cmd.Points
	if n == 0 {
		n = h.Points
	}
	switch {
	case n < 0:
		return nil, refuse(ErrInvalidAmount, "points", 0, "below 0")
	case n > h.Points:
		return nil, insufficient(h.Points, n)
	}
	e := Entry{Kind: KindRelease, Hold: h.ID, Held: -n, Ref: cmd.Ref}
	if e.Ref == "" {
		e.Ref = h.Ref
	}
	return d.only([]Entry{e})
}
