package recurrence

import (
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/guanxi-go/guanxi/crm/calendar"
)

// maxText is the length of the longest rule that is read, in bytes.
const maxText = 16 << 10

// Parse reads the value of an RRULE property, such as FREQ=MONTHLY;BYDAY=-1FR;COUNT=5:
// the parts in any order, each once, capitals or not, without white space. UNTIL has one
// of the forms 20260615, 20260615T090000 and 20260615T010000Z.
//
// Every problem is reported, joined, each as an *[Error] that names the part: [ErrRule]
// for a part that the package does not have, and [ErrInvalid] for one without a legal
// value, one that is there twice, a FREQ that is missing, and what [Rule.Validate]
// refuses.
func Parse(text string) (Rule, error) {
	if len(text) > maxText {
		return Rule{}, refuse(ErrInvalid, codeText, "rule")
	}
	var r Rule
	var errs []error
	seen, freq := map[string]bool{}, false
	for part := range strings.SplitSeq(text, ";") {
		name, value, ok := strings.Cut(part, "=")
		name, value = strings.ToUpper(name), strings.ToUpper(value)
		switch {
		case !ok || !isName(name):
			errs = append(errs, refuse(ErrInvalid, codeText, "rule"))
			continue
		case seen[name]:
			errs = append(errs, refuse(ErrInvalid, codeTwice, name))
			continue
		}
		seen[name] = true
		if err := r.read(name, value); err != nil {
			errs = append(errs, err)
		} else if name == "FREQ" {
			freq = true
		}
	}
	if !seen["FREQ"] {
		errs = append(errs, refuse(ErrInvalid, codeMissing, "FREQ"))
	}
	if freq { // without it, what may stand together cannot be said
		errs = append(errs, r.problems()...)
	}
	if err := errors.Join(errs...); err != nil {
		return Rule{}, err
	}
	return r, nil
}

// isName reports whether s has the form of a part's name; others are not repeated in an
// error.
func isName(s string) bool {
	if s == "" || len(s) > 32 {
		return false
	}
	for _, c := range []byte(s) {
		if (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '-' {
			return false
		}
	}
	return true
}

func (r *Rule) read(name, value string) (err error) {
	ok := true
	switch name {
	case "FREQ":
		if value == "SECONDLY" || value == "MINUTELY" || value == "HOURLY" {
			return refuse(ErrRule, codeUnsupported, name)
		}
		return r.Freq.UnmarshalText([]byte(value))
	case "INTERVAL":
		r.Interval, ok = number(value, most)
	case "COUNT":
		r.Count, ok = number(value, most)
	case "UNTIL":
		r.Until, ok = readUntil(value)
	case "BYMONTH":
		r.ByMonth, ok = list(value, func(s string) (time.Month, bool) {
			n, ok := number(s, 12)
			return time.Month(n), ok
		})
	case "BYMONTHDAY":
		r.ByMonthDay, ok = list(value, func(s string) (int, bool) { return signed(s, 31) })
	case "BYSETPOS":
		r.BySetPos, ok = list(value, func(s string) (int, bool) { return signed(s, maxSetPos) })
	case "BYDAY":
		r.ByDay, ok = list(value, readOn)
	case "WKST":
		ok = r.WeekStart.UnmarshalText([]byte(value)) == nil
	case "SKIP":
		return r.Skip.UnmarshalText([]byte(value))
	default:
		return refuse(ErrRule, codeUnsupported, name)
	}
	if !ok {
		return refuse(ErrInvalid, codeValue, name)
	}
	return nil
}

// number reads digits: 1 to limit.
func number(s string, limit int) (int, bool) {
	if s == "" || len(s) > 7 {
		return 0, false
	}
	n := 0
	for _, c := range []byte(s) {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = 10*n + int(c-'0')
	}
	if n < 1 || n > limit {
		return 0, false
	}
	return n, true
}

func signed(s string, limit int) (int, bool) {
	if digits, ok := strings.CutPrefix(s, "-"); ok {
		n, ok := number(digits, limit)
		return -n, ok
	}
	return number(strings.TrimPrefix(s, "+"), limit)
}

func readOn(s string) (on On, ok bool) {
	at := max(len(s)-2, 0)
	if on.Day.UnmarshalText([]byte(s[at:])) != nil {
		return on, false
	}
	if at > 0 {
		on.N, ok = signed(s[:at], maxNth)
		return on, ok
	}
	return on, true
}

func readUntil(s string) (u Until, ok bool) {
	if len(s) < 8 {
		return Until{}, false
	}
	u.Day, ok = calendar.ParseISO(s[:4] + "-" + s[4:6] + "-" + s[6:8])
	if !ok || len(s) == 8 {
		return u, ok
	}
	clock, utc := strings.CutSuffix(s[8:], "Z")
	t, err := time.Parse("T150405", clock)
	if err != nil || len(clock) != len("T150405") {
		return Until{}, false
	}
	u.Clock = t.Sub(time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC))
	u.Form = Local
	if utc {
		u.Form = UTC
	}
	return u, true
}

func list[T any](s string, read func(string) (T, bool)) (values []T, ok bool) {
	for one := range strings.SplitSeq(s, ",") {
		v, ok := read(one)
		if !ok || len(values) == maxList {
			return nil, false
		}
		values = append(values, v)
	}
	return values, true
}

// String returns the rule as RFC 5545 writes it, FREQ first and without what is a
// default.
func (r Rule) String() string {
	b := append([]byte("FREQ="), r.Freq.String()...)
	if r.Interval > 1 {
		b = strconv.AppendInt(append(b, ";INTERVAL="...), int64(r.Interval), 10)
	}
	if r.Count > 0 {
		b = strconv.AppendInt(append(b, ";COUNT="...), int64(r.Count), 10)
	}
	if !r.Until.IsZero() {
		b = append(append(b, ";UNTIL="...), r.Until.String()...)
	}
	b = appendList(b, ";BYMONTH=", r.ByMonth, func(b []byte, m time.Month) []byte { return strconv.AppendInt(b, int64(m), 10) })
	b = appendList(b, ";BYMONTHDAY=", r.ByMonthDay, appendInt)
	b = appendList(b, ";BYDAY=", r.ByDay, func(b []byte, on On) []byte {
		if on.N != 0 {
			b = appendInt(b, on.N)
		}
		return append(b, on.Day.String()...)
	})
	b = appendList(b, ";BYSETPOS=", r.BySetPos, appendInt)
	if r.WeekStart != Monday {
		b = append(append(b, ";WKST="...), r.WeekStart.String()...)
	}
	if r.Skip != Omit {
		b = append(append(b, ";SKIP="...), r.Skip.String()...)
	}
	return string(b)
}

func appendInt(b []byte, n int) []byte { return strconv.AppendInt(b, int64(n), 10) }

func appendList[T any](b []byte, part string, values []T, write func([]byte, T) []byte) []byte {
	for i, v := range values {
		if i == 0 {
			b = append(b, part...)
		} else {
			b = append(b, ',')
		}
		b = write(b, v)
	}
	return b
}

// String returns the form of RFC 5545, such as 20260615T010000Z, and "" for the zero
// Until.
func (u Until) String() string {
	if u.IsZero() {
		return ""
	}
	strip := strings.NewReplacer("-", "", ":", "")
	switch u.Form {
	case WholeDay:
		return strip.Replace(u.Day.String())
	case Local:
		return strip.Replace(u.Wall.String())
	}
	return strip.Replace(u.Wall.String()) + "Z"
}

// MarshalText writes the form of String; what [Rule.Validate] refuses is that error.
func (r Rule) MarshalText() ([]byte, error) {
	if err := r.Validate(); err != nil {
		return nil, err
	}
	return []byte(r.String()), nil
}

// UnmarshalText is [Parse]; on an error r stays as it was.
func (r *Rule) UnmarshalText(text []byte) error {
	read, err := Parse(string(text))
	if err != nil {
		return err
	}
	*r = read
	return nil
}
