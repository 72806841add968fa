// Package calendar answers which day something happened on, and which day lies
// some months away (日历).
//
// A [Day] is a civil date as an integer: days are compared, subtracted and
// stored without a clock, a zone or a leap-second table. An instant becomes a
// day only through a *time.Location that the caller names ([DayOf]); a day ends
// at the first instant of the next one ([Day.Start]), also where the clocks skip
// or repeat midnight.
//
// Months clamp to their end from the original day ([Day.AddMonths]): 31 January
// plus one month is the last of February, plus two months 31 March.
//
// The day number is the Rata Die of Reingold and Dershowitz, Calendrical
// Calculations (4th ed. 2018), section 1.2.
package calendar
