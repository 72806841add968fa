package loyalty_test

import (
	"context"
	"fmt"
	"time"

	"github.com/shopspring/decimal"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/crm/segment"
	"github.com/guanxi-go/guanxi/loyalty"
	"github.com/guanxi-go/guanxi/loyalty/earning"
	"github.com/guanxi-go/guanxi/loyalty/points"
	"github.com/guanxi-go/guanxi/loyalty/tier"
)

// airlinePolicy has tiers by membership year.
func airlinePolicy() tier.Policy {
	return tier.Policy{
		Version: 1, Currency: money.CNY, Window: tier.Window{Kind: tier.Anniversary}, Downgrade: tier.OneStep,
		Tiers: []tier.Tier{
			{Code: "blue"},
			{Code: "silver", Need: tier.Totals{Points: 500}},
			{Code: "gold", Need: tier.Totals{Points: 1000}, Benefits: []tier.Benefit{
				{Code: "lounge", Cost: 120_00}, {Code: "magazine", Cost: 15_00, Per: tier.PerPeriod}}},
		},
	}
}

// airline has tiers by membership year, and double miles for gold members. Wang has
// been a member since 29 February 2024.
func airline() (context.Context, *loyalty.Loyalty, *today) {
	zone := time.FixedZone("Asia/Shanghai", 8*60*60)
	tiers, err := tier.New(zone, airlinePolicy())
	if err != nil {
		panic(err)
	}
	plan, err := earning.Compile(earning.Programme{Version: 1, Currency: money.CNY, Rules: []earning.Rule{
		{ID: "miles", Kind: earning.PerUnit, Points: decimal.NewFromInt(1), QP: decimal.NewFromInt(1)},
		{ID: "gold", Kind: earning.Multiplier, Factor: decimal.NewFromInt(2), When: earning.Condition{Tiers: []string{"gold"}}},
	}})
	if err != nil {
		panic(err)
	}
	clock := &today{time.Date(2024, 2, 29, 10, 0, 0, 0, zone)}
	l, err := loyalty.New(&loyalty.Memory{}, loyalty.Programme{Points: points.Policy{Zone: zone}, Tiers: tiers, Earning: plan, ReturnsFromPurchase: true}, loyalty.Options{Clock: clock})
	if err != nil {
		panic(err)
	}
	ctx := context.Background()
	if _, err := l.Members.Enrol(ctx, frontDesk, "wang", loyalty.Call{}); err != nil {
		panic(err)
	}
	return ctx, l, clock
}

func fly(ctx context.Context, l *loyalty.Loyalty, ticket string, miles int64) loyalty.OrderEarned {
	flight := earning.Order{Currency: money.CNY, Lines: []earning.Line{{ID: "leg", Amount: 800_00, Units: miles}}}
	done, err := l.Orders.Earn(ctx, frontDesk, "wang", loyalty.Purchase{Order: flight}, loyalty.Call{Ref: ticket})
	if err != nil {
		panic(err)
	}
	return done
}

// A year of flights: what is missing, what is reached, and until when.
func ExampleTiers_Outlook() {
	ctx, l, clock := airline()
	fly(ctx, l, "t1", 900)
	ahead, err := l.Tiers.Outlook(ctx, frontDesk, "wang", time.Time{})
	fmt.Println(ahead.Standing.Tier, "to", ahead.Next.Tier, ahead.Next.Missing.Points, err)

	clock.Time = clock.AddDate(0, 3, 0)
	fly(ctx, l, "t2", 100)
	fmt.Println(fly(ctx, l, "t3", 100).Points) // by now a gold member

	standing, err := l.Tiers.Standing(ctx, frontDesk, "wang", time.Time{})
	fmt.Println(standing.Tier, standing.Why, "until", standing.Until, "then", standing.Then, err)
	// Output:
	// silver to gold 100 <nil>
	// 200
	// gold reached until 2026-02-27 16:00:00 +0000 UTC then silver <nil>
}

// A flight that is refunded months later counts as if it had never been; what was
// answered before can still be asked.
func ExampleTiers_StandingAsOf() {
	ctx, l, clock := airline()
	fly(ctx, l, "t1", 1000)
	answered := clock.AddDate(0, 1, 0)
	clock.Time = clock.AddDate(0, 2, 0)
	_, err := l.Orders.Return(ctx, frontDesk, "t1", loyalty.Return{All: true}, loyalty.Call{})
	fmt.Println(err)
	now, err := l.Tiers.Standing(ctx, frontDesk, "wang", answered)
	fmt.Println(now.Tier, err)
	then, err := l.Tiers.StandingAsOf(ctx, frontDesk, "wang", answered, answered)
	fmt.Println(then.Tier, err)
	// Output:
	// <nil>
	// blue <nil>
	// gold <nil>
}

// A tier by hand, for a while.
func ExampleTiers_Grant() {
	ctx, l, clock := airline()
	until := clock.AddDate(0, 6, 0)
	granted, err := l.Tiers.Grant(ctx, frontDesk, "wang", "gold", until, loyalty.Call{Ref: "case-7", Reason: "lost luggage"})
	fmt.Println(granted.Tier, granted.Ref, err)
	revoked, err := l.Tiers.Revoke(ctx, frontDesk, "wang", "case-7", loyalty.Call{})
	fmt.Println(revoked.Tier, err)
	clock.Time = clock.AddDate(0, 1, 0)
	placed, err := l.Tiers.Place(ctx, frontDesk, "wang", "silver", loyalty.Call{})
	fmt.Println(placed.Tier, err)
	changes, err := l.Tiers.History(ctx, frontDesk, "wang", time.Time{})
	for _, c := range changes {
		fmt.Println(c.To, c.Why)
	}
	fmt.Println(err)
	// Output:
	// gold case-7 <nil>
	// blue <nil>
	// silver <nil>
	// blue enrolled
	// silver placed
	// <nil>
}

// What the benefits of the tiers cost: members by tier, and what they used.
func ExampleTiers_Count() {
	ctx, l, _ := airline()
	fly(ctx, l, "t1", 1000)
	if _, err := l.Due.Run(ctx, frontDesk, loyalty.DueOptions{}); err != nil {
		fmt.Println(err)
	}
	counts, err := l.Tiers.Count(ctx, frontDesk)
	fmt.Println(counts, err)

	events, err := l.Tiers.Events(ctx, frontDesk, "wang")
	fmt.Println(len(events), err) // the enrolment and a flight
	usage := []tier.Usage{{Tier: "gold", Benefit: "lounge", Count: 3}, {Tier: "gold", Benefit: "magazine", Count: int64(counts[2].Members)}}
	policy := airlinePolicy()
	costs, err := policy.BenefitCosts(usage)
	fmt.Println(costs.Total, err)
	// Output:
	// [{blue 0 0} {silver 0 0} {gold 1 0}] <nil>
	// 2 <nil>
	// 375.00 CNY <nil>
}

// Who comes back, and where the member stands on the ladder of loyal customers.
func ExampleMetrics() {
	ctx, l, clock := airline()
	from := clock.Time
	for i := range 3 {
		fly(ctx, l, fmt.Sprint("t", i), 500)
		clock.Time = clock.AddDate(0, 1, 0)
	}
	repurchase, err := l.Metrics.Repurchase(ctx, frontDesk, from, clock.Time)
	fmt.Println(repurchase.Num, "of", repurchase.Den, err)
	part, err := l.Metrics.Participation(ctx, frontDesk, from, clock.Time)
	fmt.Println(part.Num, "of", part.Den, err)
	regular, err := l.Metrics.Buyers(ctx, frontDesk, from, clock.Time, 3)
	fmt.Println(regular[0].Member, regular[0].Days, regular[0].Spend, err)
	brought, err := l.Metrics.Referrers(ctx, frontDesk, from, clock.Time)
	fmt.Println(len(brought), err)

	did, err := l.Metrics.Behaviour(ctx, frontDesk, "wang", calendar.DayOf(clock.Time, time.UTC))
	fmt.Println(did.Purchases, did.Recency, err)
	rung, why, err := segment.LadderPolicy{}.Suggest(did)
	fmt.Println(rung, rung.Zh(), why, err)
	// Output:
	// 1 of 1 <nil>
	// 1 of 1 <nil>
	// wang 3 [2400.00 CNY] <nil>
	// 0 <nil>
	// 3 30 <nil>
	// loyal 忠诚顾客 stays <nil>
}

// The programme got another policy: what accounts keep is computed anew.
func ExampleTiers_Refresh() {
	ctx, l, _ := airline()
	done, err := l.Tiers.Refresh(ctx, frontDesk, "", 0)
	fmt.Println(done.Passed, "members,", done.Changed, "changed", err)
	// Output: 1 members, 0 changed <nil>
}
