package recurrence_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/recurrence"
)

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	require.NoError(t, err)
	return loc
}

func wall(t testing.TB, text string) recurrence.Wall {
	t.Helper()
	at, err := time.Parse("2006-01-02T15:04:05", text)
	require.NoError(t, err)
	h, m, s := at.Clock()
	return recurrence.Wall{Day: calendar.DayOf(at, nil), Clock: time.Duration(h*3600+m*60+s) * time.Second}
}

func series(t testing.TB, rule, start, where string) *recurrence.Series {
	t.Helper()
	r, err := recurrence.Parse(rule)
	require.NoError(t, err, rule)
	s, err := recurrence.New(r, wall(t, start), zone(t, where))
	require.NoError(t, err, rule)
	return s
}

// days are the days of the first n occurrences, as MM-DD.
func days(s *recurrence.Series, n int) (list []string) {
	for o := range s.All() {
		if list = append(list, o.ID[5:10]); len(list) == n {
			break
		}
	}
	return list
}

func office(t testing.TB) *calendar.Calendar {
	t.Helper()
	c, err := calendar.Compile(calendar.Spec{
		Loc:      zone(t, "Asia/Shanghai"),
		Patterns: []calendar.Pattern{{Cycle: calendar.Week(calendar.MustPlan("09:00-12:00", "13:30-18:00"))}},
		Years:    calendar.China(),
		From:     calendar.MustDate(2025, 1, 1), To: calendar.MustDate(2026, 12, 31),
	})
	require.NoError(t, err)
	return c
}

func TestSalesO14(t *testing.T) {
	s := series(t, "FREQ=MONTHLY;BYMONTHDAY=15;UNTIL=20260615", "2026-01-15T09:00:00", "Asia/Shanghai")
	for roll, want := range map[calendar.Roll][]string{
		calendar.Following: {"2026-01-15", "2026-02-24", "2026-03-16", "2026-04-15", "2026-05-15", "2026-06-15"},
		calendar.Preceding: {"2026-01-15", "2026-02-14", "2026-03-13", "2026-04-15", "2026-05-15", "2026-06-15"},
		calendar.RollNone:  {"2026-01-15", "2026-02-15", "2026-03-15", "2026-04-15", "2026-05-15", "2026-06-15"},
		calendar.RollSkip:  {"2026-01-15", "2026-04-15", "2026-05-15", "2026-06-15"},
	} {
		var got, at []string
		for o, err := range s.Rolled(time.Time{}, office(t), roll) {
			require.NoError(t, err)
			got, at = append(got, o.Day.String()), append(at, o.At.Format("2006-01-02T15:04:05Z07:00"))
			require.Equal(t, "15T09:00:00", o.ID[8:], "the id stays")
		}
		require.Equal(t, want, got, roll)
		for i, day := range want {
			require.Equal(t, day+"T09:00:00+08:00", at[i])
		}
	}
	for skip, want := range map[string][]string{
		"":               {"01-31", "03-31", "05-31", "07-31", "08-31"},
		";SKIP=OMIT":     {"01-31", "03-31", "05-31", "07-31", "08-31"},
		";SKIP=BACKWARD": {"01-31", "02-28", "03-31", "04-30", "05-31"},
		";SKIP=FORWARD":  {"01-31", "03-01", "03-31", "05-01", "05-31"},
	} {
		require.Equal(t, want, days(series(t, "FREQ=MONTHLY;COUNT=5"+skip, "2026-01-31T09:00:00", "Asia/Shanghai"), 99), skip)
	}
	s = series(t, "FREQ=DAILY", "2026-03-07T02:30:00", "America/New_York")
	var got []string
	for o := range s.All() {
		if got = append(got, o.ID+" "+o.At.Format(time.RFC3339)); len(got) == 3 {
			break
		}
	}
	require.Equal(t, []string{
		"2026-03-07T02:30:00 2026-03-07T02:30:00-05:00",
		"2026-03-08T02:30:00 2026-03-08T03:30:00-04:00",
		"2026-03-09T02:30:00 2026-03-09T02:30:00-04:00",
	}, got)

	_, err := recurrence.Parse("FREQ=DAILY;BYHOUR=9")
	require.ErrorIs(t, err, recurrence.ErrRule)
	var typed *recurrence.Error
	require.ErrorAs(t, err, &typed)
	require.Equal(t, "BYHOUR", typed.Part)
	_, err = recurrence.Parse("FREQ=DAILY;COUNT=3;UNTIL=20260615")
	require.ErrorIs(t, err, recurrence.ErrInvalid)
}
