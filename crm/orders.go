package crm

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"iter"
	"slices"
	"time"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/crm/owner"
	"github.com/guanxi-go/guanxi/crm/pipeline"
	"github.com/guanxi-go/guanxi/crm/receivable"
	"github.com/guanxi-go/guanxi/internal/memory"
)

// JournalOrder is what became of an order.
const JournalOrder Journal = "order" // 订单记录

// Orders are what was agreed with customers (订单), from draft to completion: see
// [pipeline.OrderState]. An order is a record that is listed by who looks after it,
// customer, the opportunity that it comes from (Ref) and state. What was signed is a
// purchase too, without a second copy: see [OrderPurchases].
type Orders struct{ core *core }

// Order is an order as it stands. It holds ids, codes, amounts and days.
type Order struct {
	ID       string `json:"-"`
	Head     Head   `json:"-"`
	Customer string `json:"-"`
	Owner    string `json:"-"` // staff id
	Path     string `json:"-"` // of the owner's unit

	Opportunity string              `json:"opportunity,omitzero"` // id of the opportunity that it comes from; "" for none
	Quote       string              `json:"quote,omitzero"`       // id of the quote that it follows; "" for none
	State       pipeline.OrderState `json:"state"`
	Amount      money.Amount        `json:"amount"`          // the price
	Terms       []receivable.Term   `json:"terms,omitempty"` // of payment
	Signed      calendar.Day        `json:"signed,omitzero"` // when it was signed
}

// NewOrder is a command of [Orders].Draft.
type NewOrder struct {
	Call
	ID          string // up to 250 bytes; "" for one that is made
	Customer    string // id; "" for that of the opportunity
	Opportunity string // id of the opportunity that it comes from; "" for none
	Quote       string // id of the quote that it follows; "" for none
	Amount      money.Amount
	Terms       []receivable.Term // of payment: shares sum to 1; none is no plan of payments
	Owner       owner.Staff       // who looks after it; the zero Staff is who has the opportunity or else the customer
}

// Draft draws an order up, and returns its id 起草订单. No amount is that of the
// opportunity.
//
// Errors: ErrInvalid for an amount below 0 or without currency, and for terms of payment
// that [receivable.Plan] refuses; ErrDuplicate where the id is in use; ErrIncomplete
// where nobody looks after it; ErrForbidden where who should has left; ErrNotFound where
// the actor sees no such customer or opportunity; ErrForgotten where the customer was
// erased.
func (s *Orders) Draft(ctx context.Context, actor Actor, n NewOrder) (string, error) {
	cmd := command{name: "orders.draft", actor: actor, made: n.ID == "", call: n.Call,
		input: []any{n.Customer, n.Opportunity, n.Quote, n.Amount, n.Terms, n.Owner.ID, n.Owner.Path}}
	if n.ID == "" {
		n.ID = s.core.opts.NewID()
	}
	cmd.subject = Subject{KindOrder, n.ID}
	return run(ctx, s.core, cmd, func(ctx context.Context, now time.Time) (draft, string, error) {
		var from Opportunity
		var customer Expect // as it is before who looks after it is read
		if n.Opportunity != "" {
			var err error
			if from, customer, err = (&Opportunities{s.core}).standing(ctx, actor, n.Opportunity); err != nil {
				return draft{}, "", err
			}
			if n.Customer != "" && n.Customer != from.Customer {
				return draft{}, "", &Error{Subject: cmd.subject, Field: "customer", Reason: "is not that of the opportunity", Err: ErrInvalid}
			}
			n.Customer = from.Customer
		} else {
			got, err := s.core.living(ctx, actor, n.Customer)
			if err != nil {
				return draft{}, "", err
			}
			customer = Expect{Subject{KindCustomer, n.Customer}, got.Head.Version}
		}
		order, err := s.core.newOrder(ctx, actor, n, from, now)
		if err != nil {
			return draft{}, "", err
		}
		guard, err := s.core.giving(ctx, order.Owner)
		if err != nil {
			return draft{}, "", err
		}
		change, err := order.change(order.row("drafted", actor, n.Call, now))
		d := draft{require: []Expect{customer}, changes: []Change{change, guard}}
		if n.Opportunity != "" {
			d.changes = append(d.changes, from.guard())
		}
		return d, n.ID, err
	})
}

// newOrder returns a draft that is not there yet, from an opportunity that the actor
// sees, or none.
func (c *core) newOrder(ctx context.Context, actor Actor, n NewOrder, from Opportunity, now time.Time) (Order, error) {
	subject := Subject{KindOrder, n.ID}
	order := Order{ID: n.ID, Customer: n.Customer, Owner: n.Owner.ID, Path: n.Owner.Path, Opportunity: n.Opportunity, Quote: n.Quote,
		State: pipeline.OrderDraft, Amount: n.Amount, Terms: slices.Clone(n.Terms)}
	if order.Amount == (money.Amount{}) {
		order.Amount = from.Amount
	}
	if order.Owner == "" {
		order.Owner, order.Path = from.Holding.Owner, from.Holding.Path
	}
	if order.Owner == "" {
		customer, err := c.store.Customer(ctx, n.Customer)
		if err != nil {
			return order, err
		}
		order.Owner, order.Path = customer.Standing.Holding.Owner, customer.Standing.Holding.Path
	}
	switch {
	case order.Owner == "":
		return order, &Error{Subject: subject, Field: "owner", Reason: "nobody looks after it", Err: ErrIncomplete}
	case order.Amount.Minor < 0 || order.Amount.Currency.IsZero() || !order.Amount.Currency.Valid():
		return order, &Error{Subject: subject, Field: "amount", Reason: "is below 0, or without currency", Err: ErrInvalid}
	}
	if len(order.Terms) > 0 {
		if _, err := receivable.Plan(n.ID, n.Customer, order.Amount, order.Terms); err != nil {
			return order, err
		}
	}
	if err := cmp.Or(subject.validate(), short(subject, "quote", n.Quote)); err != nil {
		return order, err
	}
	head, err := c.store.Head(ctx, subject)
	if err == nil && head.Version > 0 {
		err = &Error{Subject: subject, Err: ErrDuplicate}
	}
	return order, err
}

// Signing is a command of [Orders].Sign.
type Signing struct {
	Call
	On  calendar.Day         // when it was signed; zero is the day of the command
	Met []pipeline.Criterion // what is there of the criteria of the opportunity's won stage
}

// Sign records that both sides have signed, and returns the order's entry 签约. In the same
// commit the opportunity that it comes from is won, and the payments that were agreed
// become instalments, for who looks after the order to collect. Nothing else moves.
//
// Errors: ErrTransition where the order is no draft, or the opportunity is closed
// already; ErrInvalid where On is no day; ErrIncomplete for criteria that are not met; ErrNotFound where the actor does
// not see the order, its opportunity or its customer; ErrForbidden where who looks after
// it has left; ErrForgotten where the customer was erased.
func (s *Orders) Sign(ctx context.Context, actor Actor, id string, sg Signing) (Entry, error) {
	cmd := command{name: "orders.sign", actor: actor, subject: Subject{KindOrder, id}, call: sg.Call, input: []any{sg.On, sg.Met}}
	return run(ctx, s.core, cmd, func(ctx context.Context, now time.Time) (draft, Entry, error) {
		order, err := s.get(ctx, actor, id)
		if err != nil {
			return draft{}, Entry{}, err
		}
		customer, err := s.core.whose(ctx, order.Customer)
		if err != nil {
			return draft{}, Entry{}, err
		}
		var from *Opportunity
		if order.Opportunity != "" {
			o, _, err := (&Opportunities{s.core}).standing(ctx, actor, order.Opportunity)
			if err != nil {
				return draft{}, Entry{}, err
			}
			from = &o
		}
		d, _, row, err := s.signing(ctx, actor, order, from, customer, sg, now)
		return d, row, err
	})
}

// signing drafts the commit by which an order, which may be new, is signed. from is the
// opportunity that it comes from, nil for none, and customer its customer, both as they
// were before an order was made of them.
func (s *Orders) signing(ctx context.Context, actor Actor, order Order, from *Opportunity, customer Expect, sg Signing, now time.Time) (d draft, instalments []string, row Entry, err error) {
	if err := order.State.To(pipeline.OrderSigned, true); err != nil {
		return d, nil, row, err
	}
	if !sg.On.IsZero() && !sg.On.Valid() {
		return d, nil, row, &Error{Subject: Subject{KindOrder, order.ID}, Field: "on", Reason: "is no day", Err: ErrInvalid}
	}
	d.require = []Expect{customer}
	now = later(now, order.Head.Recorded)
	order.State, order.Signed = pipeline.OrderSigned, sg.On
	if order.Signed.IsZero() {
		order.Signed = s.core.dayOf(effective(sg.Call, now))
	}
	staff := []string{order.Owner}
	if from != nil {
		won, err := s.win(ctx, actor, *from, order, sg, now)
		if err != nil {
			return d, nil, row, err
		}
		d.changes = append(d.changes, won)
	}
	if len(order.Terms) > 0 {
		plan, collector, err := s.core.planInstalments(ctx, actor, PaymentPlan{Call: sg.Call, Order: order.ID, Customer: order.Customer, Price: order.Amount,
			Terms: order.Terms, Signed: order.Signed, Collector: owner.Staff{ID: order.Owner, Path: order.Path}}, now)
		if err != nil {
			return d, nil, row, err
		}
		for _, c := range plan {
			instalments = append(instalments, c.Subject.ID)
		}
		d.changes = append(d.changes, plan...)
		staff = append(staff, collector)
	}
	for _, id := range slices.Compact(slices.Sorted(slices.Values(staff))) {
		guard, err := s.core.giving(ctx, id)
		if err != nil {
			return d, nil, row, err
		}
		d.changes = append(d.changes, guard)
	}
	row = order.row("signed", actor, sg.Call, now)
	change, err := order.change(row)
	d.changes = append(d.changes, change)
	return d, instalments, order.numbered(row), err
}

// win returns the change by which the opportunity of a signed order is won.
func (s *Orders) win(ctx context.Context, actor Actor, o Opportunity, order Order, sg Signing, now time.Time) (Change, error) {
	m := pipeline.Move{To: s.core.stageOf(pipeline.Won), Order: order.ID, Met: sg.Met}
	o.Amount = order.Amount // what was expected is in the journal; what was won is this
	row, err := s.core.moveOpportunity(ctx, actor, &o, m, sg.Call, later(now, o.Head.Recorded))
	if err != nil {
		return Change{}, err
	}
	o.Order = order.ID
	return s.core.opportunityChange(o, row)
}

// Start records that a signed order is being delivered 开始执行. The errors of Start,
// Complete and Cancel are those of [pipeline.OrderState.To]; ErrNotFound. Where the
// customer was erased the order takes its course, and the reason is dropped.
func (s *Orders) Start(ctx context.Context, actor Actor, id string, call Call) (Entry, error) {
	return s.advance(ctx, actor, "orders.start", id, pipeline.OrderExecuting, call)
}

// Complete records that an order was delivered 完成.
func (s *Orders) Complete(ctx context.Context, actor Actor, id string, call Call) (Entry, error) {
	return s.advance(ctx, actor, "orders.complete", id, pipeline.OrderCompleted, call)
}

// Cancel calls an order off, for a reason 取消. Instalments that are open, and the
// opportunity, are left as they are: they are decisions of their own.
func (s *Orders) Cancel(ctx context.Context, actor Actor, id string, call Call) (Entry, error) {
	return s.advance(ctx, actor, "orders.cancel", id, pipeline.OrderCancelled, call)
}

func (s *Orders) advance(ctx context.Context, actor Actor, name, id string, to pipeline.OrderState, call Call) (Entry, error) {
	cmd := command{name: name, actor: actor, subject: Subject{KindOrder, id}, call: call}
	return run(ctx, s.core, cmd, func(ctx context.Context, now time.Time) (draft, Entry, error) {
		order, err := s.get(ctx, actor, id)
		if err != nil {
			return draft{}, Entry{}, err
		}
		if err := order.State.To(to, call.Reason != ""); err != nil {
			return draft{}, Entry{}, err
		}
		call := call
		customer, err := s.core.whose(ctx, order.Customer)
		if err := silently(err, &call); err != nil {
			return draft{}, Entry{}, err
		}
		row := order.row(to.String(), actor, call, later(now, order.Head.Recorded))
		row.From, row.To, order.State = order.State.String(), to.String(), to
		change, err := order.change(row)
		return draft{require: []Expect{customer}, changes: []Change{change}}, order.numbered(row), err
	})
}

// row is a line of the order's journal. Its Contact is the customer, so that its texts
// are cleared with those of the customer, if that is a person.
func (o Order) row(kind string, actor Actor, call Call, now time.Time) Entry {
	return Entry{Journal: JournalOrder, Kind: kind, To: o.State.String(), Contact: o.Customer, Ref: o.Opportunity, Amount: o.Amount.Minor, Currency: o.Amount.Currency,
		Actor: actor.ID, At: effective(call, now), Recorded: now, Reason: call.Reason}
}

func (o Order) numbered(row Entry) Entry {
	row.Subject, row.Seq = Subject{KindOrder, o.ID}, o.Head.Entries+1
	return row.Redacted()
}

// change appends an entry to an order and puts it as it then is.
func (o Order) change(row Entry) (Change, error) {
	subject := Subject{KindOrder, o.ID}
	body, err := json.Marshal(o)
	if err != nil {
		return Change{}, &Error{Subject: subject, Field: "body", Reason: "cannot be written as JSON", Err: ErrInvalid}
	}
	r := Record{Customer: o.Customer, Ref: o.Opportunity, Owner: o.Owner, Path: o.Path, State: o.State.String(), Body: body}
	return Change{subject, o.Head.Version, []Write{Append{row}, PutRecord{r}, Emit{Event{Kind: "order." + row.Kind, At: row.Recorded}}}}, nil
}

func orderOf(r Record) (o Order, err error) {
	if err := json.Unmarshal(r.Body, &o); err != nil {
		return o, &Error{Subject: r.Subject, Field: "body", Reason: "is no order", Err: errors.Join(ErrInvalid, err)}
	}
	o.ID, o.Head, o.Customer, o.Owner, o.Path = r.Subject.ID, r.Head, r.Customer, r.Owner, r.Path
	return o, nil
}

func (s *Orders) get(ctx context.Context, actor Actor, id string) (Order, error) {
	r, err := s.core.visible(ctx, actor, Subject{KindOrder, id})
	if err != nil {
		return Order{}, err
	}
	return orderOf(r)
}

// Get returns an order. ErrNotFound: the actor sees none.
func (s *Orders) Get(ctx context.Context, actor Actor, id string) (Order, error) {
	return read(ctx, s.core, "orders.get", actor, Subject{KindOrder, id}, func() (Order, error) { return s.get(ctx, actor, id) })
}

// OrderFilter narrows a listing of orders; a zero field does not.
type OrderFilter struct {
	After string // only ids greater than this one
	Limit int    // at most so many; 0 for no limit

	Owner       string // staff id
	Customer    string // id
	Opportunity string // id
	State       pipeline.OrderState
}

// List yields the orders that the actor sees, by id.
func (s *Orders) List(ctx context.Context, actor Actor, f OrderFilter) iter.Seq2[Order, error] {
	s.core.observe(ctx, Op{Name: "orders.list", Actor: actor.ID, Attempts: 1})
	return decoded(s.core.store.Records(ctx, RecordFilter{Kind: KindOrder, After: f.After, Limit: f.Limit, Owner: f.Owner, Customer: f.Customer,
		Ref: f.Opportunity, State: f.State.String(), Visible: &actor.Sees}), orderOf)
}

// History yields the journal of an order as it was recorded.
func (s *Orders) History(ctx context.Context, actor Actor, id string) iter.Seq2[Entry, error] {
	subject := Subject{KindOrder, id}
	_, err := s.core.visible(ctx, actor, subject)
	s.core.observe(ctx, Op{Name: "orders.history", Actor: actor.ID, Subject: subject, Attempts: 1, Err: err})
	if err != nil {
		return memory.Failing[Entry](err)
	}
	return s.core.store.Entries(ctx, EntryFilter{Subject: subject, Journal: JournalOrder})
}

// decoded reads each record of a listing.
func decoded[T any](rows iter.Seq2[Record, error], of func(Record) (T, error)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for r, err := range rows {
			var row T
			if err == nil {
				row, err = of(r)
			}
			if !yield(row, err) || err != nil {
				return
			}
		}
	}
}
