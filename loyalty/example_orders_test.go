package loyalty_test

import (
	"context"
	"fmt"
	"time"

	"github.com/shopspring/decimal"

	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/loyalty"
	"github.com/guanxi-go/guanxi/loyalty/earning"
	"github.com/guanxi-go/guanxi/loyalty/points"
)

// today is a clock for examples.
type today struct{ time.Time }

func (t *today) Now() time.Time { return t.Time }

// coffeeShop gives a point for each yuan, with one member, lin.
func coffeeShop(extra ...earning.Rule) (context.Context, *loyalty.Loyalty, *today) {
	one := decimal.NewFromInt(1)
	base := earning.Rule{ID: "base", Kind: earning.PerMoney, Points: one, QP: one}
	plan, err := earning.Compile(earning.Programme{Version: 1, Currency: money.CNY, Rules: append([]earning.Rule{base}, extra...)})
	if err != nil {
		panic(err)
	}
	clock := &today{time.Date(2025, 3, 1, 10, 0, 0, 0, time.UTC)}
	l, err := loyalty.New(&loyalty.Memory{}, loyalty.Programme{Earning: plan}, loyalty.Options{Clock: clock})
	if err != nil {
		panic(err)
	}
	ctx := context.Background()
	if _, err := l.Members.Enrol(ctx, frontDesk, "lin", loyalty.Call{}); err != nil {
		panic(err)
	}
	return ctx, l, clock
}

var frontDesk = loyalty.Actor{ID: "front-desk", Sees: loyalty.Everyone()}

// An order earns; a part of the next is paid with points, and does not.
func ExampleOrders_Earn() {
	ctx, l, _ := coffeeShop()
	beans := earning.Order{Currency: money.CNY, Lines: []earning.Line{{ID: "beans", Amount: 500_00}}}
	first, err := l.Orders.Earn(ctx, frontDesk, "lin", loyalty.Purchase{Order: beans}, loyalty.Call{Ref: "order-1"})
	fmt.Println(first.Points, first.Available, err)

	cups := earning.Order{Currency: money.CNY, Lines: []earning.Line{{ID: "cups", Amount: 80_00}}, PointsPaid: 4_00}
	second, err := l.Orders.Earn(ctx, frontDesk, "lin", loyalty.Purchase{Order: cups, Burn: 400}, loyalty.Call{Ref: "order-2"})
	fmt.Println(second.Points, second.Burned, second.Available, err)

	order, err := l.Orders.Get(ctx, frontDesk, "order-2")
	fmt.Println(order.Result.Explanation[0].ID, order.Result.Explanation[0].Points, err)
	// Output:
	// 500 500 <nil>
	// 76 400 176 <nil>
	// base 76 <nil>
}

// The goods come back after the points were spent: the member owes them, and what is
// earned next pays.
func ExampleOrders_Return() {
	ctx, l, clock := coffeeShop()
	machine := earning.Order{Currency: money.CNY, Lines: []earning.Line{{ID: "machine", Amount: 200_00}}}
	_, err := l.Orders.Earn(ctx, frontDesk, "lin", loyalty.Purchase{Order: machine}, loyalty.Call{Ref: "order-1"})
	fmt.Println(err)
	_, err = l.Points.Burn(ctx, frontDesk, "lin", points.BurnCommand{Points: 150}, loyalty.Call{})
	fmt.Println(err)

	clock.Time = clock.AddDate(0, 0, 5)
	back, err := l.Orders.Return(ctx, frontDesk, "order-1", loyalty.Return{All: true}, loyalty.Call{Key: "return 17"})
	fmt.Println("taken back", back.Points, "balance", back.Balance, err)
	again, err := l.Orders.Return(ctx, frontDesk, "order-1", loyalty.Return{All: true}, loyalty.Call{Key: "return 17"})
	fmt.Println("taken back", again.Points, "replayed", again.Replayed, err)
	_, err = l.Orders.Return(ctx, frontDesk, "order-1", loyalty.Return{All: true}, loyalty.Call{Key: "return 18"})
	fmt.Println(err)

	next := earning.Order{Currency: money.CNY, Lines: []earning.Line{{ID: "beans", Amount: 180_00}}}
	done, err := l.Orders.Earn(ctx, frontDesk, "lin", loyalty.Purchase{Order: next}, loyalty.Call{Ref: "order-2"})
	fmt.Println("available", done.Available, err)
	// Output:
	// <nil>
	// <nil>
	// taken back 200 balance -150 <nil>
	// taken back 200 replayed true <nil>
	// loyalty: order/order-1: all: nothing is left: more than is left: invalid
	// available 30 <nil>
}
