package calendar

import "time"

const (
	daySeconds     = 24 * 60 * 60
	unixEpoch  Day = 719163 // 1970-01-01
	// farthest is more than any clock of a TZif file is off UTC: RFC 8536, section
	// 3.2, allows less than 25 hours behind and 26 ahead.
	farthest = 26 * 60 * 60
)

// DayOf returns the civil date that the clocks of loc show at the instant t, and
// the zero Day where that is outside the years 1 to 9999. A nil loc is UTC.
func DayOf(t time.Time, loc *time.Location) Day {
	if loc == nil {
		loc = time.UTC
	}
	_, offset := t.In(loc).Zone()
	// An instant so far off that the sum wraps lands far below the first day.
	shown := t.Unix() + int64(offset) + int64(unixEpoch)*daySeconds
	if d := shown / daySeconds; shown >= daySeconds && d <= int64(MaxDay) {
		return Day(d)
	}
	return 0
}

// Start returns the first instant at which the clocks of loc show d or a later
// day; a nil loc is UTC. The day ends at the Start of the next, so that every
// instant lies in one day and the days follow each other without a gap. Where d is
// not valid the result is the zero time.Time.
//
// It is midnight but for these:
//
//   - The clocks skip midnight (America/Sao_Paulo 2018-11-04): the instant of the
//     change, at which they show 01:00.
//   - They show midnight twice (America/Havana 2018-11-04): the first.
//   - They go back over midnight after the day has begun (America/St_Johns
//     2010-11-07, at 00:01): the first midnight. For the hour that follows they show
//     the day before, and so does [DayOf]; by Start it belongs to d.
//   - The day is skipped (Pacific/Apia 2011-12-30): the instant of the change, which
//     is the Start of the next day too. Such a day has no instant at all.
func (d Day) Start(loc *time.Location) time.Time {
	if !d.Valid() {
		return time.Time{}
	}
	if loc == nil {
		loc = time.UTC
	}
	midnight := int64(d-unixEpoch) * daySeconds // in UTC; off by the offset elsewhere
	// While the clocks keep one offset they show d from midnight-offset on, or
	// from the beginning of that offset if it comes later. The first stretch of which
	// something is left then has the answer.
	at := time.Unix(midnight-farthest, 0).In(loc)
	for {
		_, offset := at.Zone()
		begin, end := at.ZoneBounds()
		start := midnight - int64(offset)
		if !begin.IsZero() {
			start = max(start, begin.Unix())
		}
		if !end.IsZero() && !end.After(at) {
			// On the last day of leap years the end may lie before the instant that was
			// asked about (golang/go#81583); the offset holds to the end of the year.
			end = at.Truncate(daySeconds * time.Second).Add(daySeconds * time.Second)
		}
		if end.IsZero() || start < end.Unix() {
			return time.Unix(start, 0).In(loc)
		}
		at = end
	}
}
