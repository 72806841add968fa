package points_test

import (
	"archive/zip"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/loyalty/points"
)

// allZones are the zones of the tz database that Go ships.
func allZones(t testing.TB) (zones []*time.Location) {
	t.Helper()
	root, err := exec.Command("go", "env", "GOROOT").Output()
	require.NoError(t, err)
	r, err := zip.OpenReader(filepath.Join(strings.TrimSpace(string(root)), "lib", "time", "zoneinfo.zip"))
	require.NoError(t, err)
	defer func() { require.NoError(t, r.Close()) }()
	for _, f := range r.File {
		if !strings.HasSuffix(f.Name, "/") {
			zones = append(zones, zone(t, f.Name))
		}
	}
	require.Greater(t, len(zones), 400)
	return zones
}

// rules are one of each form.
var rules = []points.Expiry{
	{Rule: points.AfterDays}, {Rule: points.AfterDays, N: 30}, {Rule: points.AfterMonths, N: 1}, {Rule: points.AfterMonths, N: 12},
	{Rule: points.AfterDays, N: 90, Round: points.ToMonth}, {Rule: points.AfterMonths, Round: points.ToQuarter},
	{Rule: points.AfterMonths, N: 6, Round: points.ToHalfYear}, {Rule: points.AfterMonths, N: 12, Round: points.ToYear},
}

// requireLastDay holds an end to its meaning by package time alone: it is the first
// instant at which the clocks show a day after the last day.
func requireLastDay(t require.TestingT, rule points.Expiry, earned, end time.Time, loc *time.Location) {
	y, m, d := earned.In(loc).Date()
	last := time.Date(y, m, d+rule.N, 0, 0, 0, 0, time.UTC)
	if rule.Rule == points.AfterMonths {
		month := time.Date(y, m+time.Month(rule.N), 1, 0, 0, 0, 0, time.UTC)
		last = month.AddDate(0, 0, min(d, month.AddDate(0, 1, -1).Day())-1)
	}
	period := map[points.Round]int{points.ToMonth: 1, points.ToQuarter: 3, points.ToHalfYear: 6, points.ToYear: 12}[rule.Round]
	if period > 0 {
		first := (int(last.Month()) - 1) / period * period
		last = time.Date(last.Year(), time.Month(first+period+1), 0, 0, 0, 0, 0, time.UTC)
	}
	wall := func(t time.Time) time.Time {
		y, m, d := t.In(loc).Date()
		return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	}
	require.True(t, wall(end).After(last), "%v %v: %v shows the last day %v", loc, rule, end, last)
	require.False(t, wall(end.Add(-time.Nanosecond)).After(last), "%v %v: the day after %v begins before %v", loc, rule, last, end)
}

// TestExpiryInAllZones goes through every change of the clocks from 1990 to 2030, of
// every zone: days of 23 and 25 hours, days without a midnight or with two, days
// that never were.
func TestExpiryInAllZones(t *testing.T) {
	changes := 0
	for _, loc := range allZones(t) {
		for at := time.Date(1990, 1, 1, 0, 0, 0, 0, time.UTC); at.Year() < 2030; {
			_, change := at.In(loc).ZoneBounds()
			if change.IsZero() {
				break
			}
			changes++
			for _, rule := range rules {
				// The clocks change where the points are earned, or where they end.
				back := change.AddDate(0, -rule.N, 0)
				if rule.Rule == points.AfterDays {
					back = change.AddDate(0, 0, -rule.N)
				}
				for _, base := range []time.Time{back, change} {
					var before time.Time
					for _, off := range []time.Duration{-26 * time.Hour, -time.Hour, -time.Microsecond, 0, time.Hour, 26 * time.Hour} {
						end, err := rule.At(base.Add(off), loc)
						require.NoError(t, err)
						if end.Before(before) || !end.After(base.Add(off)) {
							require.Fail(t, "I11", "%v %v %v", loc, rule, base.Add(off))
						}
						before = end
					}
				}
			}
			at = change.Add(time.Hour)
			if testing.Short() && changes%3 > 0 {
				at = at.AddDate(3, 0, 0)
			}
		}
	}
	require.Greater(t, changes, 1000)
}

func TestExpiryProperty(t *testing.T) {
	zones := allZones(t)
	rapid.Check(t, func(t *rapid.T) {
		loc := rapid.SampledFrom(zones).Draw(t, "zone")
		rule := rapid.SampledFrom(rules).Draw(t, "rule")
		start := time.Date(1975, 1, 1, 0, 0, 0, 0, time.UTC).Unix()
		for range 20 {
			earned := time.Unix(start+rapid.Int64Range(0, 2e9).Draw(t, "earned"), 0).UTC()
			further := earned.Add(time.Duration(rapid.Int64Range(0, 3e9).Draw(t, "microseconds")*100) * time.Microsecond)
			end, err := rule.At(earned, loc)
			require.NoError(t, err)
			next, err := rule.At(further, loc)
			require.NoError(t, err)
			require.False(t, next.Before(end), "I11: %v then %v", earned, further)
			if calendar.DayOf(earned, loc).Start(loc).Compare(earned) <= 0 && earned.Before((calendar.DayOf(earned, loc) + 1).Start(loc)) {
				requireLastDay(t, rule, earned, end, loc)
			}
		}
	})
}

func TestExpiryTable(t *testing.T) {
	day := func(y, m, d int) calendar.Day { return calendar.MustDate(y, time.Month(m), d) }
	for _, c := range []struct {
		rule              points.Expiry
		zone, earned, end string
	}{
		{points.Expiry{Rule: points.OnDay, Last: day(2018, 11, 3)}, "America/Sao_Paulo", "2018-06-01T12:00:00Z", "2018-11-04T03:00:00Z"}, // no midnight
		{points.Expiry{Rule: points.AfterDays}, "America/Sao_Paulo", "2018-11-04T04:00:00Z", "2018-11-05T02:00:00Z"},                     // a day of 23 hours
		{points.Expiry{Rule: points.AfterDays}, "Europe/Berlin", "2025-10-26T10:00:00Z", "2025-10-26T23:00:00Z"},                         // of 25
		{points.Expiry{Rule: points.OnDay, Last: day(2011, 12, 29)}, "Pacific/Apia", "2011-06-01T12:00:00Z", "2011-12-30T10:00:00Z"},
		{points.Expiry{Rule: points.OnDay, Last: day(2011, 12, 30)}, "Pacific/Apia", "2011-06-01T12:00:00Z", "2011-12-30T10:00:00Z"}, // never was
		{points.Expiry{Rule: points.AfterDays}, "America/St_Johns", "2010-11-07T02:29:00Z", "2010-11-07T02:30:00Z"},
		{points.Expiry{Rule: points.AfterDays}, "America/St_Johns", "2010-11-07T02:40:00Z", "2010-11-08T03:30:00Z"}, // the clocks show the 6th again
		{points.Expiry{Rule: points.AfterMonths, N: 12}, "Asia/Shanghai", "2024-02-29T12:00:00+08:00", "2025-02-28T16:00:00Z"},
		{points.Expiry{Rule: points.AfterMonths, N: 1, Round: points.ToQuarter}, "UTC", "2025-01-31T00:00:00Z", "2025-04-01T00:00:00Z"},
		{points.Expiry{Rule: points.AfterMonths, N: 3, Round: points.ToHalfYear}, "UTC", "2025-03-31T00:00:00Z", "2025-07-01T00:00:00Z"},
		{points.Expiry{Rule: points.AfterMonths, N: 0, Round: points.ToYear}, "UTC", "2025-12-31T23:59:59Z", "2026-01-01T00:00:00Z"},
		{points.Expiry{Rule: points.AfterDays, N: 59, Round: points.ToMonth}, "UTC", "2024-01-01T00:00:00Z", "2024-03-01T00:00:00Z"},
	} {
		end, err := c.rule.At(at(c.earned), zone(t, c.zone))
		require.NoError(t, err)
		require.Equal(t, at(c.end), end, "%+v in %s", c.rule, c.zone)
	}
	end, err := points.Expiry{}.At(at("2025-01-01T00:00:00Z"), nil)
	require.NoError(t, err)
	require.True(t, end.IsZero())
	for _, bad := range []points.Expiry{
		{Rule: 4}, {Round: 5, Rule: points.AfterDays}, {Rule: points.AfterDays, N: -1}, {Rule: points.AfterDays, N: 36501},
		{Rule: points.AfterMonths, N: 1201}, {N: 1}, {Rule: points.OnDay}, {Last: 5}, {Rule: points.OnDay, Last: 5, Round: points.ToYear},
	} {
		requireRefused(t, bad.Validate(), points.ErrInvalid)
		_, err := bad.At(at("2025-01-01T00:00:00Z"), nil)
		requireRefused(t, err, points.ErrInvalid)
	}
	for _, late := range []points.Expiry{{Rule: points.OnDay, Last: day(2024, 12, 31)}, {Rule: points.OnDay, Last: day(9999, 1, 1)}} {
		_, err := late.At(at("2025-01-01T00:00:00Z"), nil)
		requireRefused(t, err, points.ErrInvalid)
	}
	_, err = points.Expiry{Rule: points.AfterMonths, N: 1200}.At(at("9950-01-01T00:00:00Z"), nil)
	requireRefused(t, err, points.ErrInvalid)
}
