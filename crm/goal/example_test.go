package goal_test

import (
	"fmt"

	"github.com/shopspring/decimal"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/crm/goal"
	"github.com/guanxi-go/guanxi/crm/money"
)

// A half-year's goal of two parts: of a hundred visits fifty are made, and thirty orders
// came in where twenty were wanted, which count as twenty.
func Example() {
	due := calendar.MustDate(2026, 6, 30)
	tree, err := goal.New([]goal.Node{
		{ID: "first half", Owner: "li", Due: due},
		{ID: "visits", Parent: "first half", Weight: money.Ratio{Num: 60, Den: 100}, Target: decimal.NewFromInt(100), Actual: decimal.NewFromInt(50)},
		{ID: "orders", Parent: "first half", Weight: money.Ratio{Num: 40, Den: 100}, Target: decimal.NewFromInt(20), Actual: decimal.NewFromInt(30)},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	progress, _ := tree.Progress("first half")
	fmt.Println(progress, progress.FloatString(2))
	for _, f := range tree.Findings(calendar.MustDate(2026, 7, 1)) {
		text, _ := goal.Catalogue().Render(f, finding.Chinese)
		fmt.Println(f.Subject, text)
	}
	// Output:
	// 7/10 0.70
	// first half 应于 2026-06-30 完成，目前进度 70%
}
