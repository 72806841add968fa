package crmtest_test

import (
	"context"
	"iter"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/crmtest"
	"github.com/guanxi-go/guanxi/internal/storetest"
)

// A mutant is a store with one fault, and the case that is there to find it.
type mutant struct {
	fault, killedBy string
	open            func() crm.Store
}

// bent is a Memory that is bent in one place: each hook that is set stands
// between the caller and the store.
type bent struct {
	crm.Memory
	mu sync.Mutex

	in       func(b *bent, c crm.Commit) crm.Commit // before a commit
	out      func(b *bent, c crm.Commit, err error) error
	commit   func(b *bent, ctx context.Context, c crm.Commit) error
	customer func(b *bent, c crm.Customer, err error) (crm.Customer, error)
	record   func(b *bent, r crm.Record) crm.Record
	entry    func(b *bent, e crm.Entry) crm.Entry

	customers func(b *bent, ctx context.Context, f crm.CustomerFilter) iter.Seq2[crm.Customer, error]
	records   func(b *bent, ctx context.Context, f crm.RecordFilter) iter.Seq2[crm.Record, error]
	entries   func(b *bent, ctx context.Context, f crm.EntryFilter) iter.Seq2[crm.Entry, error]

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

func (b *bent) Commit(ctx context.Context, c crm.Commit) error {
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

func (b *bent) Customer(ctx context.Context, id string) (crm.Customer, error) {
	c, err := b.Memory.Customer(ctx, id)
	if b.customer != nil {
		return b.customer(b, c, err)
	}
	return c, err
}

func (b *bent) Record(ctx context.Context, s crm.Subject) (crm.Record, error) {
	r, err := b.Memory.Record(ctx, s)
	if b.record != nil && err == nil {
		r = b.record(b, r)
	}
	return r, err
}

func (b *bent) Customers(ctx context.Context, f crm.CustomerFilter) iter.Seq2[crm.Customer, error] {
	if b.customers != nil {
		return b.customers(b, ctx, f)
	}
	return b.Memory.Customers(ctx, f)
}

func (b *bent) Records(ctx context.Context, f crm.RecordFilter) iter.Seq2[crm.Record, error] {
	if b.records != nil && f.Kind != "" {
		return b.records(b, ctx, f)
	}
	return b.Memory.Records(ctx, f)
}

func (b *bent) Entries(ctx context.Context, f crm.EntryFilter) iter.Seq2[crm.Entry, error] {
	rows := b.Memory.Entries(ctx, f)
	if b.entries != nil {
		rows = b.entries(b, ctx, f)
	}
	if b.entry == nil {
		return rows
	}
	return func(yield func(crm.Entry, error) bool) {
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

// writes rewrites every write of a commit; nil drops it. The caller's commit stays
// as it is.
func writes(c crm.Commit, do func(crm.Subject, crm.Write) crm.Write) crm.Commit {
	c.Changes = slices.Clone(c.Changes)
	for i := range c.Changes {
		change := &c.Changes[i]
		var kept []crm.Write
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
	plain, all := customerMutants(), crmtest.Kit.Mutants(t.Context())
	for i, m := range slices.Concat(plain, hostMutants()) {
		f := crmtest.Features{}
		if i >= len(plain) {
			f = hostFeatures()
			f.Another = nil
		}
		f.Patience = 3 * time.Second
		all = append(all, storetest.Mutant{Fault: m.fault, KilledBy: m.killedBy, Play: func() []string {
			return crmtest.Play(t.Context(), m.killedBy, m.open, f)
		}})
	}
	require.GreaterOrEqual(t, len(all), 127)
	storetest.KillAll(t, all)
}

// TestUnbent shows that it is the fault that kills a mutant, and not its
// wrapping: without a hook every case passes.
func TestUnbent(t *testing.T) {
	t.Run("shared", crmtest.Kit.TestUnbent)
	open := func(*testing.T) crm.Store { return &bent{} }
	t.Run("store", func(t *testing.T) { crmtest.TestStore(t, open, crmtest.Features{Parallel: true}) })
	t.Run("concurrency", func(t *testing.T) { crmtest.TestConcurrency(t, open, crmtest.Features{Parallel: true}) })
}
