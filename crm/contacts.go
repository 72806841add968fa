package crm

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/guanxi-go/guanxi/crm/party"
)

// Contacts says who speaks for an organisation, in which role and when (联系人). A
// person may speak for several organisations, and both are customers in the widest
// sense, with profiles of their own.
//
// The organisation is the guard of its contacts: every command moves it, so that
// there are never two primary contacts in a role.
type Contacts struct{ core *core }

// Link records that a person speaks for an organisation, and returns the contact's
// id: the one given, or a new one.
//
// Errors: those of [party.ValidateContacts] over all contacts of the organisation;
// ErrNotFound for an organisation or person that the actor does not see;
// ErrForgotten for a person who was erased; ErrDuplicate where the id is in use.
func (s *Contacts) Link(ctx context.Context, actor Actor, contact party.Contact, call Call) (string, error) {
	contact.From, contact.Until = Instant(contact.From), Instant(contact.Until)
	cmd := s.command("contacts.link", actor, contact.Organisation, call, contact)
	if contact.ID == "" {
		contact.ID = s.core.opts.NewID()
	}
	return run(ctx, s.core, cmd, func(ctx context.Context, now time.Time) (draft, string, error) {
		org, err := s.core.living(ctx, actor, contact.Organisation)
		if err != nil {
			return draft{}, "", err
		}
		person, err := s.core.living(ctx, actor, contact.Person)
		if err != nil {
			return draft{}, "", err
		}
		head, err := s.core.store.Head(ctx, Subject{KindContact, contact.ID})
		if err != nil {
			return draft{}, "", err
		}
		if head.Version > 0 {
			return draft{}, "", &Error{Subject: Subject{KindContact, contact.ID}, Err: ErrDuplicate}
		}
		contacts, err := s.of(ctx, RecordFilter{Kind: KindContact, Customer: org.ID})
		if err != nil {
			return draft{}, "", err
		}
		if err := party.ValidateContacts(append(contacts, contact)); err != nil {
			return draft{}, "", err
		}
		d := s.journal(org, actor, "linked", contact, call, now)
		d.require = []Expect{{Subject{KindCustomer, person.ID}, person.Head.Version}}
		d.changes = append(d.changes, Change{Subject{KindContact, contact.ID}, 0, []Write{PutRecord{contactRecord(contact)}}})
		return d, contact.ID, nil
	})
}

// End says until when a contact holds. The zero time takes an end back.
// ErrNotFound: there is no such contact, or the actor does not see its organisation.
func (s *Contacts) End(ctx context.Context, actor Actor, id string, until time.Time, call Call) error {
	until = Instant(until)
	return s.change(ctx, actor, "ended", id, call, until, func(contacts []party.Contact, at int) ([]party.ContactChange, error) {
		now := contacts[at]
		now.Until = until
		changed := slices.Clone(contacts)
		changed[at] = now
		return []party.ContactChange{{Was: contacts[at], Now: now}}, party.ValidateContacts(changed)
	})
}

// MakePrimary makes a contact the one to call in its role from an instant on; see
// [party.MakePrimary].
func (s *Contacts) MakePrimary(ctx context.Context, actor Actor, id string, from time.Time, call Call) error {
	from = Instant(from)
	return s.change(ctx, actor, "primary", id, call, from, func(contacts []party.Contact, _ int) ([]party.ContactChange, error) {
		return party.MakePrimary(contacts, id, from)
	})
}

func (s *Contacts) change(ctx context.Context, actor Actor, kind, id string, call Call, input any,
	decide func(contacts []party.Contact, at int) ([]party.ContactChange, error)) error {
	record, err := s.core.store.Record(ctx, Subject{KindContact, id})
	if err != nil {
		return err
	}
	cmd := s.command("contacts."+kind, actor, record.Customer, call, []any{id, input})
	_, err = run(ctx, s.core, cmd, func(ctx context.Context, now time.Time) (draft, struct{}, error) {
		org, err := s.core.customer(ctx, actor, record.Customer)
		if err != nil {
			return draft{}, struct{}{}, err
		}
		records, err := collect(s.core.store.Records(ctx, RecordFilter{Kind: KindContact, Customer: org.ID}))
		if err != nil {
			return draft{}, struct{}{}, err
		}
		contacts, versions := make([]party.Contact, len(records)), map[string]uint64{}
		for i, r := range records {
			if contacts[i], err = contactOf(r); err != nil {
				return draft{}, struct{}{}, err
			}
			versions[r.Subject.ID] = r.Head.Version
		}
		at := slices.IndexFunc(contacts, func(c party.Contact) bool { return c.ID == id })
		if at < 0 {
			return draft{}, struct{}{}, &Error{Subject: Subject{KindContact, id}, Err: ErrNotFound}
		}
		changes, err := decide(contacts, at)
		if err != nil || len(changes) == 0 {
			return draft{}, struct{}{}, err
		}
		d := s.journal(org, actor, kind, contacts[at], call, now)
		for _, change := range changes {
			if change.Now.ID == "" {
				change.Now.ID = s.core.opts.NewID()
			}
			d.changes = append(d.changes, Change{Subject{KindContact, change.Now.ID}, versions[change.Now.ID],
				[]Write{PutRecord{contactRecord(change.Now)}}})
		}
		return d, struct{}{}, nil
	})
	return err
}

// Of returns every contact in which a customer speaks or is spoken for, by id;
// [party.ContactsAt] says which hold.
func (s *Contacts) Of(ctx context.Context, actor Actor, customer string) ([]party.Contact, error) {
	return read(ctx, s.core, "contacts.of", actor, Subject{KindCustomer, customer}, func() ([]party.Contact, error) {
		if _, err := s.core.customer(ctx, actor, customer); err != nil {
			return nil, err
		}
		return s.all(ctx, customer)
	})
}

func (s *Contacts) all(ctx context.Context, customer string) ([]party.Contact, error) {
	spokenFor, err := s.of(ctx, RecordFilter{Kind: KindContact, Customer: customer})
	if err != nil {
		return nil, err
	}
	speaks, err := s.of(ctx, RecordFilter{Kind: KindContact, Ref: customer})
	return slices.SortedFunc(slices.Values(append(spokenFor, speaks...)),
		func(a, b party.Contact) int { return strings.Compare(a.ID, b.ID) }), err
}

func (s *Contacts) of(ctx context.Context, filter RecordFilter) ([]party.Contact, error) {
	var contacts []party.Contact
	for r, err := range s.core.store.Records(ctx, filter) {
		if err != nil {
			return nil, err
		}
		c, err := contactOf(r)
		if err != nil {
			return nil, err
		}
		contacts = append(contacts, c)
	}
	return contacts, nil
}

func (s *Contacts) command(name string, actor Actor, organisation string, call Call, input any) command {
	return command{name: name, actor: actor, subject: Subject{KindCustomer, organisation}, call: call, input: input}
}

// journal moves the organisation, and says in its journal what happened.
func (s *Contacts) journal(org Customer, actor Actor, kind string, c party.Contact, call Call, now time.Time) draft {
	now = later(now, org.Head.Recorded)
	return draft{changes: []Change{{Subject{KindCustomer, org.ID}, org.Head.Version, []Write{
		Append{Entry{Journal: JournalContact, Kind: kind, Contact: c.Person, Ref: c.ID, To: c.Role.String(), Actor: actor.ID,
			At: effective(call, now), Recorded: now, Reason: call.Reason}},
		Emit{Event{Kind: "contact." + kind, At: now}}}}}}
}

func contactRecord(c party.Contact) Record {
	body, _ := json.Marshal(c)
	return Record{Customer: c.Organisation, Ref: c.Person, State: c.Role.String(), Due: c.Until, Body: body}
}

func contactOf(r Record) (c party.Contact, err error) {
	if err := json.Unmarshal(r.Body, &c); err != nil {
		return c, &Error{Subject: r.Subject, Field: "body", Reason: "is no contact", Err: errors.Join(ErrInvalid, err)}
	}
	return c, nil
}
