package crmtest

import (
	"fmt"
	"slices"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/stage"
	"github.com/guanxi-go/guanxi/internal/storetest"
)

func wide(i int) string { return fmt.Sprintf("%06d", i) }

// listedAlongside are the cases of order and pages, of customers. Those that bear the
// name of a case of all domains go on where that ends.
func listedAlongside() []check {
	return []check{
		{
			name: "order/customers-by-id",
			rules: slices.Concat(storetest.Says("Store: Order", "Listings are in byte order: customers and records by id,"),
				storetest.Says("CustomerReader.Customers", "Customers lists customers by id.")),
			run: func(c *scene) {
				ids := slices.Concat(storetest.HardIDs(), storetest.Lookalikes())
				slices.Sort(ids)
				ids = slices.Compact(ids)
				for _, i := range storetest.Shuffled(len(ids), 1) {
					c.profile(ids[i], sampleProfile(i), owned("staff-1"))
				}
				c.Same("customers", c.customers(crm.CustomerFilter{}), ids)
				c.Same("customers by owner", c.customers(crm.CustomerFilter{Owner: "staff-1"}), ids)
				for i, id := range ids {
					c.Same("customers behind "+storetest.Brief(id), c.customers(crm.CustomerFilter{After: id}), ids[i+1:])
				}
			},
		},
		{
			name:  "order/after-what-is-not-there",
			rules: storetest.Says("CustomerFilter.After", "only ids greater than this one, as bytes: where the last page ended"),
			run: func(c *scene) {
				for i, id := range []string{"b", "d", "é"} {
					c.profile(id, sampleProfile(i))
				}
				for after, want := range map[string][]string{"a": {"b", "d", "é"}, "b": {"d", "é"}, "b ": {"d", "é"}, "c": {"d", "é"},
					"D": {"b", "d", "é"}, "d": {"é"}, "e": {"é"}, "e\u0301": {"é"}, "é": nil, "中": nil, "\U0010ffff": nil} {
					c.Same("customers behind "+after, c.customers(crm.CustomerFilter{After: after}), want)
				}
			},
		},
		{
			name:  "order/limit",
			rules: storetest.Says("CustomerFilter.Limit", "at most so many rows; 0 for no limit"),
			run: func(c *scene) {
				for i := range 10 {
					c.profile(fmt.Sprint(i), sampleProfile(i), owned(fmt.Sprintf("staff-%d", i%2)))
				}
				for limit, want := range map[int]int{-1: 5, -1 << 31: 5, 0: 5, 1: 1, 4: 4, 5: 5, 6: 5, 1<<31 - 1: 5} {
					if have := len(c.customers(crm.CustomerFilter{Owner: "staff-1", Limit: limit})); have != want {
						c.Errorf("%d customers with limit %d, want %d", have, limit, want)
					}
				}
			},
		},
		{
			name: "order/limit-behind-match",
			run: func(c *scene) {
				// Of many rows few pass, and not by a field that has an index everywhere.
				var want []string
				for i := range c.Size(700, 350) {
					id, standing, due := fmt.Sprintf("%04d", i), owned("staff-1").Standing, minute(9)
					if i%97 == 60 {
						want = append(want, id)
						due, standing.Category.State, standing.Groups = minute(1), stage.SalesCore, []string{"rare"}
					}
					standing.NextDue = due
					if c.profile(id, sampleProfile(i), crm.PutStanding{Standing: standing}); c.Failed() {
						return
					}
				}
				for _, limit := range []int{1, 3, len(want)} {
					for _, f := range []crm.CustomerFilter{{Category: stage.SalesCore}, {Owner: "staff-1", Group: "rare"}, {DueBefore: minute(2)}} {
						f.Limit = limit
						c.Same("customers", c.customers(f), want[:limit])
					}
				}
			},
		},
		{
			name: "page/customers-handed-over-while-listing",
			rules: storetest.Says("Store: Consistency",
				"is yielded exactly once, and no row twice."),
			run: func(c *scene) {
				n := c.Size(700, 300)
				for i := range n {
					c.profile(wide(i), sampleProfile(i), owned("leaver"))
				}
				var seen []string
				for row, err := range c.store.Customers(c.ctx, crm.CustomerFilter{Owner: "leaver"}) {
					if c.Fails("Customers", err, nil); err != nil || c.Failed() {
						return
					}
					seen = append(seen, row.ID)
					c.commit(set(person(row.ID), row.Head.Version, owned("heir")))
				}
				var all []string
				for i := range n {
					all = append(all, wide(i))
				}
				c.Same("the leaver's customers, as they were listed", seen, all)
				c.Same("the leaver's customers afterwards", c.customers(crm.CustomerFilter{Owner: "leaver"}), []string(nil))
				c.Same("the heir's customers", c.customers(crm.CustomerFilter{Owner: "heir"}), all)
			},
		},
	}
}
