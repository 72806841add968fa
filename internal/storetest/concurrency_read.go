package storetest

import (
	"errors"
	"fmt"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/guanxi-go/guanxi/internal/fault"
)

// recordedOnce is when the entries of a subject were recorded that has any.
func recordedOnce(entries uint64) (at time.Time) {
	if entries > 0 {
		at = minute(1)
	}
	return at
}

// During runs readers over and over while do runs, and at least once. What do is
// given reports whether every reader has come round often enough. On one processor
// neither goes on for long alone: each lets the others run when it has come round, do
// when it asks.
func During(readers []func() bool, do func(enough func() bool)) {
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
					runtime.Gosched()
				}
			}
		})
	}
	do(func() bool {
		runtime.Gosched()
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
func beholdChecks() []Check {
	return []Check{
		{
			Name: "concurrency/no-half-commit",
			Rules: Says("Store: Consistency",
				"A read that runs beside a commit sees all of it or nothing in each row;", "Record and the Head in it are of the same moment."),
			Run: func(c *Bench) {
				// Version n has body n, group n, n entries, and the last recorded at minute n.
				a := thing("a")
				whole := func(what string, head Head, n uint64, group string) bool {
					want := Head{Version: n, Entries: n}
					if n > 0 {
						want.Recorded = minute(int(n))
					}
					if head != want || group != "" && group != fmt.Sprint(n) {
						c.Errorf("%s: head %+v and group %s are not of one moment", what, head, group)
						return false
					}
					return true
				}
				record := func(r Record, err error) bool {
					if errors.Is(err, fault.ErrNotFound) {
						return true
					}
					if c.Fails("Record", err, nil); err != nil {
						return false
					}
					body, _ := strconv.ParseUint(Canonical(r.Body), 10, 64)
					return whole("record", r.Head, body, r.Group)
				}
				readers := []func() bool{
					func() bool { return record(c.store.Record(c.ctx, a)) },
					func() bool {
						head, err := c.store.Head(c.ctx, a)
						c.Fails("Head", err, nil)
						return err == nil && whole("head", head, head.Version, "")
					},
					func() bool {
						for row, err := range c.store.Records(c.ctx, RecordFilter{Kind: KindThing}) {
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
						for e, err := range c.store.Entries(c.ctx, EntryFilter{Subject: a}) {
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
				During(readers, func(enough func() bool) {
					for n := uint64(1); n <= uint64(c.Size(200, 60)) || n < 1000 && !enough(); n++ {
						if c.Failed() {
							return
						}
						group := fmt.Sprint(n)
						c.commit(set(a, n-1, PutRecord{Record: Record{Group: group, Body: []byte(group)}}, line(int(n))))
					}
				})
			},
		},
		{
			Name:   "concurrency/swap-beside-readers",
			Claims: true,
			Rules:  Says("Store: Commit", "after all releases of the commit, of whichever change, were made."),
			Run: func(c *Bench) {
				a, b := Subject{Kind: c.Known, ID: "a"}, Subject{Kind: c.Known, ID: "b"}
				phone := func(key string) Claim { return Claim{Space: "phone", Key: key} }
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
				During([]func() bool{reader, reader, reader}, func(enough func() bool) {
					for n := uint64(0); n < uint64(c.Size(200, 50)) || n < 5000 && !enough(); n++ {
						if c.Failed() {
							return
						}
						mine, yours := "1", "2"
						if n%2 == 1 {
							mine, yours = "2", "1"
						}
						c.commit(set(a, n+1, Release{Space: "phone", Key: mine}, phone(yours)), set(b, n+1, Release{Space: "phone", Key: yours}, phone(mine)))
					}
				})
			},
		},
		{
			Name: "concurrency/listing-loop-commits",
			Rules: Says("Store: Concurrency",
				"the loop body of a listing may call the store, Commit included, and no lock or connection is held while it runs."),
			Run: func(c *Bench) {
				// More loops at a time than a store is likely to have connections, and none
				// goes on before all have their first row.
				const workers = 24
				var all sync.WaitGroup
				all.Add(workers)
				c.Many(20, func(i int) Change { return set(thing(fmt.Sprintf("%02d", i)), 0, put(`0`)) })
				Together(workers, func(i int) {
					mine := thing(fmt.Sprintf("own-%d", i))
					n := uint64(0)
					for _, err := range c.store.Records(c.ctx, RecordFilter{Kind: KindThing, Limit: 10}) {
						if n == 0 {
							all.Done()
							all.Wait()
						}
						if c.Fails("Records", err, nil); err != nil {
							return
						}
						if err := c.Insist(c.store, Commit{Changes: []Change{set(mine, n, line(1))}}); err != nil {
							c.Errorf("Commit in the loop body: %v", err)
							return
						}
						n++
					}
				})
				if have := len(c.entries(EntryFilter{Of: KindThing})); have != 10*workers {
					c.Errorf("%d entries, want %d", have, 10*workers)
				}
			},
		},
		{
			Name: "concurrency/read-your-writes",
			Rules: Says("Store: Consistency",
				"When Commit has returned nil, every later read of every method, from whatever goroutine, sees it whole."),
			Run: func(c *Bench) {
				Together(8, func(i int) {
					a := thing(fmt.Sprint(i))
					for n := range uint64(c.Size(40, 10)) {
						key := fmt.Sprintf("%d-%d", i, n)
						err := c.Insist(c.store, Commit{Scope: "s", Key: key, Changes: []Change{set(a, n, put(fmt.Sprint(n)), line(int(n)), Claim{Space: "phone", Key: key})}})
						if c.Fails("Commit", err, nil); err != nil {
							return
						}
						c.Same("record", c.record(a).Head, Head{Version: n + 1, Entries: n + 1, Recorded: minute(int(n))})
						if have := len(c.journal(a)); have != int(n)+1 {
							c.Errorf("%d entries, want %d", have, n+1)
						}
						_, err = c.store.Receipt(c.ctx, "s", key)
						c.Fails("Receipt", err, nil)
						c.Holds("phone", key, a)
						if c.Failed() {
							return
						}
					}
				})
			},
		},
	}
}
