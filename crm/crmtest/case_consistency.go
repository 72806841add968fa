package crmtest

import (
	"errors"
	"fmt"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/internal/storetest"
)

// Cases of read-your-writes, and of loop bodies that use the store.
func consistencyChecks() []check {
	return []check{
		{
			name: "consistency/read-your-writes",
			rules: storetest.Says("Store: Consistency",
				"When Commit has returned nil, every later read of every method, from whatever goroutine, sees it whole."),
			run: func(c *scene) {
				a, p := thing("a"), person("p")
				c.profile("p", sampleProfile(0))
				start := c.head(p).Version
				for n := range c.size(40, 10) {
					owner, key := fmt.Sprintf("owner-%d", n), fmt.Sprintf("key-%d", n)
					old := crm.Release{Space: "phone", Key: fmt.Sprintf("key-%d", n-1)}
					c.send(crm.Commit{Scope: "s", Key: key, Recorded: minute(n), Changes: []crm.Change{
						set(a, uint64(n), crm.PutRecord{Record: crm.Record{Owner: owner}}, line(crm.JournalOwner, n), old, crm.Claim{Space: "phone", Key: key}),
						set(p, start+uint64(n), owned(owner), line(crm.JournalOwner, n)),
					}})
					seen := make(chan struct{})
					go func() {
						defer close(seen)
						head := crm.Head{Version: uint64(n) + 1, Entries: uint64(n) + 1, Recorded: minute(n)}
						c.Same("head", c.head(a), head)
						c.Same("record", c.record(a), crm.Record{Subject: a, Head: head, Owner: owner})
						c.Same("owner of the customer", c.customer("p").Standing, owned(owner).Standing)
						c.Same("customers by owner", c.customers(crm.CustomerFilter{Owner: owner}), []string{"p"})
						c.Same("records by owner", c.records(crm.RecordFilter{Kind: kindThing, Owner: owner}), []string{"a"})
						if have := len(c.journal(a)); have != n+1 {
							c.Errorf("%d entries, want %d", have, n+1)
						}
						c.holds("phone", key, a)
						c.holds("phone", old.Key, crm.Subject{})
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
					c.profile(id, sampleProfile(i), line(crm.JournalTimeline, i))
					c.write(thing(id), put(`0`), line(crm.JournalTimeline, i))
				}
				inside := func(id string) {
					a := thing(id)
					c.write(a, put(`1`), line(crm.JournalTimeline, 9), crm.Claim{Space: "phone", Key: id})
					c.record(a)
					c.customer(id)
					c.holds("phone", id, a)
					c.customers(crm.CustomerFilter{})
					c.records(crm.RecordFilter{Kind: kindThing})
					c.journal(a)
					c.write(a, crm.Release{Space: "phone", Key: id})
				}
				n := 0
				for row, err := range c.store.Customers(c.ctx, crm.CustomerFilter{}) {
					c.Fails("Customers", err, nil)
					inside(row.ID)
					n++
				}
				for row, err := range c.store.Records(c.ctx, crm.RecordFilter{Kind: kindThing}) {
					c.Fails("Records", err, nil)
					inside(row.Subject.ID)
					n++
				}
				for row, err := range c.store.Entries(c.ctx, crm.EntryFilter{Journal: crm.JournalTimeline, Limit: 6}) {
					c.Fails("Entries", err, nil)
					inside(row.Subject.ID)
					n++
				}
				if n != 12 {
					c.Errorf("%d rows, want 12", n)
				}
			},
		},
		{
			name: "loop-body/stops-early",
			rules: storetest.Says("Store: Concurrency",
				"no lock or connection is held while it runs."),
			run: func(c *scene) {
				c.many(30, func(i int) crm.Change { return set(thing(fmt.Sprintf("%02d", i)), 0, put(`0`), line("j", 1)) })
				for range 200 { // more often than a pool has connections
					for range c.store.Records(c.ctx, crm.RecordFilter{Kind: kindThing}) {
						break
					}
					for range c.store.Entries(c.ctx, crm.EntryFilter{Journal: "j"}) {
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
							if r := recover(); fmt.Sprint(r) != "crmtest" {
								c.Errorf("recovered %v, want the panic of the loop body", r)
							}
						}()
						for range c.store.Records(c.ctx, crm.RecordFilter{Kind: kindThing}) {
							panic("crmtest")
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
					_ = c.store.Customers(c.ctx, crm.CustomerFilter{})
					_ = c.store.Records(c.ctx, crm.RecordFilter{Kind: kindThing})
					_ = c.store.Entries(c.ctx, crm.EntryFilter{Journal: "j"})
				}
				c.write(thing("a"), put(`1`))
			},
		},
	}
}

// Cases of memory that is shared with the caller.
func sharingChecks() []check {
	rules := storetest.Says("Store: Consistency",
		"What is returned belongs to the caller, and what was committed to the store: no slice or map is shared, in either direction.")
	return []check{
		{
			name:  "sharing/what-was-committed",
			rules: rules,
			run: func(c *scene) {
				a := thing("a")
				profile, standing, record, entry, happened := fullProfile(1), fullStanding(), fullRecord(1), fullEntry(1), event(1).Event
				commit := crm.Commit{Scope: "s", Key: "k", Receipt: []byte("receipt"), Changes: []crm.Change{
					set(a, 0, crm.PutRecord{Record: record}, crm.Append{Entry: entry}, crm.Emit{Event: happened}),
				}}
				c.send(commit)
				seen := c.profile("p", profile, crm.PutStanding{Standing: standing})
				want := crm.Customer{ID: "p", Head: crm.Head{Version: 1}, Profile: seen.Clone(), Standing: fullStanding()}
				for _, v := range []any{&profile, &seen, &standing, &record, &entry, &happened, commit.Receipt} {
					storetest.Scribble(v)
				}
				storetest.Scribble(commit.Changes)
				c.Same("record", c.record(a), keptRecord(fullRecord(1), a, c.head(a)))
				c.Same("entries", c.journal(a), []crm.Entry{kept(fullEntry(1), a, 1)})
				have, err := c.store.Receipt(c.ctx, "s", "k")
				c.Fails("Receipt", err, nil)
				c.Same("receipt", have.Data, []byte("receipt"))
				c.Same("customer", c.customer("p"), want)
				if box, ok := c.store.(crm.Outbox); ok {
					for _, e := range c.pending(box) {
						c.Same("event", e.Data, event(1).Event.Data)
					}
				}
			},
		},
		{
			name:  "sharing/what-is-returned",
			rules: rules,
			run: func(c *scene) {
				a := thing("a")
				profile := c.profile("p", fullProfile(1), crm.PutStanding{Standing: fullStanding()})
				want := crm.Customer{ID: "p", Head: crm.Head{Version: 1}, Profile: profile.Clone(), Standing: fullStanding()}
				c.send(crm.Commit{Scope: "s", Key: "k", Receipt: []byte("receipt"), Changes: []crm.Change{
					set(a, 0, crm.PutRecord{Record: fullRecord(1)}, crm.Append{Entry: fullEntry(1)}, event(1))}})
				customer, record := c.customer("p"), c.record(a)
				receipt, err := c.store.Receipt(c.ctx, "s", "k")
				c.Fails("Receipt", err, nil)
				storetest.Scribble(&customer)
				storetest.Scribble(&record)
				storetest.Scribble(&receipt)
				for _, row := range storetest.Rows(c.Scene, c.store.Customers(c.ctx, crm.CustomerFilter{})) {
					storetest.Scribble(&row)
				}
				for _, row := range storetest.Rows(c.Scene, c.store.Records(c.ctx, crm.RecordFilter{Kind: kindThing})) {
					storetest.Scribble(&row)
				}
				storetest.Scribble(c.journal(a))
				if box, ok := c.store.(crm.Outbox); ok {
					storetest.Scribble(c.pending(box))
					for _, e := range c.pending(box) {
						c.Same("event", e.Data, event(1).Event.Data)
					}
				}
				c.Same("customer", c.customer("p"), want)
				c.Same("record", c.record(a), keptRecord(fullRecord(1), a, c.head(a)))
				c.Same("entries", c.journal(a), []crm.Entry{kept(fullEntry(1), a, 1)})
				receipt, err = c.store.Receipt(c.ctx, "s", "k")
				c.Fails("Receipt", err, nil)
				c.Same("receipt", receipt.Data, []byte("receipt"))
			},
		},
	}
}

// pending reads the whole outbox.
func (c *scene) pending(box crm.Outbox) []crm.Event {
	c.t.Helper()
	events, err := box.Pending(c.ctx, 1<<20)
	if err != nil && !errors.Is(err, crm.ErrInvalid) {
		c.Errorf("Pending: %v", err)
	}
	return events
}
