package segment_test

import (
	"fmt"

	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/crm/segment"
)

// valuePercent shows an exact share with one digit, and an absent one as a dash.
func valuePercent(r money.Ratio) string {
	share, err := r.Decimal(3)
	if err != nil {
		return "-"
	}
	return share.Shift(2).StringFixed(1) + " %"
}

// Twenty customers by the fen they spent in a year; one has returned everything.
func ExampleNewPyramid() {
	values := []int64{
		980_00, 410_00, 95_00, 90_00, 88_00, 60_00, 52_00, 52_00, 40_00, 31_00,
		30_00, 25_00, 25_00, 20_00, 18_00, 12_00, 9_00, 9_00, 4_00, 0,
	}
	p, err := segment.NewPyramid(values, segment.PyramidOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, tier := range p.Tiers {
		fmt.Printf("%-9s%2d customers %8s yuan %7s\n", tier.Name, tier.Customers, money.FormatMinor(tier.Value, 2), valuePercent(tier.ValueShare))
	}
	fmt.Println("somebody worth 92.00 yuan:", p.Tiers[p.TierOf(92_00)].Zh)
	// Output:
	// top       1 customers   980.00 yuan  47.8 %
	// big       0 customers     0.00 yuan   0.0 %
	// medium    3 customers   595.00 yuan  29.0 %
	// small    15 customers   475.00 yuan  23.2 %
	// inactive  1 customers     0.00 yuan   0.0 %
	// somebody worth 92.00 yuan: 中客户
}

func ExampleNewABC() {
	values := []int64{500, 300, 60, 60, 50, 20, 10}
	abc, err := segment.NewABC(values, segment.ABCOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, class := range abc.Classes {
		fmt.Printf("%s: %d customers from %d up, %s of the value\n", class.Name, class.Customers, class.MinValue, valuePercent(class.ValueShare))
	}
	// Output:
	// A: 2 customers from 300 up, 80.0 % of the value
	// B: 3 customers from 50 up, 17.0 % of the value
	// C: 2 customers from 10 up, 3.0 % of the value
}

// Classes are data: here the value of two thirds, exactly, is one of two classes.
func ExampleNewABC_ownClasses() {
	opts := segment.ABCOptions{Classes: segment.Bands{
		{Name: "core", Zh: "核心", UpTo: money.Ratio{Num: 2, Den: 3}},
		{Name: "other", Zh: "其他", UpTo: money.Ratio{Num: 1, Den: 1}},
	}}
	abc, err := segment.NewABC([]int64{40, 20, 20, 10}, opts)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(abc.Classes[0].Zh, abc.Classes[0].Customers)
	// Output: 核心 3
}

// The two customers tied for the second place come in together.
func ExampleTopCustomers() {
	values := []int64{90, 70, 70, 20, 0}
	top, err := segment.TopCustomers(values, 2)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(top.Customers, "customers, tied at the cut:", top.Tied)
	fmt.Println("from", top.MinValue, "up, holding", valuePercent(top.ValueShare))
	fmt.Println(top.Contains(75), top.Contains(69))
	// Output:
	// 3 customers, tied at the cut: 2
	// from 70 up, holding 92.0 %
	// true false
}

func ExampleTopHolders() {
	top, err := segment.TopHolders([]int64{90, 70, 60, 20, 0}, money.Ratio{Num: 50, Den: 100})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(top.Customers, "of five customers hold", valuePercent(top.ValueShare))
	// Output: 2 of five customers hold 66.7 %
}

func ExampleKeyAccounts() {
	candidates := []segment.Candidate[string]{
		{Customer: "C-17", Value: 82_000_00},
		{Customer: "C-04", Value: 9_000_00, Strategic: 8}, // opens a new region
		{Customer: "C-21", Value: 7_000_00, Strategic: 3},
		{Customer: "C-09", Value: 2_000_00},
	}
	key, err := segment.KeyAccounts(candidates, segment.KeyAccountOptions{MinStrategic: 7})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, k := range key {
		fmt.Println(k.Customer, k.Reason, k.Reason.Zh())
	}
	// Output:
	// C-17 value 价值
	// C-04 strategy 战略
}

func ExampleGini() {
	g, err := segment.Gini([]int64{30, 0, 10, 10})
	fmt.Println(g, err)
	_, err = segment.Gini([]int64{30, -5})
	fmt.Println(err)
	// Output:
	// 0.45 <nil>
	// segment: values, row 1: is negative: invalid
}

func ExampleTopShare() {
	share, err := segment.TopShare([]int64{80, 5, 5, 5, 5}, money.Ratio{Num: 20, Den: 100})
	fmt.Println(share, err)
	// Output: 0.8 <nil>
}

func ExampleNewLorenz() {
	l, err := segment.NewLorenz([]int64{30, 0, 10, 10})
	if err != nil {
		fmt.Println(err)
		return
	}
	for p := range l.Points() {
		fmt.Printf("%d/%d of the customers bring %d/%d\n", p.Customers, l.Customers(), p.Value, l.Value())
	}
	gini, _ := l.Gini()
	sample, _ := l.SampleGini()
	fmt.Println(gini, sample)
	// Output:
	// 0/4 of the customers bring 0/50
	// 1/4 of the customers bring 0/50
	// 2/4 of the customers bring 10/50
	// 3/4 of the customers bring 20/50
	// 4/4 of the customers bring 50/50
	// 0.45 0.6
}

// Three customers, two activities. The visits could have served 40, so a quarter of
// their cost is idle capacity and no customer's.
func ExampleCustomerProfits() {
	customers := []segment.CustomerCost[string]{
		{Customer: "quiet", Revenue: 5000_00, DirectCost: 3000_00, Drivers: []int64{2, 3}},
		{Customer: "demanding", Revenue: 6000_00, DirectCost: 4000_00, Drivers: []int64{25, 40}},
		{Customer: "small", Revenue: 900_00, DirectCost: 400_00, Drivers: []int64{3, 7}},
	}
	pools := []segment.CostPool{
		{Name: "visits", Cost: 4000_00, Capacity: 40},
		{Name: "orders", Cost: 1000_01},
	}
	result, err := segment.CustomerProfits(customers, pools)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, c := range result.Customers {
		fmt.Println(c.Customer, c.Charged, money.FormatMinor(c.Profit, 2))
	}
	fmt.Println("all customers", money.FormatMinor(result.Profit, 2), "idle", money.FormatMinor(result.Pools[0].Idle, 2))
	// Output:
	// quiet [20000 6000] 1740.00
	// demanding [250000 80001] -1300.01
	// small [30000 14000] 60.00
	// all customers 499.99 idle 1000.00
}

func ExampleNewWhale() {
	w, err := segment.NewWhale([]int64{400, 300, 200, 100, 50, 0, -50, -100, -150, -250})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("profit", w.Profit, "peak", w.Peak, "after", w.PeakAt, "customers")
	fmt.Println("the peak is", valuePercent(w.PeakShare), "of the profit;", w.LossMakers, "customers destroy", w.Loss)
	fmt.Println("best tenth:", valuePercent(w.Deciles[0].Share), "worst:", valuePercent(w.Deciles[9].Share))
	// Output:
	// profit 500 peak 1050 after 5 customers
	// the peak is 210.0 % of the profit; 4 customers destroy 550
	// best tenth: 80.0 % worst: -50.0 %
}
