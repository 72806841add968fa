package crmtest

import (
	"context"
	"slices"
	"time"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/purchase"
	"github.com/guanxi-go/guanxi/internal/storetest"
)

// sourceChecks are the cases of TestPurchaseSource.
func sourceChecks() []sourceCheck {
	once := "Purchases yields each purchase that passes the filter's Match once, in any order, as it was committed when the row is read."
	return slices.Concat([]sourceCheck{
		{
			name: "source/every-row-once", log: longLog,
			rules: storetest.Says("PurchaseSource", once),
			run: func(c *counter) {
				c.wants("all purchases", crm.PurchaseFilter{})
				c.wants("all purchases, a second time", crm.PurchaseFilter{})
			},
		},
		{
			name: "source/hard-rows", log: hardLog,
			rules: storetest.Says("PurchaseSource", "Customers are ids as in Store; days are civil days in the zone that the host settles accounts in; amounts are whole minor units with their currency, refunds negative."),
			run: func(c *counter) {
				c.wants("all purchases", crm.PurchaseFilter{})
				for _, p := range c.log {
					c.wants("of "+storetest.Brief(p.Customer), crm.PurchaseFilter{Customer: p.Customer})
				}
			},
		},
		{
			name: "source/lookalikes", rules: storetest.Says("PurchaseSource", "Customers are ids as in Store;"),
			log: func(f SourceFeatures, _ bool) (all []purchase.Purchase[string]) {
				for i, id := range storetest.Lookalikes() {
					all = append(all, bought(id, sourceDay(), int64(i), f.mainCurrency()))
				}
				return all
			},
			run: func(c *counter) {
				for _, id := range storetest.Lookalikes() {
					c.wants("of "+id, crm.PurchaseFilter{Customer: id})
				}
			},
		},
		{
			name: "source/filter", log: longLog,
			rules: slices.Concat(storetest.Says("PurchaseSource", once),
				storetest.Says("PurchaseFilter", "PurchaseFilter narrows a PurchaseSource."),
				storetest.Says("PurchaseFilter.Customer", "of this customer only"),
				storetest.Says("PurchaseFilter.From", "on this day or later; zero for no bound"),
				storetest.Says("PurchaseFilter.Until", "before this day; zero for no bound")),
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
			rules: storetest.Says("PurchaseSource", once),
			run: func(c *counter) {
				c.wants("no purchases", crm.PurchaseFilter{})
				c.wants("no purchases of anybody", crm.PurchaseFilter{Customer: "a", From: 1, Until: 2})
			},
		},
		{
			name: "source/context", log: longLog,
			rules: storetest.Says("PurchaseSource", "A done context ends them with its error.", "an error comes once, as the last pair."),
			run: func(c *counter) {
				cancelled, cancel := context.WithCancel(c.ctx)
				cancel()
				none, err := storetest.Ended(c.Scene, c.source.Purchases(cancelled, crm.PurchaseFilter{}))
				if c.Fails("Purchases with a cancelled context", err, context.Canceled); len(none) > 0 {
					c.Errorf("%d rows with a context that was done before", len(none))
				}
				late, stop := context.WithDeadline(c.ctx, time.Unix(0, 0))
				defer stop()
				_, err = storetest.Ended(c.Scene, c.source.Purchases(late, crm.PurchaseFilter{}))
				c.Fails("Purchases after the deadline", err, context.DeadlineExceeded)

				ctx, cancel := context.WithCancel(c.ctx)
				defer cancel()
				n := 0
				_, err = storetest.Ended(c.Scene, func(yield func(purchase.Purchase[string], error) bool) {
					for row, err := range c.source.Purchases(ctx, crm.PurchaseFilter{}) {
						if n++; n == 3 {
							cancel()
						}
						if !yield(row, err) {
							return
						}
					}
				})
				c.Fails("Purchases, cancelled at the third row", err, context.Canceled)
			},
		},
		{
			name: "source/loop-body", log: longLog,
			rules: storetest.Says("PurchaseSource", "The loop body may use the source.", "The rows are single use;"),
			run: func(c *counter) {
				n := 0
				for row, err := range c.source.Purchases(c.ctx, crm.PurchaseFilter{}) {
					if c.Fails("Purchases", err, nil); err != nil || c.Failed() {
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
			rules: storetest.Says("PurchaseSource", once),
			run: func(c *counter) {
				storetest.Together(8, func(i int) {
					c.wants("of a customer", crm.PurchaseFilter{Customer: c.log[i].Customer})
					c.wants("all purchases", crm.PurchaseFilter{From: sourceDay()})
				})
			},
		},
	}, summarizerChecks())
}
