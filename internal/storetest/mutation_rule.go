package storetest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"reflect"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/guanxi-go/guanxi/internal/fault"
)

// ruleMutants are faults of adapters that were written from the comments alone.
func ruleMutants() []mutant {
	return []mutant{
		rewrites("takes a pointer for its write", "commit/passed-by-value", func(_ *bent, _ Subject, w Write) Write {
			if own, ok := w.(Own); ok {
				if v := reflect.ValueOf(own.Write); v.Kind() == reflect.Pointer && !v.IsNil() {
					return Own{Write: v.Elem().Interface()}
				}
			}
			return w
		}),
		in("claims and releases in the order of a change", "claim/releases-come-first-within-a-change", func(_ *bent, c Commit) Commit {
			free := map[Claim]bool{}
			for _, change := range c.Changes {
				for i, w := range change.Writes {
					if w, ok := w.(Claim); ok && slices.Contains(change.Writes[i:], Write(Release(w))) {
						free[w] = true
					}
				}
			}
			return writes(c, func(_ Subject, w Write) Write {
				if w, ok := w.(Claim); ok && free[w] {
					return nil
				}
				return w
			})
		}),
		{fault: "the release of another hides the holder's", killedBy: "claim/releases-come-first-within-a-change", open: func() *bent {
			return &bent{commit: func(b *bent, ctx context.Context, c Commit) error {
				released := map[Claim]Subject{}
				for _, change := range c.Changes {
					for _, w := range change.Writes {
						if w, ok := w.(Release); ok {
							released[Claim(w)] = change.Subject
						}
					}
				}
				for w, by := range released {
					holder, err := b.Store.Holder(ctx, w.Space, w.Key)
					for _, change := range c.Changes {
						if err == nil && holder != by && holder != change.Subject && slices.Contains(change.Writes, Write(w)) {
							return b.Contract.Error(Error{Subject: change.Subject, Field: w.Space, Holder: holder}, fault.ErrTaken)
						}
					}
				}
				return b.Store.Commit(ctx, c)
			}}
		}},
		in("redacts before it appends", "erasure/redact-of-the-same-change", func(_ *bent, c Commit) Commit { return redactsAt(c, -1) }),
		in("redacts when all is appended", "erasure/redact-of-the-same-change", func(_ *bent, c Commit) Commit { return redactsAt(c, 1) }),
		out("a version beyond all is a conflict", "limit/beyond-large-numbers", func(b *bent, c Commit, err error) error {
			if len(c.Changes) == 1 && c.Changes[0].Expect > MaxVersion {
				return b.Contract.Error(Error{Subject: c.Changes[0].Subject}, fault.ErrConflict)
			}
			return err
		}),
		{fault: "numbers have a sign", killedBy: "limit/beyond-large-numbers", open: func() *bent {
			return &bent{entries: func(b *bent, ctx context.Context, f EntryFilter) iter.Seq2[Entry, error] {
				if int64(f.After.Seq) < 0 {
					f.After.Seq = 0
				}
				return b.Store.Entries(ctx, f)
			}}
		}},
		{fault: "an Ack beyond all fails", killedBy: "limit/beyond-large-numbers", open: func() *bent {
			return &bent{ack: func(b *bent, ctx context.Context, ids []uint64) error {
				if slices.Max(ids) >= 1<<63 {
					return errors.New("sql: uint64 values with high bit set are not supported")
				}
				return b.Store.Outbox().Ack(ctx, ids...)
			}}
		}},
		{fault: "reads JSON of few levels", killedBy: "limit/depth", open: func() *bent {
			return &bent{record: func(_ *bent, r Record) Record {
				if strings.Count(string(r.Body), "[") > MaxDepth-1 && json.Valid(r.Body[1:len(r.Body)-1]) {
					r.Body = nil
				}
				return r
			}}
		}},
		out("keeps JSON of any depth", "limit/depth", func(_ *bent, c Commit, err error) error {
			if errors.Is(err, fault.ErrInvalid) {
				return nil
			}
			return err
		}),
		{fault: "refuses JSON that is empty and not nil", killedBy: "json/empty-is-none", open: func() *bent {
			return &bent{commit: func(b *bent, ctx context.Context, c Commit) error {
				for _, change := range c.Changes {
					for _, w := range change.Writes {
						if _, err := json.Marshal(w); err != nil {
							return err
						}
					}
				}
				return b.Store.Commit(ctx, c)
			}}
		}},
		{fault: "drops the escape of NUL", killedBy: "json/comes-back-as-the-same-value", open: func() *bent {
			return &bent{record: func(_ *bent, r Record) Record {
				r.Body = json.RawMessage(strings.ReplaceAll(string(r.Body), `"\u0000"`, `""`))
				return r
			}}
		}},
		{fault: "yields the rest of a page", killedBy: "context/ended-in-the-loop-body", open: func() *bent {
			return &bent{records: func(b *bent, ctx context.Context, f RecordFilter) iter.Seq2[Record, error] {
				return func(yield func(Record, error) bool) {
					n := 0
					for r, err := range b.Store.Records(context.WithoutCancel(ctx), f) {
						if n++; n%5 == 1 && ctx.Err() != nil {
							r, err = Record{}, ctx.Err()
						}
						if !yield(r, err) || err != nil {
							return
						}
					}
				}
			}}
		}},
		{fault: "ignores half a subject", killedBy: "error/argument-breaks-a-limit", open: func() *bent {
			return &bent{entries: func(b *bent, ctx context.Context, f EntryFilter) iter.Seq2[Entry, error] {
				if f.Subject.ID == "" && f.Of == "" && f.Party == "" {
					f = EntryFilter{Of: KindThing}
				}
				return b.Store.Entries(ctx, f)
			}}
		}},
		ofClaims(mutant{fault: "Holder repeats the key", killedBy: "error/no-personal-data", open: func() *bent {
			return &bent{holder: func(_ *bent, key string, err error) error { return fmt.Errorf("%s: %w", key, err) }}
		}}),
		ofClaims(out("does not say whose claim was refused", "error/fields", func(b *bent, _ Commit, err error) error {
			return b.without(err, fault.ErrTaken, func(e *Error) { e.Subject = Subject{} })
		})),
		ofClaims(out("does not say in which space", "error/fields", func(b *bent, _ Commit, err error) error {
			return b.without(err, fault.ErrTaken, func(e *Error) { e.Field = "claim" })
		})),
		out("does not say of whom a write is unknown", "error/fields", func(b *bent, _ Commit, err error) error {
			return b.without(err, fault.ErrUnsupported, func(e *Error) { e.Subject = Subject{} })
		}),
		out("a duplicate is a bare sentinel", "error/fields", func(_ *bent, _ Commit, err error) error {
			if errors.Is(err, fault.ErrDuplicate) {
				return fault.ErrDuplicate
			}
			return err
		}),
		{fault: "events count from 0", killedBy: "outbox/events-come-whole", open: func() *bent {
			return &bent{pending: func(_ *bent, events []Event) []Event {
				for i := range events {
					events[i].ID--
				}
				return events
			}}
		}},
		{fault: "cuts the instant of Prune to a microsecond", killedBy: "pruner/between-microseconds", open: func() *bent {
			return &bent{prune: func(b *bent, ctx context.Context, before time.Time) (int, error) {
				return b.Store.Pruner().Prune(ctx, before.UTC().Truncate(time.Microsecond))
			}}
		}},
		{fault: "a requirement moves what it requires", killedBy: "concurrency/requirements-beside-each-other", open: func() *bent {
			return &bent{in: func(_ *bent, c Commit) Commit {
				for _, e := range c.Require {
					c.Changes = append(slices.Clone(c.Changes), Change{Subject: e.Subject, Expect: e.Version})
				}
				c.Require = nil
				return c
			}}
		}},
		{fault: "an entangled commit is applied by half", killedBy: "concurrency/crossing-commits", open: func() *bent {
			return entangled(func(b *bent, c Commit) { _ = b.Store.Commit(context.Background(), c) })
		}},
	}
}

// redactsAt moves what redacts to the front of each change, or to its end.
func redactsAt(c Commit, end int) Commit {
	c = writes(c, func(_ Subject, w Write) Write { return w })
	for _, change := range c.Changes {
		slices.SortStableFunc(change.Writes, func(v, w Write) int {
			_, first := v.(Redact)
			_, second := w.(Redact)
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
func (b *bent) without(err, kind error, spoil func(e *Error)) error {
	if e, ok := b.Contract.ErrorOf(err); ok && errors.Is(err, kind) {
		spoil(&e)
		return b.Contract.Error(e, kind)
	}
	return err
}

// entangled refuses a commit that runs beside another, as a database does that
// would rather not wait; instead is what it does then.
func entangled(instead func(b *bent, c Commit)) *bent {
	var busy sync.Mutex
	return &bent{commit: func(b *bent, ctx context.Context, c Commit) error {
		if !busy.TryLock() {
			instead(b, c)
			return b.Contract.Error(Error{}, fault.ErrConflict)
		}
		defer busy.Unlock()
		pause(50 * time.Microsecond)
		return b.Store.Commit(ctx, c)
	}}
}
