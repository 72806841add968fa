package loyaltytest

import (
	"fmt"

	"github.com/guanxi-go/guanxi/internal/storetest"
	"github.com/guanxi-go/guanxi/loyalty"
)

// Cases of read-your-writes, and of loop bodies that use the store.
func consistencyChecks() []check {
	return []check{
		{
			name: "consistency/read-your-writes",
			rules: storetest.Says("Store: Consistency",
				"When Commit has returned nil, every later read of every method, from whatever goroutine, sees it whole."),
			run: func(c *scene) {
				a, p := thing("a"), account("p")
				for n := range c.size(40, 10) {
					member, key := fmt.Sprintf("member-%d", n), fmt.Sprintf("key-%d", n)
					old := loyalty.Release{Space: "phone", Key: fmt.Sprintf("key-%d", n-1)}
					c.send(loyalty.Commit{Scope: "s", Key: key, Recorded: minute(n), Changes: []loyalty.Change{
						set(a, uint64(n), loyalty.PutRecord{Record: loyalty.Record{Member: member}}, line(n), old, loyalty.Claim{Space: "phone", Key: key}),
						set(p, uint64(n), earns(of(member), n, n+1)),
					}})
					seen := make(chan struct{})
					go func() {
						defer close(seen)
						head := loyalty.Head{Version: uint64(n) + 1, Entries: uint64(n) + 1, Recorded: minute(n)}
						c.Same("head", c.head(a), head)
						c.Same("record", c.record(a), loyalty.Record{Subject: a, Head: head, Member: member})
						c.wants("p", uint64(n)+1, earns(of(member), n, n+1))
						c.Same("accounts by member", c.accounts(loyalty.AccountFilter{Member: member}), []string{"p"})
						c.Same("records by member", c.records(loyalty.RecordFilter{Kind: kindThing, Member: member}), []string{"a"})
						if have := len(c.postings(loyalty.PostingFilter{Account: "p"})); have != n+1 {
							c.Errorf("%d postings, want %d", have, n+1)
						}
						if have := len(c.journal(a)); have != n+1 {
							c.Errorf("%d entries, want %d", have, n+1)
						}
						c.holds("phone", key, a)
						c.holds("phone", old.Key, loyalty.Subject{})
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
					c.write(account(id), earns(of("m"), 0, 1))
					c.write(thing(id), put(`0`), line(i))
				}
				inside := func(id string) {
					a := thing(id)
					c.write(a, put(`1`), line(9), loyalty.Claim{Space: "phone", Key: id})
					c.record(a)
					c.account(id)
					c.holds("phone", id, a)
					c.accounts(loyalty.AccountFilter{})
					c.postings(loyalty.PostingFilter{})
					c.records(loyalty.RecordFilter{Kind: kindThing})
					c.journal(a)
					c.write(a, loyalty.Release{Space: "phone", Key: id})
				}
				n := 0
				for row, err := range c.store.Accounts(c.ctx, loyalty.AccountFilter{}) {
					c.Fails("Accounts", err, nil)
					inside(row.ID)
					n++
				}
				for row, err := range c.store.Postings(c.ctx, loyalty.PostingFilter{}) {
					c.Fails("Postings", err, nil)
					inside(row.Account)
					n++
				}
				for row, err := range c.store.Records(c.ctx, loyalty.RecordFilter{Kind: kindThing}) {
					c.Fails("Records", err, nil)
					inside(row.Subject.ID)
					n++
				}
				for row, err := range c.store.Entries(c.ctx, loyalty.EntryFilter{Of: kindThing, Limit: 6}) {
					c.Fails("Entries", err, nil)
					inside(row.Subject.ID)
					n++
				}
				if n != 15 {
					c.Errorf("%d rows, want 15", n)
				}
			},
		},
		{
			name: "loop-body/stops-early",
			rules: storetest.Says("Store: Concurrency",
				"no lock or connection is held while it runs."),
			run: func(c *scene) {
				c.many(30, func(i int) loyalty.Change { return set(thing(fmt.Sprintf("%02d", i)), 0, put(`0`), line(1)) })
				c.many(30, func(i int) loyalty.Change { return set(account(fmt.Sprintf("%02d", i)), 0, earns(of("m"), 0, 2)) })
				for range 200 { // more often than a pool has connections
					for range c.store.Records(c.ctx, loyalty.RecordFilter{Kind: kindThing}) {
						break
					}
					for range c.store.Entries(c.ctx, loyalty.EntryFilter{Of: kindThing}) {
						break
					}
					for range c.store.Accounts(c.ctx, loyalty.AccountFilter{}) {
						break
					}
					for range c.store.Postings(c.ctx, loyalty.PostingFilter{}) {
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
							if r := recover(); fmt.Sprint(r) != "loyaltytest" {
								c.Errorf("recovered %v, want the panic of the loop body", r)
							}
						}()
						for range c.store.Records(c.ctx, loyalty.RecordFilter{Kind: kindThing}) {
							panic("loyaltytest")
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
					_ = c.store.Accounts(c.ctx, loyalty.AccountFilter{})
					_ = c.store.Postings(c.ctx, loyalty.PostingFilter{})
					_ = c.store.Records(c.ctx, loyalty.RecordFilter{Kind: kindThing})
					_ = c.store.Entries(c.ctx, loyalty.EntryFilter{Of: kindThing})
				}
				c.write(thing("a"), put(`1`))
			},
		},
	}
}
