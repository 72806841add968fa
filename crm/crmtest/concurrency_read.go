package crmtest

import (
	"errors"
	"fmt"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/internal/storetest"
)

// recordedOnce is when the entries of a subject were recorded that has any.
func recordedOnce(entries uint64) (at time.Time) {
	if entries > 0 {
		at = minute(1)
	}
	return at
}

// during runs readers over and over while do runs, and at least once. What do is
// given reports whether every reader has come round often enough.
func during(c *scene, readers []func() bool, do func(enough func() bool)) {
	const rounds = 10
	stop := make(chan struct{})
	counts := make([]atomic.Int64, len(readers))
	var group sync.WaitGroup
	for i, read := range readers {
		group.Go(func() {
			defer counts[i].Store(rounds)
			for read() {
				counts[i].Add(1)
				select {
				case <-stop:
					return
				default:
				}
			}
		})
	}
	do(func() bool {
		for i := range counts {
			if counts[i].Load() < rounds {
				return false
			}
		}
		return true
	})
	close(stop)
	group.Wait()
}

// Cases of reads beside commits.
func beholdChecks() []check {
	return []check{
		{
			name: "concurrency/swap-beside-readers",
			rules: storetest.Says("Store: Commit",
				"So two customers can swap their telephone numbers in one commit."),
			run: func(c *scene) {
				a, b := person("a"), person("b")
				phone := func(key string) crm.Claim { return crm.Claim{Space: "phone", Key: key} }
				c.commit(set(a, 0, phone("1")), set(b, 0, phone("2")))
				reader := func() bool {
					for _, key := range []string{"1", "2"} {
						if s, err := c.store.Holder(c.ctx, "phone", key); err != nil || s != a && s != b {
							c.Errorf("Holder during a swap: %v, %v, want one of the two", s, err)
							return false
						}
					}
					return true
				}
				during(c, []func() bool{reader, reader, reader}, func(enough func() bool) {
					for n := uint64(0); n < uint64(c.size(200, 50)) || n < 5000 && !enough(); n++ {
						if c.Failed() {
							return
						}
						mine, yours := "1", "2"
						if n%2 == 1 {
							mine, yours = "2", "1"
						}
						c.commit(set(a, n+1, crm.Release{Space: "phone", Key: mine}, phone(yours)), set(b, n+1, crm.Release{Space: "phone", Key: yours}, phone(mine)))
					}
				})
			},
		},
		{
			name: "concurrency/no-half-commit",
			rules: storetest.Says("Store: Consistency",
				"A read that runs beside a commit sees all of it or nothing in each row; a Customer or a Record and the Head in it are of the same moment."),
			run: func(c *scene) {
				// Version n has body n, owner n, n entries, and the last recorded at minute n.
				a, p := thing("a"), person("p")
				profile := c.profile("p", sampleProfile(1))
				base := c.head(p).Version
				whole := func(what string, head crm.Head, n uint64, owner string) bool {
					want := crm.Head{Version: n, Entries: n}
					if n > 0 {
						want.Recorded = minute(int(n))
					}
					if head != want || owner != "" && owner != fmt.Sprint(n) {
						c.Errorf("%s: head %+v and owner %s are not of one moment", what, head, owner)
						return false
					}
					return true
				}
				record := func(r crm.Record, err error) bool {
					if errors.Is(err, crm.ErrNotFound) {
						return true
					}
					if c.Fails("Record", err, nil); err != nil {
						return false
					}
					body, _ := strconv.ParseUint(storetest.Canonical(r.Body), 10, 64)
					return whole("record", r.Head, body, r.Owner)
				}
				customer := func(row crm.Customer, err error) bool {
					if c.Fails("Customer", err, nil); err != nil {
						return false
					}
					row.Head.Version -= base
					return whole("customer", row.Head, row.Head.Version, row.Standing.Holding.Owner)
				}
				readers := []func() bool{
					func() bool { return record(c.store.Record(c.ctx, a)) },
					func() bool { return customer(c.store.Customer(c.ctx, "p")) },
					func() bool {
						head, err := c.store.Head(c.ctx, a)
						c.Fails("Head", err, nil)
						return err == nil && whole("head", head, head.Version, "")
					},
					func() bool {
						for row, err := range c.store.Customers(c.ctx, crm.CustomerFilter{}) {
							if !customer(row, err) {
								return false
							}
						}
						for row, err := range c.store.Records(c.ctx, crm.RecordFilter{Kind: kindThing}) {
							if !record(row, err) {
								return false
							}
						}
						return true
					},
					func() bool {
						before, err := c.store.Head(c.ctx, a)
						c.Fails("Head", err, nil)
						seq := uint64(0)
						for e, err := range c.store.Entries(c.ctx, crm.EntryFilter{Subject: a}) {
							if c.Fails("Entries", err, nil); err != nil {
								return false
							}
							if seq++; e.Seq != seq || e.At != minute(int(seq)) {
								c.Errorf("entry %d has number %d, at %v", seq, e.Seq, e.At)
								return false
							}
						}
						if seq < before.Entries {
							c.Errorf("%d entries, when the head said %d before", seq, before.Entries)
							return false
						}
						return true
					},
				}
				during(c, readers, func(enough func() bool) {
					for n := uint64(1); n <= uint64(c.size(200, 60)) || n < 5000 && !enough(); n++ {
						if c.Failed() {
							return
						}
						owner := fmt.Sprint(n)
						c.commit(set(a, n-1, crm.PutRecord{Record: crm.Record{Owner: owner, Body: []byte(owner)}}, line("j", int(n))),
							set(p, base+n-1, owned(owner), line("j", int(n)), crm.PutProfile{Profile: profile}))
					}
				})
			},
		},
		{
			name: "concurrency/listing-loop-commits",
			rules: storetest.Says("Store: Concurrency",
				"the loop body of a listing may call the store, Commit included, and no lock or connection is held while it runs."),
			run: func(c *scene) {
				// More loops at a time than a store is likely to have connections, and none
				// goes on before all have their first row.
				const workers = 24
				var all sync.WaitGroup
				all.Add(workers)
				c.many(20, func(i int) crm.Change { return set(thing(fmt.Sprintf("%02d", i)), 0, put(`0`)) })
				storetest.Together(workers, func(i int) {
					mine := thing(fmt.Sprintf("own-%d", i))
					n := uint64(0)
					for _, err := range c.store.Records(c.ctx, crm.RecordFilter{Kind: kindThing, Limit: 10}) {
						if n == 0 {
							all.Done()
							all.Wait()
						}
						if c.Fails("Records", err, nil); err != nil {
							return
						}
						if err := c.insist(c.store, crm.Commit{Changes: []crm.Change{set(mine, n, line("j", 1))}}); err != nil {
							c.Errorf("Commit in the loop body: %v", err)
							return
						}
						n++
					}
				})
				if have := len(c.entries(crm.EntryFilter{Journal: "j"})); have != 10*workers {
					c.Errorf("%d entries, want %d", have, 10*workers)
				}
			},
		},
		{
			name: "concurrency/read-your-writes",
			rules: storetest.Says("Store: Consistency",
				"When Commit has returned nil, every later read of every method, from whatever goroutine, sees it whole."),
			run: func(c *scene) {
				storetest.Together(8, func(i int) {
					a := thing(fmt.Sprint(i))
					for n := range uint64(c.size(40, 10)) {
						key := fmt.Sprintf("%d-%d", i, n)
						err := c.insist(c.store, crm.Commit{Scope: "s", Key: key, Changes: []crm.Change{set(a, n, put(fmt.Sprint(n)), line("j", int(n)), crm.Claim{Space: "phone", Key: key})}})
						if c.Fails("Commit", err, nil); err != nil {
							return
						}
						c.Same("record", c.record(a).Head, crm.Head{Version: n + 1, Entries: n + 1, Recorded: minute(int(n))})
						c.holds("phone", key, a)
						if have := len(c.journal(a)); have != int(n)+1 {
							c.Errorf("%d entries, want %d", have, n+1)
						}
						_, err = c.store.Receipt(c.ctx, "s", key)
						c.Fails("Receipt", err, nil)
						if c.Failed() {
							return
						}
					}
				})
			},
		},
	}
}

// outboxRace has writers compete for subjects while a reader delivers.
func outboxRace(c *scene) {
	if c.box() == nil {
		return
	}
	const subjects, writers = 3, 6
	each := c.size(40, 12)
	var mu sync.Mutex
	want := map[crm.Subject]int{}
	last := map[crm.Subject]crm.Event{}
	got := map[crm.Subject]int{}
	deliver := func() bool {
		events, err := c.box().Pending(c.ctx, 5)
		if c.Fails("Pending", err, nil); err != nil {
			return false
		}
		for _, e := range events {
			before := last[e.Subject]
			if e.Version < before.Version || e.Version == before.Version && (before.Kind != event(1).Event.Kind || e.Kind != event(2).Event.Kind) ||
				e.Version > before.Version+1 && before.Version > 0 {
				c.Errorf("of %v, %s of version %d came after %s of version %d", e.Subject, e.Kind, e.Version, before.Kind, before.Version)
				return false
			}
			last[e.Subject] = e
			got[e.Subject]++
			if err := c.box().Ack(c.ctx, e.ID); err != nil {
				c.Errorf("Ack: %v", err)
				return false
			}
		}
		return true
	}
	during(c, []func() bool{deliver}, func(func() bool) {
		storetest.Together(writers, func(i int) {
			for range each {
				s := thing(fmt.Sprint(i % subjects))
				head, err := c.store.Head(c.ctx, s)
				if c.Fails("Head", err, nil); err != nil {
					return
				}
				err = c.store.Commit(c.ctx, crm.Commit{Changes: []crm.Change{set(s, head.Version, event(1), line("j", 1), event(2))}})
				if err == nil {
					mu.Lock()
					want[s] += 2
					mu.Unlock()
				} else if !errors.Is(err, crm.ErrConflict) {
					c.Errorf("Commit: %v, want nil or ErrConflict", err)
				}
			}
		})
	})
	for range writers * each { // what is left when all is quiet
		if !deliver() {
			return
		}
	}
	for s, n := range want {
		if got[s] != n {
			c.Errorf("%d events of %v were delivered, want %d", got[s], s, n)
		}
	}
}
