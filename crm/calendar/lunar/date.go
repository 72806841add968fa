package lunar

import (
	"math/bits"
	"time"

	"github.com/guanxi-go/guanxi/crm/calendar"
)

// The first and the last day that has an answer: 1901-01-01, and 2101-01-28, with which the
// lunar year 2100 ends.
const (
	First calendar.Day = 693961
	Last  calendar.Day = 767037
)

// Date is a date of the Chinese calendar (农历日期). The zero value is none.
type Date struct {
	Year  int  // the civil year in which the lunar year begins
	Month int  // 1 to 12
	Day   int  // 1 to 30
	Leap  bool // in the leap month of that number
}

// MonthDay is a day of the lunar year without the year: a birthday or a festival (农历生日、节日).
// The zero value is none.
type MonthDay struct {
	Month int  // 1 to 12
	Day   int  // 1 to 30
	Leap  bool // in the leap month of that number, where the year has it
}

// MonthDay returns the date without its year.
func (d Date) MonthDay() MonthDay { return MonthDay{d.Month, d.Day, d.Leap} }

// Valid reports whether m has a month of 1 to 12 and a day of 1 to 30.
func (m MonthDay) Valid() bool { return m.Month >= 1 && m.Month <= 12 && m.Day >= 1 && m.Day <= 30 }

// A year is a word of the table.
type year uint32

// yearOf returns the lunar year of a number, which has to be one of the table.
func yearOf(n int) year { return years[n-firstYear] }

// begin returns the day before the first of year n.
func (y year) begin(n int) calendar.Day {
	return calendar.MustDate(n, time.January, 1) + calendar.Day(y>>17) - 1
}

func (y year) leap() int { return int(y >> 13 & 15) }

// at returns the place of a month among those of the year, from 0, and false where the year
// does not have it.
func (y year) at(month int, leap bool) (i int, ok bool) {
	i = month - 1
	if l := y.leap(); leap || l != 0 && month > l {
		i++
		ok = !leap || l == month
	} else {
		ok = true
	}
	return i, ok
}

// days returns the length of the i-th month, and before the days of those before it.
func (y year) days(i int) (n, before int) {
	return 29 + int(y>>i&1), 29*i + bits.OnesCount32(uint32(y)&(1<<i-1))
}

// Of returns the lunar date of a civil day.
//
// [ErrHorizon]: d is not of the days [First] to [Last]. [ErrUndecided]: d is in an undecided
// month.
func Of(d calendar.Day) (Date, error) {
	if d < First || d > Last {
		return Date{}, outside()
	}
	n, _, _ := d.Date()
	if n > lastYear || yearOf(n).begin(n) >= d {
		n--
	}
	y := yearOf(n)
	rest := d.Sub(y.begin(n))         // the first of the year is 1
	for i := (rest - 1) / 30; ; i++ { // no month is longer than 30 days
		length, before := y.days(i)
		if rest > before+length {
			continue
		}
		date := Date{Year: n, Month: i + 1, Day: rest - before}
		if l := y.leap(); l != 0 && i >= l {
			date.Month, date.Leap = i, i == l
		}
		if date.undecided() {
			return Date{}, undecided()
		}
		return date, nil
	}
}

// Civil returns the civil day of the date.
//
// [ErrInvalid]: the year has no such month, or the month no such day. [ErrHorizon]: the day is
// not of the days [First] to [Last]. [ErrUndecided]: it hangs on an undecided month.
func (d Date) Civil() (calendar.Day, error) {
	switch {
	case !d.MonthDay().Valid():
		return 0, noDate()
	case d.Year < firstYear || d.Year > lastYear:
		return 0, outside()
	case d.undecided():
		return 0, undecided()
	}
	y := yearOf(d.Year)
	i, ok := y.at(d.Month, d.Leap)
	n, before := y.days(i)
	if !ok || d.Day > n {
		return 0, noDate()
	}
	found := y.begin(d.Year) + calendar.Day(before+d.Day)
	if found < First {
		return 0, outside()
	}
	return found, nil
}

// LeapMonth returns the number of the leap month of a lunar year, 0 where it has none.
// [ErrHorizon]: a year other than 1901 to 2100.
func LeapMonth(year int) (int, error) {
	if year <= firstYear || year > lastYear {
		return 0, outside()
	}
	return yearOf(year).leap(), nil
}

// open are the months of which nobody can say yet on which of two days they begin; the table
// has the earlier one.
var open = [...]struct{ year, month int }{{2057, 9}, {2089, 8}, {2097, 7}}

// undecided reports whether d hangs on one of them: it is in it, or would be the day that the
// month before ends with if it begins late.
func (d Date) undecided() bool {
	for _, o := range open {
		if d.Year == o.year && !d.Leap && (d.Month == o.month || d.Month == o.month-1 && d.Day == 30) {
			return true
		}
	}
	return false
}

// In returns the civil day on which m is kept in a lunar year: in the leap month only where m
// says so and the year has it, otherwise in the ordinary month; and day 30 on the last day of a
// month of 29. Errors are those of [Date.Civil].
func (m MonthDay) In(year int) (calendar.Day, error) {
	switch {
	case !m.Valid():
		return 0, noDate()
	case year < firstYear || year > lastYear:
		return 0, outside()
	}
	found, certain := m.kept(year)
	switch {
	case found < First:
		return 0, outside()
	case !certain:
		return 0, undecided()
	}
	return found, nil
}

// kept is In; where it is not certain, it is the day found or the one after.
func (m MonthDay) kept(year int) (found calendar.Day, certain bool) {
	y := yearOf(year)
	d := Date{Year: year, Month: m.Month, Day: m.Day, Leap: m.Leap && y.leap() == m.Month}
	i, _ := y.at(d.Month, d.Leap)
	n, before := y.days(i)
	return y.begin(year) + calendar.Day(before+min(d.Day, n)), !d.undecided()
}

// Next returns the first civil day later than a day on which m is kept by the rules of
// [MonthDay.In]. A civil year holds it once, or not at all, or twice.
//
// [ErrHorizon]: after is earlier than the day before [First], or that day is later than [Last].
// [ErrUndecided]: it hangs on an undecided month.
func Next(m MonthDay, after calendar.Day) (calendar.Day, error) {
	switch {
	case !m.Valid():
		return 0, noDate()
	case after < First-1 || after >= Last:
		return 0, outside()
	}
	// The lunar year before the civil one may still run.
	n, _, _ := (after + 1).Date()
	for n--; n <= lastYear; n++ {
		found, certain := m.kept(n)
		switch {
		case found > after && certain:
			return found, nil
		case found >= after && !certain:
			return 0, undecided()
		}
	}
	return 0, outside()
}
