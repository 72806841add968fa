package loyaltytest

import (
	"context"
	"errors"
	"iter"

	"github.com/guanxi-go/guanxi/internal/storetest"
	"github.com/guanxi-go/guanxi/loyalty"
)

// contract is what the cases that all domains share have to know of this one.
var contract = storetest.Contract{
	Package:    "loyalty",
	Claims:     true,
	Known:      string(loyalty.KindMember),
	RecordRest: func() any { return loyalty.Record{Ref: "ref 参考"} },
	EntryRest:  func(int) any { return loyalty.Entry{Ref: "order 订单"} },
	More:       more,
	Unknown:    unknowns,
	Pointers:   pointers,
	Broken:     broken,
	Validate:   func(c storetest.Commit) error { return commitOf(c).Validate() },
	ErrorOf: func(err error) (storetest.Error, bool) {
		var e *loyalty.Error
		if !errors.As(err, &e) {
			return storetest.Error{}, false
		}
		return storetest.Error{Subject: neutralSubject(e.Subject), Field: e.Field, Holder: neutralSubject(e.Holder)}, true
	},
	Error: func(e storetest.Error, sentinel error) error {
		return &loyalty.Error{Subject: subjectOf(e.Subject), Field: e.Field, Holder: subjectOf(e.Holder), Reason: e.Reason, Err: sentinel}
	},
	Quotes: quotes,
}

// neutral is a store as the shared cases see it. Commit spoils what it gave to the
// store, which is the caller's again.
type neutral struct{ loyalty.Store }

func (n neutral) Record(ctx context.Context, s storetest.Subject) (storetest.Record, error) {
	r, err := n.Store.Record(ctx, subjectOf(s))
	return neutralRecord(r), err
}

func (n neutral) Records(ctx context.Context, f storetest.RecordFilter) iter.Seq2[storetest.Record, error] {
	return storetest.Listed(n.Store.Records(ctx, loyalty.RecordFilter{Kind: loyalty.Kind(f.Kind), After: f.After, Limit: f.Limit,
		Member: f.Group, State: f.State, DueBefore: f.DueBefore}), neutralRecord)
}

func (n neutral) Head(ctx context.Context, s storetest.Subject) (storetest.Head, error) {
	head, err := n.Store.Head(ctx, subjectOf(s))
	return storetest.Head(head), err
}

func (n neutral) Entries(ctx context.Context, f storetest.EntryFilter) iter.Seq2[storetest.Entry, error] {
	return storetest.Listed(n.Store.Entries(ctx, loyalty.EntryFilter{Subject: subjectOf(f.Subject), Of: loyalty.Kind(f.Of), Member: f.Party,
		After: loyalty.Position{Subject: subjectOf(f.After.Subject), Seq: f.After.Seq}, Limit: f.Limit, RecordedUntil: f.RecordedUntil}), neutralEntry)
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
	if s.Kind != string(loyalty.KindAccount) {
		return nil
	}
	account, err := n.Account(ctx, s.ID)
	seen := []any{account, errors.Is(err, loyalty.ErrNotFound)}
	for p, err := range n.Postings(ctx, loyalty.PostingFilter{Account: s.ID}) {
		seen = append(seen, p, err)
	}
	return seen
}

func (n neutral) Outbox() storetest.Outbox {
	if box, ok := n.Store.(loyalty.Outbox); ok {
		return outbox{box}
	}
	return nil
}

func (n neutral) Pruner() storetest.Pruner {
	if p, ok := n.Store.(loyalty.Pruner); ok {
		return p
	}
	return nil
}

type outbox struct{ loyalty.Outbox }

func (o outbox) Pending(ctx context.Context, limit int) ([]storetest.Event, error) {
	events, err := o.Outbox.Pending(ctx, limit)
	return storetest.Converted(events, func(e loyalty.Event) storetest.Event {
		return storetest.Event{ID: e.ID, Subject: neutralSubject(e.Subject), Version: e.Version, Kind: e.Kind, At: e.At, Data: e.Data}
	}), err
}

func subjectOf(s storetest.Subject) loyalty.Subject {
	return loyalty.Subject{Kind: loyalty.Kind(s.Kind), ID: s.ID}
}

func neutralSubject(s loyalty.Subject) storetest.Subject {
	return storetest.Subject{Kind: string(s.Kind), ID: s.ID}
}

func neutralRecord(r loyalty.Record) storetest.Record {
	return storetest.Record{Subject: neutralSubject(r.Subject), Head: storetest.Head(r.Head), Group: r.Member, State: r.State, Due: r.Due, Body: r.Body,
		Rest: storetest.Rest(loyalty.Record{Ref: r.Ref})}
}

func neutralEntry(e loyalty.Entry) storetest.Entry {
	return storetest.Entry{Subject: neutralSubject(e.Subject), Seq: e.Seq, Kind: e.Kind, Party: e.Member, Data: e.Data,
		Actor: e.Actor, At: e.At, Recorded: e.Recorded, Reason: e.Reason, Rest: storetest.Rest(loyalty.Entry{Ref: e.Ref})}
}

func commitOf(c storetest.Commit) loyalty.Commit {
	return loyalty.Commit{Scope: c.Scope, Key: c.Key, Fingerprint: c.Fingerprint, Receipt: c.Receipt, Recorded: c.Recorded,
		Require: storetest.Converted(c.Require, func(e storetest.Expect) loyalty.Expect {
			return loyalty.Expect{Subject: subjectOf(e.Subject), Version: e.Version}
		}),
		Changes: storetest.Converted(c.Changes, func(c storetest.Change) loyalty.Change {
			return loyalty.Change{Subject: subjectOf(c.Subject), Expect: c.Expect, Writes: storetest.Converted(c.Writes, writeOf)}
		})}
}

func writeOf(w storetest.Write) loyalty.Write {
	switch w := w.(type) {
	case storetest.PutRecord:
		r := w.Record
		rest, _ := r.Rest.(loyalty.Record)
		return loyalty.PutRecord{Record: loyalty.Record{Subject: subjectOf(r.Subject), Head: loyalty.Head(r.Head),
			Member: r.Group, Ref: rest.Ref, State: r.State, Due: r.Due, Body: r.Body}}
	case storetest.Append:
		e := w.Entry
		rest, _ := e.Rest.(loyalty.Entry)
		return loyalty.Append{Entry: loyalty.Entry{Subject: subjectOf(e.Subject), Seq: e.Seq, Kind: e.Kind, Member: e.Party, Ref: rest.Ref, Data: e.Data,
			Actor: e.Actor, At: e.At, Recorded: e.Recorded, Reason: e.Reason}}
	case storetest.Claim:
		return loyalty.Claim(w)
	case storetest.Release:
		return loyalty.Release(w)
	case storetest.Redact:
		return loyalty.Redact(w)
	case storetest.Emit:
		e := w.Event
		return loyalty.Emit{Event: loyalty.Event{ID: e.ID, Subject: subjectOf(e.Subject), Version: e.Version, Kind: e.Kind, At: e.At, Data: e.Data}}
	case storetest.Own:
		if w.Write != nil {
			return w.Write.(loyalty.Write)
		}
	}
	return nil
}

// neutralCommit is the way back from commitOf.
func neutralCommit(c loyalty.Commit) storetest.Commit {
	return storetest.Commit{Scope: c.Scope, Key: c.Key, Fingerprint: c.Fingerprint, Receipt: c.Receipt, Recorded: c.Recorded,
		Require: storetest.Converted(c.Require, func(e loyalty.Expect) storetest.Expect {
			return storetest.Expect{Subject: neutralSubject(e.Subject), Version: e.Version}
		}),
		Changes: storetest.Converted(c.Changes, neutralChange)}
}

func neutralChange(c loyalty.Change) storetest.Change {
	return storetest.Change{Subject: neutralSubject(c.Subject), Expect: c.Expect, Writes: storetest.Converted(c.Writes, neutralWrite)}
}

// neutralWrite tells claims and releases apart, of which the verbs look at the keys.
func neutralWrite(w loyalty.Write) storetest.Write {
	switch w := w.(type) {
	case loyalty.Claim:
		return storetest.Claim(w)
	case loyalty.Release:
		return storetest.Release(w)
	}
	return storetest.Own{Write: w}
}
