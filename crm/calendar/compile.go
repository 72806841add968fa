package calendar

import (
	"math"
	"slices"
	"time"
)

// Calendar answers questions about working time: how much lies between two
// instants, when so much has passed, which days are worked. [Compile] makes it; it
// never changes, and any number of goroutines may use it at once.
type Calendar struct {
	id       string
	loc      *time.Location
	from, to Day // the horizon, both included

	// Working time in order, without overlap, and a last entry that is never reached.
	spans   []span
	grid    []int32 // by bucket of time since lo: the first span that ends later
	lo, hi  int64   // the horizon in Unix seconds
	total   time.Duration
	step    time.Duration // of working time, a bucket of reached
	reached []int32       // by step: the span in which so many steps have been worked

	plans  [][]Window
	planOf []int32 // by day from the horizon's first
	worked []int32 // by day: seconds of the shifts that begin on it
	rank   []int32 // by day, and one more: the working days before it
	days   []Day   // the working days

	uncovered []int // years without a table
	refused   []gap // those of them that are refused
}

// bucketBits makes a bucket of the grid 2^14 seconds, four and a half hours, so
// that few spans of a day's work begin in one.
const bucketBits = 14

// A span is working time in Unix seconds, and what lies before it in nanoseconds.
type span struct {
	start, end int64
	before     time.Duration
}

// A gap is time about which the calendar has no answer: a year, with the nights
// that reach into the next.
type gap struct {
	year        int
	first, last Day
	start, end  int64
}

// Compile returns the calendar that s describes; it keeps nothing of s but Loc. The
// error is that of [Spec.Validate]. Time and memory are proportional to the days of
// the horizon.
func Compile(s Spec) (*Calendar, error) {
	if err := s.Validate(); err != nil {
		return nil, err
	}
	c := &Calendar{
		id: s.ID, loc: s.Loc, from: s.From, to: s.To,
		lo: s.From.Start(s.Loc).Unix(), hi: (s.To + 1).Start(s.Loc).Unix(),
	}
	rota := newRota(s)
	c.plans = rota.plans
	c.layDays(rota)
	c.index()
	c.findGaps(s)
	return c, nil
}

// A rota knows the plan of every day.
type rota struct {
	patterns []Pattern // by From
	plans    [][]Window
	base     []int32 // by pattern: the plan of the first day of its cycle
	makeUp   []int32 // by pattern: the first plan with work
	changed  map[Day]int32
}

func newRota(s Spec) *rota {
	r := &rota{patterns: slices.Clone(s.Patterns), plans: [][]Window{nil}, changed: map[Day]int32{}}
	slices.SortFunc(r.patterns, func(a, b Pattern) int { return a.From.Sub(b.From) })
	for _, p := range r.patterns {
		r.base = append(r.base, int32(len(r.plans)))
		for _, plan := range p.Cycle {
			r.plans = append(r.plans, plan.work())
		}
		work := r.base[len(r.base)-1]
		for len(r.plans[work]) == 0 {
			work++
		}
		r.makeUp = append(r.makeUp, work)
	}
	for _, table := range s.Years {
		for _, day := range table.Days {
			r.change(day.Date, day.Off, 0)
		}
	}
	for _, e := range s.Exceptions {
		if e.Kind == Custom {
			r.changed[e.Date] = int32(len(r.plans))
			r.plans = append(r.plans, e.Plan.work())
			continue
		}
		r.change(e.Date, e.Kind == Off, e.As)
	}
	return r
}

// change makes d a day off, or one that works the plan of a day of the cycle.
func (r *rota) change(d Day, off bool, as int) {
	k := r.patternOn(d)
	switch {
	case off || k < 0:
		r.changed[d] = 0
	case as > 0:
		r.changed[d] = r.base[k] + int32(as) - 1
	default:
		r.changed[d] = r.makeUp[k]
	}
}

// patternOn returns the index of the pattern in effect on d, or -1.
func (r *rota) patternOn(d Day) int {
	k := len(r.patterns) - 1
	for k >= 0 && r.patterns[k].From > d {
		k--
	}
	return k
}

// planOn returns the index of the plan of d.
func (r *rota) planOn(d Day) int32 {
	if plan, ok := r.changed[d]; ok {
		return plan
	}
	if k := r.patternOn(d); k >= 0 {
		return r.base[k] + int32(r.patterns[k].cycleDay(d))
	}
	return 0
}

// layDays turns the plan of every day into spans and counts the working days. The
// day before the horizon is laid too: its night shift may reach in.
func (c *Calendar) layDays(r *rota) {
	n := c.to.Sub(c.from) + 1
	c.planOf, c.worked, c.rank = make([]int32, n), make([]int32, n), make([]int32, n+1)
	c.days = make([]Day, 0, n)
	c.spans = make([]span, 0, 2*n)
	clocks := stretchesOver(max(c.from-1, MinDay), c.to, c.loc)
	k := 0
	for d := max(c.from-1, MinDay); d <= c.to; d++ {
		plan := r.planOn(d)
		_, k = resolve(clocks, k, wallOf(d, 0))
		seconds := int64(0)
		for _, w := range c.plans[plan] {
			start, at := resolve(clocks, k, wallOf(d, int(w.From)))
			end, _ := resolve(clocks, at, wallOf(d, int(w.To)))
			seconds += end - start
			c.lay(start, end)
		}
		if d < c.from {
			continue
		}
		i := d.Sub(c.from)
		c.planOf[i], c.worked[i], c.rank[i+1] = plan, int32(seconds), c.rank[i]
		if seconds > 0 {
			c.rank[i+1]++
			c.days = append(c.days, d)
		}
	}
}

// lay adds a span within the horizon.
func (c *Calendar) lay(start, end int64) {
	start, end = max(start, c.lo), min(end, c.hi)
	if start < end {
		c.spans = append(c.spans, span{start: start, end: end})
	}
}

// index puts the spans in order, joins those that touch, and sums them up.
func (c *Calendar) index() {
	byStart := func(a, b span) int {
		switch {
		case a.start < b.start:
			return -1
		case a.start > b.start:
			return 1
		}
		return 0
	}
	if !slices.IsSortedFunc(c.spans, byStart) {
		slices.SortFunc(c.spans, byStart)
	}
	list := c.spans[:0]
	for _, s := range c.spans {
		if n := len(list); n > 0 && s.start <= list[n-1].end {
			list[n-1].end = max(list[n-1].end, s.end)
			continue
		}
		list = append(list, s)
	}
	var sum time.Duration
	for i := range list {
		list[i].before = sum
		sum += seconds(list[i].end - list[i].start)
	}
	c.spans = append(list, span{start: math.MaxInt64, end: math.MaxInt64, before: sum})
	c.total, c.step = sum, sum/time.Duration(len(c.spans))+1
	c.grid = make([]int32, (c.hi-c.lo)>>bucketBits+1)
	at := int32(0)
	for i := range c.grid {
		for c.spans[at].end <= c.lo+int64(i)<<bucketBits {
			at++
		}
		c.grid[i] = at
	}
	c.reached = make([]int32, len(c.spans)+1)
	at = 0
	for i := range c.reached {
		for int(at) < len(list)-1 && c.spans[at+1].before < time.Duration(i)*c.step {
			at++
		}
		c.reached[i] = at
	}
}

// findGaps notes the years without a table.
func (c *Calendar) findGaps(s Spec) {
	if s.Unknown == NoTables {
		return
	}
	covered := make(map[int]bool, len(s.Years))
	for _, table := range s.Years {
		covered[table.Year] = true
	}
	first, _, _ := c.from.Date()
	last, _, _ := c.to.Date()
	for year := first; year <= last; year++ {
		if covered[year] {
			continue
		}
		c.uncovered = append(c.uncovered, year)
		if s.Unknown == Refuse {
			c.refused = append(c.refused, c.gapOf(year, s))
		}
	}
}

func (c *Calendar) gapOf(year int, s Spec) gap {
	g := gap{year: year, first: daysBefore(year, time.January) + 1, last: daysBefore(year, time.December) + 31}
	night := dayMinutes
	if p, ok := s.patternOn(g.last); ok {
		for _, plan := range p.Cycle {
			for _, w := range plan.work() {
				night = max(night, int(w.To))
			}
		}
	}
	g.start, g.end = g.first.Start(c.loc).Unix(), g.last.At(night, c.loc).Unix()
	return g
}

// seconds returns n seconds as a duration.
func seconds(n int64) time.Duration { return time.Duration(n) * time.Second }
