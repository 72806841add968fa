package lunar_test

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/calendar/lunar"
)

const atNewMoon = -1.0

// The months over which calendars disagree, each with the instant that decides it: a new moon,
// or the principal term of a longitude that falls on the first of a month and leaves the month
// before without one. Clocks are those of Beijing by the Swiss Ephemeris 2.10.03 (JPL DE431),
// an ephemeris that shares nothing with the theories of this test; the dates are also those of
// the conversion tables of the Hong Kong Observatory and of Y. T. Liu's collation of the
// calendars that China published (see the package comment).
func TestDecisive(t *testing.T) {
	for _, c := range []struct {
		day       string
		longitude float64
		clock     string
		eve, date string
	}{
		// Not by 120° E, but by Beijing's own time.
		{"1914-11-17", atNewMoon, "23:47:21", "1914-M09-29", "1914-M10-01"},
		{"1916-02-03", atNewMoon, "23:50:55", "1915-M12-29", "1916-M01-01"},
		{"1920-11-10", atNewMoon, "23:50:28", "1920-M09-29", "1920-M10-01"},
		// By 120° E, and not by Beijing's own time: Mid-Autumn is on 17 September 1978.
		{"1933-07-23", atNewMoon, "00:03:03", "1933-M05L-30", "1933-M06-01"},
		{"1978-09-03", atNewMoon, "00:08:54", "1978-M07-30", "1978-M08-01"},
		{"1989-08-02", atNewMoon, "00:05:35", "1989-M06-30", "1989-M07-01"},
		// ICU 78 has the leap month a month later.
		{"1917-04-21", 30, "00:03:01", "1917-M02L-29", "1917-M03-01"},
		{"1922-07-24", 120, "00:05:17", "1922-M05L-29", "1922-M06-01"},
		{"1987-08-24", 150, "00:09:50", "1987-M06L-29", "1987-M07-01"},
		// ICU 78 begins the month a day later, and in 2018 and 2030 a day earlier; printed almanacs
		// that keep older theories have 9 June 2013.
		{"1954-02-03", atNewMoon, "23:55:23", "1953-M12-29", "1954-M01-01"},
		{"1955-02-22", atNewMoon, "23:54:16", "1955-M01-29", "1955-M02-01"},
		{"1999-01-17", atNewMoon, "23:46:05", "1998-M11-29", "1998-M12-01"},
		{"2012-08-17", atNewMoon, "23:54:26", "2012-M06-29", "2012-M07-01"},
		{"2013-06-08", atNewMoon, "23:56:21", "2013-M04-29", "2013-M05-01"},
		{"2018-11-08", atNewMoon, "00:02:02", "2018-M09-30", "2018-M10-01"},
		{"2027-02-06", atNewMoon, "23:56:08", "2026-M12-29", "2027-M01-01"},
		{"2030-02-03", atNewMoon, "00:07:32", "2029-M12-30", "2030-M01-01"},
		{"2070-03-12", atNewMoon, "23:52:50", "2070-M01-29", "2070-M02-01"},
	} {
		first := day(c.day)
		for d, want := range map[calendar.Day]string{first - 1: c.eve, first: c.date} {
			got, err := lunar.Of(d)
			require.NoError(t, err)
			require.Equal(t, want, got.String())
		}

		guess := float64(first) + 1721425 - 1.0/3 // noon in Beijing
		var jde float64
		if c.longitude == atNewMoon {
			jde = newMoon(math.Round((guess - 2451550.1) / 29.530588861))
		} else {
			jde = sunAt(c.longitude, guess)
		}
		on, margin := civil(jde, deltaT(yearOf(jde)))
		require.Equal(t, c.day, on.String())
		clock, err := time.Parse(time.TimeOnly, c.clock)
		require.NoError(t, err)
		seconds := clock.Sub(clock.Truncate(24 * time.Hour)).Seconds()
		tolerance := 25.0
		if yearOf(jde) > 2026 {
			tolerance += 60 // two forecasts of the rotation of the earth
		}
		require.InDelta(t, math.Min(seconds, 86400-seconds), margin, tolerance, c.day)
	}
}

// In 1906 the almanac is followed and not the new moon: by the Swiss Ephemeris 23:52:05 on
// 23 April of Beijing's mean time. The bureau reckoned by the sun's own time and by tables of
// 1742, and printed the 24th; so have the Observatory of Hong Kong and all who collate
// the almanacs.
func TestAlmanacOf1906(t *testing.T) {
	moon := newMoon(math.Round((2417324.2 - 2451550.1) / 29.530588861))
	on, margin := civil(moon, deltaT(yearOf(moon)))
	require.Equal(t, "1906-04-23", on.String())
	require.InDelta(t, 7*60+55, margin, 25)
	date, err := lunar.Of(on)
	require.NoError(t, err)
	require.Equal(t, "1906-M03-30", date.String())
}
