package results

import (
	"time"

	"github.com/guanxi-go/guanxi/crm/timeline"
)

// Contact is one time that we dealt with a customer, or tried to (用户联络). All but At and the
// enumerations are ids, to group by; a [timeline.Activity] of kind contact has them all.
type Contact struct {
	ID        string             `json:"id"`
	At        time.Time          `json:"at"`
	Staff     string             `json:"staff,omitzero"`
	Unit      string             `json:"unit,omitzero"`
	Customer  string             `json:"customer,omitzero"`
	Channel   timeline.Channel   `json:"channel,omitzero"`
	Direction timeline.Direction `json:"direction,omitzero"`
	Outcome   timeline.Outcome   `json:"outcome,omitzero"`
}

func (c Contact) head() head {
	h := head{id: c.ID, at: c.At}
	if !c.Outcome.Valid() || c.Channel != 0 && !c.Channel.Valid() || c.Direction != 0 && !c.Direction.Valid() {
		h.wrong = codeUnknown
	}
	return h
}

// ContactRow is what contacts a group had in a period. Customers are not counted, for one
// that two groups dealt with would count twice: group by customer to have them.
type ContactRow struct {
	Key      string `json:"key"`
	Contacts int    `json:"contacts"`
	Reached  int    `json:"reached"`  // in which both sides took part: timeline.Outcome.TwoWay
	Inbound  int    `json:"inbound"`  // the customer turned to us
	Outbound int    `json:"outbound"` // we turned to the customer
}

// ReachRate returns the share of the contacts in which both sides took part (接通率), and
// false where there were none.
func (r ContactRow) ReachRate() (Rate, bool) { return RateOf(r.Reached, r.Contacts) }

// ContactActivity counts the contacts of a period by groups (用户联络统计). With a nil by there
// is one group, "".
//
// [ErrInvalid]: the period, or a contact without id or instant or with an unknown value.
// [ErrDuplicate]: an id given twice.
func ContactActivity(contacts []Contact, period Period, by func(Contact) string) (Table[ContactRow], error) {
	s := sheet[Contact, ContactRow]{"contacts", Contact.head, func(key string) ContactRow { return ContactRow{Key: key} },
		func(r *ContactRow, c Contact) {
			r.Contacts++
			if c.Outcome.TwoWay() {
				r.Reached++
			}
			switch c.Direction {
			case timeline.Inbound:
				r.Inbound++
			case timeline.Outbound:
				r.Outbound++
			}
		}}
	return s.over(contacts, period, by)
}
