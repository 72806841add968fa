package approval

import "slices"

// mayAdjust checks that the actor holds the draft, or an open seat, and returns the
// first place that lies ahead.
func (w *work) mayAdjust() (ahead int, err error) {
	switch {
	case w.i.Status == Draft && w.c.Actor != w.i.Request.Initiator:
		return 0, refuse(ErrForbidden, codeNotInitiator, w.c.Verb.String())
	case w.i.Status == Draft:
		return 0, nil
	case w.i.Status != Running:
		return 0, w.notNow()
	}
	n, _, err := w.seat()
	return n + 1, err
}

// onward finds the step of the command among those ahead.
func (w *work) onward() (int, error) {
	step := w.c.Step
	w.c.Step = "" // the seat is in the open step, whatever step is adjusted
	ahead, err := w.mayAdjust()
	if err != nil {
		return 0, err
	}
	n := w.i.index(step)
	if n < ahead || w.i.Places[n].State == Passed {
		return 0, refuseID(ErrNotFound, codeNoStep, w.c.Verb.String(), step)
	}
	return n, nil
}

// choose says who decides a step ahead.
func (w *work) choose() error {
	n, err := w.onward()
	if err != nil {
		return err
	}
	s := &w.i.Places[n].Step
	switch {
	case s.guided() || s.Do == KindExecute:
		return refuseID(ErrLocked, codeLocked, w.c.Verb.String(), s.ID)
	case len(w.c.People) == 0:
		return incomplete(codeMissing, "people", s.ID)
	case s.decides() && slices.Contains(w.c.People, w.i.Request.Initiator):
		return refuse(ErrForbidden, codeInitiator, w.c.Verb.String())
	}
	for i, id := range w.c.People {
		if slices.Contains(w.c.People[:i], id) {
			return refuseID(ErrDuplicate, codeRepeated, "people", id)
		}
	}
	return w.emit(&Entry{Kind: Chosen, Step: s.ID, People: slices.Clone(w.c.People)})
}

// insert adds a step ahead.
func (w *work) insert() error {
	if w.c.Add == nil {
		return incomplete(codeMissing, "add", "")
	}
	add := copyStep(*w.c.Add)
	if err := add.Validate(); err != nil {
		return err
	}
	if add.guided() || add.Do == KindExecute || add.Timeout != nil && add.Timeout.Then == ThenApprove {
		return refuseID(ErrInvalid, codeMisplaced, "add", add.ID)
	}
	behind := w.c.Step
	w.c.Step = ""
	n, err := w.mayAdjust()
	if err != nil {
		return err
	}
	if behind != "" {
		at := w.i.index(behind) + 1
		if at == 0 || at < n {
			return refuseID(ErrNotFound, codeNoStep, "insert", behind)
		}
		n = at
	}
	if add.decides() && slices.ContainsFunc(w.i.Places[:n], func(p Place) bool { return p.Step.Do == KindExecute }) {
		return refuseID(ErrInvalid, codeMisplaced, "add", add.ID)
	}
	return w.put(n, add)
}

// skip takes a step ahead away.
func (w *work) skip() error {
	n, err := w.onward()
	if err != nil {
		return err
	}
	s := &w.i.Places[n].Step
	if s.Required || s.guided() {
		return refuseID(ErrLocked, codeLocked, w.c.Verb.String(), s.ID)
	}
	return w.emit(&Entry{Kind: Skipped, Step: s.ID, Code: CodeByHand})
}

// addSigner has one more person decide.
func (w *work) addSigner() error {
	n, _, err := w.seat()
	if err != nil {
		return err
	}
	p := &w.i.Places[n]
	switch {
	case w.i.Status != Running || !p.Step.decides():
		return w.notNow()
	case !w.c.Position.Valid():
		return refuse(ErrInvalid, codeUnknown, "position")
	}
	if err := w.takes(n); err != nil {
		return err
	}
	if w.c.Position == Parallel {
		if w.i.Flow.Model == Free && w.decidedBefore(n, Seat{Person: w.c.To}) {
			return refuseID(ErrForbidden, codeTwiceRunning, "to", w.c.To)
		}
		return w.emit(&Entry{Kind: Seated, Step: p.Step.ID, Seats: []Seat{{Person: w.c.To}}})
	}
	if w.c.Position == After {
		return w.put(n+1, w.single(w.c.To))
	}
	if err := w.put(n, w.single(w.c.To)); err != nil {
		return err
	}
	_, err = w.enter(n)
	return err
}

// takes checks whether To may get a seat in a step.
func (w *work) takes(n int) error {
	switch {
	case w.c.To == "":
		return incomplete(codeMissing, "to", "")
	case w.c.To == w.i.Request.Initiator:
		return refuse(ErrForbidden, codeInitiator, "to")
	case w.i.Places[n].seat(w.c.To) >= 0:
		return refuseID(ErrDuplicate, codeSeated, "to", w.c.To)
	}
	return nil
}
