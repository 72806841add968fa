package samplingtest_test

import (
	"context"
	"iter"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/internal/storetest"
	"github.com/guanxi-go/guanxi/sampling"
	"github.com/guanxi-go/guanxi/sampling/samplingtest"
)

// A mutant is a store with one fault, and the case that is there to find it.
type mutant struct {
	fault, killedBy string
	open            func() sampling.Store
}

// bent is a Memory that is bent in one place: each hook that is set stands
// between the caller and the store.
type bent struct {
	sampling.Memory
	mu sync.Mutex

	in      func(b *bent, c sampling.Commit) sampling.Commit // before a commit
	out     func(b *bent, c sampling.Commit, err error) error
	commit  func(b *bent, ctx context.Context, c sampling.Commit) error
	ctx     func(context.Context) context.Context // of every call
	id      func(string) string                   // of every record
	key     func(scope, key string) (string, string)
	record  func(b *bent, r sampling.Record) sampling.Record
	entry   func(b *bent, e sampling.Entry) sampling.Entry
	receipt func(b *bent, key string, r sampling.Receipt) sampling.Receipt
	records func(b *bent, ctx context.Context, f sampling.RecordFilter) iter.Seq2[sampling.Record, error]
	entries func(b *bent, ctx context.Context, f sampling.EntryFilter) iter.Seq2[sampling.Entry, error]
	pending func(b *bent, events []sampling.Event) []sampling.Event
	ack     func(b *bent, ctx context.Context, ids []uint64) error
	prune   func(b *bent, ctx context.Context, before time.Time) (int, error)

	memo map[string]any // whatever a hook remembers
}

// remember returns what is kept under a name, made by first if there is nothing.
func remember[T any](b *bent, name string, first T) T {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.memo == nil {
		b.memo = map[string]any{}
	}
	if kept, ok := b.memo[name]; ok {
		return kept.(T)
	}
	b.memo[name] = first
	return first
}

func (b *bent) under(ctx context.Context) context.Context {
	if b.ctx != nil {
		return b.ctx(ctx)
	}
	return ctx
}

func (b *bent) subject(s sampling.Subject) sampling.Subject {
	if b.id != nil {
		s.ID = b.id(s.ID)
	}
	return s
}

func (b *bent) Commit(ctx context.Context, c sampling.Commit) error {
	ctx = b.under(ctx)
	if b.id != nil {
		c.Changes = slices.Clone(c.Changes)
		for i := range c.Changes {
			c.Changes[i].Subject = b.subject(c.Changes[i].Subject)
		}
	}
	if b.key != nil {
		c.Scope, c.Key = b.key(c.Scope, c.Key)
	}
	if b.in != nil && c.Validate() == nil {
		c = b.in(b, c)
	}
	if b.commit != nil && c.Validate() == nil {
		return b.commit(b, ctx, c)
	}
	err := b.Memory.Commit(ctx, c)
	if b.out != nil {
		return b.out(b, c, err)
	}
	return err
}

func (b *bent) Record(ctx context.Context, s sampling.Subject) (sampling.Record, error) {
	r, err := b.Memory.Record(b.under(ctx), b.subject(s))
	if b.record != nil && err == nil {
		r = b.record(b, r)
	}
	return r, err
}

func (b *bent) Head(ctx context.Context, s sampling.Subject) (sampling.Head, error) {
	return b.Memory.Head(b.under(ctx), b.subject(s))
}

func (b *bent) Receipt(ctx context.Context, scope, key string) (sampling.Receipt, error) {
	if b.key != nil {
		scope, key = b.key(scope, key)
	}
	r, err := b.Memory.Receipt(b.under(ctx), scope, key)
	if b.receipt != nil && err == nil {
		r = b.receipt(b, key, r)
	}
	return r, err
}

func (b *bent) Records(ctx context.Context, f sampling.RecordFilter) iter.Seq2[sampling.Record, error] {
	if b.records != nil && f.Kind != "" {
		return b.records(b, b.under(ctx), f)
	}
	return b.Memory.Records(b.under(ctx), f)
}

func (b *bent) Entries(ctx context.Context, f sampling.EntryFilter) iter.Seq2[sampling.Entry, error] {
	f.Subject = b.subject(f.Subject)
	rows := b.Memory.Entries(b.under(ctx), f)
	if b.entries != nil {
		rows = b.entries(b, ctx, f)
	}
	if b.entry == nil {
		return rows
	}
	return func(yield func(sampling.Entry, error) bool) {
		for e, err := range rows {
			if err == nil {
				e = b.entry(b, e)
			}
			if !yield(e, err) {
				return
			}
		}
	}
}

func (b *bent) Pending(ctx context.Context, limit int) ([]sampling.Event, error) {
	events, err := b.Memory.Pending(b.under(ctx), limit)
	if b.pending != nil && err == nil {
		events = b.pending(b, events)
	}
	return events, err
}

func (b *bent) Ack(ctx context.Context, ids ...uint64) error {
	if b.ack != nil {
		return b.ack(b, ctx, ids)
	}
	return b.Memory.Ack(b.under(ctx), ids...)
}

func (b *bent) Prune(ctx context.Context, before time.Time) (int, error) {
	if b.prune != nil {
		return b.prune(b, ctx, before)
	}
	return b.Memory.Prune(b.under(ctx), before)
}

// writes rewrites every write of a commit; nil drops it. The caller's commit stays
// as it is.
func writes(c sampling.Commit, do func(sampling.Subject, sampling.Write) sampling.Write) sampling.Commit {
	c.Changes = slices.Clone(c.Changes)
	for i := range c.Changes {
		change := &c.Changes[i]
		var kept []sampling.Write
		for _, w := range change.Writes {
			if w = do(change.Subject, w); w != nil {
				kept = append(kept, w)
			}
		}
		change.Writes = kept
	}
	return c
}

// TestMutants runs the case that is meant for each mutant, and wants it to fail.
func TestMutants(t *testing.T) {
	var all []storetest.Mutant
	for _, m := range slices.Concat(commitMutants(), readMutants(), listMutants(), boxMutants(), raceMutants(), ruleMutants()) {
		all = append(all, storetest.Mutant{Fault: m.fault, KilledBy: m.killedBy, Play: func() []string {
			return samplingtest.Play(t.Context(), m.killedBy, m.open, samplingtest.Features{
				Patience: 3 * time.Second, Reopen: func(_ *testing.T, s sampling.Store) sampling.Store {
					if r, ok := s.(interface{ reopened() sampling.Store }); ok {
						return r.reopened()
					}
					return s
				}})
		}})
	}
	require.GreaterOrEqual(t, len(all), 30)
	storetest.KillAll(t, all)
}

// TestUnbent shows that it is the fault that kills a mutant, and not its
// wrapping: without a hook every case passes.
func TestUnbent(t *testing.T) {
	open := func(*testing.T) sampling.Store { return &bent{} }
	t.Run("store", func(t *testing.T) { samplingtest.TestStore(t, open, samplingtest.Features{Parallel: true}) })
	t.Run("concurrency", func(t *testing.T) { samplingtest.TestConcurrency(t, open, samplingtest.Features{Parallel: true}) })
}
