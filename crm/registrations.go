package crm

import (
	"context"
	"encoding/json"
	"errors"
	"iter"
	"slices"
	"time"

	"github.com/guanxi-go/guanxi/crm/access"
	"github.com/guanxi-go/guanxi/crm/cadence"
	"github.com/guanxi-go/guanxi/crm/owner"
	"github.com/guanxi-go/guanxi/crm/pipeline/registration"
)

// The kinds and the journal of registrations.
const (
	KindRegistration    Kind    = "registration" // who says first that he pursues somebody 报备
	KindRuling          Kind    = "ruling"       // what became of a conflict 撞单裁定
	JournalRegistration Journal = "registration" // 报备记录
)

// SpaceProtection is the space of the claims by which one registration at a time
// protects its claimant on a party and product line.
const SpaceProtection = "protection"

// Registrations say who may pursue a prospect whom several claim (报备), by the rules of
// Options.Registration, and keep what became of conflicts (撞单). A registration is seen by
// who sees its claimant; it is listed by claimant, party, state and the end of its
// protection.
//
// What a colleague who has left registered protects nobody any more.
type Registrations struct{ core *core }

// RegisteredClaim is a registration as it stands.
type RegisteredClaim struct {
	ID   string
	Head Head
	Path string // of the claimant's unit
	registration.Registration
}

// RegisterClaim is a command of [Registrations].Submit.
type RegisterClaim struct {
	Call
	ID       string      // "" for one that is made
	Claimant owner.Staff // who pursues
	Party    Subject     // the customer or lead
	Line     string      // code of the product line
	Evidence []string    // ids of documents
	Stated   time.Time   // since when the claimant says to; no rule asks it
}

// Submit registers that somebody pursues a customer or lead, and returns the id 提交报备.
//
// Errors: those of [registration.Policy.Submit], ErrTaken while somebody else is
// protected; ErrForbidden where the claimant has left; ErrNotFound where there is no such
// party, whoever sees it; ErrDuplicate where the id is in use.
func (s *Registrations) Submit(ctx context.Context, actor Actor, r RegisterClaim) (string, error) {
	cmd := command{name: "registrations.submit", actor: actor, made: r.ID == "", call: r.Call,
		input: []any{r.Claimant.ID, r.Claimant.Path, r.Party, r.Line, r.Evidence, Instant(r.Stated)}}
	if r.ID == "" {
		r.ID = s.core.opts.NewID()
	}
	cmd.subject = Subject{KindRegistration, r.ID}
	return run(ctx, s.core, cmd, func(ctx context.Context, now time.Time) (draft, string, error) {
		guard, err := s.core.giving(ctx, r.Claimant.ID)
		if err != nil {
			return draft{}, "", err
		}
		if err := s.party(ctx, r.Party); err != nil {
			return draft{}, "", err
		}
		head, err := s.core.store.Head(ctx, cmd.subject)
		if err == nil && head.Version > 0 {
			err = &Error{Subject: cmd.subject, Err: ErrDuplicate}
		}
		if err != nil {
			return draft{}, "", err
		}
		others, err := s.standing(ctx, r.Party)
		if err != nil {
			return draft{}, "", err
		}
		reason, unforgotten, err := s.core.aboutParty(ctx, r.Party, r.Reason)
		if err != nil {
			return draft{}, "", err
		}
		claim := registration.Claim{Claimant: r.Claimant.ID, Party: r.Party.String(), Line: r.Line, Evidence: r.Evidence, Stated: Instant(r.Stated)}
		entry, err := s.policy().Submit(claim, others, registration.Act{Actor: actor.ID, Recorded: now, Reason: reason})
		if err != nil {
			return draft{}, "", err
		}
		change, err := s.change(Record{Subject: cmd.subject, Path: r.Claimant.Path}, registration.Registration{}, entry)
		return draft{unforgotten, []Change{change, guard}}, r.ID, err
	})
}

// party is there: whoever registers somebody need not see who has him.
func (s *Registrations) party(ctx context.Context, party Subject) error {
	everything := Actor{Sees: access.Everything()}
	switch party.Kind {
	case KindCustomer:
		_, err := s.core.living(ctx, everything, party.ID)
		return err
	case KindLead:
		_, err := s.core.openLead(ctx, everything, party.ID)
		return err
	}
	return &Error{Subject: party, Field: "party", Reason: "is neither a customer nor a lead", Err: ErrInvalid}
}

func (s *Registrations) policy() registration.Policy {
	p := s.core.opts.Registration
	if p.Zone == nil {
		p.Zone = s.core.zone()
	}
	return p
}

// standing returns the registrations of a party by colleagues who have not left.
func (s *Registrations) standing(ctx context.Context, party Subject) ([]registration.Registration, error) {
	var list []registration.Registration
	for row, err := range s.core.store.Records(ctx, RecordFilter{Kind: KindRegistration, Ref: party.String()}) {
		if err != nil {
			return nil, err
		}
		r, err := registrationOf(row)
		if err != nil {
			return nil, err
		}
		guard, err := s.core.record(ctx, Subject{KindStaff, r.Claim.Claimant})
		if err != nil {
			return nil, err
		}
		if guard.State != staffLeft {
			list = append(list, r.Registration)
		}
	}
	return list, nil
}

// change appends an entry to a registration, and puts what it then comes to.
func (s *Registrations) change(row Record, r registration.Registration, e registration.Entry) (Change, error) {
	after, err := r.With(e)
	if err != nil {
		return Change{}, err
	}
	row.Owner, row.Ref, row.State, row.Due = after.Claim.Claimant, after.Claim.Party, after.State.String(), after.Until
	if after.State != registration.Approved {
		row.Due = time.Time{}
	}
	if row.Body, err = json.Marshal(after); err != nil {
		return Change{}, &Error{Subject: row.Subject, Field: "body", Reason: "cannot be written as JSON", Err: ErrInvalid}
	}
	line := Entry{Journal: JournalRegistration, Kind: e.Kind.String(), From: r.State.String(), To: after.State.String(), Ref: e.Ref,
		Actor: e.Actor, At: e.Recorded, Recorded: e.Recorded, Reason: e.Reason}
	e.Reason = ""
	line.Data, _ = json.Marshal(e)
	row.Customer = customerOf(after.Claim)
	line.Contact = row.Customer
	return Change{row.Subject, row.Head.Version, []Write{Append{line}, PutRecord{row}, Emit{Event{Kind: "registration." + e.Kind.String(), At: e.Recorded}}}}, nil
}

func registrationOf(row Record) (RegisteredClaim, error) {
	r := RegisteredClaim{ID: row.Subject.ID, Head: row.Head, Path: row.Path}
	if err := json.Unmarshal(row.Body, &r.Registration); err != nil {
		return r, &Error{Subject: row.Subject, Field: "body", Reason: "is no registration", Err: errors.Join(ErrInvalid, err)}
	}
	return r, nil
}

// protectionKey stands for a party and product line.
func protectionKey(c registration.Claim) string { return digest(c.Party, c.Line) }

// Approve begins the protection of a registration 批准报备. Of several that are approved at
// the same time for one party and product line, one protects; the others get ErrTaken.
// Errors are those of [registration.Policy.Approve]; ErrForbidden where the claimant has
// left; ErrNotFound.
func (s *Registrations) Approve(ctx context.Context, actor Actor, id string, call Call) (registration.Registration, error) {
	return s.decide(ctx, actor, "registrations.approve", id, call, "", func(ctx context.Context, r RegisteredClaim, act registration.Act) (registration.Entry, []Change, error) {
		guard, err := s.core.giving(ctx, r.Claim.Claimant)
		if err != nil {
			return registration.Entry{}, nil, err
		}
		party, err := partyOf(r.Claim)
		if err != nil {
			return registration.Entry{}, nil, err
		}
		others, err := s.standing(ctx, party)
		if err != nil {
			return registration.Entry{}, nil, err
		}
		entry, err := s.policy().Approve(r.Registration, others, act)
		if err != nil {
			return registration.Entry{}, nil, err
		}
		holder, err := s.core.store.Holder(ctx, SpaceProtection, protectionKey(r.Claim))
		if errors.Is(err, ErrNotFound) || err == nil && holder.ID == r.ID {
			return entry, []Change{guard}, nil
		}
		if err != nil {
			return registration.Entry{}, nil, err
		}
		over, err := s.over(ctx, holder, r, act)
		return entry, []Change{guard, over}, err
	})
}

// over returns the change by which a registration whose protection is over gives back its
// claim. ErrTaken: it was approved since the others were listed.
func (s *Registrations) over(ctx context.Context, holder Subject, r RegisteredClaim, act registration.Act) (Change, error) {
	row, err := s.core.store.Record(ctx, holder)
	if err != nil {
		return Change{}, err
	}
	other, err := registrationOf(row)
	if err != nil {
		return Change{}, err
	}
	guard, err := s.core.record(ctx, Subject{KindStaff, other.Claim.Claimant})
	if err == nil && guard.State != staffLeft {
		_, err = s.policy().Approve(r.Registration, []registration.Registration{other.Registration}, act)
	}
	return Change{holder, row.Head.Version, []Write{Release{SpaceProtection, protectionKey(r.Claim)}}}, err
}

// Reject refuses a registration 驳回报备. Errors are those of [registration.Policy.Reject].
func (s *Registrations) Reject(ctx context.Context, actor Actor, id string, call Call) (registration.Registration, error) {
	return s.decide(ctx, actor, "registrations.reject", id, call, "", func(_ context.Context, r RegisteredClaim, act registration.Act) (registration.Entry, []Change, error) {
		e, err := s.policy().Reject(r.Registration, act)
		return e, nil, err
	})
}

// Extend protects the claimant longer, once 延期. The actions that count are those that the
// claimant did on the lead, or on the customer and the customer's opportunities and leads
// (see [Actions].Record). Errors are those of [registration.Policy.Extend].
func (s *Registrations) Extend(ctx context.Context, actor Actor, id string, call Call) (registration.Registration, error) {
	return s.decide(ctx, actor, "registrations.extend", id, call, "", func(ctx context.Context, r RegisteredClaim, act registration.Act) (registration.Entry, []Change, error) {
		party, err := partyOf(r.Claim)
		if err != nil {
			return registration.Entry{}, nil, err
		}
		acted, err := s.acted(ctx, party)
		if err != nil {
			return registration.Entry{}, nil, err
		}
		e, err := s.policy().Extend(r.Registration, acted[r.Claim.Claimant], act)
		return e, nil, err
	})
}

// Convert closes a registration with an order 成交. Errors are those of
// [registration.Policy.Convert].
func (s *Registrations) Convert(ctx context.Context, actor Actor, id, order string, call Call) (registration.Registration, error) {
	return s.decide(ctx, actor, "registrations.convert", id, call, order, func(_ context.Context, r RegisteredClaim, act registration.Act) (registration.Entry, []Change, error) {
		e, err := s.policy().Convert(r.Registration, act)
		return e, nil, err
	})
}

// Revoke takes a registration back 撤销报备; ref is the ruling behind it, "" for none. Errors
// are those of [registration.Policy.Revoke].
func (s *Registrations) Revoke(ctx context.Context, actor Actor, id, ref string, call Call) (registration.Registration, error) {
	return s.decide(ctx, actor, "registrations.revoke", id, call, ref, func(_ context.Context, r RegisteredClaim, act registration.Act) (registration.Entry, []Change, error) {
		e, err := s.policy().Revoke(r.Registration, act)
		return e, nil, err
	})
}

// decide runs a decision over a registration that the actor sees.
func (s *Registrations) decide(ctx context.Context, actor Actor, name, id string, call Call, ref string,
	decide func(context.Context, RegisteredClaim, registration.Act) (registration.Entry, []Change, error)) (registration.Registration, error) {
	cmd := command{name: name, actor: actor, subject: Subject{KindRegistration, id}, call: call, input: ref}
	return run(ctx, s.core, cmd, func(ctx context.Context, now time.Time) (draft, registration.Registration, error) {
		row, err := s.core.visible(ctx, actor, cmd.subject)
		if err != nil {
			return draft{}, registration.Registration{}, err
		}
		r, err := registrationOf(row)
		if err != nil {
			return draft{}, registration.Registration{}, err
		}
		party, err := partyOf(r.Claim)
		if err != nil {
			return draft{}, registration.Registration{}, err
		}
		reason, unforgotten, err := s.core.aboutParty(ctx, party, call.Reason)
		if err != nil {
			return draft{}, registration.Registration{}, err
		}
		entry, more, err := decide(ctx, r, registration.Act{Actor: actor.ID, Recorded: later(now, row.Head.Recorded), Ref: ref, Reason: call.Reason})
		if err != nil {
			return draft{}, registration.Registration{}, err
		}
		entry.Reason = reason
		change, err := s.change(row, r.Registration, entry)
		if err != nil {
			return draft{}, registration.Registration{}, err
		}
		after, err := r.With(entry)
		switch after.State {
		case registration.Approved:
			change.Writes = append(change.Writes, Claim{SpaceProtection, protectionKey(r.Claim)})
		default:
			change.Writes = append(change.Writes, Release{SpaceProtection, protectionKey(r.Claim)})
		}
		return draft{unforgotten, append([]Change{change}, more...)}, after, err
	})
}

// Get returns a registration that the actor sees.
func (s *Registrations) Get(ctx context.Context, actor Actor, id string) (RegisteredClaim, error) {
	subject := Subject{KindRegistration, id}
	return read(ctx, s.core, "registrations.get", actor, subject, func() (RegisteredClaim, error) {
		row, err := s.core.visible(ctx, actor, subject)
		if err != nil {
			return RegisteredClaim{}, err
		}
		return registrationOf(row)
	})
}

// RegistrationFilter narrows a listing of registrations; a zero field does not.
type RegistrationFilter struct {
	After    string
	Limit    int
	Claimant string             // staff id
	Party    Subject            // of this customer or lead
	State    registration.State // as recorded: an approved one may be over by now
	EndsBy   time.Time          // whose protection ends before this instant
}

// List yields the registrations that the actor sees, by id.
func (s *Registrations) List(ctx context.Context, actor Actor, f RegistrationFilter) iter.Seq2[RegisteredClaim, error] {
	s.core.observe(ctx, Op{Name: "registrations.list", Actor: actor.ID, Attempts: 1})
	filter := RecordFilter{Kind: KindRegistration, After: f.After, Limit: f.Limit, Owner: f.Claimant, State: f.State.String(),
		DueBefore: Instant(f.EndsBy), Visible: &actor.Sees}
	if f.Party != (Subject{}) {
		filter.Ref = f.Party.String()
	}
	return func(yield func(RegisteredClaim, error) bool) {
		for row, err := range s.core.store.Records(ctx, filter) {
			var r RegisteredClaim
			if err == nil {
				r, err = registrationOf(row)
			}
			if !yield(r, err) || err != nil {
				return
			}
		}
	}
}

// acted returns the counted actions with a party, by who did them.
func (s *Registrations) acted(ctx context.Context, party Subject) (map[string][]time.Time, error) {
	acted := map[string][]time.Time{}
	subjects := []Subject{party}
	if party.Kind == KindCustomer {
		for _, kind := range []Kind{KindLead, KindOpportunity} {
			for r, err := range s.core.store.Records(ctx, RecordFilter{Kind: kind, Customer: party.ID}) {
				if err != nil {
					return nil, err
				}
				subjects = append(subjects, r.Subject)
			}
		}
	}
	for _, subject := range subjects {
		for e, err := range s.core.store.Entries(ctx, EntryFilter{Subject: subject}) {
			if err != nil {
				return nil, err
			}
			switch {
			case (e.Journal == JournalLead || e.Journal == JournalOpportunity) && e.Kind == leadActed:
				acted[e.Actor] = append(acted[e.Actor], e.At)
			case e.Journal == JournalAction && subject.Kind == KindCustomer: // has no line of its own for what counts
				at, err := s.core.countedAt(e)
				if err != nil {
					return nil, err
				}
				if !at.IsZero() {
					acted[e.Actor] = append(acted[e.Actor], at)
				}
			}
		}
	}
	for _, times := range acted {
		slices.SortFunc(times, time.Time.Compare)
	}
	return acted, nil
}

// countedAt returns when an action counts, the zero time for one that does not.
func (c *core) countedAt(row Entry) (time.Time, error) {
	a, data, err := actionOf(row)
	if err != nil || !data.Counted {
		return time.Time{}, err
	}
	a.Kind, a.NoChange = cadence.General, true // what its texts, perhaps cleared by now, came to is kept: when it counts is left
	verdict, err := c.opts.Cadence.Evidence.Judge(a)
	return Instant(verdict.At), err
}
