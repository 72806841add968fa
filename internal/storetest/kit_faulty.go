package storetest

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"
)

// TestFaulty holds a domain's Faulty to what it promises to services.
func (k Kit) TestFaulty(t *testing.T) {
	t.Run("loses and doubles nothing", k.faultyLosesNothing)
	t.Run("finds a service without keys", k.faultyFindsDoubling)
	t.Run("reads agree", k.faultyReadsAgree)
	t.Run("replays what was committed", k.faultyReplays)
	t.Run("fails every read", k.faultyFailsReads)
	t.Run("a listing fails as the last pair", k.faultyFailsListings)
}

func (k Kit) faultyLosesNothing(t *testing.T) {
	total := Injected{}
	for seed := range uint64(200) {
		run := func() Injected {
			store := k.Memory()
			faulty, injected := k.Faulty(store, seed, rough())
			for n := range 20 {
				raise(faulty, fmt.Sprint(n))
			}
			k.raised(t, store, 20)
			return injected()
		}
		in := run()
		total.Add(in)
		if again := run(); again != in {
			t.Fatalf("seed %d injected %+v, and then %+v", seed, in, again)
		}
	}
	if !total.Every(100) {
		t.Fatalf("a kind of fault was hardly injected: %+v", total)
	}
}

// An error after the commit makes a service without keys do it twice.
func (k Kit) faultyFindsDoubling(t *testing.T) {
	doubled := false
	for seed := range uint64(50) {
		store := k.Memory()
		faulty, _ := k.Faulty(store, seed, Rates{ErrAfter: 0.2})
		for range 10 {
			for {
				head, _ := faulty.Head(t.Context(), counter)
				if faulty.Commit(t.Context(), Commit{Changes: []Change{set(counter, head.Version)}}) == nil {
					break
				}
			}
		}
		doubled = doubled || k.bench(t, store).Head(counter).Version > 10
	}
	if !doubled {
		t.Fatal("a service without keys was not found")
	}
}

func (k Kit) faultyReadsAgree(t *testing.T) {
	stale := 0
	for seed := range uint64(40) {
		store := k.Memory()
		faulty, _ := k.Faulty(store, seed, Rates{StaleRead: 0.6})
		c, behind := k.bench(t, faulty), k.bench(t, store)
		for n := range 20 {
			raise(faulty, fmt.Sprint(n))
			_, err := faulty.Receipt(t.Context(), "raise", fmt.Sprint(n))
			c.Fails("Receipt, which is never stale", err, nil)
			last := uint64(0)
			for range 6 {
				now, head := behind.Head(counter), c.Head(counter)
				if head != now {
					stale++
				}
				record := Record{}
				if head.Version > 0 {
					if record = c.record(counter); record.State != fmt.Sprint(record.Head.Entries) {
						t.Fatalf("state %q and a head of %d are not of one moment", record.State, record.Head.Entries)
					}
				}
				entries := uint64(len(c.journal(counter)))
				// Each version brought one entry, and no read is of an earlier moment than the one before.
				if order := []uint64{last, head.Version, record.Head.Version, entries, now.Version}; !slices.IsSorted(order) {
					t.Fatalf("the way back: %v", order)
				}
				last = entries
			}
		}
	}
	if stale <= 200 {
		t.Fatalf("%d stale reads", stale)
	}
}

// Stale reads show all that was committed, whatever the caller has done to it since, and
// nothing else.
func (k Kit) faultyReplays(t *testing.T) {
	var unseen map[string]bool // what was so between the commits alone, and was not read yet
	for seed := range uint64(40) {
		store := k.Memory()
		faulty, _ := k.Faulty(store, seed, Rates{StaleRead: 1})
		calm, _ := k.Faulty(store, seed, Rates{})
		c := k.bench(t, faulty)
		first, second := c.everyWrite(), []Change(nil)
		if k.More != nil {
			first = append(first, k.More()...)
		}
		for _, change := range first {
			next := set(change.Subject, 1, Redact{})
			for _, w := range change.Writes {
				if w, ok := w.(Claim); ok {
					next.Writes = append(next.Writes, Release(w))
				}
			}
			second = append(second, next)
		}
		none := k.parts(t, calm, second)
		c.commit(first...)
		Scribble(first)
		was := k.parts(t, calm, second)
		c.commit(second...)
		now := k.parts(t, calm, second)
		if unseen == nil {
			unseen = maps.Clone(was)
			maps.DeleteFunc(unseen, func(part string, _ bool) bool { return none[part] || now[part] })
		}
		for part := range k.parts(t, faulty, second) {
			if delete(unseen, part); !none[part] && !was[part] && !now[part] {
				t.Fatalf("seed %d: this never was: %s", seed, part)
			}
		}
	}
	if len(unseen) > 0 {
		t.Fatalf("no stale read showed %v", unseen)
	}
}

// parts are what single reads show of changes' subjects, and of the claims that they
// release.
func (k Kit) parts(t *testing.T, s Store, changes []Change) map[string]bool {
	c, seen := k.bench(t, s), map[string]bool{}
	for _, change := range changes {
		record, _ := s.Record(t.Context(), change.Subject)
		parts, _ := s.Look(t.Context(), change.Subject).([]any)
		parts = append(parts, record)
		for _, e := range c.journal(change.Subject) {
			parts = append(parts, e)
		}
		for _, w := range change.Writes {
			if w, ok := w.(Release); ok {
				parts = append(parts, []any{w, c.holder(w.Space, w.Key)})
			}
		}
		for _, part := range parts {
			seen[Dump(part)] = true
		}
	}
	return seen
}

func (k Kit) faultyFailsReads(t *testing.T) {
	faulty, _ := k.Faulty(k.Memory(), 1, Rates{ErrRead: 1})
	c := k.bench(t, faulty)
	for name, call := range calls(c, faulty) {
		if name != "Commit" {
			c.Fails(name, call(t.Context()), k.Injected)
		}
	}
}

func (k Kit) faultyFailsListings(t *testing.T) {
	store := k.Memory()
	for n := range 5 {
		raise(store, fmt.Sprint(n))
	}
	faulty, _ := k.Faulty(store, 1, Rates{ErrRead: 1})
	c, seen := k.bench(t, store), map[int]bool{}
	for range 100 {
		rows, end := Ended(c.Scene, faulty.Entries(t.Context(), EntryFilter{Subject: counter}))
		if !errors.Is(end, k.Injected) {
			t.Fatalf("a listing ended with %v", end)
		}
		seen[len(rows)] = true
	}
	if len(seen) <= 2 {
		t.Fatalf("a listing fails at once, or after some rows: %v", seen)
	}
}
