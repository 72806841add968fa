package main

import (
	"strconv"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/agenda"
	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/crm/party"
	"github.com/guanxi-go/guanxi/crm/pipeline"
	"github.com/guanxi-go/guanxi/crm/pipeline/quote"
	"github.com/guanxi-go/guanxi/crm/receivable"
	"github.com/guanxi-go/guanxi/crm/stage"
)

// register makes an organisation a customer that the company has had before.
type register struct {
	event
	Customer string       `json:"customer"`
	Company  finding.Text `json:"company"`
	Owner    string       `json:"owner"`
	Key      bool         `json:"key"` // a key account
}

func (a *register) play(r *replay) error {
	_, err := r.Customers.Register(r.ctx, r.actor, crm.Registration{ID: a.Customer, Owner: r.house.staff(a.Owner),
		Profile: party.Profile{Type: party.Organisation, Kind: party.KindConsumer, Name: a.Company.Zh}})
	if err != nil {
		return err
	}
	r.names[a.Customer], r.key[a.Customer] = a.Company, a.Key
	return r.say("DID-REGISTER", finding.Term("what", r.thing(crm.KindCustomer, a.Customer)), finding.Term("to", r.colleague(a.Owner)))
}

// deal is what is expected of an opportunity.
type deal struct {
	Opportunity string       `json:"opportunity"`
	Title       finding.Text `json:"title"`
	Amount      yuan         `json:"amount"`
	Close       calendar.Day `json:"close"`
	Next        instant      `json:"next"`
	Line        string       `json:"line"`
}

func (d deal) open(customer string) crm.OpenOpportunity {
	return crm.OpenOpportunity{ID: d.Opportunity, Customer: customer, Title: d.Title.Zh, Line: d.Line,
		Expectation: crm.Expectation{Amount: d.Amount.Amount, Close: d.Close, Next: d.Next.Time}}
}

// open opens an opportunity with a customer.
type open struct {
	event
	Customer string `json:"customer"`
	deal
}

func (a *open) play(r *replay) error {
	o := a.deal.open(r.customer(a.Customer))
	o.Owner = r.house.staff(a.Who)
	id, err := r.Opportunities.Open(r.ctx, r.actor, o)
	if err != nil {
		return err
	}
	r.names[id] = a.Title
	return r.say("DID-OPEN", finding.Term("deal", r.thing(crm.KindOpportunity, id)), finding.Term("what", r.thing(crm.KindCustomer, o.Customer)),
		finding.Term("amount", a.Amount))
}

// expect changes what is expected of an opportunity: when something is to be done
// next, and perhaps what it brings.
type expect struct {
	event
	Opportunity string  `json:"opportunity"`
	Next        instant `json:"next"`
	Amount      yuan    `json:"amount"`
}

func (a *expect) play(r *replay) error {
	_, err := r.Opportunities.Edit(r.ctx, r.actor, a.Opportunity, crm.Call{}, func(e *crm.Expectation) error {
		e.Next = a.Next.Time
		if a.Amount.Sign() > 0 {
			e.Amount = a.Amount.Amount
		}
		return nil
	})
	return err
}

// move brings an opportunity into another stage. What is there of the entry criteria is
// written as "field need" or "activity visit".
type move struct {
	event
	Opportunity string   `json:"opportunity"`
	To          string   `json:"to"`
	Met         []string `json:"met"`
}

func (a *move) play(r *replay) error {
	var met []pipeline.Criterion
	for _, text := range a.Met {
		proof, name, _ := strings.Cut(text, " ")
		c := pipeline.Criterion{Name: name}
		if err := c.Proof.UnmarshalText([]byte(proof)); err != nil {
			return err
		}
		met = append(met, c)
	}
	entry, err := r.Opportunities.Move(r.ctx, r.actor, a.Opportunity, crm.Promotion{To: a.To, Met: met})
	if err != nil {
		return err
	}
	return r.say("DID-MOVE", finding.Term("deal", r.thing(crm.KindOpportunity, a.Opportunity)), finding.Term("stage", r.stage(entry.To)))
}

// stage is a stage of the process that the company goes by: the ready-made one.
func (r *replay) stage(id string) word {
	for _, s := range pipeline.DefaultProcess().Stages {
		if s.ID == id {
			return word{s.En, s.Zh}
		}
	}
	return word{id, id}
}

// planVisit makes an appointment at a customer's.
type planVisit struct {
	event
	Appointment string  `json:"appointment"`
	Customer    string  `json:"customer"`
	From        instant `json:"from"`
	To          instant `json:"to"`
}

func (a *planVisit) play(r *replay) error {
	_, err := r.Agenda.Plan(r.ctx, r.actor, crm.NewAppointment{Path: r.house.path(a.Who), Appointment: agenda.Appointment{ID: a.Appointment,
		Kind: agenda.VisitOut, Staff: a.Who, Customer: r.customer(a.Customer), From: a.From.Time, To: a.To.Time}})
	return err
}

// finishVisit says that an appointment took place.
type finishVisit struct {
	event
	Appointment string `json:"appointment"`
}

func (a *finishVisit) play(r *replay) error {
	return r.Agenda.Finish(r.ctx, r.actor, a.Appointment, "", crm.Call{})
}

// offer draws a quote up that lies below its floor, and hands it in for approval.
type offer struct {
	event
	Quote       string          `json:"quote"`
	Opportunity string          `json:"opportunity"`
	Quantity    decimal.Decimal `json:"quantity"`
	Price       decimal.Decimal `json:"price"`
	Discount    decimal.Decimal `json:"discount"`
	Floor       yuan            `json:"floor"`
	Until       calendar.Day    `json:"until"`
}

func (a *offer) play(r *replay) error {
	got, err := r.Quotes.Draft(r.ctx, r.actor, crm.NewQuote{ID: a.Quote, Opportunity: a.Opportunity, Currency: money.CNY, ValidUntil: a.Until,
		Lines: []quote.Line{{Quantity: a.Quantity, Price: a.Price, Discount: a.Discount}}, Floor: quote.Floor{Price: a.Floor.Amount}})
	if err != nil {
		return err
	}
	if _, err := r.Quotes.Submit(r.ctx, r.actor, a.Quote, crm.Call{}); err != nil {
		return err
	}
	return r.say("DID-OFFER", finding.Term("amount", got.Net), finding.Term("deal", r.thing(crm.KindOpportunity, a.Opportunity)),
		finding.Int("round", int64(got.Round)))
}

// sendOffer gives a quote to the customer, by the approval that it has.
type sendOffer struct {
	event
	Quote   string `json:"quote"`
	Request string `json:"request"`
}

func (a *sendOffer) play(r *replay) error {
	if _, err := r.Quotes.Approve(r.ctx, r.actor, a.Quote, a.Request, crm.Call{}); err != nil {
		return err
	}
	got, err := r.Quotes.Send(r.ctx, r.actor, a.Quote, crm.Call{})
	if err != nil {
		return err
	}
	if err := r.say("DID-SEND", finding.Str("quote", a.Quote)); err != nil {
		return err
	}
	return r.findings(2, quote.Catalogue(), got.Found)
}

// acceptOffer says that the customer took it.
type acceptOffer struct {
	event
	Quote string `json:"quote"`
}

func (a *acceptOffer) play(r *replay) error {
	entry, err := r.Quotes.Accept(r.ctx, r.actor, a.Quote, crm.Call{})
	if err != nil {
		return err
	}
	q, err := r.Quotes.Get(r.ctx, r.actor, entry.Subject.ID)
	if err != nil {
		return err
	}
	return r.say("DID-ACCEPT", finding.Term("what", r.thing(crm.KindCustomer, q.Customer)), finding.Str("quote", a.Quote))
}

// win signs the order that a quote led to: order, plan of payments and the won
// opportunity in one commit. That the customer has concluded a deal is a fact of its
// own.
type win struct {
	event
	Opportunity string            `json:"opportunity"`
	Order       string            `json:"order"`
	Quote       string            `json:"quote"`
	Terms       []receivable.Term `json:"terms"`
}

func (a *win) play(r *replay) error {
	q, err := r.Quotes.Get(r.ctx, r.actor, a.Quote)
	if err != nil {
		return err
	}
	price := money.Amount{Minor: q.Totals.Gross, Currency: q.Totals.Currency}
	if _, err := r.Orders.Draft(r.ctx, r.actor, crm.NewOrder{ID: a.Order, Opportunity: a.Opportunity, Quote: a.Quote, Amount: price, Terms: a.Terms}); err != nil {
		return err
	}
	won, err := r.Opportunities.Win(r.ctx, r.actor, a.Opportunity, crm.Winning{Order: a.Order})
	if err != nil {
		return err
	}
	if _, err := r.Stages.Category.Move(r.ctx, r.actor, q.Customer, crm.Move[stage.SalesCategory]{To: stage.SalesClosed}); err != nil {
		return err
	}
	return r.say("DID-WIN", finding.Term("deal", r.thing(crm.KindOpportunity, a.Opportunity)), finding.Str("order", won.Order),
		finding.Term("amount", price), finding.Str("n", strconv.Itoa(len(won.Instalments))))
}

// completeOrder says that an order was delivered.
type completeOrder struct {
	event
	Order string `json:"order"`
}

func (a *completeOrder) play(r *replay) error {
	if _, err := r.Orders.Start(r.ctx, r.actor, a.Order, crm.Call{}); err != nil {
		return err
	}
	if _, err := r.Orders.Complete(r.ctx, r.actor, a.Order, crm.Call{}); err != nil {
		return err
	}
	return r.say("DID-COMPLETE", finding.Str("order", a.Order))
}
