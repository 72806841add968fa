package crmtest

import (
	"context"
	"slices"
	"testing"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/party"
	"github.com/guanxi-go/guanxi/internal/storetest"
)

// TestStore runs every case of the contract that one goroutine can see, each on a
// fresh and empty store. The open function registers with t.Cleanup whatever has
// to be closed. A case is a subtest that bears the name of its rule, and prints
// the rule, word by word from the comments of package crm, where the store
// breaks it. Sizes are reduced under -short.
func TestStore(t *testing.T, open func(t *testing.T) crm.Store, f Features) {
	t.Helper()
	contract.Run(t, storeChecks(), neutrally(open), f.neutral)
}

// TestConcurrency runs the cases that need several goroutines. It stands apart so
// that a new adapter can be brought up with [TestStore] first, and is of most use
// under the race detector. It has no false alarms, and cannot find every fault.
func TestConcurrency(t *testing.T, open func(t *testing.T) crm.Store, f Features) {
	t.Helper()
	contract.Run(t, concurrencyChecks(), neutrally(open), f.neutral)
}

// storeChecks are the cases of TestStore: those of all domains, and those of customers.
func storeChecks() []storetest.Check {
	return storetest.Extended(contract.StoreChecks(), own(
		changedAlongside(), readAlongside(), listedAlongside(), inputAlongside(),
		filterChecks(), entryFilterChecks(), erasureChecks(), hostChecks()))
}

func concurrencyChecks() []storetest.Check {
	return storetest.Extended(contract.ConcurrencyChecks(), own(beholdChecks()))
}

// check is a case of this domain alone. One that has the name of a shared case goes
// on where that ends.
type check struct {
	name  string
	rules []storetest.Rule
	skip  func(c *scene) string // why the case does not apply; "" where it does
	run   func(c *scene)
}

// scene is one case at work on one store.
type scene struct {
	*storetest.Bench
	t     storetest.TB
	ctx   context.Context
	store crm.Store
	host
}

// host is what the suite may expect of a store, and of the host's table behind it.
type host struct {
	f    Features
	seed func(s crm.Store, id string, p party.Profile) party.Profile
	wipe func(s crm.Store, id string)
}

func own(lists ...[]check) (all []storetest.Check) {
	of := func(b *storetest.Bench) *scene {
		return &scene{Bench: b, t: b.T(), ctx: b.Context(), store: b.Opened.(neutral).Store, host: b.Own.(host)}
	}
	for _, k := range slices.Concat(lists...) {
		shared := storetest.Check{Name: k.name, Rules: k.rules, Run: func(b *storetest.Bench) { k.run(of(b)) }}
		if k.skip != nil {
			shared.Skip = func(b *storetest.Bench) string { return k.skip(of(b)) }
		}
		all = append(all, shared)
	}
	return all
}

func neutrally(open func(t *testing.T) crm.Store) func(t *testing.T) storetest.Store {
	return func(t *testing.T) storetest.Store { return neutral{open(t)} }
}

// neutral is f as the shared cases see it.
func (f Features) neutral(t *testing.T) storetest.Features {
	n := storetest.Features{Parallel: f.Parallel, Short: testing.Short(), NoOutbox: f.NoOutbox, NoPruner: f.NoPruner, Patience: f.Patience, Own: host{
		f:    f,
		seed: func(s crm.Store, id string, p party.Profile) party.Profile { return f.SeedProfile(t, s, id, p).Clone() },
		wipe: func(s crm.Store, id string) { f.RemoveProfile(t, s, id) },
	}}
	if f.Contains != nil {
		n.Contains = func(s storetest.Store, text string) bool { return f.Contains(t, s.(neutral).Store, text) }
	}
	if f.Another != nil {
		n.Another = func(s storetest.Store) storetest.Store { return neutral{f.Another(t, s.(neutral).Store)} }
	}
	if f.Reopen != nil {
		n.Reopen = func(s storetest.Store) storetest.Store { return neutral{f.Reopen(t, s.(neutral).Store)} }
	}
	return n
}
