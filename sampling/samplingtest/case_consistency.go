package samplingtest

import (
	"fmt"

	"github.com/guanxi-go/guanxi/internal/storetest"
	"github.com/guanxi-go/guanxi/sampling"
)

// Cases of read-your-writes, and of loop bodies that use the store.
func consistencyChecks() []check {
	return []check{
		{
			name: "consistency/read-your-writes",
			rules: storetest.Says("Store: Consistency",
				"When Commit has returned nil, every later read of every method, from whatever goroutine, sees it whole."),
			run: func(c *scene) {
				a := thing("a")
				for n := range c.size(40, 10) {
					cycle, key := fmt.Sprintf("cycle-%d", n), fmt.Sprintf("key-%d", n)
					c.send(sampling.Commit{Scope: "s", Key: key, Recorded: minute(n), Changes: []sampling.Change{
						set(a, uint64(n), sampling.PutRecord{Record: sampling.Record{Cycle: cycle}}, line(n)),
					}})
					seen := make(chan struct{})
					go func() {
						defer close(seen)
						head := sampling.Head{Version: uint64(n) + 1, Entries: uint64(n) + 1, Recorded: minute(n)}
						c.Same("head", c.head(a), head)
						c.Same("record", c.record(a), sampling.Record{Subject: a, Head: head, Cycle: cycle})
						c.Same("records by cycle", c.records(sampling.RecordFilter{Kind: kindThing, Cycle: cycle}), []string{"a"})
						if have := len(c.journal(a)); have != n+1 {
							c.Errorf("%d entries, want %d", have, n+1)
						}
						_, err := c.store.Receipt(c.ctx, "s", key)
						c.Fails("Receipt", err, nil)
					}()
					<-seen
					if c.Failed() {
						return
					}
				}
			},
		},
		{
			name: "loop-body/uses-the-store",
			rules: storetest.Says("Store: Concurrency",
				"A store may wait for another commit to end, but not for its caller: the loop body of a listing may call the store, Commit included, and no lock or connection is held while it runs."),
			run: func(c *scene) {
				for i := range 3 {
					id := fmt.Sprint(i)
					c.write(thing(id), put(`0`), line(i))
				}
				inside := func(id string) {
					a := thing(id)
					c.write(a, put(`1`), line(9))
					c.record(a)
					c.records(sampling.RecordFilter{Kind: kindThing})
					c.journal(a)
				}
				n := 0
				for row, err := range c.store.Records(c.ctx, sampling.RecordFilter{Kind: kindThing}) {
					c.Fails("Records", err, nil)
					inside(row.Subject.ID)
					n++
				}
				for row, err := range c.store.Entries(c.ctx, sampling.EntryFilter{Of: kindThing, Limit: 6}) {
					c.Fails("Entries", err, nil)
					inside(row.Subject.ID)
					n++
				}
				if n != 9 {
					c.Errorf("%d rows, want 9", n)
				}
			},
		},
		{
			name: "loop-body/stops-early",
			rules: storetest.Says("Store: Concurrency",
				"no lock or connection is held while it runs."),
			run: func(c *scene) {
				c.many(30, func(i int) sampling.Change { return set(thing(fmt.Sprintf("%02d", i)), 0, put(`0`), line(1)) })
				for range 200 { // more often than a pool has connections
					for range c.store.Records(c.ctx, sampling.RecordFilter{Kind: kindThing}) {
						break
					}
					for range c.store.Entries(c.ctx, sampling.EntryFilter{Of: kindThing}) {
						break
					}
				}
				c.write(thing("00"), put(`1`))
			},
		},
		{
			name: "loop-body/panics",
			rules: storetest.Says("Store: Concurrency",
				"no lock or connection is held while it runs."),
			run: func(c *scene) {
				c.write(thing("a"), put(`0`))
				for range 20 {
					func() {
						defer func() {
							if r := recover(); fmt.Sprint(r) != "samplingtest" {
								c.Errorf("recovered %v, want the panic of the loop body", r)
							}
						}()
						for range c.store.Records(c.ctx, sampling.RecordFilter{Kind: kindThing}) {
							panic("samplingtest")
						}
					}()
				}
				c.write(thing("a"), put(`1`))
			},
		},
		{
			name: "listing/not-started",
			rules: storetest.Says("Store: Order",
				"A listing is single use;"),
			run: func(c *scene) {
				// A listing that is made and never read holds nothing.
				c.write(thing("a"), put(`0`))
				for range 200 {
					_ = c.store.Records(c.ctx, sampling.RecordFilter{Kind: kindThing})
					_ = c.store.Entries(c.ctx, sampling.EntryFilter{Of: kindThing})
				}
				c.write(thing("a"), put(`1`))
			},
		},
	}
}
