package calendar

import (
	"math"
	"time"
)

const (
	daySeconds     = 24 * 60 * 60
	dayMinutes     = 24 * 60
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
	return d.At(0, loc)
}

// At returns the first instant at which the clocks of loc show d at so many
// minutes past midnight, or anything later; a nil loc is UTC. Minutes run from 0 to
// 2880, past 1440 into the next day. Where d is not valid or minute is outside that
// range the result is the zero time.Time.
//
// A later reading never comes before an earlier one, also where the clocks change:
// 02:30 of a night in which they go from 02:00 to 03:00 is the instant of the
// change, and so are 02:00 and 03:00; a reading that they show twice is the first.
func (d Day) At(minute int, loc *time.Location) time.Time {
	if !d.Valid() || minute < 0 || minute > 2*dayMinutes {
		return time.Time{}
	}
	if loc == nil {
		loc = time.UTC
	}
	wall := wallOf(d, minute)
	// While the clocks keep one offset they show wall from wall-offset on, or from
	// the beginning of that offset if it comes later. The first stretch of which
	// something is left then has the answer.
	for s := stretchAt(wall-farthest, loc); ; s = stretchAt(s.end, loc) {
		if at := max(wall-s.offset, s.begin); at < s.end {
			return time.Unix(at, 0).In(loc)
		}
	}
}

// wallOf returns the reading of a clock as seconds since it showed the Unix epoch.
func wallOf(d Day, minute int) int64 {
	return int64(d-unixEpoch)*daySeconds + int64(minute)*60
}

// A stretch is a time, in Unix seconds, over which clocks keep one offset from UTC.
type stretch struct{ begin, end, offset int64 }

// stretchAt returns the stretch around an instant, or a part of it that goes on to
// its end or to a day boundary of UTC.
func stretchAt(unix int64, loc *time.Location) stretch {
	at := time.Unix(unix, 0).In(loc)
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
		s.end = at.Truncate(daySeconds * time.Second).Add(daySeconds * time.Second).Unix()
	}
	return s
}

// stretchesOver returns the stretches in which the clocks of loc show the readings
// from the start of day from to two days past the start of day to.
func stretchesOver(from, to Day, loc *time.Location) []stretch {
	last := wallOf(to, 2*dayMinutes) + farthest
	list := []stretch{stretchAt(wallOf(from, 0)-farthest, loc)}
	for end := list[0].end; end <= last; end = list[len(list)-1].end {
		next := stretchAt(end, loc)
		next.begin = end
		list = append(list, next)
	}
	return list
}

// resolve returns the first instant at which clocks show wall or something later,
// and the index of its stretch, no stretch before index k having it.
func resolve(list []stretch, k int, wall int64) (at int64, found int) {
	for ; k < len(list)-1; k++ {
		if at := max(wall-list[k].offset, list[k].begin); at < list[k].end {
			return at, k
		}
	}
	return max(wall-list[k].offset, list[k].begin), k
}
