package crm

import (
	"context"
	"errors"
	"iter"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/guanxi-go/guanxi/crm/party"
	"github.com/guanxi-go/guanxi/crm/pipeline/lead"
	"github.com/guanxi-go/guanxi/crm/privacy"
)

// Privacy answers the two requests that a person can always make: what we know of
// them (查阅复制), and that we forget it (删除).
type Privacy struct{ core *core }

// Copy builds what a person gets who asks for their data: everything in which they
// are a subject or were dealt with, in sections profile, standing, contacts,
// entries, dealings and leads (the forms that they filled in). request is the id of the
// request, or empty.
func (p *Privacy) Copy(ctx context.Context, actor Actor, person, request string) (privacy.Copy, error) {
	return read(ctx, p.core, "privacy.copy", actor, Subject{KindCustomer, person}, func() (privacy.Copy, error) {
		c, err := p.core.customer(ctx, actor, person)
		if err != nil {
			return privacy.Copy{}, err
		}
		contacts, err := (&Contacts{p.core}).all(ctx, person)
		if err != nil {
			return privacy.Copy{}, err
		}
		own, err := collect(p.core.store.Entries(ctx, EntryFilter{Subject: Subject{KindCustomer, person}}))
		if err != nil {
			return privacy.Copy{}, err
		}
		dealings, err := collect(p.core.store.Entries(ctx, EntryFilter{Contact: person}))
		if err != nil {
			return privacy.Copy{}, err
		}
		leads, err := p.leadsOf(ctx, c, false)
		if err != nil {
			return privacy.Copy{}, err
		}
		said := make([]lead.Data, len(leads))
		for i, l := range leads {
			said[i] = l.body.Data
		}
		profile, err1 := privacy.SectionOf("profile", []party.Profile{c.Profile})
		standing, err2 := privacy.SectionOf("standing", []Standing{c.Standing})
		ties, err3 := privacy.SectionOf("contacts", contacts)
		entries, err4 := privacy.SectionOf("entries", own)
		met, err5 := privacy.SectionOf("dealings", dealings)
		forms, err6 := privacy.SectionOf("leads", said)
		if err := errors.Join(err1, err2, err3, err4, err5, err6); err != nil {
			return privacy.Copy{}, err
		}
		return privacy.NewCopy(privacy.CopyHead{Party: person, Request: request, AsOf: p.core.now()}, profile, standing, ties, entries, met, forms)
	})
}

func collect[T any](rows iter.Seq2[T, error]) ([]T, error) {
	var all []T
	for row, err := range rows {
		if err != nil {
			return nil, err
		}
		all = append(all, row)
	}
	return all, nil
}

// Erasure is a command of [Privacy].Forget.
type Erasure struct {
	Call
	Holds []privacy.Hold // legal holds that the host knows of

	// Everywhere searches the journals of all customers for the person's strings, and
	// not only those with which the person had to do. It reads everything, and a
	// common name takes the notes about its other bearers with it.
	Everywhere bool
}

// Forgotten is what [Privacy].Forget did, in numbers.
type Forgotten struct {
	Redacted   int // entries of others whose texts were cleared, because they dealt with or named the person
	Contacts   int // places in organisations that lost their texts
	Leads      int // leads that lost what was personal
	Care       int // tasks of care that lost their days; those that were open are dropped
	Released   int // identifiers given back
	Tombstones int // keyed hashes kept, so that the person does not come back by an old file
}

// Forget erases a person (被遗忘): the profile is replaced by what [party.Profile.Erased]
// leaves, the identifiers are given back, and the texts of all entries are cleared
// in which the person is the subject, was dealt with, or is named: in all work that is
// about the person, whoever was dealt with in it, in the journals
// of the organisations that they speak for or matter at, of colleagues, tables and
// handovers, and with Everywhere of all customers. Codes, amounts and instants stay, so
// every count and sum is as before. What the host keeps itself, such as the blobs
// of documents, its order tables and its logs, is the host's to erase; so is what
// the database keeps of old pages (see the adapter).
//
// It works in three steps, each of which can be repeated: first the person is
// marked, so that nothing new is recorded; then what others' journals say is
// cleared; at last the person's own. An error in between leaves the person marked:
// send the command again.
//
// Errors: ErrIncomplete without Options.ErasureKey, or without a reason; ErrConflict
// while a legal hold is active; ErrNotFound. Forgetting somebody twice does nothing.
func (p *Privacy) Forget(ctx context.Context, actor Actor, person string, e Erasure) (Forgotten, error) {
	var done Forgotten
	if err := p.may(Subject{KindCustomer, person}, e); err != nil {
		return done, err
	}
	e.Key = ""
	c, err := p.mark(ctx, actor, person, e)
	if err != nil {
		return done, err
	}
	if done.Redacted, err = p.redactOthers(ctx, actor, c, e.Everywhere); err != nil {
		return done, err
	}
	if done.Contacts, err = p.redactContacts(ctx, actor, person); err != nil {
		return done, err
	}
	if err = p.eraseLeads(ctx, actor, c, e.Everywhere, &done); err != nil {
		return done, err
	}
	if done.Care, err = p.eraseCare(ctx, actor, person); err != nil {
		return done, err
	}
	done.Released, done.Tombstones, err = p.erase(ctx, actor, person)
	return done, err
}

// mark sets the mark behind which nothing new is recorded about the person, and
// returns the person as they still are.
func (p *Privacy) mark(ctx context.Context, actor Actor, person string, e Erasure) (Customer, error) {
	cmd := command{name: "privacy.mark", actor: actor, subject: Subject{KindCustomer, person}, call: e.Call}
	_, err := run(ctx, p.core, cmd, func(ctx context.Context, now time.Time) (draft, struct{}, error) {
		c, err := p.core.customer(ctx, actor, person)
		if err != nil || !c.Standing.Forgotten.IsZero() {
			return draft{}, struct{}{}, err
		}
		now = later(now, c.Head.Recorded)
		standing := c.Standing.Clone()
		standing.Forgotten = now
		return draft{changes: []Change{{cmd.subject, c.Head.Version, []Write{PutStanding{standing},
			Append{Entry{Journal: JournalProfile, Kind: "forget", Actor: actor.ID, At: effective(e.Call, now), Recorded: now}},
		}}}}, struct{}{}, nil
	})
	if err != nil {
		return Customer{}, err
	}
	return p.core.store.Customer(ctx, person)
}

// aboutKinds returns the kinds of records that are about a customer.
func aboutKinds() []Kind {
	return append(workKinds(), KindApproval, KindAccount, KindRegistration, KindRuling, KindStakeholder, KindKeyAccount)
}

// redactOthers clears the texts of the entries of other subjects that dealt with
// the person, or that name the person.
func (p *Privacy) redactOthers(ctx context.Context, actor Actor, c Customer, everywhere bool) (int, error) {
	targets, found := map[Subject][]uint64{}, map[Position]bool{}
	add := func(rows iter.Seq2[Entry, error], concerns func(Entry) bool) error {
		for e, err := range rows {
			if err != nil {
				return err
			}
			personal := e.Reason != "" || e.Text != "" || len(e.Private) > 0
			if e.Subject != (Subject{KindCustomer, c.ID}) && personal && !found[e.Position()] && concerns(e) {
				found[e.Position()] = true
				targets[e.Subject] = append(targets[e.Subject], e.Seq)
			}
		}
		return nil
	}
	if err := add(p.core.store.Entries(ctx, EntryFilter{Contact: c.ID}), func(Entry) bool { return true }); err != nil {
		return 0, err
	}
	for _, kind := range aboutKinds() {
		for r, err := range p.core.store.Records(ctx, RecordFilter{Kind: kind, Customer: c.ID}) {
			if err == nil { // whoever was dealt with in it, it is about the person
				err = add(p.core.store.Entries(ctx, EntryFilter{Subject: r.Subject}), func(Entry) bool { return true })
			}
			if err != nil {
				return 0, err
			}
		}
	}
	filters, err := p.suspects(ctx, c.ID, everywhere)
	if err != nil {
		return 0, err
	}
	names := c.Profile.Strings()
	for _, filter := range filters {
		rows := p.core.store.Entries(ctx, filter)
		if err := add(rows, func(e Entry) bool { return e.Contact != c.ID && mentions(e, names) }); err != nil {
			return 0, err
		}
	}
	return p.redact(ctx, actor, targets)
}

// suspects returns where entries may name the person: tables and handovers, the events
// to which they were invited, and the organisations that they speak for or matter at,
// with all work about these; everything that is recorded, where everywhere is asked for.
func (p *Privacy) suspects(ctx context.Context, person string, everywhere bool) ([]EntryFilter, error) {
	filters := []EntryFilter{{Journal: JournalRecord}, {Journal: JournalHandover}}
	if !everywhere {
		for r, err := range p.core.store.Records(ctx, RecordFilter{Kind: KindInvitation, Customer: person}) {
			if err != nil {
				return nil, err
			}
			filters = append(filters, EntryFilter{Subject: Subject{KindEvent, r.Ref}})
		}
		organisations, err := p.organisationsOf(ctx, person)
		for _, organisation := range organisations {
			filters = append(filters, EntryFilter{Subject: Subject{KindCustomer, organisation}})
			for _, kind := range aboutKinds() {
				for r, err := range p.core.store.Records(ctx, RecordFilter{Kind: kind, Customer: organisation}) {
					if err != nil {
						return nil, err
					}
					filters = append(filters, EntryFilter{Subject: r.Subject})
				}
			}
		}
		return filters, err
	}
	for _, journal := range workJournals() {
		filters = append(filters, EntryFilter{Journal: journal})
	}
	for c, err := range p.core.store.Customers(ctx, CustomerFilter{}) {
		if err != nil {
			return nil, err
		}
		filters = append(filters, EntryFilter{Subject: Subject{KindCustomer, c.ID}})
	}
	return filters, nil
}

// organisationsOf returns the customers that a person speaks for, matters at, or is
// known by as somebody of theirs, by id.
func (p *Privacy) organisationsOf(ctx context.Context, person string) ([]string, error) {
	found := map[string]bool{}
	for _, kind := range []Kind{KindContact, KindStakeholder, KindTie} {
		for r, err := range p.core.store.Records(ctx, RecordFilter{Kind: kind, Ref: person}) {
			if err != nil {
				return nil, err
			}
			found[r.Customer] = true
		}
	}
	return slices.Sorted(maps.Keys(found)), nil
}

// mentions reports whether one of the three fields that may be personal holds one
// of the texts, in whatever case.
func mentions(e Entry, names []string) bool {
	text := strings.ToLower(e.Reason + "\x00" + e.Text + "\x00" + string(e.Private))
	for _, name := range names {
		if name != "" && strings.Contains(text, strings.ToLower(name)) {
			return true
		}
	}
	return false
}

func (p *Privacy) redact(ctx context.Context, actor Actor, targets map[Subject][]uint64) (int, error) {
	n := 0
	for _, subject := range slices.SortedFunc(maps.Keys(targets), Subject.Compare) {
		seqs := targets[subject]
		cmd := command{name: "privacy.redact", actor: actor, subject: subject}
		_, err := run(ctx, p.core, cmd, func(ctx context.Context, _ time.Time) (draft, struct{}, error) {
			head, err := p.core.store.Head(ctx, subject)
			writes := make([]Write, len(seqs))
			for i, seq := range seqs {
				writes[i] = Redact{seq}
			}
			return draft{changes: []Change{{subject, head.Version, writes}}}, struct{}{}, err
		})
		if err != nil {
			return n, err
		}
		n += len(seqs)
	}
	return n, nil
}

// redactContacts takes the texts out of the person's places in organisations.
func (p *Privacy) redactContacts(ctx context.Context, actor Actor, person string) (int, error) {
	n := 0
	for r, err := range p.core.store.Records(ctx, RecordFilter{Kind: KindContact, Ref: person}) {
		if err != nil {
			return n, err
		}
		cmd := command{name: "privacy.redact", actor: actor, subject: r.Subject}
		_, err := run(ctx, p.core, cmd, func(ctx context.Context, _ time.Time) (draft, struct{}, error) {
			r, err := p.core.store.Record(ctx, r.Subject)
			if err != nil {
				return draft{}, struct{}{}, err
			}
			contact, err := contactOf(r)
			return draft{changes: []Change{{r.Subject, r.Head.Version, []Write{PutRecord{contactRecord(contact.Erased())}, Redact{}}}}}, struct{}{}, err
		})
		if err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

// erase replaces the profile, gives the identifiers back, and clears the person's
// own entries.
func (p *Privacy) erase(ctx context.Context, actor Actor, person string) (released, tombstones int, err error) {
	cmd := command{name: "privacy.erase", actor: actor, subject: Subject{KindCustomer, person}}
	counts, err := run(ctx, p.core, cmd, func(ctx context.Context, now time.Time) (draft, [2]int, error) {
		c, err := p.core.customer(ctx, actor, person)
		if err != nil {
			return draft{}, [2]int{}, err
		}
		erased := c.Profile.Erased(person)
		if c.Profile.Equal(erased) {
			return draft{}, [2]int{}, nil // by an earlier command
		}
		customers := &Customers{p.core}
		unique, err := customers.fieldClaims(ctx, c.Profile.Custom)
		if err != nil {
			return draft{}, [2]int{}, err
		}
		kept, err := customers.fieldClaims(ctx, erased.Custom)
		if err != nil {
			return draft{}, [2]int{}, err
		}
		writes := append([]Write{PutProfile{erased}, Redact{}}, claimWrites(SpaceField, unique, kept)...)
		n := [2]int{}
		for _, key := range c.Profile.ClaimKeys() {
			tombstone, err := privacy.Tombstone(p.core.opts.ErasureKey, key)
			if err != nil {
				return draft{}, n, err
			}
			writes = append(writes, Release{SpaceIdentifier, key})
			n[0]++
			if _, err := p.core.store.Holder(ctx, SpaceForgotten, tombstone); errors.Is(err, ErrNotFound) {
				writes = append(writes, Claim{SpaceForgotten, tombstone})
				n[1]++
			} else if err != nil {
				return draft{}, n, err
			}
		}
		now = later(now, c.Head.Recorded)
		writes = append(writes, Append{Entry{Journal: JournalProfile, Kind: "forgotten", Actor: actor.ID, At: now, Recorded: now}},
			Emit{Event{Kind: "customer.forgotten", At: now}})
		return draft{changes: []Change{{cmd.subject, c.Head.Version, writes}}}, n, nil
	})
	return counts[0], counts[1], err
}
