package timeline

import (
	"cmp"
	"slices"
	"time"
)

// LastContact is when something last passed between us and the customer (最近联系).
// The zero time says never.
type LastContact struct {
	TwoWay   time.Time `json:"two_way,omitzero"`  // both sides took part; see [Outcome.TwoWay]
	Inbound  time.Time `json:"inbound,omitzero"`  // the customer turned to us
	Outbound time.Time `json:"outbound,omitzero"` // we turned to the customer, reached or not
}

// Any returns the latest of the three.
func (l LastContact) Any() time.Time {
	last := l.TwoWay
	for _, t := range []time.Time{l.Inbound, l.Outbound} {
		if t.After(last) {
			last = t
		}
	}
	return last
}

// LastContact returns the last contacts of t. What makes an activity a contact is
// its direction, inbound or outbound, whatever its kind; it is two-way by its
// outcome. An inbound message and an outbound one are two one-way contacts, until
// one of them is recorded with the outcome that an answer was given.
func (t *Timeline) LastContact() LastContact {
	var l LastContact
	for _, a := range t.all { // in the order of At
		switch a.Direction {
		case Inbound:
			l.Inbound = a.At
		case Outbound:
			l.Outbound = a.At
		default:
			continue
		}
		if a.Outcome.TwoWay() {
			l.TwoWay = a.At
		}
	}
	return l
}

// FollowUp is a next contact that was agreed and has not taken place (跟进).
type FollowUp struct {
	Subject string    `json:"subject"`
	Contact string    `json:"contact,omitzero"` // whom to turn to; "" for the customer itself
	Due     time.Time `json:"due"`
	Agreed  time.Time `json:"agreed"` // when
	Seq     uint64    `json:"seq"`    // of the activity that agreed it
}

// Overdue reports whether the follow-up is due at an instant, or was before.
func (f FollowUp) Overdue(at time.Time) bool { return !at.Before(f.Due) }

// FollowUps returns what is agreed and open at the end of t, at most one for each
// subject and person, ordered by (Due, Subject, Contact). An agreement stands until
// a later two-way contact with the same person, kept early or late; a later
// agreement replaces it; an attempt that reached nobody leaves it.
func (t *Timeline) FollowUps() []FollowUp {
	open := map[person]*Activity{}
	for _, a := range t.all {
		who := person{a.Subject, a.Contact}
		contact := a.Direction == Inbound || a.Direction == Outbound
		switch {
		case !a.Next.IsZero():
			open[who] = a
		case contact && a.Outcome.TwoWay():
			delete(open, who)
		}
	}
	list := make([]FollowUp, 0, len(open))
	for _, a := range open {
		list = append(list, FollowUp{a.Subject, a.Contact, a.Next, a.At, a.Seq})
	}
	slices.SortFunc(list, func(a, b FollowUp) int {
		return cmp.Or(a.Due.Compare(b.Due), cmp.Compare(a.Subject, b.Subject), cmp.Compare(a.Contact, b.Contact))
	})
	return list
}

// person is somebody dealt with: a contact of a subject, or the subject itself.
type person struct{ subject, contact string }

// NextFollowUp returns the first of [Timeline.FollowUps], and false for none.
func (t *Timeline) NextFollowUp() (FollowUp, bool) {
	if list := t.FollowUps(); len(list) > 0 {
		return list[0], true
	}
	return FollowUp{}, false
}
