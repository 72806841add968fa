package reminder_test

import (
	"fmt"
	"time"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/recurrence"
	"github.com/guanxi-go/guanxi/crm/reminder"
)

// Ask for the money every Monday at nine until it is paid. Nobody ran the program for
// three weeks; then it reminds once, and says how many it stands for beside itself.
func Example() {
	mondays, err := recurrence.Parse("FREQ=WEEKLY;BYDAY=MO")
	if err != nil {
		fmt.Println(err)
		return
	}
	r := reminder.Reminder{ID: "r7", Kind: reminder.Dunning, Rule: mondays, Zone: time.FixedZone("CST", 8*3600),
		Start: recurrence.Wall{Day: calendar.MustDate(2026, 3, 2), Clock: 9 * time.Hour}, StopWhen: []reminder.Condition{reminder.Paid}}

	clock := reminder.Act{Actor: "clock", Recorded: time.Date(2026, 3, 19, 0, 0, 0, 0, time.UTC)}
	entries, err := r.Due(reminder.Ledger{}, clock)
	for _, e := range entries {
		fmt.Println(e.Kind, e.IDs[0], "missed", e.Missed, err)
	}
	ledger, err := reminder.Fold(entries)
	again, _ := r.Due(ledger, clock)
	fmt.Println(len(again), err)

	// The customer asks to be called back in the afternoon, and then pays.
	snoozed, err := r.Snooze(ledger, ledger.Open[0].IDs[0], clock.Recorded.Add(6*time.Hour), reminder.Act{Actor: "li", Recorded: clock.Recorded.Add(time.Hour)})
	fmt.Println(snoozed.Kind.Zh(), err)
	ledger, _ = ledger.With(snoozed)
	next, _, _ := r.Next(ledger)
	fmt.Println(next.In(r.Zone).Format("01-02 15:04"))
	end, err := r.Due(ledger, reminder.Act{Actor: "clock", Recorded: next}, reminder.Paid)
	fmt.Println(end[0].Kind, end[0].Condition.Zh(), err)
	// Output:
	// fired 2026-03-16T09:00:00 missed 2 <nil>
	// 0 <nil>
	// 稍后提醒 <nil>
	// 03-19 14:00
	// stopped 已付款 <nil>
}

// Call every thirty days, counted from the last call and not from the plan.
func ExampleReminder_Done() {
	monthly, _ := recurrence.Parse("FREQ=DAILY;INTERVAL=30")
	r := reminder.Reminder{ID: "r8", Kind: reminder.Contact, Rule: monthly, Zone: time.UTC, From: reminder.LastDone,
		Start: recurrence.Wall{Day: calendar.MustDate(2026, 3, 1), Clock: 9 * time.Hour}}
	called, err := r.Done(reminder.Ledger{}, "", reminder.Act{Actor: "li", Recorded: time.Date(2026, 3, 10, 15, 0, 0, 0, time.UTC)})
	fmt.Println(called.Kind, err)
	ledger, err := reminder.Fold([]reminder.Entry{called})
	next, _, _ := r.Next(ledger)
	fmt.Println(next.Format(time.DateTime), err)
	// Output:
	// done <nil>
	// 2026-04-09 09:00:00 <nil>
}
