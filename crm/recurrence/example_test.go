package recurrence_test

import (
	"fmt"
	"time"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/recurrence"
)

// A customer is called on the last Friday of each month.
func Example() {
	rule, err := recurrence.Parse("FREQ=MONTHLY;BYDAY=-1FR")
	if err != nil {
		panic(err)
	}
	shanghai := time.FixedZone("Asia/Shanghai", 8*60*60)
	first := recurrence.Wall{Day: calendar.MustDate(2026, time.January, 1), Clock: 9 * time.Hour}
	series, err := recurrence.New(rule, first, shanghai)
	if err != nil {
		panic(err)
	}
	for call := range series.After(time.Date(2026, time.November, 22, 12, 0, 0, 0, shanghai)) {
		fmt.Println(call.At.Format("2006-01-02 15:04"))
		if call.Day > calendar.MustDate(2027, time.January, 1) {
			break
		}
	}
	// Output:
	// 2026-11-27 09:00
	// 2026-12-25 09:00
	// 2027-01-29 09:00
}

// A rule is a struct too. Rent is due on the last day of a month, or on the working day
// before it.
func ExampleSeries_Rolled() {
	rule := recurrence.Rule{Freq: recurrence.Monthly, Skip: recurrence.Backward, Count: 3}
	shanghai := time.FixedZone("Asia/Shanghai", 8*60*60)
	rent, err := recurrence.New(rule, recurrence.Wall{Day: calendar.MustDate(2026, time.January, 31)}, shanghai)
	if err != nil {
		panic(err)
	}
	work, err := calendar.Compile(calendar.Spec{
		Loc: shanghai, Patterns: []calendar.Pattern{{Cycle: calendar.Week(calendar.MustPlan("09:00-17:00"))}}, Years: calendar.China(),
		From: calendar.MustDate(2026, time.January, 1), To: calendar.MustDate(2026, time.December, 31),
	})
	if err != nil {
		panic(err)
	}
	fmt.Println(rule)
	for due, err := range rent.Rolled(time.Time{}, work, calendar.Preceding) {
		if err != nil {
			panic(err)
		}
		fmt.Println(due.ID, "is paid on", due.Day)
	}
	// Output:
	// FREQ=MONTHLY;COUNT=3;SKIP=BACKWARD
	// 2026-01-31T00:00:00 is paid on 2026-01-30
	// 2026-02-28T00:00:00 is paid on 2026-02-28
	// 2026-03-31T00:00:00 is paid on 2026-03-31
}

// A part that is not supported is named, never ignored.
func ExampleParse() {
	_, err := recurrence.Parse("FREQ=DAILY;BYHOUR=9,17")
	fmt.Println(err)
	// Output: recurrence: BYHOUR is not supported: unsupported part of a recurrence rule
}

// Where the clocks skip a time it comes later, on the same day.
func ExampleWall_In() {
	newYork, err := time.LoadLocation("America/New_York")
	if err != nil {
		panic(err)
	}
	fmt.Println(recurrence.Wall{Day: calendar.MustDate(2026, time.March, 8), Clock: 2*time.Hour + 30*time.Minute}.In(newYork))
	// Output: 2026-03-08 03:30:00 -0400 EDT
}
