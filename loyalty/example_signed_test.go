package loyalty_test

import (
	"fmt"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/access"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/crm/owner"
	"github.com/guanxi-go/guanxi/crm/party"
	"github.com/guanxi-go/guanxi/loyalty"
	"github.com/guanxi-go/guanxi/loyalty/earning"
)

// An order that was signed in package crm earns: its event says so, and the id of the order
// keeps it from earning twice, however often the event comes.
func ExampleOrders_Earn_signed() {
	ctx, l, clock := coffeeShop()
	store := new(crm.Memory)
	c, err := crm.New(store, crm.Options{Clock: clock})
	if err != nil {
		panic(err)
	}
	sales := crm.Actor{ID: "wang", Sees: access.Everything()}
	if _, err := c.Customers.Register(ctx, sales, crm.Registration{ID: "lin", Profile: party.Profile{Type: party.Organisation, Name: "Lin's cafés"},
		Owner: owner.Staff{ID: "li", Active: true}}); err != nil {
		panic(err)
	}
	contract, err := c.Orders.Draft(ctx, sales, crm.NewOrder{ID: "so-1", Customer: "lin", Amount: money.Amount{Minor: 1200_00, Currency: money.CNY}})
	if err != nil {
		panic(err)
	}
	if _, err := c.Orders.Sign(ctx, sales, contract, crm.Signing{}); err != nil {
		panic(err)
	}

	for range 2 { // the second time as if nobody had acknowledged the first
		events, err := store.Pending(ctx, 100)
		if err != nil {
			panic(err)
		}
		for _, e := range events {
			if e.Kind != "order.signed" {
				continue
			}
			o, err := c.Orders.Get(ctx, sales, e.Subject.ID)
			if err != nil {
				panic(err)
			}
			order := earning.Order{Currency: o.Amount.Currency, Lines: []earning.Line{{ID: o.ID, Amount: o.Amount.Minor}}}
			done, err := l.Orders.Earn(ctx, frontDesk, o.Customer, loyalty.Purchase{Order: order}, loyalty.Call{Key: o.ID, Ref: o.ID, At: e.At})
			fmt.Println(done.Points, done.Available, err)
		}
	}
	// Output:
	// 1200 1200 <nil>
	// 1200 1200 <nil>
}
