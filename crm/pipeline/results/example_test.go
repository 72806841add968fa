package results_test

import (
	"fmt"

	"github.com/shopspring/decimal"

	"github.com/guanxi-go/guanxi/crm/pipeline/results"
	"github.com/guanxi-go/guanxi/crm/timeline"
)

// Who sold what in a quarter, and how much of what was closed was won.
func ExampleSalesResults() {
	table, err := results.SalesResults([]results.Sale{
		{ID: "O-1", At: on("2026-01-15"), Minor: 500000, Staff: "s-1"},
		{ID: "O-2", At: on("2026-02-20"), Outcome: results.Lost, Staff: "s-1"},
		{ID: "O-3", At: on("2026-03-31"), Minor: 300000, Staff: "s-2"},
	}, period("2026-01-01", "2026-04-01"), func(s results.Sale) string { return s.Staff })
	if err != nil {
		panic(err)
	}
	for _, r := range table.Rows {
		won, _ := r.WinRate()
		fmt.Printf("%s %d won, %d fen, win rate %.2f (%.2f to %.2f)\n", r.Key, r.Won, r.Minor, won.Share, won.Low, won.High)
	}
	fmt.Println("total", table.Total.Minor)
	// Output:
	// s-1 1 won, 500000 fen, win rate 0.50 (0.09 to 0.91)
	// s-2 1 won, 300000 fen, win rate 1.00 (0.21 to 1.00)
	// total 800000
}

// February against that of a leap year, per day.
func ExampleYearOnYear() {
	sales := []results.Sale{{ID: "1", At: on("2024-02-29"), Minor: 2900}, {ID: "2", At: on("2025-02-10"), Minor: 2800}}
	c, err := results.YearOnYear(sales, period("2025-02-01", "2025-03-01"), nil, results.GrowthOptions{Per: results.PerDay})
	if err != nil {
		panic(err)
	}
	fmt.Println(c.NowDays, c.BeforeDays, c.Total.Difference, c.Total.Growth.Decimal)
	// Output: 28 29 -100 0
}

// A year by months and quarters.
func ExampleYearSales() {
	sales := []results.Sale{{ID: "1", At: on("2026-02-28"), Minor: 2900}, {ID: "2", At: on("2026-05-10"), Minor: 2800}}
	table, err := results.YearSales(sales, 2026, shanghai, nil)
	if err != nil {
		panic(err)
	}
	fmt.Println(table.Total.Months[1].Minor, table.Total.Quarter(2).Minor, table.Total.Year.Minor)
	// Output: 2900 2800 5700
}

func ExampleContactActivity() {
	table, err := results.ContactActivity([]results.Contact{
		{ID: "1", At: on("2026-03-02"), Staff: "s-1", Channel: timeline.Phone, Direction: timeline.Outbound, Outcome: timeline.NoAnswer},
		{ID: "2", At: on("2026-03-03"), Staff: "s-1", Channel: timeline.Phone, Direction: timeline.Outbound, Outcome: timeline.Reached},
	}, period("2026-03-01", "2026-04-01"), func(c results.Contact) string { return c.Staff })
	if err != nil {
		panic(err)
	}
	fmt.Println(table.Rows[0].Key, table.Rows[0].Contacts, table.Rows[0].Reached)
	// Output: s-1 2 1
}

func ExampleMessages() {
	table, err := results.Messages([]results.Message{
		{ID: "1", At: on("2026-03-02"), Delivery: results.Delivered, Segments: 2},
		{ID: "2", At: on("2026-03-02"), Delivery: results.Failed, Segments: 2},
	}, period("2026-03-01", "2026-04-01"), nil)
	if err != nil {
		panic(err)
	}
	fmt.Println(table.Total.Messages, table.Total.Segments, table.Total.Failed)
	// Output: 2 4 1
}

func ExamplePrepayments() {
	table, err := results.Prepayments([]results.Prepayment{
		{ID: "1", At: on("2026-02-10"), Movement: timeline.Received, Minor: 100000, Customer: "C-1"},
		{ID: "2", At: on("2026-03-10"), Movement: timeline.Applied, Minor: 30000, Customer: "C-1"},
	}, period("2026-03-01", "2026-04-01"), func(p results.Prepayment) string { return p.Customer })
	if err != nil {
		panic(err)
	}
	r := table.Rows[0]
	fmt.Println(r.Key, r.Opening, "-", r.Applied, "=", r.Closing)
	// Output: C-1 100000 - 30000 = 70000
}

// Three quarters of the target in sales, which counts 0.6, and all visits.
func ExampleAppraisal() {
	d := decimal.RequireFromString
	rows, err := results.Appraisal(
		[]results.Measure{{ID: "sales", Weight: d("0.6")}, {ID: "visits", Weight: d("0.4")}},
		[]results.Achieved{
			{Staff: "s-1", Measure: "sales", Target: d("400000"), Actual: d("300000")},
			{Staff: "s-1", Measure: "visits", Target: d("12"), Actual: d("15")},
		}, results.AppraisalOptions{})
	if err != nil {
		panic(err)
	}
	fmt.Println(rows[0].Staff, rows[0].Score.Decimal)
	// Output: s-1 0.85
}
