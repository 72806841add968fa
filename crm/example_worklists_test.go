package crm_test

import (
	"context"
	"fmt"
	"time"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/crm/party"
	"github.com/guanxi-go/guanxi/crm/pipeline"
	"github.com/guanxi-go/guanxi/crm/receivable"
	"github.com/guanxi-go/guanxi/crm/worklist"
)

// morning is a small company on the morning of 20 November: li has a deal with c1 that
// has not moved since September, c2 owes 3,000 and was due on the first.
func morning() (context.Context, *crm.CRM) {
	ctx, clock := context.Background(), &set{now: date("2026-09-18").At(9*60, shanghai)}
	c, err := crm.New(new(crm.Memory), crm.Options{Clock: clock, Calendar: office(panics{})})
	must(err)
	for _, id := range []string{"c1", "c2"} {
		_, err := c.Customers.Register(ctx, boss, crm.Registration{ID: id, Profile: party.Profile{Type: party.Organisation, Name: id + " Ltd"}, Owner: li})
		must(err)
	}
	_, err = c.Opportunities.Open(ctx, boss, crm.OpenOpportunity{ID: "o1", Customer: "c1", Owner: li,
		Expectation: crm.Expectation{Amount: yuan(80_000), Close: date("2026-12-31"), Next: date("2026-11-20").At(15*60, shanghai)}})
	must(err)
	_, err = c.Receivables.Plan(ctx, boss, crm.PaymentPlan{Order: "SO-1", Customer: "c2", Price: yuan(3000),
		Terms: []receivable.Term{{Share: share(100), Due: date("2026-11-01")}}})
	must(err)
	clock.to(date("2026-11-20"), 9*60)
	return ctx, c
}

// panics fails an example where a test would fail.
type panics struct{}

func (panics) Errorf(format string, args ...any) { panic(fmt.Sprintf(format, args...)) }
func (panics) FailNow()                          { panic("failed") }

func must(err error) {
	if err != nil {
		panic(err)
	}
}

// Whom li has to call today, and why.
func ExampleWorklists_Day() {
	ctx, c := morning()
	day, err := c.Worklists.Day(ctx, boss, "li", crm.DayOptions{})
	texts := worklist.Catalogue()
	for _, task := range day.Tasks {
		for _, f := range day.Findings(task, shanghai) {
			en, _ := texts.Render(f, finding.English)
			zh, _ := texts.Render(f, finding.Chinese)
			fmt.Println(task.Customer, task.Kind, en, "/", zh)
		}
	}
	fmt.Println(err)
	// Output:
	// c1 opportunity due today: follow-up agreed for 2026-11-20 15:00 / 今日到期：约定 2026-11-20 15:00 跟进
	// c1 opportunity stalled: 63 days in its stage / 停滞：在本阶段已 63 天
	// c1 opportunity stalled: no action that counts for 63 days / 停滞：已 63 天没有有效行动
	// c2 customer to collect: 3000.00 CNY should have been paid before 2026-11-02 / 待催收：3000.00 元 应在 2026-11-02 前收回
	// <nil>
}

// The limits of the stages can be learned once, from all opportunities, and serve all
// lists of a morning.
func ExampleOpportunities_StuckDays() {
	ctx, c := morning()
	days, err := c.Opportunities.StuckDays(ctx, boss, time.Date(2026, 11, 20, 1, 0, 0, 0, time.UTC), pipeline.StuckOptions{})
	fmt.Println(days["prospect"], err)
	// Output: 30 <nil>
}

// What a manager looks at once a week.
func ExampleWorklists_Week() {
	ctx, c := morning()
	week, err := c.Worklists.Week(ctx, boss, crm.WeekOptions{})
	fmt.Println(week.From, week.Until, err)
	for _, m := range week.Money {
		fmt.Println(m.Currency, "expected:", m.Forecast.Total.Expected, "overdue:", m.Owed.Total.Overdue().Minor)
	}
	for _, f := range week.Stalled {
		text, _ := pipeline.Catalogue().Render(f, finding.English)
		fmt.Println(f.Subject, text)
	}
	// Output:
	// 2026-11-16 2026-11-23 <nil>
	// CNY expected: 4000 overdue: 300000
	// o1 in stage prospect for 63 days, the limit is 30 (policy)
	// o1 no counted action for 63 days in stage prospect, the limit is 30
}
