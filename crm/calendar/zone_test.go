package calendar_test

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/crm/calendar"
)

// hardZones have clocks that change at, over or near midnight, skip or repeat
// whole days, or go by odd offsets.
var hardZones = []string{
	"UTC", "Asia/Shanghai", "Europe/London", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "Asia/Kathmandu",
	"America/Sao_Paulo", "Asia/Beirut", "Africa/Cairo", "America/Havana", "Asia/Tehran", "Asia/Amman", "Asia/Damascus",
	"Asia/Gaza", "Asia/Hebron", "America/Asuncion", "America/Santiago", "America/Scoresbysund", "Atlantic/Azores",
	"America/St_Johns", "America/Goose_Bay", "America/Bogota", "America/Caracas", "Asia/Pyongyang", "Asia/Dhaka",
	"Pacific/Apia", "Pacific/Fakaofo", "Pacific/Kiritimati", "Pacific/Kanton", "Pacific/Kwajalein", "Pacific/Chatham",
	"America/Juneau", "America/Metlakatla", "Asia/Manila", "Pacific/Guam", "Antarctica/Troll", "Antarctica/Casey",
	"Africa/Casablanca", "Africa/Monrovia", "Europe/Dublin", "Europe/Amsterdam", "Europe/Istanbul", "America/Nuuk",
}

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	require.NoError(t, err)
	return loc
}

// shown is the day on the clocks of loc by package time, as the number YYYYMMDD.
func shown(unix int64, loc *time.Location) int {
	y, m, d := time.Unix(unix, 0).In(loc).Date()
	return y*10_000 + int(m)*100 + d
}

// bruteStart is the doc comment of Start, tried second by second: a minute's steps,
// then the seconds of the minute before the first hit. The clocks of the tests
// never show a day for less than a minute.
func bruteStart(d calendar.Day, loc *time.Location) int64 {
	y, m, day := d.Date()
	want := y*10_000 + int(m)*100 + day
	at := time.Date(y, m, day, 0, 0, 0, 0, time.UTC).Unix() - 26*3600
	for shown(at, loc) < want {
		at += 60
	}
	for s := at - 59; s < at; s++ {
		if shown(s, loc) >= want {
			return s
		}
	}
	return at
}

func TestStartTable(t *testing.T) {
	for _, c := range []struct{ zone, day, want string }{
		{"UTC", "2026-03-31", "2026-03-31T00:00:00Z"},
		{"Asia/Shanghai", "2026-03-31", "2026-03-31T00:00:00+08:00"},
		{"America/Sao_Paulo", "2018-11-04", "2018-11-04T01:00:00-02:00"}, // skips midnight
		{"America/Sao_Paulo", "2019-02-17", "2019-02-17T00:00:00-03:00"}, // 23:00 of the day before came twice
		{"Asia/Beirut", "2022-03-27", "2022-03-27T01:00:00+03:00"},
		{"Asia/Beirut", "2022-10-30", "2022-10-30T00:00:00+02:00"},
		{"Africa/Cairo", "2010-04-30", "2010-04-30T01:00:00+03:00"},
		{"Africa/Cairo", "2024-04-26", "2024-04-26T01:00:00+03:00"},
		{"America/Havana", "2018-11-04", "2018-11-04T00:00:00-04:00"}, // midnight twice
		{"America/Havana", "2018-03-11", "2018-03-11T01:00:00-04:00"},
		{"Asia/Tehran", "2022-03-22", "2022-03-22T01:00:00+04:30"},
		{"Asia/Tehran", "2021-09-22", "2021-09-22T00:00:00+03:30"},
		{"America/St_Johns", "2010-11-07", "2010-11-07T00:00:00-02:30"}, // and again an hour later
		{"Pacific/Apia", "2011-12-29", "2011-12-29T00:00:00-10:00"},
		{"Pacific/Apia", "2011-12-30", "2011-12-31T00:00:00+14:00"}, // a day that never was
		{"Pacific/Apia", "2011-12-31", "2011-12-31T00:00:00+14:00"},
		{"Pacific/Kwajalein", "1993-08-21", "1993-08-22T00:00:00+12:00"},
		{"America/New_York", "2040-12-31", "2040-12-31T00:00:00-05:00"}, // golang/go#81583
		{"America/New_York", "2041-01-01", "2041-01-01T00:00:00-05:00"},
	} {
		d, err := calendar.ParseDay(c.day)
		require.NoError(t, err)
		loc := zone(t, c.zone)
		require.Equal(t, c.want, d.Start(loc).Format(time.RFC3339), "%s %s", c.zone, c.day)
		require.Equal(t, bruteStart(d, loc), d.Start(loc).Unix(), "%s %s", c.zone, c.day)
		require.Zero(t, d.Start(loc).Nanosecond())
	}
	d := calendar.MustDate(2026, 3, 31)
	require.True(t, d.Start(nil).Equal(d.Start(time.UTC)))
	require.Equal(t, "0001-01-01T00:00:00Z", calendar.MinDay.Start(nil).Format(time.RFC3339))
	require.Equal(t, "9999-12-31T00:00:00Z", calendar.MaxDay.Start(nil).Format(time.RFC3339))
	east := time.FixedZone("", 14*3600)
	require.Equal(t, "9999-12-31T00:00:00+14:00", calendar.MaxDay.Start(east).Format(time.RFC3339))
	far := time.FixedZone("", -100*3600) // no clock on earth, and still one offset
	require.Equal(t, d, calendar.DayOf(d.Start(far), far))
	require.Equal(t, d-1, calendar.DayOf(d.Start(far).Add(-1), far))
}

// Every change of offset of the hard zones, and the turns of the years in which
// package time goes by the rule at the end of the zone's file.
func TestStartAtEveryChange(t *testing.T) {
	until := time.Date(2045, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, name := range hardZones {
		loc := zone(t, name)
		var suspects []calendar.Day
		for at := time.Date(1840, 1, 1, 0, 0, 0, 0, time.UTC).In(loc); at.Before(until); {
			_, end := at.ZoneBounds()
			if end.IsZero() {
				break
			}
			if !end.After(at) {
				end = at.AddDate(0, 0, 2)
			}
			for k := -1; k <= 1; k++ {
				suspects = append(suspects, calendar.DayOf(end.AddDate(0, 0, k), loc))
			}
			at = end
		}
		for year := 2036; year < 2049; year++ {
			for k := range calendar.Day(5) {
				suspects = append(suspects, calendar.MustDate(year, 12, 29)+k)
			}
		}
		if testing.Short() {
			every := suspects[:0]
			for i := 0; i < len(suspects); i += 4 {
				every = append(every, suspects[i])
			}
			suspects = every
		}
		for _, d := range suspects {
			if got, want := d.Start(loc).Unix(), bruteStart(d, loc); got != want {
				t.Errorf("%s %s starts at %s, want %s", name, d, time.Unix(got, 0).In(loc), time.Unix(want, 0).In(loc))
			}
		}
	}
}

// Days follow each other without gap or overlap, whatever the clocks do.
func TestStartsPartitionTime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		loc, err := time.LoadLocation(rapid.SampledFrom(hardZones).Draw(t, "zone"))
		if err != nil {
			t.Fatal(err)
		}
		at := time.Unix(rapid.Int64Range(-4e9, 4e9).Draw(t, "unix"), 0)
		on := 0
		for d := calendar.DayOf(at, loc) - 2; d <= calendar.DayOf(at, loc)+2; d++ {
			start, end := d.Start(loc), (d + 1).Start(loc)
			if end.Before(start) {
				t.Fatalf("%s ends at %s before it starts at %s", d, end, start)
			}
			if !at.Before(start) && at.Before(end) {
				on++
			}
		}
		if on != 1 {
			t.Fatalf("%s lies on %d days", at.In(loc), on)
		}
	})
}

func TestDayOf(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		loc, err := time.LoadLocation(rapid.SampledFrom(hardZones).Draw(t, "zone"))
		if err != nil {
			t.Fatal(err)
		}
		first, last := calendar.MinDay.Start(nil).Unix(), calendar.MaxDay.Start(nil).Unix()
		unix := rapid.OneOf(rapid.Int64Range(first, last), rapid.Int64Range(-4e9, 4e9),
			rapid.Int64Range(first-2e5, first+2e5), rapid.Int64Range(last-1e5, last+3e5)).Draw(t, "unix")
		at := time.Unix(unix, rapid.Int64Range(0, 1e9-1).Draw(t, "nanoseconds"))
		got := calendar.DayOf(at, loc)
		y, m, day := at.In(loc).Date()
		if want, err := calendar.Date(y, m, day); got != want {
			t.Fatalf("%s is %s, want %s (%v)", at.In(loc), got, want, err)
		}
	})
}

func TestDayOfNoDay(t *testing.T) {
	west, east := time.FixedZone("", -3600), time.FixedZone("", 3600)
	end := time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)
	require.Equal(t, calendar.MinDay, calendar.DayOf(time.Time{}, nil), "the zero time.Time is an instant of the year 1")
	require.Equal(t, calendar.MinDay, calendar.DayOf(time.Time{}, east))
	require.Zero(t, calendar.DayOf(time.Time{}, west))
	require.Zero(t, calendar.DayOf(time.Time{}.Add(-1), nil))
	require.Equal(t, calendar.MaxDay, calendar.DayOf(end.Add(-1), nil))
	require.Equal(t, calendar.MaxDay, calendar.DayOf(end, west))
	require.Zero(t, calendar.DayOf(end, nil))
	require.Zero(t, calendar.DayOf(end.Add(-1), east))
	for _, unix := range []int64{math.MinInt64, math.MinInt64 + 1, -1 << 62, -1 << 40, 1 << 40, 1 << 62, math.MaxInt64 - 1, math.MaxInt64} {
		for _, loc := range []*time.Location{nil, west, east, zone(t, "America/New_York")} {
			require.Zero(t, calendar.DayOf(time.Unix(unix, 999_999_999), loc), "unix %d", unix)
		}
	}
}
