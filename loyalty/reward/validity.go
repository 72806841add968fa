package reward

import (
	"time"

	"github.com/guanxi-go/guanxi/crm/calendar"
)

// Days returns the time from the start of the first local day to the end of the
// last, which is the start of the day after it, for the From and Until of
// [VoucherTerms]; zero days are no bound. A nil zone is UTC.
func Days(first, last calendar.Day, zone *time.Location) (from, until time.Time) {
	if first.Valid() {
		from = first.Start(zone).UTC()
	}
	if last.Valid() {
		until = (last + 1).Start(zone).UTC()
	}
	return from, until
}

// DaysAfter returns the end of the n-th local day after the day of an instant:
// vouchers that are good for n more days (有效期 n 天). A nil zone is UTC. Beyond the
// days of package calendar it is the zero time, which is no end.
func DaysAfter(at time.Time, n int, zone *time.Location) time.Time {
	if n < -int(calendar.MaxDay) || n > int(calendar.MaxDay) {
		return time.Time{}
	}
	return endOfDay(at, n, zone)
}

// MonthsAfter returns the end of the local day that lies n months after the day of
// an instant, clamped to the month's end: one month after 31 January is the end of
// the last of February. A nil zone is UTC, and the zero time as in DaysAfter.
func MonthsAfter(at time.Time, n int, zone *time.Location) time.Time {
	day := calendar.DayOf(at, zone).AddMonths(n)
	if !day.Valid() {
		return time.Time{}
	}
	return (day + 1).Start(zone).UTC()
}
