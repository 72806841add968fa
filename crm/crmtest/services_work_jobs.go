package crmtest

import (
	"context"
	"fmt"
	"time"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/access"
	"github.com/guanxi-go/guanxi/crm/account"
	"github.com/guanxi-go/guanxi/crm/agenda"
	"github.com/guanxi-go/guanxi/crm/approval"
	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/crm/owner"
	"github.com/guanxi-go/guanxi/crm/pipeline"
	"github.com/guanxi-go/guanxi/crm/pipeline/lead"
	"github.com/guanxi-go/guanxi/crm/pipeline/quote"
	"github.com/guanxi-go/guanxi/crm/receivable"
	"github.com/guanxi-go/guanxi/crm/recurrence"
	"github.com/guanxi-go/guanxi/crm/reminder"
	"github.com/guanxi-go/guanxi/crm/stage"
)

// worker is a client at its daily work. Each of its commands has a name, and the entry
// by which it can be told that it happened.
type worker struct {
	client
	board *board
	marks map[string][]string // of the commands sent, by name: what they leave, as kind of subject/journal/kind
	sent  int

	entered map[string][]string // of the reviews answered at once, by name: the key accounts that came on the list
}

// perhaps among what a command leaves says that it may leave nothing.
const perhaps = ""

// mobiles is how many people ask for a call: few, so that captures meet.
const mobiles = 4

// run does a dozen pieces of work.
func (w *worker) run() {
	for range 12 {
		switch w.rng.IntN(17) {
		case 0, 1:
			w.capture()
		case 2:
			w.assign()
		case 3, 4:
			w.convert()
		case 5:
			w.sell()
		case 6:
			w.collect()
		case 7:
			w.plan()
		case 8:
			w.tender()
		case 9:
			w.care()
		case 10:
			w.meet()
		case 11:
			w.know()
		case 12:
			w.notes()
		case 13:
			w.score()
		case 14:
			w.review()
		case 15:
			w.punish()
		default:
			w.approve()
		}
	}
}

// do sends a command that leaves one of the entries named, once, and reports whether it
// was acknowledged.
func (w *worker) do(what string, do func(ctx context.Context, call crm.Call) error, leaves ...string) bool {
	w.sent++
	name := fmt.Sprint(w.name, w.sent, " ", what)
	w.marks[name] = leaves
	w.send(name, do)
	return w.outcome[name]
}

// who is the leaver or the worker.
func (w *worker) who() owner.Staff {
	if w.rng.IntN(2) == 0 {
		return colleague(leaving)
	}
	return colleague("s" + w.name)
}

func (w *worker) pick(ids []string) string {
	if len(ids) == 0 {
		return "none"
	}
	return ids[w.rng.IntN(len(ids))]
}

func price(yuan int64) money.Amount { return money.Amount{Minor: yuan * 100, Currency: money.CNY} }

// capture takes a lead in, of somebody who may be known.
func (w *worker) capture() {
	c := crm.CaptureLead{}
	switch w.rng.IntN(4) {
	case 0, 1:
		c.Owner = w.who()
	case 2:
		c.Pool, c.Path = "public", "sales/"
	}
	company := ""
	if w.rng.IntN(2) == 0 {
		w.board.firms++
		company = fmt.Sprint("firm ", w.board.firms)
	}
	c.Submission = submission(w.rng.IntN(mobiles), company)
	var done crm.Captured
	if w.do("capture", func(ctx context.Context, call crm.Call) (err error) {
		c.Call = call
		done, err = w.crm.Leads.Capture(ctx, boss(), c)
		return err
	}, "lead/lead/created", "lead/timeline/contact", "customer/timeline/contact") && done.Outcome == lead.Created {
		w.board.leads = append(w.board.leads, done.Lead)
	}
}

// assign changes who has a lead or a customer.
func (w *worker) assign() {
	id, to := w.pick(w.board.leads), w.who()
	terms := func(call crm.Call) crm.Terms { return crm.Terms{Call: call} }
	switch w.rng.IntN(7) {
	case 0:
		w.do("assign", func(ctx context.Context, call crm.Call) error {
			_, err := w.crm.Leads.Assign(ctx, boss(), id, to, terms(call))
			return err
		}, "lead/owner/assigned")
	case 1, 2:
		w.do("claim", func(ctx context.Context, call crm.Call) error {
			_, err := w.crm.Leads.Claim(ctx, boss(), id, to, terms(call))
			return err
		}, "lead/owner/claimed")
	case 3:
		w.do("release", func(ctx context.Context, call crm.Call) error {
			_, err := w.crm.Leads.Release(ctx, boss(), id, "public", "sales/", terms(call))
			return err
		}, "lead/owner/released")
	case 4:
		w.do("transfer", func(ctx context.Context, call crm.Call) error {
			_, err := w.crm.Leads.Transfer(ctx, boss(), id, to, terms(call))
			return err
		}, "lead/owner/transferred")
	case 5:
		w.do("transfer customer", func(ctx context.Context, call crm.Call) error {
			_, err := w.crm.Owners.Transfer(ctx, boss(), w.board.customers[0], to, terms(call))
			return err
		}, "customer/owner/transferred")
	default: // what it leaves is one release for each lead, told by the chain of owners
		policy := owner.PoolPolicy{Zone: time.UTC, Rules: []owner.PoolRule{{ID: "left", Pool: "public", Path: "sales/", OwnerLeft: true}}}
		w.do("recycle", func(ctx context.Context, call crm.Call) error {
			_, err := w.crm.Leads.Recycle(ctx, boss(), crm.RecycleLeads{Terms: terms(call), Policy: policy})
			return err
		})
	}
}

// know says how two people stand, and how a person is to be seen, or no more.
func (w *worker) know() {
	to := []stage.Relationship{stage.Awareness, stage.Awareness, stage.Exploration, stage.Exploration, stage.Dissolution}[w.rng.IntN(5)]
	c := crm.MoveTie{Customer: "c0", Ours: w.who(), Theirs: w.pick(w.board.customers), To: to}
	w.do("tie", func(ctx context.Context, call crm.Call) error {
		c.Call = call
		_, err := w.crm.Ties.Move(ctx, boss(), c)
		return err
	}, "tie/tie/moved")
	if w.rng.IntN(4) == 0 {
		w.do("end", func(ctx context.Context, call crm.Call) error {
			_, err := w.crm.Stakeholders.End(ctx, boss(), "c0", c.Theirs, call)
			return err
		}, "stakeholder/stakeholder/ended")
		return
	}
	view := account.Stakeholder{Customer: "c0", Contact: c.Theirs, Influence: 1 + w.rng.IntN(5), Concerns: []string{"the price"}}
	w.do("describe", func(ctx context.Context, call crm.Call) error {
		_, err := w.crm.Stakeholders.Describe(ctx, boss(), view, call)
		return err
	}, "stakeholder/stakeholder/described")
}

// convert follows a lead up, and makes a customer of it with an opportunity, or finds
// that nothing comes of it.
func (w *worker) convert() {
	id := w.pick(w.board.leads)
	w.do("work", func(ctx context.Context, call crm.Call) error {
		_, err := w.crm.Leads.Work(ctx, boss(), id, time.Time{}, call)
		return err
	}, "lead/lead/moved")
	if w.rng.IntN(6) == 0 {
		w.do("disqualify", func(ctx context.Context, call crm.Call) error {
			_, err := w.crm.Leads.Disqualify(ctx, boss(), id, lead.NoNeed, call)
			return err
		}, "lead/lead/moved")
		return
	}
	w.do("qualify", func(ctx context.Context, call crm.Call) error {
		_, err := w.crm.Leads.Qualify(ctx, boss(), id, time.Time{}, call)
		return err
	}, "lead/lead/moved")
	c := crm.ConvertLead{}
	if w.rng.IntN(2) == 0 {
		c.Owner = w.who()
	}
	if w.rng.IntN(3) > 0 {
		c.Opportunity = &crm.OpenOpportunity{Title: "t", Expectation: crm.Expectation{Amount: price(300)}}
	}
	var made crm.ConvertedLead
	if w.do("convert", func(ctx context.Context, call crm.Call) error {
		c.Call = call
		got, err := w.crm.Leads.Convert(ctx, boss(), id, c)
		made = got
		return err
	}, "lead/lead/converted") {
		w.board.customers = append(w.board.customers, made.Customer)
		if made.Opportunity != "" {
			w.board.opportunities = append(w.board.opportunities, made.Opportunity)
		}
	}
}

// thirds are terms of payment in three instalments.
func thirds() []receivable.Term {
	third := money.Ratio{Num: 1, Den: 3}
	return []receivable.Term{{Share: third, Event: receivable.Signing}, {Share: third, Event: receivable.Signing, Days: 30}, {Share: third, Event: receivable.Acceptance}}
}

// sell brings an opportunity, perhaps a new one, towards an order.
func (w *worker) sell() {
	id, to := w.pick(w.board.opportunities), w.who()
	if w.rng.IntN(2) == 0 {
		o := crm.OpenOpportunity{Customer: w.pick(w.board.customers), Title: "t", Owner: to, Expectation: crm.Expectation{Amount: price(100)}}
		if w.do("open", func(ctx context.Context, call crm.Call) (err error) {
			o.Call = call
			id, err = w.crm.Opportunities.Open(ctx, boss(), o)
			return err
		}, "opportunity/opportunity/opened") {
			w.board.opportunities = append(w.board.opportunities, id)
		}
	}
	w.do("move", func(ctx context.Context, call crm.Call) error {
		_, err := w.crm.Opportunities.Move(ctx, boss(), id, crm.Promotion{Call: call, To: "promote", Met: []pipeline.Criterion{{Proof: pipeline.Field, Name: "contact"}}})
		return err
	}, "opportunity/opportunity/moved")
	switch w.rng.IntN(5) {
	case 0:
		w.do("give", func(ctx context.Context, call crm.Call) error {
			_, err := w.crm.Opportunities.Transfer(ctx, boss(), id, to, crm.Terms{Call: call})
			return err
		}, "opportunity/owner/transferred")
	case 1:
		w.do("quote", func(ctx context.Context, call crm.Call) error {
			_, err := w.crm.Quotes.Draft(ctx, boss(), crm.NewQuote{Call: call, Opportunity: id, Currency: money.CNY, Lines: make([]quote.Line, 1)})
			return err
		}, "quote/quote/drafted")
	case 2:
		w.do("draft", func(ctx context.Context, call crm.Call) error {
			order, err := w.crm.Orders.Draft(ctx, boss(), crm.NewOrder{Call: call, Opportunity: id, Terms: thirds()})
			if err == nil {
				w.board.orders = append(w.board.orders, order)
			}
			return err
		}, "order/order/drafted")
	default:
		w.do("win", func(ctx context.Context, call crm.Call) error {
			won, err := w.crm.Opportunities.Win(ctx, boss(), id, crm.Winning{Call: call, Terms: thirds()})
			if err == nil {
				w.board.orders = append(w.board.orders, won.Order)
			}
			return err
		}, "order/order/signed")
	}
}

// collect signs an order, plans another payment, or receives one.
func (w *worker) collect() {
	order, customer, to := w.pick(w.board.orders), w.pick(w.board.customers), w.who()
	switch w.rng.IntN(3) {
	case 0:
		w.do("sign", func(ctx context.Context, call crm.Call) error {
			_, err := w.crm.Orders.Sign(ctx, boss(), order, crm.Signing{Call: call})
			return err
		}, "order/order/signed")
	case 1:
		contract := fmt.Sprint("contract ", w.name, w.sent)
		w.do("plan payments", func(ctx context.Context, call crm.Call) error {
			_, err := w.crm.Receivables.Plan(ctx, boss(), crm.PaymentPlan{Call: call, Order: contract, Customer: customer, Price: price(50), Collector: to,
				Terms: []receivable.Term{{Share: money.Ratio{Num: 1, Den: 1}, Event: receivable.Shipment}}})
			return err
		}, "instalment/instalment/planned")
		order = contract
	}
	amount := price(1 + w.rng.Int64N(120))
	w.do("receive", func(ctx context.Context, call crm.Call) error {
		_, err := w.crm.Receivables.Receive(ctx, boss(), customer, crm.Payment{Call: call, Amount: amount})
		return err
	}, "account/account/receipt")
	w.do("event", func(ctx context.Context, call crm.Call) error { // which may have happened already: then it leaves nothing
		_, err := w.crm.Receivables.Event(ctx, boss(), order, receivable.Acceptance, calendar.MustDate(2026, 2, 1), call)
		return err
	})
}

// plan makes a reminder and an appointment.
func (w *worker) plan() {
	customer, to := w.pick(w.board.customers), w.who()
	w.do("remind", func(ctx context.Context, call crm.Call) error {
		_, err := w.crm.Agenda.Remind(ctx, boss(), crm.NewReminder{Call: call, Owner: to, Customer: customer, Text: "t",
			Reminder: reminder.Reminder{Kind: reminder.Contact, Start: recurrence.Wall{Day: calendar.MustDate(2026, 2, 1), Clock: 9 * time.Hour}}})
		return err
	}, "reminder/reminder/created")
	from := start().Add(time.Duration(w.rng.IntN(24)) * time.Hour)
	a := agenda.Appointment{Kind: agenda.VisitOut, Staff: to.ID, Customer: customer, From: from, To: from.Add(time.Hour)}
	anyway := w.rng.IntN(2) == 0
	var done crm.Scheduled
	if w.do("meet", func(ctx context.Context, call crm.Call) (err error) {
		done, err = w.crm.Agenda.Plan(ctx, boss(), crm.NewAppointment{Call: call, Appointment: a, Path: to.Path, Anyway: anyway})
		return err
	}, "appointment/appointment/planned") && w.rng.IntN(2) == 0 {
		w.do("cancel", func(ctx context.Context, call crm.Call) error { return w.crm.Agenda.Cancel(ctx, boss(), done.ID, call) }, "appointment/appointment/cancelled")
	}
}

// care plans what is to be done for the customers on a holiday, and does or drops one of it.
func (w *worker) care() {
	w.do("generate care", func(ctx context.Context, _ crm.Call) error { // each task is told by its key
		_, err := w.crm.Care.Generate(ctx, boss(), crm.GenerateCare{From: holiday()})
		return err
	})
	var open []string
	for t, err := range w.crm.Care.List(w.t.Context(), boss(), crm.CareFilter{State: crm.StatePlanned}) {
		if err != nil {
			break // the store failed: there are others
		}
		open = append(open, t.ID)
	}
	id := w.pick(open)
	if w.rng.IntN(3) == 0 {
		w.do("leave care", func(ctx context.Context, call crm.Call) error {
			return w.crm.Care.Drop(ctx, boss(), id, crm.CareOutcome{Call: call})
		}, "care-task/care/dropped")
		return
	}
	w.do("care", func(ctx context.Context, call crm.Call) error {
		return w.crm.Care.Done(ctx, boss(), id, crm.CareOutcome{Call: call, Cost: price(1)})
	}, "care-task/care/done")
}

// meet plans what is held each week with the leaver and a customer, has the worker answer,
// and changes a session, who takes part, or ends it.
func (w *worker) meet() {
	mine := "s" + w.name
	guests := []agenda.Participant{{ID: mine}, {ID: w.pick(w.board.customers), Customer: true}}
	if w.rng.IntN(2) == 0 {
		guests = append(guests, agenda.Participant{ID: leaving})
	}
	e := agenda.Event{Kind: agenda.Meeting, Organiser: w.who().ID, Rule: recurrence.Rule{Freq: recurrence.Weekly}, Length: time.Hour,
		Start: recurrence.Wall{Day: calendar.MustDate(2025, 12, 1), Clock: 9 * time.Hour}, Participants: guests}
	var id string
	if !w.do("plan event", func(ctx context.Context, call crm.Call) (err error) {
		id, err = w.crm.Events.Plan(ctx, boss(), crm.NewEventSeries{Call: call, Event: e, Path: "sales/"})
		return err
	}, "event/event/created") {
		return
	}
	w.do("answer", func(ctx context.Context, call crm.Call) error {
		return w.crm.Events.Answer(ctx, crm.Actor{ID: mine}, id, crm.Reply{Call: call, Answer: agenda.Accepted})
	}, "event/event/answered")
	session, later := "2025-12-08T09:00:00", "2026-02-09T09:00:00"
	switch w.rng.IntN(6) {
	case 0:
		w.do("cancel session", func(ctx context.Context, call crm.Call) error {
			return w.crm.Events.Cancel(ctx, boss(), id, later, call)
		}, "event/event/session-cancelled")
	case 1:
		to := start().AddDate(0, 2, 0)
		w.do("move session", func(ctx context.Context, call crm.Call) error {
			return w.crm.Events.Move(ctx, boss(), id, later, to, to.Add(time.Hour), call)
		}, "event/event/session-moved")
	case 2:
		w.do("attend", func(ctx context.Context, call crm.Call) error {
			return w.crm.Events.Attend(ctx, boss(), id, session, []string{mine}, call)
		}, "event/event/attended")
	case 3:
		guest := []agenda.Participant{{ID: w.pick(w.board.customers), Customer: true}}
		w.do("invite", func(ctx context.Context, call crm.Call) error {
			return w.crm.Events.Invite(ctx, boss(), id, guest, call)
		}, "event/event/invited")
	case 4:
		w.do("remove", func(ctx context.Context, call crm.Call) error {
			return w.crm.Events.Remove(ctx, boss(), id, mine, call)
		}, "event/event/removed")
	default:
		w.do("end event", func(ctx context.Context, call crm.Call) error {
			return w.crm.Events.End(ctx, boss(), id, time.Time{}, call)
		}, "event/event/ended")
	}
}

// approve asks for an approval in which the leaver and the worker decide, or has one of
// them decide.
func (w *worker) approve() {
	mine := "s" + w.name
	if w.rng.IntN(2) == 0 || len(w.board.approvals) == 0 {
		from := func(id string) approval.Approver { return approval.Approver{From: approval.FromUser, Value: id} }
		people := []approval.Approver{from(mine), from(leaving)}
		flow := &approval.Template{ID: "t", Version: 1, Model: approval.Fixed, Form: approval.Form{Kind: approval.Expense}, Steps: []approval.Step{
			{ID: "one", Mode: []approval.Mode{approval.Serial, approval.All}[w.rng.IntN(2)], CanDelegate: true, Approvers: people},
			{ID: "two", Mode: approval.Any, Approvers: people}}}
		var done crm.Progress
		if w.do("ask", func(ctx context.Context, call crm.Call) (err error) {
			done, err = w.crm.Approvals.Start(ctx, boss(), crm.Proposal{Call: call, Flow: flow, Request: approval.Request{Form: approval.Expense, Counterparty: "acme", Amount: price(10)}})
			return err
		}, "approval/approval/drafted") {
			w.board.approvals = append(w.board.approvals, done.ID)
		}
	}
	id := w.pick(w.board.approvals)
	as := []string{mine, mine, leaving}[w.rng.IntN(3)]
	command := approval.Command{Verb: approval.Approve}
	mark := "approval/approval/voted"
	if w.rng.IntN(4) == 0 {
		command, mark = approval.Command{Verb: approval.Delegate, To: []string{leaving, "sa", "sb"}[w.rng.IntN(3)]}, "approval/approval/delegated"
	}
	w.do("decide", func(ctx context.Context, call crm.Call) error {
		_, err := w.crm.Approvals.Act(ctx, crm.Actor{ID: as, Sees: access.Everything()}, id, command, call)
		return err
	}, mark)
}
