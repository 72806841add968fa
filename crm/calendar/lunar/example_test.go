package lunar_test

import (
	"fmt"
	"time"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/calendar/lunar"
)

// The lunar date of a day, and the day of a lunar date.
func Example() {
	date, err := lunar.Of(calendar.MustDate(2025, time.August, 3))
	if err != nil {
		panic(err)
	}
	fmt.Println(date, date.Zh())
	newYear, err := lunar.Date{Year: 2026, Month: 1, Day: 1}.Civil()
	fmt.Println(newYear, err)
	// Output:
	// 2025-M06L-10 二〇二五年闰六月初十
	// 2026-02-17 <nil>
}

// A customer born on the tenth of a leap sixth month keeps the birthday in the ordinary sixth
// month of years that do not have the other.
func ExampleNext() {
	birthday := lunar.MonthDay{Month: 6, Day: 10, Leap: true}
	today := calendar.MustDate(2025, time.January, 1)
	for range 3 {
		next, err := lunar.Next(birthday, today)
		if err != nil {
			panic(err)
		}
		fmt.Println(next)
		today = next
	}
	// Output:
	// 2025-08-03
	// 2026-07-23
	// 2027-07-13
}
