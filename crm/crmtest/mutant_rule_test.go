package crmtest_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/crmtest"
	"github.com/guanxi-go/guanxi/internal/storetest"
)

// ruleMutants are faults of adapters that were written from the comments alone.
func ruleMutants() []mutant {
	return []mutant{
		rewrites("takes a pointer for its write", "commit/passed-by-value", func(_ *bent, _ crm.Subject, w crm.Write) crm.Write {
			if r, ok := w.(*crm.PutRecord); ok {
				return *r
			}
			return w
		}),
		in("claims and releases in the order of a change", "claim/releases-come-first-within-a-change", func(_ *bent, c crm.Commit) crm.Commit {
			free := map[crm.Claim]bool{}
			for _, change := range c.Changes {
				for i, w := range change.Writes {
					if w, ok := w.(crm.Claim); ok && slices.Contains(change.Writes[i:], crm.Write(crm.Release(w))) {
						free[w] = true
					}
				}
			}
			return writes(c, func(_ crm.Subject, w crm.Write) crm.Write {
				if w, ok := w.(crm.Claim); ok && free[w] {
					return nil
				}
				return w
			})
		}),
		{"the release of another hides the holder's", "claim/releases-come-first-within-a-change", func() crm.Store {
			return &bent{commit: func(b *bent, ctx context.Context, c crm.Commit) error {
				released := map[crm.Claim]crm.Subject{}
				for _, change := range c.Changes {
					for _, w := range change.Writes {
						if w, ok := w.(crm.Release); ok {
							released[crm.Claim(w)] = change.Subject
						}
					}
				}
				for w, by := range released {
					holder, err := b.Memory.Holder(ctx, w.Space, w.Key)
					for _, change := range c.Changes {
						if err == nil && holder != by && holder != change.Subject && slices.Contains(change.Writes, crm.Write(w)) {
							return &crm.Error{Subject: change.Subject, Field: w.Space, Holder: holder, Err: crm.ErrTaken}
						}
					}
				}
				return b.Memory.Commit(ctx, c)
			}}
		}},
		in("redacts before it appends", "erasure/redact-of-the-same-change", func(_ *bent, c crm.Commit) crm.Commit { return redactsAt(c, -1) }),
		in("redacts when all is appended", "erasure/redact-of-the-same-change", func(_ *bent, c crm.Commit) crm.Commit { return redactsAt(c, 1) }),
		out("a version beyond all is a conflict", "limit/beyond-large-numbers", func(_ *bent, c crm.Commit, err error) error {
			if len(c.Changes) == 1 && c.Changes[0].Expect > crm.MaxVersion {
				return &crm.Error{Subject: c.Changes[0].Subject, Err: crm.ErrConflict}
			}
			return err
		}),
		{"numbers have a sign", "limit/beyond-large-numbers", func() crm.Store {
			return &bent{entries: func(b *bent, ctx context.Context, f crm.EntryFilter) iter.Seq2[crm.Entry, error] {
				if int64(f.After.Seq) < 0 {
					f.After.Seq = 0
				}
				return b.Memory.Entries(ctx, f)
			}}
		}},
		{"an Ack beyond all fails", "limit/beyond-large-numbers", func() crm.Store {
			return &bent{ack: func(b *bent, ctx context.Context, ids []uint64) error {
				if slices.Max(ids) >= 1<<63 {
					return errors.New("sql: uint64 values with high bit set are not supported")
				}
				return b.Memory.Ack(ctx, ids...)
			}}
		}},
		{"reads JSON of few levels", "limit/depth", func() crm.Store {
			return &bent{record: func(_ *bent, r crm.Record) crm.Record {
				if strings.Count(string(r.Body), "[") > crm.MaxDepth-1 && json.Valid(r.Body[1:len(r.Body)-1]) {
					r.Body = nil
				}
				return r
			}}
		}},
		out("keeps JSON of any depth", "limit/depth", func(_ *bent, c crm.Commit, err error) error {
			if errors.Is(err, crm.ErrInvalid) {
				return nil
			}
			return err
		}),
		{"refuses JSON that is empty and not nil", "json/empty-is-none", func() crm.Store {
			return &bent{commit: func(b *bent, ctx context.Context, c crm.Commit) error {
				for _, change := range c.Changes {
					for _, w := range change.Writes {
						if _, err := json.Marshal(w); err != nil {
							return err
						}
					}
				}
				return b.Memory.Commit(ctx, c)
			}}
		}},
		{"drops the escape of NUL", "json/comes-back-as-the-same-value", func() crm.Store {
			return &bent{record: func(_ *bent, r crm.Record) crm.Record {
				r.Body = json.RawMessage(strings.ReplaceAll(string(r.Body), `"\u0000"`, `""`))
				return r
			}}
		}},
		{"splits no groups into one", "slices/empty-is-none", func() crm.Store {
			return &bent{customer: func(_ *bent, c crm.Customer, err error) (crm.Customer, error) {
				c.Standing.Groups = strings.Split(strings.Join(c.Standing.Groups, "\n"), "\n")
				return c, err
			}}
		}},
		{"yields the rest of a page", "context/ended-in-the-loop-body", func() crm.Store {
			return &bent{records: func(b *bent, ctx context.Context, f crm.RecordFilter) iter.Seq2[crm.Record, error] {
				return func(yield func(crm.Record, error) bool) {
					n := 0
					for r, err := range b.Memory.Records(context.WithoutCancel(ctx), f) {
						if n++; n%5 == 1 && ctx.Err() != nil {
							r, err = crm.Record{}, ctx.Err()
						}
						if !yield(r, err) || err != nil {
							return
						}
					}
				}
			}}
		}},
		{"counts customers before it filters", "order/limit-behind-match", func() crm.Store {
			return &bent{customers: func(b *bent, ctx context.Context, f crm.CustomerFilter) iter.Seq2[crm.Customer, error] {
				return func(yield func(crm.Customer, error) bool) {
					for c, err := range b.Memory.Customers(ctx, crm.CustomerFilter{Owner: f.Owner, After: f.After, Limit: f.Limit}) {
						if (err != nil || f.Match(c)) && !yield(c, err) {
							return
						}
					}
				}
			}}
		}},
		{"lists customers by their standings", "filter/standing-without-profile", func() crm.Store {
			return &bent{
				in: func(b *bent, c crm.Commit) crm.Commit {
					return writes(c, func(s crm.Subject, w crm.Write) crm.Write {
						if _, ok := w.(crm.PutStanding); ok {
							remember(b, s.ID, true)
						}
						return w
					})
				},
				customers: func(b *bent, ctx context.Context, f crm.CustomerFilter) iter.Seq2[crm.Customer, error] {
					return func(yield func(crm.Customer, error) bool) {
						for c, err := range b.Memory.Customers(ctx, f) {
							if f.Unowned && !remember(b, c.ID, false) {
								continue
							}
							if !yield(c, err) {
								return
							}
						}
					}
				},
			}
		}},
		{"ignores half a subject", "error/argument-breaks-a-limit", func() crm.Store {
			return &bent{entries: func(b *bent, ctx context.Context, f crm.EntryFilter) iter.Seq2[crm.Entry, error] {
				if f.Subject.ID == "" && f.Journal == "" && f.Contact == "" {
					f = crm.EntryFilter{Journal: storetest.KindThing}
				}
				return b.Memory.Entries(ctx, f)
			}}
		}},
		{"Holder repeats the key", "error/no-personal-data", func() crm.Store {
			return &bent{holder: func(_ *bent, key string, err error) error { return fmt.Errorf("%s: %w", key, err) }}
		}},
		out("does not say whose claim was refused", "error/fields", func(_ *bent, _ crm.Commit, err error) error {
			return without(err, crm.ErrTaken, func(e *crm.Error) { e.Subject = crm.Subject{} })
		}),
		out("does not say in which space", "error/fields", func(_ *bent, _ crm.Commit, err error) error {
			return without(err, crm.ErrTaken, func(e *crm.Error) { e.Field = "claim" })
		}),
		out("does not say of whom a write is unknown", "error/fields", func(_ *bent, _ crm.Commit, err error) error {
			return without(err, crm.ErrUnsupported, func(e *crm.Error) { e.Subject = crm.Subject{} })
		}),
		out("a duplicate is a bare sentinel", "error/fields", func(_ *bent, _ crm.Commit, err error) error {
			if errors.Is(err, crm.ErrDuplicate) {
				return crm.ErrDuplicate
			}
			return err
		}),
		{"events count from 0", "outbox/events-come-whole", func() crm.Store {
			return &bent{pending: func(_ *bent, events []crm.Event) []crm.Event {
				for i := range events {
					events[i].ID--
				}
				return events
			}}
		}},
		{"cuts the instant of Prune to a microsecond", "pruner/between-microseconds", func() crm.Store {
			return &bent{prune: func(b *bent, ctx context.Context, before time.Time) (int, error) {
				return b.Memory.Prune(ctx, crm.Instant(before))
			}}
		}},
		{"a requirement moves what it requires", "concurrency/requirements-beside-each-other", func() crm.Store {
			return &bent{in: func(_ *bent, c crm.Commit) crm.Commit {
				for _, e := range c.Require {
					c.Changes = append(slices.Clone(c.Changes), crm.Change{Subject: e.Subject, Expect: e.Version})
				}
				c.Require = nil
				return c
			}}
		}},
		{"an entangled commit is applied by half", "concurrency/crossing-commits", func() crm.Store {
			return entangled(func(b *bent, c crm.Commit) { _ = b.Memory.Commit(context.Background(), c) })
		}},
	}
}

// redactsAt moves what redacts to the front of each change, or to its end.
func redactsAt(c crm.Commit, end int) crm.Commit {
	c = writes(c, func(_ crm.Subject, w crm.Write) crm.Write { return w })
	for _, change := range c.Changes {
		slices.SortStableFunc(change.Writes, func(v, w crm.Write) int {
			_, first := v.(crm.Redact)
			_, second := w.(crm.Redact)
			switch {
			case first == second:
				return 0
			case first:
				return end
			}
			return -end
		})
	}
	return c
}

// without spoils an error of a kind.
func without(err, kind error, spoil func(e *crm.Error)) error {
	var e *crm.Error
	if errors.Is(err, kind) && errors.As(err, &e) {
		spoiled := *e
		spoil(&spoiled)
		return &spoiled
	}
	return err
}

// entangled refuses a commit that runs beside another, as a database does that
// would rather not wait; instead is what it does then.
func entangled(instead func(b *bent, c crm.Commit)) *bent {
	var busy sync.Mutex
	return &bent{commit: func(b *bent, ctx context.Context, c crm.Commit) error {
		if !busy.TryLock() {
			instead(b, c)
			return &crm.Error{Reason: "entangled", Err: crm.ErrConflict}
		}
		defer busy.Unlock()
		time.Sleep(50 * time.Microsecond)
		return b.Memory.Commit(ctx, c)
	}}
}

// TestLeave shows that the suite leaves what the contract leaves: errors that are
// wrapped, JSON that is spaced otherwise, lists that come back nil, and conflicts of
// commits that ran beside each other.
func TestLeave(t *testing.T) {
	var refused int
	var mu sync.Mutex
	open := func(*testing.T) crm.Store {
		b := entangled(func(*bent, crm.Commit) {
			mu.Lock()
			refused++
			mu.Unlock()
		})
		plain := b.commit
		b.commit = func(b *bent, ctx context.Context, c crm.Commit) error {
			if err := plain(b, ctx, c); err != nil {
				return fmt.Errorf("leave: %w", err)
			}
			return nil
		}
		b.record = func(_ *bent, r crm.Record) crm.Record {
			if len(r.Body) > 0 {
				r.Body = append([]byte(" \n"), r.Body...)
			}
			return r
		}
		b.customer = func(_ *bent, c crm.Customer, err error) (crm.Customer, error) {
			if len(c.Standing.Groups) == 0 {
				c.Standing.Groups = nil
			}
			return c, err
		}
		return b
	}
	t.Run("store", func(t *testing.T) { crmtest.TestStore(t, open, crmtest.Features{}) })
	t.Run("concurrency", func(t *testing.T) { crmtest.TestConcurrency(t, open, crmtest.Features{}) })
	require.Greater(t, refused, 100, "commits ran beside each other")
}
