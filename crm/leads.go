package crm

import (
	"context"
	"encoding/json"
	"errors"
	"iter"
	"log/slog"
	"maps"
	"slices"
	"time"

	"github.com/guanxi-go/guanxi/crm/owner"
	"github.com/guanxi-go/guanxi/crm/pipeline/lead"
	"github.com/guanxi-go/guanxi/crm/stage"
	"github.com/guanxi-go/guanxi/internal/memory"
)

// JournalLead is what became of a lead: how it came in, its states, what it was turned
// into. A customer has a line in it for each lead that it came from or that was attached
// to it.
const JournalLead Journal = "lead" // 线索进展

// The kinds of entries in JournalLead.
const (
	leadCreated   = "created"
	leadAttached  = "attached"
	leadMoved     = "moved"
	leadActed     = "acted"
	leadScored    = "scored"
	leadConverted = "converted"
	leadForgotten = "forgotten"
)

// SpaceLead is the space of the claims of leads on exclusive identifiers: of two who
// send the same telephone number at once, one makes a lead and the other is attached to
// it.
const SpaceLead = "lead"

// Leads are who may become customers (线索, 潜在客户): from a form that was filled in, by
// the states of [lead.Machine], to a customer with a contact and perhaps an opportunity.
// A lead has an owner of its own, with a journal and by the rules of Options.Ownership,
// or lies in a pool; it is seen by who sees its owner, or the pool's unit.
//
// A lead is a record that is listed by owner, pool, state, the customer that it became,
// and due: the next follow-up that was agreed, or at once while nobody has begun. Names,
// numbers and texts stand masked in lists and in [Leads].Get; [Leads].Show gives them
// out, counts who sees how many, and [Leads].Forget and [Privacy].Forget erase them.
type Leads struct{ core *core }

// Lead is a lead as it stands. Person, Company and Identifiers are masked.
type Lead struct {
	ID      string
	Head    Head
	Holding owner.Holding // who looks after it, or in which pool it lies
	State   lead.State
	Since   time.Time // in the state
	Created time.Time
	Acted   time.Time // the last action that counts; zero for none
	Due     time.Time // when it is to be followed up; zero for never
	Score   LeadScore // how promising it is, as last scored

	Form        string // id
	Source      string // code
	Person      string
	Company     string
	Identifiers []string
	Answers     map[string]string // choices, numbers and dates that are not personal

	Possible    []lead.Match // whom it may be: to be looked at by a person
	Unfit       lead.Unfit   // of a disqualified one
	Customer    string       // of a converted one: id of the customer
	Contact     string       // of the contact, "" for none
	Opportunity string       // of the opportunity, "" for none
	Forgotten   time.Time    // when what is personal was erased
}

// LogValue shows the id and the state, and nothing of who it is.
func (l Lead) LogValue() slog.Value {
	return slog.GroupValue(slog.String("id", l.ID), slog.String("state", l.State.String()), slog.Uint64("version", l.Head.Version))
}

// leadBody is what a lead's record keeps beside its columns. Data is personal.
type leadBody struct {
	Data        lead.Data    `json:"data"`
	Since       time.Time    `json:"since"`
	Created     time.Time    `json:"created"`
	Next        time.Time    `json:"next,omitzero"` // the follow-up that was agreed
	Score       LeadScore    `json:"score,omitzero"`
	Possible    []lead.Match `json:"possible,omitempty"`
	Unfit       lead.Unfit   `json:"unfit,omitzero"`
	Person      string       `json:"person,omitzero"`
	Contact     string       `json:"contact,omitzero"`
	Opportunity string       `json:"opportunity,omitzero"`
	Readmit     bool         `json:"readmit,omitzero"` // has come back by their own will
	// Ticked is when each consent of Data was given, by the code of its purpose.
	Ticked    map[string]time.Time `json:"ticked,omitempty"`
	Earlier   string               `json:"earlier,omitzero"` // id of the closed lead whose claims it took over
	Forgotten time.Time            `json:"forgotten,omitzero"`
}

// tick records that consents were given at an instant, where they are new or of a later
// text than before.
func (b *leadBody) tick(ticks []lead.Tick, at time.Time) {
	for _, tick := range ticks {
		if slices.ContainsFunc(b.Data.Consents, func(t lead.Tick) bool { return t.Purpose == tick.Purpose && t.Version >= tick.Version }) {
			continue
		}
		b.Data.Consents = slices.DeleteFunc(b.Data.Consents, func(t lead.Tick) bool { return t.Purpose == tick.Purpose })
		b.Data.Consents = append(b.Data.Consents, tick)
		if b.Ticked == nil {
			b.Ticked = map[string]time.Time{}
		}
		b.Ticked[tick.Purpose] = at
	}
}

// tickedAt returns when a consent was given: where nothing says so, when the lead was made.
func (b leadBody) tickedAt(tick lead.Tick) time.Time {
	if at, ok := b.Ticked[tick.Purpose]; ok {
		return at
	}
	return b.Created
}

// leadRecord is a lead on its way through a command.
type leadRecord struct {
	Record
	work  work
	body  leadBody
	state lead.State
}

func leadOf(r Record) (l leadRecord, err error) {
	l.Record = r
	if l.work, err = workOf(r); err != nil {
		return l, err
	}
	if err := errors.Join(json.Unmarshal(l.work.Of, &l.body), l.state.UnmarshalText([]byte(r.State))); err != nil {
		return l, &Error{Subject: r.Subject, Field: "body", Reason: "is no lead", Err: errors.Join(ErrInvalid, err)}
	}
	return l, nil
}

// put returns the write of the lead as it is now.
func (l leadRecord) put() (Write, error) {
	of, err := json.Marshal(l.body)
	if err != nil {
		return nil, &Error{Subject: l.Subject, Field: "body", Reason: "cannot be written as JSON", Err: ErrInvalid}
	}
	r := l.Record
	r.State, r.Due = l.state.String(), l.due()
	w := l.work
	w.Of = of
	r, err = w.put(r)
	return PutRecord{r}, err
}

// due is when the lead is to be followed up.
func (l leadRecord) due() time.Time {
	switch {
	case !l.state.Open() || !l.body.Forgotten.IsZero():
		return time.Time{}
	case !l.body.Next.IsZero():
		return l.body.Next
	case l.state == lead.New || l.state == lead.Assigned:
		return l.body.Since
	}
	return time.Time{}
}

// change puts the lead after some writes of its journals, and says what happened.
func (l leadRecord) change(event Event, writes ...Write) (Change, error) {
	put, err := l.put()
	return Change{l.Subject, l.Head.Version, append(append(writes, put), Emit{event})}, err
}

// shown returns the lead for reading.
func (l leadRecord) shown() Lead {
	out := Lead{ID: l.Subject.ID, Head: l.Head, Holding: l.work.Holding, State: l.state, Since: l.body.Since, Created: l.body.Created,
		Acted: l.work.Acted, Due: l.due(), Score: l.body.Score, Form: l.body.Data.Form, Source: l.body.Data.Source, Answers: maps.Clone(l.body.Data.Answers),
		Possible: l.body.Possible, Unfit: l.body.Unfit, Customer: l.Customer, Contact: l.body.Contact, Opportunity: l.body.Opportunity,
		Forgotten: l.body.Forgotten}
	out.Person, out.Company, out.Identifiers = l.body.Data.Masked()
	return out
}

// lead returns a lead that the actor sees.
func (c *core) lead(ctx context.Context, actor Actor, id string) (leadRecord, error) {
	r, err := c.visible(ctx, actor, Subject{KindLead, id})
	if err != nil {
		return leadRecord{}, err
	}
	return leadOf(r)
}

// openLead returns a lead that the actor sees and of which something may still come.
func (c *core) openLead(ctx context.Context, actor Actor, id string) (leadRecord, error) {
	l, err := c.lead(ctx, actor, id)
	switch {
	case err != nil:
		return l, err
	case !l.body.Forgotten.IsZero():
		return l, &Error{Subject: l.Subject, Err: ErrForgotten}
	case l.state == lead.Converted:
		return l, &lead.Error{Code: "LEAD-CONVERTED", Field: "state", Item: -1, ID: l.Customer, Err: lead.ErrAlreadyConverted}
	case !l.state.Open():
		return l, &lead.Error{Code: "LEAD-STATE", Field: "state", Item: -1, ID: l.state.String(), Err: lead.ErrTransition}
	}
	return l, nil
}

// row is a line of the lead's own journal.
func (l leadRecord) row(kind string, actor Actor, call Call, now time.Time) Entry {
	return Entry{Journal: JournalLead, Kind: kind, Actor: actor.ID, At: effective(call, now), Recorded: now, Reason: call.Reason}
}

// leadHistory returns the states of a lead, for its machine.
func (c *core) leadHistory(ctx context.Context, s Subject) ([]stage.Entry[lead.State], error) {
	return c.leadHistoryTo(ctx, s, MaxVersion)
}

// leadHistoryTo is leadHistory up to the number of an entry: a command decides by what
// was there when it read the record, and what was appended since its commit will find.
func (c *core) leadHistoryTo(ctx context.Context, s Subject, last uint64) ([]stage.Entry[lead.State], error) {
	var history []stage.Entry[lead.State]
	for row, err := range c.store.Entries(ctx, EntryFilter{Subject: s, Journal: JournalLead}) {
		if err != nil {
			return nil, err
		}
		if row.Seq > last {
			break
		}
		if row.Kind != leadCreated && row.Kind != leadMoved && row.Kind != leadConverted {
			continue
		}
		e := stage.Entry[lead.State]{At: row.At, Recorded: row.Recorded, Actor: row.Actor, Reason: row.Reason}
		if err := errors.Join(e.From.UnmarshalText([]byte(row.From)), e.To.UnmarshalText([]byte(row.To))); err != nil {
			return nil, &Error{Subject: row.Subject, Field: "state", Reason: "is not one of a lead", Err: errors.Join(ErrInvalid, err)}
		}
		history = append(history, e)
	}
	return history, nil
}

// enterLead moves the lead to a state by the rules of its machine, and returns the line to
// append.
func (c *core) enterLead(ctx context.Context, actor Actor, l *leadRecord, to lead.State, call Call, now time.Time) (Entry, error) {
	history, err := c.leadHistoryTo(ctx, l.Subject, l.Head.Entries)
	if err != nil {
		return Entry{}, err
	}
	reason := call.Reason
	if to == lead.Disqualified {
		reason = l.body.Unfit.String()
	}
	e, err := lead.Machine().Decide(history, stage.Command[lead.State]{To: to, Now: now, Actor: actor.ID, At: Instant(call.At), Reason: reason})
	if err != nil {
		return Entry{}, err
	}
	row := l.row(leadMoved, actor, call, now)
	row.From, row.To, row.At = e.From.String(), e.To.String(), e.At
	if to == lead.Disqualified {
		row.Data, _ = json.Marshal(map[string]lead.Unfit{"unfit": l.body.Unfit})
	}
	l.state, l.body.Since = to, e.At
	return row, nil
}

// Get returns a lead, with what is personal masked. ErrNotFound: the actor sees none.
func (s *Leads) Get(ctx context.Context, actor Actor, id string) (Lead, error) {
	return read(ctx, s.core, "leads.get", actor, Subject{KindLead, id}, func() (Lead, error) {
		l, err := s.core.lead(ctx, actor, id)
		if err != nil {
			return Lead{}, err
		}
		return l.shown(), nil
	})
}

// LeadFilter narrows a listing of leads; a zero field does not.
type LeadFilter struct {
	After string // only ids greater than this one
	Limit int    // at most so many; 0 for no limit

	Owner     string     // staff id
	Pool      string     // id of the pool in which they lie
	State     lead.State // in this state
	Customer  string     // that became this customer
	DueBefore time.Time  // to be followed up before this instant

	// Grade and MinScore are looked at behind the store, which lists by neither: a listing
	// by them alone reads all leads.
	Grade    string // as last scored
	MinScore int    // at least this score; 1 is whatever was scored above 0
}

// scored reports whether a lead has the score that the filter asks for.
func (f LeadFilter) scored(s LeadScore) bool {
	return (f.Grade == "" || s.Grade == f.Grade) && (f.MinScore <= 0 || s.Score >= f.MinScore)
}

// List yields the leads that the actor sees, by id, with what is personal masked.
func (s *Leads) List(ctx context.Context, actor Actor, f LeadFilter) iter.Seq2[Lead, error] {
	s.core.observe(ctx, Op{Name: "leads.list", Actor: actor.ID, Attempts: 1})
	return func(yield func(Lead, error) bool) {
		n := 0
		for l, err := range s.list(ctx, actor, f) {
			if err != nil {
				yield(Lead{}, err)
				return
			}
			if n++; !yield(l.shown(), nil) || n == f.Limit {
				return
			}
		}
	}
}

// list yields the leads that pass a filter, whatever its limit.
func (s *Leads) list(ctx context.Context, actor Actor, f LeadFilter) iter.Seq2[leadRecord, error] {
	filter := RecordFilter{Kind: KindLead, After: f.After, Owner: f.Owner, Ref: f.Pool, State: f.State.String(),
		Customer: f.Customer, DueBefore: Instant(f.DueBefore), Visible: &actor.Sees}
	if f.Grade == "" && f.MinScore <= 0 {
		filter.Limit = f.Limit
	}
	return func(yield func(leadRecord, error) bool) {
		for r, err := range s.core.store.Records(ctx, filter) {
			var l leadRecord
			if err == nil {
				l, err = leadOf(r)
			}
			if err == nil && !f.scored(l.body.Score) {
				continue
			}
			if !yield(l, err) || err != nil {
				return
			}
		}
	}
}

// History yields the journal of a lead as it was recorded, with the texts that have not
// been erased: how it came in (kinds created and attached), its states (moved,
// converted), the actions that count (acted) and its scores (scored), of which Data is a
// [ScoredLead]: what each rule gave.
func (s *Leads) History(ctx context.Context, actor Actor, id string) iter.Seq2[Entry, error] {
	subject := Subject{KindLead, id}
	_, err := s.core.visible(ctx, actor, subject)
	s.core.observe(ctx, Op{Name: "leads.history", Actor: actor.ID, Subject: subject, Attempts: 1, Err: err})
	if err != nil {
		return memory.Failing[Entry](err)
	}
	return s.core.store.Entries(ctx, EntryFilter{Subject: subject, Journal: JournalLead})
}
