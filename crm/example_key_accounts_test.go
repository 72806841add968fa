package crm_test

import (
	"fmt"

	"github.com/guanxi-go/guanxi/crm"
	"github.com/guanxi-go/guanxi/crm/account"
	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/crm/segment"
)

// The list of key accounts is reviewed by last year's sales: who looks after each, and
// which has no plan yet.
func ExampleKeyAccounts_Review() {
	ctx, c := start()
	sales := []segment.Candidate[string]{{Customer: "c1", Value: 680_000}, {Customer: "c2", Value: 250_000}, {Customer: "c3", Value: 70_000}}
	list, err := c.KeyAccounts.Review(ctx, boss, crm.ReviewKeyAccounts{Candidates: sales})
	fmt.Println(list.Entered, list.Left, err)
	_, err = c.KeyAccounts.Plan(ctx, boss, "c1", "plan-2026-1", crm.Call{})
	fmt.Println(err)
	for l, err := range c.KeyAccounts.List(ctx, boss) {
		fmt.Println(l.Customer, l.Owner, l.Plan, err)
		for _, f := range l.Findings(calendar.MustDate(2026, 1, 5)) {
			fmt.Println(account.Catalogue().Render(f, finding.Chinese))
		}
	}

	sales[1].Value = 160_000 // c1 alone brings 70 % now, and not yet 80 %
	list, err = c.KeyAccounts.Review(ctx, boss, crm.ReviewKeyAccounts{Candidates: sales})
	fmt.Println(list.Entered, list.Left, err)
	sales[1].Value = 90_000
	list, err = c.KeyAccounts.Review(ctx, boss, crm.ReviewKeyAccounts{Candidates: sales})
	fmt.Println(list.Entered, list.Left, err)
	// Output:
	// [c1 c2] [] <nil>
	// <nil>
	// c1 li plan-2026-1 <nil>
	// c2 li  <nil>
	// 大客户未制定客户计划 <nil>
	// [] [] <nil>
	// [] [c2] <nil>
}
