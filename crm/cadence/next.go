package cadence

import (
	"time"

	"github.com/guanxi-go/guanxi/crm/calendar"
)

// Next returns the day up to which the next action of an open record is owed (下次跟进期限),
// given when it was opened and when the last action that counts took place, zero for
// none: the end of the rolling term, the end of the first whole month without one, or
// the earlier of the two. It may lie in the past. The zero Day: the rule is off.
// ErrInvalid: no opening or zone, or a rule that is not valid.
func (r ActionRule) Next(opened, last time.Time, zone *time.Location) (calendar.Day, error) {
	if opened.IsZero() || zone == nil {
		return 0, refuse(ErrInvalid, codeMissing, "opened or zone")
	}
	if err := (Rules{Action: r}).Validate(); err != nil {
		return 0, err
	}
	r = r.withDefaults()
	if r.Off {
		return 0, nil
	}
	begin := calendar.DayOf(opened, zone)
	_, _, first := begin.Date()
	month := begin - calendar.Day(first-1)
	if first > 1 && !r.Partial {
		month = month.AddMonths(1)
	}
	if !last.IsZero() {
		if acted := calendar.DayOf(last, zone); acted > begin {
			begin = acted
		}
		if _, _, dom := begin.Date(); month <= begin {
			month = (begin - calendar.Day(dom-1)).AddMonths(1)
		}
	}
	rolling, monthly := begin+calendar.Day(r.Days), month.AddMonths(1)-1
	switch r.Mode {
	case CalendarMonth:
		return monthly, nil
	case Rolling:
		return rolling, nil
	}
	return min(rolling, monthly), nil
}
