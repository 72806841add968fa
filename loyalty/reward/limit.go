package reward

import (
	"math"
	"time"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/internal/enum"
)

// Limit caps how often something may happen in a period (限额): how many pieces of
// a reward a member gets, how many referrals of a referrer are rewarded.
type Limit struct {
	N    int64  `json:"n"`             // at most so many, 0 or more; 0 is none at all
	Per  Period `json:"per,omitzero"`  // in which period
	Days int    `json:"days,omitzero"` // the length of a Rolling period in local days, that of the instant included; 1 to 36525
}

// Period is what a [Limit] counts in (周期). The zero value is Ever. Days, months
// and years are those of the calendar in the zone that the caller names.
type Period uint8

const (
	Ever     Period = iota // always 终身
	PerDay                 // the local day 每日
	PerMonth               // the calendar month 每月
	PerYear                // the calendar year 每年
	Rolling                // the last Limit.Days local days, today included 滚动
)

var periods = enum.New[Period]("per", unknown, enum.Names{
	{"ever", "终身"}, {"day", "每日"}, {"month", "每月"}, {"year", "每年"}, {"rolling", "滚动"},
})

// String returns the code, and ? for a number that is no period.
func (p Period) String() string { return periods.Code(p) }

// Zh returns the Chinese name, and ? for a number that is no period.
func (p Period) Zh() string { return periods.Zh(p) }

// MarshalText writes the form of String; a number that is no period is ErrInvalid.
func (p Period) MarshalText() ([]byte, error) { return periods.Marshal(p) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (p *Period) UnmarshalText(text []byte) error { return periods.Unmarshal(p, text) }

func (l Limit) check(p *problems, field string, i int) {
	p.check(l.N >= 0, field, i, "n is below 0")
	p.check(periods.Valid(l.Per), field, i, "unknown period")
	p.check(l.Per != Rolling || l.Days >= 1 && l.Days <= maxDays, field, i, "days is outside 1 to 36525")
	p.check(l.Per == Rolling || l.Days == 0, field, i, "days without a rolling period")
}

// Taken is what happened before and counts against a limit: pieces that a member
// has had, net of what he cancelled or gave back; referrals that were rewarded.
type Taken struct {
	At time.Time `json:"at"`
	N  int64     `json:"n"` // 0 or more
}

// window returns the period of the limit around an instant, [from, until); zero
// times for no bound.
func (l Limit) window(at time.Time, zone *time.Location) (from, until time.Time) {
	today := calendar.DayOf(at, zone)
	first, next := today, today+1
	switch l.Per {
	case Ever:
		return from, until
	case PerMonth:
		_, _, day := today.Date()
		first = today - calendar.Day(day-1)
		next = first.AddMonths(1)
	case PerYear:
		year, _, _ := today.Date()
		first, _ = calendar.Date(year, time.January, 1)
		next = first.AddMonths(12)
	case Rolling:
		first = today - calendar.Day(l.Days-1)
	}
	return first.Start(zone), next.Start(zone)
}

// used counts what was taken in the limit's period around at, and says when the
// calendar alone makes room again.
func (l Limit) used(taken []Taken, at time.Time, zone *time.Location) (n int64, until time.Time) {
	from, end := l.window(at, zone)
	var earliest time.Time
	for _, t := range taken {
		if t.N <= 0 || t.At.Before(from) || !end.IsZero() && !t.At.Before(end) {
			continue
		}
		if n > math.MaxInt64-t.N {
			n = math.MaxInt64
		} else {
			n += t.N
		}
		if earliest.IsZero() || t.At.Before(earliest) {
			earliest = t.At
		}
	}
	if l.Per == Rolling && !earliest.IsZero() {
		end = (calendar.DayOf(earliest, zone) + calendar.Day(l.Days)).Start(zone)
	}
	return n, end.UTC()
}

// room refuses n more where a limit has no room for them; all limits have to.
func room(limits []Limit, taken []Taken, n int64, at time.Time, zone *time.Location, reason string) error {
	for i, l := range limits {
		used, until := l.used(taken, at, zone)
		if used <= l.N && n <= l.N-used {
			continue
		}
		if l.Per == Ever || n > l.N {
			until = time.Time{} // waiting does not help
		}
		return &Error{Field: "limits", Item: i, Limit: l.N, Used: used, Until: until, Reason: reason, Err: ErrLimit}
	}
	return nil
}
