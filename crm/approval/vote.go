package approval

import (
	"slices"
	"strconv"

	"github.com/guanxi-go/guanxi/crm/money"
)

// vote records a decision and what follows from it.
func (w *work) vote() error {
	n, seat, err := w.seat()
	if err != nil {
		return err
	}
	p := &w.i.Places[n]
	if !p.Step.decides() {
		return w.notNow()
	}
	if w.c.To != "" && (w.i.Flow.Model != Free || w.c.Verb != Approve) {
		return refuse(ErrLocked, codeLocked, "to")
	}
	vote := VoteApprove
	switch w.c.Verb {
	case Reject:
		vote = VoteReject
	case Abstain:
		vote = VoteAbstain
	default:
		if p.Step.Document != "" && w.c.Document == "" {
			return incomplete(codeDocument, "document", p.Step.ID, p.Step.Document)
		}
	}
	if w.c.Verb == Finish {
		if err := w.covered(n, p.Seats[seat]); err != nil {
			return err
		}
	}
	e := w.line(Voted, p.Step.ID)
	e.Vote, e.For, e.Document = vote, p.Seats[seat].For, w.c.Document
	if err := w.seal(e); err != nil {
		return err
	}
	return w.conclude(n)
}

// seat returns the open step and the actor's open seat in it.
func (w *work) seat() (n, seat int, err error) {
	n = w.i.current()
	verb := w.c.Verb.String()
	if n < 0 || w.i.Status == Draft {
		return 0, 0, w.notNow()
	}
	p := &w.i.Places[n]
	if w.c.Step != "" && w.c.Step != p.Step.ID {
		if w.i.index(w.c.Step) < 0 {
			return 0, 0, refuseID(ErrNotFound, codeNoStep, verb, w.c.Step)
		}
		return 0, 0, refuseID(ErrTransition, codeVoted, verb, w.c.Step)
	}
	seat = p.seat(w.c.Actor)
	switch {
	case seat < 0 && w.sat():
		return 0, 0, refuseID(ErrTransition, codeVoted, verb, p.Step.ID)
	case seat < 0:
		return 0, 0, refuseID(ErrForbidden, codeNotHolder, verb, p.Step.ID)
	case p.Seats[seat].Vote != 0:
		return 0, 0, refuseID(ErrTransition, codeVoted, verb, p.Step.ID)
	case p.Step.Mode == Serial && slices.ContainsFunc(p.Seats[:seat], func(s Seat) bool { return s.Vote == 0 }):
		return 0, 0, refuseID(ErrTransition, codeTurn, verb, p.Step.ID)
	}
	return n, seat, nil
}

// sat reports whether the actor had a seat in a step that was decided since.
func (w *work) sat() bool {
	return slices.ContainsFunc(w.i.Places, func(p Place) bool { return p.State == Passed && p.seat(w.c.Actor) >= 0 })
}

// conclude goes on once the votes of a place have decided it.
func (w *work) conclude(n int) error {
	p := &w.i.Places[n]
	switch p.outcome() {
	case VoteApprove:
		return w.pass(n)
	case VoteReject:
		return w.reject(n, CodeRejected)
	}
	if w.c.To != "" || w.c.Verb == Finish {
		return refuse(ErrTransition, codeTurn, w.c.Verb.String()) // others have to vote first
	}
	return nil
}

// pass closes a step that was approved and goes on.
func (w *work) pass(n int) error {
	if err := w.seal(w.line(StepPassed, w.i.Places[n].Step.ID)); err != nil {
		return err
	}
	if w.i.Flow.Model == Free {
		if err := w.next(n + 1); err != nil {
			return err
		}
	}
	return w.advance(n + 1)
}

// next makes sure that a Free approval knows how it goes on.
func (w *work) next(n int) error {
	ahead := slices.ContainsFunc(w.i.Places[n:], func(p Place) bool { return p.Step.decides() })
	switch {
	case w.c.Verb == Finish && (w.c.To != "" || ahead):
		return w.notNow()
	case w.c.To != "":
		return w.appoint(n)
	case w.c.Verb != Finish && w.c.Verb != Tick && !ahead:
		return incomplete(codeNext, "to", "")
	}
	return nil
}

// reject ends a step against the request.
func (w *work) reject(n int, code string) error {
	s := &w.i.Places[n].Step
	if s.OnReject == RejectToDraft {
		return w.emit(&Entry{Kind: Returned, Step: s.ID, Code: code})
	}
	return w.emit(&Entry{Kind: Ended, Step: s.ID, Status: Rejected, Code: code})
}

// covered checks the authority of who ends a Free approval: his, or that of the
// person in whose place he sits.
func (w *work) covered(n int, seat Seat) error {
	r := &w.i.Request
	if r.Amount == (money.Amount{}) {
		return nil
	}
	levels, _, err := w.levels(Direct)
	if err != nil {
		return err
	}
	holder := seat.Person
	if seat.For != "" {
		holder = seat.For
	}
	if !w.env.Guide.covers(holder, levels[0].Code, r, w.env.People) {
		return refuseID(ErrForbidden, codeAuthority, w.c.Verb.String(), w.i.Places[n].Step.ID)
	}
	return nil
}

// appoint puts a step of one person before a place: the next approver of a Free
// approval.
func (w *work) appoint(n int) error {
	if w.i.Flow.Model != Free {
		return refuse(ErrLocked, codeLocked, "to")
	}
	return w.put(n, w.single(w.c.To))
}

// single returns a step of one person with an id that is not used yet: the number of
// the next entry is.
func (w *work) single(person string) Step {
	return Step{ID: "step-" + strconv.Itoa(w.i.Seq+1), Approvers: users([]string{person}), CanDelegate: w.p.template.Model == Free}
}

// put inserts a step.
func (w *work) put(n int, s Step) error {
	limit := MaxSteps
	if w.i.Flow.Model == Free {
		limit = maxFreeSteps
	}
	if len(w.i.Places) >= limit {
		return refuse(ErrForbidden, codeSteps, w.c.Verb.String())
	}
	if w.i.index(s.ID) >= 0 {
		return refuseID(ErrDuplicate, codeRepeated, "add.id", s.ID)
	}
	for _, a := range s.Approvers {
		if a.From == FromUser && a.Value == w.i.Request.Initiator && s.decides() {
			return refuse(ErrForbidden, codeInitiator, w.c.Verb.String())
		}
	}
	return w.emit(&Entry{Kind: Inserted, Step: s.ID, Index: n, Plan: []Step{s}})
}
