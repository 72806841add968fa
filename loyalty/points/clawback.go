package points

import "time"

// ClawbackCommand asks to take back points that were given, or a part of them
// (追回积分): the order was returned.
type ClawbackCommand struct {
	Act
	Points int64 `json:"points"` // 1 to what remains of the target; 0 too where QP is above 0
	// QP is how many qualifying points go with them, 0 to what remains of the target's;
	// nil is in proportion.
	QP     *int64  `json:"qp,omitempty"`
	Target Entry   `json:"target"`          // what gave them: an Earn, an Opening, or an Adjust above 0
	Later  []Entry `json:"later,omitempty"` // as in RefundCommand
}

// Clawback takes points back: first from the target's own lot, pending or not; what
// of it expired unused is gone already and is not taken again (Lapsed); the rest from
// what is available, in the order of the policy. What is still missing goes by
// Policy.Shortfall: Debt books it as owed; Partial does the same and forgives it at
// once, in a WriteOff; Reject refuses with ErrInsufficient. The amount of the entry
// is what was taken and owed. Qualifying points go in proportion, or as QP says.
//
// Where the target gave no points, only qualifying ones, use [Policy.Reverse].
// Target and Later, and the other errors, are as in [Policy.Refund].
func (p Policy) Clawback(s State, cmd ClawbackCommand, now time.Time) ([]Entry, error) {
	if cmd.Points < 0 || cmd.Points == 0 && (cmd.QP == nil || *cmd.QP <= 0) {
		return nil, refuse(ErrInvalidAmount, "points", 0, "below 1")
	}
	return p.clawback(&s, cmd, now)
}

func (p Policy) clawback(s *State, cmd ClawbackCommand, now time.Time) ([]Entry, error) {
	var d decision
	if err := d.begin(&p, s, &cmd.Act, now); err != nil {
		return nil, err
	}
	// What expired only now is not among the entries that the caller could read.
	later := append(cmd.Later[:len(cmd.Later):len(cmd.Later)], d.entries...)
	r, err := d.reversible(&cmd.Target, later)
	if err != nil {
		return nil, err
	}
	if r.points < 0 {
		return nil, refuse(ErrTransition, "target", cmd.Target.Seq, "gave no points")
	}
	if r.remaining() < cmd.Points {
		return nil, r.refuse(cmd.Points)
	}
	qp, err := r.qualifying(&cmd)
	if err != nil {
		return nil, err
	}
	e := Entry{Kind: KindClawback, QP: -qp, Target: cmd.Target.Seq}
	missing := d.takeBack(&e, &r, cmd.Points)
	if missing == 0 || p.Shortfall == Debt {
		return d.only([]Entry{e})
	}
	if p.Shortfall == Reject {
		return nil, insufficient(cmd.Points-missing, cmd.Points)
	}
	if err := d.add(e); err != nil {
		return nil, err
	}
	if err := d.add(Entry{Kind: KindWriteOff, Amount: missing}); err != nil {
		return nil, err
	}
	return d.finish()
}

// qualifying is how many qualifying points go with a clawback.
func (r *reversed) qualifying(cmd *ClawbackCommand) (int64, error) {
	switch {
	case cmd.QP == nil:
		return r.share(cmd.Points), nil
	case *cmd.QP < 0:
		return 0, refuse(ErrInvalidAmount, "qp", 0, "below 0")
	case *cmd.QP > max(0, r.left):
		return 0, overReversal("qp", r.target.Seq, *cmd.QP, max(0, r.left), r.spent())
	}
	return *cmd.QP, nil
}

// takeBack fills e with what n points of a clawback take, and returns what is
// missing.
func (d *decision) takeBack(e *Entry, r *reversed, n int64) (missing int64) {
	e.Amount, missing = -n, n
	free := d.state.free(d.rec)
	if i := d.state.lot(r.target.Lot, 0); i >= 0 && n > 0 {
		own := &d.state.Lots[i]
		taken := min(own.Left, missing)
		e.Uses = append(e.Uses, own.use(taken))
		missing -= taken
		if own.usable(micros(d.rec)) {
			free -= taken
		}
	}
	e.Lapsed = min(r.lapsed, missing)
	e.Amount += e.Lapsed
	missing -= e.Lapsed
	if others := min(max(free, 0), missing); others > 0 {
		e.Uses = d.p.Order.take(e.Uses, d.state.Lots, d.rec, others, r.target.Lot)
		missing -= others
	}
	return missing
}
