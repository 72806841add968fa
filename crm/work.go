package crm

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/guanxi-go/guanxi/crm/owner"
)

// The kinds of daily work that a colleague owns beside customers. A command that
// makes one of them a colleague's own moves that colleague's guard, and
// [Owners].TransferAll hands all of them over.
const (
	KindLead        Kind = "lead"        // somebody who may become a customer 线索
	KindOpportunity Kind = "opportunity" // something that may become an order 销售机会
	KindQuote       Kind = "quote"       // an offer 报价
	KindOrder       Kind = "order"       // what was agreed 订单
	KindInstalment  Kind = "instalment"  // a part of an order's price, to be collected 回款计划期次
	KindReminder    Kind = "reminder"    // what somebody is to be reminded of 提醒
	KindAppointment Kind = "appointment" // a call, visit or meeting 日程
	KindBid         Kind = "bid"         // our part in a tender 投标
	KindResponse    Kind = "response"    // a requirement of a tender, to be answered by somebody 招标响应
	KindCareTask    Kind = "care-task"   // an act of care for a customer 关怀任务
	KindEvent       Kind = "event"       // what is held once or again and again, with participants 事件
)

// workKinds returns the kinds that a leaver hands over with the customers. Ties are among
// them, and are handed over in a way of their own (see Ties.hand).
func workKinds() []Kind {
	return []Kind{KindLead, KindOpportunity, KindQuote, KindOrder, KindInstalment, KindReminder, KindAppointment, KindBid, KindResponse, KindCareTask, KindEvent, KindTie}
}

// workJournals returns the journals of daily work, and that of owners.
func workJournals() []Journal {
	return []Journal{JournalOwner, JournalAction, JournalLead, JournalOpportunity, JournalQuote, JournalBid, JournalOrder, JournalInstalment, JournalAccount,
		JournalReminder, JournalAppointment, JournalCare, JournalEvent, JournalApproval, JournalRegistration, JournalPolicy, JournalLogin,
		JournalStakeholder, JournalTie, JournalKeyAccount, JournalPenalty}
}

// unfinished returns the filter of what of a kind goes to another: appointments, care and
// events only as long as they are StatePlanned. What is over stays in the diary of who was
// there.
func (k Kind) unfinished() RecordFilter {
	filter := RecordFilter{Kind: k}
	if k == KindAppointment || k == KindCareTask || k == KindEvent {
		filter.State = StatePlanned
	}
	return filter
}

// hasHolding reports whether records of a kind have an ownership of their own, with
// a journal: they are claimed, released and disputed as customers are. The owner of
// the other kinds is a field of the record.
func (k Kind) hasHolding() bool { return k == KindLead || k == KindOpportunity }

// work is the body of a record that has a holding.
type work struct {
	Holding owner.Holding   `json:"holding,omitzero"` // what the owner journal comes to
	Acted   time.Time       `json:"acted,omitzero"`   // the last action that counts; zero for none
	Of      json.RawMessage `json:"of,omitzero"`      // what the service of the kind keeps
}

// workOf reads the body of a record that has a holding.
func workOf(r Record) (w work, err error) {
	if err := json.Unmarshal(r.Body, &w); err != nil {
		return w, &Error{Subject: r.Subject, Field: "body", Reason: "is no work with an owner", Err: errors.Join(ErrInvalid, err)}
	}
	return w, nil
}

// put writes the work into its record, which is listed by the owner, and a lead by
// the pool in which it lies as its Ref.
func (w work) put(r Record) (Record, error) {
	body, err := json.Marshal(w)
	if err != nil {
		return r, &Error{Subject: r.Subject, Field: "body", Reason: "cannot be written as JSON", Err: ErrInvalid}
	}
	r.Owner, r.Path, r.Body = w.Holding.Owner, w.Holding.Path, body
	if r.Subject.Kind == KindLead {
		r.Ref = w.Holding.Pool
	}
	return r, nil
}

// visible returns a record that the actor sees.
func (c *core) visible(ctx context.Context, actor Actor, s Subject) (Record, error) {
	r, err := c.store.Record(ctx, s)
	if err == nil && !actor.Sees.Allows(r.Owner, r.Path) {
		return Record{}, &Error{Subject: s, Err: ErrNotFound}
	}
	return r, err
}

// work returns a record with a holding that the actor sees, and what its body says.
func (c *core) work(ctx context.Context, actor Actor, s Subject) (Record, work, error) {
	r, err := c.visible(ctx, actor, s)
	if err != nil {
		return Record{}, work{}, err
	}
	w, err := workOf(r)
	return r, w, err
}

// held is a customer, or work with a holding, as far as its ownership goes.
type held struct {
	subject  Subject
	head     Head
	holding  owner.Holding
	customer string // whom work is about
	put      func(owner.Holding) (Write, error)
}

// held returns the ownership of a customer or of work that the actor sees.
func (c *core) held(ctx context.Context, actor Actor, s Subject) (held, error) {
	if s.Kind == KindCustomer {
		customer, err := c.living(ctx, actor, s.ID)
		return heldCustomer(customer), err
	}
	r, w, err := c.work(ctx, actor, s)
	return heldWork(r, w), err
}

func heldCustomer(c Customer) held {
	return held{Subject{KindCustomer, c.ID}, c.Head, c.Standing.Holding, "", func(h owner.Holding) (Write, error) {
		standing := c.Standing.Clone()
		standing.Holding = h
		return PutStanding{standing}, nil
	}}
}

func heldWork(r Record, w work) held {
	return held{r.Subject, r.Head, w.Holding, r.Customer, func(h owner.Holding) (Write, error) {
		w.Holding = h
		r, err := w.put(r)
		return PutRecord{r}, err
	}}
}

// change appends an ownership entry to what is held.
func (h held) change(e owner.Entry) (Change, error) {
	holding, err := h.holding.With(e)
	if err != nil {
		return Change{}, err
	}
	return h.become(holding, e)
}

// become appends an ownership entry by which the holding becomes another.
func (h held) become(holding owner.Holding, e owner.Entry) (Change, error) {
	write, err := h.put(holding)
	return dealing(Change{h.subject, h.head.Version, []Write{
		Append{ownerRow(e)}, write, Emit{Event{Kind: "owner." + e.Kind.String(), At: e.Recorded}}}}, h.customer), err
}

// dealing says of every entry of a change that the customer was dealt with, so that its
// texts are cleared with those of the customer, if that is a person.
func dealing(c Change, customer string) Change {
	for i, w := range c.Writes {
		if a, ok := w.(Append); ok && customer != "" {
			a.Entry.Contact = customer
			c.Writes[i] = a
		}
	}
	return c
}

// row returns an ownership entry as the store will number it, without its reason.
func (h held) row(e owner.Entry) Entry {
	row := ownerRow(e)
	row.Subject, row.Seq = h.subject, h.head.Entries+1
	return row.Redacted()
}

// giving returns the move of the guard of a colleague who gets something.
// ErrForbidden: the colleague has left.
func (c *core) giving(ctx context.Context, staff string) (Change, error) {
	guard, err := (&Owners{c}).guard(ctx, staff)
	return Change{Subject: guard.Subject, Expect: guard.Head.Version}, err
}
