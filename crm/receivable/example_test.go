package receivable_test

import (
	"fmt"
	"time"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/crm/receivable"
)

// The price of an order in instalments, some of which wait for an event.
func ExamplePlan() {
	share := func(percent int64) money.Ratio { return money.Ratio{Num: percent, Den: 100} }
	price := money.Amount{Minor: 10000001, Currency: money.CNY}
	plan, err := receivable.Plan("SO-7", "C-1044", price, []receivable.Term{
		{Share: share(30), Due: calendar.MustDate(2026, time.November, 30)},
		{Share: share(65), Event: receivable.Acceptance, Days: 15},
		{Share: share(5), Event: receivable.WarrantyEnd},
	})
	if err != nil {
		panic(err)
	}
	for _, i := range plan {
		fmt.Println(i.ID, money.FormatMinor(i.Minor, 2), i.Due.String()+i.Event.Zh())
	}
	fmt.Println(plan[1].Happened(calendar.MustDate(2027, time.January, 20)).Due)
	// Output:
	// SO-7/1 30000.00 2026-11-30
	// SO-7/2 65000.01 验收
	// SO-7/3 5000.00 质保到期
	// 2027-02-04
}

// A payment goes to what has been due for longest; what is left over is prepaid.
func ExampleAccount_Receive() {
	due := calendar.MustDate(2026, time.November, 1)
	account, err := receivable.Fold(money.CNY, []receivable.Instalment{
		{ID: "SO-7/1", Order: "SO-7", Customer: "C-1044", Due: due, Minor: 70000},
		{ID: "SO-7/2", Order: "SO-7", Customer: "C-1044", Due: due + 30, Minor: 50000},
	}, nil)
	if err != nil {
		panic(err)
	}
	entry, err := account.Receive(receivable.Act{ID: "R-1", On: due + 3, Actor: "s-3"}, money.Amount{Minor: 125000, Currency: money.CNY}, receivable.Allocation{})
	if err != nil {
		panic(err)
	}
	if err := account.Apply(entry); err != nil {
		panic(err)
	}
	for _, l := range entry.Lines {
		fmt.Println(l.Instalment, l.Minor)
	}
	fmt.Println("outstanding", account.Outstanding(), "prepaid", account.Prepaid())
	// Output:
	// SO-7/1 70000
	// SO-7/2 50000
	// outstanding 0 prepaid 5000
}

// Money that is late, by how late it is.
func ExampleAge() {
	today := calendar.MustDate(2026, time.November, 21)
	item := func(late int, yuan int64) receivable.Item {
		return receivable.Item{Instalment: receivable.Instalment{Due: today - calendar.Day(late)}, Outstanding: yuan * 100}
	}
	ageing, err := receivable.Age([]receivable.Item{item(-3, 500), item(12, 300), item(45, 200), item(50, 100)}, today, receivable.AgeingOptions{})
	if err != nil {
		panic(err)
	}
	for b, sum := range ageing.Buckets {
		if sum.Count > 0 {
			fmt.Println(receivable.Bucket(b), receivable.Bucket(b).Zh(), sum.Count, money.FormatMinor(sum.Minor, 2))
		}
	}
	for _, f := range ageing.Findings(money.CNY) {
		text, err := receivable.Catalogue().Render(f, finding.Chinese)
		if err != nil {
			panic(err)
		}
		fmt.Println(text)
	}
	// Output:
	// not-due 未到期 1 500.00
	// 1-30 1-30天 1 300.00
	// 31-60 31-60天 2 300.00
	// 逾期 600.00 元，最久已逾期 50 天
}

// What is left to collect where prepaid money is set off: the oldest debt goes first.
func ExampleAgeingOptions() {
	today := calendar.MustDate(2026, time.November, 21)
	item := func(customer string, late int, yuan int64) receivable.Item {
		return receivable.Item{Instalment: receivable.Instalment{Customer: customer, Due: today - calendar.Day(late)}, Outstanding: yuan * 100}
	}
	items := []receivable.Item{item("C-1", -3, 500), item("C-1", 12, 300), item("C-1", 45, 200), item("C-2", 5, 100)}
	prepaid := map[string]int64{"C-1": 40_000, "C-2": 25_000}
	for _, net := range []bool{false, true} {
		list, err := receivable.AgeByCustomer(items, today, receivable.AgeingOptions{Prepaid: prepaid, Net: net})
		if err != nil {
			panic(err)
		}
		for _, a := range list {
			fmt.Println(a.Customer, "not due", a.Buckets[receivable.NotDue].Minor, "overdue", a.Overdue().Minor, "prepaid", a.Prepaid, "set off", a.SetOff)
		}
	}
	// Output:
	// C-1 not due 50000 overdue 50000 prepaid 40000 set off 0
	// C-2 not due 0 overdue 10000 prepaid 25000 set off 0
	// C-1 not due 50000 overdue 10000 prepaid 0 set off 40000
	// C-2 not due 0 overdue 0 prepaid 15000 set off 10000
}

// Which reminder is to be sent today.
func ExampleDunning_Next() {
	weekdays := func(d calendar.Day) bool { return d.Weekday() != time.Saturday && d.Weekday() != time.Sunday }
	debt := receivable.Debt{Fired: 1, Item: receivable.Item{Outstanding: 30000, Instalment: receivable.Instalment{
		ID: "SO-7/1", Order: "SO-7", Customer: "C-1044", Due: calendar.MustDate(2026, time.November, 20), Minor: 30000}}}
	for _, today := range []calendar.Day{calendar.MustDate(2026, time.November, 21), calendar.MustDate(2026, time.November, 23)} {
		step, ok, err := receivable.DefaultDunning().Next(debt, today, weekdays)
		if err != nil {
			panic(err)
		}
		fmt.Println(today, ok, step.Step, step.To.Zh())
	}
	// Output:
	// 2026-11-21 false 0 负责人
	// 2026-11-23 true 2 负责人
}
