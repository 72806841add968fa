package approval

import "slices"

// Fold returns what a journal, in its order, comes to. An empty journal is the zero
// Instance. It needs no template: what a template said is in the journal.
//
// ErrInvalid, with the entry's place in Item: a number out of turn, a recorded time
// that falls, an entry that does not follow from those before it. Fold does not
// check hashes: that is [Verify].
func Fold(journal []Entry) (Instance, error) {
	var i Instance
	for n := range journal {
		if !i.apply(&journal[n]) {
			return Instance{}, &Error{Code: codeJournal, Field: "journal", Item: n, Err: ErrInvalid}
		}
	}
	return i, nil
}

// With returns the instance after more entries, as Fold of all of them does, and
// leaves i as it is. The errors are those of Fold.
func (i Instance) With(entries ...Entry) (Instance, error) {
	next := i.clone()
	for n := range entries {
		if !next.apply(&entries[n]) {
			return i, &Error{Code: codeJournal, Field: "journal", Item: n, Err: ErrInvalid}
		}
	}
	return next, nil
}

// clone copies what apply changes. Seats are replaced as a whole where they change.
func (i Instance) clone() Instance {
	i.Places = slices.Clone(i.Places)
	return i
}

// apply adds an entry, and reports whether it follows.
func (i *Instance) apply(e *Entry) bool {
	if e.Seq != i.Seq+1 || e.Recorded.Before(i.Recorded) || !i.applyKind(e) {
		return false
	}
	if e.Kind == Voted {
		i.Decisions++
	}
	i.Seq, i.Recorded, i.Head = e.Seq, e.Recorded, e.Hash
	return true
}

func (i *Instance) applyKind(e *Entry) bool {
	switch e.Kind {
	case Drafted:
		return i.applyDrafted(e)
	case Amended:
		if i.Status != Draft || e.Request == nil {
			return false
		}
		i.Request, i.Amended = *e.Request, true
		return true
	case Submitted:
		if i.Status != Draft {
			return false
		}
		i.Status, i.Amended, i.Related = Running, false, e.Related
		i.Rounds++
		if e.Plan != nil {
			i.Places = placesOf(e.Plan)
		}
		return true
	case Begun:
		if i.Status != Approved {
			return false
		}
		i.Status = Executing
		return true
	case Ended:
		return i.applyEnded(e)
	case Retracted:
		if i.Status != Draft && i.Status != Running {
			return false
		}
		i.Status = Withdrawn
		i.close()
		return true
	case Returned:
		return i.applyReturned(e)
	case Inserted:
		if len(e.Plan) != 1 || e.Index < 0 || e.Index > len(i.Places) {
			return false
		}
		i.suspend(e.Index)
		i.Places = slices.Insert(i.Places, e.Index, Place{Step: e.Plan[0]})
		return true
	}
	return i.applyStep(e)
}

func (i *Instance) applyDrafted(e *Entry) bool {
	if i.Status != 0 || e.Flow == nil || e.Request == nil {
		return false
	}
	i.Flow, i.Request, i.Status, i.Places = *e.Flow, *e.Request, Draft, placesOf(e.Plan)
	return true
}

func placesOf(plan []Step) []Place {
	places := make([]Place, len(plan))
	for n := range plan {
		places[n].Step = plan[n]
	}
	return places
}

func (i *Instance) applyEnded(e *Entry) bool {
	switch {
	case e.Status == Approved && i.Status == Running, e.Status == Rejected && i.Status == Running,
		e.Status == Done && (i.Status == Approved || i.Status == Executing):
		i.Status = e.Status
		if e.Status == Rejected {
			i.close()
		}
		return true
	}
	return false
}

// close cancels what is open.
func (i *Instance) close() {
	if at := i.current(); at >= 0 {
		i.Places[at].State = Waiting
	}
}

// suspend closes the step that a new one is put before; its votes stand.
func (i *Instance) suspend(index int) {
	if index < len(i.Places) && i.Places[index].State == Open {
		i.Places[index].State = Waiting
	}
}

func (i *Instance) applyReturned(e *Entry) bool {
	at, from := i.current(), 0
	if i.Status != Running || at < 0 {
		return false
	}
	if e.Target != "" {
		from = i.index(e.Target)
		if from < 0 || from >= at {
			return false
		}
	} else {
		i.Status = Draft
	}
	for n := from; n < len(i.Places); n++ {
		if !e.Resume || n == at || n == from && e.Target != "" {
			i.Places[n] = Place{Step: i.Places[n].Step}
		}
	}
	return true
}

func (i *Instance) applyStep(e *Entry) bool {
	at := i.index(e.Step)
	if at < 0 {
		return false
	}
	p := &i.Places[at]
	switch e.Kind {
	case Skipped:
		if p.State == Open || p.State == Passed {
			return false
		}
		if e.Code == CodeByHand {
			i.Places = slices.Delete(i.Places, at, at+1)
			return true
		}
		p.State = PassedOver
	case Chosen:
		p.Step.Approvers = users(e.People)
	case Entered:
		p.State, p.Seats, p.Remind, p.Due, p.Reminded = Open, e.Seats, e.Remind, e.Due, false
	case Notified:
		p.State = Passed
	case StepPassed:
		p.State = Passed
	case Reminded:
		p.Reminded = true
	case Escalated:
		p.Seats, p.Remind, p.Due, p.Reminded = e.Seats, e.Remind, e.Due, false
	default:
		return p.applySeat(e)
	}
	return true
}

func users(people []string) []Approver {
	approvers := make([]Approver, len(people))
	for n, id := range people {
		approvers[n] = Approver{From: FromUser, Value: id}
	}
	return approvers
}

func (p *Place) applySeat(e *Entry) bool {
	holder := e.Actor
	if e.Kind == Replaced {
		holder = e.For
	}
	seat := p.seat(holder)
	if p.State != Open || seat < 0 {
		return false
	}
	seats := slices.Clone(p.Seats)
	switch {
	case e.Kind == Voted && e.Vote.Valid() && seats[seat].Vote == 0:
		seats[seat].Vote = e.Vote
	case e.Kind == Executed && seats[seat].Vote == 0:
		seats[seat].Vote = VoteApprove
	case e.Kind == Seated && len(e.Seats) == 1:
		seats = slices.Insert(seats, seat+1, e.Seats[0])
		if p.Step.Mode == One {
			p.Step.Mode = All
		}
	case (e.Kind == Delegated || e.Kind == Replaced) && len(e.Seats) == 1 && seats[seat].Vote == 0:
		seats[seat] = e.Seats[0]
	default:
		return false
	}
	p.Seats = seats
	return true
}
