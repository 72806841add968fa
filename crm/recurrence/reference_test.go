package recurrence_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/recurrence"
)

// plainly is the package comment read word by word: every day of every period is looked
// at, one after the other, and package time does the sums. It returns the local days up to
// a last one.
func plainly(r recurrence.Rule, start, last time.Time) (found []string) {
	interval := max(r.Interval, 1)
	var left = r.Count
	seen := map[string]bool{}
	for period := 0; ; period += interval {
		var set []time.Time
		switch r.Freq {
		case recurrence.Daily:
			set = []time.Time{start.AddDate(0, 0, period)}
		case recurrence.Weekly:
			monday := start.AddDate(0, 0, -(int(start.Weekday())+6-int(r.WeekStart)+7)%7+7*period)
			for i := range 7 {
				set = append(set, monday.AddDate(0, 0, i))
			}
		case recurrence.Monthly:
			set = month(time.Date(start.Year(), start.Month()+time.Month(period), 1, 0, 0, 0, 0, time.UTC))
		case recurrence.Yearly:
			for m := range 12 {
				set = append(set, month(time.Date(start.Year()+period, time.Month(m+1), 1, 0, 0, 0, 0, time.UTC))...)
			}
		}
		begin := set[0]
		set = chosen(r, start, set)
		if len(r.BySetPos) > 0 {
			var at []time.Time
			for i, d := range set {
				if slices.Contains(r.BySetPos, i+1) || slices.Contains(r.BySetPos, i-len(set)) {
					at = append(at, d)
				}
			}
			set = at
		}
		for _, d := range set {
			text := d.Format("2006-01-02")
			if d.Before(start) || d.After(last) || seen[text] {
				continue
			}
			seen[text] = true
			found = append(found, text)
			if left--; left == 0 {
				return found
			}
		}
		if begin.AddDate(0, 0, -2).After(last) {
			return found
		}
	}
}

func month(first time.Time) (days []time.Time) {
	for d := first; d.Month() == first.Month(); d = d.AddDate(0, 0, 1) {
		days = append(days, d)
	}
	return days
}

// chosen keeps the days of a period that satisfy the BY parts, and moves those that there
// are not.
func chosen(r recurrence.Rule, start time.Time, set []time.Time) (kept []time.Time) {
	monthDays, months, on := r.ByMonthDay, r.ByMonth, r.ByDay
	if len(on) == 0 && len(monthDays) == 0 {
		switch r.Freq {
		case recurrence.Weekly:
			on = []recurrence.On{{Day: recurrence.Weekday((start.Weekday() + 6) % 7)}}
		case recurrence.Monthly, recurrence.Yearly:
			monthDays = []int{start.Day()}
			if r.Freq == recurrence.Yearly && len(months) == 0 {
				months = []time.Month{start.Month()}
			}
		}
	}
	for _, d := range set {
		if len(months) > 0 && !slices.Contains(months, d.Month()) {
			continue
		}
		n := time.Date(d.Year(), d.Month()+1, 0, 0, 0, 0, 0, time.UTC).Day()
		if len(monthDays) == 0 || slices.Contains(monthDays, d.Day()) || slices.Contains(monthDays, d.Day()-n-1) {
			kept = append(kept, d)
		}
		if d.Day() != 1 || r.Skip == recurrence.Omit {
			continue
		}
		for _, day := range monthDays {
			switch backward := r.Skip == recurrence.Backward; {
			case day > n && backward:
				kept = append(kept, d.AddDate(0, 1, -1))
			case day > n:
				kept = append(kept, d.AddDate(0, 1, 0))
			case day < -n && backward:
				kept = append(kept, d.AddDate(0, 0, -1))
			case day < -n:
				kept = append(kept, d)
			}
		}
	}
	slices.SortFunc(kept, time.Time.Compare)
	kept = slices.Compact(kept)
	if len(on) == 0 {
		return kept
	}
	return slices.DeleteFunc(kept, func(d time.Time) bool {
		return !slices.ContainsFunc(on, func(o recurrence.On) bool {
			if recurrence.Weekday((d.Weekday()+6)%7) != o.Day {
				return false
			}
			first, next := time.Date(d.Year(), d.Month(), 1, 0, 0, 0, 0, time.UTC), time.Date(d.Year(), d.Month()+1, 1, 0, 0, 0, 0, time.UTC)
			if r.Freq == recurrence.Yearly && len(r.ByMonth) == 0 {
				first, next = time.Date(d.Year(), 1, 1, 0, 0, 0, 0, time.UTC), time.Date(d.Year()+1, 1, 1, 0, 0, 0, 0, time.UTC)
			}
			number := 1
			for w := d.AddDate(0, 0, -7); !w.Before(first); w = w.AddDate(0, 0, -7) {
				number++
			}
			behind := -1
			for w := d.AddDate(0, 0, 7); w.Before(next); w = w.AddDate(0, 0, 7) {
				behind--
			}
			return o.N == 0 || o.N == number || o.N == behind
		})
	})
}

// list draws up to most values, none included.
func list[T any](t *rapid.T, of *rapid.Generator[T], most int, name string) []T {
	return rapid.SliceOfN(of, 0, most).Draw(t, name)
}

func nonZero(n int) *rapid.Generator[int] {
	return rapid.IntRange(-n, n).Filter(func(v int) bool { return v != 0 })
}

func anyRule(t *rapid.T) recurrence.Rule {
	r := recurrence.Rule{
		Freq:      recurrence.Freq(rapid.IntRange(0, 3).Draw(t, "freq")),
		Interval:  rapid.SampledFrom([]int{0, 1, 1, 2, 3, 5, 12, 31}).Draw(t, "interval"),
		WeekStart: recurrence.Weekday(rapid.IntRange(0, 6).Draw(t, "wkst")),
	}
	if rapid.Bool().Draw(t, "months") {
		r.ByMonth = list(t, rapid.Custom(func(t *rapid.T) time.Month { return time.Month(rapid.IntRange(1, 12).Draw(t, "month")) }), 4, "bymonth")
	}
	if r.Freq != recurrence.Weekly && rapid.Bool().Draw(t, "monthdays") {
		r.ByMonthDay = list(t, nonZero(31), 5, "bymonthday")
	}
	byMonth := r.Freq == recurrence.Monthly || r.Freq == recurrence.Yearly
	if byMonth {
		r.Skip = recurrence.Skip(rapid.IntRange(0, 2).Draw(t, "skip"))
	}
	if rapid.Bool().Draw(t, "weekdays") {
		r.ByDay = list(t, rapid.Custom(func(t *rapid.T) recurrence.On {
			on := recurrence.On{Day: recurrence.Weekday(rapid.IntRange(0, 6).Draw(t, "day"))}
			if byMonth && rapid.Bool().Draw(t, "numbered") {
				on.N = rapid.OneOf(nonZero(5), nonZero(53)).Draw(t, "n")
			}
			return on
		}), 4, "byday")
	}
	if len(r.ByMonth)+len(r.ByMonthDay)+len(r.ByDay) > 0 && rapid.IntRange(0, 2).Draw(t, "positions") == 0 {
		r.BySetPos = list(t, nonZero(6), 3, "bysetpos")
	}
	switch rapid.IntRange(0, 2).Draw(t, "end") {
	case 0:
		r.Count = rapid.IntRange(1, 40).Draw(t, "count")
	case 1:
		r.Until = recurrence.LastDay(calendar.MustDate(2024, 1, 1) + calendar.Day(rapid.IntRange(0, 900).Draw(t, "until")))
	}
	return r
}

func TestAgainstThePlainReading(t *testing.T) {
	shanghai := zone(t, "Asia/Shanghai")
	rapid.Check(t, func(t *rapid.T) {
		r := anyRule(t)
		first := calendar.MustDate(2023, 11, 1) + calendar.Day(rapid.IntRange(0, 500).Draw(t, "start"))
		if rapid.Bool().Draw(t, "end of month") {
			y, m, _ := first.Date()
			first = calendar.MustDate(y, m, 1) - 1
		}
		start := recurrence.Wall{Day: first, Clock: 9 * time.Hour}
		last := first + 1500
		if !r.Until.IsZero() {
			last = r.Until.Day
		}
		s, err := recurrence.New(r, start, shanghai)
		require.NoError(t, err, r)
		want := plainly(r, first.Start(time.UTC), last.Start(time.UTC))
		var all []recurrence.Occurrence
		for o := range s.All() {
			if o.Day > last {
				require.True(t, r.Until.IsZero() && r.Count == 0 || r.Count > len(all))
				break
			}
			require.Equal(t, o.Day.String()+"T09:00:00", o.ID)
			require.True(t, o.Day.Start(shanghai).Add(9*time.Hour).Equal(o.At))
			all = append(all, o)
		}
		require.Len(t, all, len(want), r)
		for i, o := range all {
			require.Equal(t, want[i], o.Day.String(), "%s %d", r, i)
		}

		// From the middle on it is the same series, whatever the instant.
		at := start.Day.Start(shanghai).Add(time.Duration(rapid.Int64Range(-100, 1400*24*4).Draw(t, "quarter")) * 15 * time.Minute)
		if len(all) > 0 && rapid.Bool().Draw(t, "exactly") {
			at = all[rapid.IntRange(0, len(all)-1).Draw(t, "which")].At
		}
		rest := slices.DeleteFunc(slices.Clone(all), func(o recurrence.Occurrence) bool { return !o.At.After(at) })
		next, ok := s.Next(at)
		if len(rest) > 0 {
			require.True(t, ok)
			require.Equal(t, rest[0], next)
		} else {
			require.True(t, !ok || next.Day > last, r)
		}
		for o := range s.After(at) {
			if len(rest) == 0 {
				require.Greater(t, o.Day, last)
				break
			}
			require.Equal(t, rest[0], o)
			rest = rest[1:]
		}
		require.Empty(t, rest)
	})
}

// Rules come back from their text.
func TestText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := anyRule(t)
		text, err := r.MarshalText()
		require.NoError(t, err)
		var back recurrence.Rule
		require.NoError(t, back.UnmarshalText(text))
		require.Equal(t, string(text), back.String())
	})
}
