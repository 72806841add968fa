package samplingtest_test

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
	"github.com/guanxi-go/guanxi/sampling"
	"github.com/guanxi-go/guanxi/sampling/samplingtest"
)

// ruleMutants are faults of adapters that were written from the comments alone.
func ruleMutants() []mutant {
	return []mutant{
		rewrites("takes a pointer for its write", "commit/passed-by-value", func(_ *bent, _ sampling.Subject, w sampling.Write) sampling.Write {
			if r, ok := w.(*sampling.PutRecord); ok {
				return *r
			}
			return w
		}),
		in("redacts before it appends", "erasure/redact-of-the-same-change", func(_ *bent, c sampling.Commit) sampling.Commit { return redactsAt(c, -1) }),
		in("redacts when all is appended", "erasure/redact-of-the-same-change", func(_ *bent, c sampling.Commit) sampling.Commit { return redactsAt(c, 1) }),
		out("a version beyond all is a conflict", "limit/beyond-large-numbers", func(_ *bent, c sampling.Commit, err error) error {
			if len(c.Changes) == 1 && c.Changes[0].Expect > sampling.MaxVersion {
				return &sampling.Error{Subject: c.Changes[0].Subject, Err: sampling.ErrConflict}
			}
			return err
		}),
		{"numbers have a sign", "limit/beyond-large-numbers", func() sampling.Store {
			return &bent{entries: func(b *bent, ctx context.Context, f sampling.EntryFilter) iter.Seq2[sampling.Entry, error] {
				if int64(f.After.Seq) < 0 {
					f.After.Seq = 0
				}
				return b.Memory.Entries(ctx, f)
			}}
		}},
		{"an Ack beyond all fails", "limit/beyond-large-numbers", func() sampling.Store {
			return &bent{ack: func(b *bent, ctx context.Context, ids []uint64) error {
				if slices.Max(ids) >= 1<<63 {
					return errors.New("sql: uint64 values with high bit set are not supported")
				}
				return b.Memory.Ack(ctx, ids...)
			}}
		}},
		{"reads JSON of few levels", "limit/depth", func() sampling.Store {
			return &bent{record: func(_ *bent, r sampling.Record) sampling.Record {
				if strings.Count(string(r.Body), "[") > sampling.MaxDepth-1 && json.Valid(r.Body[1:len(r.Body)-1]) {
					r.Body = nil
				}
				return r
			}}
		}},
		out("keeps JSON of any depth", "limit/depth", func(_ *bent, c sampling.Commit, err error) error {
			if errors.Is(err, sampling.ErrInvalid) {
				return nil
			}
			return err
		}),
		{"refuses JSON that is empty and not nil", "json/empty-is-none", func() sampling.Store {
			return &bent{commit: func(b *bent, ctx context.Context, c sampling.Commit) error {
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
		{"drops the escape of NUL", "json/comes-back-as-the-same-value", func() sampling.Store {
			return &bent{record: func(_ *bent, r sampling.Record) sampling.Record {
				r.Body = json.RawMessage(strings.ReplaceAll(string(r.Body), `"\u0000"`, `""`))
				return r
			}}
		}},
		{"yields the rest of a page", "context/ended-in-the-loop-body", func() sampling.Store {
			return &bent{records: func(b *bent, ctx context.Context, f sampling.RecordFilter) iter.Seq2[sampling.Record, error] {
				return func(yield func(sampling.Record, error) bool) {
					n := 0
					for r, err := range b.Memory.Records(context.WithoutCancel(ctx), f) {
						if n++; n%5 == 1 && ctx.Err() != nil {
							r, err = sampling.Record{}, ctx.Err()
						}
						if !yield(r, err) || err != nil {
							return
						}
					}
				}
			}}
		}},
		{"ignores half a subject", "error/argument-breaks-a-limit", func() sampling.Store {
			return &bent{entries: func(b *bent, ctx context.Context, f sampling.EntryFilter) iter.Seq2[sampling.Entry, error] {
				if f.Subject.ID == "" && f.Of == "" && f.Person == "" {
					f = sampling.EntryFilter{Of: storetest.KindThing}
				}
				return b.Memory.Entries(ctx, f)
			}}
		}},
		out("does not say of whom a write is unknown", "error/fields", func(_ *bent, _ sampling.Commit, err error) error {
			return without(err, sampling.ErrUnsupported, func(e *sampling.Error) { e.Subject = sampling.Subject{} })
		}),
		out("a duplicate is a bare sentinel", "error/fields", func(_ *bent, _ sampling.Commit, err error) error {
			if errors.Is(err, sampling.ErrDuplicate) {
				return sampling.ErrDuplicate
			}
			return err
		}),
		{"events count from 0", "outbox/events-come-whole", func() sampling.Store {
			return &bent{pending: func(_ *bent, events []sampling.Event) []sampling.Event {
				for i := range events {
					events[i].ID--
				}
				return events
			}}
		}},
		{"cuts the instant of Prune to a microsecond", "pruner/between-microseconds", func() sampling.Store {
			return &bent{prune: func(b *bent, ctx context.Context, before time.Time) (int, error) {
				return b.Memory.Prune(ctx, sampling.Instant(before))
			}}
		}},
		{"a requirement moves what it requires", "concurrency/requirements-beside-each-other", func() sampling.Store {
			return &bent{in: func(_ *bent, c sampling.Commit) sampling.Commit {
				for _, e := range c.Require {
					c.Changes = append(slices.Clone(c.Changes), sampling.Change{Subject: e.Subject, Expect: e.Version})
				}
				c.Require = nil
				return c
			}}
		}},
		{"an entangled commit is applied by half", "concurrency/crossing-commits", func() sampling.Store {
			return entangled(func(b *bent, c sampling.Commit) { _ = b.Memory.Commit(context.Background(), c) })
		}},
	}
}

// redactsAt moves what redacts to the front of each change, or to its end.
func redactsAt(c sampling.Commit, end int) sampling.Commit {
	c = writes(c, func(_ sampling.Subject, w sampling.Write) sampling.Write { return w })
	for _, change := range c.Changes {
		slices.SortStableFunc(change.Writes, func(v, w sampling.Write) int {
			_, first := v.(sampling.Redact)
			_, second := w.(sampling.Redact)
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
func without(err, kind error, spoil func(e *sampling.Error)) error {
	var e *sampling.Error
	if errors.Is(err, kind) && errors.As(err, &e) {
		spoiled := *e
		spoil(&spoiled)
		return &spoiled
	}
	return err
}

// entangled refuses a commit that runs beside another, as a database does that
// would rather not wait; instead is what it does then.
func entangled(instead func(b *bent, c sampling.Commit)) *bent {
	var busy sync.Mutex
	return &bent{commit: func(b *bent, ctx context.Context, c sampling.Commit) error {
		if !busy.TryLock() {
			instead(b, c)
			return &sampling.Error{Reason: "entangled", Err: sampling.ErrConflict}
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
	open := func(*testing.T) sampling.Store {
		b := entangled(func(*bent, sampling.Commit) {
			mu.Lock()
			refused++
			mu.Unlock()
		})
		plain := b.commit
		b.commit = func(b *bent, ctx context.Context, c sampling.Commit) error {
			if err := plain(b, ctx, c); err != nil {
				return fmt.Errorf("leave: %w", err)
			}
			return nil
		}
		b.record = func(_ *bent, r sampling.Record) sampling.Record {
			if len(r.Body) > 0 {
				r.Body = append([]byte(" \n"), r.Body...)
			}
			return r
		}
		return b
	}
	t.Run("store", func(t *testing.T) { samplingtest.TestStore(t, open, samplingtest.Features{}) })
	t.Run("concurrency", func(t *testing.T) { samplingtest.TestConcurrency(t, open, samplingtest.Features{}) })
	require.Greater(t, refused, 100, "commits ran beside each other")
}
