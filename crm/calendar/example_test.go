package calendar_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/guanxi-go/guanxi/crm/calendar"
)

func Example() {
	signed, err := calendar.ParseDay("2026-01-31")
	if err != nil {
		fmt.Println(err)
		return
	}
	today := calendar.MustDate(2026, time.February, 10)
	renewal := signed.AddMonths(1)
	fmt.Println(renewal, renewal.Weekday(), "in", renewal.Sub(today), "days")
	fmt.Println(signed.AddMonths(2))
	// Output:
	// 2026-02-28 Saturday in 18 days
	// 2026-03-31
}

func ExampleDate() {
	fmt.Println(calendar.Date(2024, time.February, 29))
	_, err := calendar.Date(2025, time.February, 29)
	fmt.Println(errors.Is(err, calendar.ErrInvalid), err)
	// Output:
	// 2024-02-29 <nil>
	// true calendar: day is not in that month: invalid
}

func ExampleMustDate() {
	opened := calendar.MustDate(2019, time.October, 1)
	fmt.Println(opened, opened.Weekday())
	// Output: 2019-10-01 Tuesday
}

func ExampleParseDay() {
	for _, text := range []string{"2026-03-31", "2026-02-30", "31.03.2026"} {
		d, err := calendar.ParseDay(text)
		if err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Println(d)
	}
	// Output:
	// 2026-03-31
	// calendar: day is not in that month: invalid
	// calendar: date is not of the form YYYY-MM-DD: invalid
}

func ExampleParseISO() {
	line := []byte("C17,2026-03-31,12.30")
	if d, ok := calendar.ParseISO(line[4:14]); ok {
		fmt.Println(d + 1)
	}
	// Output: 2026-04-01
}

// An instant is a day only somewhere.
func ExampleDayOf() {
	shanghai, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		fmt.Println(err)
		return
	}
	paid := time.Date(2026, time.March, 31, 23, 30, 0, 0, time.UTC)
	fmt.Println(calendar.DayOf(paid, time.UTC), calendar.DayOf(paid, shanghai))
	// Output: 2026-03-31 2026-04-01
}

func ExampleDay() {
	type member struct {
		Joined calendar.Day `json:"joined"`
		Left   calendar.Day `json:"left,omitempty"`
	}
	m := member{Joined: calendar.MustDate(2026, time.March, 31)}
	text, err := json.Marshal(m)
	fmt.Println(string(text), err, m.Left.IsZero())
	// Output: {"joined":"2026-03-31"} <nil> true
}

func ExampleDay_Date() {
	year, month, day := calendar.MustDate(2026, time.March, 31).Date()
	fmt.Println(year, month, day)
	// Output: 2026 March 31
}

func ExampleDay_Sub() {
	bought, today := calendar.MustDate(2025, time.December, 24), calendar.MustDate(2026, time.March, 31)
	fmt.Println(today.Sub(bought), "days ago")
	// Output: 97 days ago
}

// Months are added to the original day: one at a time they would drift to the 28th.
func ExampleDay_AddMonths() {
	d := calendar.MustDate(2025, time.January, 31)
	fmt.Println(d.AddMonths(1), d.AddMonths(2), d.AddMonths(1).AddMonths(1))
	fmt.Println(d.AddMonths(-11), calendar.MaxDay.AddMonths(1).IsZero())
	// Output:
	// 2025-02-28 2025-03-31 2025-03-28
	// 2024-02-29 true
}

// A deadline at the end of a day is the start of the next one, which is not always
// midnight and may be an instant at which a whole day was skipped.
func ExampleDay_Start() {
	for _, c := range []struct{ zone, day string }{
		{"Asia/Shanghai", "2026-03-31"},
		{"Africa/Cairo", "2024-04-26"}, // the clocks went from 00:00 to 01:00
		{"Pacific/Apia", "2011-12-30"}, // Samoa moved across the date line
	} {
		loc, err := time.LoadLocation(c.zone)
		if err != nil {
			fmt.Println(err)
			return
		}
		d, err := calendar.ParseDay(c.day)
		if err != nil {
			fmt.Println(err)
			return
		}
		start, end := d.Start(loc), (d + 1).Start(loc)
		fmt.Println(d, "starts", start.Format(time.RFC3339), "and lasts", end.Sub(start))
	}
	// Output:
	// 2026-03-31 starts 2026-03-31T00:00:00+08:00 and lasts 24h0m0s
	// 2024-04-26 starts 2024-04-26T01:00:00+03:00 and lasts 23h0m0s
	// 2011-12-30 starts 2011-12-31T00:00:00+14:00 and lasts 0s
}

func ExampleDay_AppendTo() {
	line := calendar.MustDate(2026, time.March, 31).AppendTo([]byte("C17,"))
	fmt.Println(string(line))
	// Output: C17,2026-03-31
}
