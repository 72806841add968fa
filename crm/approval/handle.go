package approval

import "slices"

// delegate hands the actor's seat to somebody else.
func (w *work) delegate() error {
	n, seat, err := w.seat()
	if err != nil {
		return err
	}
	p := &w.i.Places[n]
	switch {
	case !w.delegable(&p.Step):
		return refuseID(ErrLocked, codeLocked, "delegate", p.Step.ID)
	case p.Seats[seat].Delegated:
		return refuseID(ErrForbidden, codeDepth, "delegate", p.Step.ID)
	}
	if err := w.takes(n); err != nil {
		return err
	}
	to := Seat{Person: w.c.To, For: w.c.Actor, Delegated: true}
	if w.i.Flow.Model == Free && w.decidedBefore(n, to) {
		return refuseID(ErrForbidden, codeTwiceRunning, "to", w.c.To)
	}
	return w.emit(&Entry{Kind: Delegated, Step: p.Step.ID, Seats: []Seat{to}})
}

// replace gives the open seat of somebody who is gone to a successor, who has it as his
// own.
func (w *work) replace() error {
	n := w.i.current()
	if n < 0 {
		return w.notNow()
	}
	p := &w.i.Places[n]
	seat := p.seat(w.c.Holder)
	switch {
	case w.c.Holder == "":
		return incomplete(codeMissing, "holder", p.Step.ID)
	case seat < 0:
		return refuseID(ErrNotFound, codeNoSeat, "holder", w.c.Holder)
	case p.Seats[seat].Vote != 0:
		return refuseID(ErrTransition, codeVoted, "holder", p.Step.ID)
	case w.c.To == w.c.Actor:
		return refuseID(ErrForbidden, codeOneself, "to", w.c.To)
	}
	if err := w.takes(n); err != nil {
		return err
	}
	to := Seat{Person: w.c.To}
	if w.i.Flow.Model == Free && w.decidedBefore(n, to) {
		return refuseID(ErrForbidden, codeTwiceRunning, "to", w.c.To)
	}
	return w.emit(&Entry{Kind: Replaced, Step: p.Step.ID, For: w.c.Holder, Seats: []Seat{to}})
}

// giveBack returns the approval to an entered step, or to its initiator.
func (w *work) giveBack() error {
	n, _, err := w.seat()
	if err != nil {
		return err
	}
	if w.i.Status != Running || !w.i.Places[n].Step.decides() {
		return w.notNow()
	}
	e := Entry{Kind: Returned, Step: w.i.Places[n].Step.ID, Target: w.c.Target, Resume: w.c.Resume}
	if w.c.Code == "" {
		e.Code = CodeByHand
	}
	if w.c.Target == "" {
		return w.emit(&e)
	}
	to := w.i.index(w.c.Target)
	if to < 0 {
		return refuseID(ErrNotFound, codeNoStep, "target", w.c.Target)
	}
	if to >= n || w.i.Places[to].State != Passed || !w.i.Places[to].Step.decides() {
		return refuseID(ErrTransition, codeNoStep, "target", w.c.Target)
	}
	if err := w.emit(&e); err != nil {
		return err
	}
	return w.advance(to)
}

// withdraw ends the approval by its initiator.
func (w *work) withdraw() error {
	open := w.i.Status == Draft || w.i.Status == Running
	if !open || w.i.Flow.Model == Fixed && w.i.Decisions > 0 {
		return w.notNow()
	}
	return w.emit(&Entry{Kind: Retracted})
}

// execute begins or completes what was approved.
func (w *work) execute() error {
	n := w.i.current()
	if n < 0 || w.i.Status != Approved && w.i.Status != Executing || w.i.Places[n].Step.Do != KindExecute {
		return w.notNow()
	}
	p := &w.i.Places[n]
	if w.c.Step != "" && w.c.Step != p.Step.ID {
		return refuseID(ErrTransition, codeNoStep, w.c.Verb.String(), w.c.Step)
	}
	seat := p.seat(w.c.Actor)
	if seat < 0 {
		return refuseID(ErrForbidden, codeNotHolder, w.c.Verb.String(), p.Step.ID)
	}
	if w.c.Verb == Begin {
		if w.i.Status == Executing {
			return w.notNow()
		}
		return w.emit(&Entry{Kind: Begun, Step: p.Step.ID})
	}
	more := slices.ContainsFunc(w.i.Places[n+1:], func(p Place) bool { return p.Step.Do == KindExecute })
	if err := w.emit(&Entry{Kind: Executed, Step: p.Step.ID, For: p.Seats[seat].For}); err != nil {
		return err
	}
	if more && w.i.Status == Approved {
		if err := w.emit(&Entry{Kind: Begun, Step: p.Step.ID}); err != nil {
			return err
		}
	}
	if err := w.emit(&Entry{Kind: StepPassed, Step: p.Step.ID}); err != nil {
		return err
	}
	return w.advance(n + 1)
}
