package calendar

// Period is a stretch of days (期间), half-open: From belongs to it, Until does
// not. Its instants in a zone are those from From.Start up to Until.Start.
type Period struct {
	From  Day `json:"from"`
	Until Day `json:"until"`
}

// Contains reports whether d lies in p.
func (p Period) Contains(d Day) bool { return d >= p.From && d < p.Until }

// Days returns the number of days, 0 where Until is not after From.
func (p Period) Days() int { return int(max(0, p.Until-p.From)) }

// String returns the ISO 8601 interval from/until, such as 2026-01-31/2026-02-28,
// in which the second date is not part of the period.
func (p Period) String() string {
	return string(p.Until.AppendTo(append(p.From.AppendTo(nil), '/')))
}

// Months cuts the days from origin to before until into consecutive periods of
// step months: 1 for months, 3 for quarters, 12 for years. Each boundary is the
// origin moved by a multiple of step ([Day.AddMonths]), so an origin of 31 January
// gives 28 February and then 31 March again. The first of January, April, July or
// October as origin gives the quarters of the calendar year, any other day those
// of a fiscal one.
//
// Only whole periods are returned, because figures of a part cannot be compared
// with theirs: what is left between the last Until and until is shorter than the
// next period, and a stretch shorter than the first has none.
//
// An *[Error] names origin ("from") or until where it is not valid, until where it
// lies before origin, and step where it is not 1 to 119987 (the months of the
// years 1 to 9999 less one).
func Months(origin, until Day, step int) ([]Period, error) {
	switch {
	case !origin.Valid():
		return nil, invalid("from", "is not a day of the years 1 to 9999")
	case !until.Valid():
		return nil, invalid("until", "is not a day of the years 1 to 9999")
	case until < origin:
		return nil, invalid("until", "lies before from")
	case step < 1 || step > 9999*12-1:
		return nil, invalid("step", "is outside 1 to 119987 months")
	}
	var periods []Period
	for from, months := origin, step; ; months += step {
		next := origin.AddMonths(months)
		if next == 0 || next > until {
			return periods, nil
		}
		periods = append(periods, Period{from, next})
		from = next
	}
}
