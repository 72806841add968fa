package approval

import (
	"slices"
	"time"
)

// enter opens a step, or passes over it where nobody is there and the template says
// so. Votes that stand from before it was suspended are kept.
func (w *work) enter(n int) (bool, error) {
	s := w.i.Places[n].Step
	seats := w.i.Places[n].Seats
	if len(seats) == 0 {
		var err error
		if seats, err = w.seats(&s); err != nil {
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
	remind, due, err := w.terms(&s)
	if err != nil {
		return false, err
	}
	return true, w.emit(&Entry{Kind: Entered, Step: s.ID, Seats: seats, Remind: remind, Due: due})
}

// seats returns who is asked in a step: the initiator's manager in his place, who
// stands in for whom, each person once.
func (w *work) seats(s *Step) ([]Seat, error) {
	r := &w.i.Request
	people := resolve(s.Approvers, r, w.env.People)
	if s.N > 0 && len(people) != s.N {
		return nil, incomplete(codeSize, "approvers", s.ID)
	}
	seats := make([]Seat, 0, len(people))
	for _, person := range people {
		if s.Do != KindExecute && person == r.Initiator {
			person = w.env.People.Manager(person)
		}
		if person == "" || s.Do != KindExecute && person == r.Initiator {
			continue
		}
		seat := Seat{Person: person}
		if w.delegable(s) {
			if to := delegate(w.env.Delegations, person, w.p.template.ID, r, w.env.Now); to != "" {
				seat = Seat{Person: to, For: person, Delegated: true}
			}
		}
		if !slices.ContainsFunc(seats, func(other Seat) bool { return other.Person == seat.Person }) {
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
