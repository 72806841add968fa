package loyaltytest

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/guanxi-go/guanxi/internal/storetest"
	"github.com/guanxi-go/guanxi/loyalty"
)

// calls are all methods that take a context; listings are read to their end.
func calls(s loyalty.Store) map[string]func(ctx context.Context) error {
	all := map[string]func(ctx context.Context) error{
		"Account":  func(ctx context.Context) error { _, err := s.Account(ctx, "p"); return err },
		"Accounts": func(ctx context.Context) error { return storetest.Last(s.Accounts(ctx, loyalty.AccountFilter{})) },
		"Accounts by id": func(ctx context.Context) error {
			return storetest.Last(s.Accounts(ctx, loyalty.AccountFilter{IDs: []string{"p"}}))
		},
		"Postings": func(ctx context.Context) error { return storetest.Last(s.Postings(ctx, loyalty.PostingFilter{})) },
		"Postings of an account": func(ctx context.Context) error {
			return storetest.Last(s.Postings(ctx, loyalty.PostingFilter{Account: "p"}))
		},
		"Record": func(ctx context.Context) error { _, err := s.Record(ctx, thing("a")); return err },
		"Records": func(ctx context.Context) error {
			return storetest.Last(s.Records(ctx, loyalty.RecordFilter{Kind: kindThing}))
		},
		"Head": func(ctx context.Context) error { _, err := s.Head(ctx, thing("a")); return err },
		"Entries": func(ctx context.Context) error {
			return storetest.Last(s.Entries(ctx, loyalty.EntryFilter{Subject: thing("a")}))
		},
		"Holder":  func(ctx context.Context) error { _, err := s.Holder(ctx, "phone", "1"); return err },
		"Receipt": func(ctx context.Context) error { _, err := s.Receipt(ctx, "s", "k"); return err },
		"Commit": func(ctx context.Context) error {
			return s.Commit(ctx, loyalty.Commit{Changes: []loyalty.Change{set(thing("new"), 0, put(`1`))}})
		},
	}
	if b, ok := s.(loyalty.BatchCommitter); ok {
		all["CommitBatch"] = func(ctx context.Context) error {
			return b.CommitBatch(ctx, []loyalty.Commit{{Changes: []loyalty.Change{set(thing("new"), 0, put(`1`))}}})[0]
		}
	}
	if box, ok := s.(loyalty.Outbox); ok {
		all["Pending"] = func(ctx context.Context) error { _, err := box.Pending(ctx, 1); return err }
		all["Ack"] = func(ctx context.Context) error { return box.Ack(ctx, 1) }
	}
	if p, ok := s.(loyalty.Pruner); ok {
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
				c.write(account("p"), earns(of("m"), 0, 3))
				c.send(loyalty.Commit{Scope: "s", Key: "k", Recorded: minute(0), Changes: []loyalty.Change{
					set(thing("a"), 0, put(`1`), line(1), loyalty.Claim{Space: "phone", Key: "1"}, event(1))}})
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
				commit := loyalty.Commit{Scope: "s", Key: "k", Changes: everyWrite()}
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
				c.many(n, func(i int) loyalty.Change {
					return set(thing(fmt.Sprintf("%05d", i)), 0, put(`0`), line(1))
				})
				ctx, cancel := context.WithCancel(c.ctx)
				defer cancel()
				done := 0
				stop := func(listing iter.Seq2[loyalty.Record, error]) iter.Seq2[loyalty.Record, error] {
					return func(yield func(loyalty.Record, error) bool) {
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
				all, err := storetest.Ended(c.Scene, stop(c.store.Records(ctx, loyalty.RecordFilter{Kind: kindThing})))
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
					c.write(account(id), earns(of("m"), 0, 1))
					c.write(thing(id), put(`0`), line(1))
				}
				storetest.EndsWithin(c.Scene, "Accounts", func(ctx context.Context) iter.Seq2[loyalty.Account, error] {
					return c.store.Accounts(ctx, loyalty.AccountFilter{})
				})
				storetest.EndsWithin(c.Scene, "Accounts by member", func(ctx context.Context) iter.Seq2[loyalty.Account, error] {
					return c.store.Accounts(ctx, loyalty.AccountFilter{Member: "m"})
				})
				storetest.EndsWithin(c.Scene, "Postings", func(ctx context.Context) iter.Seq2[loyalty.Posting, error] {
					return c.store.Postings(ctx, loyalty.PostingFilter{})
				})
				storetest.EndsWithin(c.Scene, "Records", func(ctx context.Context) iter.Seq2[loyalty.Record, error] {
					return c.store.Records(ctx, loyalty.RecordFilter{Kind: kindThing})
				})
				storetest.EndsWithin(c.Scene, "Entries", func(ctx context.Context) iter.Seq2[loyalty.Entry, error] {
					return c.store.Entries(ctx, loyalty.EntryFilter{Of: kindThing})
				})
			},
		},
	}
}
