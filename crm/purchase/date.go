package purchase

import (
	"time"

	"github.com/guanxi-go/guanxi/crm/calendar"
)

// dates reads the date column where it is not a plain YYYY-MM-DD.
type dates struct {
	layout   string // empty for the default forms
	location *time.Location
	zoned    bool // the layout has an offset
}

// check looks at what a layout writes for dates and zones that tell apart what
// it could lose. It returns what is wrong with the layout, or nothing.
func (d *dates) check() string {
	if d.layout == "" {
		return ""
	}
	at := func(zone string, offset int) string {
		return time.Date(2025, time.March, 4, 15, 6, 7, 0, time.FixedZone(zone, offset)).Format(d.layout)
	}
	if at("AAA", 3600) != at("BBB", 3600) {
		return "a zone abbreviation does not name an offset"
	}
	d.zoned = at("AAA", 3600) != at("AAA", 7200)
	if d.zoned && d.location == nil {
		return "a layout with an offset needs Options.Location"
	}
	for _, probe := range []time.Time{
		time.Date(1997, time.January, 18, 1, 2, 3, 0, time.UTC),
		time.Date(2024, time.February, 29, 13, 14, 15, 0, time.UTC),
		time.Date(2025, time.November, 1, 23, 59, 59, 0, time.UTC),
		time.Date(2025, time.November, 11, 0, 0, 0, 0, time.UTC),
		time.Date(2031, time.December, 31, 12, 0, 0, 0, time.UTC),
	} {
		back, err := time.Parse(d.layout, probe.Format(d.layout))
		if err != nil || calendar.DayOf(back, time.UTC) != calendar.DayOf(probe, time.UTC) {
			return "the layout does not give back the date it was written from"
		}
	}
	return ""
}

// parse reads a date in the layout or, without one, in any of the default forms.
func (d *dates) parse(text []byte) (calendar.Day, *Error) {
	if d.layout != "" {
		return d.parseLayout(string(text))
	}
	const length = len("2006-01-02")
	if len(text) <= length || text[length] != 'T' && text[length] != ' ' {
		day, ok := calendar.ParseISO(text)
		if !ok {
			return 0, refuseDate(text)
		}
		return day, nil
	}
	day, ok := calendar.ParseISO(text[:length])
	if !ok {
		return 0, refuseDate(text[:length])
	}
	seconds, zone, ok := parseClock(text[length+1:])
	if !ok {
		return 0, refuse(-1, ErrInvalid, "no time of day hh:mm, hh:mm:ss or hh:mm:ss.fff after the date")
	}
	if len(zone) == 0 {
		return day, nil
	}
	offset, ok := parseOffset(zone)
	if !ok {
		return 0, refuse(-1, ErrInvalid, "no Z, +hh, +hhmm or +hh:mm after the time of day")
	}
	if d.location == nil {
		return 0, refuse(-1, ErrZone, "an offset from UTC needs Options.Location to tell the date")
	}
	midnight := int64(day-unixEpoch) * 86400
	return d.local(time.Unix(midnight+int64(seconds-offset), 0))
}

// unixEpoch is 1970-01-01.
const unixEpoch calendar.Day = 719163

// local is the civil date of an instant, which may leave the calendar at its
// first and last day.
func (d *dates) local(t time.Time) (calendar.Day, *Error) {
	day := calendar.DayOf(t, d.location)
	if !day.Valid() {
		return 0, refuse(-1, ErrInvalid, "the date is outside the years 1 to 9999")
	}
	return day, nil
}

func (d *dates) parseLayout(text string) (calendar.Day, *Error) {
	t, err := time.Parse(d.layout, text)
	if err != nil {
		// The error of package time repeats the text.
		return 0, refuse(-1, ErrInvalid, "no date of the form %q", d.layout)
	}
	if d.zoned {
		return d.local(t)
	}
	day := calendar.DayOf(t, time.UTC)
	if !day.Valid() {
		return 0, refuse(-1, ErrInvalid, "the date is outside the years 1 to 9999")
	}
	return day, nil
}

// refuseDate says why calendar.ParseISO refused text.
func refuseDate(text []byte) *Error {
	const form = "0000-00-00"
	shaped := len(text) == len(form)
	for i := 0; shaped && i < len(form); i++ {
		shaped = text[i] == form[i] || form[i] == '0' && isDigit(text[i])
	}
	switch {
	case len(text) == 0:
		return refuse(-1, ErrInvalid, "is empty")
	case shaped:
		return refuse(-1, ErrInvalid, "no such date")
	}
	return refuse(-1, ErrInvalid, "no date of the form YYYY-MM-DD")
}

// parseClock reads the time of day at the start of text and returns the seconds
// since midnight and what follows. Leap seconds and 24:00 are refused: which
// date they belong to depends on the zone and on who is asked.
func parseClock(text []byte) (seconds int, rest []byte, ok bool) {
	if len(text) < 5 || text[2] != ':' {
		return 0, nil, false
	}
	hour, minute := twoDigits(text), twoDigits(text[3:])
	second, rest := 0, text[5:]
	if len(rest) >= 3 && rest[0] == ':' {
		second, rest = twoDigits(rest[1:]), rest[3:]
		if len(rest) >= 2 && rest[0] == '.' && isDigit(rest[1]) {
			for rest = rest[1:]; len(rest) > 0 && isDigit(rest[0]); {
				rest = rest[1:]
			}
		}
	}
	if hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59 {
		return 0, nil, false
	}
	return hour*3600 + minute*60 + second, rest, true
}

// parseOffset reads Z, +hh, +hhmm or +hh:mm as seconds east of UTC.
func parseOffset(text []byte) (seconds int, ok bool) {
	if len(text) == 1 && text[0] == 'Z' {
		return 0, true
	}
	if len(text) < 3 || text[0] != '+' && text[0] != '-' {
		return 0, false
	}
	hour, minute := twoDigits(text[1:]), 0
	switch rest := text[3:]; {
	case len(rest) == 2:
		minute = twoDigits(rest)
	case len(rest) == 3 && rest[0] == ':':
		minute = twoDigits(rest[1:])
	case len(rest) != 0:
		return 0, false
	}
	if hour < 0 || hour > 23 || minute < 0 || minute > 59 {
		return 0, false
	}
	seconds = hour*3600 + minute*60
	if text[0] == '-' {
		seconds = -seconds
	}
	return seconds, true
}

// twoDigits reads the first two bytes of text, -1 where they are not digits.
func twoDigits(text []byte) int {
	if !isDigit(text[0]) || !isDigit(text[1]) {
		return -1
	}
	return int(text[0]-'0')*10 + int(text[1]-'0')
}

func isDigit(c byte) bool { return c-'0' <= 9 }
