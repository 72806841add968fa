package cadence

import (
	"time"

	"github.com/guanxi-go/guanxi/crm/money"
)

// Options say what is evaluated, and how. The zero value is ready to use.
type Options struct {
	// From leaves out what was found at it or before; zero evaluates all from the first
	// account and record on. What happened before still counts: give the log-ins since
	// the last one before From, and all actions of a record.
	From time.Time
	// WeekStart is the day on which the week of travel begins, in days after Monday, 0
	// to 6.
	WeekStart int
	// AbsenceShare is the share of a day's working time that an absence has to cover to
	// count for the day, above 0 and at most 1; zero is one half.
	AbsenceShare money.Ratio
}

func (o Options) validate() error {
	var found problems
	found.check(0 <= o.WeekStart && o.WeekStart <= 6, codeRange, "options.week_start", -1)
	share := o.AbsenceShare
	found.check(share == (money.Ratio{}) || 0 < share.Num && share.Num <= share.Den && share.Den <= 1e9, codeRange, "options.absence_share", -1)
	return found.join()
}

func (o Options) share() money.Ratio {
	if o.AbsenceShare == (money.Ratio{}) {
		return money.Ratio{Num: 1, Den: 2}
	}
	return o.AbsenceShare
}
