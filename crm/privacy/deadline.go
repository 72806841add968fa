package privacy

import (
	"slices"
	"time"

	"github.com/guanxi-go/guanxi/crm/calendar"
)

// AnswerDays is the number of working days in which a request is answered. The law
// says "in time" (PIPL article 45); fifteen is this library's decision.
const AnswerDays = 15

// WorkingDays returns the day that lies n working days after another, which is not
// counted itself (工作日). It is the port to the calendar that the host has: weekends
// that are worked and holidays are set anew every year, so that nothing here guesses
// them. [NonWorkingDays] has such a method.
type WorkingDays func(from calendar.Day, n int) (calendar.Day, error)

// Deadline returns the first instant at which a request that was received at another
// is late: the end, by the clocks of loc (nil: UTC), of the n-th working day after the
// day of receipt. ErrInvalid where n is below 1, add is nil, or the result is not
// after the day of receipt; else the error of add.
func Deadline(received time.Time, n int, add WorkingDays, loc *time.Location) (time.Time, error) {
	if n < 1 || add == nil {
		return time.Time{}, invalid("", "days", "are none, or nobody counts them")
	}
	from := calendar.DayOf(received, loc)
	last, err := add(from, n)
	if err != nil {
		return time.Time{}, err
	}
	if !from.Valid() || last <= from || !(last + 1).Valid() {
		return time.Time{}, invalid("", "days", "lead to no later day")
	}
	return (last + 1).Start(loc), nil
}

// NonWorkingDays are all days in [From, Through] on which nobody works, weekends
// included, and working weekends (调休) left out.
type NonWorkingDays struct {
	From    calendar.Day   `json:"from"`
	Through calendar.Day   `json:"through"` // the last day that the list knows
	Days    []calendar.Day `json:"days"`    // rising
}

// Add returns the n-th working day after from. ErrInvalid where n is below 0, from is
// no day, or the days do not rise within From and Through; ErrInsufficientData where
// the days counted are not all in the list's span.
func (d NonWorkingDays) Add(from calendar.Day, n int) (calendar.Day, error) {
	if n < 0 || n > int(calendar.MaxDay) || !from.Valid() || !d.valid() {
		return 0, invalid("", "days", "are not a list of days that rise within its span")
	}
	if n == 0 {
		return from, nil
	}
	first, _ := slices.BinarySearch(d.Days, from+1)
	// The day wanted is the least one that lies n days and the closed ones between
	// after from. Each round counts the closed days that the last one let in.
	for last, closed := int(from), -1; ; {
		day := calendar.Day(last)
		before, found := slices.BinarySearch(d.Days, day)
		if found {
			before++
		}
		now := max(before-first, 0)
		if now == closed {
			return day, nil
		}
		closed = now
		last = int(from) + n + closed
		if from+1 < d.From || last > int(d.Through) {
			return 0, &Error{Field: "days", Reason: "do not reach far enough", Err: ErrInsufficientData}
		}
	}
}

func (d NonWorkingDays) valid() bool {
	if !d.From.Valid() || !d.Through.Valid() {
		return false
	}
	for i, day := range d.Days {
		if day < d.From || day > d.Through || i > 0 && day <= d.Days[i-1] {
			return false
		}
	}
	return true
}
