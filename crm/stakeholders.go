package crm

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/guanxi-go/guanxi/crm/account"
)

const (
	// KindStakeholder is how we see a person of a customer 干系人.
	KindStakeholder Kind = "stakeholder"
	// JournalStakeholder is how we came to see a person so.
	JournalStakeholder Journal = "stakeholder"
)

// The kinds of entries in JournalStakeholder.
const (
	stakeholderDescribed = "described"
	stakeholderEnded     = "ended"
)

// Stakeholders are the people who matter at a customer (干系人): who decides, who has
// the power, how they stand to us, what they prefer and what worries them. How close
// we are to them is [Ties]; both together are the map of the customer, by package
// account.
//
// A person is a customer with a profile of their own, as a contact is, and is seen in
// one way at a time at each customer. Who sees the customer sees its stakeholders.
//
// Preferences and concerns stand in the journal only, where they are cleared when the
// person is forgotten; a record of KindStakeholder holds ids, codes and instants. It is
// listed by customer and person (Ref).
type Stakeholders struct{ core *core }

// Describe says how a person of a customer is to be seen from the call's At on, in the
// place of all that was thought of that time before, and returns the entry without
// what is personal. Of view, From and To are left zero.
//
// Errors: those of [account.Stakeholder.Validate]; ErrInvalid for a view with From or
// To, and for texts out of their limits; ErrNotFound where the actor sees no such
// customer, or the contact is nobody; ErrForgotten for a customer or contact who was
// erased.
func (s *Stakeholders) Describe(ctx context.Context, actor Actor, view account.Stakeholder, call Call) (Entry, error) {
	// The codes are written as they are, so that an unknown one is refused by its field.
	cmd := s.command("stakeholders.describe", actor, view.Customer, view.Contact, call,
		fmt.Sprint(view.Roles), view.Influence, view.Attitude.String(), view.Preferences, view.Concerns)
	return s.change(ctx, cmd, view.Customer, view.Contact, func(views []account.Stakeholder, row *Entry) ([]account.Stakeholder, error) {
		if err := checkView(cmd.subject, view); err != nil {
			return nil, err
		}
		view := view
		view.From = row.At
		row.Kind = stakeholderDescribed
		row.Data, _ = json.Marshal(view.Redacted())
		if len(view.Preferences)+len(view.Concerns) > 0 {
			row.Private, _ = json.Marshal(viewTexts{view.Preferences, view.Concerns})
		}
		return account.Revised(views, view.Redacted()), nil
	})
}

// viewTexts is the Private of an entry that describes a stakeholder.
type viewTexts struct {
	Preferences []string `json:"preferences,omitempty"`
	Concerns    []string `json:"concerns,omitempty"`
}

func checkView(subject Subject, view account.Stakeholder) error {
	if !view.From.IsZero() || !view.To.IsZero() {
		return &Error{Subject: subject, Field: "from", Reason: "and to are the call's to say", Err: ErrInvalid}
	}
	if err := view.Validate(); err != nil {
		return err
	}
	for _, text := range view.Preferences {
		if err := long(subject, "preferences", text); err != nil {
			return err
		}
	}
	for _, text := range view.Concerns {
		if err := long(subject, "concerns", text); err != nil {
			return err
		}
	}
	return nil
}

// End says that a person is no stakeholder of a customer from the call's At on, also
// after one of them was forgotten; the reason is then dropped. ErrTransition where the
// person is none then; ErrNotFound.
func (s *Stakeholders) End(ctx context.Context, actor Actor, customer, contact string, call Call) (Entry, error) {
	cmd := s.command("stakeholders.end", actor, customer, contact, call)
	return s.change(ctx, cmd, customer, contact, func(views []account.Stakeholder, row *Entry) ([]account.Stakeholder, error) {
		row.Kind = stakeholderEnded
		if !slices.ContainsFunc(views, func(v account.Stakeholder) bool { return v.To.IsZero() || v.To.After(row.At) }) {
			return nil, &Error{Subject: cmd.subject, Field: "at", Reason: "is when the person is no stakeholder", Err: ErrTransition}
		}
		return account.Ended(views, row.At), nil
	})
}

func (s *Stakeholders) command(name string, actor Actor, customer, contact string, call Call, input ...any) command {
	return command{name: name, actor: actor, subject: pairSubject(KindStakeholder, customer, contact), call: call, input: input}
}

func (s *Stakeholders) change(ctx context.Context, cmd command, customer, contact string,
	decide func(views []account.Stakeholder, row *Entry) ([]account.Stakeholder, error)) (Entry, error) {
	return run(ctx, s.core, cmd, func(ctx context.Context, now time.Time) (draft, Entry, error) {
		call := cmd.call
		require, err := s.core.between(ctx, cmd.actor, customer, contact)
		if cmd.name == "stakeholders.end" {
			err = silently(err, &call)
		}
		if err != nil {
			return draft{}, Entry{}, err
		}
		r, err := s.core.record(ctx, cmd.subject)
		if err != nil {
			return draft{}, Entry{}, err
		}
		views, err := viewsOf(r)
		if err != nil {
			return draft{}, Entry{}, err
		}
		now = later(now, r.Head.Recorded)
		row := Entry{Journal: JournalStakeholder, Contact: contact, Actor: cmd.actor.ID, At: effective(call, now), Recorded: now, Reason: call.Reason}
		if views, err = decide(views, &row); err != nil {
			return draft{}, Entry{}, err
		}
		body, err := json.Marshal(views)
		if err != nil {
			return draft{}, Entry{}, &Error{Subject: cmd.subject, Field: "body", Reason: "cannot be written as JSON", Err: ErrInvalid}
		}
		change := Change{cmd.subject, r.Head.Version, []Write{Append{row}, PutRecord{Record{Customer: customer, Ref: contact, Body: body}},
			Emit{pairEvent("stakeholder."+row.Kind, now, pairIDs{Customer: customer, Contact: contact})}}}
		row.Subject, row.Seq = cmd.subject, r.Head.Entries+1
		return draft{require: require, changes: []Change{change}}, row.Redacted(), nil
	})
}

// Of returns the stakeholders of a customer at an instant, the zero time for now, by
// contact, with the preferences and concerns that have not been erased. ErrNotFound:
// the actor sees no such customer.
func (s *Stakeholders) Of(ctx context.Context, actor Actor, customer string, at time.Time) ([]account.Stakeholder, error) {
	return read(ctx, s.core, "stakeholders.of", actor, Subject{KindCustomer, customer}, func() ([]account.Stakeholder, error) {
		if _, err := s.core.customer(ctx, actor, customer); err != nil {
			return nil, err
		}
		if at = Instant(at); at.IsZero() {
			at = s.core.now()
		}
		return s.of(ctx, customer, at)
	})
}

func (s *Stakeholders) of(ctx context.Context, customer string, at time.Time) ([]account.Stakeholder, error) {
	var people []account.Stakeholder
	for r, err := range s.core.store.Records(ctx, RecordFilter{Kind: KindStakeholder, Customer: customer}) {
		if err != nil {
			return nil, err
		}
		views, err := s.views(ctx, r.Subject)
		if err != nil {
			return nil, err
		}
		for _, v := range views {
			if v.ValidAt(at) {
				people = append(people, v)
			}
		}
	}
	slices.SortFunc(people, func(a, b account.Stakeholder) int { return strings.Compare(a.Contact, b.Contact) })
	return people, nil
}

// Views returns how a person of a customer was seen, one view after the other, as is
// known now. ErrNotFound: the actor sees no such customer.
func (s *Stakeholders) Views(ctx context.Context, actor Actor, customer, contact string) ([]account.Stakeholder, error) {
	subject := pairSubject(KindStakeholder, customer, contact)
	return read(ctx, s.core, "stakeholders.views", actor, subject, func() ([]account.Stakeholder, error) {
		if _, err := s.core.customer(ctx, actor, customer); err != nil {
			return nil, err
		}
		return s.views(ctx, subject)
	})
}

// History yields the journal of a stakeholder as it was recorded, with the reasons:
// kinds described and ended.
func (s *Stakeholders) History(ctx context.Context, actor Actor, customer, contact string) iter.Seq2[Entry, error] {
	return s.core.seen(ctx, "stakeholders.history", actor, customer, EntryFilter{Subject: pairSubject(KindStakeholder, customer, contact)})
}

// Map draws the map of a customer at an instant, the zero time for now, by
// [account.Assess]: of its stakeholders, of the ties to them, and of what passed between
// the two until then. Days are those of Options.Calendar. What the map should make
// somebody do is in [account.Map.Findings].
//
// ErrInvalid: the options; ErrNotFound: the actor sees no such customer.
func (s *Stakeholders) Map(ctx context.Context, actor Actor, customer string, at time.Time, opts account.Options) (account.Map, error) {
	return read(ctx, s.core, "stakeholders.map", actor, Subject{KindCustomer, customer}, func() (account.Map, error) {
		if _, err := s.core.customer(ctx, actor, customer); err != nil {
			return account.Map{}, err
		}
		if at = Instant(at); at.IsZero() {
			at = s.core.now()
		}
		var people []account.Stakeholder
		for r, err := range s.core.store.Records(ctx, RecordFilter{Kind: KindStakeholder, Customer: customer}) {
			if err != nil {
				return account.Map{}, err
			}
			views, err := viewsOf(r)
			if err != nil {
				return account.Map{}, err
			}
			people = append(people, views...)
		}
		kept, err := newTies(s.core).of(ctx, customer, at)
		if err != nil {
			return account.Map{}, err
		}
		ties := make([]account.Tie, len(kept))
		for i, tie := range kept {
			ties[i] = tie.Tie
		}
		return account.Assess(customer, people, ties, at, s.core.zone(), opts)
	})
}

// viewsOf returns what a record keeps of how a person is seen; none of an empty one.
func viewsOf(r Record) (views []account.Stakeholder, err error) {
	if len(r.Body) == 0 {
		return nil, nil
	}
	if err := json.Unmarshal(r.Body, &views); err != nil {
		return nil, &Error{Subject: r.Subject, Field: "body", Reason: "is no stakeholder", Err: errors.Join(ErrInvalid, err)}
	}
	return views, nil
}

// views folds a stakeholder's journal, texts included.
func (s *Stakeholders) views(ctx context.Context, subject Subject) (views []account.Stakeholder, err error) {
	for row, err := range s.core.store.Entries(ctx, EntryFilter{Subject: subject, Journal: JournalStakeholder}) {
		if err != nil {
			return nil, err
		}
		if row.Kind == stakeholderEnded {
			views = account.Ended(views, row.At)
			continue
		}
		var view account.Stakeholder
		var texts viewTexts
		if err := errors.Join(json.Unmarshal(row.Data, &view), json.Unmarshal(orNull(row.Private), &texts)); err != nil {
			return nil, &Error{Subject: subject, Field: "stakeholder", Reason: "is no entry of this journal", Err: errors.Join(ErrInvalid, err)}
		}
		view.Preferences, view.Concerns = texts.Preferences, texts.Concerns
		views = account.Revised(views, view)
	}
	return views, nil
}

// orNull returns a document, null for one that is not there.
func orNull(doc json.RawMessage) json.RawMessage {
	if len(doc) == 0 {
		return json.RawMessage("null")
	}
	return doc
}

// pairSubject is the subject of what is kept of a pair of ids, or of three. They
// together may be longer than an id, so a digest stands for them; the ids are in the
// record.
func pairSubject(kind Kind, ids ...string) Subject { return Subject{kind, digest(ids...)} }

// pairIDs is the Data of an event about a pair.
type pairIDs struct {
	Customer string `json:"customer"`
	Contact  string `json:"contact"`
	Staff    string `json:"staff,omitzero"`
}

func pairEvent(kind string, at time.Time, ids pairIDs) Event {
	data, _ := json.Marshal(ids)
	return Event{Kind: kind, At: at, Data: data}
}

// between returns whom a command about a person at a customer requires not to move, so
// that nobody is forgotten beside it: the customer, whom the actor sees, and the
// person. Where one was forgotten before, ErrForgotten comes with the list.
func (c *core) between(ctx context.Context, actor Actor, customer, person string) (list []Expect, forgotten error) {
	whole, contact := Subject{KindCustomer, customer}, Subject{KindCustomer, person}
	if err := cmp.Or(whole.validate(), contact.validate()); err != nil {
		return nil, err
	}
	got, err := c.customer(ctx, actor, customer)
	if err != nil {
		return nil, err
	}
	list = []Expect{{whole, got.Head.Version}}
	if !got.Standing.Forgotten.IsZero() {
		forgotten = &Error{Subject: whole, Err: ErrForgotten}
	}
	if contact == whole {
		return list, forgotten
	}
	switch got, err = c.store.Customer(ctx, person); {
	case errors.Is(err, ErrNotFound):
		return nil, &Error{Subject: contact, Field: "contact", Err: ErrNotFound}
	case err != nil:
		return nil, err
	case !got.Standing.Forgotten.IsZero():
		forgotten = &Error{Subject: contact, Field: "contact", Err: ErrForgotten}
	}
	return append(list, Expect{contact, got.Head.Version}), forgotten
}
