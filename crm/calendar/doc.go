// Package calendar answers which day something happened on, and which day lies
// some months away (日历).
//
// A [Day] is a civil date as an integer: days are compared, counted and stored
// without a clock, a zone or a leap-second table.
//
//	signed, err := calendar.ParseDay("2026-01-31")    // ErrInvalid for 2026-02-30
//	renewal := signed.AddMonths(1)                    // 2026-02-28
//	left := renewal.Sub(today)                        // in days
//
// # Vocabulary
//
//   - day 日: a civil date, named by year, month and day of the month
//   - month arithmetic 按月推算: months are added to the original day and clamp to the end of the month
//   - zone 时区: a *time.Location, which the caller names
//
// # Instants
//
// An instant becomes a day only through a zone ([DayOf]): 23:30 in London is
// tomorrow in Shanghai. A day begins at [Day.Start] and ends at the Start of the
// next one, also where the clocks skip midnight, repeat it, or skip the whole day;
// time.Date is wrong there, and 24 hours after the start is wrong on two days of
// most years.
//
// # Months
//
// Months clamp from the original day ([Day.AddMonths]): 31 January plus one month
// is the last of February, plus two months 31 March. Whoever adds one month to the
// result of the last step ends up on the 28th for ever.
//
// # Sources
//
// The calendar is the proleptic Gregorian one of ISO 8601-1:2019, years 1 to 9999.
// The day number is the Rata Die of Reingold and Dershowitz, Calendrical
// Calculations (4th ed. 2018), section 1.2. The way back from it follows Neri and
// Schneider, Euclidean affine functions and their application to calendar
// algorithms, Software: Practice and Experience 53 (2023).
package calendar
