package calendar_test

import (
	"math/rand/v2"
	"os"
	"sort"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm/calendar"
)

// pairs returns how many random pairs the comparison with the plain loop draws.
func pairs() int {
	switch {
	case os.Getenv("GUANXI_FULL") != "":
		return 1_000_000
	case testing.Short():
		return 2_000
	}
	return 20_000
}

// hardSpecs are ten zones with what is hard about them, each over two years.
func hardSpecs(t testing.TB) []calendar.Spec {
	week := func(plan calendar.DayPlan, days ...time.Weekday) []calendar.DayPlan {
		return calendar.Week(plan, days...)
	}
	night := calendar.DayPlan{
		Shifts: []calendar.Window{{From: 22 * 60, To: 30 * 60}},
		Breaks: []calendar.Window{{From: 25 * 60, To: 25*60 + 30}, {From: 26*60 + 15, To: 26*60 + 45}},
	}
	small := calendar.MustPlan("00:00-03:00", "02:30-04:00", "23:30-24:30")
	rotating := []calendar.DayPlan{calendar.MustPlan("06:00-14:00"), calendar.MustPlan("14:00-22:00"), calendar.MustPlan("22:00-30:00"), {}}
	office := calendar.MustPlan("09:00-12:00", "13:30-18:00")
	round := calendar.MustPlan("00:00-24:00")
	long := calendar.MustPlan("08:00-10:00", "20:00-48:00") // reaches over the next day's work
	of := func(name, from, to string, patterns ...calendar.Pattern) calendar.Spec {
		return calendar.Spec{Loc: zone(t, name), Patterns: patterns, From: day(from), To: day(to)}
	}
	specs := []calendar.Spec{
		of("Asia/Shanghai", "2025-01-01", "2026-12-31", calendar.Pattern{Cycle: week(office)}),
		of("America/New_York", "2025-01-01", "2026-12-31", calendar.Pattern{Cycle: week(night, 0, 1, 2, 3, 4, 5, 6)}),
		of("Pacific/Apia", "2011-01-01", "2012-12-31", calendar.Pattern{Cycle: rotating, Anchor: day("2011-01-03")}),
		of("Pacific/Kwajalein", "1993-01-01", "1994-12-31", calendar.Pattern{Cycle: week(night, 5, 6, 0)}),
		of("America/Sao_Paulo", "2017-07-01", "2019-06-30", calendar.Pattern{Cycle: week(small, 0, 3, 5, 6)}),
		of("Australia/Lord_Howe", "2025-01-01", "2026-12-31", calendar.Pattern{Cycle: []calendar.DayPlan{small}}),
		of("America/St_Johns", "2009-07-01", "2011-06-30", calendar.Pattern{Cycle: []calendar.DayPlan{small, {}}, Anchor: day("2010-11-07")}),
		of("Africa/Cairo", "2023-07-01", "2025-06-30",
			calendar.Pattern{Cycle: week(night, 4, 5)}, calendar.Pattern{From: day("2024-04-26"), Cycle: week(small, 4, 5)}),
		of("America/Havana", "2017-07-01", "2019-06-30", calendar.Pattern{Cycle: []calendar.DayPlan{round}}),
		of("Africa/Casablanca", "2025-01-01", "2026-12-31", calendar.Pattern{Cycle: []calendar.DayPlan{long, office, {}}, Anchor: day("2025-02-23")}),
	}
	specs[0].Years = calendar.China()
	for i := range specs {
		s := &specs[i]
		s.Exceptions = []calendar.Exception{
			{Date: s.From + 40, Kind: calendar.Off},
			{Date: s.From + 41, Kind: calendar.MakeUp},
			{Date: s.From + 300, Kind: calendar.MakeUp},
			{Date: s.From + 302, Kind: calendar.Custom, Plan: calendar.MustPlan("03:00-05:15", "23:59-47:59")},
			{Date: s.To, Kind: calendar.Custom, Plan: calendar.MustPlan("20:00-28:00")},
		}
		for as, plan := range s.Patterns[0].Cycle { // the last day of the cycle that has work
			if len(plan.Shifts) > 0 {
				s.Exceptions[2].As = as + 1
			}
		}
	}
	return specs
}

// planned is the precedence of the package comment in a few lines.
func planned(s calendar.Spec, d calendar.Day) calendar.DayPlan {
	var p calendar.Pattern
	for _, next := range s.Patterns {
		if next.From <= d {
			p = next
		}
	}
	anchor := p.Anchor
	if anchor == 0 {
		anchor = day("2024-01-01") // a Monday
	}
	n := len(p.Cycle)
	cycle := func(as int) calendar.DayPlan {
		if as > 0 {
			return p.Cycle[as-1]
		}
		for _, plan := range p.Cycle {
			if len(plan.Shifts) > 0 {
				return plan
			}
		}
		panic("no work")
	}
	plan := p.Cycle[((d.Sub(anchor)%n)+n)%n]
	for _, table := range s.Years {
		for _, entry := range table.Days {
			if entry.Date == d && entry.Off {
				plan = calendar.DayPlan{}
			} else if entry.Date == d {
				plan = cycle(0)
			}
		}
	}
	for _, e := range s.Exceptions {
		switch {
		case e.Date != d:
		case e.Kind == calendar.Off:
			plan = calendar.DayPlan{}
		case e.Kind == calendar.Custom:
			plan = e.Plan
		default:
			plan = cycle(e.As)
		}
	}
	return plan
}

// worksAt reports whether a plan works in a minute.
func worksAt(p calendar.DayPlan, minute int) bool {
	within := func(list []calendar.Window) bool {
		for _, w := range list {
			if int(w.From) <= minute && minute < int(w.To) {
				return true
			}
		}
		return false
	}
	return within(p.Shifts) && !within(p.Breaks)
}

// A loop is working time minute by minute: after[i] minutes are worked in the
// first i minutes from start on. Clocks are read by package time; what they show
// for the second time counts as the latest reading before, which is the rule of
// the package comment.
type loop struct {
	start  int64
	works  []bool
	after  []int64
	worked map[calendar.Day]time.Duration // of the shifts that begin on a day
}

func newLoop(s calendar.Spec) loop {
	start, end := s.From.Start(s.Loc).Unix(), (s.To + 1).Start(s.Loc).Unix()
	l := loop{start: start, after: []int64{0}, worked: map[calendar.Day]time.Duration{}}
	plans := make([]calendar.DayPlan, s.To.Sub(s.From)+8) // from three days before the horizon
	for d := s.From - 1; d <= s.To; d++ {
		plans[d-s.From+3] = planned(s, d)
	}
	latest := int64(0) // the latest reading so far, in minutes of the day count
	for unix := start - 24*3600; unix < end+24*3600; unix += 60 {
		local := time.Unix(unix, 0).In(s.Loc)
		y, m, d := local.Date()
		reading := int64(calendar.MustDate(y, m, d))*1440 + int64(local.Hour()*60+local.Minute())
		latest = max(latest, reading)
		d0, minute := calendar.Day(latest/1440), int(latest%1440)
		today, tail := worksAt(plans[d0-s.From+3], minute), worksAt(plans[d0-s.From+2], minute+1440)
		if today {
			l.worked[d0] += time.Minute
		}
		if tail {
			l.worked[d0-1] += time.Minute
		}
		if unix >= start && unix < end {
			works := int64(0)
			if today || tail {
				works = 1
			}
			l.works = append(l.works, works == 1)
			l.after = append(l.after, l.after[len(l.after)-1]+works)
		}
	}
	return l
}

// until is the working time from the start to a time after it.
func (l loop) until(since time.Duration) time.Duration {
	i := int(since / time.Minute)
	sum := time.Duration(l.after[i]) * time.Minute
	if i < len(l.works) && l.works[i] {
		sum += since % time.Minute
	}
	return sum
}

// first returns the earliest time with so much work before it, which is above zero.
func (l loop) first(sum time.Duration) time.Duration {
	i := sort.Search(len(l.after), func(i int) bool { return time.Duration(l.after[i])*time.Minute >= sum })
	return time.Duration(i-1)*time.Minute + sum - time.Duration(l.after[i-1])*time.Minute
}

// last returns the latest time with no more than so much work before it, which is
// below the whole.
func (l loop) last(sum time.Duration) time.Duration {
	i := sort.Search(len(l.after), func(i int) bool { return time.Duration(l.after[i])*time.Minute > sum })
	return time.Duration(i-1)*time.Minute + sum - time.Duration(l.after[i-1])*time.Minute
}

func TestAgainstLoop(t *testing.T) {
	specs := hardSpecs(t)
	for i, s := range specs {
		if testing.Short() {
			s.To = s.From + 400
			s.Exceptions = s.Exceptions[:len(s.Exceptions)-1]
		}
		t.Run(s.Loc.String(), func(t *testing.T) {
			t.Parallel()
			c, l := compiled(t, s), newLoop(s)
			checkDays(t, s, c, l)
			r := rand.New(rand.NewPCG(5, uint64(i)))
			whole := time.Duration(len(l.works)) * time.Minute
			total := l.until(whole)
			instant := func() time.Duration {
				since := time.Duration(r.Int64N(int64(whole) + 1))
				if r.IntN(2) == 0 {
					since = since.Truncate(15 * time.Minute) // where windows begin and end
				}
				return since
			}
			start := time.Unix(l.start, 0)
			for range pairs() / len(specs) {
				a, b := instant(), instant()
				got, err := c.Between(start.Add(a), start.Add(b))
				want := l.until(b) - l.until(a)
				if err != nil || got != want {
					t.Fatalf("Between %v, %v: want %v, got %v %v", start.Add(a), start.Add(b), want, got, err)
				}
				d := time.Duration(r.Int64N(int64(total)/10+1)) - total/20
				if r.IntN(2) == 0 {
					d = d.Truncate(15 * time.Minute)
				}
				checkAdd(t, c, l, a, d, total)
				checkNext(t, c, l, a, total)
			}
		})
	}
}

func checkAdd(t *testing.T, c *calendar.Calendar, l loop, a, d, total time.Duration) {
	t.Helper()
	start := time.Unix(l.start, 0)
	before := l.until(a)
	found, err := c.Add(start.Add(a), d)
	if before+d < 0 || before+d > total {
		require.ErrorIs(t, err, calendar.ErrHorizon)
		return
	}
	want := a
	if d > 0 {
		want = l.first(before + d)
	} else if d < 0 {
		want = l.last(before + d)
	}
	if err != nil || !found.Equal(start.Add(want)) {
		t.Fatalf("Add %v, %v: want %v, got %v %v", start.Add(a), d, start.Add(want), found, err)
	}
	if back, err := c.Between(start.Add(a), found); err != nil || back != d {
		t.Fatalf("Between %v and %v: want %v, got %v %v", start.Add(a), found, d, back, err)
	}
}

func checkNext(t *testing.T, c *calendar.Calendar, l loop, a, total time.Duration) {
	t.Helper()
	start := time.Unix(l.start, 0)
	i := int(a / time.Minute)
	works := i < len(l.works) && l.works[i]
	got, err := c.Working(start.Add(a))
	if err != nil || got != works {
		t.Fatalf("Working %v: want %v, got %v %v", start.Add(a), works, got, err)
	}
	sum := l.until(a)
	next, err := c.Next(start.Add(a))
	switch {
	case sum == total:
		require.ErrorIs(t, err, calendar.ErrHorizon)
	case err != nil || !next.Equal(start.Add(max(a, l.last(sum)))):
		t.Fatalf("Next %v: got %v %v", start.Add(a), next, err)
	}
	prev, err := c.Prev(start.Add(a))
	switch {
	case sum == 0:
		require.ErrorIs(t, err, calendar.ErrHorizon)
	case err != nil || !prev.Equal(start.Add(min(a, l.first(sum)))):
		t.Fatalf("Prev %v: got %v %v", start.Add(a), prev, err)
	}
}

// checkDays compares every day and the steps from it with a walk day by day.
func checkDays(t *testing.T, s calendar.Spec, c *calendar.Calendar, l loop) {
	t.Helper()
	var working []calendar.Day
	for d := s.From; d <= s.To; d++ {
		got, err := c.WorkedOn(d)
		require.NoError(t, err)
		require.Equal(t, l.worked[d], got, d)
		shifts, err := c.Shifts(d)
		require.NoError(t, err)
		sum := time.Duration(0)
		for _, shift := range shifts {
			sum += shift.To.Sub(shift.From)
		}
		require.Equal(t, got, sum, d)
		if got > 0 {
			working = append(working, d)
		}
	}
	for d := s.From; d <= s.To; d += 3 {
		before := sort.Search(len(working), func(i int) bool { return working[i] >= d })
		n, err := c.Workdays(s.From, d)
		require.NoError(t, err)
		require.Equal(t, before, n, d)
		for _, n := range []int{-20, -1, 0, 1, 7} {
			want := before + n
			if n > 0 && (before == len(working) || working[before] != d) {
				want--
			}
			got, err := c.AddWorkdays(d, n)
			if want < 0 || want >= len(working) {
				require.ErrorIs(t, err, calendar.ErrHorizon)
				continue
			}
			require.NoError(t, err)
			require.Equal(t, working[want], got, "%s %+d", d, n)
		}
	}
}
