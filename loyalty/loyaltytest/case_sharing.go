package loyaltytest

import (
	"errors"

	"github.com/guanxi-go/guanxi/internal/storetest"
	"github.com/guanxi-go/guanxi/loyalty"
)

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
				record, entry, happened, put := fullRecord(1), fullEntry(1), event(1).Event, fullBook().put(fullStanding(), 0)
				commit := loyalty.Commit{Scope: "s", Key: "k", Receipt: []byte("receipt"), Changes: []loyalty.Change{
					set(a, 0, loyalty.PutRecord{Record: record}, loyalty.Append{Entry: entry}, loyalty.Emit{Event: happened}),
				}}
				c.send(commit)
				c.write(account("p"), put)
				for _, v := range []any{&put, &record, &entry, &happened, commit.Receipt} {
					storetest.Scribble(v)
				}
				storetest.Scribble(commit.Changes)
				want := fullBook().put(fullStanding(), 0)
				c.Same("record", c.record(a), keptRecord(fullRecord(1), a, c.head(a)))
				c.Same("entries", c.journal(a), []loyalty.Entry{kept(fullEntry(1), a, 1)})
				have, err := c.store.Receipt(c.ctx, "s", "k")
				c.Fails("Receipt", err, nil)
				c.Same("receipt", have.Data, []byte("receipt"))
				c.wants("p", 1, want)
				c.Same("postings", c.postings(loyalty.PostingFilter{Account: "p"}), postings("p", want.Entries))
				if box, ok := c.store.(loyalty.Outbox); ok {
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
				want := fullBook().put(fullStanding(), 0)
				c.write(account("p"), want)
				c.send(loyalty.Commit{Scope: "s", Key: "k", Receipt: []byte("receipt"), Changes: []loyalty.Change{
					set(a, 0, loyalty.PutRecord{Record: fullRecord(1)}, loyalty.Append{Entry: fullEntry(1)}, event(1))}})
				account, record := c.account("p"), c.record(a)
				receipt, err := c.store.Receipt(c.ctx, "s", "k")
				c.Fails("Receipt", err, nil)
				storetest.Scribble(&account)
				storetest.Scribble(&record)
				storetest.Scribble(&receipt)
				for _, row := range storetest.Rows(c.Scene, c.store.Accounts(c.ctx, loyalty.AccountFilter{})) {
					storetest.Scribble(&row)
				}
				storetest.Scribble(c.postings(loyalty.PostingFilter{}))
				for _, row := range storetest.Rows(c.Scene, c.store.Records(c.ctx, loyalty.RecordFilter{Kind: kindThing})) {
					storetest.Scribble(&row)
				}
				storetest.Scribble(c.journal(a))
				if box, ok := c.store.(loyalty.Outbox); ok {
					storetest.Scribble(c.pending(box))
					for _, e := range c.pending(box) {
						c.Same("event", e.Data, event(1).Event.Data)
					}
				}
				c.wants("p", 1, want)
				c.Same("postings", c.postings(loyalty.PostingFilter{Account: "p"}), postings("p", want.Entries))
				c.Same("record", c.record(a), keptRecord(fullRecord(1), a, c.head(a)))
				c.Same("entries", c.journal(a), []loyalty.Entry{kept(fullEntry(1), a, 1)})
				receipt, err = c.store.Receipt(c.ctx, "s", "k")
				c.Fails("Receipt", err, nil)
				c.Same("receipt", receipt.Data, []byte("receipt"))
			},
		},
	}
}

// pending reads the whole outbox.
func (c *scene) pending(box loyalty.Outbox) []loyalty.Event {
	c.t.Helper()
	events, err := box.Pending(c.ctx, 1<<20)
	if err != nil && !errors.Is(err, loyalty.ErrInvalid) {
		c.Errorf("Pending: %v", err)
	}
	return events
}
