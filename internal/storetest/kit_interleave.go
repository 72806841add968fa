package storetest

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/guanxi-go/guanxi/internal/fault"
)

// TestInterleave holds a domain's Interleave to what it promises.
func (k Kit) TestInterleave(t *testing.T) {
	t.Run("tries every order", k.interleaveTriesEveryOrder)
	t.Run("finds a lost update", k.interleaveFindsLostUpdate)
	t.Run("faulty", k.interleaveFaulty)
	t.Run("loop bodies", k.interleaveLoopBodies)
	t.Run("passes panics on", k.interleavePassesPanics)
	t.Run("passes FailNow on", k.interleavePassesFailNow)
}

// Two tasks that each take two steps do so in every order, whatever the steps are.
func (k Kit) interleaveTriesEveryOrder(t *testing.T) {
	for name, steps := range map[string]func(s Store, step func()){
		"reads": func(s Store, step func()) {
			for range 2 {
				_, _ = s.Head(t.Context(), counter)
				step()
			}
		},
		"commits": func(s Store, step func()) {
			for range 2 {
				_ = s.Commit(t.Context(), Commit{Changes: []Change{set(counter, 9)}})
				step()
			}
		},
		"rows": func(s Store, step func()) {
			for range s.Entries(t.Context(), EntryFilter{Subject: counter}) {
				step()
			}
		},
	} {
		order := func(seed uint64) string {
			store := k.Memory()
			raise(store, "1")
			raise(store, "2")
			var log strings.Builder
			task := func(name string) func(Store) {
				return func(s Store) { steps(s, func() { log.WriteString(name) }) }
			}
			k.Interleave(seed, store, task("a"), task("b"))
			return log.String()
		}
		seen := map[string]bool{}
		for seed := range uint64(200) {
			one := order(seed)
			if other := order(seed); one != other {
				t.Fatalf("%s, seed %d: %s, and then %s", name, seed, one, other)
			}
			seen[one] = true
		}
		if len(seen) != 6 {
			t.Fatalf("%s: of aabb abab abba baab baba bbaa: %v", name, seen)
		}
	}
}

func (k Kit) interleaveFindsLostUpdate(t *testing.T) {
	lost := 0
	for seed := range uint64(300) {
		careless, careful := k.Memory(), k.Memory()
		add := func(s Store) {
			r, _ := s.Record(t.Context(), counter)
			head, _ := s.Head(t.Context(), counter) // at another moment than the record
			_ = s.Commit(t.Context(), Commit{Changes: []Change{set(counter, head.Version, PutRecord{Record: Record{State: r.State + "x"}})}})
		}
		k.Interleave(seed, careless, add, add)
		if r := k.bench(t, careless).record(counter); int(r.Head.Version) != len(r.State) {
			lost++
		}
		var tasks []func(Store)
		for i := range 4 {
			tasks = append(tasks, func(s Store) { raise(s, fmt.Sprint(i)) })
		}
		k.Interleave(seed, careful, tasks...)
		k.raised(t, careful, 4)
	}
	if lost <= 5 {
		t.Fatalf("%d updates were lost", lost)
	}
}

func (k Kit) interleaveFaulty(t *testing.T) {
	for seed := range uint64(200) {
		store := k.Memory()
		faulty, _ := k.Faulty(store, seed, rough())
		var tasks []func(Store)
		for i := range 3 {
			tasks = append(tasks, func(s Store) {
				for n := range 4 {
					raise(s, fmt.Sprintf("%d-%d", i, n))
				}
			})
		}
		k.Interleave(seed, faulty, tasks...)
		k.raised(t, store, 12)
	}
}

// A loop over a listing may call the store.
func (k Kit) interleaveLoopBodies(t *testing.T) {
	store := k.Memory()
	for n := range 5 {
		raise(store, fmt.Sprint(n))
	}
	rows := 0
	walk := func(s Store) {
		c := k.bench(t, s)
		for _, err := range s.Entries(t.Context(), EntryFilter{Subject: counter}) {
			c.Fails("Entries", err, nil)
			c.record(counter)
			rows++
		}
		for range s.Records(t.Context(), RecordFilter{Kind: counter.Kind}) {
			break
		}
		for name, call := range calls(c, s) {
			if err := call(t.Context()); err != nil && !errors.Is(err, fault.ErrNotFound) && !errors.Is(err, fault.ErrConflict) {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	k.Interleave(1, store, walk, walk)
	if rows != 10 {
		t.Fatalf("%d rows", rows)
	}
}

func (k Kit) interleavePassesPanics(t *testing.T) {
	other := false
	defer func() {
		if said := fmt.Sprint(recover()); !other || !strings.HasPrefix(said, k.Contract.Package+"test: task 0, seed 3: oh") {
			t.Fatalf("the other task ended: %v; the caller panics with %s", other, said)
		}
	}()
	k.Interleave(3, k.Memory(),
		func(Store) { panic("oh") },
		func(s Store) { _, _ = s.Head(t.Context(), counter); other = true })
}

func (k Kit) interleavePassesFailNow(t *testing.T) {
	ended := make(chan bool, 1)
	go func() {
		defer func() { ended <- recover() == nil }()
		k.Interleave(3, k.Memory(), func(Store) { runtime.Goexit() })
		ended <- false
	}()
	if !<-ended {
		t.Fatal("the end of a task's goroutine is not that of the caller's")
	}
}
