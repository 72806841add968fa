package approval

import (
	"slices"
	"time"
)

// tick does what time alone brings about.
func (w *work) tick() error {
	n := w.i.current()
	if n < 0 {
		return nil
	}
	p := &w.i.Places[n]
	if !p.Remind.IsZero() && !p.Reminded && !w.env.Now.Before(p.Remind) {
		if err := w.emit(&Entry{Kind: Reminded, Step: p.Step.ID}); err != nil {
			return err
		}
	}
	if p.Due.IsZero() || w.env.Now.Before(p.Due) || p.Step.Timeout == nil {
		return nil
	}
	switch p.Step.Timeout.Then {
	case ThenReturn:
		return w.emit(&Entry{Kind: Returned, Step: p.Step.ID, Code: CodeTimeout})
	case ThenReject:
		return w.reject(n, CodeTimeout)
	case ThenApprove:
		if err := w.emit(&Entry{Kind: StepPassed, Step: p.Step.ID, Code: CodeTimeout}); err != nil {
			return err
		}
		return w.advance(n + 1)
	default:
		return w.escalate(n)
	}
}

// escalate gives the open seats to the nearest managers who are neither the initiator
// nor in the step. Where nobody is above, the seats stay and no further term runs.
func (w *work) escalate(n int) error {
	p := &w.i.Places[n]
	e := Entry{Kind: Escalated, Step: p.Step.ID, Code: CodeTimeout, Seats: slices.Clone(p.Seats)}
	moved := false
	for k := range e.Seats {
		if e.Seats[k].Vote != 0 {
			continue
		}
		if above := w.above(n, e.Seats, e.Seats[k].Person); above != "" {
			e.Seats[k] = Seat{Person: above, For: e.Seats[k].Person, Delegated: true}
			moved = true
		}
	}
	if moved {
		var err error
		if e.Remind, e.Due, err = w.terms(&p.Step); err != nil {
			return err
		}
	}
	return w.emit(&e)
}

func (w *work) above(n int, seats []Seat, person string) string {
	executes := w.i.Places[n].Step.Do == KindExecute
	for range maxUp {
		person = w.env.People.Manager(person)
		if person == "" {
			return ""
		}
		seated := slices.ContainsFunc(seats, func(s Seat) bool { return s.Person == person })
		barred := !executes && person == w.i.Request.Initiator ||
			w.i.Flow.Model == Free && w.decidedBefore(n, Seat{Person: person})
		if !seated && !barred {
			return person
		}
	}
	return ""
}

// overdue reports whether the time of the open step is up.
func (p *Place) overdue(at time.Time) bool {
	return p.State == Open && !p.Due.IsZero() && !at.Before(p.Due)
}
