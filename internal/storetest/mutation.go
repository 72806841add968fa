package storetest

import (
	"context"
	"iter"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/guanxi-go/guanxi/internal/clock"
)

// Mutants are the mutants of a domain that its shared cases have to find.
func (k Kit) Mutants(ctx context.Context) (all []Mutant) {
	cases := map[string]Check{}
	for _, c := range k.checks() {
		cases[c.Name] = c
	}
	for _, m := range slices.Concat(commitMutants(), readMutants(), listMutants(), boxMutants(), raceMutants(), ruleMutants()) {
		c, ok := cases[m.killedBy]
		if !ok || m.claims && !k.Contract.Claims {
			continue // there are no claims in this domain
		}
		all = append(all, Mutant{Fault: m.fault, KilledBy: m.killedBy, Play: func() []string {
			r := NewRecorder(ctx)
			k.Contract.Play(r, c, func() Store { return k.bend(m.open()) }, Features{Short: true, Patience: 3 * time.Second})
			return r.Said()
		}})
	}
	return all
}

func (k Kit) checks() []Check {
	return slices.Concat(k.Contract.StoreChecks(), k.Contract.ConcurrencyChecks())
}

// TestUnbent shows that it is the fault that kills a mutant, and not its wrapping:
// without a hook every shared case passes. It also wants every quote to belong to one.
func (k Kit) TestUnbent(t *testing.T) {
	for _, q := range k.Contract.Quotes {
		if !slices.ContainsFunc(k.checks(), func(c Check) bool { return c.Name == q[0] }) {
			t.Errorf("a quote of the case %s, which there is not", q[0])
		}
	}
	k.Contract.Run(t, k.checks(), func(*testing.T) Store { return k.bend(new(bent)) },
		func(*testing.T) Features { return Features{Parallel: true, Short: testing.Short()} })
}

func (k Kit) bend(b *bent) Store {
	b.Kit, b.Store = k, k.Memory()
	return b
}

// A mutant is a store with one fault, and the case that is there to find it.
type mutant struct {
	fault, killedBy string
	open            func() *bent
	claims          bool // only stores with claims can have it
}

func ofClaims(m mutant) mutant {
	m.claims = true
	return m
}

// bent is a store that is bent in one place: each hook that is set stands between
// the caller and the store.
type bent struct {
	Kit
	Store
	mu sync.Mutex

	noOutbox bool
	in       func(b *bent, c Commit) Commit // before a commit
	out      func(b *bent, c Commit, err error) error
	commit   func(b *bent, ctx context.Context, c Commit) error
	ctx      func(context.Context) context.Context // of every call
	id       func(string) string                   // of every record
	claim    func(Claim) Claim
	holder   func(b *bent, key string, err error) error
	raw      func(b *bent, ctx context.Context, c Commit) error // instead of a commit, valid or not
	key      func(scope, key string) (string, string)
	record   func(b *bent, r Record) Record
	entry    func(b *bent, e Entry) Entry
	receipt  func(b *bent, key string, r Receipt) Receipt
	records  func(b *bent, ctx context.Context, f RecordFilter) iter.Seq2[Record, error]
	entries  func(b *bent, ctx context.Context, f EntryFilter) iter.Seq2[Entry, error]
	pending  func(b *bent, events []Event) []Event
	ack      func(b *bent, ctx context.Context, ids []uint64) error
	prune    func(b *bent, ctx context.Context, before time.Time) (int, error)

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

func (b *bent) subject(s Subject) Subject {
	if b.id != nil {
		s.ID = b.id(s.ID)
	}
	return s
}

func (b *bent) Commit(ctx context.Context, c Commit) error {
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
	if b.claim != nil {
		c = writes(c, func(_ Subject, w Write) Write {
			switch w := w.(type) {
			case Claim:
				return b.claim(w)
			case Release:
				return Release(b.claim(Claim(w)))
			}
			return w
		})
	}
	if b.in != nil && b.Contract.Validate(c) == nil {
		c = b.in(b, c)
	}
	if b.commit != nil && b.Contract.Validate(c) == nil {
		return b.commit(b, ctx, c)
	}
	if b.raw != nil {
		return b.raw(b, ctx, c)
	}
	err := b.Store.Commit(ctx, c)
	if b.out != nil {
		return b.out(b, c, err)
	}
	return err
}

func (b *bent) Record(ctx context.Context, s Subject) (Record, error) {
	r, err := b.Store.Record(b.under(ctx), b.subject(s))
	if b.record != nil && err == nil {
		r = b.record(b, r)
	}
	return r, err
}

func (b *bent) Head(ctx context.Context, s Subject) (Head, error) {
	return b.Store.Head(b.under(ctx), b.subject(s))
}

func (b *bent) Holder(ctx context.Context, space, key string) (Subject, error) {
	if b.claim != nil {
		c := b.claim(Claim{Space: space, Key: key})
		space, key = c.Space, c.Key
	}
	s, err := b.Store.Holder(b.under(ctx), space, key)
	if b.holder != nil && err != nil {
		err = b.holder(b, key, err)
	}
	return s, err
}

func (b *bent) Receipt(ctx context.Context, scope, key string) (Receipt, error) {
	if b.key != nil {
		scope, key = b.key(scope, key)
	}
	r, err := b.Store.Receipt(b.under(ctx), scope, key)
	if b.receipt != nil && err == nil {
		r = b.receipt(b, key, r)
	}
	return r, err
}

func (b *bent) Records(ctx context.Context, f RecordFilter) iter.Seq2[Record, error] {
	if b.records != nil && f.Kind != "" {
		return b.records(b, b.under(ctx), f)
	}
	return b.Store.Records(b.under(ctx), f)
}

func (b *bent) Entries(ctx context.Context, f EntryFilter) iter.Seq2[Entry, error] {
	f.Subject = b.subject(f.Subject)
	rows := b.Store.Entries(b.under(ctx), f)
	if b.entries != nil {
		rows = b.entries(b, ctx, f)
	}
	if b.entry == nil {
		return rows
	}
	return func(yield func(Entry, error) bool) {
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

func (b *bent) Outbox() Outbox {
	if b.noOutbox {
		return nil
	}
	return (*bentBox)(b)
}

func (b *bent) Pruner() Pruner { return (*bentBox)(b) }

// bentBox is a bent store's outbox, and what forgets its keys.
type bentBox bent

func (x *bentBox) Pending(ctx context.Context, limit int) ([]Event, error) {
	b := (*bent)(x)
	events, err := b.Store.Outbox().Pending(b.under(ctx), limit)
	if b.pending != nil && err == nil {
		events = b.pending(b, events)
	}
	return events, err
}

func (x *bentBox) Ack(ctx context.Context, ids ...uint64) error {
	b := (*bent)(x)
	if b.ack != nil {
		return b.ack(b, ctx, ids)
	}
	return b.Store.Outbox().Ack(b.under(ctx), ids...)
}

func (x *bentBox) Prune(ctx context.Context, before time.Time) (int, error) {
	b := (*bent)(x)
	if b.prune != nil {
		return b.prune(b, ctx, before)
	}
	return b.Store.Pruner().Prune(b.under(ctx), before)
}

// writes rewrites every write of a commit; nil drops it. The caller's commit stays
// as it is.
func writes(c Commit, do func(Subject, Write) Write) Commit {
	c.Changes = slices.Clone(c.Changes)
	for i := range c.Changes {
		change := &c.Changes[i]
		var kept []Write
		for _, w := range change.Writes {
			if w = do(change.Subject, w); w != nil {
				kept = append(kept, w)
			}
		}
		change.Writes = kept
	}
	return c
}

// pause is what a real store needs of time at that place, so that others get in.
func pause(d time.Duration) { _ = clock.Wait(context.Background(), d) }
