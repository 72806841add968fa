package crmtest

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/internal/storetest"
)

// calls are all methods that take a context; listings are read to their end.
func calls(s crm.Store) map[string]func(ctx context.Context) error {
	all := map[string]func(ctx context.Context) error{
		"Customer": func(ctx context.Context) error { _, err := s.Customer(ctx, "p"); return err },
		"Customers": func(ctx context.Context) error {
			return storetest.Last(s.Customers(ctx, crm.CustomerFilter{}))
		},
		"Customers by owner": func(ctx context.Context) error {
			return storetest.Last(s.Customers(ctx, crm.CustomerFilter{Owner: "staff-1"}))
		},
		"Record": func(ctx context.Context) error { _, err := s.Record(ctx, thing("a")); return err },
		"Records": func(ctx context.Context) error {
			return storetest.Last(s.Records(ctx, crm.RecordFilter{Kind: kindThing}))
		},
		"Head": func(ctx context.Context) error { _, err := s.Head(ctx, thing("a")); return err },
		"Entries": func(ctx context.Context) error {
			return storetest.Last(s.Entries(ctx, crm.EntryFilter{Subject: thing("a")}))
		},
		"Holder":  func(ctx context.Context) error { _, err := s.Holder(ctx, "phone", "1"); return err },
		"Receipt": func(ctx context.Context) error { _, err := s.Receipt(ctx, "s", "k"); return err },
		"Commit": func(ctx context.Context) error {
			return s.Commit(ctx, crm.Commit{Changes: []crm.Change{set(thing("new"), 0, put(`1`))}})
		},
	}
	if box, ok := s.(crm.Outbox); ok {
		all["Pending"] = func(ctx context.Context) error { _, err := box.Pending(ctx, 1); return err }
		all["Ack"] = func(ctx context.Context) error { return box.Ack(ctx, 1) }
	}
	if p, ok := s.(crm.Pruner); ok {
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
				c.profile("p", sampleProfile(1), crm.PutStanding{Standing: fullStanding()})
				c.send(crm.Commit{Scope: "s", Key: "k", Recorded: minute(0), Changes: []crm.Change{
					set(thing("a"), 0, put(`1`), line(crm.JournalOwner, 1), crm.Claim{Space: "phone", Key: "1"}, event(1))}})
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
				commit := crm.Commit{Scope: "s", Key: "k", Changes: everyWrite()}
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
				c.many(n, func(i int) crm.Change {
					return set(thing(fmt.Sprintf("%05d", i)), 0, put(`0`), line("j", 1))
				})
				ctx, cancel := context.WithCancel(c.ctx)
				defer cancel()
				done := 0
				stop := func(listing iter.Seq2[crm.Record, error]) iter.Seq2[crm.Record, error] {
					return func(yield func(crm.Record, error) bool) {
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
				all, err := storetest.Ended(c.Scene, stop(c.store.Records(ctx, crm.RecordFilter{Kind: kindThing})))
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
					c.profile(id, sampleProfile(i), owned("staff-1"))
					c.write(thing(id), put(`0`), line("j", 1))
				}
				storetest.EndsWithin(c.Scene, "Customers", func(ctx context.Context) iter.Seq2[crm.Customer, error] {
					return c.store.Customers(ctx, crm.CustomerFilter{})
				})
				storetest.EndsWithin(c.Scene, "Customers by owner", func(ctx context.Context) iter.Seq2[crm.Customer, error] {
					return c.store.Customers(ctx, crm.CustomerFilter{Owner: "staff-1"})
				})
				storetest.EndsWithin(c.Scene, "Records", func(ctx context.Context) iter.Seq2[crm.Record, error] {
					return c.store.Records(ctx, crm.RecordFilter{Kind: kindThing})
				})
				storetest.EndsWithin(c.Scene, "Entries", func(ctx context.Context) iter.Seq2[crm.Entry, error] {
					return c.store.Entries(ctx, crm.EntryFilter{Journal: "j"})
				})
			},
		},
	}
}

// Cases of what is answered where there is nothing, and of the words of errors.
func errorChecks() []check {
	return []check{
		{
			name: "error/nothing-there",
			rules: slices.Concat(storetest.Says("Store: Errors",
				"Customer, Record, Holder and Receipt return ErrNotFound where there is nothing; Head returns the zero Head for a subject that was never written, and no error; a listing without rows yields nothing, and no error.",
				"Errors answer errors.Is.")),
			run: func(c *scene) {
				nothing := func(when string) {
					c.t.Helper()
					_, err := c.store.Customer(c.ctx, "p")
					c.Fails("Customer "+when, err, crm.ErrNotFound)
					_, err = c.store.Record(c.ctx, thing("p"))
					c.Fails("Record "+when, err, crm.ErrNotFound)
					_, err = c.store.Holder(c.ctx, "phone", "p")
					c.Fails("Holder "+when, err, crm.ErrNotFound)
					_, err = c.store.Receipt(c.ctx, "s", "p")
					c.Fails("Receipt "+when, err, crm.ErrNotFound)
					c.Same("head "+when, c.head(thing("p")), crm.Head{})
					c.Same("head of a customer "+when, c.head(person("p")), crm.Head{})
					c.Same("customers "+when, c.customers(crm.CustomerFilter{After: "other"}), []string(nil))
					c.Same("records "+when, c.records(crm.RecordFilter{Kind: kindThing}), []string(nil))
					c.Same("entries "+when, c.journal(thing("p")), []crm.Entry(nil))
				}
				nothing("in an empty store")
				c.profile("other", sampleProfile(1))
				other := crm.Subject{Kind: "other", ID: "p"}
				c.send(crm.Commit{Scope: "s", Key: "other", Changes: []crm.Change{set(other, 0, put(`1`), line("other", 1),
					crm.Claim{Space: "phone", Key: "other"}, crm.Claim{Space: "other", Key: "p"})}})
				nothing("beside others")
			},
		},
		{
			name: "error/argument-breaks-a-limit",
			rules: storetest.Says("Store: Errors",
				"A method whose argument breaks a limit returns ErrInvalid or finds nothing."),
			run: func(c *scene) {
				c.profile("p", sampleProfile(1))
				for _, id := range storetest.BrokenIDs() {
					none := func(what string, err error) {
						c.t.Helper()
						if !errors.Is(err, crm.ErrInvalid) && !errors.Is(err, crm.ErrNotFound) {
							c.Errorf("%s of %+q: %v, want ErrInvalid or ErrNotFound", what, storetest.Brief(id), err)
						}
					}
					_, err := c.store.Customer(c.ctx, id)
					none("Customer", err)
					_, err = c.store.Record(c.ctx, thing(id))
					none("Record", err)
					_, err = c.store.Holder(c.ctx, "phone", id)
					none("Holder", err)
					_, err = c.store.Receipt(c.ctx, "s", id)
					none("Receipt", err)
					if head, err := c.store.Head(c.ctx, thing(id)); err != nil && !errors.Is(err, crm.ErrInvalid) || head != (crm.Head{}) {
						c.Errorf("Head of %+q: %v, %v", storetest.Brief(id), head, err)
					}
					if id == "" {
						continue // an empty field of a filter does not narrow
					}
					empty := func(what string, n int, err error) {
						c.t.Helper()
						if n > 0 || err != nil && !errors.Is(err, crm.ErrInvalid) {
							c.Errorf("%s of %+q: %d rows, %v", what, storetest.Brief(id), n, err)
						}
					}
					customers, err := storetest.Ended(c.Scene, c.store.Customers(c.ctx, crm.CustomerFilter{Owner: id}))
					empty("Customers", len(customers), err)
					records, err := storetest.Ended(c.Scene, c.store.Records(c.ctx, crm.RecordFilter{Kind: kindThing, Ref: id}))
					empty("Records", len(records), err)
					entries, err := storetest.Ended(c.Scene, c.store.Entries(c.ctx, crm.EntryFilter{Contact: id}))
					empty("Entries", len(entries), err)
				}
				for _, half := range []crm.Subject{{Kind: kindThing}, {ID: "a"}} {
					c.write(thing("a"), line("j", 1))
					entries, err := storetest.Ended(c.Scene, c.store.Entries(c.ctx, crm.EntryFilter{Subject: half}))
					if len(entries) > 0 || err != nil && !errors.Is(err, crm.ErrInvalid) {
						c.Errorf("Entries of half a subject: %d rows, %v", len(entries), err)
					}
				}
			},
		},
		{
			name: "error/no-personal-data",
			rules: storetest.Says("Store: Errors",
				"No error holds personal data: ids and codes only, and those of Holder and Receipt do not repeat the key."),
			run: func(c *scene) {
				const secret = "13912345678"
				quiet := func(err error) {
					c.t.Helper()
					if err == nil || strings.Contains(fmt.Sprintf("%v %+v", err, err), secret) {
						c.Errorf("want an error without the secret in it, got %v", err)
					}
				}
				claim := crm.Claim{Space: "phone", Key: secret}
				c.commit(set(thing("a"), 0, claim))
				e := fullEntry(1)
				e.Text, e.Reason, e.Private = secret, secret, []byte(`"`+secret+`"`)
				say := func(writes ...crm.Write) error {
					return c.store.Commit(c.ctx, crm.Commit{Changes: []crm.Change{set(thing("b"), 0, append(writes, claim)...)}})
				}
				quiet(say())
				quiet(say(crm.Append{Entry: e}))
				e.Private = []byte(secret + `,`)
				quiet(say(crm.Append{Entry: e}))
				quiet(say(put(`{"` + secret)))
				quiet(say(unknown{crm.Claim{Space: secret, Key: secret}}))
				for _, key := range []string{secret + "0", secret + "\x00", strings.Repeat(secret, 100)} {
					_, err := c.store.Holder(c.ctx, "phone", key)
					quiet(err)
					_, err = c.store.Receipt(c.ctx, "s", key)
					quiet(err)
				}
				quiet(c.store.Commit(c.ctx, crm.Commit{Changes: []crm.Change{set(person("p"), 3, crm.PutProfile{Profile: secretProfile(secret)})}}))
			},
		},
	}
}
