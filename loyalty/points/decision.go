package points

import (
	"time"

	"github.com/guanxi-go/guanxi/crm/calendar"
)

// Act says who does something, when and why (操作). All of it may be left out. What
// a command has in common is embedded from here.
type Act struct {
	Actor  string    `json:"actor,omitzero"`  // id of who does it
	Ref    string    `json:"ref,omitzero"`    // id of the order, campaign or case behind it
	Code   string    `json:"code,omitzero"`   // the reason as a code of the host's list
	Reason string    `json:"reason,omitzero"` // the reason in words: personal, kept where it can be erased
	At     time.Time `json:"at,omitzero"`     // when it takes effect, not after it is recorded; zero is then
}

// decision is one command on its way to entries.
type decision struct {
	p       Policy
	act     Act
	state   State   // what the account has come to so far
	copied  bool    // state has lists of its own, for something is posted
	inPlace bool    // state is the caller's to change: every entry is posted to it
	entries []Entry // posted so far
	at, rec time.Time
	day     calendar.Day // of dayAt
	dayAt   time.Time    // at, once somebody asked for the day
}

// begin floors the instants, and posts what is due.
func (d *decision) begin(p *Policy, s *State, act *Act, now time.Time) error {
	d.p, d.act, d.state = *p, *act, *s
	now = floor(now)
	d.rec = later(now, s.Recorded)
	d.at = floor(act.At)
	if d.at.IsZero() {
		d.at = d.rec
	}
	switch {
	case !validNow(now):
		return refuse(ErrInvalid, "now", 0, notInstant)
	case !kept(d.at):
		return refuse(ErrInvalid, "at", 0, notInstant)
	case d.at.After(d.rec):
		return refuse(ErrInvalid, "at", 0, "is in the future")
	case !validText(act.Actor) || !validText(act.Ref) || !validText(act.Code):
		return refuse(ErrInvalid, "act", 0, "actor, ref and code "+notText)
	case !p.Order.Valid() || !p.Shortfall.Valid():
		return refuse(ErrInvalid, "policy", 0, "unknown order or shortfall")
	}
	return d.catchUp(s.Recorded)
}

// beginDebit is begin for what takes points by the present state: it cannot take
// effect before what has been decided already.
func (d *decision) beginDebit(p *Policy, s *State, act *Act, now time.Time) error {
	if err := d.begin(p, s, act, now); err != nil {
		return err
	}
	if d.at.Before(d.state.At) {
		return refuse(ErrInvalid, "at", 0, "something took effect later: points are taken from what is there now")
	}
	return nil
}

// fill gives e what all entries of a decision have.
func (d *decision) fill(e *Entry) {
	e.Seq, e.Recorded = d.state.Seq+1, d.rec
	if e.makesLot() {
		e.Lot = e.Seq
	}
	if e.Kind == KindHold {
		e.Hold = e.Seq
	}
}

// own is fill for the entry of the command itself.
func (d *decision) own(e *Entry) {
	e.At, e.Actor, e.Code, e.Reason = d.at, d.act.Actor, d.act.Code, d.act.Reason
	if e.Ref == "" {
		e.Ref = d.act.Ref
	}
	d.fill(e)
}

// post applies an entry and keeps it. Time needs no actor.
func (d *decision) post(e Entry) error {
	d.fill(&e)
	if !d.copied {
		d.state, d.copied = d.state.clone(1), true
	}
	if err := d.state.fold(&e); err != nil {
		return err
	}
	d.entries = append(d.entries, e)
	return nil
}

// add posts an entry of the command itself.
func (d *decision) add(e Entry) error {
	d.own(&e)
	return d.post(e)
}

// finish returns the entries of the decision, posted before, with what they make
// due. Points that came with effect in the past, or came back to a lot, may have
// ended since; what is left pays debt now.
func (d *decision) finish() ([]Entry, error) {
	for {
		due := d.state.nextDue(d.rec)
		if due.IsZero() || due.After(d.rec) {
			break
		}
		if err := d.end(later(due, d.at)); err != nil {
			return nil, err
		}
	}
	if err := d.settle(d.rec); err != nil {
		return nil, err
	}
	return d.entries, nil
}

// only is add and finish for the one entry of a command, in a list that can be
// returned. Where nothing else happens the state is not copied.
func (d *decision) only(list []Entry) ([]Entry, error) {
	e := &list[0]
	d.own(e)
	if len(d.entries) > 0 || d.state.Debt > 0 || d.startsSomething(e) {
		if err := d.post(*e); err != nil {
			return nil, err
		}
		return d.finish()
	}
	// An earn or a burn is sound by what has been asked of its command.
	if e.Kind != KindEarn && e.Kind != KindBurn {
		var p problems
		if e.check(&p); len(p) > 0 {
			return nil, p.join()
		}
	}
	if d.inPlace {
		return list, d.state.book(e)
	}
	if _, err := d.state.after(e); err != nil {
		return nil, err
	}
	return list, nil
}

// startsSomething reports whether e may make something due at once.
func (d *decision) startsSomething(e *Entry) bool {
	if over(e.ExpireAt, d.rec) || over(e.Until, d.rec) || over(later(d.state.IdleAt, e.IdleAt), d.rec) || e.Kind == KindHold && len(d.state.Holds) > 0 {
		return true
	}
	for i := range e.Uses {
		if over(e.Uses[i].ExpireAt, d.rec) {
			return true
		}
	}
	return false
}
