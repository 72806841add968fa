// Package calendar answers how much working time lies between two instants, when a
// promised time is up, which days are worked, which day something happened on, and
// which day lies some months away (工作日历).
//
// A [Calendar] is compiled once from a [Spec] and then asked. It knows shifts, breaks,
// nights, public holidays, make-up days and the changes of the clocks:
//
//	office, err := calendar.Compile(calendar.Spec{
//		Loc:      shanghai,
//		Patterns: []calendar.Pattern{{Cycle: calendar.Week(calendar.MustPlan("09:00-12:00", "13:30-18:00"))}},
//		Years:    calendar.China(),
//		From:     calendar.MustDate(2025, 1, 1), To: calendar.MustDate(2026, 12, 31),
//	})
//	due, err := office.Add(asked, 8*time.Hour)     // when eight working hours have passed
//	took, err := office.Between(asked, answered)   // how many it were
//	day, err := office.AddWorkdays(signed, 5)      // the fifth working day after
//
// A [Day] is a civil date as an integer: days are compared, counted and stored
// without a clock, a zone or a leap-second table.
//
// # Vocabulary
//
//   - day 日: a civil date, named by year, month and day of the month
//   - month arithmetic 按月推算: months are added to the original day and clamp to the end of the month
//   - zone 时区: a *time.Location, which the caller names
//   - shift 班次, break 休息: a [Window] of the clock that is worked, or not
//   - night shift 夜班: a window past 24:00, of the day on which it starts
//   - pattern 排班规律, cycle 周期: the plans that come again and again; seven days are a week
//   - year's table 放假调休安排: a year's public holidays 放假 and make-up days 补班
//   - working day 工作日: a day on which a shift with work in it starts
//   - working time 工作时间: time that passes during shifts and outside breaks
//   - horizon 起止范围: the days for which a calendar is compiled
//   - roll 遇休调整: where a date goes that is no working day
//
// # Instants
//
// An instant becomes a day only through a zone ([DayOf]): 23:30 in London is
// tomorrow in Shanghai. A day begins at [Day.Start] and ends at the Start of the
// next one, also where the clocks skip midnight, repeat it, or skip the whole day;
// time.Date is wrong there, and 24 hours after the start is wrong on two days of
// most years.
//
// # Working time
//
// The clock's readings become instants by one rule: the first instant at which the
// clocks show a reading or anything later ([Day.At]). Later readings never come
// first, so windows that touch on the clock touch in time: none overlap and no hole
// is left when the clocks change. Working time is what passes, so that a night
// shift of eight hours is seven long when the clocks go forward and nine when they
// go back. Time that two shifts cover, the tail of a night and the next morning,
// counts once.
//
// What is worked on a day is decided by an [Exception] of the calendar, then by the
// year's table, then by the pattern. A day off removes the shifts that start on it;
// the night that ends on it stays.
//
// A question costs the same over an hour and over ten years: [Calendar.Between] and
// [Calendar.Add] look sums up and walk over no days.
//
// # Years without a table
//
// China announces the holidays and make-up days of a year in the November before.
// What is said about a later year is not guessed: by default the pattern answers and
// [Calendar.Uncovered] names the year, which the caller passes on as the finding
// [CodeUncovered]; with [Refuse] the answer is [ErrUncovered]. [China] has what is
// shipped, [ImportYear] reads the rest.
//
// # Months
//
// Months clamp from the original day ([Day.AddMonths]): 31 January plus one month
// is the last of February, plus two months 31 March. Whoever adds one month to the
// result of the last step ends up on the 28th for ever. [MonthsBetween] is the way
// back, and [SamePeriodLastYear] what a period is compared with.
//
// # Lunar dates
//
// Dates of the Chinese calendar, lunar birthdays and festivals (农历) are in package
// crm/calendar/lunar.
//
// # Sources
//
// The calendar is the proleptic Gregorian one of ISO 8601-1:2019, years 1 to 9999.
// The day number is the Rata Die of Reingold and Dershowitz, Calendrical
// Calculations (4th ed. 2018), section 1.2. The way back from it follows Neri and
// Schneider, Euclidean affine functions and their application to calendar
// algorithms, Software: Practice and Experience 53 (2023).
//
// The rolls are the business day conventions of the 2006 ISDA Definitions, section
// 4.12. The holidays of China are those of the State Council's notices of
// 2024-11-12 (国办发明电〔2024〕12号) and 2025-11-04.
package calendar
