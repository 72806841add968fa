package storetest

import (
	"fmt"
)

// Cases of read-your-writes, and of loop bodies that use the store.
func consistencyChecks() []Check {
	return []Check{
		{
			Name: "consistency/read-your-writes",
			Rules: Says("Store: Consistency",
				"When Commit has returned nil, every later read of every method, from whatever goroutine, sees it whole."),
			Run: func(c *Bench) {
				a := thing("a")
				for n := range c.Size(40, 10) {
					group, key := fmt.Sprintf("group-%d", n), fmt.Sprintf("key-%d", n)
					old := Release{Space: "phone", Key: fmt.Sprintf("key-%d", n-1)}
					c.Send(Commit{Scope: "s", Key: key, Recorded: minute(n), Changes: []Change{
						set(a, uint64(n), PutRecord{Record: Record{Group: group}}, line(n), old, Claim{Space: "phone", Key: key}),
					}})
					seen := make(chan struct{})
					go func() {
						defer close(seen)
						head := Head{Version: uint64(n) + 1, Entries: uint64(n) + 1, Recorded: minute(n)}
						c.Same("head", c.Head(a), head)
						c.Same("record", c.record(a), Record{Subject: a, Head: head, Group: group})
						c.Same("records by group", c.records(RecordFilter{Kind: KindThing, Group: group}), []string{"a"})
						if have := len(c.journal(a)); have != n+1 {
							c.Errorf("%d entries, want %d", have, n+1)
						}
						_, err := c.store.Receipt(c.ctx, "s", key)
						c.Fails("Receipt", err, nil)
						c.Holds("phone", key, a)
						c.Holds("phone", old.Key, Subject{})
					}()
					<-seen
					if c.Failed() {
						return
					}
				}
			},
		},
		{
			Name: "loop-body/uses-the-store",
			Rules: Says("Store: Concurrency",
				"A store may wait for another commit to end, but not for its caller: the loop body of a listing may call the store, Commit included, and no lock or connection is held while it runs."),
			Run: func(c *Bench) {
				for i := range 3 {
					id := fmt.Sprint(i)
					c.write(thing(id), put(`0`), line(i))
				}
				inside := func(id string) {
					a := thing(id)
					c.write(a, put(`1`), line(9), Claim{Space: "phone", Key: id})
					c.Holds("phone", id, a)
					c.record(a)
					c.records(RecordFilter{Kind: KindThing})
					c.journal(a)
					c.write(a, Release{Space: "phone", Key: id})
				}
				n := 0
				for row, err := range c.store.Records(c.ctx, RecordFilter{Kind: KindThing}) {
					c.Fails("Records", err, nil)
					inside(row.Subject.ID)
					n++
				}
				for row, err := range c.store.Entries(c.ctx, EntryFilter{Of: KindThing, Limit: 6}) {
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
			Name: "loop-body/stops-early",
			Rules: Says("Store: Concurrency",
				"no lock or connection is held while it runs."),
			Run: func(c *Bench) {
				c.Many(30, func(i int) Change { return set(thing(fmt.Sprintf("%02d", i)), 0, put(`0`), line(1)) })
				for range 200 { // more often than a pool has connections
					for range c.store.Records(c.ctx, RecordFilter{Kind: KindThing}) {
						break
					}
					for range c.store.Entries(c.ctx, EntryFilter{Of: KindThing}) {
						break
					}
				}
				c.write(thing("00"), put(`1`))
			},
		},
		{
			Name: "loop-body/panics",
			Rules: Says("Store: Concurrency",
				"no lock or connection is held while it runs."),
			Run: func(c *Bench) {
				c.write(thing("a"), put(`0`))
				for range 20 {
					func() {
						defer func() {
							if r := recover(); fmt.Sprint(r) != "storetest" {
								c.Errorf("recovered %v, want the panic of the loop body", r)
							}
						}()
						for range c.store.Records(c.ctx, RecordFilter{Kind: KindThing}) {
							panic("storetest")
						}
					}()
				}
				c.write(thing("a"), put(`1`))
			},
		},
		{
			Name: "listing/not-started",
			Rules: Says("Store: Order",
				"A listing is single use;"),
			Run: func(c *Bench) {
				// A listing that is made and never read holds nothing.
				c.write(thing("a"), put(`0`))
				for range 200 {
					_ = c.store.Records(c.ctx, RecordFilter{Kind: KindThing})
					_ = c.store.Entries(c.ctx, EntryFilter{Of: KindThing})
				}
				c.write(thing("a"), put(`1`))
			},
		},
	}
}
