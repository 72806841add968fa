package crm

import (
	"context"
	"encoding/json"
	"errors"
	"iter"
	"maps"
	"slices"
	"time"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/crm/owner"
	"github.com/guanxi-go/guanxi/crm/receivable"
	"github.com/guanxi-go/guanxi/internal/memory"
)

// KindAccount is what a customer owes and has paid in one currency 往来账户.
const KindAccount Kind = "account"

const (
	JournalInstalment Journal = "instalment" // what became of a part of a price, beside payments 回款计划
	JournalAccount    Journal = "account"    // what a customer paid 收款记录
)

// The states that instalments are listed by.
const (
	InstalmentOpen     = "open"     // its day is known, something is outstanding 待收
	InstalmentWaiting  = "waiting"  // for its event 待节点
	InstalmentDisputed = "disputed" // at least in part 有争议
	InstalmentPaid     = "paid"     // or given up: nothing is outstanding 已结清
)

// Receivables says who owes us how much, and since when, and collects it (应收款).
// What is decided is package receivable's; days are those of Options.Calendar.
//
// An instalment is a record of its own, listed by who collects it, customer, order,
// state and the instant at which its due day begins. What a customer pays in a
// currency is the journal of one account, so payments that come in at once are
// allocated one after the other.
type Receivables struct{ core *core }

// Instalment is a part of an order's price as it stands 回款期次.
type Instalment struct {
	receivable.Debt
	Currency money.Currency `json:"currency"`
	Owner    string         `json:"-"` // staff id of who collects it
	Path     string         `json:"-"` // of the owner's unit
	State    string         `json:"-"`
}

// Amount returns what is outstanding.
func (i Instalment) Amount() money.Amount {
	return money.Amount{Minor: i.Outstanding, Currency: i.Currency}
}

// PaymentPlan is a command of [Receivables].Plan.
type PaymentPlan struct {
	Call
	Order     string            // id of the order or contract, up to 250 bytes
	Customer  string            // id
	Price     money.Amount      // above or at 0
	Terms     []receivable.Term // shares sum to 1
	Signed    calendar.Day      // when the contract was signed: from it on run the terms that wait for that; zero for not yet
	Collector owner.Staff       // who collects; the zero Staff is who looks after the customer
}

// Planned is what [Receivables].Plan made.
type Planned struct {
	Instalments []string `json:"instalments"` // ids
}

// Plan cuts the price of an order into instalments, all in one commit 制定回款计划.
//
// Errors: those of [receivable.Plan], ErrInvalid above all; ErrDuplicate where the order
// has a plan; ErrIncomplete where nobody collects; ErrForbidden where who should has
// left; ErrNotFound where the actor sees no such customer.
func (s *Receivables) Plan(ctx context.Context, actor Actor, p PaymentPlan) (Planned, error) {
	cmd := command{name: "receivables.plan", actor: actor, subject: Subject{KindInstalment, p.Order + "/1"}, call: p.Call,
		input: []any{p.Customer, p.Price, p.Terms, p.Signed, p.Collector.ID, p.Collector.Path}}
	return run(ctx, s.core, cmd, func(ctx context.Context, now time.Time) (draft, Planned, error) {
		// Before who collects is read: it is that of the customer, where nobody is named.
		customer, err := s.core.living(ctx, actor, p.Customer)
		if err != nil {
			return draft{}, Planned{}, err
		}
		changes, collector, err := s.core.planInstalments(ctx, actor, p, now)
		if err != nil {
			return draft{}, Planned{}, err
		}
		guard, err := s.core.giving(ctx, collector)
		if err != nil {
			return draft{}, Planned{}, err
		}
		var done Planned
		for _, c := range changes {
			done.Instalments = append(done.Instalments, c.Subject.ID)
			planned := c.Writes[0].(Append)
			planned.Entry.Reason = p.Reason
			c.Writes[0] = planned
		}
		return draft{[]Expect{{Subject{KindCustomer, p.Customer}, customer.Head.Version}}, append(changes, guard)}, done, nil
	})
}

// planInstalments returns the changes that make the instalments of a plan, each with its
// entry first and without a reason, and the colleague who gets them, whose guard is the
// caller's to move.
func (c *core) planInstalments(ctx context.Context, actor Actor, p PaymentPlan, now time.Time) ([]Change, string, error) {
	customer, err := c.living(ctx, actor, p.Customer)
	if err != nil {
		return nil, "", err
	}
	holding := customer.Standing.Holding
	collector, path := p.Collector.ID, p.Collector.Path
	if collector == "" {
		collector, path = holding.Owner, holding.Path
	}
	if collector == "" {
		return nil, "", &Error{Subject: Subject{KindCustomer, p.Customer}, Field: "collector", Reason: "nobody collects", Err: ErrIncomplete}
	}
	plan, err := receivable.Plan(p.Order, p.Customer, p.Price, p.Terms)
	if err != nil {
		return nil, "", err
	}
	changes := make([]Change, len(plan))
	for n, part := range plan {
		if part.Event == receivable.Signing && !p.Signed.IsZero() {
			part = part.Happened(p.Signed)
		}
		i := Instalment{Debt: receivable.Debt{Item: receivable.Item{Instalment: part, Outstanding: part.Minor}},
			Currency: p.Price.Currency, Owner: collector, Path: path}
		if changes[n], err = c.newInstalment(ctx, actor, i, p.Call, now); err != nil {
			return nil, "", err
		}
	}
	return changes, collector, nil
}

func (c *core) newInstalment(ctx context.Context, actor Actor, i Instalment, call Call, now time.Time) (Change, error) {
	subject := Subject{KindInstalment, i.ID}
	head, err := c.store.Head(ctx, subject)
	if err == nil && head.Version > 0 {
		err = &Error{Subject: subject, Field: "order", Reason: "has a plan", Err: ErrDuplicate}
	}
	if err != nil {
		return Change{}, err
	}
	e := i.entry("planned", actor, call, now)
	e.To, e.Reason = i.dueCode(), ""
	return c.instalmentChange(i, head, e)
}

// dueCode writes from when an instalment is due, for the journal.
func (i Instalment) dueCode() string {
	if i.Due.IsZero() {
		return i.Event.String()
	}
	return i.Due.String()
}

// entry is a line of the instalment's journal.
func (i Instalment) entry(kind string, actor Actor, call Call, now time.Time) Entry {
	return Entry{Journal: JournalInstalment, Kind: kind, Contact: i.Customer, Ref: i.Order, Amount: i.Outstanding, Currency: i.Currency,
		Actor: actor.ID, At: effective(call, now), Recorded: now, Reason: call.Reason}
}

// instalmentChange appends an entry to an instalment and puts it as it then is.
func (c *core) instalmentChange(i Instalment, head Head, e Entry) (Change, error) {
	r, err := c.instalmentRecord(i)
	return Change{Subject{KindInstalment, i.ID}, head.Version, []Write{Append{e}, PutRecord{r},
		Emit{Event{Kind: "instalment." + e.Kind, At: e.Recorded}}}}, err
}

// state says where an instalment stands.
func (i Instalment) state() string {
	switch {
	case i.Outstanding == 0:
		return InstalmentPaid
	case i.Disputed > 0:
		return InstalmentDisputed
	case i.Due.IsZero():
		return InstalmentWaiting
	}
	return InstalmentOpen
}

// instalmentRecord is listed by due only while something is outstanding.
func (c *core) instalmentRecord(i Instalment) (Record, error) {
	r := Record{Customer: i.Customer, Ref: i.Order, Owner: i.Owner, Path: i.Path, State: i.state()}
	if r.State != InstalmentPaid && !i.Due.IsZero() {
		r.Due = c.startOf(i.Due)
	}
	body, err := json.Marshal(i)
	if err != nil {
		return r, &Error{Subject: Subject{KindInstalment, i.ID}, Field: "body", Reason: "cannot be written as JSON", Err: ErrInvalid}
	}
	r.Body = body
	return r, nil
}

func instalmentOf(r Record) (i Instalment, err error) {
	if err := json.Unmarshal(r.Body, &i); err != nil {
		return i, &Error{Subject: r.Subject, Field: "body", Reason: "is no instalment", Err: errors.Join(ErrInvalid, err)}
	}
	i.Owner, i.Path, i.State = r.Owner, r.Path, r.State
	return i, nil
}

// Get returns an instalment.
func (s *Receivables) Get(ctx context.Context, actor Actor, id string) (Instalment, error) {
	subject := Subject{KindInstalment, id}
	return read(ctx, s.core, "receivables.get", actor, subject, func() (Instalment, error) {
		r, err := s.core.visible(ctx, actor, subject)
		if err != nil {
			return Instalment{}, err
		}
		return instalmentOf(r)
	})
}

// Of yields the instalments of an order that the actor sees, in byte order of id.
func (s *Receivables) Of(ctx context.Context, actor Actor, order string) iter.Seq2[Instalment, error] {
	if order == "" {
		return memory.Failing[Instalment](&Error{Field: "order", Reason: "is missing", Err: ErrInvalid})
	}
	return s.list(ctx, "receivables.of", actor, RecordFilter{Ref: order})
}

// By yields the instalments of a customer that the actor sees, paid ones too, in byte
// order of id.
func (s *Receivables) By(ctx context.Context, actor Actor, customer string) iter.Seq2[Instalment, error] {
	if customer == "" {
		return memory.Failing[Instalment](&Error{Field: "customer", Reason: "is missing", Err: ErrInvalid})
	}
	return s.list(ctx, "receivables.by", actor, RecordFilter{Customer: customer})
}

// list yields instalments that the actor sees.
func (s *Receivables) list(ctx context.Context, name string, actor Actor, filter RecordFilter) iter.Seq2[Instalment, error] {
	filter.Kind, filter.Visible = KindInstalment, &actor.Sees
	s.core.observe(ctx, Op{Name: name, Actor: actor.ID, Attempts: 1})
	return func(yield func(Instalment, error) bool) {
		for r, err := range s.core.store.Records(ctx, filter) {
			var i Instalment
			if err == nil {
				i, err = instalmentOf(r)
			}
			if !yield(i, err) || err != nil {
				return
			}
		}
	}
}

// Event records that something happened on a day from which instalments of an order
// run: they are due so many days later 登记节点. Told again with another day, it moves
// them; with the same, it changes nothing. It returns the ids of those that it
// changed.
//
// ErrNotFound: the actor sees no instalment of the order that waits or waited for the
// event.
func (s *Receivables) Event(ctx context.Context, actor Actor, order string, event receivable.Event, on calendar.Day, call Call) ([]string, error) {
	cmd := command{name: "receivables.event", actor: actor, subject: Subject{KindOrder, order}, call: call, input: []any{event, on}}
	return run(ctx, s.core, cmd, func(ctx context.Context, now time.Time) (d draft, changed []string, err error) {
		if !event.Valid() || !on.Valid() {
			return d, nil, &Error{Subject: cmd.subject, Field: "event", Reason: "or its day is unknown", Err: ErrInvalid}
		}
		met, unforgotten := false, map[Subject]Expect{}
		for r, err := range s.core.store.Records(ctx, RecordFilter{Kind: KindInstalment, Ref: order, Visible: &actor.Sees}) {
			if err != nil {
				return draft{}, nil, err
			}
			i, err := instalmentOf(r)
			if err != nil {
				return draft{}, nil, err
			}
			if i.Event != event {
				continue
			}
			met = true
			e := i.entry("due", actor, call, later(now, r.Head.Recorded))
			e.From = i.dueCode()
			i.Instalment = i.Happened(on)
			if e.To = i.dueCode(); e.To == e.From {
				continue
			}
			reason, require, err := s.core.about(ctx, i.Customer, call.Reason)
			if err != nil {
				return draft{}, nil, err
			}
			e.Reason = reason
			for _, expect := range require {
				unforgotten[expect.Subject] = expect
			}
			change, err := s.core.instalmentChange(i, r.Head, e)
			if err != nil {
				return draft{}, nil, err
			}
			d.changes = append(d.changes, change)
			changed = append(changed, i.ID)
		}
		if !met {
			return draft{}, nil, &Error{Subject: cmd.subject, Field: "event", Reason: "no instalment waits for it", Err: ErrNotFound}
		}
		for _, customer := range slices.SortedFunc(maps.Keys(unforgotten), Subject.Compare) {
			d.require = append(d.require, unforgotten[customer])
		}
		return d, changed, nil
	})
}
