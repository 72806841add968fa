package calendar_test

import (
	"errors"
	"fmt"
	"time"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/finding"
)

// officeHours is an office in Shanghai: 09:00-12:00 and 13:30-18:00, Monday to
// Friday, by the holidays and make-up days of China.
func officeHours() (*calendar.Calendar, error) {
	shanghai, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		return nil, err
	}
	return calendar.Compile(calendar.Spec{
		ID:       "office",
		Loc:      shanghai,
		Patterns: []calendar.Pattern{{Cycle: calendar.Week(calendar.MustPlan("09:00-12:00", "13:30-18:00"))}},
		Years:    calendar.China(),
		From:     calendar.MustDate(2025, time.January, 1),
		To:       calendar.MustDate(2026, time.December, 31),
	})
}

// A complaint comes in on the Friday before Spring Festival and is to be answered
// within ten working hours. Saturday is worked, the nine days after are not.
func ExampleCompile() {
	office, err := officeHours()
	if err != nil {
		fmt.Println(err)
		return
	}
	asked := time.Date(2026, time.February, 13, 16, 0, 0, 0, office.Loc())
	due, err := office.Add(asked, 10*time.Hour)
	fmt.Println(due.Format("2006-01-02 15:04"), err)

	answered := time.Date(2026, time.February, 24, 10, 0, 0, 0, office.Loc())
	took, err := office.Between(asked, answered)
	fmt.Println(took, err)
	// Output:
	// 2026-02-24 09:30 <nil>
	// 10h30m0s <nil>
}

// Everything that is wrong with a specification comes back at once.
func ExampleSpec_Validate() {
	err := calendar.Spec{
		Loc:      time.UTC,
		Patterns: []calendar.Pattern{{Cycle: make([]calendar.DayPlan, 4)}},
		From:     calendar.MustDate(2026, time.January, 1),
	}.Validate()
	fmt.Println(err)
	// Output:
	// calendar: to is outside the years 1 to 9999: invalid
	// calendar: patterns[0].anchor is missing: invalid
	// calendar: patterns[0].cycle has no work: invalid
}

func ExampleCalendar_Between() {
	office, err := officeHours()
	if err != nil {
		fmt.Println(err)
		return
	}
	morning := time.Date(2026, time.March, 2, 11, 0, 0, 0, office.Loc())
	afternoon := time.Date(2026, time.March, 2, 14, 0, 0, 0, office.Loc())
	fmt.Println(office.Between(morning, afternoon)) // without the break at noon
	fmt.Println(office.Between(afternoon, morning))
	// Output:
	// 1h30m0s <nil>
	// -1h30m0s <nil>
}

// A night of eight hours is seven long when the clocks go forward.
func ExampleCalendar_Add() {
	newYork, err := time.LoadLocation("America/New_York")
	if err != nil {
		fmt.Println(err)
		return
	}
	line, err := calendar.Compile(calendar.Spec{
		Loc:      newYork,
		Patterns: []calendar.Pattern{{Cycle: []calendar.DayPlan{calendar.MustPlan("22:00-30:00")}}},
		Unknown:  calendar.NoTables, // it runs on public holidays too
		From:     calendar.MustDate(2026, time.January, 1),
		To:       calendar.MustDate(2026, time.December, 31),
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	started := time.Date(2026, time.March, 7, 22, 0, 0, 0, newYork)
	done, err := line.Add(started, 4*time.Hour+30*time.Minute)
	fmt.Println(done.Format(time.RFC3339), err)
	night, err := line.WorkedOn(calendar.MustDate(2026, time.March, 7))
	fmt.Println(night, err)
	// Output:
	// 2026-03-08T03:30:00-04:00 <nil>
	// 7h0m0s <nil>
}

func ExampleCalendar_Next() {
	office, err := officeHours()
	if err != nil {
		fmt.Println(err)
		return
	}
	holiday := time.Date(2026, time.February, 20, 12, 0, 0, 0, office.Loc())
	next, err := office.Next(holiday)
	fmt.Println(next.Format("2006-01-02 15:04"), err)
	last, err := office.Prev(holiday)
	fmt.Println(last.Format("2006-01-02 15:04"), err)
	fmt.Println(office.Working(holiday))
	// Output:
	// 2026-02-24 09:00 <nil>
	// 2026-02-14 18:00 <nil>
	// false <nil>
}

func ExampleCalendar_AddWorkdays() {
	office, err := officeHours()
	if err != nil {
		fmt.Println(err)
		return
	}
	friday := calendar.MustDate(2026, time.February, 13)
	fmt.Println(office.AddWorkdays(friday, 1)) // a Saturday on which is worked
	fmt.Println(office.AddWorkdays(friday, 2)) // after the holiday
	fmt.Println(office.AddWorkdays(friday+2, 0))
	fmt.Println(office.Workdays(calendar.MustDate(2026, time.January, 1), calendar.MustDate(2027, time.January, 1)))
	// Output:
	// 2026-02-14 <nil>
	// 2026-02-24 <nil>
	// 2026-02-24 <nil>
	// 248 <nil>
}

func ExampleCalendar_Shift() {
	office, err := officeHours()
	if err != nil {
		fmt.Println(err)
		return
	}
	due := calendar.MustDate(2026, time.January, 31) // a Saturday
	for _, roll := range []calendar.Roll{calendar.Following, calendar.Preceding, calendar.ModifiedFollowing} {
		d, err := office.Shift(due, roll)
		fmt.Println(roll.Zh(), d, err)
	}
	// Output:
	// 顺延 2026-02-02 <nil>
	// 提前 2026-01-30 <nil>
	// 顺延(不跨月) 2026-01-30 <nil>
}

func ExampleCalendar_Shifts() {
	office, err := officeHours()
	if err != nil {
		fmt.Println(err)
		return
	}
	shifts, err := office.Shifts(calendar.MustDate(2026, time.February, 14))
	for _, s := range shifts {
		fmt.Println(s.From.Format(time.RFC3339), "to", s.To.Format("15:04"))
	}
	fmt.Println(err)
	// Output:
	// 2026-02-14T09:00:00+08:00 to 12:00
	// 2026-02-14T13:30:00+08:00 to 18:00
	// <nil>
}

// The holidays of a year that nobody has announced yet are not guessed: the answer
// by the pattern comes with a finding.
func ExampleCalendar_Uncovered() {
	from, to := calendar.MustDate(2027, time.January, 1), calendar.MustDate(2027, time.February, 1)
	plan, err := calendar.Compile(calendar.Spec{
		Loc:      time.UTC,
		Patterns: []calendar.Pattern{{Cycle: calendar.Week(calendar.MustPlan("09:00-17:00"))}},
		Years:    calendar.China(),
		From:     calendar.MustDate(2026, time.January, 1), To: to,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(plan.Workdays(from, to))
	texts := finding.Catalogue{calendar.CodeUncovered: {En: calendar.UncoveredEn, Zh: calendar.UncoveredZh}}
	for _, year := range plan.Uncovered(from, to-1) {
		f := finding.Finding{
			Code: calendar.CodeUncovered, Severity: finding.Warning, AsOf: from,
			Params: []finding.Param{finding.Int("year", int64(year))},
		}
		for _, lang := range []finding.Language{finding.English, finding.Chinese} {
			text, err := texts.Render(f, lang)
			fmt.Println(text, err)
		}
	}
	// Output:
	// 21 <nil>
	// no holidays and make-up days are known for 2027: the pattern alone was applied <nil>
	// 没有2027年的放假调休安排，仅按排班规律计算 <nil>
}

// A table with mistakes is not imported, and all of them are named.
func ExampleImportYear() {
	table, err := calendar.ImportYear([]byte(`{
		"year": 2027, "papers": ["notice"],
		"days": [
			{"name": "元旦", "date": "2027-01-01", "isOffDay": true},
			{"name": "元旦", "date": "2027-01-01", "isOffDay": false},
			{"name": "春节", "date": "2027-02-30", "isOffDay": true}
		]}`), "holidays.json")
	fmt.Println(len(table.Days), errors.Is(err, calendar.ErrInvalid))
	fmt.Println(err)
	// Output:
	// 0 true
	// calendar: days[1].date is both off and a make-up day: invalid
	// calendar: days[2].date is no date: invalid
}

func ExampleChina() {
	for _, table := range calendar.China() {
		off, worked := 0, 0
		for _, day := range table.Days {
			if day.Off {
				off++
			} else {
				worked++
			}
		}
		fmt.Println(table.Year, off, "off,", worked, "made up for")
	}
	// Output:
	// 2025 28 off, 5 made up for
	// 2026 33 off, 6 made up for
}

func ExampleParseWindow() {
	night, err := calendar.ParseWindow("22:00-30:00")
	fmt.Println(night.From, night.To, night, err)
	_, err = calendar.ParseWindow("30:00-22:00")
	fmt.Println(err)
	// Output:
	// 1320 1800 22:00-30:00 <nil>
	// calendar: window does not run from an earlier to a later minute of 00:00 to 48:00: invalid
}

func ExampleParsePlan() {
	plan, err := calendar.ParsePlan("09:00-12:00", "13:30-18:00")
	fmt.Println(plan.Shifts, err)
	// Output: [09:00-12:00 13:30-18:00] <nil>
}

// Monday to Friday, and a half day on Saturday.
func ExampleWeek() {
	week := calendar.Week(calendar.MustPlan("09:00-12:00", "13:30-18:00"))
	week[5] = calendar.MustPlan("09:00-12:00")
	for i, plan := range week {
		fmt.Println(i+1, plan.Shifts)
	}
	// Output:
	// 1 [09:00-12:00 13:30-18:00]
	// 2 [09:00-12:00 13:30-18:00]
	// 3 [09:00-12:00 13:30-18:00]
	// 4 [09:00-12:00 13:30-18:00]
	// 5 [09:00-12:00 13:30-18:00]
	// 6 [09:00-12:00]
	// 7 []
}

// 02:30 is not shown when the clocks go from 02:00 to 03:00.
func ExampleDay_At() {
	newYork, err := time.LoadLocation("America/New_York")
	if err != nil {
		fmt.Println(err)
		return
	}
	d := calendar.MustDate(2026, time.March, 8)
	fmt.Println(d.At(2*60+30, newYork).Format(time.RFC3339))
	fmt.Println(d.At(9*60, newYork).Format(time.RFC3339))
	// Output:
	// 2026-03-08T03:00:00-04:00
	// 2026-03-08T09:00:00-04:00
}

func ExampleMonthsBetween() {
	signed := calendar.MustDate(2026, time.January, 31)
	fmt.Println(calendar.MonthsBetween(signed, calendar.MustDate(2026, time.February, 27)))
	fmt.Println(calendar.MonthsBetween(signed, calendar.MustDate(2026, time.February, 28)))
	// Output:
	// 0 true
	// 1 true
}

// The 59 days of January and February 2025 face the 60 of 2024.
func ExampleSamePeriodLastYear() {
	from, to := calendar.MustDate(2025, time.January, 1), calendar.MustDate(2025, time.March, 1)
	fmt.Println(calendar.SamePeriodLastYear(from, to))
	// Output: 2024-01-01 2024-03-01 <nil>
}
