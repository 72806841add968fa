package bid

import (
	"slices"
	"time"

	"github.com/guanxi-go/guanxi/crm/calendar"
)

// Respond answers requirements of a bid that is being prepared (响应); Open takes an answer
// back. ErrTransition: it is not being prepared. ErrInvalid: no requirement is named, or
// the answer is none. ErrNotFound, with the place in Item: it has no such requirement.
func (b Bid) Respond(ids []string, a Answer) (Bid, error) {
	switch {
	case b.State != Preparing:
		return b, refuse(ErrTransition, codeState, "state", -1)
	case !a.Valid():
		return b, refuse(ErrInvalid, codeUnknown, "answer", -1)
	}
	if err := b.Asks(ids); err != nil {
		return b, err
	}
	b.Requirements = slices.Clone(b.Requirements)
	for _, id := range ids {
		b.Requirements[b.place(id)].Answer = a
	}
	return b, nil
}

// Asks holds ids against the requirements of the bid. ErrInvalid: there are none.
// ErrNotFound, with the place in Item: it has no such requirement.
func (b Bid) Asks(ids []string) error {
	if len(ids) == 0 {
		return &Error{Code: codeMissing, Field: "requirements", Item: -1, Items: []string{"requirements"}, Err: ErrInvalid}
	}
	var bad problems
	for i, id := range ids {
		if b.place(id) < 0 {
			bad = append(bad, refuse(ErrNotFound, codeNoClause, "requirements", i))
		}
	}
	return bad.join()
}

func (b Bid) place(id string) int {
	return slices.IndexFunc(b.Requirements, func(r Requirement) bool { return r.ID == id })
}

// Amendment is what the purchaser changes of a call for tenders before its deadline
// (招标文件的澄清、修改). The zero value changes nothing.
type Amendment struct {
	Deadline time.Time    `json:"deadline,omitzero"`  // zero is as before
	ReturnBy calendar.Day `json:"return_by,omitzero"` // zero is as before
	// Requirements are new, or changed: one that is there under the same id is replaced,
	// and has to be answered anew.
	Requirements []Requirement `json:"requirements,omitempty"`
	Drop         []string      `json:"drop,omitempty"` // ids of requirements that no longer stand
}

// Amend changes the terms of a bid that is not handed in. Of the requirements given, those
// without an answer are Open. ErrTransition: it was handed in, or decided. ErrNotFound,
// with the place in Item: a requirement to be dropped is not there. ErrInvalid, all of
// them: a requirement given twice, and what Validate says of the bid as it then is.
func (b Bid) Amend(a Amendment) (Bid, error) {
	if b.State != Invited && b.State != Preparing {
		return b, refuse(ErrTransition, codeState, "state", -1)
	}
	next, was := b, b.Requirements
	if !a.Deadline.IsZero() {
		next.Deadline = a.Deadline
	}
	if !a.ReturnBy.IsZero() {
		next.ReturnBy = a.ReturnBy
	}
	var bad problems
	for i, id := range a.Drop {
		if b.place(id) < 0 {
			bad = append(bad, refuse(ErrNotFound, codeNoClause, "drop", i))
		}
	}
	next.Requirements = slices.DeleteFunc(slices.Clone(was), func(r Requirement) bool { return slices.Contains(a.Drop, r.ID) })
	seen := map[string]bool{}
	for i, r := range a.Requirements {
		if seen[r.ID] {
			bad.check(false, codeRepeated, "requirements", i)
			continue
		}
		seen[r.ID] = true
		if r.Answer == 0 {
			r.Answer = Open
		}
		if at := next.place(r.ID); at >= 0 {
			next.Requirements[at] = r
		} else {
			next.Requirements = append(next.Requirements, r)
		}
	}
	next.check(&bad, "bid", -1)
	if err := bad.join(); err != nil {
		return b, err
	}
	return next, nil
}

// Pay records that we paid the deposit on a day (缴纳保证金). ErrTransition: none is asked
// for, it was paid before, or the bid was handed in or decided. ErrInvalid: the day is none.
func (b Bid) Pay(on calendar.Day) (Bid, error) {
	switch {
	case b.Deposit.Minor == 0 || !b.PaidOn.IsZero() || b.State > Preparing:
		return b, refuse(ErrTransition, codePaid, "deposit", -1)
	case !on.Valid():
		return b, refuse(ErrInvalid, codeDay, "paid_on", -1)
	}
	b.PaidOn = on
	return b, nil
}
