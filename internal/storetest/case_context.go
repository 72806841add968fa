package storetest

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"time"
)

// calls are all methods that take a context; listings are read to their end.
func calls(c *Bench, s Store) map[string]func(ctx context.Context) error {
	all := map[string]func(ctx context.Context) error{
		"Record": func(ctx context.Context) error { _, err := s.Record(ctx, thing("a")); return err },
		"Records": func(ctx context.Context) error {
			return Last(s.Records(ctx, RecordFilter{Kind: KindThing}))
		},
		"Head": func(ctx context.Context) error { _, err := s.Head(ctx, thing("a")); return err },
		"Entries": func(ctx context.Context) error {
			return Last(s.Entries(ctx, EntryFilter{Subject: thing("a")}))
		},
		"Receipt": func(ctx context.Context) error { _, err := s.Receipt(ctx, "s", "k"); return err },
		"Commit": func(ctx context.Context) error {
			return s.Commit(ctx, Commit{Changes: []Change{set(thing("new"), 0, put(`1`))}})
		},
	}
	if c.Claims {
		all["Holder"] = func(ctx context.Context) error { _, err := s.Holder(ctx, "phone", "1"); return err }
	}
	if box := s.Outbox(); box != nil {
		all["Pending"] = func(ctx context.Context) error { _, err := box.Pending(ctx, 1); return err }
		all["Ack"] = func(ctx context.Context) error { return box.Ack(ctx, 1) }
	}
	if p := s.Pruner(); p != nil {
		all["Prune"] = func(ctx context.Context) error { _, err := p.Prune(ctx, minute(1)); return err }
	}
	return all
}

// EndsCalls wants calls to end at once under a context that is done.
func (c *Bench) EndsCalls(calls map[string]func(ctx context.Context) error) {
	c.t.Helper()
	cancelled, cancel := context.WithCancel(c.ctx)
	cancel()
	late, stop := context.WithDeadline(c.ctx, time.Unix(0, 0))
	defer stop()
	for name, call := range calls {
		c.Fails(name+" with a cancelled context", call(cancelled), context.Canceled)
		c.Fails(name+" after the deadline", call(late), context.DeadlineExceeded)
	}
}

// Cases of contexts that are done.
func contextChecks() []Check {
	return []Check{
		{
			Name:  "context/done-before",
			Rules: Says("Store: Context", "A done context ends every method soon with ctx.Err(), or with an error that wraps it;"),
			Run: func(c *Bench) {
				c.Send(Commit{Scope: "s", Key: "k", Recorded: minute(0), Changes: []Change{
					set(thing("a"), 0, put(`1`), line(1), Claim{Space: "phone", Key: "1"}, event(1))}})
				c.EndsCalls(calls(c, c.store))
			},
		},
		{
			Name:  "context/done-before-commit",
			Rules: Says("Store: Context", "A context that is done before Commit is called changes nothing."),
			Run: func(c *Bench) {
				ctx, cancel := context.WithCancel(c.ctx)
				cancel()
				commit := Commit{Scope: "s", Key: "k", Changes: c.everyWrite()}
				before := c.Picture(commit)
				c.Fails("Commit", c.store.Commit(ctx, commit), context.Canceled)
				c.Same("the store", c.Picture(commit), before)
				c.Send(commit)
			},
		},
		{
			Name: "context/done-in-a-listing",
			Rules: slices.Concat(Says("Store: Context", "A done context ends every method soon with ctx.Err(), or with an error that wraps it;"),
				Says("Store: Order", "an error comes once, as the last pair, with a zero value.")),
			Run: func(c *Bench) {
				n := c.Size(1500, 700)
				c.Many(n, func(i int) Change {
					return set(thing(fmt.Sprintf("%05d", i)), 0, put(`0`), line(1))
				})
				ctx, cancel := context.WithCancel(c.ctx)
				defer cancel()
				done := 0
				stop := func(listing iter.Seq2[Record, error]) iter.Seq2[Record, error] {
					return func(yield func(Record, error) bool) {
						for row, err := range listing {
							if done++; done == 3 {
								cancel()
							}
							if !yield(row, err) {
								return
							}
						}
					}
				}
				all, err := Ended(c.Scene, stop(c.store.Records(ctx, RecordFilter{Kind: KindThing})))
				c.Fails("Records", err, context.Canceled)
				if len(all) == n {
					c.Errorf("all %d rows came after the context was done at the third", n)
				}
			},
		},
		{
			Name:  "context/ended-in-the-loop-body",
			Rules: Says("Store: Context", "A done context ends every method soon with ctx.Err(), or with an error that wraps it; a listing ends before its next row."),
			Run: func(c *Bench) {
				for i := range 9 {
					id := fmt.Sprint(i)
					c.write(thing(id), put(`0`), line(1))
				}
				EndsWithin(c.Scene, "Records", func(ctx context.Context) iter.Seq2[Record, error] {
					return c.store.Records(ctx, RecordFilter{Kind: KindThing})
				})
				EndsWithin(c.Scene, "Entries", func(ctx context.Context) iter.Seq2[Entry, error] {
					return c.store.Entries(ctx, EntryFilter{Of: KindThing})
				})
			},
		},
	}
}
