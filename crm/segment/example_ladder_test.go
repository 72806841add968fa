package segment_test

import (
	"fmt"
	"slices"

	"github.com/guanxi-go/guanxi/crm/segment"
	"github.com/guanxi-go/guanxi/crm/stage"
)

func ExampleLadderPolicy_Suggest() {
	var policy segment.LadderPolicy // the documented default
	customers := []segment.Behaviour{
		{},                            // in the target group
		{Intent: true},                // asked for a quotation
		{Purchases: 1, Recency: 20},   // bought once
		{Purchases: 7, Recency: 400},  // bought often, silent for more than a year
		{Purchases: 3, Recency: 20},   // keeps coming back
		{Purchases: 3, Referrals: 1},  // and has brought somebody
		{Purchases: 3, Recency: -400}, // a slip
	}
	for _, b := range customers {
		rung, why, err := policy.Suggest(b)
		if err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Println(rung, rung.Zh(), "because:", why, why.Zh())
	}
	// Output:
	// target 目标顾客 because: no-purchase 尚未消费
	// intent 意向顾客 because: intent 已表达意向
	// one-time 一次性消费顾客 because: first-purchase 首次消费
	// repeat 老顾客 because: silent 久未消费
	// loyal 忠诚顾客 because: stays 持续消费
	// seed 种子顾客 because: brings-others 带来新客
	// segment: recency: is negative: the last purchase lies after the as-of date: invalid
}

func ExampleCountRungs() {
	rungs := []stage.Rung{stage.RungOneTime, stage.RungOneTime, stage.RungOneTime, stage.RungLoyal}
	report, err := segment.CountRungs(slices.Values(rungs))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, r := range report.Rungs {
		if r.Customers > 0 {
			fmt.Println(r.Rung.Zh(), r.Customers, r.Share)
		}
	}
	// Output:
	// 一次性消费顾客 3 3/4
	// 忠诚顾客 1 1/4
}
