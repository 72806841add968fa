package samplingtest

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/guanxi-go/guanxi/internal/clock"
	"github.com/guanxi-go/guanxi/internal/storetest"
	"github.com/guanxi-go/guanxi/sampling"
)

// insist sends a commit, and again where it is refused with ErrConflict although
// nothing that it names has moved: a database may find it entangled with another.
func (c *scene) insist(store sampling.Store, commit sampling.Commit) error {
	const often = 1000
	moved := func(s sampling.Subject, version uint64) bool {
		head, err := store.Head(c.ctx, s)
		return err != nil || head.Version != version
	}
	for n := range often {
		if err := clock.Wait(c.ctx, time.Duration(min(n, 20))*100*time.Microsecond); err != nil { // for the other to end
			return err
		}
		err := store.Commit(c.ctx, commit)
		if !errors.Is(err, sampling.ErrConflict) {
			return err
		}
		for _, e := range commit.Require {
			if moved(e.Subject, e.Version) {
				return err
			}
		}
		for _, change := range commit.Changes {
			if moved(change.Subject, change.Expect) {
				return err
			}
		}
	}
	return fmt.Errorf("refused %d times with ErrConflict, and nothing had moved", often)
}

// concurrencyChecks are the cases of TestConcurrency.
func concurrencyChecks() []check {
	return slices.Concat(raceChecks(), beholdChecks(), sharedChecks(), []check{{
		name:  "concurrency/order-in-the-outbox",
		rules: storetest.Says("Outbox", "Of one subject, events come in the order of its versions, and within a change in the order of its writes;", "None is skipped, even where a transaction that began earlier ends later."),
		skip: func(c *scene) string {
			if c.f.NoOutbox {
				return "Features.NoOutbox"
			}
			return ""
		},
		run: outboxRace,
	}})
}

// Cases of commits against commits.
func raceChecks() []check {
	wins := func(c *scene, n int, commit func(i int) sampling.Commit, lose error) {
		c.t.Helper()
		var mu sync.Mutex
		won := 0
		storetest.Together(n, func(i int) {
			err := c.insist(c.store, commit(i))
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				won++
			} else if !errors.Is(err, lose) {
				c.Errorf("Commit: %v, want nil or %v", err, lose)
			}
		})
		if won != 1 {
			c.Errorf("%d of %d commits were applied, want 1", won, n)
		}
	}
	return []check{
		{
			name:  "concurrency/one-of-n-wins",
			rules: storetest.Says("Store: Concurrency", "Of two commits that expect the same version of a subject, and of which at least one changes it, at most one is applied; the other is refused with ErrConflict, also where it only requires the subject."),
			run: func(c *scene) {
				for round := range c.size(30, 10) {
					wins(c, 16, func(i int) sampling.Commit {
						return sampling.Commit{Changes: []sampling.Change{set(thing("a"), uint64(round), put(strconv.Itoa(i)), line(i))}}
					}, sampling.ErrConflict)
					c.Same("head", c.head(thing("a")).Entries, uint64(round)+1)
				}
			},
		},
		{
			name:  "concurrency/one-key-once",
			rules: storetest.Says("Store: Commit", "ErrDuplicate: the commit has a key, and a commit with the same scope and key was applied before."),
			run: func(c *scene) {
				for round := range c.size(20, 5) {
					key := fmt.Sprint(round)
					wins(c, 16, func(i int) sampling.Commit {
						return sampling.Commit{Scope: "s", Key: key, Changes: []sampling.Change{set(thing(fmt.Sprintf("%d-%d", round, i)), 0, put(`1`))}}
					}, sampling.ErrDuplicate)
					if have := len(c.records(sampling.RecordFilter{Kind: kindThing})); have != round+1 {
						c.Errorf("%d records, want %d", have, round+1)
					}
				}
			},
		},
		{
			name:  "concurrency/requirement-against-change",
			rules: storetest.Says("Store: Concurrency", "the other is refused with ErrConflict, also where it only requires the subject."),
			run: func(c *scene) {
				// Each of two commits requires what the other changes: both applied would mean
				// that one of them was decided on what was no longer so (write skew).
				x, y := thing("x"), thing("y")
				for range c.size(100, 30) {
					at, to := c.head(x).Version, c.head(y).Version
					var applied [2]error
					storetest.Together(2, func(i int) {
						if i == 0 {
							applied[0] = c.insist(c.store, sampling.Commit{Require: []sampling.Expect{{Subject: y, Version: to}}, Changes: []sampling.Change{set(x, at)}})
						} else {
							applied[1] = c.insist(c.store, sampling.Commit{Require: []sampling.Expect{{Subject: x, Version: at}}, Changes: []sampling.Change{set(y, to)}})
						}
					})
					won := 0
					for _, err := range applied {
						if err == nil {
							won++
						} else if !errors.Is(err, sampling.ErrConflict) {
							c.Errorf("Commit: %v, want nil or ErrConflict", err)
						}
					}
					if won != 1 {
						c.Errorf("%d of 2 commits were applied that each require what the other changes, want 1", won)
						return
					}
				}
			},
		},
		{
			name: "concurrency/requirements-beside-each-other",
			rules: storetest.Says("Store: Concurrency", "Of two commits that expect the same version of a subject, and of which at least one changes it, at most one is applied;",
				"is tried again."),
			run: func(c *scene) {
				// Commits that all require one subject, and none changes it, are all applied.
				guard := thing("guard")
				c.commit(set(guard, 0))
				for round := range c.size(10, 3) {
					storetest.Together(12, func(i int) {
						commit := sampling.Commit{Require: []sampling.Expect{{Subject: guard, Version: 1}}, Changes: []sampling.Change{set(thing(fmt.Sprint(i)), uint64(round), line(1))}}
						c.Fails("Commit", c.insist(c.store, commit), nil)
					})
				}
				c.Same("head of the guard", c.head(guard), sampling.Head{Version: 1})
			},
		},
		{
			name: "concurrency/crossing-commits",
			rules: storetest.Says("Store: Concurrency", "A store may wait for another commit to end, but not for its caller:",
				"A database that finds two commits entangled may refuse one of them with ErrConflict although nothing moved: it has applied nothing, and is tried again."),
			run: func(c *scene) {
				// The same subjects in opposite orders must not lock each other out for ever,
				// and a deadlock that the database breaks is no answer of a store.
				const n = 8
				subjects := func(back bool) []sampling.Subject {
					var all []sampling.Subject
					for i := range n {
						all = append(all, thing(fmt.Sprint(i)))
					}
					if back {
						slices.Reverse(all)
					}
					return all
				}
				var mu sync.Mutex
				applied := uint64(0)
				storetest.Together(6, func(i int) {
					for range c.size(20, 8) {
						var commit sampling.Commit
						for _, s := range subjects(i%2 == 1) {
							head, err := c.store.Head(c.ctx, s)
							if c.Fails("Head", err, nil); err != nil {
								return
							}
							if i%3 == 2 && s.ID > "3" {
								commit.Require = append(commit.Require, sampling.Expect{Subject: s, Version: head.Version})
							} else {
								commit.Changes = append(commit.Changes, set(s, head.Version, line(1)))
							}
						}
						err := c.store.Commit(c.ctx, commit)
						if err != nil && !errors.Is(err, sampling.ErrConflict) {
							c.Errorf("Commit: %v, want nil or ErrConflict", err)
						}
						if err == nil {
							mu.Lock()
							applied++
							mu.Unlock()
						}
					}
				})
				c.Same("version after all that was applied", c.head(thing("0")), sampling.Head{Version: applied, Entries: applied, Recorded: recordedOnce(applied)})
			},
		},
		{
			name:  "concurrency/nothing-lost",
			rules: storetest.Says("Store: Concurrency", "All methods may be called at the same time from any number of goroutines and, where the database is shared, processes."),
			run: func(c *scene) {
				// A counter raised by compare-and-set, with retries.
				const workers = 8
				each := c.size(25, 8)
				storetest.Together(workers, func(i int) {
					for n := 0; n < each; {
						head, err := c.store.Head(c.ctx, thing("a"))
						if c.Fails("Head", err, nil); err != nil {
							return
						}
						e := line(int(head.Entries))
						e.Entry.Person = fmt.Sprintf("%d/%d", i, n)
						switch err := c.store.Commit(c.ctx, sampling.Commit{Scope: "s", Key: e.Entry.Person, Changes: []sampling.Change{
							set(thing("a"), head.Version, put(fmt.Sprint(head.Entries+1)), e)}}); {
						case err == nil:
							n++
						case !errors.Is(err, sampling.ErrConflict):
							c.Errorf("Commit: %v, want nil or ErrConflict", err)
							return
						}
					}
				})
				entries, refs := c.journal(thing("a")), map[string]bool{}
				for i, e := range entries {
					refs[e.Person] = true
					if e.Seq != uint64(i)+1 {
						c.Errorf("entry %d has number %d", i, e.Seq)
					}
				}
				if want := workers * each; len(entries) != want || len(refs) != want || storetest.Canonical(c.record(thing("a")).Body) != fmt.Sprint(want) {
					c.Errorf("%d entries, %d of them different, body %s; want %d", len(entries), len(refs), c.record(thing("a")).Body, want)
				}
			},
		},
	}
}
