package lunar_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/calendar/lunar"
	"github.com/guanxi-go/guanxi/crm/finding"
)

func day(text string) calendar.Day {
	d, err := calendar.ParseDay(text)
	if err != nil {
		panic(err)
	}
	return d
}

func TestSalesO16(t *testing.T) {
	for _, c := range []struct {
		m           lunar.MonthDay
		after, want string
	}{
		{lunar.MonthDay{Month: 6, Day: 10}, "2024-12-31", "2025-07-04"},
		{lunar.MonthDay{Month: 6, Day: 10}, "2025-12-31", "2026-07-23"},
		{lunar.MonthDay{Month: 6, Day: 10}, "2025-07-04", "2026-07-23"}, // in a leap year the ordinary month only
		{lunar.MonthDay{Month: 6, Day: 10, Leap: true}, "2024-12-31", "2025-08-03"},
		{lunar.MonthDay{Month: 6, Day: 10, Leap: true}, "2025-12-31", "2026-07-23"},
		{lunar.MonthDay{Month: 8, Day: 15}, "2025-12-31", "2026-09-25"},
		{lunar.MonthDay{Month: 8, Day: 15}, "2024-12-31", "2025-10-06"},
		{lunar.MonthDay{Month: 12, Day: 30}, "2025-01-28", "2026-02-16"}, // 29 days: the eve all the same
		{lunar.MonthDay{Month: 12, Day: 10}, "2027-12-31", "2028-01-06"},
		{lunar.MonthDay{Month: 11, Day: 20}, "2033-02-01", "2033-12-11"},
	} {
		got, err := lunar.Next(c.m, day(c.after))
		require.NoError(t, err)
		require.Equal(t, c.want, got.String(), "%s after %s", c.m, c.after)
	}
}

// What everybody knows: New Years and leap months.
func TestKnown(t *testing.T) {
	for year, want := range map[int]string{
		1901: "1901-02-19", 1949: "1949-01-29", 1954: "1954-02-03", 1985: "1985-02-20", 1997: "1997-02-07", 2000: "2000-02-05",
		2008: "2008-02-07", 2020: "2020-01-25", 2024: "2024-02-10", 2025: "2025-01-29", 2026: "2026-02-17", 2027: "2027-02-06",
		2028: "2028-01-26", 2030: "2030-02-03", 2033: "2033-01-31", 2034: "2034-02-19", 2100: "2100-02-09",
	} {
		got, err := lunar.Date{Year: year, Month: 1, Day: 1}.Civil()
		require.NoError(t, err)
		require.Equal(t, want, got.String())
	}
	for year, want := range map[int]int{
		1903: 5, 1917: 2, 1922: 5, 1984: 10, 1985: 0, 1987: 6, 2001: 4, 2004: 2, 2006: 7, 2009: 5, 2012: 4, 2014: 9, 2017: 6, 2020: 4,
		2023: 2, 2024: 0, 2025: 6, 2026: 0, 2028: 5, 2031: 3, 2033: 11, 2034: 0,
	} {
		got, err := lunar.LeapMonth(year)
		require.NoError(t, err)
		require.Equal(t, want, got, year)
	}
	for d, want := range map[string]string{
		"1906-04-23": "1906-M03-30", "1906-04-24": "1906-M04-01", // by the almanac of then
		"2025-07-24": "2025-M06-30", "2025-07-25": "2025-M06L-01", "2025-08-22": "2025-M06L-29", "2025-08-23": "2025-M07-01",
		"2033-12-22": "2033-M11L-01", "1901-01-01": "1900-M11-11", "2101-01-28": "2100-M12-29",
	} {
		got, err := lunar.Of(day(d))
		require.NoError(t, err)
		require.Equal(t, want, got.String())
	}
}

// Each day has a date and each date its day; months have 29 or 30 days, years twelve or
// thirteen months of which one is a leap month, and a month has its leap month behind it.
func TestEveryDay(t *testing.T) {
	require.Equal(t, "1901-01-01", lunar.First.String())
	require.Equal(t, "2101-01-28", lunar.Last.String())
	var before lunar.Date
	months, leaps, open := 0, 0, 0
	for d := lunar.First; d <= lunar.Last; d++ {
		date, err := lunar.Of(d)
		if errors.Is(err, lunar.ErrUndecided) {
			open++
			before = lunar.Date{}
			continue
		}
		back, failed := date.Civil()
		if err != nil || failed != nil || back != d {
			require.Fail(t, "no way there and back", "%s %s %v %v", d, back, err, failed)
		}
		if before.Day == 0 {
			before = date
			continue
		}
		switch {
		case date.Day == before.Day+1 && date.Month == before.Month && date.Leap == before.Leap && date.Year == before.Year:
		default:
			require.Equal(t, 1, date.Day)
			require.Contains(t, []int{29, 30}, before.Day)
			require.True(t, date.Leap && date.Month == before.Month && !before.Leap || !date.Leap && date.Month == before.Month%12+1)
			months++
			if date.Leap {
				leaps++
			}
			if date.Month == 1 {
				require.Equal(t, before.Year+1, date.Year)
				require.True(t, months == 12 && leaps == 0 || months == 13 && leaps == 1 || before.Year == 1900 ||
					before.Year == 2057 || before.Year == 2089 || before.Year == 2097, date.Year)
				months, leaps = 0, 0
			}
		}
		before = date
	}
	require.Contains(t, []int{87, 88, 89, 90}, open)
}

func TestRefuses(t *testing.T) {
	for _, c := range []struct {
		d   lunar.Date
		err error
	}{
		{lunar.Date{}, lunar.ErrInvalid},
		{lunar.Date{Year: 2025, Month: 13, Day: 1}, lunar.ErrInvalid},
		{lunar.Date{Year: 2025, Month: 1, Day: 31}, lunar.ErrInvalid},
		{lunar.Date{Year: 2025, Month: 12, Day: 30}, lunar.ErrInvalid},
		{lunar.Date{Year: 2025, Month: 5, Day: 1, Leap: true}, lunar.ErrInvalid},
		{lunar.Date{Year: 2026, Month: 6, Day: 1, Leap: true}, lunar.ErrInvalid},
		{lunar.Date{Year: 1899, Month: 1, Day: 1}, lunar.ErrHorizon},
		{lunar.Date{Year: 1900, Month: 11, Day: 10}, lunar.ErrHorizon},
		{lunar.Date{Year: 2101, Month: 1, Day: 1}, lunar.ErrHorizon},
		{lunar.Date{Year: 2057, Month: 9, Day: 15}, lunar.ErrUndecided},
		{lunar.Date{Year: 2057, Month: 8, Day: 30}, lunar.ErrUndecided},
	} {
		_, err := c.d.Civil()
		require.ErrorIs(t, err, c.err, c.d)
		var e *lunar.Error
		require.ErrorAs(t, err, &e)
		require.NotEqual(t, e.Code, e.Text(finding.English))
		require.NotEqual(t, e.Code, e.Text(finding.Chinese))
		require.True(t, strings.HasPrefix(err.Error(), "lunar: "))
	}
	for _, d := range []calendar.Day{0, lunar.First - 1, lunar.Last + 1, calendar.MaxDay} {
		_, err := lunar.Of(d)
		require.ErrorIs(t, err, lunar.ErrHorizon)
	}
	_, err := lunar.Of(day("2057-09-28"))
	require.ErrorIs(t, err, lunar.ErrUndecided)
	for _, year := range []int{1900, 2101} {
		_, err := lunar.LeapMonth(year)
		require.ErrorIs(t, err, lunar.ErrHorizon)
	}
	require.ErrorIs(t, err, lunar.ErrUndecided)
	require.NoError(t, lunar.Catalogue().Validate())
}

func TestNextAtTheEdges(t *testing.T) {
	midAutumn, monthEnd := lunar.MonthDay{Month: 8, Day: 15}, lunar.MonthDay{Month: 8, Day: 30}
	for _, c := range []struct {
		m     lunar.MonthDay
		after string
		want  string
		err   error
	}{
		{midAutumn, "1900-12-31", "1901-09-27", nil},
		{lunar.MonthDay{Month: 11, Day: 11}, "1900-12-31", "1901-01-01", nil},
		{midAutumn, "1900-12-30", "", lunar.ErrHorizon},
		{midAutumn, "2100-10-01", "", lunar.ErrHorizon},
		{midAutumn, "2101-01-28", "", lunar.ErrHorizon},
		{lunar.MonthDay{Month: 12, Day: 29}, "2101-01-27", "2101-01-28", nil},
		{lunar.MonthDay{}, "2026-01-01", "", lunar.ErrInvalid},
		{lunar.MonthDay{Month: 9, Day: 9}, "2057-01-01", "", lunar.ErrUndecided},
		{lunar.MonthDay{Month: 9, Day: 9}, "2057-10-06", "", lunar.ErrUndecided},
		{lunar.MonthDay{Month: 9, Day: 9}, "2057-10-07", "2058-10-25", nil}, // it was one of the two days
		{midAutumn, "2057-01-01", "2057-09-13", nil},
		{monthEnd, "2057-01-01", "", lunar.ErrUndecided},
		{lunar.MonthDay{Month: 8, Day: 29}, "2057-01-01", "2057-09-27", nil},
	} {
		got, err := lunar.Next(c.m, day(c.after))
		require.ErrorIs(t, err, c.err, c)
		if c.err == nil {
			require.Equal(t, c.want, got.String())
		}
	}
	for _, year := range []int{1899, 2101} {
		_, err := midAutumn.In(year)
		require.ErrorIs(t, err, lunar.ErrHorizon)
	}
	_, err := midAutumn.In(1900)
	require.ErrorIs(t, err, lunar.ErrHorizon)
	_, err = monthEnd.In(2057)
	require.ErrorIs(t, err, lunar.ErrUndecided)
	_, err = lunar.MonthDay{Month: 1}.In(2026)
	require.ErrorIs(t, err, lunar.ErrInvalid)
}

// Next is what a search day by day finds, and a lunar day comes in a civil year never, once or
// twice.
func TestNextDayByDay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := lunar.MonthDay{Month: rapid.IntRange(1, 12).Draw(t, "month"), Day: rapid.IntRange(1, 30).Draw(t, "day"), Leap: rapid.Bool().Draw(t, "leap")}
		after := day("1902-01-01") + calendar.Day(rapid.IntRange(0, 56_000).Draw(t, "after"))
		got, err := lunar.Next(m, after)
		require.NoError(t, err)
		for d := after + 1; ; d++ {
			date, err := lunar.Of(d)
			require.NoError(t, err)
			leap, err := lunar.LeapMonth(date.Year)
			require.NoError(t, err)
			if date.Month != m.Month || date.Leap != (m.Leap && leap == m.Month) {
				continue
			}
			next, err := lunar.Of(d + 1)
			require.NoError(t, err)
			if date.Day == m.Day || m.Day == 30 && date.Day == 29 && next.Day == 1 {
				require.Equal(t, d, got)
				return
			}
		}
	})
	holds := func(m lunar.MonthDay, year int) (n int) {
		for d := calendar.MustDate(year-1, time.December, 31); ; n++ {
			found, err := lunar.Next(m, d)
			require.NoError(t, err)
			if y, _, _ := found.Date(); y > year {
				return n
			}
			d = found
		}
	}
	m := lunar.MonthDay{Month: 12, Day: 1}
	require.Equal(t, []int{2, 0, 1}, []int{holds(m, 2024), holds(m, 2025), holds(m, 2026)})
}

func TestText(t *testing.T) {
	date := lunar.Date{Year: 2025, Month: 6, Day: 10, Leap: true}
	require.Equal(t, "2025-M06L-10 二〇二五年闰六月初十", date.String()+" "+date.Zh())
	for m, want := range map[lunar.MonthDay]string{
		{Month: 1, Day: 1}: "正月初一", {Month: 11, Day: 20}: "十一月二十", {Month: 12, Day: 30}: "十二月三十", {Month: 10, Day: 11}: "十月十一",
		{Month: 8, Day: 29, Leap: true}: "闰八月廿九", {Month: 13, Day: 1}: "?",
	} {
		require.Equal(t, want, m.Zh())
	}
	require.Equal(t, "?", lunar.Date{}.Zh())
	text, err := json.Marshal(struct {
		D, E lunar.Date
		M, N lunar.MonthDay
	}{D: date, M: date.MonthDay()})
	require.NoError(t, err)
	require.JSONEq(t, `{"D":"2025-M06L-10","E":"","M":"M06L-10","N":""}`, string(text))
	var back struct {
		D, E lunar.Date
		M, N lunar.MonthDay
	}
	require.NoError(t, json.Unmarshal(text, &back))
	require.Equal(t, date, back.D)
	require.Equal(t, date.MonthDay(), back.M)
	for _, wrong := range []string{"2026-M06L-10", "2025-M6-10", "2025-06-10", "2025-M06-31", "2025-M06L10", "+025-M06-10", "2057-M13-01", "M", "2025"} {
		require.ErrorIs(t, back.D.UnmarshalText([]byte(wrong)), lunar.ErrInvalid, wrong)
	}
	require.NoError(t, back.D.UnmarshalText([]byte("2057-M09-01")), "undecided, but written down")
	require.ErrorIs(t, back.M.UnmarshalText([]byte("M13-01")), lunar.ErrInvalid)
	_, err = lunar.MonthDay{Month: 1}.MarshalText()
	require.ErrorIs(t, err, lunar.ErrInvalid)
	_, err = lunar.Date{Year: 2025, Month: 12, Day: 30}.MarshalText()
	require.ErrorIs(t, err, lunar.ErrInvalid)
}

func FuzzText(f *testing.F) {
	for _, seed := range []string{"2025-M06L-10", "M06-10", "2033-M11L-01", ""} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var d lunar.Date
		if d.UnmarshalText([]byte(text)) == nil {
			require.Equal(t, text, d.String())
		}
		var m lunar.MonthDay
		if m.UnmarshalText([]byte(text)) == nil {
			require.Equal(t, text, m.String())
		}
	})
}

func BenchmarkOf(b *testing.B) {
	b.ReportAllocs()
	first := day("2026-01-01")
	for b.Loop() {
		for d := first; d < first+100; d++ {
			if _, err := lunar.Of(d); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/100, "ns/day")
}

func BenchmarkNext(b *testing.B) {
	b.ReportAllocs()
	after := day("2026-01-01")
	for b.Loop() {
		if _, err := lunar.Next(lunar.MonthDay{Month: 8, Day: 15}, after); err != nil {
			b.Fatal(err)
		}
	}
}
