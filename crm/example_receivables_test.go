package crm_test

import (
	"context"
	"fmt"
	"time"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/approval"
	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/crm/receivable"
	"github.com/guanxi-go/guanxi/crm/stage"
)

// Money that is late: an order in instalments, a payment, what is overdue by now, and
// whom to remind of it.
func ExampleReceivables() {
	ctx, c := start() // on New Year's Day of 2026
	yuan := func(n int64) money.Amount { return money.Amount{Minor: n * 100, Currency: money.CNY} }
	percent := func(n int64) money.Ratio { return money.Ratio{Num: n, Den: 100} }
	if _, err := c.Receivables.Plan(ctx, boss, crm.PaymentPlan{Order: "SO-7", Customer: "c1", Price: yuan(100_000), Terms: []receivable.Term{
		{Share: percent(30), Due: calendar.MustDate(2025, time.November, 20)},
		{Share: percent(65), Due: calendar.MustDate(2025, time.December, 31)},
		{Share: percent(5), Event: receivable.WarrantyEnd}}}); err != nil {
		panic(err)
	}
	paid, err := c.Receivables.Receive(ctx, boss, "c1", crm.Payment{ID: "bank-1", Amount: yuan(20_000)})
	fmt.Println(paid.Entry.Lines, money.FormatMinor(paid.Outstanding, 2), err)

	ageing, err := c.Receivables.Ageing(ctx, boss, 0, crm.AgeingOptions{})
	for _, a := range ageing {
		for b, sum := range a.Total.Buckets {
			if sum.Count > 0 {
				fmt.Println(receivable.Bucket(b), receivable.Bucket(b).Zh(), money.FormatMinor(sum.Minor, 2), a.Currency, err)
			}
		}
	}
	for dun, err := range c.Receivables.Dunning(ctx, boss, "li", 0) {
		text, _ := receivable.Catalogue().Render(dun.Finding(calendar.MustDate(2026, time.January, 1)), finding.Chinese)
		fmt.Println(dun.ID, text, err)
	}
	// Output:
	// [{SO-7/1 2000000}] 80000.00 <nil>
	// not-due 未到期 5000.00 CNY <nil>
	// 1-30 1-30天 65000.00 CNY <nil>
	// 31-60 31-60天 10000.00 CNY <nil>
	// SO-7/1 第 4 级催款（主管）：10000.00 元，应付日 2025-11-20 <nil>
	// SO-7/2 第 2 级催款（负责人）：65000.00 元，应付日 2025-12-31 <nil>
}

// A customer who is late goes into collection, and back once the money is there. No
// payment moves the category by itself: Collect does.
func ExampleReceivables_Collect() {
	ctx, c := start()
	if _, err := c.Stages.Category.Move(ctx, boss, "c1", crm.Move[stage.SalesCategory]{To: stage.SalesClosed}); err != nil {
		panic(err)
	}
	price := money.Amount{Minor: 500_00, Currency: money.CNY}
	if _, err := c.Receivables.Plan(ctx, boss, crm.PaymentPlan{Order: "SO-7", Customer: "c1", Price: price, Terms: []receivable.Term{
		{Share: money.Ratio{Num: 1, Den: 1}, Due: calendar.MustDate(2025, time.December, 31)}}}); err != nil {
		panic(err)
	}
	done, err := c.Receivables.Collect(ctx, boss, "c1", crm.Call{})
	fmt.Println(done.Overdue, done.Category.Zh(), err)
	if _, err := c.Receivables.Receive(ctx, boss, "c1", crm.Payment{Amount: price}); err != nil {
		panic(err)
	}
	done, err = c.Receivables.Collect(ctx, boss, "c1", crm.Call{})
	fmt.Println(done.Overdue, done.Category.Zh(), err)
	// Output:
	// 1 催款客户 <nil>
	// 0 已成交客户 <nil>
}

// Who may approve 80,000? The authority guide says so; the request then waits for that
// person, and for nobody else.
func ExampleApprovals() {
	ctx := context.Background()
	people := approval.Staff{Posts: map[string][]string{"head": {"u-4"}, "gm": {"u-1"}}}
	c, err := crm.New(new(crm.Memory), crm.Options{Clock: newYear(), Approvals: crm.ApprovalOptions{People: people}})
	if err != nil {
		panic(err)
	}
	post := func(p string) []approval.Approver { return []approval.Approver{{From: approval.FromPost, Value: p}} }
	if _, err := c.Registries.Authority.Put(ctx, boss, []approval.GuideDefinition{{
		Levels: []approval.Level{{Code: "head", Zh: "部门经理", Approvers: post("head")}, {Code: "gm", Zh: "总经理", Approvers: post("gm")}},
		Tables: []approval.AuthorityTable{{Matter: "expense", Currency: money.CNY, Bands: []approval.Band{
			{UpTo: 50_000_00, Level: "head"}, {Level: "gm"}}}},
	}}, 0, crm.Call{}); err != nil {
		panic(err)
	}
	fair := approval.Template{ID: "expense", Version: 1, Model: approval.Fixed, Form: approval.Form{Kind: approval.Expense}, Steps: []approval.Step{
		{ID: "authority", Zh: "按权限审批", Approvers: []approval.Approver{{From: approval.FromGuide}}}}}
	if _, err := c.Registries.Templates.Put(ctx, boss, []approval.Template{fair}, 0, crm.Call{}); err != nil {
		panic(err)
	}

	clerk, manager := as("u-12"), as("u-1")
	request := approval.Request{Form: approval.Expense, Amount: money.Amount{Minor: 80_000_00, Currency: money.CNY}}
	who, err := c.Approvals.Who(ctx, clerk, request, approval.Direct)
	fmt.Println(who, err)
	if _, err := c.Approvals.Start(ctx, clerk, crm.Proposal{ID: "r-9", Template: "expense", Request: request, Ref: "fair-2026"}); err != nil {
		panic(err)
	}
	for seat, err := range c.Approvals.Waiting(ctx, manager, "u-1", time.Time{}) {
		fmt.Println(seat.Approval, seat.Step, seat.Initiator, seat.Amount, seat.Ref, err)
	}
	done, err := c.Approvals.Act(ctx, manager, "r-9", approval.Command{Verb: approval.Approve}, crm.Call{Reason: "worth it"})
	fmt.Println(done.Status.Zh(), err)
	trail, err := c.Approvals.Trail(ctx, clerk, "r-9")
	fmt.Println(len(trail), approval.Verify(trail), err)
	// Output:
	// [u-1] <nil>
	// r-9 authority/gm u-12 80000.00 CNY fair-2026 <nil>
	// 已批准 <nil>
	// 6 -1 <nil>
}
