package crmtest

import (
	"fmt"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/internal/storetest"
)

// beholdChecks are the cases of customers that are read beside commits.
func beholdChecks() []check {
	return []check{{
		name:  "concurrency/no-half-commit",
		rules: storetest.Says("Store: Consistency", "a Customer or a Record and the Head in it are of the same moment."),
		run: func(c *scene) {
			// After n changes there are n entries and owner n, the last recorded at minute n.
			p := person("p")
			profile := c.profile("p", sampleProfile(1))
			base := c.head(p).Version
			whole := func(what string, head crm.Head, owner string) bool {
				want := crm.Head{Version: head.Version, Entries: head.Version - base}
				if want.Entries > 0 {
					want.Recorded = minute(int(want.Entries))
				}
				if head != want || owner != "" && owner != fmt.Sprint(want.Entries) {
					c.Errorf("%s: head %+v and owner %s are not of one moment", what, head, owner)
					return false
				}
				return true
			}
			customer := func(row crm.Customer, err error) bool {
				c.Fails("Customer", err, nil)
				return err == nil && whole("customer", row.Head, row.Standing.Holding.Owner)
			}
			readers := []func() bool{
				func() bool { return customer(c.store.Customer(c.ctx, "p")) },
				func() bool { return whole("head", c.head(p), "") },
				func() bool {
					for row, err := range c.store.Customers(c.ctx, crm.CustomerFilter{}) {
						if !customer(row, err) {
							return false
						}
					}
					return true
				},
			}
			storetest.During(readers, func(enough func() bool) {
				for n := uint64(1); n <= uint64(c.Size(200, 60)) || n < 5000 && !enough(); n++ {
					if c.Failed() {
						return
					}
					c.commit(set(p, base+n-1, owned(fmt.Sprint(n)), line("j", int(n)), crm.PutProfile{Profile: profile}))
				}
			})
		},
	}}
}
