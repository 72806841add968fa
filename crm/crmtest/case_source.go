package crmtest

import (
	"context"
	"slices"
	"time"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/purchase"
)

// sourceChecks are the cases of TestPurchaseSource.
func sourceChecks() []sourceCheck {
	once := "Purchases yields each purchase that passes the filter's Match once, in any order, as it was committed when the row is read."
	return slices.Concat([]sourceCheck{
		{
			name: "source/every-row-once", log: longLog,
			rules: says("PurchaseSource", once),
			run: func(c *counter) {
				c.wants("all purchases", crm.PurchaseFilter{})
				c.wants("all purchases, a second time", crm.PurchaseFilter{})
			},
		},
		{
			name: "source/hard-rows", log: hardLog,
			rules: says("PurchaseSource", "Customers are ids as in Store; days are civil days in the zone that the host settles accounts in; amounts are whole minor units with their currency, refunds negative."),
			run: func(c *counter) {
				c.wants("all purchases", crm.PurchaseFilter{})
				for _, p := range c.log {
					c.wants("of "+brief(p.Customer), crm.PurchaseFilter{Customer: p.Customer})
				}
			},
		},
		{
			name: "source/lookalikes", rules: says("PurchaseSource", "Customers are ids as in Store;"),
			log: func(f SourceFeatures, _ bool) (all []purchase.Purchase[string]) {
				for i, id := range lookalikes() {
					all = append(all, bought(id, sourceDay(), int64(i), f.mainCurrency()))
				}
				return all
			},
			run: func(c *counter) {
				for _, id := range lookalikes() {
					c.wants("of "+id, crm.PurchaseFilter{Customer: id})
				}
			},
		},
		{
			name: "source/filter", log: longLog,
			rules: slices.Concat(says("PurchaseSource", once),
				says("PurchaseFilter", "PurchaseFilter narrows a PurchaseSource."),
				says("PurchaseFilter.Customer", "of this customer only"),
				says("PurchaseFilter.From", "on this day or later; zero for no bound"),
				says("PurchaseFilter.Until", "before this day; zero for no bound")),
			run: func(c *counter) {
				day := sourceDay()
				for _, customer := range []string{"", c.log[0].Customer, c.log[len(c.log)/2].Customer, "nobody", "%", "_"} {
					for _, from := range []calendar.Day{0, day - 20, day, day + 20, calendar.MaxDay} {
						for _, until := range []calendar.Day{0, day - 20, day, day + 1, calendar.MaxDay} {
							c.wants("filtered purchases", crm.PurchaseFilter{Customer: customer, From: from, Until: until})
						}
					}
				}
			},
		},
		{
			name: "source/empty", log: noLog,
			rules: says("PurchaseSource", once),
			run: func(c *counter) {
				c.wants("no purchases", crm.PurchaseFilter{})
				c.wants("no purchases of anybody", crm.PurchaseFilter{Customer: "a", From: 1, Until: 2})
			},
		},
		{
			name: "source/context", log: longLog,
			rules: says("PurchaseSource", "A done context ends them with its error.", "an error comes once, as the last pair."),
			run: func(c *counter) {
				cancelled, cancel := context.WithCancel(c.ctx)
				cancel()
				none, err := ended(c.scene, c.source.Purchases(cancelled, crm.PurchaseFilter{}))
				if c.fails("Purchases with a cancelled context", err, context.Canceled); len(none) > 0 {
					c.Errorf("%d rows with a context that was done before", len(none))
				}
				late, stop := context.WithDeadline(c.ctx, time.Unix(0, 0))
				defer stop()
				_, err = ended(c.scene, c.source.Purchases(late, crm.PurchaseFilter{}))
				c.fails("Purchases after the deadline", err, context.DeadlineExceeded)

				ctx, cancel := context.WithCancel(c.ctx)
				defer cancel()
				n := 0
				_, err = ended(c.scene, func(yield func(purchase.Purchase[string], error) bool) {
					for row, err := range c.source.Purchases(ctx, crm.PurchaseFilter{}) {
						if n++; n == 3 {
							cancel()
						}
						if !yield(row, err) {
							return
						}
					}
				})
				c.fails("Purchases, cancelled at the third row", err, context.Canceled)
			},
		},
		{
			name: "source/loop-body", log: longLog,
			rules: says("PurchaseSource", "The loop body may use the source.", "The rows are single use;"),
			run: func(c *counter) {
				n := 0
				for row, err := range c.source.Purchases(c.ctx, crm.PurchaseFilter{}) {
					if c.fails("Purchases", err, nil); err != nil || c.done() {
						return
					}
					if n++; n%100 == 1 {
						c.wants("of the customer of the row", crm.PurchaseFilter{Customer: row.Customer})
					}
				}
				if n != len(c.log) {
					c.Errorf("%d rows, want %d", n, len(c.log))
				}
				for range 200 { // more often than a pool has connections
					for range c.source.Purchases(c.ctx, crm.PurchaseFilter{}) {
						break
					}
				}
				c.wants("after loops that were left", crm.PurchaseFilter{Customer: c.log[0].Customer})
			},
		},
		{
			name: "source/concurrent", log: longLog,
			rules: says("PurchaseSource", once),
			run: func(c *counter) {
				together(8, func(i int) {
					c.wants("of a customer", crm.PurchaseFilter{Customer: c.log[i].Customer})
					c.wants("all purchases", crm.PurchaseFilter{From: sourceDay()})
				})
			},
		},
	}, summarizerChecks())
}
