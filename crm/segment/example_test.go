package segment_test

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/crm/purchase"
	"github.com/guanxi-go/guanxi/crm/segment"
)

func day(month time.Month, d int) calendar.Day { return calendar.MustDate(2026, month, d) }

func yuan(minor int64) money.Amount { return money.Amount{Minor: minor, Currency: money.CNY} }

// From a CSV log to named segments.
func Example() {
	log := `customer,date,amount
Li,2026-01-05,120.00
Li,2026-02-03,80.00
Li,2026-03-01,95.50
Wang,2026-01-20,15.00
Zhao,2026-02-27,400.00
Zhao,2026-03-02,350.00
Chen,2025-11-11,20.00
`
	reader := purchase.NewReader[string](strings.NewReader(log), purchase.Options{})
	var summary segment.Summary[string]
	if err := summary.AddAll(reader.Batches()); err != nil {
		fmt.Println(err)
		return
	}
	rfm, err := summary.RFM(0, segment.Scoring{})
	if err != nil {
		fmt.Println(err)
		return
	}
	names, err := segment.NewNaming(segment.DefaultBins, segment.DefaultSegments())
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("as of", rfm.AsOf())
	for c := range rfm.All() {
		fmt.Printf("%-4s %3d days, %d purchases, %7s  %s %s\n", c.ID, c.Recency, c.Purchases,
			money.FormatMinor(c.Value, 2), c.Score, names.Name(c.Score))
	}
	// Output:
	// as of 2026-03-03
	// Chen 112 days, 1 purchases,   20.00  112 Hibernating
	// Li     2 days, 3 purchases,  295.50  454 Loyal Customers
	// Wang  42 days, 1 purchases,   15.00  211 Hibernating
	// Zhao   1 days, 2 purchases,  750.00  545 Champions
}

func ExampleSummary_Add() {
	var s segment.Summary[int64]
	for _, p := range []purchase.Purchase[int64]{
		{Customer: 7, Day: day(time.March, 1), Amount: yuan(1000)},
		{Customer: 7, Day: day(time.March, 9), Amount: yuan(-250)}, // a refund
		{Customer: 8, Day: day(time.March, 9), Amount: yuan(0)},    // a free sample
	} {
		if err := s.Add(p); err != nil {
			fmt.Println(err)
			return
		}
	}
	t, err := s.Totals()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(t.Customers, "customers,", t.Purchases, "purchases,", t.Refunds, "refund,", t.Value)
	err = s.Add(purchase.Purchase[int64]{Customer: 9, Day: day(time.March, 9), Amount: money.Amount{Minor: 1, Currency: money.USD}})
	fmt.Println(errors.Is(err, segment.ErrCurrency), err)
	// Output:
	// 2 customers, 2 purchases, 1 refund, 7.50 CNY
	// true segment: currency, row 0: amounts in USD met amounts in CNY without rates: currency mismatch
}

// Two shards summed apart give what one pass gives.
func ExampleSummary_Merge() {
	var north, south segment.Summary[string]
	_ = north.Add(purchase.Purchase[string]{Customer: "Li", Day: day(time.March, 1), Amount: yuan(1000)})
	_ = south.Add(purchase.Purchase[string]{Customer: "Li", Day: day(time.April, 2), Amount: yuan(500)})

	saved, err := south.MarshalBinary() // on another machine
	if err != nil {
		fmt.Println(err)
		return
	}
	var loaded segment.Summary[string]
	if err := loaded.UnmarshalBinary(saved); err != nil {
		fmt.Println(err)
		return
	}
	if err := north.Merge(&loaded); err != nil {
		fmt.Println(err)
		return
	}
	rfm, err := north.RFM(day(time.April, 10), segment.Scoring{})
	if err != nil {
		fmt.Println(err)
		return
	}
	c, _ := rfm.Customer("Li")
	fmt.Println(c.First, c.Last, c.Recency, c.Purchases, c.Value)
	// Output: 2026-03-01 2026-04-02 8 2 1500
}

func purchases() *segment.Summary[int64] {
	var s segment.Summary[int64]
	for i := range int64(10) {
		for n := range i/3 + 1 {
			_ = s.Add(purchase.Purchase[int64]{Customer: i + 1, Day: day(time.January, int(20-i+n)), Amount: yuan(1000 * (i + 1))})
		}
	}
	return &s
}

// The purchases are 1, 1, 1, 2, 2, 2, 3, 3, 3 and 4. The rank policies never part
// customers with equal values; TiesSplit does.
func ExampleTies() {
	for _, ties := range []segment.Ties{segment.TiesMin, segment.TiesMid, segment.TiesMax, segment.TiesSplit} {
		rfm, err := purchases().RFM(0, segment.Scoring{Ties: ties})
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("%-5s", ties)
		for c := range rfm.All() {
			fmt.Print(" ", c.Score.F)
		}
		fmt.Println()
	}
	// Output:
	// min   1 1 1 2 2 2 4 4 4 5
	// mid   1 1 1 3 3 3 4 4 4 5
	// max   2 2 2 3 3 3 5 5 5 5
	// split 1 1 2 2 3 3 4 4 5 5
}

// Cut points found once score customers who come later.
func ExampleRFM_Cuts() {
	rfm, err := purchases().RFM(0, segment.Scoring{Bins: 3})
	if err != nil {
		fmt.Println(err)
		return
	}
	cuts, _ := rfm.Cuts()
	fmt.Println("recency at most", cuts.Recency, "purchases at least", cuts.Frequency[0], "value at least", cuts.Value[0])
	score, _ := cuts.Score(30, 5, 99_900)
	fmt.Println(score)
	// Output:
	// recency at most [4 2] purchases at least [3 4] value at least [8001 21001]
	// 133
}

func ExampleNewNaming() {
	_, err := segment.NewNaming(2, []segment.Segment{
		{Name: "Good", R: segment.Interval{From: 2, To: 2}, F: segment.Interval{From: 1, To: 2}, M: segment.Interval{From: 1, To: 2}},
		{Name: "Best", R: segment.Interval{From: 2, To: 2}, F: segment.Interval{From: 2, To: 2}, M: segment.Interval{From: 1, To: 2}},
	})
	fmt.Println(err)
	// Output: segment: segment, row 1: overlaps row 0: invalid
}

func ExampleEightSegments() {
	table, err := segment.EightSegments(segment.DefaultBins, 4)
	if err != nil {
		fmt.Println(err)
		return
	}
	names, err := segment.NewNaming(segment.DefaultBins, table)
	if err != nil {
		fmt.Println(err)
		return
	}
	at, _ := names.Of(segment.Score{R: 2, F: 5, M: 5})
	fmt.Println(table[at].Zh)
	// Output: 重要保持客户
}

func ExampleRFM_Report() {
	rfm, err := purchases().RFM(0, segment.Scoring{})
	if err != nil {
		fmt.Println(err)
		return
	}
	names, err := segment.NewNaming(segment.DefaultBins, segment.DefaultSegments())
	if err != nil {
		fmt.Println(err)
		return
	}
	report, err := rfm.Report(names)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, line := range report.Segments {
		if line.Customers > 0 {
			fmt.Println(line.Segment.Name, line.Customers, money.FormatMinor(line.Value, 2))
		}
	}
	// Output:
	// Potential Loyalists 1 80.00
	// New Customers 2 30.00
	// Promising 1 30.00
	// About To Sleep 1 100.00
	// Can't Lose Them 1 400.00
	// At Risk 3 720.00
	// Hibernating 1 120.00
}

// A database has summed the old year; the new one comes row by row.
func ExampleSummary_AddAggregate() {
	var s segment.Summary[string]
	err := s.AddAggregate(segment.Aggregate[string]{
		Customer: "Li", First: day(time.January, 5), Last: day(time.March, 1), Purchases: 3, Value: yuan(29550),
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := s.Add(purchase.Purchase[string]{Customer: "Li", Day: day(time.March, 9), Amount: yuan(450)}); err != nil {
		fmt.Println(err)
		return
	}
	t, err := s.Totals()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(t.Purchases, t.Value, t.First, t.Last)
	// Output: 4 300.00 CNY 2026-01-05 2026-03-09
}
