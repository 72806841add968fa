package worklist_test

import (
	"fmt"
	"time"

	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/crm/worklist"
)

// Whom to call today, and why: what is lost tonight comes first.
func ExamplePlan() {
	shanghai := time.FixedZone("Asia/Shanghai", 8*60*60)
	at := func(day, hour int) time.Time { return time.Date(2026, 11, day, hour, 0, 0, 0, shanghai) }
	items := []worklist.Item{
		{Kind: "opportunity", ID: "O-3", Value: money.Amount{Minor: 8_000_000, Currency: money.CNY}, Causes: []worklist.Cause{{Reason: worklist.Stuck, Days: 41}}},
		{Kind: "lead", ID: "L-1", Causes: []worklist.Cause{{Reason: worklist.FollowUp, Due: at(20, 10)}}},
		{Kind: "lead", ID: "L-2", Causes: []worklist.Cause{{Reason: worklist.Recycle, Due: at(23, 0)}}},
		{Kind: "lead", ID: "L-1", Causes: []worklist.Cause{{Reason: worklist.Owed, Due: at(23, 0)}}},
		{Kind: "customer", ID: "C-9", Causes: []worklist.Cause{
			{Reason: worklist.Collect, Due: at(1, 0), Ref: "I-7", Amount: money.Amount{Minor: 300_000, Currency: money.CNY}}}},
		{Kind: "customer", ID: "C-9", Causes: []worklist.Cause{{Reason: worklist.Appointment, Due: at(22, 14), Ref: "A-1"}}},
	}
	day, err := worklist.Plan(items, at(22, 9), shanghai)
	if err != nil {
		panic(err)
	}
	texts := worklist.Catalogue()
	for _, task := range append(day.Diary, day.Tasks...) {
		for _, f := range day.Findings(task, shanghai) {
			en, _ := texts.Render(f, finding.English)
			zh, _ := texts.Render(f, finding.Chinese)
			fmt.Println(f.Subject, en, "/", zh)
		}
	}
	// Output:
	// C-9 appointment at 2026-11-22 14:00 / 2026-11-22 14:00 有日程
	// L-2 ends today: goes back to the pool at 2026-11-23 / 今日截止：2026-11-23 将被回收到公海
	// L-1 overdue: follow-up agreed for 2026-11-20 10:00 / 已逾期：约定 2026-11-20 10:00 跟进
	// L-1 due today: the rules ask for an action by 2026-11-22 / 今日到期：按制度至迟 2026-11-22 应有一次行动
	// C-9 to collect: 3000.00 CNY should have been paid before 2026-11-01 / 待催收：3000.00 元 应在 2026-11-01 前收回
	// O-3 stalled: 41 days in its stage / 停滞：在本阶段已 41 天
}
