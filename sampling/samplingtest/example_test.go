package samplingtest_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/guanxi-go/guanxi/sampling"
	"github.com/guanxi-go/guanxi/sampling/samplingtest"
)

// In the package of your adapter this is the body of func TestStore(t *testing.T).
func ExampleTestStore() {
	_ = func(t *testing.T) {
		open := func(t *testing.T) sampling.Store {
			store := new(sampling.Memory) // your adapter, on an empty database
			t.Cleanup(func() { /* close it, and drop the database */ })
			return store
		}
		samplingtest.TestStore(t, open, samplingtest.Features{Parallel: true})
	}
	// Output:
}

func ExampleTestConcurrency() {
	_ = func(t *testing.T) {
		open := func(t *testing.T) sampling.Store { return new(sampling.Memory) }
		samplingtest.TestConcurrency(t, open, samplingtest.Features{Patience: 2 * time.Minute})
	}
	// Output:
}

// A service that sends a commit again with the same key does nothing twice, even
// where the error came after the commit.
func ExampleNewFaulty() {
	store := new(sampling.Memory)
	faulty := samplingtest.NewFaulty(store, 1, samplingtest.Rates{ErrAfter: 0.5})
	ctx := context.Background()
	for n := range 3 {
		commit := sampling.Commit{Scope: "order", Key: fmt.Sprint(n), Changes: []sampling.Change{{Subject: counter, Expect: uint64(n)}}}
		for err := error(samplingtest.ErrInjected); errors.Is(err, samplingtest.ErrInjected); {
			err = faulty.Commit(ctx, commit)
			fmt.Println(n, err)
		}
	}
	head, _ := store.Head(ctx, counter)
	fmt.Println("version", head.Version)
	// Output:
	// 0 <nil>
	// 1 after the commit: samplingtest: injected failure of the system
	// 1 sampling: key: was committed before: duplicate
	// 2 <nil>
	// version 3
}

// Two tasks that read and then write: in some orders one of them comes too late.
func ExampleInterleave() {
	outcomes := map[string]int{}
	for seed := range uint64(100) {
		refused := 0
		task := func(s sampling.Store) {
			head, _ := s.Head(context.Background(), counter)
			if s.Commit(context.Background(), sampling.Commit{Changes: []sampling.Change{{Subject: counter, Expect: head.Version}}}) != nil {
				refused++
			}
		}
		samplingtest.Interleave(seed, new(sampling.Memory), task, task)
		outcomes[fmt.Sprintf("%d refused", refused)]++
	}
	fmt.Println(len(outcomes), outcomes["0 refused"]+outcomes["1 refused"])
	// Output:
	// 2 100
}

func ExampleNewClock() {
	start := time.Date(2026, time.March, 1, 8, 0, 0, 0, time.UTC)
	clock := samplingtest.NewClock(1, start, time.Hour)
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
