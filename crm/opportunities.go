package crm

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"iter"
	"slices"
	"time"

	"github.com/guanxi-go/guanxi/crm/access"
	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/crm/owner"
	"github.com/guanxi-go/guanxi/crm/pipeline"
	"github.com/guanxi-go/guanxi/crm/pipeline/bid"
	"github.com/guanxi-go/guanxi/internal/limit"
	"github.com/guanxi-go/guanxi/internal/memory"
)

// JournalOpportunity is what became of an opportunity: its stages, amounts and days.
const JournalOpportunity Journal = "opportunity" // 商机进展

// The kinds of entries in JournalOpportunity.
const (
	opportunityOpened = "opened"
	opportunityMoved  = "moved"
	opportunityEdited = "edited"
	opportunityActed  = "acted"
)

// Opportunities are what may become orders (销售机会), from stage to stage of
// Options.Process, by the rules of a [pipeline.Funnel]. An opportunity has an owner of
// its own, with a journal and by the rules of Options.Ownership; it is seen by who sees
// its owner.
//
// An opportunity is a record that is listed by owner, customer, stage, the lead that it
// came from (Ref) and the next thing due: what was agreed next, or the end of the day on
// which it is expected to be closed, whichever comes first.
type Opportunities struct{ core *core }

// Expectation is what is expected of an opportunity: what may change at any time.
type Expectation struct {
	Amount   money.Amount      `json:"amount,omitzero"`   // what it brings if it is won; above or at 0
	Close    calendar.Day      `json:"close,omitzero"`    // when it is expected to be closed; zero is not known
	Category pipeline.Category `json:"category,omitzero"` // how sure those are who know it; Closed is not theirs to say
	Next     time.Time         `json:"next,omitzero"`     // when something is to be done next, as agreed; zero for nothing
}

// Opportunity is an opportunity as it stands. It holds ids, codes, amounts and
// instants; its title is in the journal, see [Opportunities].Title.
type Opportunity struct {
	ID       string `json:"-"`
	Head     Head   `json:"-"`
	Customer string `json:"-"`

	Holding owner.Holding `json:"-"` // who looks after it
	Acted   time.Time     `json:"-"` // the last action that counts; zero for none
	Due     time.Time     `json:"-"` // the next thing due; zero for none, as of a closed one

	Expectation
	Line       string               `json:"line,omitzero"`       // code of the product line
	Lead       string               `json:"lead,omitzero"`       // id of the lead that it came from
	Stage      string               `json:"stage"`               // id in the process
	Type       pipeline.Type        `json:"type,omitzero"`       // of the stage
	Since      time.Time            `json:"since"`               // in the stage
	Opened     time.Time            `json:"opened"`              // the first time
	Last       string               `json:"last"`                // the open stage that it is in, or was in last
	Furthest   string               `json:"furthest"`            // the open stage beyond which it never was
	Met        []pipeline.Criterion `json:"met,omitempty"`       // evidence that was given, sorted
	Order      string               `json:"order,omitzero"`      // id of the signed order, of a won one
	Loss       pipeline.LossReason  `json:"loss,omitzero"`       // of a lost one
	Competitor string               `json:"competitor,omitzero"` // id of who won it instead

	Needs       []bid.Need       `json:"needs,omitempty"`       // of the customer, by id
	Solutions   []bid.Solution   `json:"solutions,omitempty"`   // that we offer for them, by id
	Competitors []bid.Competitor `json:"competitors,omitempty"` // who offer too, by id
}

// OpenOpportunity is a command of [Opportunities].Open.
type OpenOpportunity struct {
	Call
	ID       string // "" for one that is made
	Customer string // id
	// Title is what people call it. It may be personal: it stands in the journal only,
	// and is cleared when the customer is forgotten.
	Title string
	Expectation
	Line  string               // code of the product line, where there are several
	Lead  string               // id of the lead that it comes from
	Stage string               // the open stage in which it begins; "" for the first
	Met   []pipeline.Criterion // what is there of the criteria of that stage and those before
	Owner owner.Staff          // gets it
}

// Open opens an opportunity with a customer, gives it to a colleague, and returns its
// id 立项.
//
// Errors: those of [pipeline.Funnel.Move] and of [owner.Policy.Assign]; ErrForbidden
// where the colleague has left; ErrNotFound where the actor sees no such customer;
// ErrForgotten for one who was erased; ErrDuplicate where the id is in use.
func (s *Opportunities) Open(ctx context.Context, actor Actor, o OpenOpportunity) (string, error) {
	cmd := command{name: "opportunities.open", actor: actor, made: o.ID == "", call: o.Call,
		input: []any{o.Customer, o.Title, o.Expectation, o.Line, o.Lead, o.Stage, o.Met, o.Owner.ID, o.Owner.Path}}
	if o.ID == "" {
		o.ID = s.core.opts.NewID()
	}
	cmd.subject = Subject{KindOpportunity, o.ID}
	return run(ctx, s.core, cmd, func(ctx context.Context, now time.Time) (draft, string, error) {
		guard, err := s.core.giving(ctx, o.Owner.ID)
		if err != nil {
			return draft{}, "", err
		}
		customer, err := s.core.living(ctx, actor, o.Customer)
		if err != nil {
			return draft{}, "", err
		}
		change, err := s.core.openOpportunity(ctx, actor, o, later(now, customer.Head.Recorded))
		return draft{require: []Expect{{Subject{KindCustomer, o.Customer}, customer.Head.Version}}, changes: []Change{change, guard}}, o.ID, err
	})
}

// openOpportunity returns the change that makes an opportunity, whose ID is given, and
// gives it to its Owner. The caller has seen the customer, or makes it in the same commit;
// requires that it does not move; and moves the colleague's guard (see giving).
func (c *core) openOpportunity(ctx context.Context, actor Actor, o OpenOpportunity, now time.Time) (Change, error) {
	subject := Subject{KindOpportunity, o.ID}
	if err := cmp.Or(subject.validate(), o.check()); err != nil {
		return Change{}, err
	}
	head, err := c.store.Head(ctx, subject)
	if err == nil && head.Version > 0 {
		err = &Error{Subject: subject, Err: ErrDuplicate}
	}
	if err != nil {
		return Change{}, err
	}
	begun := Opportunity{ID: o.ID, Customer: o.Customer, Expectation: o.Expectation, Line: o.Line, Lead: o.Lead}
	stage := o.Stage
	if stage == "" {
		stage = c.firstStage()
	}
	entry, err := c.funnel.Move(nil, pipeline.Move{To: stage, Now: now, At: Instant(o.At), Actor: actor.ID, Met: begun.evidence(o.Met, nil), Reason: o.Reason})
	if err != nil {
		return Change{}, err
	}
	given, err := c.opts.Ownership.Assign(owner.Holding{}, o.Owner, Terms{Call: o.Call}.act(actor, now))
	if err != nil {
		return Change{}, err
	}
	if begun.Holding, err = (owner.Holding{}).With(given); err != nil {
		return Change{}, err
	}
	begun.enter(c.funnel, entry, o.Met)
	begun.Opened = entry.At
	row := begun.row(opportunityOpened, actor, o.Call, now)
	row.To, row.At, row.Text = stage, entry.At, o.Title
	change, err := c.opportunityChange(begun, ownerRow(given), row)
	return dealing(change, o.Customer), err
}

// check holds what a caller says of a new opportunity against the limits.
func (o OpenOpportunity) check() error {
	subject := Subject{KindOpportunity, o.ID}
	return cmp.Or(o.Expectation.check(subject), short(subject, "line", o.Line), short(subject, "lead", o.Lead), long(subject, "title", o.Title),
		(Subject{KindCustomer, o.Customer}).validate(), criteria(subject, o.Met))
}

func (e Expectation) check(s Subject) error {
	reason := ""
	switch {
	case e.Amount.Minor < 0 || e.Amount.Minor > 0 && (e.Amount.Currency.IsZero() || !e.Amount.Currency.Valid()):
		reason = "amount is below 0, or without currency"
	case !e.Close.IsZero() && !e.Close.Valid():
		reason = "close is no day"
	case !e.Category.Valid() || e.Category == pipeline.Closed:
		reason = "category is unknown, or closed"
	case !limit.IsInstant(Instant(e.Next)):
		reason = "next is not in the years 1 to 9999"
	default:
		return nil
	}
	return &Error{Subject: s, Field: "expectation", Reason: reason, Err: ErrInvalid}
}

func criteria(s Subject, met []pipeline.Criterion) error {
	for _, m := range met {
		if !m.Proof.Valid() || !ValidID(m.Name) {
			return &Error{Subject: s, Field: "met", Reason: "holds a criterion without proof or name", Err: ErrInvalid}
		}
	}
	return nil
}

// newFunnel makes a process ready; the zero one is the ready-made.
func newFunnel(p pipeline.Process) (*pipeline.Funnel, error) {
	if p.Name == "" && len(p.Stages) == 0 {
		p = pipeline.DefaultProcess()
	}
	return pipeline.New(p)
}

// firstStage returns the first open stage of the process.
func (c *core) firstStage() string { return c.stageOf(pipeline.Open) }

// stageOf returns the first stage of a type, "" where the process has none.
func (c *core) stageOf(t pipeline.Type) string {
	for _, s := range c.funnel.Process().Stages {
		if s.Type == t {
			return s.ID
		}
	}
	return ""
}

// opportunityChange appends entries to an opportunity, says what the last of them
// says to other systems, and puts the opportunity as it then is.
func (c *core) opportunityChange(o Opportunity, rows ...Entry) (Change, error) {
	r, err := o.record(c)
	change := Change{Subject: r.Subject, Expect: o.Head.Version}
	for _, row := range rows {
		change.Writes = append(change.Writes, Append{row})
	}
	last := rows[len(rows)-1]
	return Change{change.Subject, change.Expect, append(change.Writes, PutRecord{r},
		Emit{Event{Kind: "opportunity." + last.Kind, At: last.Recorded}})}, err
}

func (o Opportunity) record(c *core) (Record, error) {
	r := Record{Subject: Subject{KindOpportunity, o.ID}, Customer: o.Customer, Ref: o.Lead, State: o.Stage, Due: o.due(c)}
	o.Next = Instant(o.Next)
	of, err := json.Marshal(o)
	if err != nil {
		return r, &Error{Subject: r.Subject, Field: "body", Reason: "cannot be written as JSON", Err: ErrInvalid}
	}
	return work{Holding: o.Holding, Acted: o.Acted, Of: of}.put(r)
}

// due is the next thing due of an opportunity that is not closed.
func (o Opportunity) due(c *core) time.Time {
	if o.closed() {
		return time.Time{}
	}
	due := Instant(o.Next)
	if !o.Close.IsZero() {
		if end := c.startOf(o.Close + 1); due.IsZero() || end.Before(due) {
			due = end
		}
	}
	return due
}

// closed reports whether it was won or lost.
func (o Opportunity) closed() bool { return o.Type == pipeline.Won || o.Type == pipeline.Lost }

func opportunityOf(r Record) (o Opportunity, err error) {
	w, err := workOf(r)
	if err == nil {
		if err = json.Unmarshal(w.Of, &o); err != nil {
			err = &Error{Subject: r.Subject, Field: "body", Reason: "is no opportunity", Err: errors.Join(ErrInvalid, err)}
		}
	}
	o.ID, o.Head, o.Customer, o.Holding, o.Acted, o.Due = r.Subject.ID, r.Head, r.Customer, w.Holding, w.Acted, r.Due
	return o, err
}

// Get returns an opportunity. ErrNotFound: the actor sees none.
func (s *Opportunities) Get(ctx context.Context, actor Actor, id string) (Opportunity, error) {
	subject := Subject{KindOpportunity, id}
	return read(ctx, s.core, "opportunities.get", actor, subject, func() (Opportunity, error) {
		r, err := s.core.visible(ctx, actor, subject)
		if err != nil {
			return Opportunity{}, err
		}
		return opportunityOf(r)
	})
}

// OpportunityFilter narrows a listing of opportunities; a zero field does not.
type OpportunityFilter struct {
	After string // only ids greater than this one
	Limit int    // at most so many; 0 for no limit

	Owner     string    // staff id
	Customer  string    // id
	Lead      string    // id
	Stage     string    // id
	DueBefore time.Time // for which something is due before this instant
	Open      bool      // only those that are in an open stage
	Line      string    // code of the product line
}

func (f OpportunityFilter) records(actor Actor) RecordFilter {
	return RecordFilter{Kind: KindOpportunity, After: f.After, Customer: f.Customer, Ref: f.Lead, Owner: f.Owner, State: f.Stage,
		Visible: &actor.Sees, DueBefore: Instant(f.DueBefore)}
}

// List yields the opportunities that the actor sees, by id.
func (s *Opportunities) List(ctx context.Context, actor Actor, f OpportunityFilter) iter.Seq2[Opportunity, error] {
	s.core.observe(ctx, Op{Name: "opportunities.list", Actor: actor.ID, Attempts: 1})
	return s.list(ctx, actor, f)
}

func (s *Opportunities) list(ctx context.Context, actor Actor, f OpportunityFilter) iter.Seq2[Opportunity, error] {
	return func(yield func(Opportunity, error) bool) {
		n := 0
		for r, err := range s.core.store.Records(ctx, f.records(actor)) {
			var o Opportunity
			if err == nil {
				o, err = opportunityOf(r)
			}
			if err != nil {
				yield(Opportunity{}, err)
				return
			}
			if !f.matches(o) {
				continue
			}
			if n++; !yield(o, nil) || n == f.Limit {
				return
			}
		}
	}
}

// History yields the journal of an opportunity as it was recorded: its stages (kinds
// opened and moved), what was changed (edited), the actions that count (acted), and what
// was noted and dropped of needs, solutions and competitors (need-noted, need-dropped and
// so on), with the texts that have not been erased. Who had it is [Opportunities].Owners.
func (s *Opportunities) History(ctx context.Context, actor Actor, id string) iter.Seq2[Entry, error] {
	return s.journal(ctx, actor, "opportunities.history", id, JournalOpportunity)
}

func (s *Opportunities) journal(ctx context.Context, actor Actor, name, id string, journal Journal) iter.Seq2[Entry, error] {
	subject := Subject{KindOpportunity, id}
	_, err := s.core.visible(ctx, actor, subject)
	s.core.observe(ctx, Op{Name: name, Actor: actor.ID, Subject: subject, Attempts: 1, Err: err})
	if err != nil {
		return memory.Failing[Entry](err)
	}
	return s.core.store.Entries(ctx, EntryFilter{Subject: subject, Journal: journal})
}

// Title returns what people call an opportunity, "" where that was erased.
func (s *Opportunities) Title(ctx context.Context, actor Actor, id string) (string, error) {
	title := ""
	for e, err := range s.journal(ctx, actor, "opportunities.title", id, JournalOpportunity) {
		if err != nil {
			return "", err
		}
		if e.Kind == opportunityOpened {
			title = e.Text
		}
	}
	return title, nil
}

// Owners returns the ownership journal of an opportunity.
func (s *Opportunities) Owners(ctx context.Context, actor Actor, id string) ([]owner.Entry, error) {
	var journal []owner.Entry
	for row, err := range s.journal(ctx, actor, "opportunities.owners", id, JournalOwner) {
		e, err := ownerEntry(row, err)
		if err != nil {
			return nil, err
		}
		journal = append(journal, e)
	}
	return journal, nil
}

// Transfer moves an opportunity from its owner to another 移交, with the quotes, orders and
// bids of it that are the former owner's. Errors are those of [owner.Policy.Transfer];
// ErrForbidden where the colleague has left; ErrNotFound.
func (s *Opportunities) Transfer(ctx context.Context, actor Actor, id string, to owner.Staff, terms Terms) (owner.Entry, error) {
	return s.give(ctx, actor, "opportunities.transfer", id, to, terms, s.core.opts.Ownership.Transfer)
}

// Assign gives an opportunity that nobody has to a colleague 分配. Errors are those of
// [owner.Policy.Assign]; ErrForbidden where the colleague has left; ErrNotFound.
func (s *Opportunities) Assign(ctx context.Context, actor Actor, id string, to owner.Staff, terms Terms) (owner.Entry, error) {
	return s.give(ctx, actor, "opportunities.assign", id, to, terms, s.core.opts.Ownership.Assign)
}

func (s *Opportunities) give(ctx context.Context, actor Actor, name, id string, to owner.Staff, terms Terms,
	decide func(owner.Holding, owner.Staff, owner.Act) (owner.Entry, error)) (owner.Entry, error) {
	subject, owners := Subject{KindOpportunity, id}, &Owners{s.core}
	row, err := run(ctx, s.core, owners.command(actor, name, subject, terms, to), func(ctx context.Context, now time.Time) (draft, Entry, error) {
		guard, err := owners.guard(ctx, to.ID)
		if err != nil {
			return draft{}, Entry{}, err
		}
		r, w, err := s.core.work(ctx, actor, subject)
		if err != nil {
			return draft{}, Entry{}, err
		}
		h := heldWork(r, w)
		act := terms.act(actor, later(now, h.head.Recorded))
		reason, unforgotten, err := s.core.about(ctx, h.customer, act.Reason)
		if err != nil {
			return draft{}, Entry{}, err
		}
		to, err := owners.load(ctx, KindOpportunity, to, guard, act.Recorded)
		if err != nil {
			return draft{}, Entry{}, err
		}
		entry, err := decide(h.holding, to, act)
		if err != nil {
			return draft{}, Entry{}, err
		}
		entry.Reason = reason
		change, err := h.change(entry)
		if err != nil {
			return draft{}, Entry{}, err
		}
		d := draft{unforgotten, []Change{change, owners.moveGuard(guard, entry)}}
		for _, kind := range []Kind{KindQuote, KindOrder, KindBid} {
			for r, err := range s.core.store.Records(ctx, RecordFilter{Kind: kind, Ref: id}) {
				if err != nil {
					return draft{}, Entry{}, err
				}
				if r.Owner != h.holding.Owner {
					continue
				}
				entry := entry
				entry.Recorded = later(entry.Recorded, r.Head.Recorded)
				change, err := movedRecord(r, entry)
				if err != nil {
					return draft{}, Entry{}, err
				}
				d.changes = append(d.changes, change)
			}
		}
		return d, h.row(entry), nil
	})
	return ownerEntry(row, err)
}

// evidence returns the criteria that are met: those proved before, those given now,
// and the fields and documents that the library itself knows of.
func (o Opportunity) evidence(given []pipeline.Criterion, quotes []Quote) []pipeline.Criterion {
	met := slices.Concat(o.Met, given)
	if o.Amount.Minor > 0 {
		met = append(met, pipeline.Criterion{Proof: pipeline.Field, Name: "amount"})
	}
	if !o.Close.IsZero() {
		met = append(met, pipeline.Criterion{Proof: pipeline.Field, Name: "close"})
	}
	if len(o.Needs) > 0 {
		met = append(met, pipeline.Criterion{Proof: pipeline.Field, Name: "need"})
	}
	if slices.ContainsFunc(quotes, Quote.offered) {
		met = append(met, pipeline.Criterion{Proof: pipeline.Document, Name: "quote"})
	}
	return met
}

// whose is the living customer behind daily work: nothing more is recorded about
// somebody who was forgotten.
func (c *core) whose(ctx context.Context, customer string) (Expect, error) {
	got, err := c.living(ctx, Actor{Sees: access.Everything()}, customer)
	return Expect{Subject{KindCustomer, customer}, got.Head.Version}, err
}
