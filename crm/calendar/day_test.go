package calendar_test

import (
	"encoding/json"
	"math"
	"testing"
	"time"
	_ "time/tzdata" // the zones of the tests, wherever they run

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/crm/calendar"
)

// days draws valid days with weight on the ends of the range.
func days() *rapid.Generator[calendar.Day] {
	return rapid.OneOf(
		rapid.Custom(func(t *rapid.T) calendar.Day {
			return calendar.Day(rapid.Int32Range(int32(calendar.MinDay), int32(calendar.MaxDay)).Draw(t, "day"))
		}),
		rapid.Custom(func(t *rapid.T) calendar.Day {
			return calendar.MustDate(2024, 1, 1) + calendar.Day(rapid.Int32Range(-2000, 2000).Draw(t, "near"))
		}),
		rapid.SampledFrom([]calendar.Day{calendar.MinDay, calendar.MinDay + 30, calendar.MaxDay, calendar.MaxDay - 30,
			calendar.MustDate(2000, 2, 29), calendar.MustDate(1900, 2, 28), calendar.MustDate(2024, 12, 31)}),
	)
}

// The whole calendar against package time, and against the count itself: each day
// follows the day before.
func TestEveryDay(t *testing.T) {
	at := time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC)
	for d := calendar.MinDay; d <= calendar.MaxDay; d++ {
		y, m, day := d.Date()
		wy, wm, wd := at.Date()
		if y != wy || m != wm || day != wd || d.Weekday() != at.Weekday() {
			t.Fatalf("day %d is %d-%d-%d %s, want %s", int32(d), y, m, day, d.Weekday(), at.Format("2006-01-02 Monday"))
		}
		back, err := calendar.Date(y, m, day)
		if err != nil || back != d {
			t.Fatalf("Date(%d, %d, %d) = %d, %v, want %d", y, m, day, int32(back), err, int32(d))
		}
		text := d.String()
		if parsed, err := calendar.ParseDay(text); err != nil || parsed != d {
			t.Fatalf("ParseDay(%s) = %d, %v, want %d", text, int32(parsed), err, int32(d))
		}
		if n := d.Sub(calendar.MinDay); n != int(d)-1 {
			t.Fatalf("%s is %d days after the first", text, n)
		}
		at = at.AddDate(0, 0, 1)
	}
	require.Equal(t, "10000-01-01", at.Format("2006-01-02"), "the loop has reached the end of the range")
}

// Dates of the table in appendix C of Calendrical Calculations.
func TestRataDie(t *testing.T) {
	for _, c := range []struct {
		day  calendar.Day
		text string
		week time.Weekday
	}{
		{25469, "0070-09-24", time.Wednesday},
		{210155, "0576-05-20", time.Monday},
		{369740, "1013-04-25", time.Sunday},
		{470160, "1288-04-02", time.Friday},
		{601716, "1648-06-10", time.Wednesday},
		{694799, "1903-04-19", time.Sunday},
		{728714, "1996-02-25", time.Sunday},
		{744313, "2038-11-10", time.Wednesday},
	} {
		require.Equal(t, c.text, c.day.String())
		require.Equal(t, c.week, c.day.Weekday(), c.text)
	}
}

func TestDateRefuses(t *testing.T) {
	for _, c := range []struct {
		year  int
		month time.Month
		day   int
		field string
	}{
		{0, 1, 1, "year"}, {-1, 1, 1, "year"}, {10000, 1, 1, "year"}, {math.MaxInt, 1, 1, "year"}, {math.MinInt, 1, 1, "year"},
		{2025, 0, 1, "month"}, {2025, 13, 1, "month"}, {2025, -1, 1, "month"}, {2025, math.MaxInt, 1, "month"},
		{2025, 1, 0, "day"}, {2025, 1, 32, "day"}, {2025, 4, 31, "day"}, {2025, 2, 29, "day"}, {2024, 2, 30, "day"},
		{1900, 2, 29, "day"}, {2100, 2, 29, "day"}, {2025, 1, -1, "day"}, {2025, 1, math.MaxInt, "day"},
	} {
		d, err := calendar.Date(c.year, c.month, c.day)
		require.Zero(t, d)
		require.ErrorIs(t, err, calendar.ErrInvalid)
		var e *calendar.Error
		require.ErrorAs(t, err, &e)
		require.Equal(t, c.field, e.Field, "%d-%d-%d", c.year, c.month, c.day)
		require.Panics(t, func() { calendar.MustDate(c.year, c.month, c.day) })
	}
	for _, year := range []int{2000, 2024, 1600, 4} {
		_, err := calendar.Date(year, 2, 29)
		require.NoError(t, err, year)
	}
}

// What is no day answers with the absence of one, not with a date.
func TestNoDay(t *testing.T) {
	for _, d := range []calendar.Day{0, -1, math.MinInt32, calendar.MaxDay + 1, math.MaxInt32} {
		require.False(t, d.Valid())
		require.Equal(t, d == 0, d.IsZero())
		y, m, day := d.Date()
		require.Zero(t, y)
		require.Zero(t, m)
		require.Zero(t, day)
		require.Zero(t, d.AddMonths(1))
		require.Zero(t, d.AddMonths(0))
		require.True(t, d.Start(time.UTC).IsZero())
		week := d.Weekday()
		require.True(t, week >= time.Sunday && week <= time.Saturday)
		text, err := d.MarshalText()
		if d == 0 {
			require.NoError(t, err)
			require.Empty(t, text)
			require.Empty(t, d.String())
			continue
		}
		require.ErrorIs(t, err, calendar.ErrInvalid)
		_, err = calendar.ParseDay(d.String())
		require.ErrorIs(t, err, calendar.ErrInvalid, "%s must not look like a date", d)
	}
	require.Equal(t, "Day(-2147483648)", calendar.Day(math.MinInt32).String())
}

func TestParseDayRefuses(t *testing.T) {
	for text, field := range map[string]string{
		"": "date", "2025": "date", "2025-1-1": "date", "20250101": "date", "2025-01-01T00:00": "date",
		" 2025-01-01": "date", "2025-01-01 ": "date", "2025/01/01": "date", "01-01-2025": "date",
		"+025-01-01": "date", "-025-01-01": "date", "2025-01-1a": "date", "2025-0x-01": "date", "2O25-01-01": "date",
		"2025-01-0\x00": "date", "２０２5": "date", "2025\u201001\u201001": "date",
		"0000-01-01": "year", "2025-00-01": "month", "2025-13-01": "month", "2025-99-01": "month",
		"2025-01-00": "day", "2025-01-32": "day", "2025-02-29": "day", "2025-11-31": "day", "2025-11-99": "day",
	} {
		d, err := calendar.ParseDay(text)
		require.Zero(t, d)
		require.ErrorIs(t, err, calendar.ErrInvalid)
		var e *calendar.Error
		require.ErrorAs(t, err, &e)
		require.Equal(t, field, e.Field, "%q: %v", text, err)
		d, ok := calendar.ParseISO([]byte(text))
		require.False(t, ok)
		require.Zero(t, d)
	}
	_, err := calendar.ParseDay("1980-05-32")
	require.NotContains(t, err.Error(), "1980", "an error repeats nobody's birthday")
}

func TestText(t *testing.T) {
	type row struct {
		Day   calendar.Day            `json:"day"`
		Sales map[calendar.Day]int    `json:"sales"`
		List  []calendar.Day          `json:"list"`
		Of    *calendar.Day           `json:"of"`
		In    map[string]calendar.Day `json:"in"`
	}
	d := calendar.MustDate(2026, 3, 31)
	in := row{Sales: map[calendar.Day]int{d: 7}, List: []calendar.Day{0, d, calendar.MinDay, calendar.MaxDay}, Of: &d}
	text, err := json.Marshal(in)
	require.NoError(t, err)
	require.JSONEq(t, `{"day":"","sales":{"2026-03-31":7},"list":["","2026-03-31","0001-01-01","9999-12-31"],"of":"2026-03-31","in":null}`, string(text))
	var out row
	require.NoError(t, json.Unmarshal(text, &out))
	require.Equal(t, in, out)

	kept := d
	require.ErrorIs(t, kept.UnmarshalText([]byte("2026-02-30")), calendar.ErrInvalid)
	require.Equal(t, d, kept, "a failed read leaves the day alone")
	require.NoError(t, kept.UnmarshalText(nil))
	require.Zero(t, kept)
	require.Equal(t, "on 2026-03-31", string(d.AppendTo([]byte("on "))))
}

func TestAddMonthsTable(t *testing.T) {
	for _, c := range []struct {
		from string
		n    int
		want string
	}{
		{"2025-01-31", 1, "2025-02-28"}, {"2025-01-31", 2, "2025-03-31"}, {"2025-01-31", 3, "2025-04-30"},
		{"2024-01-31", 1, "2024-02-29"}, {"2024-02-29", 12, "2025-02-28"}, {"2024-02-29", 48, "2028-02-29"},
		{"2024-02-29", -12, "2023-02-28"}, {"2024-03-31", -1, "2024-02-29"}, {"2024-01-15", -1, "2023-12-15"},
		{"2024-12-31", 1, "2025-01-31"}, {"2024-12-31", -13, "2023-11-30"}, {"2025-05-31", 0, "2025-05-31"},
		{"1896-02-29", 48, "1900-02-28"}, {"1996-02-29", 48, "2000-02-29"},
		{"0001-01-31", -1, ""}, {"0001-02-28", -1, "0001-01-28"}, {"9999-12-01", 1, ""}, {"9999-11-30", 1, "9999-12-30"},
		{"0001-01-01", 9999*12 - 1, "9999-12-01"}, {"9999-12-31", -9999*12 + 1, "0001-01-31"},
		{"2025-01-01", math.MaxInt, ""}, {"2025-01-01", math.MinInt, ""}, {"0001-01-01", 9999 * 12, ""},
	} {
		d, err := calendar.ParseDay(c.from)
		require.NoError(t, err)
		require.Equal(t, c.want, d.AddMonths(c.n).String(), "%s %+d months", c.from, c.n)
	}
}

// walkMonths is AddMonths on a wall calendar: turn page after page day by day, then
// walk to the day of the month or to the page's last.
func walkMonths(d calendar.Day, n int) calendar.Day {
	_, _, want := d.Date()
	first := func(d calendar.Day) bool { _, _, day := d.Date(); return day == 1 }
	for d.Valid() && !first(d) {
		d--
	}
	for ; n > 0 && d.Valid(); n-- {
		for d++; d.Valid() && !first(d); d++ {
		}
	}
	for ; n < 0 && d.Valid(); n++ {
		for d--; d.Valid() && !first(d); d-- {
		}
	}
	for k := 1; k < want && (d + 1).Valid() && !first(d+1); k++ {
		d++
	}
	if !d.Valid() {
		return 0
	}
	return d
}

func TestAddMonthsWalk(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, n := days().Draw(t, "day"), rapid.IntRange(-40, 40).Draw(t, "months")
		if got, want := d.AddMonths(n), walkMonths(d, n); got != want {
			t.Fatalf("%s %+d months is %s, want %s", d, n, got, want)
		}
	})
}

// Any distance, against package time, which counts months but does not clamp.
func TestAddMonthsFar(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, n := days().Draw(t, "day"), rapid.IntRange(-130_000, 130_000).Draw(t, "months")
		y, m, day := d.Date()
		first := time.Date(y, m+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
		length := first.AddDate(0, 1, -1).Day()
		want := ""
		if y := first.Year(); y >= 1 && y <= 9999 {
			want = first.AddDate(0, 0, min(day, length)-1).Format("2006-01-02")
		}
		if got := d.AddMonths(n).String(); got != want {
			t.Fatalf("%s %+d months is %q, want %q", d, n, got, want)
		}
	})
}
