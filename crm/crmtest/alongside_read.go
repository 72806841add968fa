package crmtest

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/internal/storetest"
)

// readAlongside are the cases of consistency, contexts and errors, where customers are
// read as well. Those that bear the name of a case of all domains go on where that
// ends.
func readAlongside() []check {
	return []check{
		{
			name: "consistency/read-your-writes",
			run: func(c *scene) {
				p := person("p")
				c.profile("p", sampleProfile(0))
				start := c.head(p).Version
				for n := range c.Size(40, 10) {
					owner := fmt.Sprintf("owner-%d", n)
					c.commit(set(p, start+uint64(n), owned(owner), line(crm.JournalOwner, n)))
					seen := make(chan struct{})
					go func() {
						defer close(seen)
						c.Same("owner of the customer", c.customer("p").Standing, owned(owner).Standing)
						c.Same("customers by owner", c.customers(crm.CustomerFilter{Owner: owner}), []string{"p"})
						if have := len(c.journal(p)); have != n+1 {
							c.Errorf("%d entries, want %d", have, n+1)
						}
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
			run: func(c *scene) {
				for i := range 3 {
					c.profile(fmt.Sprint(i), sampleProfile(i), line(crm.JournalTimeline, i))
				}
				n := 0
				inside := func(id string) {
					c.write(person(id), line(crm.JournalOwner, 9), crm.Claim{Space: "mobile", Key: id})
					c.customer(id)
					c.customers(crm.CustomerFilter{})
					c.journal(person(id))
					n++
				}
				for row, err := range c.store.Customers(c.ctx, crm.CustomerFilter{}) {
					c.Fails("Customers", err, nil)
					inside(row.ID)
				}
				for row, err := range c.store.Entries(c.ctx, crm.EntryFilter{Journal: crm.JournalTimeline}) {
					c.Fails("Entries", err, nil)
					inside(row.Subject.ID)
				}
				if n != 6 {
					c.Errorf("%d rows, want 6", n)
				}
			},
		},
		{
			name: "loop-body/stops-early",
			run: func(c *scene) {
				for i := range 30 {
					c.profile(fmt.Sprintf("%02d", i), sampleProfile(i))
				}
				for range 200 { // more often than a pool has connections
					for range c.store.Customers(c.ctx, crm.CustomerFilter{}) {
						break
					}
				}
				c.write(person("00"), owned("staff-1"))
			},
		},
		{
			name: "listing/not-started",
			run: func(c *scene) {
				for range 200 {
					_ = c.store.Customers(c.ctx, crm.CustomerFilter{})
				}
				c.write(person("p"), owned("staff-1"))
			},
		},
		{
			name: "sharing/what-was-committed",
			run: func(c *scene) {
				profile, standing := fullProfile(1), fullStanding()
				seen := c.profile("p", profile, crm.PutStanding{Standing: standing})
				want := crm.Customer{ID: "p", Head: crm.Head{Version: 1}, Profile: seen.Clone(), Standing: fullStanding()}
				for _, v := range []any{&profile, &seen, &standing} {
					storetest.Scribble(v)
				}
				c.Same("customer", c.customer("p"), want)
			},
		},
		{
			name: "sharing/what-is-returned",
			run: func(c *scene) {
				profile := c.profile("p", fullProfile(1), crm.PutStanding{Standing: fullStanding()})
				want := crm.Customer{ID: "p", Head: crm.Head{Version: 1}, Profile: profile.Clone(), Standing: fullStanding()}
				customer := c.customer("p")
				storetest.Scribble(&customer)
				for _, row := range storetest.Rows(c.Scene, c.store.Customers(c.ctx, crm.CustomerFilter{})) {
					storetest.Scribble(&row)
				}
				c.Same("customer", c.customer("p"), want)
			},
		},
		{
			name: "context/done-before",
			run: func(c *scene) {
				c.profile("p", sampleProfile(1), crm.PutStanding{Standing: fullStanding()})
				c.EndsCalls(map[string]func(ctx context.Context) error{
					"Customer":  func(ctx context.Context) error { _, err := c.store.Customer(ctx, "p"); return err },
					"Customers": func(ctx context.Context) error { return storetest.Last(c.store.Customers(ctx, crm.CustomerFilter{})) },
					"Customers by owner": func(ctx context.Context) error {
						return storetest.Last(c.store.Customers(ctx, crm.CustomerFilter{Owner: "staff-1"}))
					},
				})
			},
		},
		{
			name: "context/ended-in-the-loop-body",
			run: func(c *scene) {
				for i := range 9 {
					c.profile(fmt.Sprint(i), sampleProfile(i), owned("staff-1"))
				}
				storetest.EndsWithin(c.Scene, "Customers", func(ctx context.Context) iter.Seq2[crm.Customer, error] {
					return c.store.Customers(ctx, crm.CustomerFilter{})
				})
				storetest.EndsWithin(c.Scene, "Customers by owner", func(ctx context.Context) iter.Seq2[crm.Customer, error] {
					return c.store.Customers(ctx, crm.CustomerFilter{Owner: "staff-1"})
				})
			},
		},
		{
			name:  "error/nothing-there",
			rules: storetest.Says("Store: Errors", "Customer, Record, Holder and Receipt return ErrNotFound where there is nothing;"),
			run: func(c *scene) {
				nothing := func(when string) {
					c.t.Helper()
					_, err := c.store.Customer(c.ctx, "p")
					c.Fails("Customer "+when, err, crm.ErrNotFound)
					c.Same("head of a customer "+when, c.head(person("p")), crm.Head{})
					c.Same("customers "+when, c.customers(crm.CustomerFilter{After: "other"}), []string(nil))
				}
				nothing("beside things")
				c.profile("other", sampleProfile(1))
				nothing("beside another")
			},
		},
		{
			name: "error/argument-breaks-a-limit",
			run: func(c *scene) {
				c.profile("p", sampleProfile(1))
				for _, id := range storetest.BrokenIDs() {
					if _, err := c.store.Customer(c.ctx, id); !errors.Is(err, crm.ErrInvalid) && !errors.Is(err, crm.ErrNotFound) {
						c.Errorf("Customer of %+q: %v, want ErrInvalid or ErrNotFound", storetest.Brief(id), err)
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
				}
			},
		},
		{
			name:  "error/no-personal-data",
			rules: storetest.Says("Store: Errors", "No error holds personal data: ids and codes only, and those of Holder and Receipt do not repeat the key."),
			run: func(c *scene) {
				const secret = "13912345678"
				c.Quiet(c.store.Commit(c.ctx, crm.Commit{Changes: []crm.Change{set(person("p"), 3, crm.PutProfile{Profile: secretProfile(secret)})}}), secret)
			},
		},
	}
}
