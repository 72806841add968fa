package crm

import (
	"context"
	"slices"

	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/crm/owner"
)

// Belongings are what a colleague has of one matter of a handover 移交清册.
type Belongings struct {
	Matter owner.Matter `json:"matter"`
	Things []Belonging  `json:"things,omitempty"`
}

// Belonging is one thing that a colleague has.
type Belonging struct {
	Subject Subject      `json:"subject"`
	Contact string       `json:"contact,omitzero"` // id of the person, of a tie
	Amount  money.Amount `json:"amount,omitzero"`  // what is outstanding of an instalment
}

// Matter returns under which matter of a handover a kind of subject is counted (移交事项).
// What the library does not keep, such as devices and accounts, is no kind: the host
// counts it.
func (k Kind) Matter() owner.Matter {
	switch k {
	case KindCustomer:
		return owner.Customers
	case KindTie:
		return owner.Contacts
	case KindLead:
		return owner.Leads
	case KindOpportunity, KindQuote, KindBid:
		return owner.Opportunities
	case KindOrder:
		return owner.Contracts
	case KindInstalment:
		return owner.Receivables
	case KindApproval, KindSeat:
		return owner.Approvals
	}
	return owner.Tasks
}

// Inventory lists what a colleague has, for the counts and lists of a handover 清点: all
// matters in the order of [owner.Matters], also those of which there is nothing; of each
// the things by kind and then by id. It is what [Owners].TransferAll and
// [Approvals].Succeed will move: customers, daily work but for appointments, events and
// tasks of care that are over, ties to people, and the approvals in which the colleague
// has a seat.
//
// It changes nothing, and what comes afterwards is not on it: close the colleague first,
// see [Owners].Close. ErrInvalid: no colleague; ErrForbidden: the colleague has something
// that the actor does not see.
func (s *Handovers) Inventory(ctx context.Context, actor Actor, staff string) ([]Belongings, error) {
	whose := Subject{KindStaff, staff}
	return read(ctx, s.core, "handovers.inventory", actor, whose, func() ([]Belongings, error) {
		if err := whose.validate(); err != nil {
			return nil, err
		}
		var list []Belongings
		for _, m := range owner.Matters() {
			list = append(list, Belongings{Matter: m})
		}
		add := func(b Belonging) {
			at := slices.IndexFunc(list, func(l Belongings) bool { return l.Matter == b.Subject.Kind.Matter() })
			list[at].Things = append(list[at].Things, b)
		}
		for c, err := range s.core.store.Customers(ctx, CustomerFilter{Owner: staff}) {
			if err == nil && !actor.Sees.Allows(c.Standing.Holding.Owner, c.Standing.Holding.Path) {
				err = &Error{Subject: whose, Reason: "has customers that the actor does not see", Err: ErrForbidden}
			}
			if err != nil {
				return nil, err
			}
			add(Belonging{Subject: Subject{KindCustomer, c.ID}})
		}
		work, err := (&Owners{s.core}).workOf(ctx, actor, staff)
		if err != nil {
			return nil, err
		}
		for _, r := range work {
			b := Belonging{Subject: r.Subject}
			switch r.Subject.Kind {
			case KindTie:
				b.Contact = r.Ref
			case KindInstalment:
				i, err := instalmentOf(r)
				if err != nil {
					return nil, err
				}
				b.Amount = i.Amount()
			}
			add(b)
		}
		for r, err := range s.core.store.Records(ctx, RecordFilter{Kind: KindSeat, Owner: staff}) {
			if err != nil {
				return nil, err
			}
			add(Belonging{Subject: Subject{KindApproval, r.Ref}})
		}
		for _, l := range list {
			slices.SortStableFunc(l.Things, func(a, b Belonging) int { return a.Subject.Compare(b.Subject) })
		}
		return list, nil
	})
}
