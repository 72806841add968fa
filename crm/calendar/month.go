package calendar

// MonthsBetween returns the whole calendar months from a to b: the greatest n for
// which a.AddMonths(n) is b or earlier, below zero where b is the earlier. ok is
// false where a or b is no valid day.
//
// Months clamp: from 31 January to 28 February of a common year is one month.
func MonthsBetween(a, b Day) (n int, ok bool) {
	if !a.Valid() || !b.Valid() {
		return 0, false
	}
	ya, ma, _ := a.Date()
	yb, mb, _ := b.Date()
	n = (yb-ya)*12 + int(mb) - int(ma)
	if a.AddMonths(n) > b {
		n--
	}
	return n, true
}

// SamePeriodLastYear returns the period of the year before that a half-open period
// of days is compared with. The first day clamps to the end of its month, and so
// does the last; but a last day that ends its month faces the end of that month,
// so that January and February of 2025 face sixty days of 2024.
//
// An *[Error]: a day that is not valid, a period without a day, or one whose
// counterpart lies before the year 1.
func SamePeriodLastYear(from, to Day) (lastFrom, lastTo Day, err error) {
	switch {
	case !from.Valid():
		return 0, 0, invalid("from", notADay)
	case !to.Valid():
		return 0, 0, invalid("to", notADay)
	case from >= to:
		return 0, 0, invalid("to", reason{"is not after the first day", "不晚于首日"})
	}
	lastFrom = from.AddMonths(-12)
	if lastFrom.IsZero() {
		return 0, 0, invalid("from", reason{"has no year before it", "没有上一年"})
	}
	if _, _, day := to.Date(); day == 1 {
		return lastFrom, to.AddMonths(-12), nil
	}
	return lastFrom, (to - 1).AddMonths(-12) + 1, nil
}
