package tier_test

import (
	_ "embed"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/loyalty/tier"
)

// The names of the tz database, 2025, as Go carries it in time/tzdata.
//
//go:embed testdata/zones.txt
var zoneNames string

func allZones(t testing.TB) []*time.Location {
	t.Helper()
	names := strings.Fields(zoneNames)
	require.Greater(t, len(names), 590)
	var all []*time.Location
	for _, name := range names {
		all = append(all, zone(t, name))
	}
	return all
}

// drawNear draws an instant of 1975 to 2036, of ten nine near a change of the
// clocks, or months after one.
func drawNear(t *rapid.T, loc *time.Location) time.Time {
	at := time.Unix(rapid.Int64Range(157766400, 2082758400).Draw(t, "unix"), 0).In(loc)
	if begin, _ := at.ZoneBounds(); !begin.IsZero() && begin.Year() > 1970 && rapid.IntRange(0, 9).Draw(t, "near") > 0 {
		minutes := rapid.SampledFrom([]int{-1500, -720, -90, -60, -30, -1, 0, 1, 30, 60, 61, 90, 720, 1440}).Draw(t, "minutes")
		at = begin.Add(time.Duration(minutes) * time.Minute)
		if rapid.Bool().Draw(t, "later") {
			at = at.AddDate(1, 0, 0)
		}
	}
	return at.Add(time.Duration(rapid.IntRange(-1, 1).Draw(t, "micros")) * time.Microsecond).UTC()
}

// firstShown finds the first instant at which the clocks show the day or a later
// one, minute by minute, then second by second.
func firstShown(d calendar.Day, loc *time.Location) time.Time {
	y, m, day := d.Date()
	at := time.Date(y, m, day, 0, 0, 0, 0, time.UTC).Add(-27 * time.Hour)
	for calendar.DayOf(at, loc) < d {
		at = at.Add(time.Minute)
	}
	for calendar.DayOf(at.Add(-time.Second), loc) >= d {
		at = at.Add(-time.Second)
	}
	return at
}

func TestAnniversariesInAllZones(t *testing.T) {
	policy := anniversary()
	policy.Downgrade = tier.OneStep
	for i, loc := range allZones(t) {
		if testing.Short() && i%10 != 0 {
			continue
		}
		p := programme(t, loc, policy)
		for _, day := range []calendar.Day{calendar.MustDate(2008, 2, 29), calendar.MustDate(2010, 12, 30),
			calendar.MustDate(2017, 10, 15), calendar.MustDate(2010, 3, 28) + calendar.Day(i%7)} {
			start := day.Start(loc).UTC()
			changes, err := p.History([]tier.Event{{Kind: tier.Enrol, At: start}, {Kind: tier.Place, At: start, Tier: "platinum"}},
				start.AddDate(20, 0, 0))
			require.NoError(t, err)
			require.Len(t, changes, 4)
			for k, c := range changes[1:] {
				require.True(t, c.At.Equal(firstShown(day.AddMonths(12*(k+1)), loc)), "%s %s + %d years: %s", loc, day, k+1, c.At)
			}
		}
	}
}

// What leaves a rolling window does so at an instant, and the tier falls with the
// first day after it whose window does not reach back to it, neither earlier nor
// later.
func TestRollingInAllZones(t *testing.T) {
	zones := allZones(t)
	rapid.Check(t, func(t *rapid.T) {
		loc := rapid.SampledFrom(zones).Draw(t, "zone")
		policy := rolling()
		policy.Window.Months = rapid.SampledFrom([]int{1, 6, 12, 24}).Draw(t, "months")
		p, err := tier.New(loc, policy)
		require.NoError(t, err)
		e := tier.Event{Kind: tier.Qualify, At: drawNear(t, loc), Points: 500}
		events := []tier.Event{e}
		o, err := p.Outlook(events, e.At)
		require.NoError(t, err)
		require.Equal(t, "silver", o.Standing.Tier)
		out := o.Next.By
		for _, c := range []struct {
			at   time.Time
			want int64
		}{{out.Add(-time.Microsecond), 500}, {out, 0}} {
			s, err := p.Evaluate(events, c.at)
			require.NoError(t, err)
			require.Equal(t, c.want, s.Totals.Points, "%s bought %s asked %s", loc, e.At.In(loc), c.at.In(loc))
		}
		changes, err := p.History(events, out.AddDate(0, 0, 5))
		require.NoError(t, err)
		require.Len(t, changes, 2)
		fall := changes[1].At
		require.Equal(t, fall, o.Standing.Until)
		require.False(t, fall.Before(out), "%s early: %s before %s", loc, fall, out)
		d := calendar.DayOf(out, loc) - 1
		for d.Start(loc).Before(out) || d.AddMonths(-policy.Window.Months).Start(loc).Before(e.At) {
			d++
		}
		require.True(t, d.Start(loc).Equal(fall), "%s bought %s, fell %s, not %s", loc, e.At.In(loc), fall.In(loc), d)
	})
}

// The window begins at the same time on the clocks.
func TestWindowStartInAllZones(t *testing.T) {
	zones := allZones(t)
	rapid.Check(t, func(t *rapid.T) {
		loc := rapid.SampledFrom(zones).Draw(t, "zone")
		p, err := tier.New(loc, rolling())
		require.NoError(t, err)
		when := drawNear(t, loc)
		s, err := p.Evaluate(nil, when)
		require.NoError(t, err)
		d := calendar.DayOf(when, loc)
		if d.Start(loc).Equal(when) {
			require.True(t, s.From.Equal(d.AddMonths(-12).Start(loc)))
			return
		}
		y, m, day := d.AddMonths(-12).Date()
		local := when.In(loc)
		want := time.Date(y, m, day, local.Hour(), local.Minute(), local.Second(), local.Nanosecond(), loc)
		if clock := want.Format(time.DateTime); clock == time.Date(y, m, day, local.Hour(), local.Minute(), local.Second(), 0, time.UTC).Format(time.DateTime) {
			require.Equal(t, clock, s.From.In(loc).Format(time.DateTime), "%s %s", loc, local)
			require.False(t, s.From.After(want), "the first of two")
		}
	})
}

func TestHardDays(t *testing.T) {
	for _, c := range []struct{ zone, day, want string }{
		{"America/Sao_Paulo", "2018-11-04", "2018-11-04T01:00:00-02:00"}, // no midnight
		{"Asia/Beirut", "2022-03-27", "2022-03-27T01:00:00+03:00"},
		{"America/Havana", "2018-11-04", "2018-11-04T00:00:00-04:00"}, // midnight twice
		{"Pacific/Apia", "2011-12-30", "2011-12-31T00:00:00+14:00"},   // the day never was
		{"America/St_Johns", "2010-11-07", "2010-11-07T00:00:00-02:30"},
	} {
		loc := zone(t, c.zone)
		day, err := calendar.ParseDay(c.day)
		require.NoError(t, err)
		p := programme(t, loc, anniversary())
		start := day.AddMonths(-12).Start(loc)
		changes, err := p.History([]tier.Event{{Kind: tier.Enrol, At: start}, {Kind: tier.Place, At: start, Tier: "gold"}}, at("2030-01-01T00:00:00Z"))
		require.NoError(t, err)
		require.Len(t, changes, 2)
		require.Equal(t, c.want, changes[1].At.In(loc).Format(time.RFC3339))
	}
}
