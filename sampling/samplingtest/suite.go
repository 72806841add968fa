package samplingtest

import (
	"context"
	"slices"
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
	runChecks(t, storeChecks(), open, f)
}

// TestConcurrency runs the cases that need several goroutines. It stands apart so
// that a new adapter can be brought up with [TestStore] first, and is of most use
// under the race detector. It has no false alarms, and cannot find every fault.
func TestConcurrency(t *testing.T, open func(t *testing.T) sampling.Store, f Features) {
	t.Helper()
	runChecks(t, concurrencyChecks(), open, f)
}

func runChecks(t *testing.T, checks []check, open func(t *testing.T) sampling.Store, f Features) {
	t.Helper()
	for _, k := range checks {
		t.Run(k.name, func(t *testing.T) {
			t.Helper()
			if f.Parallel {
				t.Parallel()
			}
			k.play(t, stand{
				open:   func() sampling.Store { return open(t) },
				find:   func(s sampling.Store, text string) bool { return f.Contains != nil && f.Contains(t, s, text) },
				again:  func(s sampling.Store) sampling.Store { return f.Another(t, s) },
				reopen: func(s sampling.Store) sampling.Store { return f.Reopen(t, s) },
				short:  testing.Short(),
				f:      f,
			})
		})
	}
}

// check is one case of the suite.
type check struct {
	name  string
	rules []storetest.Rule
	skip  func(c *scene) string // why the case does not apply; "" where it does
	run   func(c *scene)
}

// stand is where a case is played: what it opens its store with, and what it knows
// of that store.
type stand struct {
	open   func() sampling.Store
	find   func(s sampling.Store, text string) bool
	again  func(s sampling.Store) sampling.Store
	reopen func(s sampling.Store) sampling.Store
	short  bool
	f      Features
}

// play runs the case; see [storetest.Play].
func (k check) play(t storetest.TB, on stand) {
	t.Helper()
	storetest.Play(t, "sampling", k.rules, on.f.Patience, func(s *storetest.Scene) (run func(), skip string) {
		c := &scene{stand: on, Scene: s, t: s.T(), ctx: s.Context(), store: on.open()}
		if on.f.Another != nil {
			c.another = on.again(c.store)
		}
		if k.skip != nil {
			skip = k.skip(c)
		}
		return func() { k.run(c) }, skip
	})
}

// scene is one case at work on one store.
type scene struct {
	*storetest.Scene
	stand
	t     storetest.TB
	ctx   context.Context
	store sampling.Store
	// another is a second store on the same data; nil without Features.Another.
	another sampling.Store
}

// size returns a reduced size under -short.
func (c *scene) size(full, short int) int {
	if c.short {
		return short
	}
	return full
}

// storeChecks are the cases of TestStore, in the order of the contract.
func storeChecks() []check {
	return slices.Concat(
		versionChecks(), commitChecks(), keyChecks(), writeChecks(),
		consistencyChecks(), sharingChecks(), reopenChecks(), contextChecks(), errorChecks(), errorFieldChecks(),
		orderChecks(), pageChecks(), dueChecks(), filterChecks(), entryFilterChecks(),
		limitChecks(), idChecks(), instantChecks(), documentChecks(), refusalChecks(),
		erasureChecks(), outboxChecks(), prunerChecks())
}
