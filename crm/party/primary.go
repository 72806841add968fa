package party

import (
	"cmp"
	"slices"
	"time"
)

// ContactChange is one row of a plan over contacts: what it was and what it is to be.
type ContactChange struct {
	Was Contact `json:"was,omitzero"` // the zero Contact where Now is a new row
	Now Contact `json:"now"`          // of a new row without an ID: the caller gives it one
}

// MakePrimary plans that a contact becomes the primary one of its organisation and
// role from the instant at to its own end (设为首要联系人). Whoever is primary in that
// time is no longer so, and is again afterwards; what was so before at stays as it
// was, in a row that ends there. Nobody stops being a contact. The changes come with
// the contact itself first, then by id, the rows of one contact in order of time;
// there are none where it is so already.
//
// ErrNotFound: no contact has the id. ErrInvalid: it does not hold at that instant, or
// at is zero. The errors of [ValidateContacts] where the contacts are not valid.
func MakePrimary(contacts []Contact, id string, at time.Time) ([]ContactChange, error) {
	if err := ValidateContacts(contacts); err != nil {
		return nil, err
	}
	i := slices.IndexFunc(contacts, func(c Contact) bool { return c.ID == id })
	if i < 0 {
		return nil, &Error{Field: "contact", Reason: "has no such id", Err: ErrNotFound}
	}
	chosen := contacts[i]
	if at.IsZero() || !chosen.ActiveAt(at) {
		return nil, &Error{ID: id, Field: "at", Reason: "is no instant at which the contact holds", Err: ErrInvalid}
	}
	plan := recut(chosen, at, chosen.Until, true)
	others := slices.SortedFunc(slices.Values(contacts), func(a, b Contact) int { return cmp.Compare(a.ID, b.ID) })
	for _, c := range others {
		if c.ID != id && c.Organisation == chosen.Organisation && c.Role == chosen.Role && overlap(c.From, c.Until, at, chosen.Until) {
			plan = append(plan, recut(c, at, chosen.Until, false)...)
		}
	}
	return plan, nil
}

// recut sets Primary in the part of c that lies in [from, until), in up to three rows
// of which the first keeps the id.
func recut(c Contact, from, until time.Time, primary bool) []ContactChange {
	if c.Primary == primary {
		return nil
	}
	cuts := []time.Time{c.From}
	if c.From.Before(from) {
		cuts = append(cuts, from)
	}
	if !until.IsZero() && (c.Until.IsZero() || until.Before(c.Until)) {
		cuts = append(cuts, until)
	}
	var plan []ContactChange
	for i, start := range cuts {
		row := c
		row.From = start
		if i+1 < len(cuts) {
			row.Until = cuts[i+1]
		}
		if !start.Before(from) && (until.IsZero() || start.Before(until)) {
			row.Primary = primary
		}
		if i == 0 {
			plan = append(plan, ContactChange{Was: c, Now: row})
		} else {
			row.ID = ""
			plan = append(plan, ContactChange{Now: row})
		}
	}
	return plan
}
