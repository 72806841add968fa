package samplingtest

import (
	"testing"

	"github.com/guanxi-go/guanxi/internal/storetest"
	"github.com/guanxi-go/guanxi/sampling"
)

// TestStore runs every case of the contract that one goroutine can see, each on a
// fresh and empty store. The open function registers with t.Cleanup whatever has
// to be closed. A case is a subtest that bears the name of its rule, and prints
// the rule, word by word from the comments of package sampling, where the store
// breaks it. Sizes are reduced under -short.
func TestStore(t *testing.T, open func(t *testing.T) sampling.Store, f Features) {
	t.Helper()
	contract.Run(t, contract.StoreChecks(), neutrally(open), f.neutral)
}

// TestConcurrency runs the cases that need several goroutines. It stands apart so
// that a new adapter can be brought up with [TestStore] first, and is of most use
// under the race detector. It has no false alarms, and cannot find every fault.
func TestConcurrency(t *testing.T, open func(t *testing.T) sampling.Store, f Features) {
	t.Helper()
	contract.Run(t, contract.ConcurrencyChecks(), neutrally(open), f.neutral)
}

func neutrally(open func(t *testing.T) sampling.Store) func(t *testing.T) storetest.Store {
	return func(t *testing.T) storetest.Store { return neutral{open(t)} }
}

// neutral is f as the shared cases see it.
func (f Features) neutral(t *testing.T) storetest.Features {
	n := storetest.Features{Parallel: f.Parallel, Short: testing.Short(), NoOutbox: f.NoOutbox, NoPruner: f.NoPruner, Patience: f.Patience}
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
