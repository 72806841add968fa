package crm

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"github.com/guanxi-go/guanxi/crm/access"
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
// product line (that of their opportunity), registrations, who looks after the party, and
// the actions that count. Nothing is moved by it: who is to get the party gets it by a
// command of its own, with the ruling's id as Ref.
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
		conflict, require, err := s.conflict(ctx, actor, c)
		if err != nil {
			return draft{}, KeptRuling{}, err
		}
		ruling, err := s.policy().Rule(conflict, now)
		if err != nil {
			return draft{}, KeptRuling{}, err
		}
		kept := KeptRuling{c.ID, ruling}
		change, err := s.keep(Record{Subject: cmd.subject}, kept, actor, c.Call, now)
		return draft{require: require, changes: []Change{change}}, kept, err
	})
}

// conflict gathers what is recorded of the claimants, and what it depends on.
func (s *Registrations) conflict(ctx context.Context, actor Actor, c RuleConflict) (registration.Conflict, []Expect, error) {
	out := registration.Conflict{Party: c.Party.String(), Line: c.Line}
	if c.Party.Kind != KindCustomer && c.Party.Kind != KindLead {
		return out, nil, &Error{Subject: c.Party, Field: "party", Reason: "is neither a customer nor a lead", Err: ErrInvalid}
	}
	held, err := s.core.held(ctx, actor, c.Party)
	if err != nil {
		return out, nil, err
	}
	registered, err := s.standing(ctx, c.Party)
	if err != nil {
		return out, nil, err
	}
	acted, err := s.acted(ctx, c.Party)
	if err != nil {
		return out, nil, err
	}
	signed, err := s.signed(ctx, c.Party)
	if err != nil {
		return out, nil, err
	}
	for _, id := range c.Claimants {
		out.Claimants = append(out.Claimants, registration.Claimant{ID: id, Signed: signed[id], Registrations: registered,
			Owner: held.holding.Owner == id, Acted: acted[id]})
	}
	return out, []Expect{{c.Party, held.head.Version}}, nil
}

// signed returns the signed orders of a customer, by who looks after them.
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
		if o.Signed.IsZero() || o.State == pipeline.OrderCancelled || o.Opportunity == "" {
			continue
		}
		from, err := (&Opportunities{s.core}).Get(ctx, Actor{Sees: access.Everything()}, o.Opportunity)
		if err != nil {
			return nil, err
		}
		signed[o.Owner] = append(signed[o.Owner], registration.Signature{Line: from.Line, At: s.core.startOf(o.Signed), Ref: o.ID})
	}
	return signed, nil
}

// keep puts a ruling, and says in its journal what was decided.
func (s *Registrations) keep(row Record, r KeptRuling, actor Actor, call Call, now time.Time) (Change, error) {
	row.Ref, row.Owner, row.State = r.Party, r.Winner, RulingDecided
	if r.Winner == "" {
		row.State = RulingOpen
	}
	if kind, id, ok := strings.Cut(r.Party, "/"); ok && Kind(kind) == KindCustomer {
		row.Customer = id
	}
	body, err := json.Marshal(r)
	if err != nil {
		return Change{}, &Error{Subject: row.Subject, Field: "body", Reason: "cannot be written as JSON", Err: ErrInvalid}
	}
	row.Body = body
	return Change{row.Subject, row.Head.Version, []Write{PutRecord{row}, Append{Entry{Journal: JournalRegistration, Kind: "ruled", To: r.Winner, Ref: r.Rule.String(),
		Data: body, Actor: actor.ID, At: now, Recorded: now, Reason: call.Reason}}, Emit{Event{Kind: "registration.ruled", At: now}}}}, nil
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
		_, r, err := s.ruling(ctx, actor, id)
		return r, err
	})
}

func (s *Registrations) ruling(ctx context.Context, actor Actor, id string) (Record, KeptRuling, error) {
	row, err := s.core.store.Record(ctx, Subject{KindRuling, id})
	if err != nil {
		return row, KeptRuling{}, err
	}
	r, err := rulingOf(row)
	if err != nil {
		return row, r, err
	}
	party, err := partyOf(registration.Claim{Party: r.Party})
	if err == nil {
		_, err = s.core.held(ctx, actor, party)
	}
	if errors.Is(err, ErrNotFound) {
		err = &Error{Subject: row.Subject, Err: ErrNotFound}
	}
	return row, r, err
}

// Arbitrate decides a conflict that no rule could decide 仲裁: see
// [registration.Policy.Arbitrate], whose errors it has. The arbiter is the actor.
func (s *Registrations) Arbitrate(ctx context.Context, actor Actor, id, winner string, split []registration.Share, call Call) (KeptRuling, error) {
	cmd := command{name: "registrations.arbitrate", actor: actor, subject: Subject{KindRuling, id}, call: call, input: []any{winner, split}}
	return run(ctx, s.core, cmd, func(ctx context.Context, now time.Time) (draft, KeptRuling, error) {
		row, kept, err := s.ruling(ctx, actor, id)
		if err != nil {
			return draft{}, KeptRuling{}, err
		}
		if kept.Ruling, err = s.policy().Arbitrate(kept.Ruling, actor.ID, winner, split); err != nil {
			return draft{}, KeptRuling{}, err
		}
		change, err := s.keep(row, kept, actor, call, later(now, row.Head.Recorded))
		return draft{changes: []Change{change}}, kept, err
	})
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
