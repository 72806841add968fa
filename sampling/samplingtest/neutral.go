package samplingtest

import (
	"context"
	"errors"
	"iter"

	"github.com/guanxi-go/guanxi/internal/storetest"
	"github.com/guanxi-go/guanxi/sampling"
)

// contract is what the cases that all domains share have to know of this one.
var contract = storetest.Contract{
	Package:  "sampling",
	Known:    string(sampling.KindCycle),
	Unknown:  unknowns,
	Pointers: pointers,
	Broken:   broken,
	Validate: func(c storetest.Commit) error { return commitOf(c).Validate() },
	ErrorOf: func(err error) (storetest.Error, bool) {
		var e *sampling.Error
		if !errors.As(err, &e) {
			return storetest.Error{}, false
		}
		return storetest.Error{Subject: neutralSubject(e.Subject), Field: e.Field}, true
	},
	Error: func(e storetest.Error, sentinel error) error {
		return &sampling.Error{Subject: subjectOf(e.Subject), Field: e.Field, Reason: e.Reason, Err: sentinel}
	},
	Quotes: quotes,
}

// neutral is a store as the shared cases see it. Commit spoils what it gave to the
// store, which is the caller's again.
type neutral struct{ sampling.Store }

func (n neutral) Record(ctx context.Context, s storetest.Subject) (storetest.Record, error) {
	r, err := n.Store.Record(ctx, subjectOf(s))
	return neutralRecord(r), err
}

func (n neutral) Records(ctx context.Context, f storetest.RecordFilter) iter.Seq2[storetest.Record, error] {
	return storetest.Listed(n.Store.Records(ctx, sampling.RecordFilter{Kind: sampling.Kind(f.Kind), After: f.After, Limit: f.Limit,
		Cycle: f.Group, State: f.State, DueBefore: f.DueBefore}), neutralRecord)
}

func (n neutral) Head(ctx context.Context, s storetest.Subject) (storetest.Head, error) {
	head, err := n.Store.Head(ctx, subjectOf(s))
	return storetest.Head(head), err
}

func (n neutral) Entries(ctx context.Context, f storetest.EntryFilter) iter.Seq2[storetest.Entry, error] {
	return storetest.Listed(n.Store.Entries(ctx, sampling.EntryFilter{Subject: subjectOf(f.Subject), Of: sampling.Kind(f.Of), Person: f.Party,
		After: sampling.Position{Subject: subjectOf(f.After.Subject), Seq: f.After.Seq}, Limit: f.Limit, RecordedUntil: f.RecordedUntil}), neutralEntry)
}

func (n neutral) Receipt(ctx context.Context, scope, key string) (storetest.Receipt, error) {
	r, err := n.Store.Receipt(ctx, scope, key)
	return storetest.Receipt(r), err
}

func (n neutral) Holder(context.Context, string, string) (storetest.Subject, error) {
	return storetest.Subject{}, sampling.ErrNotFound // there are no claims
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

func (n neutral) Look(context.Context, storetest.Subject) any { return nil }

func (n neutral) Outbox() storetest.Outbox {
	if box, ok := n.Store.(sampling.Outbox); ok {
		return outbox{box}
	}
	return nil
}

func (n neutral) Pruner() storetest.Pruner {
	if p, ok := n.Store.(sampling.Pruner); ok {
		return p
	}
	return nil
}

type outbox struct{ sampling.Outbox }

func (o outbox) Pending(ctx context.Context, limit int) ([]storetest.Event, error) {
	events, err := o.Outbox.Pending(ctx, limit)
	return storetest.Converted(events, func(e sampling.Event) storetest.Event {
		return storetest.Event{ID: e.ID, Subject: neutralSubject(e.Subject), Version: e.Version, Kind: e.Kind, At: e.At, Data: e.Data}
	}), err
}

func subjectOf(s storetest.Subject) sampling.Subject {
	return sampling.Subject{Kind: sampling.Kind(s.Kind), ID: s.ID}
}

func neutralSubject(s sampling.Subject) storetest.Subject {
	return storetest.Subject{Kind: string(s.Kind), ID: s.ID}
}

func neutralRecord(r sampling.Record) storetest.Record {
	return storetest.Record{Subject: neutralSubject(r.Subject), Head: storetest.Head(r.Head), Group: r.Cycle, State: r.State, Due: r.Due, Body: r.Body}
}

func neutralEntry(e sampling.Entry) storetest.Entry {
	return storetest.Entry{Subject: neutralSubject(e.Subject), Seq: e.Seq, Kind: e.Kind, Party: e.Person, Data: e.Data,
		Actor: e.Actor, At: e.At, Recorded: e.Recorded, Reason: e.Reason}
}

func commitOf(c storetest.Commit) sampling.Commit {
	return sampling.Commit{Scope: c.Scope, Key: c.Key, Fingerprint: c.Fingerprint, Receipt: c.Receipt, Recorded: c.Recorded,
		Require: storetest.Converted(c.Require, func(e storetest.Expect) sampling.Expect {
			return sampling.Expect{Subject: subjectOf(e.Subject), Version: e.Version}
		}),
		Changes: storetest.Converted(c.Changes, func(c storetest.Change) sampling.Change {
			return sampling.Change{Subject: subjectOf(c.Subject), Expect: c.Expect, Writes: storetest.Converted(c.Writes, writeOf)}
		})}
}

func writeOf(w storetest.Write) sampling.Write {
	switch w := w.(type) {
	case storetest.PutRecord:
		r := w.Record
		return sampling.PutRecord{Record: sampling.Record{Subject: subjectOf(r.Subject), Head: sampling.Head(r.Head),
			Cycle: r.Group, State: r.State, Due: r.Due, Body: r.Body}}
	case storetest.Append:
		e := w.Entry
		return sampling.Append{Entry: sampling.Entry{Subject: subjectOf(e.Subject), Seq: e.Seq, Kind: e.Kind, Person: e.Party, Data: e.Data,
			Actor: e.Actor, At: e.At, Recorded: e.Recorded, Reason: e.Reason}}
	case storetest.Redact:
		return sampling.Redact(w)
	case storetest.Emit:
		e := w.Event
		return sampling.Emit{Event: sampling.Event{ID: e.ID, Subject: subjectOf(e.Subject), Version: e.Version, Kind: e.Kind, At: e.At, Data: e.Data}}
	case storetest.Own:
		if w.Write != nil {
			return w.Write.(sampling.Write)
		}
	}
	return nil
}

// neutralCommit is the way back from commitOf.
func neutralCommit(c sampling.Commit) storetest.Commit {
	return storetest.Commit{Scope: c.Scope, Key: c.Key, Fingerprint: c.Fingerprint, Receipt: c.Receipt, Recorded: c.Recorded,
		Require: storetest.Converted(c.Require, func(e sampling.Expect) storetest.Expect {
			return storetest.Expect{Subject: neutralSubject(e.Subject), Version: e.Version}
		}),
		Changes: storetest.Converted(c.Changes, func(c sampling.Change) storetest.Change {
			return storetest.Change{Subject: neutralSubject(c.Subject), Expect: c.Expect, Writes: storetest.Converted(c.Writes, func(w sampling.Write) storetest.Write {
				return storetest.Own{Write: w}
			})}
		})}
}
