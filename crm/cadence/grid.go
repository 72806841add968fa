package cadence

import (
	"slices"
	"time"

	"github.com/guanxi-go/guanxi/crm/calendar"
)

// grid finds the local day of an instant, and the first instant of a day, by a table:
// [calendar.DayOf] asks the zone each time, which costs more than all the rest.
type grid struct {
	zone   *time.Location
	number int32 // among those of an evaluation
	first  calendar.Day
	starts []int64        // Unix seconds of first, first+1, ... and of the day after the last
	months []int32        // 12*year + month - 1 of each day
	firsts []calendar.Day // of each month, and of the one after
	runs   []run
	run    run // in which the last instant lay

	firstDue, lastDue calendar.Day // whose ends lie within what is evaluated
}

// run is a number of days of 24 hours: between two in which the clocks change.
type run struct {
	from   int64  // Unix seconds
	length uint64 // in seconds
	first  calendar.Day
}

// newGrid returns the grid of a zone that covers what an evaluation most likely needs.
// The ends of days behind from and up to asOf, in microseconds, are evaluated.
func newGrid(zone *time.Location, number int32, from, asOf int64) *grid {
	g := &grid{zone: zone, number: number, firstDue: calendar.MinDay}
	g.cover(floorSeconds(asOf)-400*86400, floorSeconds(asOf)+64*86400)
	if from > -1<<63 {
		g.firstDue = g.day(floorSeconds(from))
	}
	g.lastDue = g.day(floorSeconds(asOf)) - 1
	return g
}

// evaluates reports whether the end of a day is within what is evaluated.
func (g *grid) evaluates(d calendar.Day) bool { return g.firstDue <= d && d <= g.lastDue }

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
	after := calendar.MaxDay + 1
	if d := g.firsts[len(g.firsts)-1].AddMonths(1); d > hi {
		after = d
	}
	g.firsts = append(g.firsts, after)
	g.layRuns()
}

func (g *grid) layRuns() {
	g.runs = g.runs[:0]
	open := false // the last run goes on
	for i := range g.starts[1:] {
		whole := g.starts[i+1]-g.starts[i] == 86400
		if whole && !open {
			g.runs = append(g.runs, run{from: g.starts[i], first: g.first + calendar.Day(i)})
		}
		if open = whole; open {
			g.runs[len(g.runs)-1].length += 86400
		}
	}
	g.run = run{}
}

// day returns the day in which an instant lies, in Unix seconds.
func (g *grid) day(at int64) calendar.Day {
	if since := uint64(at - g.run.from); since < g.run.length {
		return g.run.first + calendar.Day(since/86400)
	}
	return g.otherDay(at)
}

// otherDay is day outside the run, and makes another one that of the instant.
func (g *grid) otherDay(at int64) calendar.Day {
	g.cover(at, at)
	for _, r := range g.runs {
		if since := uint64(at - r.from); since < r.length {
			g.run = r
			return r.first + calendar.Day(since/86400)
		}
	}
	i, _ := slices.BinarySearch(g.starts, at+1) // the last that is not after it
	return g.first + calendar.Day(i-1)
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
	if i := uint(d - g.first); i < uint(len(g.months)) {
		return g.months[i]
	}
	g.startBeyond(d)
	return g.months[d-g.first]
}

// monthDays returns the first and the last day of a month within the table.
func (g *grid) monthDays(m int32) (first, last calendar.Day) {
	i := m - g.months[0]
	return g.firsts[i], g.firsts[i+1] - 1
}

// floorSeconds returns whole seconds of microseconds, floored.
func floorSeconds(micro int64) int64 {
	s := micro / 1e6
	if micro%1e6 < 0 {
		s--
	}
	return s
}
