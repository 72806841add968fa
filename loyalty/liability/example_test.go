package liability_test

import (
	"fmt"
	"time"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/loyalty/liability"
)

// yearEnd is the last day of a year.
func yearEnd(year int) calendar.Day { return calendar.MustDate(year, time.December, 31) }

// Sales of 100,000.00 earn 10,000 points worth 1.00 each; 97 % are expected to be
// redeemed. Two years later more are.
func Example() {
	sales := money.Amount{Minor: 10_000_000, Currency: money.CNY}
	expected, err := liability.ExpectedPoints(10_000, money.Ratio{Num: 97, Den: 100}, money.Exact)
	if err != nil {
		fmt.Println(err)
		return
	}
	sale := liability.Sale{Price: sales, Products: sales, Issued: 10_000, Expected: expected,
		PointValue: money.Ratio{Num: 100, Den: 1}}
	split, err := sale.Split(liability.Options{})
	fmt.Println(split.Products, split.Points, err)

	rows, err := liability.Recognise([]liability.Period{
		{End: yearEnd(2024), Deferred: split.Points, Issued: 10_000, Estimate: 9_700},
		{End: yearEnd(2025), Redeemed: 4_500, Estimate: 9_700},
		{End: yearEnd(2026), Redeemed: 4_000, Estimate: 9_900},
	}, liability.Options{})
	for _, r := range rows {
		fmt.Println(r.End, r.Opening, r.Deferred, r.Usage, r.CatchUp, r.Revenue, r.Closing)
	}
	fmt.Println(err)
	// Output:
	// 91157.70 CNY 8842.30 CNY <nil>
	// 2024-12-31 0.00 CNY 8842.30 CNY 0.00 CNY 0.00 CNY 0.00 CNY 8842.30 CNY
	// 2025-12-31 8842.30 CNY 0.00 CNY 4102.10 CNY 0.00 CNY 4102.10 CNY 4740.20 CNY
	// 2026-12-31 4740.20 CNY 0.00 CNY 3572.64 CNY -82.87 CNY 3489.77 CNY 1250.43 CNY
	// <nil>
}

func day(month time.Month, d int) time.Time { return time.Date(2026, month, d, 0, 0, 0, 0, time.UTC) }

func ExampleRollForward() {
	lots := []liability.LotHistory{
		{ID: "l-1", Issued: 300, At: day(1, 10), ExpireAt: day(3, 1), Uses: []liability.Use{
			{At: day(1, 20), Points: 100, Kind: liability.Redeemed},
			{At: day(2, 2), Points: 40, Kind: liability.Refunded}}},
		{ID: "l-2", Issued: 500, At: day(2, 5), Uses: []liability.Use{
			{At: day(3, 9), Points: 500, Kind: liability.Reversed}}},
	}
	roll, err := liability.RollForward(lots, []time.Time{day(1, 1), day(2, 1), day(3, 1), day(4, 1)}, time.UTC)
	for _, r := range roll.Rows {
		fmt.Println(r.From.Month(), r.Opening, "+", r.Issued, "+", r.Refunded, "-", r.Redeemed, "-", r.Expired, "-", r.Reversed, "=", r.Closing)
	}
	for _, v := range roll.Vintages {
		fmt.Println(v.Month, v.Rows[2].Closing)
	}
	fmt.Println(err)
	// Output:
	// January 0 + 300 + 0 - 100 - 0 - 0 = 200
	// February 200 + 500 + 40 - 0 - 0 - 0 = 740
	// March 740 + 0 + 0 - 0 - 240 - 500 = 0
	// 2026-01-01 0
	// 2026-02-01 0
	// <nil>
}

// Two of three points are redeemed, the third expires after 90 days. What is expected
// of lots that are open today follows from those that are not.
func ExampleObserve() {
	var lots []liability.LotHistory
	for i := range 60 {
		at := day(1, 1).AddDate(0, 0, 3*i) // one lot every third day
		lots = append(lots, liability.LotHistory{ID: fmt.Sprintf("l-%02d", i), Issued: 300, At: at, ExpireAt: at.AddDate(0, 0, 90),
			Uses: []liability.Use{{At: at.AddDate(0, 0, 20+i%40), Points: 200, Kind: liability.Redeemed}}})
	}
	x, err := liability.Observe(lots, day(7, 1), time.UTC, liability.ExperienceOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("lifetime %.3f redeemed, %.3f expired, %.3f open\n",
		x.Lifetime.Redeemed.Value, x.Lifetime.Expired.Value, x.Lifetime.Open.Value)
	fmt.Printf("of %d open points %.3f (%.3f to %.3f) will be redeemed\n", x.OpenPoints,
		x.Outlook.Redeemed.Value, x.Outlook.Redeemed.Lower.Value, x.Outlook.Redeemed.Upper.Value)
	for _, v := range x.Vintages[3:] {
		fmt.Println(v.Month, "redeemed", v.Redeemed, "open", v.Open, "estimate", v.Estimate)
	}
	// Output:
	// lifetime 0.687 redeemed, 0.313 expired, 0.000 open
	// of 4700 open points 0.461 (0.438 to 0.484) will be redeemed
	// 2026-04-01 redeemed 2000 open 900 estimate 2000
	// 2026-05-01 redeemed 2200 open 1100 estimate 2563
	// 2026-06-01 redeemed 0 open 2700 estimate 1803
}

func ExampleProvide() {
	cost, cur, err := liability.PerPoint([]liability.RewardCost{
		{Reward: "mug", Points: 50_000, Money: money.Amount{Minor: 40_000, Currency: money.CNY}},
		{Reward: "voucher", Points: 150_000, Money: money.Amount{Minor: 150_000, Currency: money.CNY}},
	})
	fmt.Println(cost, cur, err)
	provision, err := liability.Provide(1_000_000, 720_000, cost, cur, money.HalfUp)
	fmt.Println(provision, err)
	row, err := liability.RollProvision(money.Amount{Minor: 650_000, Currency: cur}, money.Amount{Minor: 190_000, Currency: cur}, provision)
	fmt.Println(row.Charge, err)
	// Output:
	// 19/20 CNY <nil>
	// 6840.00 CNY <nil>
	// 2240.00 CNY <nil>
}

// Two months of sales, each with its own estimate, in one table.
func ExampleTotal() {
	may := []liability.Period{
		{End: calendar.MustDate(2026, time.May, 31), Deferred: cny(50_000), Issued: 50_000, Redeemed: 5_000, Estimate: 40_000},
		{End: calendar.MustDate(2026, time.June, 30), Redeemed: 15_000, Estimate: 42_000},
	}
	june := []liability.Period{
		{End: calendar.MustDate(2026, time.June, 30), Deferred: cny(80_000), Issued: 80_000, Redeemed: 4_000, Estimate: 64_000},
	}
	var cohorts [][]liability.Recognition
	for _, periods := range [][]liability.Period{may, june} {
		rows, err := liability.Recognise(periods, liability.Options{Rounding: money.HalfUp})
		if err != nil {
			fmt.Println(err)
			return
		}
		cohorts = append(cohorts, rows)
	}
	total, err := liability.Total(cohorts...)
	for _, r := range total {
		fmt.Println(r.End, r.Opening, "+", r.Deferred, "-", r.Revenue, "=", r.Closing)
	}
	fmt.Println(err)
	// Output:
	// 2026-05-31 0.00 CNY + 500.00 CNY - 62.50 CNY = 437.50 CNY
	// 2026-06-30 437.50 CNY + 800.00 CNY - 225.60 CNY = 1011.90 CNY
	// <nil>
}

func ExampleObserveCohorts() {
	var lots []liability.LotHistory
	for i := range 100 {
		at := day(1, 1).AddDate(0, i%2, 0) // half in January, half in February
		l := liability.LotHistory{ID: fmt.Sprintf("l-%02d", i), Member: fmt.Sprintf("m-%02d", i), Issued: 100, At: at}
		if i%4 == 0 || i%6 == 1 {
			l.Uses = []liability.Use{{At: at.AddDate(0, 0, 10), Points: 100, Kind: liability.Redeemed}}
		}
		lots = append(lots, l)
	}
	cohorts, err := liability.ObserveCohorts(lots, day(4, 1), time.UTC, liability.ExperienceOptions{MinMembers: 50})
	for _, c := range cohorts {
		fmt.Printf("%v %.2f of %d points redeemed by day %d\n", c.Month, c.Experience.Lifetime.Redeemed.Value, c.Experience.Points, c.Experience.Last)
	}
	fmt.Println(err)
	// Output:
	// 2026-01-01 0.50 of 5000 points redeemed by day 90
	// 2026-02-01 0.34 of 5000 points redeemed by day 59
	// <nil>
}
