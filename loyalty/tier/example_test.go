package tier_test

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/loyalty/tier"
)

// A shop with three tiers by points in the calendar year.
func Example() {
	policy := tier.Policy{Version: 1, Tiers: []tier.Tier{
		{Code: "base", Zh: "普通会员"},
		{Code: "silver", Zh: "银卡", Need: tier.Totals{Points: 500}},
		{Code: "gold", Zh: "金卡", Need: tier.Totals{Points: 1000}},
	}}
	programme, err := tier.New(time.FixedZone("CST", 8*3600), policy)
	if err != nil {
		fmt.Println(err)
		return
	}
	day := func(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 4, 0, 0, 0, time.UTC) }
	events := []tier.Event{
		{Kind: tier.Enrol, At: day(2025, 1, 10)},
		{Kind: tier.Qualify, At: day(2025, 3, 1), Points: 450, Ref: "order-1"},
		{Kind: tier.Qualify, At: day(2025, 5, 1), Points: 250, Ref: "order-2"},
		{Kind: tier.Return, At: day(2025, 5, 9), Points: 50, Ref: "return-1"},
	}
	o, err := programme.Outlook(events, day(2025, 6, 1))
	fmt.Println(err)
	fmt.Println(o.Standing.Tier, o.Standing.Why, o.Standing.Since.Format(time.DateOnly))
	fmt.Println(o.Next.Missing.Points, "points to", o.Next.Tier, "before", o.Next.By.Format(time.RFC3339))
	fmt.Println("else", o.Standing.Then, "from", o.Standing.Until.Format(time.RFC3339))
	// Output:
	// <nil>
	// silver reached 2025-05-01
	// 350 points to gold before 2025-12-31T16:00:00Z
	// else base from 2026-12-31T16:00:00Z
}

// An airline: membership years, flights or miles, a soft landing, and gold for life
// from a million miles.
func ExampleProgramme_History() {
	policy := tier.Policy{
		Version: 1, Combine: tier.Any,
		Window:    tier.Window{Kind: tier.Anniversary},
		Downgrade: tier.OneStep,
		Floors:    []tier.Floor{{Tier: "gold", Need: tier.Totals{Points: 1_000_000}}},
		Tiers: []tier.Tier{
			{Code: "member"},
			{Code: "silver", Need: tier.Totals{Points: 40_000, Visits: 25}},
			{Code: "gold", Need: tier.Totals{Points: 80_000, Visits: 40}},
		},
	}
	shanghai := time.FixedZone("CST", 8*3600)
	programme, err := tier.New(shanghai, policy)
	if err != nil {
		fmt.Println(err)
		return
	}
	enrolled := time.Date(2024, 2, 29, 10, 0, 0, 0, shanghai)
	changes, err := programme.History([]tier.Event{
		{Kind: tier.Enrol, At: enrolled},
		{Kind: tier.Qualify, At: enrolled.AddDate(0, 3, 0), Points: 60_000, Visits: 41},
	}, enrolled.AddDate(6, 0, 0))
	for _, c := range changes {
		fmt.Printf("%s %s > %s: %s\n", c.At.In(shanghai).Format(time.DateTime), c.From, c.To, c.Why.Zh())
	}
	fmt.Println(err)
	// Output:
	// 2024-02-29 10:00:00  > member: 入会
	// 2024-05-29 10:00:00 member > gold: 达标升级
	// 2026-02-28 00:00:00 gold > silver: 考核降级
	// 2027-02-28 00:00:00 silver > member: 考核降级
	// <nil>
}

func ExampleNew() {
	_, err := tier.New(nil, tier.Policy{Version: 1, Tiers: []tier.Tier{
		{Code: "base", Need: tier.Totals{Points: 1}},
		{Code: "silver", Need: tier.Totals{Points: 500}},
		{Code: "gold", Need: tier.Totals{Points: 400}},
	}})
	fmt.Println(err)
	// Output:
	// tier: tiers.need[0]: the first tier is everybody's base: invalid
	// tier: tiers.need[2]: can be reached without the tier below gold: invalid
}

// A new policy comes into force in mid-year: who has enough by it rises that day,
// nobody falls before the next review.
func ExampleProgramme_Evaluate() {
	first := tier.Policy{Version: 1, Tiers: []tier.Tier{
		{Code: "base"}, {Code: "gold", Need: tier.Totals{Points: 1000}},
	}}
	second := tier.Policy{Version: 2, From: calendar.MustDate(2025, 7, 1), Tiers: []tier.Tier{
		{Code: "base"}, {Code: "gold", Need: tier.Totals{Points: 800}},
	}}
	programme, _ := tier.New(time.UTC, first, second)
	events := []tier.Event{{Kind: tier.Qualify, At: time.Date(2025, 2, 1, 0, 0, 0, 0, time.UTC), Points: 900}}
	for _, month := range []time.Month{6, 7} {
		s, err := programme.Evaluate(events, time.Date(2025, month, 1, 0, 0, 0, 0, time.UTC))
		fmt.Println(s.Version, s.Tier, err)
	}
	// Output:
	// 1 base <nil>
	// 2 gold <nil>
}

// A purchase of last year is learned late.
func ExampleTracker() {
	programme, _ := tier.New(time.UTC, tier.Policy{Version: 1, Tiers: []tier.Tier{
		{Code: "base"}, {Code: "gold", Need: tier.Totals{Points: 1000}},
	}})
	tracker := programme.NewTracker()
	now := time.Date(2025, 3, 1, 0, 0, 0, 0, time.UTC)
	for _, e := range []tier.Event{
		{Kind: tier.Qualify, At: now.AddDate(0, -6, 0), Points: 700},
		{Kind: tier.Qualify, At: now, Points: 100},
		{Kind: tier.Qualify, At: now.AddDate(0, -5, 0), Points: 300},
	} {
		err := tracker.Add(e)
		s, _ := tracker.Standing(now)
		fmt.Println(s.Tier, err)
	}
	// Output:
	// base <nil>
	// base <nil>
	// gold <nil>
}

func ExamplePolicy_BenefitCosts() {
	policy := tier.Policy{Version: 1, Currency: money.CNY, Tiers: []tier.Tier{
		{Code: "base"},
		{Code: "gold", Need: tier.Totals{Points: 1000}, Benefits: []tier.Benefit{
			{Code: "lounge", Zh: "贵宾室", Cost: 12_050},
			{Code: "magazine", Zh: "会刊", Cost: 900, Per: tier.PerPeriod},
		}},
	}}
	costs, err := policy.BenefitCosts([]tier.Usage{
		{Tier: "gold", Benefit: "lounge", Count: 31},
		{Tier: "gold", Benefit: "magazine", Count: 200 * 12},
	})
	for _, line := range costs.Lines {
		fmt.Println(line.Benefit, line.Count, line.Cost)
	}
	fmt.Println(costs.Total, err)
	// Output:
	// lounge 31 3735.50 CNY
	// magazine 2400 21600.00 CNY
	// 25335.50 CNY <nil>
}

func ExampleKnown() {
	bought := time.Date(2025, 2, 1, 0, 0, 0, 0, time.UTC)
	events := []tier.Event{{Kind: tier.Qualify, At: bought, Recorded: bought.AddDate(0, 1, 0), Points: 900}}
	fmt.Println(len(tier.Known(events, bought)), len(tier.Known(events, bought.AddDate(0, 2, 0))))
	// Output: 0 1
}

// A policy is kept as JSON; what is not said is the default.
func ExamplePolicy() {
	var policy tier.Policy
	err := json.Unmarshal([]byte(`{
		"version": 1,
		"tiers": [{"code": "base"}, {"code": "gold", "need": {"points": 1000}}],
		"window": {"kind": "rolling", "months": 6},
		"downgrade": "to-balance"
	}`), &policy)
	fmt.Println(err, policy.Validate())
	fmt.Println(policy.Window.Kind.Zh(), policy.Upgrade.Zh(), policy.Reviews.Zh())
	// Output:
	// <nil> <nil>
	// 滚动 即时升级 每日
}
