package segment_test

import (
	"fmt"
	"time"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/crm/purchase"
	"github.com/guanxi-go/guanxi/crm/segment"
	"github.com/guanxi-go/guanxi/crm/survival"
)

// teahouse is the log of the examples: twenty households that buy tea about once
// a month, some of them less and less.
func teahouse() *segment.History[string] {
	b := purchase.Batch[string]{Currency: money.CNY}
	start := calendar.MustDate(2025, time.January, 6)
	for i := range 20 {
		day := start + calendar.Day(5*i)
		for n := 0; n < 14-i/3; n++ {
			b.Customers = append(b.Customers, fmt.Sprintf("H%02d", i+1))
			b.Days = append(b.Days, day)
			b.Amounts = append(b.Amounts, int64(12_000-200*i))
			day += calendar.Day(26 + (7*i+5*n)%9)
		}
	}
	h, err := segment.NewHistory(func(yield func(purchase.Batch[string], error) bool) { yield(b, nil) }, segment.Options{})
	if err != nil {
		panic(err) // the rows above are right
	}
	return h
}

func ExampleHistoryBuilder() {
	var b segment.HistoryBuilder[string]
	for _, p := range []purchase.Purchase[string]{
		{Customer: "Wang", Day: day(time.March, 9), Amount: yuan(1500)},
		{Customer: "Li", Day: day(time.March, 1), Amount: yuan(2000)},
		{Customer: "Wang", Day: day(time.February, 2), Amount: yuan(900)},
		{Customer: "Wang", Day: day(time.March, 11), Amount: yuan(-1500)}, // sent back
	} {
		if err := b.Add(p); err != nil {
			fmt.Println(err)
			return
		}
	}
	h, err := b.Build()
	if err != nil {
		fmt.Println(err)
		return
	}
	for c := range h.All() {
		fmt.Println(c.ID, c.Days, c.Amounts, c.RefundAmounts, "value", c.Value())
	}
	// Output:
	// Li [2026-03-01] [2000] [] value 2000
	// Wang [2026-02-02 2026-03-09] [900 1500] [-1500] value 900
}

func ExampleHistory_AsOf() {
	h := teahouse()
	then, err := h.AsOf(calendar.MustDate(2025, time.April, 1))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("now", h.Len(), "customers,", h.Purchases(), "purchases,", h.Value())
	fmt.Println("then", then.Len(), "customers,", then.Purchases(), "purchases,", then.Value())
	// Output:
	// now 20 customers, 223 purchases, 22964.00 CNY
	// then 17 customers, 34 purchases, 3678.00 CNY
}

func ExampleOrderCycles() {
	cycles, err := segment.OrderCycles(teahouse(), 0, segment.CycleOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("as of %s, base cycle %.0f days\n", cycles.AsOf(), cycles.Base().Cycle)
	c, _ := cycles.Customer("H07")
	fmt.Printf("H07 last bought on %s: cycle %.1f days, own median %s days\n", c.Last, c.Cycle, c.Median)
	fmt.Printf("due %s (%s to %s), overdue %d days, tail %.2f\n", c.Due, c.Earliest, c.Latest, c.Overdue, c.Tail)
	// Output:
	// as of 2026-02-12, base cycle 30 days
	// H07 last bought on 2026-01-01: cycle 29.9 days, own median 30 days
	// due 2026-01-31 (2026-01-23 to 2026-02-10), overdue 12 days, tail 0.06
}

func ExampleCycle_Schedule() {
	cycles, err := segment.OrderCycles(teahouse(), 0, segment.CycleOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	c, _ := cycles.Customer("H01")
	fmt.Println(c.Schedule(4))
	// Output:
	// [2026-02-26 2026-03-28 2026-04-27 2026-05-27]
}

func ExampleEarlyWarnings() {
	cycles, err := segment.OrderCycles(teahouse(), 0, segment.CycleOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	warnings, err := segment.EarlyWarnings(cycles, segment.WarningOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	texts := segment.FindingTexts()
	for _, w := range warnings[:2] {
		f := w.Finding()
		en, err := texts.Render(f, finding.English)
		if err != nil {
			fmt.Println(err)
			return
		}
		zh, err := texts.Render(f, finding.Chinese)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(f.Severity, f.Subject, en)
		fmt.Println(f.Severity.Zh(), f.Subject, zh)
	}
	// Output:
	// warning H10 no purchase for 61 days, more than 2 order cycles of 29 days
	// 预警 H10 已 61 天没有消费，超过 2 个订购周期（每个 29 天）
	// warning H13 no purchase for 72 days, more than 2 order cycles of 30 days; spent 96.00 CNY in the last 90 days, after 288.00 CNY in the 90 days before
	// 预警 H13 已 72 天没有消费，超过 2 个订购周期（每个 30 天）；最近 90 天消费 96.00 元，此前 90 天消费 288.00 元
}

func ExampleLookAfter() {
	cycles, err := segment.OrderCycles(teahouse(), 0, segment.CycleOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	list, err := segment.LookAfter(cycles, 3, segment.AttentionOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, a := range list {
		text, err := segment.FindingTexts().Render(a.Finding(), finding.English)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(a.ID, text)
	}
	// Output:
	// H07 spent 1188.00 CNY in the last 365 days, was due on 2026-01-31: 12 days overdue, 94 percent of such gaps end sooner
	// H10 spent 1122.00 CNY in the last 365 days, was due on 2026-01-11: 32 days overdue, 99 percent of such gaps end sooner
	// H11 spent 1100.00 CNY in the last 365 days, was due on 2026-01-24: 19 days overdue, 99 percent of such gaps end sooner
}

func ExampleTrackLifecycle() {
	h := teahouse()
	quarters, err := segment.Boundaries(calendar.MustDate(2025, time.January, 1), segment.Quarterly, h.Last())
	if err != nil {
		fmt.Println(err)
		return
	}
	l, err := segment.TrackLifecycle(h, calendar.MustDate(2026, time.April, 1), quarters)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, p := range l.Periods() {
		fmt.Printf("%s active %2d = %2d - %d lost + %d new + %d won back", p.From, p.Active, p.Before, p.Lost, p.New, p.WonBack)
		if rate, ok := p.Retention.Value(); ok {
			lower, upper, _ := p.Retention.Interval(0.95)
			fmt.Printf("; retention %.0f%% (%.0f%% to %.0f%%)", 100*rate, 100*lower, 100*upper)
		}
		fmt.Println()
	}
	plays := map[segment.Play]int{}
	for _, state := range l.States() {
		plays[state.Play()]++
	}
	fmt.Println(segment.Retain, plays[segment.Retain], segment.WinBack, plays[segment.WinBack])
	// Output:
	// 2025-01-01 active 17 =  0 - 0 lost + 17 new + 0 won back
	// 2025-04-01 active 20 = 17 - 0 lost + 3 new + 0 won back; retention 100% (82% to 100%)
	// 2025-07-01 active 20 = 20 - 0 lost + 0 new + 0 won back; retention 100% (84% to 100%)
	// 2025-10-01 active 20 = 20 - 0 lost + 0 new + 0 won back; retention 100% (84% to 100%)
	// 2026-01-01 active  9 = 20 - 11 lost + 0 new + 0 won back; retention 45% (26% to 66%)
	// retain 9 win-back 11
}

func ExampleRepeatPurchases() {
	r, err := segment.RepeatPurchases(teahouse(), calendar.MustDate(2025, time.May, 1), segment.RepeatOptions{Horizons: []int{30, 60}})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(r.All.Repeaters, "of", r.All.Customers, "have bought again")
	for _, c := range r.All.Within {
		fmt.Printf("within %d days: %.2f; of those who had the time %d of %d, %d had not\n",
			c.Days, c.Probability.Value, c.Matured.Num, c.Matured.Den, c.Immature)
	}
	// Output:
	// 18 of 20 have bought again
	// within 30 days: 0.56; of those who had the time 9 of 17, 3 had not
	// within 60 days: 1.00; of those who had the time 11 of 11, 9 had not
}

func ExampleLifetimes() {
	curve, err := segment.Lifetimes(teahouse(), 0, 90, survival.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	s, _ := curve.At(365)
	fmt.Printf("%d of %d have lapsed; still there after a year: %.2f\n", curve.Events, curve.Rows, s.Value)
	// Output:
	// 2 of 20 have lapsed; still there after a year: 0.90
}
