package crm_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/shopspring/decimal"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/crm/party"
	"github.com/guanxi-go/guanxi/crm/pipeline"
	"github.com/guanxi-go/guanxi/crm/pipeline/quote"
	"github.com/guanxi-go/guanxi/crm/receivable"
	"github.com/guanxi-go/guanxi/crm/segment"
)

// A pipeline with what it will bring, and between which sums that lies in nine cases of
// ten.
func ExampleOpportunities_Forecast() {
	ctx, c := start()
	march := calendar.MustDate(2026, 3, 31)
	visited := []pipeline.Criterion{{Proof: pipeline.Field, Name: "contact"}, {Proof: pipeline.Field, Name: "need"}, {Proof: pipeline.Activity, Name: "visit"}}
	for i, thousands := range []int64{50, 80, 120, 200, 30} {
		stage := []string{"intent", "visit"}[i%2]
		_, err := c.Opportunities.Open(ctx, boss, crm.OpenOpportunity{Customer: "c1", Owner: li, Stage: stage, Met: visited,
			Expectation: crm.Expectation{Amount: money.Amount{Minor: thousands * 1000_00, Currency: money.CNY}, Close: march}})
		if err != nil {
			panic(err)
		}
	}
	f, err := c.Opportunities.Forecast(ctx, boss, crm.OpportunityFilter{Owner: "li"}, calendar.MustDate(2026, 1, 15), crm.ForecastOptions{})
	if err != nil {
		panic(err)
	}
	low, high, err := f.Amount.Interval(0.9)
	if err != nil {
		panic(err)
	}
	fmt.Println(f.Total.Deals, "open, if all are won:", money.FormatMinor(f.Total.Amount, 2))
	fmt.Println("expected:", f.Total.Expected)
	fmt.Println("90 percent:", money.FormatMinor(low, 2), "to", money.FormatMinor(high, 2))
	fmt.Printf("at least 100000.00: %.3f\n", f.Amount.AtLeast(100_000_00))
	// Output:
	// 5 open, if all are won: 480000.00
	// expected: 162000
	// 90 percent: 0.00 to 370000.00
	// at least 100000.00: 0.629
}

// A refusal says all that is missing, and an order wins the opportunity in one commit.
func ExampleOpportunities_Win() {
	ctx, c := start()
	id, err := c.Opportunities.Open(ctx, boss, crm.OpenOpportunity{ID: "o1", Customer: "c1", Title: "a new lathe", Owner: li,
		Expectation: crm.Expectation{Amount: money.Amount{Minor: 90_000_00, Currency: money.CNY}}})
	if err != nil {
		panic(err)
	}
	_, err = c.Opportunities.Move(ctx, boss, id, crm.Promotion{To: "negotiate"})
	var refused *pipeline.Error
	if errors.As(err, &refused) {
		fmt.Println("missing:", refused.Missing)
	}
	third := money.Ratio{Num: 1, Den: 3}
	won, err := c.Opportunities.Win(ctx, boss, id, crm.Winning{Order: "so1", On: calendar.MustDate(2026, 1, 5), Terms: []receivable.Term{
		{Share: third, Event: receivable.Signing}, {Share: third, Event: receivable.Shipment, Days: 10}, {Share: third, Event: receivable.Acceptance, Days: 30}}})
	if err != nil {
		panic(err)
	}
	o, err := c.Opportunities.Get(ctx, boss, id)
	fmt.Println(o.Stage, o.Type.Zh(), won.Instalments, err)
	// Output:
	// missing: [field contact field need activity visit document quote]
	// execute 赢单 [so1/1 so1/2 so1/3] <nil>
}

// What has stood still for too long, in the language of who reads it.
func ExampleOpportunities_Stuck() {
	ctx, c := start()
	if _, err := c.Opportunities.Open(ctx, boss, crm.OpenOpportunity{ID: "o1", Customer: "c1", Owner: li}); err != nil {
		panic(err)
	}
	found, err := c.Opportunities.Stuck(ctx, boss, crm.OpportunityFilter{Owner: "li"}, calendar.MustDate(2026, 2, 10).Start(time.UTC), pipeline.StuckOptions{})
	if err != nil {
		panic(err)
	}
	for _, f := range found {
		text, err := pipeline.Catalogue().Render(f, finding.Chinese)
		fmt.Println(f.Subject, text, err)
	}
	// Output:
	// o1 在“寻找潜在客户”阶段已停留 39 天，上限 30 天（规定期限） <nil>
	// o1 “寻找潜在客户”阶段已 40 天无有效跟进，上限 30 天 <nil>
}

// Below its floor a quote is not sent until somebody has approved it.
func ExampleQuotes_Send() {
	ctx, c := start()
	if _, err := c.Opportunities.Open(ctx, boss, crm.OpenOpportunity{ID: "o1", Customer: "c1", Owner: li}); err != nil {
		panic(err)
	}
	q, err := c.Quotes.Draft(ctx, boss, crm.NewQuote{ID: "q1", Opportunity: "o1", Currency: money.CNY,
		Lines: []quote.Line{{Quantity: decimal.NewFromInt(3), Price: decimal.RequireFromString("19.99"), Discount: decimal.RequireFromString("0.15")}},
		Floor: quote.Floor{Price: money.Amount{Minor: 55_00, Currency: money.CNY}}})
	fmt.Println("round", q.Round, q.Net, err)
	_, err = c.Quotes.Send(ctx, boss, "q1", crm.Call{})
	fmt.Println(err)
	for _, do := range []func() (crm.Entry, error){
		func() (crm.Entry, error) { return c.Quotes.Submit(ctx, boss, "q1", crm.Call{}) },
		func() (crm.Entry, error) { return c.Quotes.Approve(ctx, boss, "q1", "approval-7", crm.Call{}) },
	} {
		if _, err := do(); err != nil {
			panic(err)
		}
	}
	sent, err := c.Quotes.Send(ctx, boss, "q1", crm.Call{})
	if err != nil {
		panic(err)
	}
	text, err := quote.Catalogue().Render(sent.Found[0], finding.English)
	fmt.Println(text, err)
	// Output:
	// round 1 50.97 CNY <nil>
	// quote: approval: below the floor it needs approval: incomplete
	// 50.97 CNY lies below the floor of 55.00 CNY and needs approval <nil>
}

// An order without an opportunity, from draft to delivery.
func ExampleOrders_Sign() {
	ctx, c := start()
	id, err := c.Orders.Draft(ctx, boss, crm.NewOrder{ID: "so9", Customer: "c2", Amount: money.Amount{Minor: 1200_00, Currency: money.CNY}})
	if err != nil {
		panic(err)
	}
	for _, do := range []func(context.Context) (crm.Entry, error){
		func(ctx context.Context) (crm.Entry, error) { return c.Orders.Sign(ctx, boss, id, crm.Signing{}) },
		func(ctx context.Context) (crm.Entry, error) { return c.Orders.Start(ctx, boss, id, crm.Call{}) },
		func(ctx context.Context) (crm.Entry, error) { return c.Orders.Complete(ctx, boss, id, crm.Call{}) },
	} {
		e, err := do(ctx)
		fmt.Println(e.To, e.Amount, err)
	}
	o, err := c.Orders.Get(ctx, boss, id)
	fmt.Println(o.Owner, o.State.Zh(), err)
	// Output:
	// signed 120000 <nil>
	// executing 120000 <nil>
	// completed 120000 <nil>
	// li 已完成 <nil>
}

// An order that was signed is a purchase, without a second copy of it.
func ExampleOrderPurchases() {
	ctx, store := context.Background(), new(crm.Memory)
	c, err := crm.New(store, crm.Options{Clock: newYear(), Purchases: crm.OrderPurchases{Store: store}})
	if err != nil {
		panic(err)
	}
	for i, id := range []string{"north mill", "south mill"} {
		if _, err := c.Customers.Register(ctx, boss, crm.Registration{ID: id, Profile: party.Profile{Type: party.Organisation, Name: id}, Owner: li}); err != nil {
			panic(err)
		}
		for n := range 3 - 2*i {
			order, err := c.Orders.Draft(ctx, boss, crm.NewOrder{Customer: id, Amount: money.Amount{Minor: 1200_00, Currency: money.CNY}})
			if err != nil {
				panic(err)
			}
			if _, err := c.Orders.Sign(ctx, boss, order, crm.Signing{On: calendar.MustDate(2025, 10, 1).AddMonths(n)}); err != nil {
				panic(err)
			}
		}
	}
	whole, err := c.Overview.Of(ctx, boss, "north mill")
	fmt.Println(whole.Spending[0].Purchases, whole.Spending[0].Value, err)
	sum, err := c.Overview.Purchases(ctx, boss, crm.PurchaseFilter{}, segment.Options{})
	if err != nil {
		panic(err)
	}
	rfm, err := sum.RFM(calendar.MustDate(2026, 1, 1), segment.Scoring{})
	if err != nil {
		panic(err)
	}
	for row := range rfm.All() {
		fmt.Println(row.ID, row.Recency, row.Purchases, money.FormatMinor(row.Value, 2))
	}
	// Output:
	// 3 3600.00 CNY <nil>
	// north mill 31 3 3600.00
	// south mill 92 1 1200.00
}
