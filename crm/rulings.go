package crm

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"github.com/guanxi-go/guanxi/crm/pipeline"
	"github.com/guanxi-go/guanxi/crm/pipeline/registration"
)

// The states that rulings are listed by.
const (
	RulingOpen    = "open"    // for an arbiter
	RulingDecided = "decided" // 已裁定
)

// RuleConflict is a command of [Registrations].Rule.
type RuleConflict struct {
	Call
	ID        string   // of the ruling; "" for one that is made
	Party     Subject  // the customer or lead
	Line      string   // code of the product line
	Claimants []string // staff ids, two or more
}

// KeptRuling is a ruling as it is kept.
type KeptRuling struct {
	ID string `json:"id"`
	registration.Ruling
}

// Rule decides between colleagues who claim one party on one product line, by what is
// recorded of it, and keeps the ruling with its facts 撞单裁定: signed orders of the
// product line, registrations, who looks after the party, and the actions that count.
// Nothing is moved by it: who is to get the party gets it by a command of its own, with
// the ruling's id as Ref. A ruling is listed by winner, and in the unit in which the party
// was when it was ruled on.
//
// A signed order is to the credit of who looked after it when it was signed, whoever does
// now. Its product line is that of its opportunity, or of the opportunity of the quote that
// it follows; an order with neither has none, and does not count.
//
// Errors: those of [registration.Policy.Rule]; ErrNotFound where the actor sees no such
// party; ErrDuplicate where the id is in use.
func (s *Registrations) Rule(ctx context.Context, actor Actor, c RuleConflict) (KeptRuling, error) {
	cmd := command{name: "registrations.rule", actor: actor, made: c.ID == "", call: c.Call, input: []any{c.Party, c.Line, c.Claimants}}
	if c.ID == "" {
		c.ID = s.core.opts.NewID()
	}
	cmd.subject = Subject{KindRuling, c.ID}
	return run(ctx, s.core, cmd, func(ctx context.Context, now time.Time) (draft, KeptRuling, error) {
		head, err := s.core.store.Head(ctx, cmd.subject)
		if err == nil && head.Version > 0 {
			err = &Error{Subject: cmd.subject, Err: ErrDuplicate}
		}
		if err != nil {
			return draft{}, KeptRuling{}, err
		}
		conflict, party, err := s.conflict(ctx, actor, c)
		if err != nil {
			return draft{}, KeptRuling{}, err
		}
		ruling, err := s.policy().Rule(conflict, now)
		if err != nil {
			return draft{}, KeptRuling{}, err
		}
		kept := KeptRuling{c.ID, ruling}
		reason, _, err := s.core.aboutParty(ctx, c.Party, c.Reason) // that the party stays is required already
		if err != nil {
			return draft{}, KeptRuling{}, err
		}
		change, err := s.keep(Record{Subject: cmd.subject, Path: party.holding.Path}, kept, actor, reason, now)
		return draft{[]Expect{{party.subject, party.head.Version}}, []Change{change}}, kept, err
	})
}

// conflict gathers what is recorded of the claimants, and of the party.
func (s *Registrations) conflict(ctx context.Context, actor Actor, c RuleConflict) (registration.Conflict, held, error) {
	out := registration.Conflict{Party: c.Party.String(), Line: c.Line}
	if c.Party.Kind != KindCustomer && c.Party.Kind != KindLead {
		return out, held{}, &Error{Subject: c.Party, Field: "party", Reason: "is neither a customer nor a lead", Err: ErrInvalid}
	}
	party, err := s.core.held(ctx, actor, c.Party)
	if err != nil {
		return out, party, err
	}
	registered, err := s.standing(ctx, c.Party)
	if err != nil {
		return out, party, err
	}
	acted, err := s.acted(ctx, c.Party)
	if err != nil {
		return out, party, err
	}
	signed, err := s.signed(ctx, c.Party)
	if err != nil {
		return out, party, err
	}
	for _, id := range c.Claimants {
		out.Claimants = append(out.Claimants, registration.Claimant{ID: id, Signed: signed[id], Registrations: registered,
			Owner: party.holding.Owner == id, Acted: acted[id]})
	}
	return out, party, nil
}

// signed returns the signed orders of a customer, by who looked after them then.
func (s *Registrations) signed(ctx context.Context, party Subject) (map[string][]registration.Signature, error) {
	signed := map[string][]registration.Signature{}
	if party.Kind != KindCustomer {
		return signed, nil
	}
	for row, err := range s.core.store.Records(ctx, RecordFilter{Kind: KindOrder, Customer: party.ID}) {
		if err != nil {
			return nil, err
		}
		o, err := orderOf(row)
		if err != nil {
			return nil, err
		}
		if o.Signed.IsZero() || o.State == pipeline.OrderCancelled {
			continue
		}
		line, err := s.core.lineOf(ctx, &o)
		if err != nil {
			return nil, err
		}
		by, err := s.core.signer(ctx, o)
		if err != nil {
			return nil, err
		}
		signed[by] = append(signed[by], registration.Signature{Line: line, At: s.core.startOf(o.Signed), Ref: o.ID})
	}
	return signed, nil
}

// lineOf returns the product line of an order, "" where it is not known, and fills in the
// opportunity of an order that follows a quote.
func (c *core) lineOf(ctx context.Context, o *Order) (string, error) {
	if o.Opportunity == "" && o.Quote != "" {
		quote, err := c.store.Record(ctx, Subject{KindQuote, o.Quote})
		if err != nil && !errors.Is(err, ErrNotFound) { // the id may be that of a quote kept elsewhere
			return "", err
		}
		if quote.Customer == o.Customer {
			o.Opportunity = quote.Ref
		}
	}
	if o.Opportunity == "" {
		return "", nil
	}
	r, err := c.store.Record(ctx, Subject{KindOpportunity, o.Opportunity})
	if err != nil {
		return "", err
	}
	from, err := opportunityOf(r)
	return from.Line, err
}

// signer returns who looked after an order when it was signed; before it was drawn up, who
// had its opportunity.
func (c *core) signer(ctx context.Context, o Order) (string, error) {
	var drawn, signed time.Time
	var moves []Entry
	var seq uint64 // of the entry that says so
	for row, err := range c.store.Entries(ctx, EntryFilter{Subject: Subject{KindOrder, o.ID}}) {
		switch {
		case err != nil:
			return "", err
		case row.Journal == JournalOwner:
			moves = append(moves, row)
		case row.Journal == JournalOrder && row.Kind == "signed":
			signed, seq = row.At, row.Seq
		}
		if drawn.IsZero() {
			drawn = row.At
		}
	}
	if end := c.startOf(o.Signed + 1); !signed.Before(end) { // of a day before it was recorded
		signed = end.Add(-time.Microsecond)
	}
	if signed.Before(drawn) && o.Opportunity != "" {
		had, err := (&Owners{c}).holdingAt(ctx, Subject{KindOpportunity, o.Opportunity}, signed)
		if err != nil || had.Owner != "" {
			return had.Owner, err
		}
	}
	for _, move := range moves { // the journal of an order begins with the first that moved it
		if move.At.After(signed) || move.At.Equal(signed) && move.Seq > seq {
			return move.From, nil
		}
	}
	return o.Owner, nil
}

// keep puts a ruling, and says in its journal what was decided.
func (s *Registrations) keep(row Record, r KeptRuling, actor Actor, reason string, now time.Time) (Change, error) {
	row.Ref, row.Owner, row.State = r.Party, r.Winner, RulingDecided
	if r.Winner == "" {
		row.State = RulingOpen
	}
	row.Customer = customerOf(registration.Claim{Party: r.Party})
	body, err := json.Marshal(r)
	if err != nil {
		return Change{}, &Error{Subject: row.Subject, Field: "body", Reason: "cannot be written as JSON", Err: ErrInvalid}
	}
	row.Body = body
	return Change{row.Subject, row.Head.Version, []Write{PutRecord{row}, Append{Entry{Journal: JournalRegistration, Kind: "ruled", To: r.Winner, Contact: row.Customer,
		Ref: r.Rule.String(), Data: body, Actor: actor.ID, At: now, Recorded: now, Reason: reason}}, Emit{Event{Kind: "registration.ruled", At: now}}}}, nil
}

func rulingOf(row Record) (KeptRuling, error) {
	r := KeptRuling{ID: row.Subject.ID}
	if err := json.Unmarshal(row.Body, &r.Ruling); err != nil {
		return r, &Error{Subject: row.Subject, Field: "body", Reason: "is no ruling", Err: errors.Join(ErrInvalid, err)}
	}
	return r, nil
}

// Ruling returns a ruling. ErrNotFound: there is none, or the actor does not see the
// party.
func (s *Registrations) Ruling(ctx context.Context, actor Actor, id string) (KeptRuling, error) {
	return read(ctx, s.core, "registrations.ruling", actor, Subject{KindRuling, id}, func() (KeptRuling, error) {
		_, _, r, err := s.ruling(ctx, actor, id)
		return r, err
	})
}

func (s *Registrations) ruling(ctx context.Context, actor Actor, id string) (Record, held, KeptRuling, error) {
	var party held
	row, err := s.core.store.Record(ctx, Subject{KindRuling, id})
	if err != nil {
		return row, party, KeptRuling{}, err
	}
	r, err := rulingOf(row)
	if err != nil {
		return row, party, r, err
	}
	subject, err := partyOf(registration.Claim{Party: r.Party})
	if err == nil {
		party, err = s.core.held(ctx, actor, subject)
	}
	if errors.Is(err, ErrNotFound) {
		err = &Error{Subject: row.Subject, Err: ErrNotFound}
	}
	return row, party, r, err
}

// Arbitrate decides a conflict that no rule could decide 仲裁: see
// [registration.Policy.Arbitrate], whose errors it has. The arbiter is the actor.
func (s *Registrations) Arbitrate(ctx context.Context, actor Actor, id, winner string, split []registration.Share, call Call) (KeptRuling, error) {
	cmd := command{name: "registrations.arbitrate", actor: actor, subject: Subject{KindRuling, id}, call: call, input: []any{winner, split}}
	return run(ctx, s.core, cmd, func(ctx context.Context, now time.Time) (draft, KeptRuling, error) {
		row, party, kept, err := s.ruling(ctx, actor, id)
		if err != nil {
			return draft{}, KeptRuling{}, err
		}
		if kept.Ruling, err = s.policy().Arbitrate(kept.Ruling, actor.ID, winner, split); err != nil {
			return draft{}, KeptRuling{}, err
		}
		reason, _, err := s.core.aboutParty(ctx, party.subject, call.Reason) // that the party stays is required below
		if err != nil {
			return draft{}, KeptRuling{}, err
		}
		row.Path = party.holding.Path
		change, err := s.keep(row, kept, actor, reason, later(now, row.Head.Recorded))
		return draft{[]Expect{{party.subject, party.head.Version}}, []Change{change}}, kept, err
	})
}

// customerOf returns the id of the customer whom a claim is on, "" where it is on a lead.
func customerOf(c registration.Claim) string {
	if party, err := partyOf(c); err == nil && party.Kind == KindCustomer {
		return party.ID
	}
	return ""
}

// aboutParty is about for a customer or a lead: of a lead that was forgotten nothing is to
// be said.
func (c *core) aboutParty(ctx context.Context, party Subject, reason string) (string, []Expect, error) {
	if party.Kind == KindCustomer || reason == "" {
		return c.about(ctx, party.ID, reason)
	}
	r, err := c.store.Record(ctx, party)
	if err != nil {
		return "", nil, err
	}
	l, err := leadOf(r)
	if err != nil || !l.body.Forgotten.IsZero() {
		return "", nil, err
	}
	return reason, []Expect{{party, r.Head.Version}}, nil
}

// partyOf reads the subject of a claim's party.
func partyOf(c registration.Claim) (Subject, error) {
	kind, id, ok := strings.Cut(c.Party, "/")
	s := Subject{Kind(kind), id}
	if !ok {
		return s, &Error{Field: "party", Reason: "is no subject", Err: ErrInvalid}
	}
	return s, s.validate()
}
