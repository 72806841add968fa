package loyalty_test

import (
	"context"
	"fmt"
	"log"
	"time"

	"github.com/shopspring/decimal"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/loyalty"
	"github.com/guanxi-go/guanxi/loyalty/earning"
	"github.com/guanxi-go/guanxi/loyalty/liability"
	"github.com/guanxi-go/guanxi/loyalty/points"
	"github.com/guanxi-go/guanxi/loyalty/reward"
	"github.com/guanxi-go/guanxi/loyalty/tier"
)

// watch is a clock that an example puts where it wants it.
type watch struct{ time.Time }

func (w *watch) Now() time.Time { return w.Time }

func (w *watch) put(text string) {
	t, err := time.Parse(time.RFC3339, text)
	must(err)
	w.Time = t
}

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

// A coffee shop gives a point for each yuan, and a cup for a hundred points.
func Example() {
	plan, err := earning.Compile(earning.Programme{Version: 1, Currency: money.CNY, Rules: []earning.Rule{
		{ID: "base", Kind: earning.PerMoney, Points: decimal.NewFromInt(1)},
	}})
	must(err)
	shop, err := loyalty.New(new(loyalty.Memory), loyalty.Programme{
		Points:  points.Policy{Expiry: points.Expiry{Rule: points.AfterMonths, N: 12}},
		Earning: plan,
		Rewards: []reward.Reward{{Code: "cup", En: "a cup of coffee", Zh: "一杯咖啡", Cost: 100}},
	}, loyalty.Options{})
	must(err)

	ctx, till := context.Background(), loyalty.Actor{ID: "till-1", Sees: loyalty.Everyone()}
	_, err = shop.Members.Enrol(ctx, till, "mei", loyalty.Call{})
	must(err)
	for _, sale := range []string{"sale-1", "sale-2", "sale-2"} { // the second one is sent twice
		order := earning.Order{Currency: money.CNY, Lines: []earning.Line{{ID: "1", Amount: 58_00}}}
		done, err := shop.Orders.Earn(ctx, till, "mei", loyalty.Purchase{Order: order}, loyalty.Call{Key: sale, Ref: sale})
		must(err)
		fmt.Println(sale, done.Points, "points, available", done.Available, done.Replayed)
	}
	cup, err := shop.Rewards.Redeem(ctx, till, "mei", loyalty.RedemptionRequest{Reward: "cup", N: 1}, loyalty.Call{Key: "cup-1"})
	must(err)
	fmt.Println("a cup for", cup.Points, "points, available", cup.Posted.Available)
	_, err = shop.Points.Burn(ctx, till, "mei", points.BurnCommand{Points: 100}, loyalty.Call{})
	fmt.Println(err)
	// Output:
	// sale-1 58 points, available 58 false
	// sale-2 58 points, available 116 false
	// sale-2 58 points, available 116 true
	// a cup for 100 points, available 16
	// points: points: not enough (100 requested, 16 available): insufficient points
}

// An airline's tiers go by membership years, which begin on the anniversary of the
// enrolment: on 29 February, and on the 28th where there is none.
func Example_airline() {
	shanghai, err := time.LoadLocation("Asia/Shanghai")
	must(err)
	need := func(miles int64) tier.Totals { return tier.Totals{Points: miles} }
	tiers, err := tier.New(shanghai, tier.Policy{
		Version:   1,
		Tiers:     []tier.Tier{{Code: "blue"}, {Code: "silver", Need: need(40_000)}, {Code: "gold", Need: need(80_000)}},
		Window:    tier.Window{Kind: tier.Anniversary},
		Downgrade: tier.OneStep,
	})
	must(err)
	clock := &watch{}
	airline, err := loyalty.New(new(loyalty.Memory), loyalty.Programme{Tiers: tiers}, loyalty.Options{Clock: clock})
	must(err)

	ctx, desk := context.Background(), loyalty.Actor{ID: "desk", Sees: loyalty.Everyone()}
	clock.put("2024-02-29T10:00:00+08:00")
	_, err = airline.Members.Enrol(ctx, desk, "li", loyalty.Call{})
	must(err)
	clock.put("2024-06-01T08:00:00+08:00")
	_, err = airline.Points.Earn(ctx, desk, "li", points.EarnCommand{Points: 8_500, QP: 85_000}, loyalty.Call{Ref: "MU583"})
	must(err)
	for _, day := range []string{"2024-06-02", "2025-02-28", "2026-02-27", "2026-02-28", "2027-02-28"} {
		clock.put(day + "T00:00:00+08:00")
		st, err := airline.Tiers.Standing(ctx, desk, "li", clock.Now())
		must(err)
		fmt.Println(day, st.Tier, "the year ends", st.To.In(shanghai).Format(time.DateOnly))
	}
	ahead, err := airline.Tiers.Outlook(ctx, desk, "li", clock.Now())
	must(err)
	fmt.Println("missing to", ahead.Next.Tier, ahead.Next.Missing.Points)
	// Output:
	// 2024-06-02 gold the year ends 2025-02-28
	// 2025-02-28 gold the year ends 2026-02-28
	// 2026-02-27 gold the year ends 2026-02-28
	// 2026-02-28 silver the year ends 2027-02-28
	// 2027-02-28 blue the year ends 2028-02-29
	// missing to silver 40000
}

// An order comes back after its points were spent: what is missing becomes a debt,
// and the next points pay it.
func Example_refundAfterSpending() {
	plan, err := earning.Compile(earning.Programme{Version: 1, Currency: money.CNY, Rules: []earning.Rule{
		{ID: "base", Kind: earning.PerMoney, Points: decimal.NewFromInt(1)},
	}})
	must(err)
	shop, err := loyalty.New(new(loyalty.Memory), loyalty.Programme{Earning: plan}, loyalty.Options{})
	must(err)
	ctx, till := context.Background(), loyalty.Actor{ID: "till-1", Sees: loyalty.Everyone()}
	_, err = shop.Members.Enrol(ctx, till, "mei", loyalty.Call{})
	must(err)
	buy := func(order string, fen int64) {
		_, err := shop.Orders.Earn(ctx, till, "mei", loyalty.Purchase{
			Order: earning.Order{Currency: money.CNY, Lines: []earning.Line{{ID: "shoes", Amount: fen}}},
		}, loyalty.Call{Key: order, Ref: order})
		must(err)
	}
	show := func(what string) {
		a, err := shop.Points.Account(ctx, till, "mei")
		must(err)
		fmt.Println(what, "available", points.Available(a.State, time.Now()), "owed", a.State.Debt)
	}
	buy("order-1", 200_00)
	_, err = shop.Points.Burn(ctx, till, "mei", points.BurnCommand{Points: 150}, loyalty.Call{Key: "gift"})
	must(err)
	show("150 of 200 spent:")
	back, err := shop.Orders.Return(ctx, till, "order-1", loyalty.Return{All: true}, loyalty.Call{Key: "return-1"})
	must(err)
	fmt.Println("taken back:", back.Points)
	show("order returned: ")
	_, err = shop.Orders.Return(ctx, till, "order-1", loyalty.Return{Lines: []earning.Return{{Line: "shoes", Amount: 1_00}}}, loyalty.Call{Key: "return-2"})
	fmt.Println(err)
	buy("order-2", 180_00)
	show("bought again:   ")
	// Output:
	// 150 of 200 spent: available 50 owed 0
	// taken back: 200
	// order returned:  available 0 owed 150
	// earning: amount[0] shoes: more comes back than is left (0 left): more than is left: invalid
	// bought again:    available 30 owed 0
}

// At the end of each month the shop books what it owes for points: the movements of
// all accounts, and the share of the sales that they defer.
func Example_monthEnd() {
	clock := &watch{}
	shop, err := loyalty.New(new(loyalty.Memory), loyalty.Programme{}, loyalty.Options{Clock: clock})
	must(err)
	ctx, till := context.Background(), loyalty.Actor{ID: "till-1", Sees: loyalty.Everyone()}
	clock.put("2026-01-05T10:00:00Z")
	for _, m := range []string{"mei", "wang"} {
		_, err = shop.Members.Enrol(ctx, till, m, loyalty.Call{})
		must(err)
		_, err = shop.Points.Earn(ctx, till, m, points.EarnCommand{Points: 5_000}, loyalty.Call{Ref: "sale of " + m})
		must(err)
	}
	clock.put("2026-02-14T10:00:00Z")
	_, err = shop.Points.Burn(ctx, till, "mei", points.BurnCommand{Points: 4_500}, loyalty.Call{})
	must(err)

	clock.put("2026-03-02T00:00:00Z")
	month := func(m time.Month) time.Time { return time.Date(2026, m, 1, 0, 0, 0, 0, time.UTC) }
	rolled, err := shop.Reports.RollForward(ctx, till, []time.Time{month(1), month(2), month(3)}, time.Time{})
	must(err)

	// 100,000.00 of sales gave 10,000 points of 1.00 each, of which 97 % will be redeemed.
	cny := func(fen int64) money.Amount { return money.Amount{Minor: fen, Currency: money.CNY} }
	split, err := liability.Sale{Price: cny(100_000_00), Products: cny(100_000_00), Issued: 10_000, Expected: 9_700,
		PointValue: money.Ratio{Num: 100, Den: 1}}.Split(liability.Options{})
	must(err)
	var periods []liability.Period
	for i, row := range rolled.Lots.Rows {
		p := liability.Period{End: calendar.DayOf(row.Until, time.UTC) - 1, Issued: row.Issued, Redeemed: row.Redeemed, Estimate: 9_700}
		if i == 0 {
			p.Deferred = split.Points
		}
		periods = append(periods, p)
		fmt.Println(p.End, "opening", row.Opening, "issued", row.Issued, "redeemed", row.Redeemed, "closing", row.Closing)
	}
	booked, err := liability.Recognise(periods, liability.Options{})
	must(err)
	for _, b := range booked {
		fmt.Println("revenue", b.Revenue, "liability", b.Closing)
	}
	// Output:
	// 2026-01-31 opening 0 issued 10000 redeemed 0 closing 10000
	// 2026-02-28 opening 10000 issued 0 redeemed 4500 closing 5500
	// revenue 0.00 CNY liability 8842.30 CNY
	// revenue 4102.10 CNY liability 4740.20 CNY
}
