package crmtest_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/crmtest"
	"github.com/guanxi-go/guanxi/crm/purchase"
)

// In the package of your adapter this is the body of func TestStore(t *testing.T).
func ExampleTestStore() {
	_ = func(t *testing.T) {
		open := func(t *testing.T) crm.Store {
			store := new(crm.Memory) // your adapter, on an empty database
			t.Cleanup(func() { /* close it, and drop the database */ })
			return store
		}
		crmtest.TestStore(t, open, crmtest.Features{Parallel: true})
	}
	// Output:
}

func ExampleTestConcurrency() {
	_ = func(t *testing.T) {
		open := func(t *testing.T) crm.Store { return new(crm.Memory) }
		crmtest.TestConcurrency(t, open, crmtest.Features{Patience: 2 * time.Minute})
	}
	// Output:
}

func ExampleTestServices() {
	_ = func(t *testing.T) {
		open := func(t *testing.T) crm.Store { return new(crm.Memory) }
		runs := crmtest.Runs{Leavers: 200, Faults: 20}
		if testing.Short() {
			runs = crmtest.Runs{Leavers: 30, Faults: 3}
		}
		crmtest.TestServices(t, open, runs)
	}
	// Output:
}

func ExampleTestPurchaseSource() {
	_ = func(t *testing.T) {
		open := func(t *testing.T, rows []purchase.Purchase[string]) crm.PurchaseSource {
			return log(rows) // your order table, filled with these rows
		}
		crmtest.TestPurchaseSource(t, open, crmtest.SourceFeatures{NoSummarizer: true})
	}
	// Output:
}

// A service that sends a commit again with the same key does nothing twice, even
// where the error came after the commit.
func ExampleNewFaulty() {
	store := new(crm.Memory)
	faulty := crmtest.NewFaulty(store, 1, crmtest.Rates{ErrAfter: 0.5})
	ctx := context.Background()
	for n := range 3 {
		commit := crm.Commit{Scope: "order", Key: fmt.Sprint(n), Changes: []crm.Change{{Subject: counter, Expect: uint64(n)}}}
		for err := error(crmtest.ErrInjected); errors.Is(err, crmtest.ErrInjected); {
			err = faulty.Commit(ctx, commit)
			fmt.Println(n, err)
		}
	}
	head, _ := store.Head(ctx, counter)
	fmt.Println("version", head.Version)
	// Output:
	// 0 <nil>
	// 1 after the commit: crmtest: injected failure of the system
	// 1 crm: key: was committed before: duplicate
	// 2 <nil>
	// version 3
}

// Two tasks that read and then write: in some orders one of them comes too late.
func ExampleInterleave() {
	outcomes := map[string]int{}
	for seed := range uint64(100) {
		refused := 0
		task := func(s crm.Store) {
			head, _ := s.Head(context.Background(), counter)
			if s.Commit(context.Background(), crm.Commit{Changes: []crm.Change{{Subject: counter, Expect: head.Version}}}) != nil {
				refused++
			}
		}
		crmtest.Interleave(seed, new(crm.Memory), task, task)
		outcomes[fmt.Sprintf("%d refused", refused)]++
	}
	fmt.Println(len(outcomes), outcomes["0 refused"]+outcomes["1 refused"])
	// Output:
	// 2 100
}

func ExampleNewClock() {
	start := time.Date(2026, time.March, 1, 8, 0, 0, 0, time.UTC)
	clock := crmtest.NewClock(1, start, time.Hour)
	last, backwards := start, 0
	for range 100 {
		now := clock.Now()
		if now.Before(last) {
			backwards++
		}
		last = now
	}
	fmt.Println(backwards > 0)
	// Output:
	// true
}
