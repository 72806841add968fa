package earning_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/shopspring/decimal"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/loyalty/earning"
)

// A coffee shop: a point for each yuan, half as much again for gold members, twice
// on Saturdays, and not more than 200 points a day.
func Example() {
	plan, err := earning.Compile(earning.Programme{
		Version: 1, Currency: money.CNY, Zone: "Asia/Shanghai",
		Rules: []earning.Rule{
			{ID: "base", Kind: earning.PerMoney, Points: decimal.NewFromInt(1), QP: decimal.NewFromInt(1)},
			{ID: "gold", Kind: earning.Multiplier, Factor: decimal.RequireFromString("1.5"),
				When: earning.Condition{Tiers: []string{"gold"}}},
			{ID: "saturday", Kind: earning.Multiplier, Factor: decimal.NewFromInt(2),
				When: earning.Condition{Windows: []earning.Window{{Days: []time.Weekday{time.Saturday}}}}},
		},
		Caps: []earning.Cap{{ID: "daily", Period: earning.InDay, Limit: 200}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	order := earning.Order{Currency: money.CNY, Lines: []earning.Line{
		{ID: "1", SKU: "latte", Amount: 60_00}, {ID: "2", SKU: "beans", Amount: 40_00}}}
	result, err := plan.Earn(order, earning.Context{At: noon, Zone: shanghai, Tier: "gold"})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(result.Points, result.QP)
	for _, f := range result.Findings("order-7", calendar.DayOf(noon, shanghai)) {
		text, err := earning.Catalogue().Render(f, finding.English)
		fmt.Println(text, err)
	}
	fmt.Println(result.Counters[0])
	// Output:
	// 200 100
	// rule base gave 100 points and 100 qualifying points <nil>
	// rule gold, times 1.5, added 50 points and 0 qualifying points <nil>
	// rule saturday, times 2, added 150 points and 0 qualifying points <nil>
	// limit daily reached: 100 points and 0 qualifying points less <nil>
	// {daily 2026-03-14 200}
}

// A programme is data: it is stored, versioned and read as JSON.
func ExampleCompile() {
	var p earning.Programme
	err := json.Unmarshal([]byte(`{
		"version": 3, "currency": "CNY", "rounding": "half-up", "level": "per-line", "stacking": "best-only",
		"rules": [
			{"id": "base", "kind": "per-money", "points": "1", "per": "5"},
			{"id": "happy-hour", "kind": "multiplier", "factor": "2", "when": {"windows": [{"days": [1,2,3,4,5], "from": "17:00", "until": "19:00"}]}},
			{"id": "birthday", "kind": "multiplier", "factor": "3", "when": {"birthday_month": true}}
		]}`), &p)
	if err != nil {
		fmt.Println(err)
		return
	}
	plan, err := earning.Compile(p)
	if err != nil {
		fmt.Println(err)
		return
	}
	quote, err := plan.Quote(earning.OfPoints, "base")
	fmt.Println(quote.Rate(), plan.Rounding(), plan.Level(), err)
	// Output: 1/500 half-up per-line <nil>
}

// Validate names every fault at once.
func ExampleProgramme_Validate() {
	p := earning.Programme{Currency: money.CNY, Rules: []earning.Rule{
		{ID: "base", Kind: earning.PerMoney, Points: decimal.NewFromInt(-1)},
		{ID: "half", Kind: earning.Multiplier, Factor: decimal.RequireFromString("0.5")},
	}}
	fmt.Println(p.Validate())
	// Output:
	// earning: version: is below 1: invalid
	// earning: points[0] base: is not 0 or more, of at most 18 digits on either side of the point: invalid
	// earning: factor[1] half: is not 1 or more, of at most 18 digits on either side of the point: invalid
}

// What a product page shows: how many points for a price, for a gold member.
func ExamplePlan_Quote() {
	plan, err := earning.Compile(programme(perYuan(), times("gold", "1.5"), times("promo", "2")))
	if err != nil {
		fmt.Println(err)
		return
	}
	quote, err := plan.Quote(earning.OfPoints, "base", "gold")
	if err != nil {
		fmt.Println(err)
		return
	}
	points, err := quote.Points(19_99)
	fmt.Println(quote.Rate(), points, err)
	// Output: 3/200 29 <nil>
}

func ExamplePlan_Preview() {
	plan, err := earning.Compile(programme(perYuan(), times("promo", "2")))
	if err != nil {
		fmt.Println(err)
		return
	}
	points, qp, err := plan.Preview(order(19_99), at(noon))
	fmt.Println(points, qp, err)
	// Output: 39 19 <nil>
}

// Why there were no double points.
func ExamplePlan_Refusals() {
	promo := times("promo", "2")
	promo.When.MinSpend = decimal.NewFromInt(100)
	plan, err := earning.Compile(programme(perYuan(), promo))
	if err != nil {
		fmt.Println(err)
		return
	}
	refused, err := plan.Refusals(order(99_99), at(noon))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, r := range refused {
		text, err := earning.Catalogue().Render(r.Finding("order-7", calendar.DayOf(noon, shanghai)), finding.Chinese)
		fmt.Println(text, err)
	}
	// Output: 规则 promo 不适用：未达起点金额 <nil>
}

// Three lines come back one by one. Each takes its recorded points along, and a
// fourth return is refused.
func ExampleResult_Return() {
	plan, err := earning.Compile(programme(perYuan()))
	if err != nil {
		fmt.Println(err)
		return
	}
	result, err := plan.Earn(order(33_40, 33_40, 33_20), at(noon))
	if err != nil {
		fmt.Println(err)
		return
	}
	var before []earning.Return
	for _, now := range []earning.Return{{Line: "a", Amount: 10_00}, {Line: "b", Amount: 33_40}, {Line: "c", Amount: 33_20}, {Line: "a", Amount: 23_40}} {
		points, qp, err := result.Return(before, []earning.Return{now})
		fmt.Println(now.Line, points, qp, err)
		before = append(before, now)
	}
	_, _, err = result.Return(before, []earning.Return{{Line: "b", Amount: 1}})
	fmt.Println(errors.Is(err, earning.ErrOverReturn), err)
	// Output:
	// a 9 9 <nil>
	// b 33 33 <nil>
	// c 34 34 <nil>
	// a 24 24 <nil>
	// true earning: amount[0] b: more comes back than is left (0 left): more than is left: invalid
}

// A price reduction for the order as a whole.
func ExampleResult_Spread() {
	plan, err := earning.Compile(programme(perYuan()))
	if err != nil {
		fmt.Println(err)
		return
	}
	result, err := plan.Earn(order(60_00, 40_00), at(noon))
	if err != nil {
		fmt.Println(err)
		return
	}
	now, err := result.Spread(nil, 10_00)
	if err != nil {
		fmt.Println(err)
		return
	}
	points, qp, err := result.Return(nil, now)
	fmt.Println(now, points, qp, err)
	// Output: [{a 600 0} {b 400 0}] 10 10 <nil>
}

// An amount that the host keeps as a decimal.
func ExampleMinor() {
	fen, err := earning.Minor(decimal.RequireFromString("19.9900"), money.CNY)
	fmt.Println(fen, err)
	_, err = earning.Minor(decimal.RequireFromString("19.999"), money.CNY)
	fmt.Println(err)
	// Output:
	// 1999 <nil>
	// earning: amount: is not a number of minor units: invalid
}
