package calendar

import (
	"strconv"
	"time"
)

// ParseDay reads an ISO 8601 calendar date in the extended format, YYYY-MM-DD with
// a year of 0001 to 9999, and nothing else: no sign, no space, no time of day, no
// full-width digit. The *[Error] does not repeat the text.
func ParseDay[T ~string | ~[]byte](s T) (Day, error) {
	if d, ok := ParseISO(s); ok {
		return d, nil
	}
	if year, month, day, ok := digitsOf(s); ok {
		_, err := Date(year, month, day)
		return 0, err
	}
	return 0, invalid("date", reason{"is not of the form YYYY-MM-DD", "格式不是 YYYY-MM-DD"})
}

// ParseISO is [ParseDay] for readers that word their own errors: it reports
// whether s is a date instead of saying why not, and does not allocate.
func ParseISO[T ~string | ~[]byte](s T) (Day, bool) {
	year, month, day, ok := digitsOf(s)
	if !ok || year < 1 || month < time.January || month > time.December || day < 1 || day > daysIn(year, month) {
		return 0, false
	}
	return daysBefore(year, month) + Day(day), true
}

// digitsOf reads dddd-dd-dd.
func digitsOf[T ~string | ~[]byte](s T) (year int, month time.Month, day int, ok bool) {
	if len(s) != 10 || s[4] != '-' || s[7] != '-' {
		return 0, 0, 0, false
	}
	y0, y1, y2, y3 := s[0]-'0', s[1]-'0', s[2]-'0', s[3]-'0'
	m0, m1, d0, d1 := s[5]-'0', s[6]-'0', s[8]-'0', s[9]-'0'
	if y0 > 9 || y1 > 9 || y2 > 9 || y3 > 9 || m0 > 9 || m1 > 9 || d0 > 9 || d1 > 9 {
		return 0, 0, 0, false
	}
	return int(y0)*1000 + int(y1)*100 + int(y2)*10 + int(y3), time.Month(m0*10 + m1), int(d0*10 + d1), true
}

// String returns YYYY-MM-DD, "" for the zero Day, and Day(n) for a number that is
// not a valid day.
func (d Day) String() string {
	var b [len("Day(-2147483648)")]byte
	return string(d.AppendTo(b[:0]))
}

// AppendTo appends what String returns to b.
func (d Day) AppendTo(b []byte) []byte {
	switch {
	case d == 0:
		return b
	case !d.Valid():
		return append(strconv.AppendInt(append(b, "Day("...), int64(d), 10), ')')
	}
	y, m, day := d.Date()
	return append(b, byte('0'+y/1000), byte('0'+y/100%10), byte('0'+y/10%10), byte('0'+y%10), '-',
		byte('0'+m/10), byte('0'+m%10), '-', byte('0'+day/10), byte('0'+day%10))
}

// MarshalText writes YYYY-MM-DD, or nothing for the zero Day. Any other day that
// is not valid is an *[Error].
func (d Day) MarshalText() ([]byte, error) {
	if d != 0 && !d.Valid() {
		return nil, invalid("day", notADay)
	}
	return d.AppendTo(nil), nil
}

// UnmarshalText reads what MarshalText writes; on an error, which is that of
// [ParseDay], d stays as it was.
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
