package storetest

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/guanxi-go/guanxi/internal/clock"
	"github.com/guanxi-go/guanxi/internal/fault"
)

// Insist sends a commit, and again where it is refused with ErrConflict although
// nothing that it names has moved: a database may have found it entangled with
// another.
func (c *Bench) Insist(store Store, commit Commit) error {
	moved := func(s Subject, version uint64) bool {
		head, err := store.Head(c.ctx, s)
		return err != nil || head.Version != version
	}
	const often = 1000
	for n := range often {
		if err := clock.Wait(c.ctx, time.Duration(min(n, 20))*100*time.Microsecond); err != nil { // for the other to end
			return err
		}
		err := store.Commit(c.ctx, commit)
		if !errors.Is(err, fault.ErrConflict) ||
			slices.ContainsFunc(commit.Require, func(e Expect) bool { return moved(e.Subject, e.Version) }) ||
			slices.ContainsFunc(commit.Changes, func(change Change) bool { return moved(change.Subject, change.Expect) }) {
			return err
		}
	}
	return fmt.Errorf("refused %d times with ErrConflict, and nothing had moved", often)
}

// ConcurrencyChecks are the cases of a contract that need several goroutines.
func (d *Contract) ConcurrencyChecks() []Check {
	return d.quoting(slices.Concat(raceChecks(), beholdChecks(), sharedChecks(), []Check{{
		Name:  "concurrency/order-in-the-outbox",
		Rules: Says("Outbox", "Of one subject, events come in the order of its versions, and within a change in the order of its writes;", "None is skipped, even where a transaction that began earlier ends later."),
		Skip: func(c *Bench) string {
			if c.NoOutbox {
				return "Features.NoOutbox"
			}
			return ""
		},
		Run: outboxRace,
	}}))
}

// Cases of commits against commits.
func raceChecks() []Check {
	wins := func(c *Bench, n int, commit func(i int) Commit, lose error) {
		c.t.Helper()
		var mu sync.Mutex
		won := 0
		Together(n, func(i int) {
			err := c.Insist(c.store, commit(i))
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
	return []Check{
		{
			Name:  "concurrency/one-of-n-wins",
			Rules: Says("Store: Concurrency", "Of two commits that expect the same version of a subject, and of which at least one changes it, at most one is applied; the other is refused with ErrConflict, also where it only requires the subject."),
			Run: func(c *Bench) {
				for round := range c.Size(30, 10) {
					wins(c, 16, func(i int) Commit {
						return Commit{Changes: []Change{set(thing("a"), uint64(round), put(strconv.Itoa(i)), line(i))}}
					}, fault.ErrConflict)
					c.Same("head", c.Head(thing("a")).Entries, uint64(round)+1)
				}
			},
		},
		{
			Name:  "concurrency/one-key-once",
			Rules: Says("Store: Commit", "ErrDuplicate: the commit has a key, and a commit with the same scope and key was applied before."),
			Run: func(c *Bench) {
				for round := range c.Size(20, 5) {
					key := fmt.Sprint(round)
					wins(c, 16, func(i int) Commit {
						return Commit{Scope: "s", Key: key, Changes: []Change{set(thing(fmt.Sprintf("%d-%d", round, i)), 0, put(`1`))}}
					}, fault.ErrDuplicate)
					if have := len(c.records(RecordFilter{Kind: KindThing})); have != round+1 {
						c.Errorf("%d records, want %d", have, round+1)
					}
				}
			},
		},
		{
			Name:   "concurrency/one-holder",
			Claims: true,
			Rules:  Says("Store: Commit", "ErrTaken: a claim is held by another subject after all releases of the commit, of whichever change, were made."),
			Run: func(c *Bench) {
				for round := range c.Size(20, 5) {
					key := fmt.Sprint(round)
					wins(c, 32, func(i int) Commit {
						return Commit{Changes: []Change{set(Subject{Kind: c.Known, ID: fmt.Sprintf("%d-%d", round, i)}, 0, Claim{Space: "phone", Key: key})}}
					}, fault.ErrTaken)
					holder, err := c.store.Holder(c.ctx, "phone", key)
					if err != nil || c.Head(holder).Version != 1 {
						c.Errorf("the holder %v was not changed, %v", holder, err)
					}
				}
			},
		},
		{
			Name:  "concurrency/requirement-against-change",
			Rules: Says("Store: Concurrency", "the other is refused with ErrConflict, also where it only requires the subject."),
			Run: func(c *Bench) {
				// Each of two commits requires what the other changes: both applied would mean
				// that one of them was decided on what was no longer so (write skew).
				x, y := thing("x"), thing("y")
				for range c.Size(100, 30) {
					at, to := c.Head(x).Version, c.Head(y).Version
					var applied [2]error
					Together(2, func(i int) {
						if i == 0 {
							applied[0] = c.Insist(c.store, Commit{Require: []Expect{{Subject: y, Version: to}}, Changes: []Change{set(x, at)}})
						} else {
							applied[1] = c.Insist(c.store, Commit{Require: []Expect{{Subject: x, Version: at}}, Changes: []Change{set(y, to)}})
						}
					})
					won := 0
					for _, err := range applied {
						if err == nil {
							won++
						} else if !errors.Is(err, fault.ErrConflict) {
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
			Name: "concurrency/requirements-beside-each-other",
			Rules: Says("Store: Concurrency", "Of two commits that expect the same version of a subject, and of which at least one changes it, at most one is applied;",
				"is tried again."),
			Run: func(c *Bench) {
				// Commits that all require one subject, and none changes it, are all applied.
				guard := thing("guard")
				c.commit(set(guard, 0))
				for round := range c.Size(10, 3) {
					Together(12, func(i int) {
						commit := Commit{Require: []Expect{{Subject: guard, Version: 1}}, Changes: []Change{set(thing(fmt.Sprint(i)), uint64(round), line(1))}}
						c.Fails("Commit", c.Insist(c.store, commit), nil)
					})
				}
				c.Same("head of the guard", c.Head(guard), Head{Version: 1})
			},
		},
		{
			Name: "concurrency/crossing-commits",
			Rules: Says("Store: Concurrency", "A store may wait for another commit to end, but not for its caller:",
				"A database that finds two commits entangled may refuse one of them with ErrConflict although nothing moved: it has applied nothing, and is tried again."),
			Run: func(c *Bench) {
				// The same subjects in opposite orders must not lock each other out for ever,
				// and a deadlock that the database breaks is no answer of a store.
				const n = 8
				subjects := func(back bool) []Subject {
					var all []Subject
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
				Together(6, func(i int) {
					for range c.Size(20, 8) {
						var commit Commit
						for _, s := range subjects(i%2 == 1) {
							head, err := c.store.Head(c.ctx, s)
							if c.Fails("Head", err, nil); err != nil {
								return
							}
							if i%3 == 2 && s.ID > "3" {
								commit.Require = append(commit.Require, Expect{Subject: s, Version: head.Version})
							} else {
								commit.Changes = append(commit.Changes, set(s, head.Version, line(1)))
							}
						}
						err := c.store.Commit(c.ctx, commit)
						if err != nil && !errors.Is(err, fault.ErrConflict) {
							c.Errorf("Commit: %v, want nil or ErrConflict", err)
						}
						if err == nil {
							mu.Lock()
							applied++
							mu.Unlock()
						}
					}
				})
				c.Same("version after all that was applied", c.Head(thing("0")), Head{Version: applied, Entries: applied, Recorded: recordedOnce(applied)})
			},
		},
		{
			Name:  "concurrency/nothing-lost",
			Rules: Says("Store: Concurrency", "All methods may be called at the same time from any number of goroutines and, where the database is shared, processes."),
			Run: func(c *Bench) {
				// A counter raised by compare-and-set, with retries.
				const workers = 8
				each := c.Size(25, 8)
				Together(workers, func(i int) {
					for n := 0; n < each; {
						head, err := c.store.Head(c.ctx, thing("a"))
						if c.Fails("Head", err, nil); err != nil {
							return
						}
						e := line(int(head.Entries))
						e.Entry.Party = fmt.Sprintf("%d/%d", i, n)
						switch err := c.store.Commit(c.ctx, Commit{Scope: "s", Key: e.Entry.Party, Changes: []Change{
							set(thing("a"), head.Version, put(fmt.Sprint(head.Entries+1)), e)}}); {
						case err == nil:
							n++
						case !errors.Is(err, fault.ErrConflict):
							c.Errorf("Commit: %v, want nil or ErrConflict", err)
							return
						}
					}
				})
				entries, refs := c.journal(thing("a")), map[string]bool{}
				for i, e := range entries {
					refs[e.Party] = true
					if e.Seq != uint64(i)+1 {
						c.Errorf("entry %d has number %d", i, e.Seq)
					}
				}
				if want := workers * each; len(entries) != want || len(refs) != want || Canonical(c.record(thing("a")).Body) != fmt.Sprint(want) {
					c.Errorf("%d entries, %d of them different, body %s; want %d", len(entries), len(refs), c.record(thing("a")).Body, want)
				}
			},
		},
	}
}
