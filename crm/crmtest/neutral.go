package crmtest

import (
	"context"
	"errors"
	"iter"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/internal/storetest"
)

// contract is what the cases that all domains share have to know of this one.
var contract = storetest.Contract{
	Package:    "crm",
	Claims:     true,
	Known:      string(crm.KindStaff),
	RecordRest: func() any { return restOfRecord(fullRecord(1)) },
	EntryRest:  func(n int) any { return restOfEntry(fullEntry(n)) },
	Private: func(text string) any {
		return crm.Entry{Text: text, Private: []byte(`{"p":"` + text + `"}`)}
	},
	Redacted: func(rest any) any {
		e, _ := rest.(crm.Entry)
		return storetest.Rest(e.Redacted())
	},
	More:     more,
	Unknown:  unknowns,
	Pointers: pointers,
	Broken:   broken,
	Validate: func(c storetest.Commit) error { return commitOf(c).Validate() },
	ErrorOf: func(err error) (storetest.Error, bool) {
		var e *crm.Error
		if !errors.As(err, &e) {
			return storetest.Error{}, false
		}
		return storetest.Error{Subject: neutralSubject(e.Subject), Field: e.Field, Holder: neutralSubject(e.Holder)}, true
	},
	Error: func(e storetest.Error, sentinel error) error {
		return &crm.Error{Subject: subjectOf(e.Subject), Field: e.Field, Holder: subjectOf(e.Holder), Reason: e.Reason, Err: sentinel}
	},
	Quotes: quotes,
}

// neutral is a store as the shared cases see it: what they list records by is the
// owner, and an entry of which they name no journal is of the one that bears the name
// of its subject's kind. Commit spoils what it gave to the
// store, which is the caller's again.
type neutral struct{ crm.Store }

func (n neutral) Record(ctx context.Context, s storetest.Subject) (storetest.Record, error) {
	r, err := n.Store.Record(ctx, subjectOf(s))
	return neutralRecord(r), err
}

func (n neutral) Records(ctx context.Context, f storetest.RecordFilter) iter.Seq2[storetest.Record, error] {
	return storetest.Listed(n.Store.Records(ctx, crm.RecordFilter{Kind: crm.Kind(f.Kind), After: f.After, Limit: f.Limit,
		Owner: f.Group, State: f.State, DueBefore: f.DueBefore}), neutralRecord)
}

func (n neutral) Head(ctx context.Context, s storetest.Subject) (storetest.Head, error) {
	head, err := n.Store.Head(ctx, subjectOf(s))
	return storetest.Head(head), err
}

func (n neutral) Entries(ctx context.Context, f storetest.EntryFilter) iter.Seq2[storetest.Entry, error] {
	return storetest.Listed(n.Store.Entries(ctx, crm.EntryFilter{Subject: subjectOf(f.Subject), Journal: crm.Journal(f.Of), Contact: f.Party,
		After: crm.Position{Subject: subjectOf(f.After.Subject), Seq: f.After.Seq}, Limit: f.Limit, RecordedUntil: f.RecordedUntil}), neutralEntry)
}

func (n neutral) Receipt(ctx context.Context, scope, key string) (storetest.Receipt, error) {
	r, err := n.Store.Receipt(ctx, scope, key)
	return storetest.Receipt(r), err
}

func (n neutral) Holder(ctx context.Context, space, key string) (storetest.Subject, error) {
	s, err := n.Store.Holder(ctx, space, key)
	return neutralSubject(s), err
}

func (n neutral) Commit(ctx context.Context, c storetest.Commit) error {
	commit := commitOf(c)
	err := n.Store.Commit(ctx, commit)
	for _, change := range commit.Changes {
		clear(change.Writes)
	}
	clear(commit.Changes)
	clear(commit.Require)
	return err
}

func (n neutral) Look(ctx context.Context, s storetest.Subject) any {
	if s.Kind != string(crm.KindCustomer) {
		return nil
	}
	customer, err := n.Customer(ctx, s.ID)
	seen := []any{customer, errors.Is(err, crm.ErrNotFound)}
	for e, err := range n.Store.Entries(ctx, crm.EntryFilter{Subject: subjectOf(s)}) {
		seen = append(seen, e, err)
	}
	return seen
}

func (n neutral) Outbox() storetest.Outbox {
	if box, ok := n.Store.(crm.Outbox); ok {
		return outbox{box}
	}
	return nil
}

func (n neutral) Pruner() storetest.Pruner {
	if p, ok := n.Store.(crm.Pruner); ok {
		return p
	}
	return nil
}

type outbox struct{ crm.Outbox }

func (o outbox) Pending(ctx context.Context, limit int) ([]storetest.Event, error) {
	events, err := o.Outbox.Pending(ctx, limit)
	return storetest.Converted(events, func(e crm.Event) storetest.Event {
		return storetest.Event{ID: e.ID, Subject: neutralSubject(e.Subject), Version: e.Version, Kind: e.Kind, At: e.At, Data: e.Data}
	}), err
}

func subjectOf(s storetest.Subject) crm.Subject {
	return crm.Subject{Kind: crm.Kind(s.Kind), ID: s.ID}
}

func neutralSubject(s crm.Subject) storetest.Subject {
	return storetest.Subject{Kind: string(s.Kind), ID: s.ID}
}

func neutralRecord(r crm.Record) storetest.Record {
	return storetest.Record{Subject: neutralSubject(r.Subject), Head: storetest.Head(r.Head), Group: r.Owner, State: r.State, Due: r.Due, Body: r.Body,
		Rest: restOfRecord(r)}
}

func neutralEntry(e crm.Entry) storetest.Entry {
	return storetest.Entry{Subject: neutralSubject(e.Subject), Seq: e.Seq, Kind: e.Kind, Party: e.Contact, Data: e.Data,
		Actor: e.Actor, At: e.At, Recorded: e.Recorded, Reason: e.Reason, Rest: restOfEntry(e)}
}

func restOfRecord(r crm.Record) any {
	return storetest.Rest(crm.Record{Customer: r.Customer, Ref: r.Ref, Path: r.Path})
}

func restOfEntry(e crm.Entry) any {
	rest := crm.Entry{Journal: e.Journal, From: e.From, To: e.To, Ref: e.Ref, Amount: e.Amount, Currency: e.Currency, Text: e.Text, Private: e.Private}
	if rest.Journal == crm.Journal(e.Subject.Kind) {
		rest.Journal = ""
	}
	return storetest.Rest(rest)
}

func commitOf(c storetest.Commit) crm.Commit {
	return crm.Commit{Scope: c.Scope, Key: c.Key, Fingerprint: c.Fingerprint, Receipt: c.Receipt, Recorded: c.Recorded,
		Require: storetest.Converted(c.Require, func(e storetest.Expect) crm.Expect {
			return crm.Expect{Subject: subjectOf(e.Subject), Version: e.Version}
		}),
		Changes: storetest.Converted(c.Changes, func(c storetest.Change) crm.Change {
			return crm.Change{Subject: subjectOf(c.Subject), Expect: c.Expect, Writes: storetest.Converted(c.Writes, func(w storetest.Write) crm.Write {
				return writeOf(c.Subject, w)
			})}
		})}
}

func writeOf(of storetest.Subject, w storetest.Write) crm.Write {
	switch w := w.(type) {
	case storetest.PutRecord:
		r := w.Record
		rest, _ := r.Rest.(crm.Record)
		rest.Subject, rest.Head, rest.Owner, rest.State, rest.Due, rest.Body = subjectOf(r.Subject), crm.Head(r.Head), r.Group, r.State, r.Due, r.Body
		return crm.PutRecord{Record: rest}
	case storetest.Append:
		e := w.Entry
		rest, _ := e.Rest.(crm.Entry)
		if rest.Journal == "" {
			rest.Journal = crm.Journal(of.Kind)
		}
		rest.Subject, rest.Seq, rest.Kind, rest.Contact, rest.Data = subjectOf(e.Subject), e.Seq, e.Kind, e.Party, e.Data
		rest.Actor, rest.At, rest.Recorded, rest.Reason = e.Actor, e.At, e.Recorded, e.Reason
		return crm.Append{Entry: rest}
	case storetest.Claim:
		return crm.Claim(w)
	case storetest.Release:
		return crm.Release(w)
	case storetest.Redact:
		return crm.Redact(w)
	case storetest.Emit:
		e := w.Event
		return crm.Emit{Event: crm.Event{ID: e.ID, Subject: subjectOf(e.Subject), Version: e.Version, Kind: e.Kind, At: e.At, Data: e.Data}}
	case storetest.Own:
		if w.Write != nil {
			return w.Write.(crm.Write)
		}
	}
	return nil
}

// neutralCommit is the way back from commitOf.
func neutralCommit(c crm.Commit) storetest.Commit {
	return storetest.Commit{Scope: c.Scope, Key: c.Key, Fingerprint: c.Fingerprint, Receipt: c.Receipt, Recorded: c.Recorded,
		Require: storetest.Converted(c.Require, func(e crm.Expect) storetest.Expect {
			return storetest.Expect{Subject: neutralSubject(e.Subject), Version: e.Version}
		}),
		Changes: storetest.Converted(c.Changes, neutralChange)}
}

func neutralChange(c crm.Change) storetest.Change {
	return storetest.Change{Subject: neutralSubject(c.Subject), Expect: c.Expect, Writes: storetest.Converted(c.Writes, neutralWrite)}
}

// neutralWrite tells claims and releases apart, of which the verbs look at the keys.
func neutralWrite(w crm.Write) storetest.Write {
	switch w := w.(type) {
	case crm.Claim:
		return storetest.Claim(w)
	case crm.Release:
		return storetest.Release(w)
	}
	return storetest.Own{Write: w}
}
