package tier

import (
	"math"
	"time"

	"github.com/guanxi-go/guanxi/crm/calendar"
)

// Instants are microseconds since 1970 in this package's inside. The two ends
// stand for no instant.
const (
	never = math.MaxInt64
	ever  = math.MinInt64
)

// dayAt returns the day that the instant belongs to by the starts of days: the
// clocks may still show the day before (calendar.Day.Start).
func (p *Programme) dayAt(t int64) calendar.Day {
	d := calendar.DayOf(time.UnixMicro(t), p.zone)
	for d.Valid() && d < calendar.MaxDay && p.start(d+1) <= t {
		d++
	}
	return d
}

// reviewAfter returns the first day after d on which a period ends or a review is
// held, the zero Day where there is none any more.
func (r *rule) reviewAfter(d, enrolled calendar.Day) calendar.Day {
	if r.cadence == 0 {
		return d + 1
	}
	if r.yearly {
		for k := anniversaries(d, enrolled, r.cadence); ; k++ {
			b := enrolled.AddMonths(k * r.cadence)
			if b > d || b.IsZero() {
				return b
			}
		}
	}
	return monthStart(r.period(d)+1, r)
}

// periodStart returns the first day of the period that d is in, and the zero Day
// before the enrolment from which periods count.
func (r *rule) periodStart(d, enrolled calendar.Day) calendar.Day {
	if !r.yearly {
		return monthStart(r.period(d), r)
	}
	var last calendar.Day
	for k := anniversaries(d, enrolled, r.cadence); ; k++ {
		b := enrolled.AddMonths(k * r.cadence)
		if b > d || b.IsZero() {
			return last
		}
		last = b
	}
}

// period returns the number of the calendar period that d is in.
func (r *rule) period(d calendar.Day) int {
	year, month, _ := d.Date()
	months := year*12 + int(month) - 1 - r.offset
	return months / r.cadence
}

// monthStart returns the first day of the calendar period with the number.
func monthStart(period int, r *rule) calendar.Day {
	months := period*r.cadence + r.offset
	d, err := calendar.Date(months/12, time.Month(months%12+1), 1)
	if err != nil && months < 24 {
		return calendar.MinDay
	}
	return d
}

// anniversaries returns a number of periods since the enrolment that ends before
// d, or 0, at most two short of the last.
func anniversaries(d, enrolled calendar.Day, months int) int {
	y, m, _ := d.Date()
	y0, m0, _ := enrolled.Date()
	return max(((y-y0)*12+int(m-m0))/months-1, 0)
}

// windowStart returns the instant n calendar months before t: the first instant of
// a day goes back to the first instant of a day, any other to the same time on the
// clocks. Months clamp to their end. The window of t begins just behind it.
func (p *Programme) windowStart(t int64, n int) int64 {
	at := time.UnixMicro(t)
	d := calendar.DayOf(at, p.zone)
	target := d.AddMonths(-n)
	if !target.Valid() {
		return ever
	}
	if p.start(d) == t {
		return p.start(target)
	}
	return p.clock(target, p.sinceMidnight(at, d))
}

// sinceMidnight returns the time on the clocks, in microseconds.
func (p *Programme) sinceMidnight(at time.Time, d calendar.Day) int64 {
	_, offset := at.In(p.zone).Zone()
	return at.UnixMicro() + int64(offset)*1e6 - midnight(d)
}

// midnight returns the instant at which UTC's clocks begin the day.
func midnight(d calendar.Day) int64 { return int64(d-unixEpoch) * dayMicros }

const unixEpoch calendar.Day = 719163 // 1970-01-01

// clock returns the first instant of the day at which the clocks show the time, or
// a later one where they skip it, and the end of the day where they do not get
// there.
func (p *Programme) clock(d calendar.Day, time int64) int64 {
	begin, end := p.start(d), p.start(d+1)
	for at := begin; at < end; {
		offset, until := p.stretch(at)
		if shown := max(at, midnight(d)+time-offset); shown < until {
			return min(shown, end)
		}
		at = until
	}
	return end
}

// stretch returns the offset of the clocks at an instant, and until when they keep
// it, or at least a part of that time.
func (p *Programme) stretch(t int64) (offset, until int64) {
	at := time.UnixMicro(t).In(p.zone)
	_, seconds := at.Zone()
	_, end := at.ZoneBounds()
	switch {
	case end.IsZero():
		until = never
	case !end.After(at): // golang/go#81583: the offset holds to the end of the year
		until = at.Truncate(24 * time.Hour).Add(24 * time.Hour).UnixMicro()
	default:
		until = end.UnixMicro()
	}
	return int64(seconds) * 1e6, until
}

// outDay returns the first day at whose start a rolling window of n months has
// left the instant e behind.
func (p *Programme) outDay(e int64, n int) calendar.Day {
	d := calendar.DayOf(time.UnixMicro(e), p.zone)
	for p.start(d) < e {
		d++
	}
	for p.start(d) == e && d > calendar.MinDay && p.start(d-1) == e {
		d-- // a day that the clocks skip starts with the next
	}
	return firstBack(d, n)
}

// firstBack returns the first day that lies n months or less after d when months
// are taken back from it.
func firstBack(d calendar.Day, n int) calendar.Day {
	day := d.AddMonths(n)
	if day.Valid() && day.AddMonths(-n) < d {
		day++ // d is the 31st, and the month reached ends before
	}
	return day
}

// outAt returns the first instant at which a rolling window of n months has left
// the instant e behind.
func (p *Programme) outAt(e int64, n int) int64 {
	at := time.UnixMicro(e)
	d := calendar.DayOf(at, p.zone)
	start, wall := p.start(d), p.sinceMidnight(at, d)
	if start >= e {
		return p.start(p.outDay(e, n))
	}
	begin, _ := at.In(p.zone).ZoneBounds()
	if !begin.IsZero() && (begin.UnixMicro() == e || p.clock(d, wall) < e) {
		// The clocks have just skipped an hour, or repeat it: what they showed when
		// they were changed is the first time of day that leads to e or beyond.
		offset, _ := p.stretch(begin.UnixMicro() - 1)
		wall = begin.UnixMicro() + offset - midnight(d)
	}
	day := firstBack(d, n)
	for ; day.Valid() && day.AddMonths(-n) == d; day++ {
		if out := max(p.clock(day, wall), p.start(day)+1); out < p.start(day+1) {
			return out
		}
	}
	return p.start(day)
}
