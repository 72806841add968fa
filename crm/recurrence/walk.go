package recurrence

import (
	"math/bits"
	"time"

	"github.com/guanxi-go/guanxi/crm/calendar"
)

// The Gregorian calendar comes again after 400 years with all its weekdays. So a rule that
// finds nothing in as many periods as they have finds nothing ever after.
const (
	cycleYears  = 400
	cycleMonths = 12 * cycleYears
	cycleDays   = 146_097
	cycleWeeks  = cycleDays / 7
)

// walk yields the days of the rule from about a day on, in order, up to about the last:
// a few outside may come too, and one that SKIP moved twice. Periods are found by
// division from the start's own, so nothing before is visited.
func (p *plan) walk(from, last calendar.Day, yield func(calendar.Day) bool) {
	switch p.freq {
	case Daily:
		p.walkDays(from, last, yield)
	case Weekly:
		p.walkWeeks(from, last, yield)
	case Monthly:
		p.walkMonths(from, last, yield)
	case Yearly:
		p.walkYears(from, last, yield)
	}
}

func (p *plan) walkDays(from, last calendar.Day, yield func(calendar.Day) bool) {
	if len(p.positions) > 0 && !p.at(0, 1) { // a day is one occurrence, the first and the last
		return
	}
	step := calendar.Day(p.interval)
	d := p.start + (from-p.start+step-1)/step*step
	for idle := 0; d <= last && idle <= cycleDays; {
		year, month, _ := d.Date()
		first, length, chosen := p.month(year, month)
		for end := first + length; d < end; d += step {
			idle++
			if chosen>>(d-first+1)&1 == 0 {
				continue
			}
			if idle = 0; !yield(d) {
				return
			}
		}
	}
}

func (p *plan) walkWeeks(from, last calendar.Day, yield func(calendar.Day) bool) {
	step := calendar.Day(7 * p.interval)
	week := p.start - calendar.Day((weekday(p.start)+7-p.weekStart)%7)
	week += (from - week) / step * step
	var days [7]calendar.Day
	for idle := 0; week <= last && idle <= cycleWeeks; week += step {
		n := 0
		for d := week; d < week+7; d++ {
			if p.weekdays>>weekday(d+7)&1 == 1 && p.inMonth(d) {
				days[n] = d
				n++
			}
		}
		if !p.pick(days[:n], &idle, yield) {
			return
		}
	}
}

func (p *plan) walkMonths(from, last calendar.Day, yield func(calendar.Day) bool) {
	begin, at := monthIndex(p.start), monthIndex(p.reach(from))
	var buffer [33]calendar.Day
	at = begin + max(at-begin, 0)/p.interval*p.interval
	for idle := 0; at < 10_000*12 && idle <= cycleMonths; at += p.interval {
		first, days := p.appendMonth(buffer[:0], at/12, time.Month(at%12+1))
		if first-1 > last || !p.pick(days, &idle, yield) {
			return
		}
	}
}

func (p *plan) walkYears(from, last calendar.Day, yield func(calendar.Day) bool) {
	begin, at := monthIndex(p.start)/12, monthIndex(p.reach(from))
	year := begin + max(at/12-begin, 0)/p.interval*p.interval
	var buffer [33]calendar.Day
	var all []calendar.Day
	for idle := 0; year <= 9999 && idle <= cycleMonths; year += p.interval {
		all = all[:0]
		for left := p.months; left != 0; left &= left - 1 {
			month := time.Month(bits.TrailingZeros16(left))
			if len(p.positions) > 0 {
				_, all = p.appendMonth(all, year, month)
				continue
			}
			if year*12+int(month-1) < at {
				continue
			}
			first, days := p.appendMonth(buffer[:0], year, month)
			if first-1 > last || !p.pick(days, &idle, yield) {
				return
			}
		}
		if calendar.MustDate(year, time.January, 1) > last || len(p.positions) > 0 && !p.pick(all, &idle, yield) {
			return
		}
	}
}

// reach is the day whose period has the first that can be one from a day on: SKIP moves
// what a month does not have to the first of the next.
func (p *plan) reach(from calendar.Day) calendar.Day {
	if p.skip == Forward {
		return max(from-1, calendar.MinDay)
	}
	return from
}

// pick yields the days of one period, all or those at the positions of BYSETPOS, and counts
// the periods that have none.
func (p *plan) pick(days []calendar.Day, idle *int, yield func(calendar.Day) bool) bool {
	*idle++
	for i, d := range days {
		if len(p.positions) > 0 && !p.at(i, len(days)) {
			continue
		}
		if *idle = 0; !yield(d) {
			return false
		}
	}
	return true
}

// at reports whether BYSETPOS has the i-th, from 0, of n.
func (p *plan) at(i, n int) bool {
	for _, pos := range p.positions {
		if pos == i+1 || pos == i-n {
			return true
		}
	}
	return false
}

func (p *plan) inMonth(d calendar.Day) bool {
	if p.months == everyMonth {
		return true
	}
	_, m, _ := d.Date()
	return p.months>>m&1 == 1
}

// appendMonth appends the days of a month that are in the rule, BYSETPOS aside, and
// returns the first day of the month too.
func (p *plan) appendMonth(list []calendar.Day, year int, month time.Month) (calendar.Day, []calendar.Day) {
	first, _, left := p.month(year, month)
	for ; left != 0; left &= left - 1 {
		list = append(list, first-1+calendar.Day(bits.TrailingZeros64(left)))
	}
	return first, list
}

// month returns the first day of a month, its length, and its days that are in the rule,
// BYSETPOS aside: bit n is the n-th, bit 0 the day before the first, and the bit behind the
// last the day after, both only by SKIP.
//
// The order is that of RFC 7529, section 4.1: the months, then the days of the month,
// then what becomes of those that there are not, then the weekdays.
func (p *plan) month(year int, month time.Month) (first, n calendar.Day, chosen uint64) {
	first, n = monthOf(year, month)
	if p.months>>month&1 == 0 {
		return first, n, 0
	}
	chosen = 1<<(n+1) - 2
	if p.monthDays {
		// Reversing puts the bit of the n-th from the end onto the day's own.
		chosen &= p.fromFirst | bits.Reverse64(p.fromLast)>>(63-(n+1))
		behind, before := p.fromFirst>>(n+1) != 0, p.fromLast>>(n+1) != 0
		switch {
		case p.skip == Backward && behind:
			chosen |= 1 << n
		case p.skip == Forward && behind:
			chosen |= 1 << (n + 1)
		}
		switch {
		case p.skip == Backward && before:
			chosen |= 1
		case p.skip == Forward && before:
			chosen |= 1 << 1
		}
	}
	if chosen == 0 || p.weekdays == 0 && len(p.nth) == 0 {
		return first, n, chosen
	}
	// The weekdays of bits 0 and on are those of the pattern, week after week.
	const weeks = 1 | 1<<7 | 1<<14 | 1<<21 | 1<<28 | 1<<35
	falls := p.weekdays * weeks >> weekday(first+6)
	for _, on := range p.nth {
		if d := p.numbered(on, year, first, n); d >= first && d < first+n {
			falls |= 1 << (d - first + 1)
		}
		for _, moved := range [2]calendar.Day{first - 1, first + n} {
			if bit := moved - first + 1; chosen>>bit&1 == 1 && moved.Valid() {
				y, m, _ := moved.Date()
				f, n := monthOf(y, m)
				if p.numbered(on, y, f, n) == moved {
					falls |= 1 << bit
				}
			}
		}
	}
	return first, n, chosen & falls
}

// numbered returns the day that a numbered weekday is, of the month with that first day and
// length or of the year; where there is none, a day outside.
func (p *plan) numbered(on On, year int, first, n calendar.Day) calendar.Day {
	if p.ofYear {
		first = calendar.MustDate(year, time.January, 1)
		n = calendar.MustDate(year, time.December, 31) - first + 1
	}
	if on.N > 0 {
		d := first + calendar.Day((on.Day+7-weekday(first))%7) + calendar.Day(7*(on.N-1))
		if d >= first+n {
			return 0
		}
		return d
	}
	last := first + n - 1
	d := last - calendar.Day((weekday(last)+7-on.Day)%7) + calendar.Day(7*(on.N+1))
	if d < first {
		return 0
	}
	return d
}

// monthIndex returns the months since January of the year 0.
func monthIndex(d calendar.Day) int {
	year, month, _ := d.Date()
	return year*12 + int(month-1)
}

// monthOf returns the first day of a month and its length.
func monthOf(year int, month time.Month) (first calendar.Day, days calendar.Day) {
	first = calendar.MustDate(year, month, 1)
	switch month {
	case time.April, time.June, time.September, time.November:
		return first, 30
	case time.February:
		return first, calendar.MustDate(year, time.March, 1) - first
	}
	return first, 31
}
