package kvstore

import (
	"context"
	"errors"
	"time"

	"go.etcd.io/bbolt"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/loyalty"
)

// Loyalty is a [loyalty.Store], [loyalty.BatchCommitter], [loyalty.Outbox] and
// [loyalty.Pruner] in a bbolt file, beside the customers of the same tenant. It is
// made by [NewLoyalty].
type Loyalty struct{ kv *Store }

// NewLoyalty returns the store of one tenant's programme in db, in a bucket of its
// own. A tenant that is no id is [loyalty.ErrInvalid]. The database stays the
// caller's to close, and the store is not used after that.
func NewLoyalty(db *bbolt.DB, tenant string) (*Loyalty, error) {
	if !loyalty.ValidID(tenant) {
		return nil, &loyalty.Error{Field: "tenant", Reason: "is no id", Err: loyalty.ErrInvalid}
	}
	bucket := []byte(join(tenant, "loyalty")) // which no tenant can be named
	return &Loyalty{&Store{db, bucket}}, db.Update(func(tx *bbolt.Tx) error {
		_, err := tx.CreateBucketIfNotExists(bucket)
		return err
	})
}

// Commit implements [loyalty.Committer]. It may wait for another commit to end.
func (l *Loyalty) Commit(ctx context.Context, c loyalty.Commit) error {
	return l.CommitBatch(ctx, []loyalty.Commit{c})[0]
}

// CommitBatch implements [loyalty.BatchCommitter]: all commits are one transaction
// of bbolt, which waits for the disk once. A commit is looked at before anything of
// it is written, so that one that is refused leaves the others alone.
func (l *Loyalty) CommitBatch(ctx context.Context, commits []loyalty.Commit) []error {
	errs := make([]error, len(commits))
	for i := range commits {
		errs[i] = admissible(commits[i])
	}
	if len(commits) == 1 && errs[0] != nil {
		return errs // before anything is read
	}
	err := l.kv.update(ctx, func(t *step) {
		for i := range commits {
			if errs[i] == nil {
				if errs[i] = t.refuse(commits[i]); errs[i] == nil {
					t.applyLoyalty(commits[i])
				}
			}
		}
	})
	for i := range errs {
		if err != nil && (errs[i] == nil || !errors.Is(errs[i], loyalty.ErrInvalid) && !errors.Is(errs[i], loyalty.ErrUnsupported)) {
			errs[i] = err // also where it was refused for what another left, which is undone
		}
	}
	return errs
}

// admissible says what is refused before anything is read.
func admissible(c loyalty.Commit) error {
	if err := c.Validate(); err != nil {
		return err
	}
	for _, change := range c.Changes {
		for _, w := range change.Writes {
			switch w.(type) {
			case loyalty.PutAccount, loyalty.PutRecord, loyalty.Append, loyalty.Claim, loyalty.Release, loyalty.Redact, loyalty.Emit:
			default:
				return loyalty.Unsupported(change.Subject, w)
			}
		}
	}
	return nil
}

// refuse says why a commit cannot be applied, in the order of the contract, and
// writes nothing.
func (t *step) refuse(c loyalty.Commit) error {
	if c.Key != "" && t.Get([]byte(join("receipt", c.Scope, c.Key))) != nil {
		return &loyalty.Error{Field: "key", Err: loyalty.ErrDuplicate}
	}
	for _, e := range c.Require {
		if t.reached(e.Subject).Version != e.Version {
			return &loyalty.Error{Subject: e.Subject, Field: "version", Err: loyalty.ErrConflict}
		}
	}
	released := map[loyalty.Claim]loyalty.Subject{}
	for _, change := range c.Changes {
		head := t.reached(change.Subject)
		if head.Version != change.Expect {
			return &loyalty.Error{Subject: change.Subject, Field: "version", Err: loyalty.ErrConflict}
		}
		for _, w := range change.Writes {
			switch w := w.(type) {
			case loyalty.PutAccount:
				if len(w.Entries) > 0 && w.Entries[0].Seq != head.Entries+1 {
					return &loyalty.Error{Subject: change.Subject, Field: "entries", Err: loyalty.ErrConflict}
				}
			case loyalty.Release:
				if holder, _ := t.holder(loyalty.Claim(w)); holder == change.Subject {
					released[loyalty.Claim(w)] = holder
				}
			}
		}
	}
	for _, change := range c.Changes {
		for _, w := range change.Writes {
			if w, ok := w.(loyalty.Claim); ok {
				if holder, held := t.holder(w); held && holder != change.Subject && released[w] != holder {
					return &loyalty.Error{Subject: change.Subject, Field: w.Space, Holder: holder, Err: loyalty.ErrTaken}
				}
			}
		}
	}
	return nil
}

// Pending implements [loyalty.Outbox], in the order of the commits.
func (l *Loyalty) Pending(ctx context.Context, limit int) ([]loyalty.Event, error) {
	if limit < 1 {
		return nil, &loyalty.Error{Field: "limit", Reason: "is below 1", Err: loyalty.ErrInvalid}
	}
	return run(ctx, l.kv, l.kv.db.View, func(t *step) (events []loyalty.Event) {
		for _, key := range t.keys(join("event", ""), end("event"), limit) {
			event, _ := get[loyalty.Event](t, key)
			events = append(events, event)
		}
		return events
	})
}

// Ack implements [loyalty.Outbox].
func (l *Loyalty) Ack(ctx context.Context, ids ...uint64) error { return l.kv.Ack(ctx, ids...) }

// Prune implements [loyalty.Pruner], all in one transaction.
func (l *Loyalty) Prune(ctx context.Context, before time.Time) (int, error) {
	return l.kv.Prune(ctx, before)
}

// Compact is [Store.Compact]: the file is the same.
func (l *Loyalty) Compact(ctx context.Context, path string) error { return l.kv.Compact(ctx, path) }

var (
	_ loyalty.Store          = (*Loyalty)(nil)
	_ loyalty.BatchCommitter = (*Loyalty)(nil)
	_ loyalty.Outbox         = (*Loyalty)(nil)
	_ loyalty.Pruner         = (*Loyalty)(nil)
	_ crm.Store              = (*Store)(nil)
)
