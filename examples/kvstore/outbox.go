package kvstore

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"time"

	"go.etcd.io/bbolt"

	"github.com/guanxi-go/guanxi/crm"
)

// Pending implements [crm.Outbox], in the order of the commits.
func (s *Store) Pending(ctx context.Context, limit int) ([]crm.Event, error) {
	if limit < 1 {
		return nil, &crm.Error{Field: "limit", Reason: "is below 1", Err: crm.ErrInvalid}
	}
	return run(ctx, s, s.db.View, func(t *step) (events []crm.Event) {
		for _, key := range t.keys(join("event", ""), end("event"), limit) {
			event, _ := get[crm.Event](t, key)
			events = append(events, event)
		}
		return events
	})
}

// Ack implements [crm.Outbox].
func (s *Store) Ack(ctx context.Context, ids ...uint64) error {
	return s.update(ctx, func(t *step) {
		for _, id := range ids {
			t.remove(join("event", number(id)))
		}
	})
}

// Prune implements [crm.Pruner], all in one transaction.
func (s *Store) Prune(ctx context.Context, before time.Time) (int, error) {
	bound := join("by-age", age(before.Add(time.Microsecond-1))) // the first microsecond that is not before
	return run(ctx, s, s.db.Update, func(t *step) int {
		old := t.keys(join("by-age", ""), bound, noLimit)
		for _, key := range old {
			t.remove(key)
			t.remove(join("receipt", key[len(bound):]))
		}
		return len(old)
	})
}

// Compact writes all that the database holds, of every tenant, into a new file at
// path, and nothing of what was overwritten or deleted. This is how the bytes of an
// erased person leave the file:
//
//  1. let nothing commit any more, and call Compact;
//  2. close the database, and move the new file over the old one;
//  3. open it again. What the file system and the backups keep of the old file is
//     for their owner to scrub.
//
// No commit runs during Compact; one that comes after it is in the old file alone.
// A file that is there already is [crm.ErrInvalid], and is left alone.
func (s *Store) Compact(ctx context.Context, path string) error {
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		return &crm.Error{Field: "path", Reason: "is taken", Err: crm.ErrInvalid}
	}
	return s.update(ctx, func(t *step) {
		to, err := bbolt.Open(path, 0o600, nil)
		if err == nil {
			err = errors.Join(bbolt.Compact(to, s.db, 64<<20), to.Close()) // at most so many bytes in memory
		}
		if t.fail(err); t.err != nil {
			_ = os.Remove(path) // a copy that is not whole
		}
	})
}
