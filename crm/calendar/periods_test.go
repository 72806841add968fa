package calendar_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/crm/calendar"
)

func TestMonthsTable(t *testing.T) {
	for _, c := range []struct {
		origin, until string
		step          int
		want          []string
	}{
		{"2025-01-31", "2025-05-31", 1, []string{"2025-01-31/2025-02-28", "2025-02-28/2025-03-31", "2025-03-31/2025-04-30", "2025-04-30/2025-05-31"}},
		{"2025-01-01", "2025-12-31", 3, []string{"2025-01-01/2025-04-01", "2025-04-01/2025-07-01", "2025-07-01/2025-10-01"}},
		{"2025-01-01", "2026-01-01", 3, []string{"2025-01-01/2025-04-01", "2025-04-01/2025-07-01", "2025-07-01/2025-10-01", "2025-10-01/2026-01-01"}},
		{"2024-02-29", "2028-02-29", 12, []string{"2024-02-29/2025-02-28", "2025-02-28/2026-02-28", "2026-02-28/2027-02-28", "2027-02-28/2028-02-29"}},
		{"2025-01-01", "2025-01-31", 1, nil},
		{"2025-01-01", "2025-01-01", 1, nil},
		{"2025-01-31", "2025-02-28", 1, []string{"2025-01-31/2025-02-28"}},
		{"9999-11-15", "9999-12-31", 1, []string{"9999-11-15/9999-12-15"}},
		{"0001-01-01", "9999-12-31", 9999*12 - 1, []string{"0001-01-01/9999-12-01"}},
	} {
		origin, err := calendar.ParseDay(c.origin)
		require.NoError(t, err)
		until, err := calendar.ParseDay(c.until)
		require.NoError(t, err)
		periods, err := calendar.Months(origin, until, c.step)
		require.NoError(t, err)
		var got []string
		for _, p := range periods {
			got = append(got, p.String())
		}
		require.Equal(t, c.want, got)
	}
}

func TestMonthsRefuses(t *testing.T) {
	d := calendar.MustDate(2025, 1, 1)
	for _, c := range []struct {
		origin, until calendar.Day
		step          int
		field         string
	}{
		{0, d, 1, "from"}, {-5, d, 1, "from"}, {calendar.MaxDay + 1, d, 1, "from"},
		{d, 0, 1, "until"}, {d, calendar.MaxDay + 1, 1, "until"}, {d, d - 1, 1, "until"},
		{d, d + 400, 0, "step"}, {d, d + 400, -1, "step"}, {d, d + 400, math.MinInt, "step"}, {d, d + 400, math.MaxInt, "step"}, {d, d + 400, 9999 * 12, "step"},
	} {
		periods, err := calendar.Months(c.origin, c.until, c.step)
		require.Nil(t, periods)
		require.ErrorIs(t, err, calendar.ErrInvalid)
		var e *calendar.Error
		require.ErrorAs(t, err, &e)
		require.Equal(t, c.field, e.Field)
	}
}

// Periods follow each other from the origin, each boundary one step of the wall
// calendar further, and what is left at the end is shorter than a step.
func TestMonthsFollow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		origin := days().Draw(t, "origin")
		step := rapid.SampledFrom([]int{1, 2, 3, 6, 12}).Draw(t, "step")
		until := min(origin+calendar.Day(rapid.Int32Range(0, 1500).Draw(t, "length")), calendar.MaxDay)
		periods, err := calendar.Months(origin, until, step)
		if err != nil {
			t.Fatal(err)
		}
		at := origin
		for i, p := range periods {
			if p.From != at || p.Until != walkMonths(origin, (i+1)*step) || p.Until > until || p.Days() < 28*step ||
				!p.Contains(p.From) || p.Contains(p.Until) || p.Contains(p.From-1) || !p.Contains(p.Until-1) {
				t.Fatalf("period %d is %s", i, p)
			}
			at = p.Until
		}
		if next := walkMonths(origin, (len(periods)+1)*step); next != 0 && next <= until {
			t.Fatalf("%s to %s every %d months: %d periods leave room for another", origin, until, step, len(periods))
		}
	})
}

func TestPeriodWithoutDays(t *testing.T) {
	d := calendar.MustDate(2025, 1, 1)
	for _, p := range []calendar.Period{{}, {From: d, Until: d}, {From: d, Until: d - 5}} {
		require.Zero(t, p.Days())
		require.False(t, p.Contains(d))
	}
	require.Equal(t, "/2025-01-01", calendar.Period{Until: d}.String())
}
