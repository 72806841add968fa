package loyaltytest_test

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

	"github.com/guanxi-go/guanxi/internal/storetest"
	"github.com/guanxi-go/guanxi/loyalty"
	"github.com/guanxi-go/guanxi/loyalty/earning"
	"github.com/guanxi-go/guanxi/loyalty/loyaltytest"
)

// ruleMutants are faults of adapters that were written from the comments alone.
func ruleMutants() []mutant {
	return []mutant{
		rewrites("takes a pointer for its write", "commit/passed-by-value", func(_ *bent, _ loyalty.Subject, w loyalty.Write) loyalty.Write {
			if r, ok := w.(*loyalty.PutRecord); ok {
				return *r
			}
			return w
		}),
		in("claims and releases in the order of a change", "claim/releases-come-first-within-a-change", func(_ *bent, c loyalty.Commit) loyalty.Commit {
			free := map[loyalty.Claim]bool{}
			for _, change := range c.Changes {
				for i, w := range change.Writes {
					if w, ok := w.(loyalty.Claim); ok && slices.Contains(change.Writes[i:], loyalty.Write(loyalty.Release(w))) {
						free[w] = true
					}
				}
			}
			return writes(c, func(_ loyalty.Subject, w loyalty.Write) loyalty.Write {
				if w, ok := w.(loyalty.Claim); ok && free[w] {
					return nil
				}
				return w
			})
		}),
		{"the release of another hides the holder's", "claim/releases-come-first-within-a-change", func() loyalty.Store {
			return &bent{commit: func(b *bent, ctx context.Context, c loyalty.Commit) error {
				released := map[loyalty.Claim]loyalty.Subject{}
				for _, change := range c.Changes {
					for _, w := range change.Writes {
						if w, ok := w.(loyalty.Release); ok {
							released[loyalty.Claim(w)] = change.Subject
						}
					}
				}
				for w, by := range released {
					holder, err := b.Memory.Holder(ctx, w.Space, w.Key)
					for _, change := range c.Changes {
						if err == nil && holder != by && holder != change.Subject && slices.Contains(change.Writes, loyalty.Write(w)) {
							return &loyalty.Error{Subject: change.Subject, Field: w.Space, Holder: holder, Err: loyalty.ErrTaken}
						}
					}
				}
				return b.Memory.Commit(ctx, c)
			}}
		}},
		in("redacts before it appends", "erasure/redact-of-the-same-change", func(_ *bent, c loyalty.Commit) loyalty.Commit { return redactsAt(c, -1) }),
		in("redacts when all is appended", "erasure/redact-of-the-same-change", func(_ *bent, c loyalty.Commit) loyalty.Commit { return redactsAt(c, 1) }),
		out("a version beyond all is a conflict", "limit/beyond-large-numbers", func(_ *bent, c loyalty.Commit, err error) error {
			if len(c.Changes) == 1 && c.Changes[0].Expect > loyalty.MaxVersion {
				return &loyalty.Error{Subject: c.Changes[0].Subject, Err: loyalty.ErrConflict}
			}
			return err
		}),
		{"numbers have a sign", "limit/beyond-large-numbers", func() loyalty.Store {
			return &bent{entries: func(b *bent, ctx context.Context, f loyalty.EntryFilter) iter.Seq2[loyalty.Entry, error] {
				if int64(f.After.Seq) < 0 {
					f.After.Seq = 0
				}
				return b.Memory.Entries(ctx, f)
			}}
		}},
		{"an Ack beyond all fails", "limit/beyond-large-numbers", func() loyalty.Store {
			return &bent{ack: func(b *bent, ctx context.Context, ids []uint64) error {
				if slices.Max(ids) >= 1<<63 {
					return errors.New("sql: uint64 values with high bit set are not supported")
				}
				return b.Memory.Ack(ctx, ids...)
			}}
		}},
		{"reads JSON of few levels", "limit/depth", func() loyalty.Store {
			return &bent{record: func(_ *bent, r loyalty.Record) loyalty.Record {
				if strings.Count(string(r.Body), "[") > loyalty.MaxDepth-1 && json.Valid(r.Body[1:len(r.Body)-1]) {
					r.Body = nil
				}
				return r
			}}
		}},
		out("keeps JSON of any depth", "limit/depth", func(_ *bent, c loyalty.Commit, err error) error {
			if errors.Is(err, loyalty.ErrInvalid) {
				return nil
			}
			return err
		}),
		{"refuses JSON that is empty and not nil", "json/empty-is-none", func() loyalty.Store {
			return &bent{commit: func(b *bent, ctx context.Context, c loyalty.Commit) error {
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
		{"drops the escape of NUL", "json/comes-back-as-the-same-value", func() loyalty.Store {
			return &bent{record: func(_ *bent, r loyalty.Record) loyalty.Record {
				r.Body = json.RawMessage(strings.ReplaceAll(string(r.Body), `"\u0000"`, `""`))
				return r
			}}
		}},
		{"yields the rest of a page", "context/ended-in-the-loop-body", func() loyalty.Store {
			return &bent{records: func(b *bent, ctx context.Context, f loyalty.RecordFilter) iter.Seq2[loyalty.Record, error] {
				return func(yield func(loyalty.Record, error) bool) {
					n := 0
					for r, err := range b.Memory.Records(context.WithoutCancel(ctx), f) {
						if n++; n%5 == 1 && ctx.Err() != nil {
							r, err = loyalty.Record{}, ctx.Err()
						}
						if !yield(r, err) || err != nil {
							return
						}
					}
				}
			}}
		}},
		{"counts accounts before it filters", "order/limit-behind-match", func() loyalty.Store {
			return &bent{accounts: func(b *bent, ctx context.Context, f loyalty.AccountFilter) iter.Seq2[loyalty.Account, error] {
				return func(yield func(loyalty.Account, error) bool) {
					for c, err := range b.Memory.Accounts(ctx, loyalty.AccountFilter{Member: f.Member, After: f.After, Limit: f.Limit}) {
						if (err != nil || f.Match(c)) && !yield(c, err) {
							return
						}
					}
				}
			}}
		}},
		{"ignores half a subject", "error/argument-breaks-a-limit", func() loyalty.Store {
			return &bent{entries: func(b *bent, ctx context.Context, f loyalty.EntryFilter) iter.Seq2[loyalty.Entry, error] {
				if f.Subject.ID == "" && f.Of == "" && f.Member == "" {
					f = loyalty.EntryFilter{Of: storetest.KindThing}
				}
				return b.Memory.Entries(ctx, f)
			}}
		}},
		{"Holder repeats the key", "error/no-personal-data", func() loyalty.Store {
			return &bent{holder: func(_ *bent, key string, err error) error { return fmt.Errorf("%s: %w", key, err) }}
		}},
		out("does not say whose claim was refused", "error/fields", func(_ *bent, _ loyalty.Commit, err error) error {
			return without(err, loyalty.ErrTaken, func(e *loyalty.Error) { e.Subject = loyalty.Subject{} })
		}),
		out("does not say in which space", "error/fields", func(_ *bent, _ loyalty.Commit, err error) error {
			return without(err, loyalty.ErrTaken, func(e *loyalty.Error) { e.Field = "claim" })
		}),
		out("does not say of whom a write is unknown", "error/fields", func(_ *bent, _ loyalty.Commit, err error) error {
			return without(err, loyalty.ErrUnsupported, func(e *loyalty.Error) { e.Subject = loyalty.Subject{} })
		}),
		out("a duplicate is a bare sentinel", "error/fields", func(_ *bent, _ loyalty.Commit, err error) error {
			if errors.Is(err, loyalty.ErrDuplicate) {
				return loyalty.ErrDuplicate
			}
			return err
		}),
		{"events count from 0", "outbox/events-come-whole", func() loyalty.Store {
			return &bent{pending: func(_ *bent, events []loyalty.Event) []loyalty.Event {
				for i := range events {
					events[i].ID--
				}
				return events
			}}
		}},
		{"cuts the instant of Prune to a microsecond", "pruner/between-microseconds", func() loyalty.Store {
			return &bent{prune: func(b *bent, ctx context.Context, before time.Time) (int, error) {
				return b.Memory.Prune(ctx, loyalty.Instant(before))
			}}
		}},
		{"a requirement moves what it requires", "concurrency/requirements-beside-each-other", func() loyalty.Store {
			return &bent{in: func(_ *bent, c loyalty.Commit) loyalty.Commit {
				for _, e := range c.Require {
					c.Changes = append(slices.Clone(c.Changes), loyalty.Change{Subject: e.Subject, Expect: e.Version})
				}
				c.Require = nil
				return c
			}}
		}},
		{"an entangled commit is applied by half", "concurrency/crossing-commits", func() loyalty.Store {
			return entangled(func(b *bent, c loyalty.Commit) { _ = b.Memory.Commit(context.Background(), c) })
		}},
	}
}

// redactsAt moves what redacts to the front of each change, or to its end.
func redactsAt(c loyalty.Commit, end int) loyalty.Commit {
	c = writes(c, func(_ loyalty.Subject, w loyalty.Write) loyalty.Write { return w })
	for _, change := range c.Changes {
		slices.SortStableFunc(change.Writes, func(v, w loyalty.Write) int {
			_, first := v.(loyalty.Redact)
			_, second := w.(loyalty.Redact)
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
func without(err, kind error, spoil func(e *loyalty.Error)) error {
	var e *loyalty.Error
	if errors.Is(err, kind) && errors.As(err, &e) {
		spoiled := *e
		spoil(&spoiled)
		return &spoiled
	}
	return err
}

// entangled refuses a commit that runs beside another, as a database does that
// would rather not wait; instead is what it does then.
func entangled(instead func(b *bent, c loyalty.Commit)) *bent {
	var busy sync.Mutex
	return &bent{commit: func(b *bent, ctx context.Context, c loyalty.Commit) error {
		if !busy.TryLock() {
			instead(b, c)
			return &loyalty.Error{Reason: "entangled", Err: loyalty.ErrConflict}
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
	open := func(*testing.T) loyalty.Store {
		b := entangled(func(*bent, loyalty.Commit) {
			mu.Lock()
			refused++
			mu.Unlock()
		})
		plain := b.commit
		b.commit = func(b *bent, ctx context.Context, c loyalty.Commit) error {
			if err := plain(b, ctx, c); err != nil {
				return fmt.Errorf("leave: %w", err)
			}
			return nil
		}
		b.record = func(_ *bent, r loyalty.Record) loyalty.Record {
			if len(r.Body) > 0 {
				r.Body = append([]byte(" \n"), r.Body...)
			}
			return r
		}
		b.account = func(_ *bent, a loyalty.Account, err error) (loyalty.Account, error) {
			if len(a.Standing.Counters) == 0 {
				a.Standing.Counters = []earning.Counter{}
			}
			return a, err
		}
		return b
	}
	t.Run("store", func(t *testing.T) { loyaltytest.TestStore(t, open, loyaltytest.Features{}) })
	t.Run("concurrency", func(t *testing.T) { loyaltytest.TestConcurrency(t, open, loyaltytest.Features{}) })
	require.Greater(t, refused, 100, "commits ran beside each other")
}
