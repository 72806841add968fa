package kvstore

import (
	"context"
	"encoding/json"
	"time"

	"github.com/guanxi-go/guanxi/crm"
)

// Commit implements [crm.Committer]. It may wait for another commit to end.
func (s *Store) Commit(ctx context.Context, c crm.Commit) error {
	if err := c.Validate(); err != nil {
		return err
	}
	for _, change := range c.Changes {
		for _, w := range change.Writes {
			switch w.(type) {
			case crm.PutProfile, crm.PutStanding, crm.PutRecord, crm.Append, crm.Claim, crm.Release, crm.Redact, crm.Emit:
			default:
				return crm.Unsupported(change.Subject, w)
			}
		}
	}
	return s.update(ctx, func(t *step) {
		if _, done := get[crm.Receipt](t, join("receipt", c.Scope, c.Key)); done {
			t.fail(&crm.Error{Field: "key", Err: crm.ErrDuplicate})
		}
		for _, expect := range c.Require {
			t.expect(expect.Subject, expect.Version)
		}
		for _, change := range c.Changes {
			t.expect(change.Subject, change.Expect)
		}
		for _, change := range c.Changes {
			t.change(change)
		}
		for _, change := range c.Changes {
			t.claim(change) // after the last release, of whichever change
		}
		t.remember(c.Scope, c.Key, c.Recorded, crm.Receipt{Fingerprint: c.Fingerprint, Data: c.Receipt, Recorded: c.Recorded})
	})
}

func (t *step) expect(of crm.Subject, version uint64) {
	if t.head(of).Version != version {
		t.fail(&crm.Error{Subject: of, Field: "version", Err: crm.ErrConflict})
	}
}

// change makes the writes of one change but its claims, and moves the version.
func (t *step) change(c crm.Change) {
	of, head := c.Subject, t.head(c.Subject)
	before := head.Entries
	head.Version++
	for _, w := range c.Writes {
		switch w := w.(type) {
		case crm.PutProfile:
			t.put(join("profile", of.ID), w.Profile)
			standing, _ := get[crm.Standing](t, join("standing", of.ID))
			t.putStanding(of, standing) // who has none yet is listed as nobody's
		case crm.PutStanding:
			t.putStanding(of, w.Standing)
		case crm.PutRecord:
			t.putRecord(of, w.Record)
		case crm.Append:
			head.Entries++
			head.Recorded = w.Entry.Recorded
			t.append(of, head.Entries, w.Entry)
		case crm.Redact:
			t.redact(of, w.Seq, before)
		case crm.Emit:
			t.emit(of, head.Version, w.Event)
		case crm.Release:
			if holder, _ := get[crm.Subject](t, join("claim", w.Space, w.Key)); holder == of {
				t.remove(join("claim", w.Space, w.Key))
			}
		}
	}
	t.put(join("head", place(of)), head)
}

func (t *step) putStanding(of crm.Subject, standing crm.Standing) {
	old, _ := get[crm.Standing](t, join("standing", of.ID))
	t.put(join("standing", of.ID), standing)
	t.reindex("by-owner", old.Holding.Owner, standing.Holding.Owner, of)
}

func (t *step) putRecord(of crm.Subject, r crm.Record) {
	old, _ := get[crm.Record](t, join("record", place(of)))
	r.Subject, r.Head, r.Body = of, crm.Head{}, document(r.Body) // the head has a key of its own
	t.put(join("record", place(of)), r)
	t.reindex("by-owner", old.Owner, r.Owner, of)
	t.reindex("by-customer", old.Customer, r.Customer, of)
}

// reindex moves a subject from one value of a field to another.
func (t *step) reindex(field, from, to string, of crm.Subject) {
	t.remove(join(field, from, place(of)))
	t.put(join(field, to, place(of)), nil)
}

func (t *step) append(of crm.Subject, seq uint64, e crm.Entry) {
	e.Subject, e.Seq, e.Data, e.Private = of, seq, document(e.Data), document(e.Private)
	at := join(place(of), number(seq))
	t.put(join("entry", at), e)
	t.put(join("by-journal", string(e.Journal), at), nil)
	if e.Contact != "" {
		t.put(join("by-contact", e.Contact, at), nil)
	}
}

// redact clears the entry seq, or where that is 0 all up to last.
func (t *step) redact(of crm.Subject, seq, last uint64) {
	from, until := number(seq), join(number(seq), "")
	if seq == 0 {
		until = number(last + 1)
	}
	base := join("entry", place(of), "")
	for _, key := range t.keys(base+from, base+until, noLimit) {
		e, _ := get[crm.Entry](t, key)
		t.put(key, e.Redacted())
	}
}

// emit numbers events in the order of the commits, since there is one writer.
func (t *step) emit(of crm.Subject, version uint64, e crm.Event) {
	id, err := t.NextSequence()
	t.fail(err)
	e.ID, e.Subject, e.Version, e.Data = id, of, version, document(e.Data)
	t.put(join("event", number(id)), e)
}

// remember keeps the key of a commit, and its age where it has one.
func (t *step) remember(scope, key string, recorded time.Time, receipt any) {
	if key == "" {
		return
	}
	key = join(scope, key)
	t.put(join("receipt", key), receipt)
	if !recorded.IsZero() {
		t.put(join("by-age", age(recorded)+key), nil)
	}
}

// claim makes the claims of one change.
func (t *step) claim(c crm.Change) {
	for _, w := range c.Writes {
		if w, ok := w.(crm.Claim); ok {
			key := join("claim", w.Space, w.Key)
			if holder, held := get[crm.Subject](t, key); held && holder != c.Subject {
				t.fail(&crm.Error{Subject: c.Subject, Field: w.Space, Holder: holder, Err: crm.ErrTaken})
			}
			t.put(key, c.Subject)
		}
	}
}

// age orders instants, also those before 1970: with the sign bit flipped, negative
// numbers of microseconds come first.
func age(recorded time.Time) string { return number(uint64(recorded.UnixMicro()) ^ 1<<63) }

// document returns no JSON as nil: encoding/json does not write an empty text.
func document(body json.RawMessage) json.RawMessage { return append(json.RawMessage(nil), body...) }
