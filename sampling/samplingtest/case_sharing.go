package samplingtest

import (
	"errors"

	"github.com/guanxi-go/guanxi/internal/storetest"
	"github.com/guanxi-go/guanxi/sampling"
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
				record, entry, happened := fullRecord(1), fullEntry(1), event(1).Event
				commit := sampling.Commit{Scope: "s", Key: "k", Receipt: []byte("receipt"), Changes: []sampling.Change{
					set(a, 0, sampling.PutRecord{Record: record}, sampling.Append{Entry: entry}, sampling.Emit{Event: happened}),
				}}
				c.send(commit)
				for _, v := range []any{&record, &entry, &happened, commit.Receipt} {
					storetest.Scribble(v)
				}
				storetest.Scribble(commit.Changes)
				c.Same("record", c.record(a), keptRecord(fullRecord(1), a, c.head(a)))
				c.Same("entries", c.journal(a), []sampling.Entry{kept(fullEntry(1), a, 1)})
				have, err := c.store.Receipt(c.ctx, "s", "k")
				c.Fails("Receipt", err, nil)
				c.Same("receipt", have.Data, []byte("receipt"))
				if box, ok := c.store.(sampling.Outbox); ok {
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
				c.send(sampling.Commit{Scope: "s", Key: "k", Receipt: []byte("receipt"), Changes: []sampling.Change{
					set(a, 0, sampling.PutRecord{Record: fullRecord(1)}, sampling.Append{Entry: fullEntry(1)}, event(1))}})
				record := c.record(a)
				receipt, err := c.store.Receipt(c.ctx, "s", "k")
				c.Fails("Receipt", err, nil)
				storetest.Scribble(&record)
				storetest.Scribble(&receipt)
				for _, row := range storetest.Rows(c.Scene, c.store.Records(c.ctx, sampling.RecordFilter{Kind: kindThing})) {
					storetest.Scribble(&row)
				}
				storetest.Scribble(c.journal(a))
				if box, ok := c.store.(sampling.Outbox); ok {
					storetest.Scribble(c.pending(box))
					for _, e := range c.pending(box) {
						c.Same("event", e.Data, event(1).Event.Data)
					}
				}
				c.Same("record", c.record(a), keptRecord(fullRecord(1), a, c.head(a)))
				c.Same("entries", c.journal(a), []sampling.Entry{kept(fullEntry(1), a, 1)})
				receipt, err = c.store.Receipt(c.ctx, "s", "k")
				c.Fails("Receipt", err, nil)
				c.Same("receipt", receipt.Data, []byte("receipt"))
			},
		},
	}
}

// pending reads the whole outbox.
func (c *scene) pending(box sampling.Outbox) []sampling.Event {
	c.t.Helper()
	events, err := box.Pending(c.ctx, 1<<20)
	if err != nil && !errors.Is(err, sampling.ErrInvalid) {
		c.Errorf("Pending: %v", err)
	}
	return events
}
