package recurrence

import (
	"math"
	"time"

	"github.com/guanxi-go/guanxi/crm/calendar"
)

// Wall is what a clock on the wall shows: a day and the time since its midnight
// (当地时间), in whole seconds and less than 24 hours.
type Wall struct {
	Day   calendar.Day  `json:"day"`
	Clock time.Duration `json:"clock"` // such as 9*time.Hour
}

// Valid reports whether the day is one of the years 1 to 9999 and the clock shows
// whole seconds from 00:00:00 to 23:59:59.
func (w Wall) Valid() bool {
	return w.Day.Valid() && w.Clock >= 0 && w.Clock < 24*time.Hour && w.Clock%time.Second == 0
}

// String returns the form 2006-01-02T15:04:05, which is the id of an occurrence.
func (w Wall) String() string {
	s := uint(w.Clock / time.Second)
	b := w.Day.AppendTo(make([]byte, 0, len("2006-01-02T15:04:05")))
	return string(append(b, 'T', tens(s/3600), ones(s/3600), ':', tens(s/60%60), ones(s/60%60), ':', tens(s%60), ones(s%60)))
}

func tens(n uint) byte { return byte('0' + n/10%10) }
func ones(n uint) byte { return byte('0' + n%10) }

// In returns the instant that the reading means by the clocks of zone (RFC 5545,
// section 3.3.5): a reading that they show twice is the first, and one that they
// skip is read with the offset before the gap, so that 02:30 of a night in which
// they go from 02:00 to 03:00 is 03:30. This differs from [calendar.Day.At], by
// which working time is counted. The zero time where zone is nil or w not valid.
func (w Wall) In(zone *time.Location) time.Time {
	if zone == nil || !w.Valid() {
		return time.Time{}
	}
	unix, _ := resolve(w.seconds(), stretch{}, zone)
	return time.Unix(unix, 0).In(zone)
}

const (
	daySeconds              = 24 * 60 * 60
	unixEpoch  calendar.Day = 719163 // 1970-01-01
	// farthest is more than any clock of a TZif file is off UTC: RFC 8536, section
	// 3.2, allows less than 25 hours behind and 26 ahead.
	farthest = 26 * 60 * 60
)

// seconds returns the reading as seconds since the clock showed the Unix epoch.
func (w Wall) seconds() int64 {
	return int64(w.Day-unixEpoch)*daySeconds + int64(w.Clock/time.Second)
}

// A stretch is a time, in Unix seconds, over which clocks keep one offset from UTC.
type stretch struct{ begin, end, offset int64 }

// stretchAt returns the stretch around an instant, or a part of it that goes on to
// its end or to a day boundary of UTC.
func stretchAt(unix int64, zone *time.Location) stretch {
	at := time.Unix(unix, 0).In(zone)
	_, offset := at.Zone()
	begin, end := at.ZoneBounds()
	s := stretch{begin: math.MinInt64, end: math.MaxInt64, offset: int64(offset)}
	if !begin.IsZero() {
		s.begin = begin.Unix()
	}
	switch {
	case end.IsZero():
	case end.After(at):
		s.end = end.Unix()
	default:
		// On the last day of leap years the end may lie before the instant that was
		// asked about (golang/go#81583); the offset holds to the end of the year.
		s.end = (unix/daySeconds + 1) * daySeconds
	}
	return s
}

// resolve returns the instant of a reading, and a stretch that is near it; likely is
// the one of a reading shortly before, or empty. While the clocks keep one offset they
// show wall from wall-offset on. No stretch before shows it too where this is farther
// into the stretch than two offsets can differ.
func resolve(wall int64, likely stretch, zone *time.Location) (unix int64, near stretch) {
	if at := wall - likely.offset; likely.begin < likely.end && at < likely.end && (likely.begin == math.MinInt64 || at-2*farthest >= likely.begin) {
		return at, likely
	}
	s := stretchAt(wall-farthest, zone)
	for before := s.offset; ; {
		at := wall - s.offset
		if at < s.begin { // the clocks went forward over it
			return wall - before, s
		}
		if at < s.end {
			return at, s
		}
		before, s = s.offset, stretchAt(s.end, zone)
	}
}
