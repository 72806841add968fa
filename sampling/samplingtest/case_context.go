package samplingtest

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/guanxi-go/guanxi/internal/storetest"
	"github.com/guanxi-go/guanxi/sampling"
)

// calls are all methods that take a context; listings are read to their end.
func calls(s sampling.Store) map[string]func(ctx context.Context) error {
	all := map[string]func(ctx context.Context) error{
		"Record": func(ctx context.Context) error { _, err := s.Record(ctx, thing("a")); return err },
		"Records": func(ctx context.Context) error {
			return storetest.Last(s.Records(ctx, sampling.RecordFilter{Kind: kindThing}))
		},
		"Head": func(ctx context.Context) error { _, err := s.Head(ctx, thing("a")); return err },
		"Entries": func(ctx context.Context) error {
			return storetest.Last(s.Entries(ctx, sampling.EntryFilter{Subject: thing("a")}))
		},
		"Receipt": func(ctx context.Context) error { _, err := s.Receipt(ctx, "s", "k"); return err },
		"Commit": func(ctx context.Context) error {
			return s.Commit(ctx, sampling.Commit{Changes: []sampling.Change{set(thing("new"), 0, put(`1`))}})
		},
	}
	if box, ok := s.(sampling.Outbox); ok {
		all["Pending"] = func(ctx context.Context) error { _, err := box.Pending(ctx, 1); return err }
		all["Ack"] = func(ctx context.Context) error { return box.Ack(ctx, 1) }
	}
	if p, ok := s.(sampling.Pruner); ok {
		all["Prune"] = func(ctx context.Context) error { _, err := p.Prune(ctx, minute(1)); return err }
	}
	return all
}

// Cases of contexts that are done.
func contextChecks() []check {
	return []check{
		{
			name:  "context/done-before",
			rules: storetest.Says("Store: Context", "A done context ends every method soon with ctx.Err(), or with an error that wraps it;"),
			run: func(c *scene) {
				c.send(sampling.Commit{Scope: "s", Key: "k", Recorded: minute(0), Changes: []sampling.Change{
					set(thing("a"), 0, put(`1`), line(1), event(1))}})
				cancelled, cancel := context.WithCancel(c.ctx)
				cancel()
				late, stop := context.WithDeadline(c.ctx, time.Unix(0, 0))
				defer stop()
				for name, call := range calls(c.store) {
					c.Fails(name+" with a cancelled context", call(cancelled), context.Canceled)
					c.Fails(name+" after the deadline", call(late), context.DeadlineExceeded)
				}
			},
		},
		{
			name:  "context/done-before-commit",
			rules: storetest.Says("Store: Context", "A context that is done before Commit is called changes nothing."),
			run: func(c *scene) {
				ctx, cancel := context.WithCancel(c.ctx)
				cancel()
				commit := sampling.Commit{Scope: "s", Key: "k", Changes: everyWrite()}
				before := c.picture(commit)
				c.Fails("Commit", c.store.Commit(ctx, commit), context.Canceled)
				c.Same("the store", c.picture(commit), before)
				c.send(commit)
			},
		},
		{
			name: "context/done-in-a-listing",
			rules: slices.Concat(storetest.Says("Store: Context", "A done context ends every method soon with ctx.Err(), or with an error that wraps it;"),
				storetest.Says("Store: Order", "an error comes once, as the last pair, with a zero value.")),
			run: func(c *scene) {
				n := c.size(1500, 700)
				c.many(n, func(i int) sampling.Change {
					return set(thing(fmt.Sprintf("%05d", i)), 0, put(`0`), line(1))
				})
				ctx, cancel := context.WithCancel(c.ctx)
				defer cancel()
				done := 0
				stop := func(listing iter.Seq2[sampling.Record, error]) iter.Seq2[sampling.Record, error] {
					return func(yield func(sampling.Record, error) bool) {
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
				all, err := storetest.Ended(c.Scene, stop(c.store.Records(ctx, sampling.RecordFilter{Kind: kindThing})))
				c.Fails("Records", err, context.Canceled)
				if len(all) == n {
					c.Errorf("all %d rows came after the context was done at the third", n)
				}
			},
		},
		{
			name:  "context/ended-in-the-loop-body",
			rules: storetest.Says("Store: Context", "A done context ends every method soon with ctx.Err(), or with an error that wraps it; a listing ends before its next row."),
			run: func(c *scene) {
				for i := range 9 {
					id := fmt.Sprint(i)
					c.write(thing(id), put(`0`), line(1))
				}
				storetest.EndsWithin(c.Scene, "Records", func(ctx context.Context) iter.Seq2[sampling.Record, error] {
					return c.store.Records(ctx, sampling.RecordFilter{Kind: kindThing})
				})
				storetest.EndsWithin(c.Scene, "Entries", func(ctx context.Context) iter.Seq2[sampling.Entry, error] {
					return c.store.Entries(ctx, sampling.EntryFilter{Of: kindThing})
				})
			},
		},
	}
}
