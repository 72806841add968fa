package storetest

import (
	"errors"

	"github.com/guanxi-go/guanxi/internal/fault"
)

// Cases of memory that is shared with the caller.
func sharingChecks() []Check {
	rules := Says("Store: Consistency",
		"What is returned belongs to the caller, and what was committed to the store: no slice or map is shared, in either direction.")
	return []Check{
		{
			Name:  "sharing/what-was-committed",
			Rules: rules,
			Run: func(c *Bench) {
				a := thing("a")
				record, entry, happened := c.fullRecord(1), c.fullEntry(1), event(1).Event
				commit := Commit{Scope: "s", Key: "k", Receipt: []byte("receipt"), Changes: []Change{
					set(a, 0, PutRecord{Record: record}, Append{Entry: entry}, Emit{Event: happened}),
				}}
				c.Send(commit)
				for _, v := range []any{&record, &entry, &happened, commit.Receipt} {
					Scribble(v)
				}
				Scribble(commit.Changes)
				c.Same("record", c.record(a), keptRecord(c.fullRecord(1), a, c.Head(a)))
				c.Same("entries", c.journal(a), []Entry{kept(c.fullEntry(1), a, 1)})
				have, err := c.store.Receipt(c.ctx, "s", "k")
				c.Fails("Receipt", err, nil)
				c.Same("receipt", have.Data, []byte("receipt"))
				if box := c.store.Outbox(); box != nil {
					for _, e := range c.pending(box) {
						c.Same("event", e.Data, event(1).Event.Data)
					}
				}
			},
		},
		{
			Name:  "sharing/what-is-returned",
			Rules: rules,
			Run: func(c *Bench) {
				a := thing("a")
				c.Send(Commit{Scope: "s", Key: "k", Receipt: []byte("receipt"), Changes: []Change{
					set(a, 0, PutRecord{Record: c.fullRecord(1)}, Append{Entry: c.fullEntry(1)}, event(1))}})
				record := c.record(a)
				receipt, err := c.store.Receipt(c.ctx, "s", "k")
				c.Fails("Receipt", err, nil)
				Scribble(&record)
				Scribble(&receipt)
				for _, row := range Rows(c.Scene, c.store.Records(c.ctx, RecordFilter{Kind: KindThing})) {
					Scribble(&row)
				}
				Scribble(c.journal(a))
				if box := c.store.Outbox(); box != nil {
					Scribble(c.pending(box))
					for _, e := range c.pending(box) {
						c.Same("event", e.Data, event(1).Event.Data)
					}
				}
				c.Same("record", c.record(a), keptRecord(c.fullRecord(1), a, c.Head(a)))
				c.Same("entries", c.journal(a), []Entry{kept(c.fullEntry(1), a, 1)})
				receipt, err = c.store.Receipt(c.ctx, "s", "k")
				c.Fails("Receipt", err, nil)
				c.Same("receipt", receipt.Data, []byte("receipt"))
			},
		},
	}
}

// pending reads the whole outbox.
func (c *Bench) pending(box Outbox) []Event {
	c.t.Helper()
	events, err := box.Pending(c.ctx, 1<<20)
	if err != nil && !errors.Is(err, fault.ErrInvalid) {
		c.Errorf("Pending: %v", err)
	}
	return events
}
