package main

import (
	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/crm/receivable"
)

// planPayments cuts the price of an older order into instalments.
type planPayments struct {
	event
	Order     string            `json:"order"`
	Customer  string            `json:"customer"`
	Price     yuan              `json:"price"`
	Terms     []receivable.Term `json:"terms"`
	Collector string            `json:"collector"`
}

func (a *planPayments) play(r *replay) error {
	_, err := r.Receivables.Plan(r.ctx, r.actor, crm.PaymentPlan{Order: a.Order, Customer: a.Customer, Price: a.Price.Amount, Terms: a.Terms,
		Collector: r.house.staff(a.Collector)})
	if err != nil {
		return err
	}
	return r.say("DID-PLAN", finding.Term("amount", a.Price), finding.Str("order", a.Order), finding.Term("what", r.thing(crm.KindCustomer, a.Customer)))
}

// happened is an event from which an instalment runs: the goods left, they were
// accepted.
type happened struct {
	event
	Order string           `json:"order"`
	Event receivable.Event `json:"event"`
}

func (a *happened) play(r *replay) error {
	if _, err := r.Receivables.Event(r.ctx, r.actor, a.Order, a.Event, calendar.DayOf(a.At.Time, shanghai), crm.Call{}); err != nil {
		return err
	}
	return r.say("DID-HAPPENED", finding.Str("order", a.Order), finding.Term("event", a.Event))
}

// receive is money on the bank's account.
type receive struct {
	event
	Payment  string `json:"payment"` // number of the bank's line
	Customer string `json:"customer"`
	Amount   yuan   `json:"amount"`
}

func (a *receive) play(r *replay) error {
	customer := r.customer(a.Customer)
	got, err := r.Receivables.Receive(r.ctx, r.actor, customer, crm.Payment{ID: a.Payment, Amount: a.Amount.Amount})
	if err != nil {
		return err
	}
	return r.say("DID-RECEIVE", finding.Term("amount", a.Amount), finding.Term("what", r.thing(crm.KindCustomer, customer)),
		finding.Term("left", money.Amount{Minor: got.Outstanding, Currency: got.Currency}))
}

// remind takes the steps that the rules of dunning name for what somebody collects.
type remind struct{ event }

func (a *remind) play(r *replay) error {
	for dun, err := range r.Receivables.Dunning(r.ctx, r.actor, a.Who, 0) {
		if err != nil {
			return err
		}
		done, err := r.Receivables.Remind(r.ctx, r.actor, dun.ID, dun.Firing.Step, crm.Call{})
		if err != nil {
			return err
		}
		if err := r.say("DID-REMIND", finding.Str("instalment", dun.ID), finding.Int("step", int64(done.Step))); err != nil {
			return err
		}
	}
	return nil
}

// promise is what the customer said about paying.
type promise struct {
	event
	Instalment string       `json:"instalment"`
	Until      calendar.Day `json:"until"`
}

func (a *promise) play(r *replay) error {
	if err := r.Receivables.Promise(r.ctx, r.actor, a.Instalment, a.Until, crm.Call{}); err != nil {
		return err
	}
	i, err := r.Receivables.Get(r.ctx, r.actor, a.Instalment)
	if err != nil {
		return err
	}
	return r.say("DID-PROMISE", finding.Term("what", r.thing(crm.KindCustomer, i.Customer)), finding.Str("instalment", a.Instalment),
		finding.Day("until", a.Until))
}

// collect moves a customer into the category of those in collection, or back.
type collect struct {
	event
	Customer string `json:"customer"`
}

func (a *collect) play(r *replay) error {
	customer := r.customer(a.Customer)
	got, err := r.Receivables.Collect(r.ctx, r.actor, customer, crm.Call{})
	if err != nil || !got.Moved {
		return err
	}
	return r.say("DID-COLLECT", finding.Term("what", r.thing(crm.KindCustomer, customer)), finding.Term("category", got.Category))
}
