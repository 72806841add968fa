package crm

import (
	"context"
	"time"

	"github.com/guanxi-go/guanxi/crm/account"
	"github.com/guanxi-go/guanxi/crm/owner"
	"github.com/guanxi-go/guanxi/crm/party"
	"github.com/guanxi-go/guanxi/crm/timeline"
)

// Overview puts together what is known about one customer (客户全貌).
type Overview struct{ core *core }

// Customer360 is one customer, whole, as of the instant AsOf. A part that the host
// does not keep is listed in Missing, and is not mistaken for an empty one.
type Customer360 struct {
	AsOf         time.Time
	Customer     Customer
	Owners       []owner.Entry         // the ownership journal
	Contacts     []party.Contact       // who speaks for it, or, of a person, for whom they speak
	Stakeholders []account.Stakeholder // who decides at it, as we see them now; personal
	Ties         []Tie                 // who of ours is how close to whom of theirs now
	KeyAccount   *ListedAccount        // its place on the list of key accounts; nil where it is not on it
	Timeline     *timeline.Timeline    // what passed between us
	Spending     []Spending            // what was bought, by currency
	Missing      []Part
}

// Part names a part of a [Customer360].
type Part string

const (
	PartPurchases Part = "purchases" // no Options.Purchases 消费记录
)

// Of returns what is known about a customer that the actor sees.
func (o *Overview) Of(ctx context.Context, actor Actor, id string) (Customer360, error) {
	return read(ctx, o.core, "overview.of", actor, Subject{KindCustomer, id}, func() (Customer360, error) {
		return o.of(ctx, actor, id)
	})
}

func (o *Overview) of(ctx context.Context, actor Actor, id string) (Customer360, error) {
	view := Customer360{AsOf: o.core.now()}
	var err error
	if view.Customer, err = o.core.customer(ctx, actor, id); err != nil {
		return view, err
	}
	if view.Owners, err = (&Owners{o.core}).journal(ctx, Subject{KindCustomer, id}, MaxVersion); err != nil {
		return view, err
	}
	if view.Contacts, err = (&Contacts{o.core}).all(ctx, id); err != nil {
		return view, err
	}
	if view.Stakeholders, err = (&Stakeholders{o.core}).of(ctx, id, view.AsOf); err != nil {
		return view, err
	}
	if view.Ties, err = newTies(o.core).of(ctx, id, view.AsOf); err != nil {
		return view, err
	}
	if view.KeyAccount, err = o.key(ctx, view.Customer); err != nil {
		return view, err
	}
	activities, err := (&Timeline{o.core}).whole(ctx, id)
	if err != nil {
		return view, err
	}
	if view.Timeline, err = timeline.New(activities, timeline.Options{}); err != nil {
		return view, err
	}
	if o.core.opts.Purchases == nil {
		view.Missing = append(view.Missing, PartPurchases)
		return view, nil
	}
	view.Spending, err = spending(ctx, o.core.opts.Purchases, id)
	return view, err
}

// key returns the place of a customer on the list of key accounts, if it has one.
func (o *Overview) key(ctx context.Context, c Customer) (*ListedAccount, error) {
	r, err := o.core.record(ctx, Subject{KindKeyAccount, c.ID})
	if err != nil || r.State != KeyListed {
		return nil, err
	}
	l, err := listedAccount(r, c)
	return &l, err
}
