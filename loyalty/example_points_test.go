package loyalty_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/guanxi-go/guanxi/loyalty"
	"github.com/guanxi-go/guanxi/loyalty/points"
)

// A hotel reserves points with the booking, spends them at departure, and gives a
// part back.
func ExamplePoints() {
	clock := &watch{}
	clock.put("2026-01-05T10:00:00Z")
	hotel, err := loyalty.New(new(loyalty.Memory), loyalty.Programme{}, loyalty.Options{Clock: clock})
	must(err)
	ctx, desk := context.Background(), loyalty.Actor{ID: "desk", Sees: loyalty.Everyone()}
	_, err = hotel.Members.Enrol(ctx, desk, "mei", loyalty.Call{})
	must(err)
	_, err = hotel.Points.Earn(ctx, desk, "mei", points.EarnCommand{Points: 1_000}, loyalty.Call{Ref: "stay-1"})
	must(err)

	hold, err := hotel.Points.Hold(ctx, desk, "mei", points.HoldCommand{Points: 800}, loyalty.Call{Key: "book", Ref: "stay-2"})
	must(err)
	fmt.Println("reserved:", hold.Available, "available of", hold.Balance)
	spent, err := hotel.Points.Capture(ctx, desk, "mei", points.CaptureCommand{Hold: hold.Seq, Points: 700}, loyalty.Call{Key: "leave"})
	must(err)
	fmt.Println("spent:", spent.Available, "available of", spent.Balance)
	spent, err = hotel.Points.Capture(ctx, desk, "mei", points.CaptureCommand{Hold: hold.Seq, Points: 700}, loyalty.Call{Key: "leave"})
	must(err)
	fmt.Println("sent again:", spent.Replayed)
	back, err := hotel.Points.Refund(ctx, desk, "mei", loyalty.Reversal{Target: spent.Seq, Points: 200}, loyalty.Call{Key: "noise", Code: "complaint"})
	must(err)
	fmt.Println("refunded:", back.Available, "available")
	_, err = hotel.Points.Refund(ctx, desk, "mei", loyalty.Reversal{Target: spent.Seq, Points: 501}, loyalty.Call{})
	fmt.Println(errors.Is(err, points.ErrOverReversal), err)
	// Output:
	// reserved: 200 available of 1000
	// spent: 300 available of 300
	// sent again: true
	// refunded: 500 available
	// true points: points 3: too many (501 requested, 500 remaining): more than remains to be reversed
}

// A member gives points to a friend from an application that sees the own account
// only.
func ExamplePoints_Transfer() {
	l, err := loyalty.New(new(loyalty.Memory), loyalty.Programme{}, loyalty.Options{})
	must(err)
	ctx, till := context.Background(), loyalty.Actor{ID: "till-1", Sees: loyalty.Everyone()}
	for _, m := range []string{"mei", "wang"} {
		_, err = l.Members.Enrol(ctx, till, m, loyalty.Call{})
		must(err)
		_, err = l.Points.Earn(ctx, till, m, points.EarnCommand{Points: 100}, loyalty.Call{})
		must(err)
	}
	app := loyalty.Actor{ID: "mei", Sees: loyalty.Only("mei")}
	gift, err := l.Points.Transfer(ctx, app, "mei", "wang", 30, loyalty.Call{Key: "birthday"})
	must(err)
	fmt.Println("mei has", gift.From.Available, "and gave", gift.To.Amount)
	_, err = l.Points.Available(ctx, app, "wang")
	fmt.Println("what wang has is not told:", errors.Is(err, loyalty.ErrNotFound), gift.To.Balance)
	n, err := l.Points.Available(ctx, till, "wang")
	must(err)
	fmt.Println("wang has", n)
	// Output:
	// mei has 70 and gave 30
	// what wang has is not told: true 0
	// wang has 130
}

// A market stall was offline all day. In the evening its till sends what happened, each
// command under the key that it was given then, and with when it was; the connection
// breaks, and it sends everything again.
func ExamplePoints_Batch() {
	clock := &watch{}
	clock.put("2026-05-02T20:00:00Z")
	l, err := loyalty.New(new(loyalty.Memory), loyalty.Programme{}, loyalty.Options{Clock: clock})
	must(err)
	ctx, till := context.Background(), loyalty.Actor{ID: "till-1", Sees: loyalty.Everyone()}
	for _, m := range []string{"mei", "wang"} {
		_, err = l.Members.Enrol(ctx, till, m, loyalty.Call{})
		must(err)
	}
	sale := func(key string, hour int) loyalty.Call {
		return loyalty.Call{Key: key, Ref: key, At: time.Date(2026, 5, 2, hour, 0, 0, 0, time.UTC)}
	}
	day := []loyalty.Item{
		{Account: "mei", Earn: &points.EarnCommand{Points: 60}, Call: sale("sale-1", 9)},
		{Account: "wang", Earn: &points.EarnCommand{Points: 25}, Call: sale("sale-2", 10)},
		{Account: "mei", Burn: &points.BurnCommand{Points: 50}, Call: sale("sale-3", 11)},
		{Account: "wang", Burn: &points.BurnCommand{Points: 30}, Call: sale("sale-4", 12)},
	}
	for range 2 {
		done, errs := l.Points.Batch(ctx, till, day)
		for i, d := range done {
			if errs[i] != nil {
				fmt.Println(day[i].Account, errs[i])
				continue
			}
			fmt.Println(d.Account, d.Amount, "leaves", d.Available, "- sent again:", d.Replayed)
		}
	}
	// Output:
	// mei 60 leaves 60 - sent again: false
	// wang 25 leaves 25 - sent again: false
	// mei -50 leaves 10 - sent again: false
	// wang points: points: not enough (30 requested, 25 available): insufficient points
	// mei 60 leaves 60 - sent again: true
	// wang 25 leaves 25 - sent again: true
	// mei -50 leaves 10 - sent again: true
	// wang points: points: not enough (30 requested, 25 available): insufficient points
}

// A purchase of January is recorded in February: the balance at the end of January
// depends on when one asks.
func ExamplePoints_BalanceAsOf() {
	clock := &watch{}
	clock.put("2026-01-05T10:00:00Z")
	l, err := loyalty.New(new(loyalty.Memory), loyalty.Programme{}, loyalty.Options{Clock: clock})
	must(err)
	ctx, till := context.Background(), loyalty.Actor{ID: "till-1", Sees: loyalty.Everyone()}
	_, err = l.Members.Enrol(ctx, till, "mei", loyalty.Call{})
	must(err)
	_, err = l.Points.Earn(ctx, till, "mei", points.EarnCommand{Points: 10}, loyalty.Call{})
	must(err)
	clock.put("2026-02-10T10:00:00Z")
	_, err = l.Points.Earn(ctx, till, "mei", points.EarnCommand{Points: 90}, loyalty.Call{At: time.Date(2026, 1, 20, 0, 0, 0, 0, time.UTC)})
	must(err)

	endOfJanuary := time.Date(2026, 1, 31, 23, 59, 59, 0, time.UTC)
	for _, known := range []time.Time{endOfJanuary, {}} {
		n, err := l.Points.BalanceAsOf(ctx, till, "mei", endOfJanuary, known)
		must(err)
		fmt.Println(n)
	}
	statement, err := l.Points.Statement(ctx, till, "mei", time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC))
	must(err)
	fmt.Println(statement.Opening, "+", statement.Credits, "-", statement.Debits, "=", statement.Closing)
	// Output:
	// 10
	// 100
	// 0 + 100 - 0 = 100
}

// Two members of a household pay together; what ends first goes first, and goes back
// last.
func ExampleHouseholds_Burn() {
	l, err := loyalty.New(new(loyalty.Memory), loyalty.Programme{}, loyalty.Options{})
	must(err)
	ctx, till := context.Background(), loyalty.Actor{ID: "till-1", Sees: loyalty.Everyone()}
	for m, end := range map[string]time.Time{"mei": time.Date(2990, 1, 1, 0, 0, 0, 0, time.UTC), "wang": time.Date(2980, 1, 1, 0, 0, 0, 0, time.UTC)} {
		_, err = l.Members.Enrol(ctx, till, m, loyalty.Call{})
		must(err)
		_, err = l.Points.Earn(ctx, till, m, points.EarnCommand{Points: 50, ExpireAt: end}, loyalty.Call{})
		must(err)
	}
	_, err = l.Households.Create(ctx, till, "home", "mei", loyalty.Call{})
	must(err)
	_, err = l.Households.Join(ctx, till, "home", "wang", loyalty.Call{})
	must(err)

	paid, err := l.Households.Burn(ctx, till, "home", points.BurnCommand{Points: 70}, loyalty.Call{Key: "dinner"})
	must(err)
	for _, part := range paid.Parts {
		fmt.Println(part.Account, part.Amount)
	}
	back, err := l.Households.Refund(ctx, till, "home", loyalty.Reversal{Target: paid.Seq, Points: 30}, loyalty.Call{Key: "cold soup"})
	must(err)
	for _, part := range back.Parts {
		fmt.Println("back to", part.Account, part.Amount)
	}
	// Output:
	// mei -20
	// wang -50
	// back to mei 20
	// back to wang 10
}
