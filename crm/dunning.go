package crm

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"iter"
	"slices"
	"strconv"
	"time"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/crm/receivable"
	"github.com/guanxi-go/guanxi/internal/memory"
)

// Dun is a reminder that is to be sent 待催款.
type Dun struct {
	Instalment
	Firing receivable.Firing // the step, its day, who acts, and what to ask for
}

// Finding returns the reminder as RCV-DUNNING about the instalment.
func (d Dun) Finding(asOf calendar.Day) finding.Finding {
	return d.Firing.Finding(d.Debt, d.Currency, asOf)
}

// Dunning yields what customers are to be reminded of as of a day, of the instalments
// that the actor sees, in byte order of id 待催款清单: of each instalment the highest step
// of Options.Dunning that is reached and was not taken. staff narrows it to what one
// colleague collects, "" does not; the zero day is today. The cost is that of the
// instalments that are due, or soon will be.
func (s *Receivables) Dunning(ctx context.Context, actor Actor, staff string, asOf calendar.Day) iter.Seq2[Dun, error] {
	if asOf.IsZero() {
		asOf = s.core.dayOf(s.core.now())
	}
	rules := s.core.dunning()
	if err := errors.Join(rules.Validate(), checkDay(asOf)); err != nil {
		return memory.Failing[Dun](err)
	}
	ahead := calendar.Day(max(0, -rules.Steps[0].Days))
	due := s.list(ctx, "receivables.dunning", actor, RecordFilter{Owner: staff, DueBefore: s.core.startOf(asOf + ahead + 1)})
	return func(yield func(Dun, error) bool) {
		for i, err := range due {
			var f receivable.Firing
			ok := true
			if err == nil {
				f, ok, err = rules.Next(i.Debt, asOf, s.core.workday)
			}
			if (ok || err != nil) && (!yield(Dun{i, f}, err) || err != nil) {
				return
			}
		}
	}
}

func checkDay(d calendar.Day) error {
	if !d.Valid() {
		return &Error{Field: "as_of", Reason: "is no day", Err: ErrInvalid}
	}
	return nil
}

func (c *core) dunning() receivable.Dunning {
	if len(c.opts.Dunning.Steps) == 0 {
		return receivable.DefaultDunning()
	}
	return c.opts.Dunning
}

// Reminded is what [Receivables].Remind did.
type Reminded struct {
	Step int                 `json:"step"`           // the highest taken by now
	To   receivable.Audience `json:"to,omitzero"`    // who acts
	Sent bool                `json:"sent,omitempty"` // that this command took it, and not an earlier one
}

// Remind takes a step that [Receivables].Dunning named 催款: it is in the journal, and
// the outbox has an event dunning.1, dunning.2, ... for whoever sends the reminder. A
// step that was taken, or one below it, changes nothing.
//
// ErrTransition: the step is not the one to take now, for it is not reached, was
// passed over, a promise is running, or nothing is left to ask for.
func (s *Receivables) Remind(ctx context.Context, actor Actor, instalment string, step int, call Call) (Reminded, error) {
	return changeInstalment(ctx, s.core, actor, "receivables.remind", instalment, step, call, func(i *Instalment, now time.Time) (Entry, []Write, Reminded, error) {
		e := i.entry("reminded", actor, call, now)
		if step > 0 && step <= i.Fired {
			return e, nil, Reminded{Step: i.Fired}, errUnchanged
		}
		f, ok, err := s.core.dunning().Next(i.Debt, s.core.dayOf(e.At), s.core.workday)
		if err == nil && (!ok || f.Step != step) {
			err = &Error{Subject: Subject{KindInstalment, i.ID}, Field: "step", Reason: "is not the one to take now", Err: ErrTransition}
		}
		if err != nil {
			return e, nil, Reminded{}, err
		}
		number := strconv.Itoa(step)
		e.From, e.To, e.Amount = strconv.Itoa(i.Fired), number, f.Minor
		i.Fired = step
		data, err := json.Marshal(dunEvent{i.Customer, i.Order, i.Due, f.To, f.Minor, i.Currency})
		return e, []Write{Emit{Event{Kind: "dunning." + number, At: now, Data: data}}}, Reminded{step, f.To, true}, err
	})
}

// dunEvent is the data of an event dunning.1, dunning.2, ...
type dunEvent struct {
	Customer string              `json:"customer"`
	Order    string              `json:"order"`
	Due      calendar.Day        `json:"due"`
	To       receivable.Audience `json:"to"`
	Minor    int64               `json:"minor"` // what to ask for
	Currency money.Currency      `json:"currency"`
}

// Promise records that the customer said on the day of call.At to pay until the end
// of another 付款承诺: until then no step is taken. Of an instalment two promises count;
// more are recorded and make nobody wait.
func (s *Receivables) Promise(ctx context.Context, actor Actor, instalment string, until calendar.Day, call Call) error {
	_, err := changeInstalment(ctx, s.core, actor, "receivables.promise", instalment, until, call, func(i *Instalment, now time.Time) (Entry, []Write, struct{}, error) {
		e := i.entry("promised", actor, call, now)
		e.To = until.String()
		if i.Outstanding == 0 {
			return e, nil, struct{}{}, &Error{Subject: Subject{KindInstalment, i.ID}, Reason: "is paid", Err: ErrTransition}
		}
		debt, err := i.Debt.Promised(receivable.Promise{Given: s.core.dayOf(e.At), For: until})
		i.Debt = debt
		return e, nil, struct{}{}, err
	})
	return err
}

// Dispute says how much of what is outstanding the customer disputes 争议款: it is not
// asked for; 0 settles the dispute. [receivable.ErrOverAllocation]: less is outstanding.
func (s *Receivables) Dispute(ctx context.Context, actor Actor, instalment string, minor int64, call Call) error {
	_, err := changeInstalment(ctx, s.core, actor, "receivables.dispute", instalment, minor, call, func(i *Instalment, now time.Time) (Entry, []Write, struct{}, error) {
		e := i.entry("disputed", actor, call, now)
		e.From, e.To, e.Amount = strconv.FormatInt(i.Disputed, 10), strconv.FormatInt(minor, 10), minor
		if minor == i.Disputed {
			return e, nil, struct{}{}, errUnchanged
		}
		debt, err := i.Debt.DisputedBy(minor)
		i.Debt = debt
		return e, nil, struct{}{}, err
	})
	return err
}

// errUnchanged says that a command has nothing to do.
var errUnchanged = errors.New("crm: nothing changes")

// changeInstalment runs a command about one instalment: change changes it and returns
// the line of its journal, and what else is to be written.
func changeInstalment[R any](ctx context.Context, c *core, actor Actor, name, id string, input any, call Call,
	change func(i *Instalment, now time.Time) (Entry, []Write, R, error)) (R, error) {
	cmd := command{name: name, actor: actor, subject: Subject{KindInstalment, id}, call: call, input: input}
	return run(ctx, c, cmd, func(ctx context.Context, now time.Time) (draft, R, error) {
		var none R
		r, err := c.visible(ctx, actor, cmd.subject)
		if err != nil {
			return draft{}, none, err
		}
		i, err := instalmentOf(r)
		if err != nil {
			return draft{}, none, err
		}
		reason, unforgotten, err := c.about(ctx, i.Customer, call.Reason)
		if err != nil {
			return draft{}, none, err
		}
		e, more, result, err := change(&i, later(now, r.Head.Recorded))
		if errors.Is(err, errUnchanged) {
			return draft{}, result, nil
		}
		if err != nil {
			return draft{}, none, err
		}
		e.Reason = reason
		moved, err := c.instalmentChange(i, r.Head, e)
		moved.Writes = append(moved.Writes, more...)
		return draft{unforgotten, []Change{moved}}, result, err
	})
}

// Aged is what is outstanding in one currency by how late it is 账龄分析.
type Aged struct {
	Currency  money.Currency
	Total     receivable.Ageing
	Customers []receivable.Ageing // who owes something or has prepaid money, in byte order of id
}

// AgeingOptions are the choices of [Receivables].Ageing. The zero value is the default.
type AgeingOptions struct {
	// Net sets prepaid money off against what its customer owes in the same currency, the
	// oldest first; see [receivable.AgeingOptions]. Nothing is paid by it: that is
	// [Receivables].Use.
	Net bool
}

// Ageing sorts what is outstanding of the instalments that the actor sees by how late
// it is as of a day, by currency 账龄分析; the zero day is today. What it goes by is what is
// outstanding now: for what was paid since another day, see [Receivables].Payments. Prepaid
// money is that of the customers whom the actor sees; with Net it is set off against those
// of their instalments that the actor sees. Paid instalments are not read. An instalment
// that somebody disputes, or whose dispute is settled, while the report is made may be
// missing from it.
//
// Errors: those of [receivable.Age].
func (s *Receivables) Ageing(ctx context.Context, actor Actor, asOf calendar.Day, opts AgeingOptions) ([]Aged, error) {
	return read(ctx, s.core, "receivables.ageing", actor, Subject{}, func() ([]Aged, error) {
		if asOf.IsZero() {
			asOf = s.core.dayOf(s.core.now())
		}
		items, err := s.outstanding(ctx, actor)
		if err != nil {
			return nil, err
		}
		prepaid, err := s.prepaid(ctx, actor)
		if err != nil {
			return nil, err
		}
		for currency := range prepaid {
			items[currency] = append(items[currency], receivable.Item{}) // nothing outstanding, which is in nothing
		}
		list := make([]Aged, 0, len(items))
		for currency, of := range items {
			a, by := Aged{Currency: currency}, receivable.AgeingOptions{Prepaid: prepaid[currency], Net: opts.Net}
			if a.Total, err = receivable.Age(of, asOf, by); err != nil {
				return nil, err
			}
			if a.Customers, err = receivable.AgeByCustomer(of, asOf, by); err != nil {
				return nil, err
			}
			list = append(list, a)
		}
		slices.SortFunc(list, func(a, b Aged) int { return cmp.Compare(a.Currency, b.Currency) })
		return list, nil
	})
}

// outstanding lists what is not paid, by currency, each instalment once.
func (s *Receivables) outstanding(ctx context.Context, actor Actor) (map[money.Currency][]receivable.Item, error) {
	items, seen := map[money.Currency][]receivable.Item{}, map[string]bool{}
	for _, state := range []string{InstalmentWaiting, InstalmentOpen, InstalmentDisputed} {
		filter := RecordFilter{Kind: KindInstalment, State: state, Visible: &actor.Sees}
		for r, err := range s.core.store.Records(ctx, filter) {
			if err != nil {
				return nil, err
			}
			if seen[r.Subject.ID] {
				continue
			}
			seen[r.Subject.ID] = true
			i, err := instalmentOf(r)
			if err != nil {
				return nil, err
			}
			items[i.Currency] = append(items[i.Currency], i.Item)
		}
	}
	return items, nil
}

// prepaid returns the prepaid money of the customers whom the actor sees, by currency and
// customer.
func (s *Receivables) prepaid(ctx context.Context, actor Actor) (map[money.Currency]map[string]int64, error) {
	found := map[money.Currency]map[string]int64{}
	for r, err := range s.core.store.Records(ctx, RecordFilter{Kind: KindAccount, State: accountPrepaid}) {
		if err != nil {
			return nil, err
		}
		if _, err := s.core.customer(ctx, actor, r.Customer); errors.Is(err, ErrNotFound) {
			continue
		} else if err != nil {
			return nil, err
		}
		var body accountBody
		if err := json.Unmarshal(r.Body, &body); err != nil {
			return nil, &Error{Subject: r.Subject, Field: "body", Reason: "is no account", Err: errors.Join(ErrInvalid, err)}
		}
		if found[body.Currency] == nil {
			found[body.Currency] = map[string]int64{}
		}
		found[body.Currency][r.Customer] = body.Prepaid
	}
	return found, nil
}
