package approval

import (
	"slices"
	"time"
)

// enter opens a step, or passes over it where nobody is there and the template says
// so. Votes that stand from before it was suspended are kept.
func (w *work) enter(n int) (bool, error) {
	s := &w.i.Places[n].Step
	seats := w.i.Places[n].Seats
	if len(seats) == 0 {
		var err error
		if seats, err = w.seats(s); err != nil {
			return false, err
		}
	}
	if len(seats) == 0 {
		if s.OnEmpty == EmptySkips {
			return false, w.emit(&Entry{Kind: Skipped, Step: s.ID, Code: CodeEmpty})
		}
		if s.OnEmpty != EmptyToAdmin || w.env.Admin == "" || w.env.Admin == w.i.Request.Initiator {
			return false, incomplete(codeEmpty, "approvers", s.ID)
		}
		seats = []Seat{{Person: w.env.Admin}}
	}
	if s.Mode == Quorum && s.K > len(seats) {
		return false, incomplete(codeQuorum, "approvers", s.ID)
	}
	if w.i.Flow.Model == Free {
		for _, seat := range seats {
			if seat.Vote == 0 && s.decides() && w.decidedBefore(n, seat) {
				return false, refuseID(ErrForbidden, codeTwiceRunning, "approvers", seat.Person)
			}
		}
	}
	remind, due, err := w.terms(s)
	if err != nil {
		return false, err
	}
	e := w.line(Entered, s.ID)
	e.Seats, e.Remind, e.Due = seats, remind, due
	return true, w.seal(e)
}

// seats returns who is asked in a step: the initiator's manager in his place, who
// stands in for whom, each person once.
func (w *work) seats(s *Step) ([]Seat, error) {
	r := &w.i.Request
	var room [16]string
	people := resolve(room[:0], s.Approvers, r, w.env.People)
	if s.N > 0 && len(people) != s.N {
		return nil, incomplete(codeSize, "approvers", s.ID)
	}
	seats := make([]Seat, 0, len(people))
	replaced := false // by somebody who may be named himself
	for _, person := range people {
		seat := Seat{Person: person}
		if s.Do != KindExecute && person == r.Initiator {
			seat.Person = w.env.People.Manager(person)
			if seat.Person == "" || seat.Person == r.Initiator {
				continue
			}
		}
		if w.delegable(s) {
			if to := delegate(w.env.Delegations, seat.Person, w.p.template.ID, r, w.env.Now); to != "" {
				seat = Seat{Person: to, For: seat.Person, Delegated: true}
			}
		}
		replaced = replaced || seat.Person != person
		if !replaced || !slices.ContainsFunc(seats, func(other Seat) bool { return other.Person == seat.Person }) {
			seats = append(seats, seat)
		}
	}
	if s.Do != KindExecute && s.Mode == One && len(seats) > 1 {
		seats = seats[:1]
	}
	return seats, nil
}

func (w *work) delegable(s *Step) bool { return w.p.template.Model == Free || s.CanDelegate }

// terms returns when a step that is entered now is reminded of and over.
func (w *work) terms(s *Step) (remind, due time.Time, err error) {
	if s.Timeout == nil {
		return
	}
	if w.env.Deadline == nil {
		return remind, due, incomplete(codeMissing, "deadline", s.ID)
	}
	if remind, err = w.env.Deadline(w.env.Now, s.Timeout.After/2); err == nil {
		due, err = w.env.Deadline(w.env.Now, s.Timeout.After)
	}
	if err != nil || remind.Before(w.env.Now) || due.Before(remind) {
		return remind, due, &Error{Code: codeDeadline, Field: "deadline", Item: -1, ID: s.ID, Err: orInvalid(err)}
	}
	return floor(remind), floor(due), nil
}

// orInvalid keeps the cause of a deadline that the host could not compute.
func orInvalid(err error) error {
	if err == nil {
		return ErrInvalid
	}
	return err
}

// decidedBefore reports whether who gets a seat in a place decided the step before it.
func (w *work) decidedBefore(n int, seat Seat) bool {
	for n--; n >= 0; n-- {
		p := &w.i.Places[n]
		if p.State != Passed || !p.Step.decides() {
			continue
		}
		return slices.ContainsFunc(p.Seats, func(s Seat) bool { return s.Vote != 0 && s.Person == seat.Person })
	}
	return false
}
