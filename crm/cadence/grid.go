package cadence

import (
	"time"

	"github.com/guanxi-go/guanxi/crm/calendar"
)

// grid finds the local day of an instant, and the first instant of a day, by a table:
// [calendar.DayOf] asks the zone each time, which costs more than all the rest.
type grid struct {
	zone   *time.Location
	first  calendar.Day
	starts []int64        // Unix seconds of first, first+1, ... and of the day after the last
	months []int32        // 12*year + month - 1 of each day
	firsts []calendar.Day // of each month
}

// cover widens the table to reach from one instant to another, in seconds.
func (g *grid) cover(from, to int64) {
	if len(g.starts) > 1 && g.starts[0] <= from && to < g.starts[len(g.starts)-1] {
		return
	}
	lo, hi := calendar.DayOf(time.Unix(from, 0), g.zone), calendar.DayOf(time.Unix(to, 0), g.zone)
	if len(g.starts) > 0 {
		last := g.first + calendar.Day(len(g.starts)) - 2
		if lo < g.first {
			lo -= calendar.Day(len(g.starts)) // so that many small steps are few
		}
		lo, hi = min(lo, g.first), max(hi, last)
	}
	lo, hi = max(lo-1, calendar.MinDay), min(hi+64, calendar.MaxDay-1)
	_, _, dom := lo.Date()
	lo -= calendar.Day(dom - 1) // firsts begins with a first
	g.first, g.starts, g.months, g.firsts = lo, g.starts[:0], g.months[:0], g.firsts[:0]
	for d := lo; d <= hi+1; d++ {
		year, month, dom := d.Date()
		if dom == 1 {
			g.firsts = append(g.firsts, d)
		}
		g.starts = append(g.starts, d.Start(g.zone).Unix())
		g.months = append(g.months, int32(year*12+int(month)-1))
	}
}

// day returns the day in which an instant lies, in Unix seconds within the table.
func (g *grid) day(at int64) calendar.Day {
	if at < g.starts[0] || at >= g.starts[len(g.starts)-1] {
		g.cover(at, at)
	}
	i := min(int((at-g.starts[0])/86400), len(g.starts)-2)
	for g.starts[i] > at {
		i--
	}
	for g.starts[i+1] <= at {
		i++
	}
	return g.first + calendar.Day(i)
}

// start returns the first instant of a day, in Unix seconds.
func (g *grid) start(d calendar.Day) int64 {
	if i := uint(d - g.first); i < uint(len(g.starts)) {
		return g.starts[i]
	}
	return g.startBeyond(d)
}

func (g *grid) startBeyond(d calendar.Day) int64 {
	at := d.Start(g.zone).Unix()
	g.cover(at, at)
	return g.starts[d-g.first]
}

// end returns the first instant after a day, in microseconds.
func (g *grid) end(d calendar.Day) int64 { return g.start(d+1) * 1e6 }

// month returns 12*year + month - 1 of a day.
func (g *grid) month(d calendar.Day) int32 {
	g.start(d)
	return g.months[d-g.first]
}

// monthDays returns the first and the last day of a month within the table.
func (g *grid) monthDays(m int32) (first, last calendar.Day) {
	i := m - g.months[0]
	if int(i)+1 < len(g.firsts) {
		return g.firsts[i], g.firsts[i+1] - 1
	}
	first = calendar.MustDate(int(m/12), time.Month(m%12+1), 1)
	return first, first.AddMonths(1) - 1
}

// floorSeconds returns whole seconds of microseconds, floored.
func floorSeconds(micro int64) int64 {
	s := micro / 1e6
	if micro%1e6 < 0 {
		s--
	}
	return s
}
