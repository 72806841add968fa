package hosttables

import (
	"context"
	"encoding/json"
	"math"

	"github.com/guanxi-go/guanxi/crm"
)

// Commit implements [crm.Committer]. A PutProfile is refused with
// [crm.ErrUnsupported] unless it is what the user's row says already.
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
		var there int
		if t.one("SELECT 1 FROM guanxi_receipts WHERE scope = $1 AND key = $2", []any{c.Scope, c.Key}, &there) {
			t.fail(&crm.Error{Field: "key", Err: crm.ErrDuplicate})
		}
		for _, expect := range c.Require {
			t.expect(expect.Subject, expect.Version)
		}
		for _, change := range c.Changes {
			t.expect(change.Subject, change.Expect)
		}
		for _, change := range c.Changes {
			t.release(change)
		}
		for _, change := range c.Changes {
			t.claim(change)
		}
		for _, change := range c.Changes {
			t.change(change)
		}
		if c.Key != "" {
			var recorded any // NULL for none
			if !c.Recorded.IsZero() {
				recorded = micros(c.Recorded)
			}
			t.exec("INSERT INTO guanxi_receipts (scope, key, fingerprint, data, recorded) VALUES ($1, $2, $3, $4, $5)",
				c.Scope, c.Key, c.Fingerprint[:], c.Receipt, recorded)
		}
	})
}

func (t *step) expect(of crm.Subject, version uint64) {
	if t.head(of).Version != version {
		t.fail(&crm.Error{Subject: of, Field: "version", Err: crm.ErrConflict})
	}
}

func (t *step) release(c crm.Change) {
	for _, w := range c.Writes {
		if w, ok := w.(crm.Release); ok {
			t.exec("DELETE FROM guanxi_claims WHERE space = $1 AND key = $2 AND kind = $3 AND id = $4",
				w.Space, w.Key, string(c.Subject.Kind), c.Subject.ID)
		}
	}
}

func (t *step) claim(c crm.Change) {
	for _, w := range c.Writes {
		w, ok := w.(crm.Claim)
		if !ok {
			continue
		}
		if holder, held := t.holder(w.Space, w.Key); held && holder != c.Subject {
			t.fail(&crm.Error{Subject: c.Subject, Field: w.Space, Holder: holder, Err: crm.ErrTaken})
		}
		t.exec("INSERT INTO guanxi_claims (space, key, kind, id) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
			w.Space, w.Key, string(c.Subject.Kind), c.Subject.ID)
	}
}

// change makes the writes of one change but its claims, and moves the version.
func (t *step) change(c crm.Change) {
	head := t.head(c.Subject)
	before := head.Entries
	head.Version++
	kind, id := string(c.Subject.Kind), c.Subject.ID
	for _, w := range c.Writes {
		switch w := w.(type) {
		case crm.PutProfile:
			t.sameProfile(c.Subject, w)
		case crm.PutStanding:
			t.exec("INSERT INTO guanxi_standings (id, owner, body) VALUES ($1, $2, $3) ON CONFLICT (id) DO UPDATE SET owner = excluded.owner, body = excluded.body",
				id, w.Standing.Holding.Owner, t.encode(w.Standing))
		case crm.PutRecord:
			t.putRecord(c.Subject, w.Record)
		case crm.Append:
			head.Entries++
			head.Recorded = w.Entry.Recorded
			t.append(c.Subject, head.Entries, w.Entry)
		case crm.Redact:
			first, last := w.Seq, min(w.Seq, math.MaxInt64)
			if w.Seq == 0 {
				last = before
			}
			if first <= last { // no number is above what SQLite counts to
				t.exec("UPDATE guanxi_entries SET reason = '', said = '', private = '' WHERE kind = $1 AND id = $2 AND seq BETWEEN $3 AND $4", kind, id, first, last)
			}
		case crm.Emit:
			e := w.Event
			e.ID, e.Subject, e.Version, e.Data = 0, c.Subject, head.Version, document(e.Data)
			t.exec("INSERT INTO guanxi_events (body) VALUES ($1)", t.encode(e))
		}
	}
	t.exec("INSERT INTO guanxi_heads (kind, id, version, entries, recorded) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (kind, id) DO UPDATE SET version = excluded.version, entries = excluded.entries, recorded = excluded.recorded",
		kind, id, head.Version, head.Entries, micros(head.Recorded))
}

// sameProfile refuses a profile that is not the one in the host's table.
func (t *step) sameProfile(of crm.Subject, w crm.PutProfile) {
	if c, ok := t.customer(of.ID); !ok || !c.Profile.Equal(w.Profile) {
		t.fail(&crm.Error{Subject: of, Field: "profile", Reason: "is the host's own, and differs", Err: crm.ErrUnsupported})
	}
}

func (t *step) putRecord(of crm.Subject, r crm.Record) {
	r.Subject, r.Head, r.Body = of, crm.Head{}, document(r.Body)
	t.exec("INSERT INTO guanxi_records (kind, id, customer, owner, body) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (kind, id) DO UPDATE SET customer = excluded.customer, owner = excluded.owner, body = excluded.body",
		string(of.Kind), of.ID, r.Customer, r.Owner, t.encode(r))
}

func (t *step) append(of crm.Subject, seq uint64, e crm.Entry) {
	e.Subject, e.Seq, e.Data = of, seq, document(e.Data)
	t.exec("INSERT INTO guanxi_entries (kind, id, seq, journal, contact, codes, reason, said, private) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
		string(of.Kind), of.ID, seq, string(e.Journal), e.Contact, t.encode(e.Redacted()), e.Reason, e.Text, string(e.Private))
}

// document returns no JSON as nil: encoding/json does not write an empty text.
func document(body json.RawMessage) json.RawMessage {
	if len(body) == 0 {
		return nil
	}
	return body
}
