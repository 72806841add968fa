package calendar

import (
	"fmt"
	"time"
)

// Day is a civil date without a clock or a zone: the number of days since
// 0000-12-31 in the proleptic Gregorian calendar, so that 1 is 0001-01-01 (the
// Rata Die; the same number as Python's date.toordinal). The zero value is no
// date at all. Valid days are [MinDay] to [MaxDay]; days are compared and
// subtracted as the integers that they are.
type Day int32

const (
	MinDay Day = 1       // 0001-01-01
	MaxDay Day = 3652059 // 9999-12-31
)

// unixEpoch is 1970-01-01.
const unixEpoch Day = 719163

// Date returns the day of a year, month and day of the month, and ErrInvalid
// where there is no such date (2025-02-29) or it lies outside the years 1 to
// 9999. Nothing is normalised.
func Date(year int, month time.Month, day int) (Day, error) {
	if year < 1 || year > 9999 || month < time.January || month > time.December ||
		day < 1 || day > daysIn(year, month) {
		return 0, fmt.Errorf("calendar: no such date %d-%02d-%02d: %w", year, int(month), day, ErrInvalid)
	}
	return daysBefore(year, month) + Day(day), nil
}

// MustDate is Date for constants in code and tests; it panics where Date fails.
func MustDate(year int, month time.Month, day int) Day {
	d, err := Date(year, month, day)
	if err != nil {
		panic(err)
	}
	return d
}

// DayOf returns the civil date that the clocks of loc show at the instant t.
// A nil loc is UTC.
func DayOf(t time.Time, loc *time.Location) Day {
	if loc == nil {
		loc = time.UTC
	}
	y, m, d := t.In(loc).Date()
	return daysBefore(y, m) + Day(d)
}

// ParseDay reads an ISO 8601 calendar date, YYYY-MM-DD, and nothing else.
func ParseDay[T ~string | ~[]byte](s T) (Day, error) {
	d, ok := ParseISO(s)
	if !ok {
		return 0, fmt.Errorf("calendar: %.40q is not a date YYYY-MM-DD: %w", string(s), ErrInvalid)
	}
	return d, nil
}

// ParseISO is ParseDay for readers that word their own errors: it reports
// whether s is a date instead of saying why not, and does not allocate.
func ParseISO[T ~string | ~[]byte](s T) (Day, bool) {
	if len(s) != 10 || s[4] != '-' || s[7] != '-' {
		return 0, false
	}
	d0, d1, d2, d3 := s[0]-'0', s[1]-'0', s[2]-'0', s[3]-'0'
	m0, m1, d4, d5 := s[5]-'0', s[6]-'0', s[8]-'0', s[9]-'0'
	if d0 > 9 || d1 > 9 || d2 > 9 || d3 > 9 || m0 > 9 || m1 > 9 || d4 > 9 || d5 > 9 {
		return 0, false
	}
	year := int(d0)*1000 + int(d1)*100 + int(d2)*10 + int(d3)
	month := time.Month(m0*10 + m1)
	day := int(d4*10 + d5)
	if year < 1 || month < time.January || month > time.December || day < 1 || day > daysIn(year, month) {
		return 0, false
	}
	return daysBefore(year, month) + Day(day), true
}

// Date returns the year, month and day of the month of d.
func (d Day) Date() (year int, month time.Month, day int) {
	return time.Unix(int64(d-unixEpoch)*86400, 0).UTC().Date()
}

// Weekday returns the day of the week.
func (d Day) Weekday() time.Weekday { return time.Weekday(((d % 7) + 7) % 7) }

// IsZero reports whether d is no date.
func (d Day) IsZero() bool { return d == 0 }

// Valid reports whether d lies between MinDay and MaxDay.
func (d Day) Valid() bool { return d >= MinDay && d <= MaxDay }

// AddMonths moves d by n calendar months and clamps to the end of the month
// reached: 31 January and one month is 28 or 29 February. To step through
// months, add 1, 2, 3 … to the original day; adding one month to a clamped
// result drifts. The result is the zero Day where it leaves the years 1 to 9999.
func (d Day) AddMonths(n int) Day {
	y, m, day := d.Date()
	months := y*12 + int(m) - 1 + n
	if months < 12 || months >= 10000*12 {
		return 0
	}
	year, month := months/12, time.Month(months%12+1)
	return daysBefore(year, month) + Day(min(day, daysIn(year, month)))
}

// Start returns the first instant of d in loc (nil is UTC): midnight, or the
// first instant after it where the clocks skip midnight. The day ends at the
// Start of the next.
func (d Day) Start(loc *time.Location) time.Time {
	if loc == nil {
		loc = time.UTC
	}
	y, m, day := d.Date()
	t := time.Date(y, m, day, 0, 0, 0, 0, loc)
	// Where midnight is skipped, time.Date may answer with the hour before it
	// (still yesterday) or after it; the day begins at the zone change itself.
	if DayOf(t, loc) != d || t.Hour() != 0 || t.Minute() != 0 || t.Second() != 0 {
		lo, hi := t.Add(-24*time.Hour), t.Add(24*time.Hour)
		for hi.Sub(lo) > time.Nanosecond {
			mid := lo.Add(hi.Sub(lo) / 2)
			if DayOf(mid, loc) < d {
				lo = mid
			} else {
				hi = mid
			}
		}
		return hi
	}
	// Where midnight comes twice, the day begins with the first.
	if prev := t.Add(-time.Nanosecond); DayOf(prev, loc) == d {
		for h := time.Hour; h <= 3*time.Hour; h += time.Hour {
			if u := t.Add(-h); DayOf(u, loc) == d && DayOf(u.Add(-time.Nanosecond), loc) < d {
				return u
			}
		}
	}
	return t
}

// String returns YYYY-MM-DD, and "" for the zero Day.
func (d Day) String() string {
	if d == 0 {
		return ""
	}
	var b [10]byte
	return string(d.AppendTo(b[:0]))
}

// AppendTo appends the form of String to b.
func (d Day) AppendTo(b []byte) []byte {
	if d == 0 {
		return b
	}
	y, m, day := d.Date()
	return append(b, byte('0'+y/1000%10), byte('0'+y/100%10), byte('0'+y/10%10), byte('0'+y%10), '-',
		byte('0'+m/10), byte('0'+m%10), '-', byte('0'+day/10), byte('0'+day%10))
}

// MarshalText writes YYYY-MM-DD, or nothing for the zero Day.
func (d Day) MarshalText() ([]byte, error) {
	if d != 0 && !d.Valid() {
		return nil, fmt.Errorf("calendar: day %d is outside the years 1 to 9999: %w", int32(d), ErrInvalid)
	}
	return d.AppendTo(nil), nil
}

// UnmarshalText reads what MarshalText writes.
func (d *Day) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*d = 0
		return nil
	}
	parsed, err := ParseDay(text)
	if err == nil {
		*d = parsed
	}
	return err
}

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
