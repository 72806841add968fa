package crmtest

import (
	"context"
	"fmt"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/party"
)

// TestStore runs every case of the contract that one goroutine can see, each on a
// fresh and empty store. The open function registers with t.Cleanup whatever has
// to be closed. A case is a subtest that bears the name of its rule, and prints
// the rule, word by word from the comments of package crm, where the store breaks
// it. Sizes are reduced under -short.
func TestStore(t *testing.T, open func(t *testing.T) crm.Store, f Features) {
	t.Helper()
	runChecks(t, storeChecks(), open, f)
}

// TestConcurrency runs the cases that need several goroutines. It stands apart so
// that a new adapter can be brought up with [TestStore] first, and is of most use
// under the race detector. It has no false alarms, and cannot find every fault.
func TestConcurrency(t *testing.T, open func(t *testing.T) crm.Store, f Features) {
	t.Helper()
	runChecks(t, concurrencyChecks(), open, f)
}

func runChecks(t *testing.T, checks []check, open func(t *testing.T) crm.Store, f Features) {
	t.Helper()
	for _, k := range checks {
		t.Run(k.name, func(t *testing.T) {
			t.Helper()
			if f.Parallel {
				t.Parallel()
			}
			k.play(t, stand{
				open:  func() crm.Store { return open(t) },
				seed:  func(s crm.Store, id string, p party.Profile) party.Profile { return f.SeedProfile(t, s, id, p).Clone() },
				find:  func(s crm.Store, text string) bool { return f.Contains != nil && f.Contains(t, s, text) },
				wipe:  func(s crm.Store, id string) { f.RemoveProfile(t, s, id) },
				again: func(s crm.Store) crm.Store { return f.Another(t, s) },
				short: testing.Short(),
				f:     f,
			})
		})
	}
}

// tb is the part of testing.TB that a case needs. A case never holds a *testing.T,
// so that the suite's own tests can run it on a recorder, against stores that are
// meant to fail.
type tb interface {
	Helper()
	Errorf(format string, args ...any)
	Skip(args ...any)
	Context() context.Context
}

// A rule is a promise, quoted from a comment of package crm: the type, field or
// heading that it stands under, and its words.
type rule struct{ of, says string }

func (r rule) String() string { return r.of + ": " + r.says }

// says lists promises that stand under one heading.
func says(of string, texts ...string) []rule {
	rules := make([]rule, len(texts))
	for i, text := range texts {
		rules[i] = rule{of, text}
	}
	return rules
}

// check is one case of the suite.
type check struct {
	name  string
	rules []rule
	skip  func(c *scene) string // why the case does not apply; "" where it does
	run   func(c *scene)
}

// stand is where a case is played: what it opens its store with, and what it knows
// of that store.
type stand struct {
	open  func() crm.Store
	seed  func(s crm.Store, id string, p party.Profile) party.Profile
	wipe  func(s crm.Store, id string)
	find  func(s crm.Store, text string) bool
	again func(s crm.Store) crm.Store
	short bool
	f     Features
}

// play runs the case in a goroutine of its own, so that a store that waits for its
// caller is a failure of this case and no hanging test.
func (k check) play(t tb, on stand) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	c := &scene{stand: on, t: t, ctx: ctx, store: on.open()}
	if on.f.Another != nil {
		c.another = on.again(c.store)
	}
	if k.skip != nil {
		if why := k.skip(c); why != "" {
			t.Skip(why)
			return
		}
	}
	c.inTime(func() { k.run(c) })
	if c.failed {
		var text strings.Builder
		for _, r := range k.rules {
			fmt.Fprintf(&text, "\n  %v", r)
		}
		t.Errorf("the store breaks a rule of package crm:%s", text.String())
	}
}

// inTime runs do in a goroutine and reports a panic, and an end that does not come.
func (c *scene) inTime(do func()) {
	c.t.Helper()
	timeout, stop := context.WithTimeout(context.WithoutCancel(c.ctx), c.f.patience())
	defer stop()
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer func() {
			if r := recover(); r != nil {
				c.Errorf("panic: %v\n%s", r, debug.Stack())
			}
		}()
		do()
	}()
	select {
	case <-done:
	case <-timeout.Done():
		c.Errorf("the case did not end within %v: something waits for its caller, or for ever", c.f.patience())
	}
	c.mu.Lock()
	c.over = true
	c.mu.Unlock()
}

// scene is one case at work on one store.
type scene struct {
	stand
	t     tb
	ctx   context.Context
	store crm.Store
	// another is a second store on the same data; nil without Features.Another.
	another crm.Store

	mu     sync.Mutex
	failed bool
	over   bool // what a goroutine that is left behind still says is not heard
}

// Errorf reports a failure, and the case goes on.
func (c *scene) Errorf(format string, args ...any) {
	c.t.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.over {
		c.failed = true
		c.t.Errorf(format, args...)
	}
}

// done reports whether the case has failed: the end of a case that goes step by
// step.
func (c *scene) done() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.failed
}

// size returns a reduced size under -short.
func (c *scene) size(full, short int) int {
	if c.short {
		return short
	}
	return full
}

// patience is how long a case waits for what has to come soon.
func (f Features) patience() time.Duration {
	if f.Patience > 0 {
		return f.Patience
	}
	return time.Minute
}

// storeChecks are the cases of TestStore, in the order of the contract.
func storeChecks() []check {
	return slices.Concat(
		versionChecks(), commitChecks(), keyChecks(), writeChecks(), claimChecks(),
		consistencyChecks(), sharingChecks(), contextChecks(), errorChecks(), errorFieldChecks(),
		orderChecks(), pageChecks(), filterChecks(), entryFilterChecks(),
		limitChecks(), idChecks(), instantChecks(), documentChecks(), refusalChecks(),
		erasureChecks(), hostChecks(), outboxChecks(), prunerChecks())
}
