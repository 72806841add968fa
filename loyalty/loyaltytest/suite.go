package loyaltytest

import (
	"context"
	"slices"
	"testing"

	"github.com/guanxi-go/guanxi/internal/storetest"
	"github.com/guanxi-go/guanxi/loyalty"
)

// TestStore runs every case of the contract that one goroutine can see, each on a
// fresh and empty store. The open function registers with t.Cleanup whatever has
// to be closed. A case is a subtest that bears the name of its rule, and prints
// the rule, word by word from the comments of package loyalty, where the store
// breaks it. Sizes are reduced under -short.
func TestStore(t *testing.T, open func(t *testing.T) loyalty.Store, f Features) {
	t.Helper()
	contract.Run(t, storeChecks(), neutrally(open), f.neutral)
}

// TestConcurrency runs the cases that need several goroutines. It stands apart so
// that a new adapter can be brought up with [TestStore] first, and is of most use
// under the race detector. It has no false alarms, and cannot find every fault.
func TestConcurrency(t *testing.T, open func(t *testing.T) loyalty.Store, f Features) {
	t.Helper()
	contract.Run(t, concurrencyChecks(), neutrally(open), f.neutral)
}

// storeChecks are the cases of TestStore: those of all domains, and those of accounts.
func storeChecks() []storetest.Check {
	return storetest.Extended(contract.StoreChecks(), own(
		accountChecks(), batchChecks(), changedAlongside(), readAlongside(), listedAlongside(), inputAlongside(),
		dueChecks(), accountFilterChecks(), postingFilterChecks(), sizeChecks(), accountErasureChecks()))
}

func concurrencyChecks() []storetest.Check {
	return storetest.Extended(contract.ConcurrencyChecks(), own(accountRaceChecks(), accountBeholdChecks()))
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
	store loyalty.Store
	f     Features
}

func own(lists ...[]check) (all []storetest.Check) {
	of := func(b *storetest.Bench) *scene {
		return &scene{Bench: b, t: b.T(), ctx: b.Context(), store: b.Opened.(neutral).Store, f: b.Own.(Features)}
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

func neutrally(open func(t *testing.T) loyalty.Store) func(t *testing.T) storetest.Store {
	return func(t *testing.T) storetest.Store { return neutral{open(t)} }
}

// neutral is f as the shared cases see it.
func (f Features) neutral(t *testing.T) storetest.Features {
	n := storetest.Features{Parallel: f.Parallel, Short: testing.Short(), NoOutbox: f.NoOutbox, NoPruner: f.NoPruner, Patience: f.Patience, Own: f}
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
