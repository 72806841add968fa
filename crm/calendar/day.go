package calendar

import (
	"time"
)

// Day is a civil date without a clock or a zone: the number of days since
// 0000-12-31 in the proleptic Gregorian calendar, so that 1 is 0001-01-01 (the
// Rata Die; the same number as Python's date.toordinal). Valid days are [MinDay]
// to [MaxDay]. Days are compared as the integers that they are, and d+1 is the next
// day; the difference of two is no date, and [Day.Sub] returns it as an int.
//
// The zero value is no date at all. As text, and so in JSON, a Day is YYYY-MM-DD
// and the zero value is empty.
type Day int32

// The first and the last valid day.
const (
	MinDay Day = 1       // 0001-01-01
	MaxDay Day = 3652059 // 9999-12-31
)

// Date returns the day of a year, month and day of the month. An *[Error] says
// which of the three is wrong where there is no such date (2025-02-29) or it lies
// outside the years 1 to 9999: nothing is normalised.
func Date(year int, month time.Month, day int) (Day, error) {
	switch {
	case year < 1 || year > 9999:
		return 0, invalid("year", reason{"is outside 1 to 9999", "不在 1 至 9999 之间"})
	case month < time.January || month > time.December:
		return 0, invalid("month", reason{"is outside 1 to 12", "不在 1 至 12 之间"})
	case day < 1 || day > daysIn(year, month):
		return 0, invalid("day", reason{"is not in that month", "不在该月之内"})
	}
	return daysBefore(year, month) + Day(day), nil
}

// MustDate is [Date] for constants in code and tests; it panics where Date fails.
func MustDate(year int, month time.Month, day int) Day {
	d, err := Date(year, month, day)
	if err != nil {
		panic(err)
	}
	return d
}

// IsZero reports whether d is no date.
func (d Day) IsZero() bool { return d == 0 }

// Valid reports whether d lies between [MinDay] and [MaxDay].
func (d Day) Valid() bool { return d >= MinDay && d <= MaxDay }

// Date returns the year, month and day of the month of d, and 0, 0, 0 where d is
// not valid.
func (d Day) Date() (year int, month time.Month, day int) {
	if !d.Valid() {
		return 0, 0, 0
	}
	// Neri and Schneider, sections 7 and 8.3. In years that begin on 1 March the
	// leap day comes last, and the lengths of the months follow a line: 153 days in
	// five months. With n = 4·days+3 the centuries and years have whole lengths, and
	// in the ranges that occur the divisions by 1461 and by 153/5 are exact as
	// multiplications.
	const (
		marchOfYear0 = -305 // 0000-03-01
		days400      = 146097
		over1461     = 2939745 // 2^32/1461, rounded up
		marchTo1Jan  = 306
	)
	n := 4*uint32(d-marchOfYear0) + 3
	century, rest := n/days400, n%days400|3
	p := over1461 * uint64(rest)
	ofCentury, ofYear := uint32(p>>32), uint32(p)/over1461/4
	m := 2141*ofYear + 197913
	year, month, day = int(100*century+ofCentury), time.Month(m>>16), int(m&0xffff/2141)+1
	if ofYear >= marchTo1Jan {
		year, month = year+1, month-12
	}
	return year, month, day
}

// Weekday returns the day of the week. A day that is not valid has the one that
// the count of seven gives it.
func (d Day) Weekday() time.Weekday { return time.Weekday((d%7 + 7) % 7) }

// Sub returns the number of days from e to d, below zero where d is the earlier.
func (d Day) Sub(e Day) int { return int(d) - int(e) }

// AddMonths moves d by n calendar months, n of any sign, and clamps to the end of
// the month reached: 31 January and one month is 28 or 29 February. To step
// through months, add 1, 2, 3 … to the original day: adding one month to a clamped
// result drifts.
//
// The result is the zero Day where it leaves the years 1 to 9999, and where d is
// not valid.
func (d Day) AddMonths(n int) Day {
	const all = 9999 * 12
	if !d.Valid() || n <= -all || n >= all {
		return 0
	}
	y, m, day := d.Date()
	months := (y-1)*12 + int(m-1) + n // since January of the year 1
	if months < 0 || months >= all {
		return 0
	}
	year, month := months/12+1, time.Month(months%12+1)
	return daysBefore(year, month) + Day(min(day, daysIn(year, month)))
}

// monthDays[m] is the number of days of a common year up to the end of month m.
var monthDays = [13]int16{0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365}

// daysBefore returns the last day before the month.
func daysBefore(year int, month time.Month) Day {
	y := year - 1
	n := Day(y*365 + y/4 - y/100 + y/400 + int(monthDays[month-1]))
	if month > time.February && leap(year) {
		n++
	}
	return n
}

func daysIn(year int, month time.Month) int {
	if month == time.February && leap(year) {
		return 29
	}
	return int(monthDays[month] - monthDays[month-1])
}

func leap(year int) bool { return year%4 == 0 && (year%100 != 0 || year%400 == 0) }
