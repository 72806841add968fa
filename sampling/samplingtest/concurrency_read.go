package samplingtest

import (
	"errors"
	"fmt"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/guanxi-go/guanxi/internal/storetest"
	"github.com/guanxi-go/guanxi/sampling"
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
			name: "concurrency/no-half-commit",
			rules: storetest.Says("Store: Consistency",
				"A read that runs beside a commit sees all of it or nothing in each row; a Record and the Head in it are of the same moment."),
			run: func(c *scene) {
				// Version n has body n, cycle n, n entries, and the last recorded at minute n.
				a := thing("a")
				whole := func(what string, head sampling.Head, n uint64, cycle string) bool {
					want := sampling.Head{Version: n, Entries: n}
					if n > 0 {
						want.Recorded = minute(int(n))
					}
					if head != want || cycle != "" && cycle != fmt.Sprint(n) {
						c.Errorf("%s: head %+v and cycle %s are not of one moment", what, head, cycle)
						return false
					}
					return true
				}
				record := func(r sampling.Record, err error) bool {
					if errors.Is(err, sampling.ErrNotFound) {
						return true
					}
					if c.Fails("Record", err, nil); err != nil {
						return false
					}
					body, _ := strconv.ParseUint(storetest.Canonical(r.Body), 10, 64)
					return whole("record", r.Head, body, r.Cycle)
				}
				readers := []func() bool{
					func() bool { return record(c.store.Record(c.ctx, a)) },
					func() bool {
						head, err := c.store.Head(c.ctx, a)
						c.Fails("Head", err, nil)
						return err == nil && whole("head", head, head.Version, "")
					},
					func() bool {
						for row, err := range c.store.Records(c.ctx, sampling.RecordFilter{Kind: kindThing}) {
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
						for e, err := range c.store.Entries(c.ctx, sampling.EntryFilter{Subject: a}) {
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
					for n := uint64(1); n <= uint64(c.size(200, 60)) || n < 1000 && !enough(); n++ {
						if c.Failed() {
							return
						}
						cycle := fmt.Sprint(n)
						c.commit(set(a, n-1, sampling.PutRecord{Record: sampling.Record{Cycle: cycle, Body: []byte(cycle)}}, line(int(n))))
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
				c.many(20, func(i int) sampling.Change { return set(thing(fmt.Sprintf("%02d", i)), 0, put(`0`)) })
				storetest.Together(workers, func(i int) {
					mine := thing(fmt.Sprintf("own-%d", i))
					n := uint64(0)
					for _, err := range c.store.Records(c.ctx, sampling.RecordFilter{Kind: kindThing, Limit: 10}) {
						if n == 0 {
							all.Done()
							all.Wait()
						}
						if c.Fails("Records", err, nil); err != nil {
							return
						}
						if err := c.insist(c.store, sampling.Commit{Changes: []sampling.Change{set(mine, n, line(1))}}); err != nil {
							c.Errorf("Commit in the loop body: %v", err)
							return
						}
						n++
					}
				})
				if have := len(c.entries(sampling.EntryFilter{Of: kindThing})); have != 10*workers {
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
						err := c.insist(c.store, sampling.Commit{Scope: "s", Key: key, Changes: []sampling.Change{set(a, n, put(fmt.Sprint(n)), line(int(n)))}})
						if c.Fails("Commit", err, nil); err != nil {
							return
						}
						c.Same("record", c.record(a).Head, sampling.Head{Version: n + 1, Entries: n + 1, Recorded: minute(int(n))})
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
