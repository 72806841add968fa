package crm

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/crm/receivable"
	"github.com/guanxi-go/guanxi/internal/attempt"
)

// Payment is a command of [Receivables]: money that moved, or was given up.
type Payment struct {
	Call
	// ID is of the entry in the account, such as the number of the bank's line; "" makes
	// one. The same id twice is ErrDuplicate, so a line of the bank that is read twice
	// counts once.
	ID string
	// On is the day of value: when the money moved; zero is the day of Call.At, or today.
	On     calendar.Day
	Amount money.Amount          // above 0; Reverse: zero with its currency is all that is left
	By     receivable.Allocation // Receive, Apply, WriteOff: which instalments it is for; the zero value is the one that is due first
	Target string                // Reverse: id of the entry that was wrong
	Ref    string                // id of the bank's line, approval or contract behind it
	Code   string                // the reason as a code of the host's list
}

// Posted is what a command about money appended to the account: ids and amounts.
type Posted struct {
	Entry       receivable.Entry `json:"entry"` // without its reason
	Currency    money.Currency   `json:"currency"`
	Outstanding int64            `json:"outstanding"` // of the customer's instalments, after it
	Prepaid     int64            `json:"prepaid"`     // paid for no instalment, after it
}

// Receive records money that came in for instalments 回款. What is left over becomes
// prepaid: what is allocated and what is left over sum to the payment.
//
// The commands about money append to the account of the customer in the amount's
// currency, together with the instalments whose outstanding part changed, in one commit.
// Their errors are those of the method of [receivable.Account] with the same name;
// ErrNotFound where the actor sees no such customer.
func (s *Receivables) Receive(ctx context.Context, actor Actor, customer string, p Payment) (Posted, error) {
	return s.post(ctx, actor, "receivables.receive", customer, p, func(a *receivable.Account, act receivable.Act) (receivable.Entry, error) {
		return a.Receive(act, p.Amount, p.By)
	})
}

// Prepay records money that came in for no instalment 预付款.
func (s *Receivables) Prepay(ctx context.Context, actor Actor, customer string, p Payment) (Posted, error) {
	return s.post(ctx, actor, "receivables.prepay", customer, p, func(a *receivable.Account, act receivable.Act) (receivable.Entry, error) {
		return a.Prepay(act, p.Amount)
	})
}

// Apply pays instalments with prepaid money 预付款冲抵.
func (s *Receivables) Apply(ctx context.Context, actor Actor, customer string, p Payment) (Posted, error) {
	return s.post(ctx, actor, "receivables.apply", customer, p, func(a *receivable.Account, act receivable.Act) (receivable.Entry, error) {
		return a.Use(act, p.Amount.Minor, p.By)
	})
}

// Refund gives prepaid money back 退款.
func (s *Receivables) Refund(ctx context.Context, actor Actor, customer string, p Payment) (Posted, error) {
	return s.post(ctx, actor, "receivables.refund", customer, p, func(a *receivable.Account, act receivable.Act) (receivable.Entry, error) {
		return a.Refund(act, p.Amount.Minor)
	})
}

// WriteOff gives instalments up 核销. Who may is what approvals are for: Ref names the
// one behind it.
func (s *Receivables) WriteOff(ctx context.Context, actor Actor, customer string, p Payment) (Posted, error) {
	return s.post(ctx, actor, "receivables.write-off", customer, p, func(a *receivable.Account, act receivable.Act) (receivable.Entry, error) {
		return a.WriteOff(act, p.Amount.Minor, p.By)
	})
}

// Reverse undoes the entry Target, or so much of it 冲销.
func (s *Receivables) Reverse(ctx context.Context, actor Actor, customer string, p Payment) (Posted, error) {
	return s.post(ctx, actor, "receivables.reverse", customer, p, func(a *receivable.Account, act receivable.Act) (receivable.Entry, error) {
		return a.Reverse(act, p.Target, p.Amount.Minor)
	})
}

// Account returns what a customer owes and has paid in a currency, as the fold of the
// journal; an empty one where nothing was planned or paid.
func (s *Receivables) Account(ctx context.Context, actor Actor, customer string, currency money.Currency) (*receivable.Account, error) {
	subject := accountSubject(customer, currency)
	return read(ctx, s.core, "receivables.account", actor, subject, func() (*receivable.Account, error) {
		if _, err := s.core.customer(ctx, actor, customer); err != nil {
			return nil, err
		}
		book, err := s.core.ledger(ctx, customer, currency)
		return book.account, err
	})
}

// Payments returns the journal of an account, in its order, with the reasons.
func (s *Receivables) Payments(ctx context.Context, actor Actor, customer string, currency money.Currency) ([]receivable.Entry, error) {
	subject := accountSubject(customer, currency)
	return read(ctx, s.core, "receivables.payments", actor, subject, func() ([]receivable.Entry, error) {
		if _, err := s.core.customer(ctx, actor, customer); err != nil {
			return nil, err
		}
		return s.core.payments(ctx, subject)
	})
}

func accountSubject(customer string, currency money.Currency) Subject {
	return Subject{KindAccount, customer + "/" + currency.String()}
}

// ledger is the account of a customer with what it was read from.
type ledger struct {
	head    Head
	account *receivable.Account
	records map[string]Record // of the instalments, by id
}

// ledger reads an account. The head comes first: what is appended meanwhile is then a
// conflict.
func (c *core) ledger(ctx context.Context, customer string, currency money.Currency) (book ledger, err error) {
	subject := accountSubject(customer, currency)
	if book.head, err = c.store.Head(ctx, subject); err != nil {
		return book, err
	}
	// The payments come before the instalments, so that none is for an instalment which
	// was planned in between.
	journal, err := c.payments(ctx, subject)
	if err != nil {
		return book, err
	}
	var parts []receivable.Instalment
	book.records = map[string]Record{}
	for r, err := range c.store.Records(ctx, RecordFilter{Kind: KindInstalment, Customer: customer}) {
		if err != nil {
			return book, err
		}
		i, err := instalmentOf(r)
		if err != nil {
			return book, err
		}
		if i.Currency == currency {
			parts, book.records[i.ID] = append(parts, i.Instalment), r
		}
	}
	book.account, err = receivable.Fold(currency, parts, journal)
	return book, err
}

// payments reads the journal of an account.
func (c *core) payments(ctx context.Context, account Subject) (journal []receivable.Entry, err error) {
	for row, err := range c.store.Entries(ctx, EntryFilter{Subject: account, Journal: JournalAccount}) {
		if err != nil {
			return nil, err
		}
		e, err := paymentOf(row)
		if err != nil {
			return nil, err
		}
		journal = append(journal, e)
	}
	return journal, nil
}

// post decides over an account and commits what follows.
func (s *Receivables) post(ctx context.Context, actor Actor, name, customer string, p Payment,
	decide func(*receivable.Account, receivable.Act) (receivable.Entry, error)) (Posted, error) {
	cmd := command{name: name, actor: actor, subject: accountSubject(customer, p.Amount.Currency), call: p.Call,
		input: []any{p.ID, p.On, p.Amount, p.By, p.Target, p.Ref, p.Code}}
	return run(ctx, s.core, cmd, func(ctx context.Context, now time.Time) (draft, Posted, error) {
		if _, err := s.core.customer(ctx, actor, customer); err != nil {
			return draft{}, Posted{}, err
		}
		reason, unforgotten, err := s.core.about(ctx, customer, p.Reason)
		if err != nil {
			return draft{}, Posted{}, err
		}
		book, err := s.core.ledger(ctx, customer, p.Amount.Currency)
		if err != nil {
			return draft{}, Posted{}, err
		}
		now = later(now, book.head.Recorded)
		act := receivable.Act{ID: p.ID, On: p.On, Recorded: now, Actor: actor.ID, Ref: p.Ref, Code: p.Code, Reason: reason}
		if act.ID == "" {
			act.ID = s.core.opts.NewID()
		}
		if act.On.IsZero() {
			act.On = s.core.dayOf(effective(p.Call, now))
		}
		e, err := decide(book.account, act)
		if err == nil {
			err = book.account.Apply(e)
		}
		if errors.Is(err, receivable.ErrConflict) {
			err = attempt.Ended(err) // the prepaid money was used: no repetition changes that
		}
		if err != nil {
			return draft{}, Posted{}, err
		}
		d, err := s.core.posting(customer, book, e, effective(p.Call, now))
		d.require, e.Reason = unforgotten, ""
		return d, Posted{e, p.Amount.Currency, book.account.Outstanding(), book.account.Prepaid()}, err
	})
}

// accountBody is what the record of an account says beside its journal. What is
// outstanding stands in the instalments.
type accountBody struct {
	Prepaid  int64          `json:"prepaid"`
	Currency money.Currency `json:"currency"`
}

// accountPrepaid is the state of an account that has prepaid money; of others it is "".
const accountPrepaid = "prepaid"

// posting returns the changes of an entry that the account has taken in: of the account
// and of each instalment of its lines.
func (c *core) posting(customer string, book ledger, e receivable.Entry, at time.Time) (d draft, err error) {
	a := book.account
	body, err := json.Marshal(accountBody{a.Prepaid(), a.Currency()})
	if err != nil {
		return d, err
	}
	account := Record{Customer: customer, Ref: a.Currency().String(), Body: body}
	if a.Prepaid() > 0 {
		account.State = accountPrepaid
	}
	row := paymentRow(customer, a.Currency(), e, at)
	d.changes = []Change{{accountSubject(customer, a.Currency()), book.head.Version, []Write{Append{row},
		PutRecord{account}, Emit{Event{Kind: "account." + row.Kind, At: e.Recorded}}}}}
	outstanding := map[string]int64{}
	for _, it := range a.Items() {
		outstanding[it.ID] = it.Outstanding
	}
	for _, line := range e.Lines {
		r := book.records[line.Instalment]
		i, err := instalmentOf(r)
		if err != nil {
			return draft{}, err
		}
		i.Outstanding = outstanding[i.ID]
		i.Disputed = min(i.Disputed, i.Outstanding)
		put, err := c.instalmentRecord(i)
		if err != nil {
			return draft{}, err
		}
		writes := []Write{PutRecord{put}}
		if put.State == InstalmentPaid {
			writes = append(writes, Emit{Event{Kind: "instalment.paid", At: e.Recorded}})
		}
		d.changes = append(d.changes, Change{r.Subject, r.Head.Version, writes})
	}
	return d, nil
}

// paymentMarks are the parts of an account's entry that have no field in an [Entry].
type paymentMarks struct {
	ID      string            `json:"id"`
	On      calendar.Day      `json:"on"`
	Code    string            `json:"code,omitzero"`
	Lines   []receivable.Line `json:"lines,omitempty"`
	Surplus int64             `json:"surplus,omitzero"`
}

func paymentRow(customer string, currency money.Currency, e receivable.Entry, at time.Time) Entry {
	row := Entry{Journal: JournalAccount, Kind: e.Kind.String(), From: e.Target, Contact: customer, Ref: e.Ref,
		Amount: e.Minor, Currency: currency, Actor: e.Actor, At: at, Recorded: e.Recorded, Reason: e.Reason}
	row.Data, _ = json.Marshal(paymentMarks{e.ID, e.On, e.Code, e.Lines, e.Surplus})
	return row
}

func paymentOf(row Entry) (receivable.Entry, error) {
	var kind receivable.Kind
	var m paymentMarks
	if err := errors.Join(kind.UnmarshalText([]byte(row.Kind)), json.Unmarshal(row.Data, &m)); err != nil {
		return receivable.Entry{}, &Error{Subject: row.Subject, Field: "account", Reason: "is no entry of this journal", Err: errors.Join(ErrInvalid, err)}
	}
	return receivable.Entry{Act: receivable.Act{ID: m.ID, On: m.On, Recorded: row.Recorded, Actor: row.Actor, Ref: row.Ref, Code: m.Code, Reason: row.Reason},
		Kind: kind, Minor: row.Amount, Lines: m.Lines, Target: row.From, Surplus: m.Surplus}, nil
}
