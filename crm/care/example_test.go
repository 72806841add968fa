package care_test

import (
	"fmt"
	"time"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/care"
	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/crm/money"
)

// Birthday cards for the best customers, a day ahead and never on a holiday.
func ExamplePlan_Tasks() {
	office, err := calendar.Compile(calendar.Spec{
		Loc: time.FixedZone("CST", 8*3600), Patterns: []calendar.Pattern{{Cycle: calendar.Week(calendar.MustPlan("09:00-18:00"))}},
		Years: calendar.China(), From: calendar.MustDate(2025, 1, 1), To: calendar.MustDate(2026, 12, 31)})
	if err != nil {
		fmt.Println(err)
		return
	}
	cards := care.Plan{ID: "birthday", Trigger: care.Birthday, Classes: []string{"A"}, LeadDays: 1, Roll: calendar.Preceding,
		Task: "card", Budget: money.Amount{Minor: 50_00, Currency: money.CNY}}
	schedule, err := cards.Tasks([]care.Customer{
		{ID: "c1", Class: "A", Birthday: care.MonthDay{Month: time.May, Day: 5}},
		{ID: "c2", Class: "A", Birthday: care.MonthDay{Month: time.May, Day: 8}, ComplaintOpen: true},
		{ID: "c3", Class: "B", Birthday: care.MonthDay{Month: time.May, Day: 8}},
	}, calendar.MustDate(2026, 4, 27), calendar.MustDate(2026, 5, 11), office)
	fmt.Println(err)
	for _, t := range schedule.Tasks {
		fmt.Println(t.On, t.Customer, t.Task, t.Budget)
	}
	for _, s := range schedule.Skipped {
		fmt.Println(s.Customer, s.Reason, s.Reason.Zh())
	}
	// Output:
	// <nil>
	// 2026-04-30 c1 card 50.00 CNY
	// c2 complaint-open 投诉未结
}

// What the cards cost, and what is left to do.
func ExampleReview() {
	key := func(customer string) care.Key {
		return care.Key{Plan: "birthday", Customer: customer, Occasion: calendar.MustDate(2026, 5, 6)}
	}
	budget := money.Amount{Minor: 50_00, Currency: money.CNY}
	tasks := []care.Task{{Key: key("c1"), On: calendar.MustDate(2026, 5, 5), Task: "card", Budget: budget},
		{Key: key("c2"), On: calendar.MustDate(2026, 5, 5), Task: "card", Budget: budget}}
	reports, err := care.Review(tasks, []care.Outcome{{Key: key("c1"), Result: care.Done, Code: "pleased", On: calendar.MustDate(2026, 5, 5),
		Cost: money.Amount{Minor: 48_00, Currency: money.CNY}}}, calendar.MustDate(2026, 5, 9))
	fmt.Println(err)
	for _, r := range reports {
		fmt.Println(r.Plan, r.Done, "of", r.Tasks, "done, cost", r.Cost)
		for _, f := range r.Findings() {
			text, _ := care.Catalogue().Render(f, finding.English)
			fmt.Println(text)
		}
	}
	// Output:
	// <nil>
	// birthday 1 of 2 done, cost 48.00 CNY
	// 1 tasks of this care plan are late, the oldest since 2026-05-05
}

// Twenty visits for two classes: each customer gets the minimum, the rest goes to where
// a visit is worth most.
func ExampleAllocateVisits() {
	got, err := care.AllocateVisits(20, []care.Demand{
		{Class: "A", Customers: 2, Min: 4, Values: []int64{900, 800, 700, 600, 500, 200}},
		{Class: "B", Customers: 5, Min: 1, Values: []int64{400, 300, 100}},
	})
	fmt.Println(err, got.Optimal)
	for _, s := range got.Shares {
		fmt.Println(s.Class, s.Visits)
	}
	// Output:
	// <nil> true
	// A 10
	// B 10
}

// The table of what each class gets, and the budget by it.
func ExampleLevels() {
	levels := care.Levels{
		{Class: "A", Service: "gold", Visits: 12, Budget: money.Ratio{Num: 60, Den: 100}},
		{Class: "B", Service: "silver", Visits: 4, Budget: money.Ratio{Num: 30, Den: 100}},
		{Class: "C", Service: "basic", Visits: 1, Budget: money.Ratio{Num: 10, Den: 100}}}
	budgets, err := levels.Budgets(money.Amount{Minor: 100_000_00, Currency: money.CNY})
	fmt.Println(err, budgets)
	// Output:
	// <nil> [60000.00 CNY 30000.00 CNY 10000.00 CNY]
}
