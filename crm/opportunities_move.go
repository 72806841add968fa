package crm

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/crm/pipeline"
	"github.com/guanxi-go/guanxi/crm/receivable"
	"github.com/guanxi-go/guanxi/crm/stage"
	"github.com/guanxi-go/guanxi/internal/attempt"
)

// Promotion is a command of [Opportunities].Move.
type Promotion struct {
	Call
	To  string               // id of the stage
	Met []pipeline.Criterion // what is there of the entry criteria, besides what was given before
}

// Move brings an opportunity into another stage 阶段升迁, and returns the entry that was
// appended, without its reason. What was given in Met is remembered. That an amount, a
// closing day, a need or a quote is there, the library knows itself: as the fields amount,
// close and need and the document quote.
//
// Errors: those of [pipeline.Funnel.Move], ErrIncomplete with all criteria that are not
// met; ErrNotFound where the actor sees no such opportunity; ErrForgotten where the
// customer was erased.
func (s *Opportunities) Move(ctx context.Context, actor Actor, id string, p Promotion) (Entry, error) {
	return s.move(ctx, actor, "opportunities.move", id, p.Call, []any{p.To, p.Met}, func(*Opportunity) (pipeline.Move, error) {
		return pipeline.Move{To: p.To, Met: p.Met}, nil
	})
}

// Losing is a command of [Opportunities].Lose.
type Losing struct {
	Call
	Loss       pipeline.LossReason
	Competitor string // id of who won it instead, where that is known
}

// Lose closes an opportunity that will not come 丢单, also of a customer who was
// forgotten; the reason is then dropped. Errors are those of Move; ErrIncomplete without
// a reason code.
func (s *Opportunities) Lose(ctx context.Context, actor Actor, id string, l Losing) (Entry, error) {
	return s.end(ctx, actor, "opportunities.lose", id, l.Call, []any{l.Loss, l.Competitor}, func(o *Opportunity) (pipeline.Move, error) {
		o.Loss, o.Competitor = l.Loss, l.Competitor
		return pipeline.Move{To: s.core.stageOf(pipeline.Lost), Loss: l.Loss, Competitor: l.Competitor}, nil
	})
}

// Hold lays an opportunity aside until an instant, the zero time for no known one 搁置. It
// goes on by Move. A reason is needed: ErrIncomplete. ErrTransition where the process
// does not know that, or the opportunity is not open.
func (s *Opportunities) Hold(ctx context.Context, actor Actor, id string, until time.Time, call Call) (Entry, error) {
	until = Instant(until)
	return s.move(ctx, actor, "opportunities.hold", id, call, until, func(o *Opportunity) (pipeline.Move, error) {
		o.Next = until
		to := s.core.stageOf(pipeline.OnHold)
		if to == "" {
			return pipeline.Move{}, &Error{Subject: Subject{KindOpportunity, id}, Reason: "the process lays nothing aside", Err: ErrTransition}
		}
		return pipeline.Move{To: to}, o.Expectation.check(Subject{KindOpportunity, id})
	})
}

// Reopen opens an opportunity again that was won or lost, in the open stage in which it
// was last 重启. A reason is needed: ErrIncomplete. ErrTransition where it is not closed,
// or was closed longer ago than the process allows.
func (s *Opportunities) Reopen(ctx context.Context, actor Actor, id string, call Call) (Entry, error) {
	return s.move(ctx, actor, "opportunities.reopen", id, call, nil, func(o *Opportunity) (pipeline.Move, error) {
		if !o.closed() {
			return pipeline.Move{}, &Error{Subject: Subject{KindOpportunity, id}, Reason: "is not closed", Err: ErrTransition}
		}
		o.Order, o.Loss, o.Competitor = "", 0, ""
		return pipeline.Move{To: o.Last}, nil
	})
}

// Edit changes what is expected of an opportunity 修改. decide gets what is expected, and
// may be called again after a conflict; the same key stands for the same change, whatever
// decide does. ErrTransition where the opportunity is closed; ErrInvalid for what cannot
// be expected; and decide's own error.
func (s *Opportunities) Edit(ctx context.Context, actor Actor, id string, call Call, decide func(*Expectation) error) (Entry, error) {
	return s.change(ctx, actor, "opportunities.edit", id, call, nil, func(o *Opportunity, row Entry) (Entry, error) {
		if err := o.beOpen(); err != nil {
			return Entry{}, err
		}
		was := o.Expectation
		if err := decide(&o.Expectation); err != nil {
			return Entry{}, attempt.Ended(err)
		}
		o.Next = Instant(o.Next)
		row.Kind, row.Amount, row.Currency = opportunityEdited, o.Amount.Minor, o.Amount.Currency
		row.Data, _ = json.Marshal(opportunityEdit{was, o.Expectation})
		return row, o.Expectation.check(Subject{KindOpportunity, id})
	})
}

// opportunityEdit is the Data of an edited entry.
type opportunityEdit struct {
	Was Expectation `json:"was"`
	Now Expectation `json:"now"`
}

// change runs a command that leaves the stage as it is.
func (s *Opportunities) change(ctx context.Context, actor Actor, name, id string, call Call, input any,
	decide func(o *Opportunity, row Entry) (Entry, error)) (Entry, error) {
	cmd := command{name: name, actor: actor, subject: Subject{KindOpportunity, id}, call: call, input: input}
	return run(ctx, s.core, cmd, func(ctx context.Context, now time.Time) (draft, Entry, error) {
		o, customer, err := s.standing(ctx, actor, id)
		if err != nil {
			return draft{}, Entry{}, err
		}
		row, err := decide(&o, o.row("", actor, call, later(now, o.Head.Recorded)))
		if err != nil {
			return draft{}, Entry{}, err
		}
		change, err := s.core.opportunityChange(o, row)
		return draft{require: []Expect{customer}, changes: []Change{change}}, o.numbered(row), err
	})
}

// move runs a command that moves an opportunity from stage to stage.
func (s *Opportunities) move(ctx context.Context, actor Actor, name, id string, call Call, input any,
	plan func(o *Opportunity) (pipeline.Move, error)) (Entry, error) {
	return s.moving(ctx, actor, name, id, call, input, false, plan)
}

// end is move for what may also be done after the customer was forgotten.
func (s *Opportunities) end(ctx context.Context, actor Actor, name, id string, call Call, input any,
	plan func(o *Opportunity) (pipeline.Move, error)) (Entry, error) {
	return s.moving(ctx, actor, name, id, call, input, true, plan)
}

func (s *Opportunities) moving(ctx context.Context, actor Actor, name, id string, call Call, input any, ends bool,
	plan func(o *Opportunity) (pipeline.Move, error)) (Entry, error) {
	cmd := command{name: name, actor: actor, subject: Subject{KindOpportunity, id}, call: call, input: input}
	return run(ctx, s.core, cmd, func(ctx context.Context, now time.Time) (draft, Entry, error) {
		call := call
		o, customer, err := s.standing(ctx, actor, id)
		if ends {
			err = silently(err, &call)
		}
		if err != nil {
			return draft{}, Entry{}, err
		}
		m, err := plan(&o)
		if err != nil {
			return draft{}, Entry{}, err
		}
		row, err := s.core.moveOpportunity(ctx, actor, &o, m, call, later(now, o.Head.Recorded))
		if err != nil {
			return draft{}, Entry{}, err
		}
		change, err := s.core.opportunityChange(o, row)
		return draft{require: []Expect{customer}, changes: []Change{change}}, o.numbered(row), err
	})
}

// silently lets a command end the work about somebody who was forgotten: nothing is said
// about the person any more.
func silently(err error, call *Call) error {
	if errors.Is(err, ErrForgotten) {
		call.Reason = ""
		return nil
	}
	return err
}

// standing returns an opportunity that the actor sees, and its customer as the commit
// is to find it.
func (s *Opportunities) standing(ctx context.Context, actor Actor, id string) (Opportunity, Expect, error) {
	r, err := s.core.visible(ctx, actor, Subject{KindOpportunity, id})
	if err != nil {
		return Opportunity{}, Expect{}, err
	}
	o, err := opportunityOf(r)
	if err != nil {
		return o, Expect{}, err
	}
	customer, err := s.core.whose(ctx, o.Customer)
	return o, customer, err
}

// moveOpportunity decides over a move, and brings o into the stage.
func (c *core) moveOpportunity(ctx context.Context, actor Actor, o *Opportunity, m pipeline.Move, call Call, now time.Time) (Entry, error) {
	if err := criteria(Subject{KindOpportunity, o.ID}, m.Met); err != nil {
		return Entry{}, err
	}
	quotes, err := (&Quotes{c}).of(ctx, RecordFilter{Kind: KindQuote, Ref: o.ID})
	if err != nil {
		return Entry{}, err
	}
	journal, err := c.stagesOf(ctx, o.ID, o.Head.Entries)
	if err != nil {
		return Entry{}, err
	}
	given := m.Met
	m.Met = o.evidence(given, quotes)
	m.Now, m.At, m.Actor, m.Reason = now, Instant(call.At), actor.ID, call.Reason
	entry, err := c.funnel.Move(journal, m)
	if err != nil {
		return Entry{}, err
	}
	row := o.row(opportunityMoved, actor, call, now)
	row.From, row.To, row.At, row.Ref = entry.From, entry.To, entry.At, m.Order
	row.Data, _ = json.Marshal(opportunityMarks{Loss: m.Loss, Competitor: m.Competitor, Met: given})
	o.enter(c.funnel, entry, given)
	return row, nil
}

// opportunityMarks are the codes of a move that have no field in an [Entry].
type opportunityMarks struct {
	Loss       pipeline.LossReason  `json:"loss,omitzero"`
	Competitor string               `json:"competitor,omitzero"`
	Met        []pipeline.Criterion `json:"met,omitempty"`
}

// enter brings o into the stage of a journal entry.
func (o *Opportunity) enter(f *pipeline.Funnel, e stage.Entry[string], met []pipeline.Criterion) {
	s, _ := f.Stage(e.To)
	o.Stage, o.Type, o.Since = e.To, s.Type, e.At
	if s.Type == pipeline.Open {
		o.Last = e.To
		if o.Furthest == "" || f.Before(o.Furthest, e.To) {
			o.Furthest = e.To
		}
	}
	for _, m := range met {
		if !slices.Contains(o.Met, m) {
			o.Met = append(o.Met, m)
		}
	}
	slices.SortFunc(o.Met, func(a, b pipeline.Criterion) int { return strings.Compare(a.String(), b.String()) })
}

// row is a line of the opportunity's journal. Its Contact is the customer, so that its
// texts are cleared with those of the customer, if that is a person.
func (o Opportunity) row(kind string, actor Actor, call Call, now time.Time) Entry {
	return Entry{Journal: JournalOpportunity, Kind: kind, Contact: o.Customer, Amount: o.Amount.Minor, Currency: o.Amount.Currency,
		Actor: actor.ID, At: effective(call, now), Recorded: now, Reason: call.Reason}
}

// numbered returns a row as the store will number it, without its texts.
func (o Opportunity) numbered(row Entry) Entry {
	row.Subject, row.Seq = Subject{KindOpportunity, o.ID}, o.Head.Entries+1
	return row.Redacted()
}

// stagesOf returns the journal of an opportunity's stages.
func (c *core) stagesOf(ctx context.Context, id string, until uint64) ([]stage.Entry[string], error) {
	var journal []stage.Entry[string]
	for row, err := range c.store.Entries(ctx, EntryFilter{Subject: Subject{KindOpportunity, id}, Journal: JournalOpportunity}) {
		if err != nil {
			return nil, err
		}
		if row.Seq > until { // appended meanwhile: the commit will be a conflict
			break
		}
		if e, ok := stageEntry(row); ok {
			journal = append(journal, e)
		}
	}
	return journal, nil
}

// stageEntry reads a line that says into which stage an opportunity came.
func stageEntry(row Entry) (stage.Entry[string], bool) {
	return stage.Entry[string]{From: row.From, To: row.To, At: row.At, Recorded: row.Recorded, Actor: row.Actor},
		row.Kind == opportunityOpened || row.Kind == opportunityMoved
}

// Winning is a command of [Opportunities].Win.
type Winning struct {
	Call
	// Order is the id of a drafted order of this opportunity, or of the order that is
	// made; "" for one that is made with an id of its own.
	Order string
	// Amount and Terms are those of an order that is made: no amount is the
	// opportunity's, no terms are no plan of payments.
	Amount money.Amount
	Terms  []receivable.Term
	On     calendar.Day         // when it was signed; zero is the day of the command
	Met    []pipeline.Criterion // what is there of the criteria of the won stage
}

// Won is what [Opportunities].Win made.
type Won struct {
	Order       string   `json:"order"`
	Instalments []string `json:"instalments,omitempty"` // ids
}

// Win signs an order and closes the opportunity as won, all in one commit 赢单: with the
// order, its plan of payments and the stage, or without any of them. Nothing else moves:
// where the customer stands is a decision of its own.
//
// Errors: those of [Opportunities].Move and [Orders].Sign; ErrTransition where the order
// is signed already.
func (s *Opportunities) Win(ctx context.Context, actor Actor, id string, w Winning) (Won, error) {
	cmd := command{name: "opportunities.win", actor: actor, subject: Subject{KindOpportunity, id}, call: w.Call,
		input: []any{w.Order, w.Amount, w.Terms, w.On, w.Met}}
	made := w.Order
	if made == "" {
		made = s.core.opts.NewID()
	}
	return run(ctx, s.core, cmd, func(ctx context.Context, now time.Time) (draft, Won, error) {
		o, customer, err := s.standing(ctx, actor, id)
		if err != nil {
			return draft{}, Won{}, err
		}
		orders := &Orders{s.core}
		order, err := orders.get(ctx, actor, made)
		if errors.Is(err, ErrNotFound) {
			order, err = s.core.newOrder(ctx, actor, NewOrder{Call: w.Call, ID: made, Customer: o.Customer, Opportunity: id, Amount: w.Amount, Terms: w.Terms}, o, now)
		}
		if err == nil && order.Opportunity != id {
			err = &Error{Subject: Subject{KindOrder, made}, Field: "opportunity", Reason: "is another", Err: ErrInvalid}
		}
		if err != nil {
			return draft{}, Won{}, err
		}
		d, instalments, _, err := orders.signing(ctx, actor, order, &o, customer, Signing{Call: w.Call, On: w.On, Met: w.Met}, now)
		return d, Won{made, instalments}, err
	})
}
