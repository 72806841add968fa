package points

import (
	"time"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/internal/enum"
)

// Expiry is how long earned points live (有效期). The zero value is for ever. The
// last day counts whole: points expire at the first instant of the day after it, in
// the zone of the policy.
type Expiry struct {
	Rule ExpiryRule `json:"rule,omitzero"`
	// N is the number of days or months, 0 to 36500 or 1200. Months clamp to the end
	// of the month: one month after 31 January is the last of February.
	N int `json:"n,omitzero"`
	// Last is the last day where the rule is OnDay.
	Last calendar.Day `json:"last,omitzero"`
	// Round moves the last day on to the end of the period in which it lies. Not for
	// OnDay.
	Round Round `json:"round,omitzero"`
}

// ExpiryRule says from what a last day is computed.
type ExpiryRule uint8

const (
	Never       ExpiryRule = iota // no last day 永久有效
	AfterDays                     // N days after the day of earning 按天
	AfterMonths                   // N months after the day of earning 按月
	OnDay                         // the day Last, whenever they were earned before 固定日期
)

// Round names a period to whose end a last day moves (有效期取整).
type Round uint8

const (
	ToDay      Round = iota // as it is 当日
	ToMonth                 // the end of the month 月末
	ToQuarter               // the end of the quarter 季末
	ToHalfYear              // the end of June or December 半年末
	ToYear                  // the end of the year 年末
)

var (
	expiryRules = enum.New[ExpiryRule]("rule", unknown, enum.Names{
		{"never", "永久有效"}, {"after-days", "按天"}, {"after-months", "按月"}, {"on-day", "固定日期"},
	})
	rounds = enum.New[Round]("round", unknown, enum.Names{
		{"day", "当日"}, {"month", "月末"}, {"quarter", "季末"}, {"half-year", "半年末"}, {"year", "年末"},
	})
)

// The longest lives, a hundred years: no sum of a rule leaves 32 bits.
const (
	maxDays   = 36500
	maxMonths = 1200
)

// Valid reports whether r is one of the four.
func (r ExpiryRule) Valid() bool { return expiryRules.Valid(r) }

// String returns the code, and ? for a number that is none.
func (r ExpiryRule) String() string { return expiryRules.Code(r) }

// Zh returns the Chinese name, and ? for a number that is none.
func (r ExpiryRule) Zh() string { return expiryRules.Zh(r) }

// MarshalText writes the form of String; a number that is none is ErrInvalid.
func (r ExpiryRule) MarshalText() ([]byte, error) { return expiryRules.Marshal(r) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (r *ExpiryRule) UnmarshalText(text []byte) error { return expiryRules.Unmarshal(r, text) }

// Valid reports whether r is one of the five.
func (r Round) Valid() bool { return rounds.Valid(r) }

// String returns the code, and ? for a number that is none.
func (r Round) String() string { return rounds.Code(r) }

// Zh returns the Chinese name, and ? for a number that is none.
func (r Round) Zh() string { return rounds.Zh(r) }

// MarshalText writes the form of String; a number that is none is ErrInvalid.
func (r Round) MarshalText() ([]byte, error) { return rounds.Marshal(r) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (r *Round) UnmarshalText(text []byte) error { return rounds.Unmarshal(r, text) }

// Validate reports everything wrong with e, joined; each is an [*Error] with
// ErrInvalid.
func (e Expiry) Validate() error {
	var p problems
	p.check(e.Rule.Valid(), "rule", 0, "unknown")
	p.check(e.Round.Valid(), "round", 0, "unknown")
	p.check(e.Rule != AfterDays || e.N >= 0 && e.N <= maxDays, "n", 0, "is not 0 to 36500 days")
	p.check(e.Rule != AfterMonths || e.N >= 0 && e.N <= maxMonths, "n", 0, "is not 0 to 1200 months")
	p.check(e.Rule == AfterDays || e.Rule == AfterMonths || e.N == 0, "n", 0, "counts nothing")
	p.check((e.Rule == OnDay) == (e.Last != 0) && (e.Last == 0 || e.Last.Valid()), "last", 0, "is no day, or not for this rule")
	p.check(e.Round == ToDay || e.Rule == AfterDays || e.Rule == AfterMonths, "round", 0, "is not for this rule")
	return p.join()
}

// At returns when points expire that were earned at an instant: the first instant
// of the day after the last day, on the clocks of zone (nil is UTC), and the zero
// time for Never. For one rule and zone it never falls as earned rises.
//
// ErrInvalid where e is not valid, where the last day leaves the years 1 to 9998,
// and for OnDay where the points would have expired when they were earned.
func (e Expiry) At(earned time.Time, zone *time.Location) (time.Time, error) {
	if e == (Expiry{}) {
		return time.Time{}, nil
	}
	return e.after(earned, dayOf(earned, zone), zone)
}

// after is At for points earned on a day that is known.
func (e Expiry) after(earned time.Time, day calendar.Day, zone *time.Location) (time.Time, error) {
	if err := e.Validate(); err != nil {
		return time.Time{}, err
	}
	last := e.Last
	if e.Rule == AfterDays && day.Valid() {
		last = day + calendar.Day(e.N)
	} else if e.Rule == AfterMonths {
		last = day.AddMonths(e.N)
	}
	last = e.Round.end(last)
	if !last.Valid() || last > lastDay {
		return time.Time{}, refuse(ErrInvalid, "expiry", 0, "the last day leaves the calendar")
	}
	at := (last + 1).Start(zone).UTC()
	if !at.After(earned) {
		return time.Time{}, refuse(ErrInvalid, "expiry", 0, "the last day is over when the points are earned")
	}
	return at, nil
}

// lastDay is 9998-12-31: in no zone the day after it leaves the year 9999.
const lastDay = calendar.MaxDay - 365

// dayOf is the day d with Start(d) <= t < Start(d+1). It differs from
// calendar.DayOf for the hour after clocks have gone back over midnight: there
// the days that the clocks show fall as time rises, and an expiry would too.
func dayOf(t time.Time, zone *time.Location) calendar.Day {
	d := calendar.DayOf(t, zone)
	if d.Valid() && d < calendar.MaxDay && !t.Before((d + 1).Start(zone)) {
		return d + 1
	}
	return d
}

// end returns the last day of the period of d.
func (r Round) end(d calendar.Day) calendar.Day {
	months := 0
	switch r {
	case ToMonth:
		months = 1
	case ToQuarter:
		months = 3
	case ToHalfYear:
		months = 6
	case ToYear:
		months = 12
	}
	if months == 0 || !d.Valid() {
		return d
	}
	_, month, day := d.Date()
	first := d - calendar.Day(day-1)
	next := first.AddMonths(months - (int(month)-1)%months)
	if !next.Valid() {
		return calendar.MaxDay
	}
	return next - 1
}
