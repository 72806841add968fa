package recurrence

import (
	"errors"
	"time"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/internal/enum"
)

// Rule is a recurrence rule (周期规则) of the subset that the package comment states. The
// zero value comes every day for ever.
//
// A part left empty takes what it needs from the start of the series, as RFC 5545 says:
// WEEKLY without ByDay the weekday, MONTHLY without ByDay and ByMonthDay the day of the
// month, YEARLY without any of the three the day and the month.
type Rule struct {
	Freq     Freq
	Interval int   // every so many periods, at most 9,999,999; 0 is 1
	Count    int   // of occurrences, at most 9,999,999; 0: not limited
	Until    Until // the last moment; not beside Count

	ByMonth    []time.Month
	ByMonthDay []int // 1 to 31, and -1 to -31 from the end of the month; not with Weekly
	ByDay      []On
	BySetPos   []int // of the occurrences of one period, 1 to 366, and -1 to -366 from the last; beside another By part only

	WeekStart Weekday // the first day of a week (WKST)
	Skip      Skip    // what becomes of dates that a month does not have, with Monthly and Yearly
}

// On is a weekday of ByDay. With Monthly and Yearly N may say which of them: 1 is the
// first, -1 the last of the month, and of the year with Yearly where the rule names no
// month; -53 to 53. With N zero it is every one.
type On struct {
	N   int
	Day Weekday
}

// Until is the last moment at which a rule may come (UNTIL, 截止), itself included. The
// zero value sets no limit.
type Until struct {
	Wall
	Form UntilForm
}

// UntilForm says how [Until] is meant. The zero value is WholeDay.
type UntilForm uint8

const (
	WholeDay UntilForm = iota // the whole local day; Clock is 0 全天
	Local                     // a local time 当地时间
	UTC                       // a time of UTC, the form of RFC 5545 beside a zone 世界时
)

var untilForms = enum.New[UntilForm]("UNTIL", unknown, enum.Names{
	{"whole-day", "全天"}, {"local", "当地时间"}, {"utc", "世界时"},
})

// Valid reports whether f is one of the three.
func (f UntilForm) Valid() bool { return untilForms.Valid(f) }

// String returns the code, and ? for a number that is no form.
func (f UntilForm) String() string { return untilForms.Code(f) }

// Zh returns the Chinese name, and ? for a number that is no form.
func (f UntilForm) Zh() string { return untilForms.Zh(f) }

// MarshalText writes the form of String; a number that is no form is [ErrInvalid].
func (f UntilForm) MarshalText() ([]byte, error) { return untilForms.Marshal(f) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (f *UntilForm) UnmarshalText(text []byte) error { return untilForms.Unmarshal(f, text) }

// LastDay is the Until that includes a whole day.
func LastDay(d calendar.Day) Until { return Until{Wall: Wall{Day: d}} }

// LastInstant is the Until that includes an instant, and nothing after its second.
func LastInstant(t time.Time) Until {
	d := calendar.DayOf(t, time.UTC)
	h, m, s := t.UTC().Clock()
	clock := time.Duration(h)*time.Hour + time.Duration(m)*time.Minute + time.Duration(s)*time.Second
	return Until{Wall: Wall{Day: d, Clock: clock}, Form: UTC}
}

// IsZero reports whether u sets no limit.
func (u Until) IsZero() bool { return u == Until{} }

const (
	most      = 9_999_999 // of INTERVAL and COUNT: more than there are days
	maxNth    = 53
	maxSetPos = 366
	maxList   = 1000 // values of one part
)

// Validate reports everything that is wrong with r, joined; each is an *[Error].
//
// [ErrInvalid]: a value out of its range, COUNT with UNTIL, BYSETPOS without another BY
// part. [ErrRule]: a part that the subset has not beside this FREQ, which is BYMONTHDAY with
// WEEKLY, a numbered weekday with DAILY and WEEKLY, and SKIP other than OMIT with both.
func (r Rule) Validate() error { return errors.Join(r.problems()...) }

func (r Rule) problems() (errs []error) {
	check := func(ok bool, sentinel error, code, part string) {
		if !ok {
			errs = append(errs, refuse(sentinel, code, part))
		}
	}
	check(r.Freq.Valid(), ErrInvalid, codeValue, "FREQ")
	check(r.Interval >= 0 && r.Interval <= most, ErrInvalid, codeValue, "INTERVAL")
	check(r.Count >= 0 && r.Count <= most, ErrInvalid, codeValue, "COUNT")
	check(r.Count == 0 || r.Until.IsZero(), ErrInvalid, codeEnds, "COUNT")
	check(r.Until.IsZero() || r.Until.valid(), ErrInvalid, codeValue, "UNTIL")
	check(all(r.ByMonth, func(m time.Month) bool { return m >= time.January && m <= time.December }), ErrInvalid, codeValue, "BYMONTH")
	check(all(r.ByMonthDay, within[int](31)), ErrInvalid, codeValue, "BYMONTHDAY")
	check(all(r.BySetPos, within[int](maxSetPos)), ErrInvalid, codeValue, "BYSETPOS")
	check(all(r.ByDay, func(on On) bool { return on.Day.Valid() && on.N >= -maxNth && on.N <= maxNth }), ErrInvalid, codeValue, "BYDAY")
	check(len(r.BySetPos) == 0 || len(r.ByMonth)+len(r.ByMonthDay)+len(r.ByDay) > 0, ErrInvalid, codeAlone, "BYSETPOS")
	check(r.WeekStart.Valid(), ErrInvalid, codeValue, "WKST")
	check(r.Skip.Valid(), ErrInvalid, codeValue, "SKIP")

	byMonth := r.Freq == Monthly || r.Freq == Yearly
	check(byMonth || all(r.ByDay, func(on On) bool { return on.N == 0 }), ErrRule, codeFreq, "BYDAY")
	check(r.Freq != Weekly || len(r.ByMonthDay) == 0, ErrRule, codeFreq, "BYMONTHDAY")
	check(byMonth || r.Skip == Omit, ErrRule, codeFreq, "SKIP")
	return errs
}

func (u Until) valid() bool {
	return u.Wall.Valid() && u.Form.Valid() && (u.Form != WholeDay || u.Clock == 0)
}

// within is whether a number is one of -n to n but 0.
func within[T int](n T) func(T) bool { return func(v T) bool { return v != 0 && v >= -n && v <= n } }

func all[T any](list []T, ok func(T) bool) bool {
	for _, v := range list {
		if !ok(v) {
			return false
		}
	}
	return len(list) <= maxList
}
