package storetest

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/guanxi-go/guanxi/internal/fault"
)

// Kit is what a domain's own tests hold the suite and its tools with: the mutants of
// the shared cases, and the tests of Faulty, Interleave and Clock, written once over
// the neutral form.
type Kit struct {
	Contract *Contract
	Memory   func() Store // an empty store that keeps the contract
	// Faulty is the domain's Faulty in front of a store, and what tells what it injected.
	Faulty     func(store Store, seed uint64, rates Rates) (faulty Store, injected func() Injected)
	Injected   error
	More       func() []Change // further changes for Faulty to replay, from the versions 0; nil for none
	Interleave func(seed uint64, store Store, tasks ...func(Store))
	Clock      func(seed uint64, start time.Time, jump time.Duration) Clockwork
}

// Clockwork is what every domain's Clock does.
type Clockwork interface {
	Now() time.Time
	Wait(ctx context.Context, d time.Duration) error
}

// bench is a bench whose store is not played with a case.
func (k Kit) bench(t *testing.T, s Store) *Bench {
	c := &Bench{Scene: &Scene{t: t, ctx: t.Context()}, Contract: k.Contract, t: t, ctx: t.Context()}
	c.Use(s)
	return c
}

var counter = Subject{Kind: "counter", ID: "c"}

// rough rates hit each kind of fault within a few commands.
func rough() Rates {
	return Rates{ErrRead: 0.05, ErrBefore: 0.1, ErrAfter: 0.2, Conflict: 0.1, Cancelled: 0.1, StaleRead: 0.4}
}

// raise is the smallest service: it adds one to the counter, once for each key, and
// tries again until it knows that it has.
func raise(store Store, key string) {
	ctx := context.Background()
	for {
		head, err := store.Head(ctx, counter)
		if err != nil {
			continue
		}
		entries := uint64(0)
		for _, err = range store.Entries(ctx, EntryFilter{Subject: counter}) {
			if err != nil {
				break
			}
			entries++
		}
		if err != nil {
			continue
		}
		at := time.Unix(1, 0).UTC()
		err = store.Commit(ctx, Commit{Scope: "raise", Key: key, Changes: []Change{set(counter, head.Version,
			Append{Entry: Entry{Kind: "raised", Party: key, Actor: "test", At: at, Recorded: at}},
			PutRecord{Record: Record{State: fmt.Sprint(entries + 1)}})}})
		if err == nil || errors.Is(err, fault.ErrDuplicate) {
			return
		}
	}
}

// raised wants the counter of a store at n by its record, its entries and their keys.
func (k Kit) raised(t *testing.T, s Store, n int) {
	t.Helper()
	c := k.bench(t, s)
	keys := map[string]bool{}
	for _, e := range c.journal(counter) {
		keys[e.Party] = true
	}
	record := c.record(counter)
	c.Same("state, entries, keys", []any{record.State, record.Head.Entries, len(keys)}, []any{fmt.Sprint(n), uint64(n), n})
}
