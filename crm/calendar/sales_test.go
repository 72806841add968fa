package calendar_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm/calendar"
)

// office is the plan of the scenarios: Monday to Friday 09:00-12:00 and 13:30-18:00
// in Shanghai, with the shipped tables.
func office(t testing.TB) calendar.Spec {
	return calendar.Spec{
		ID:       "office",
		Loc:      zone(t, "Asia/Shanghai"),
		Patterns: []calendar.Pattern{{Cycle: calendar.Week(calendar.MustPlan("09:00-12:00", "13:30-18:00"))}},
		Years:    calendar.China(),
		From:     day("2025-01-01"),
		To:       day("2026-12-31"),
	}
}

func compiled(t testing.TB, s calendar.Spec) *calendar.Calendar {
	t.Helper()
	c, err := calendar.Compile(s)
	require.NoError(t, err)
	return c
}

func day(text string) calendar.Day {
	d, err := calendar.ParseDay(text)
	if err != nil {
		panic(err)
	}
	return d
}

// at reads an instant, which without an offset is one of Shanghai.
func at(t testing.TB, text string) time.Time {
	t.Helper()
	if len(text) == len("2026-01-02 15:04") {
		text = text[:10] + "T" + text[11:] + ":00+08:00"
	}
	found, err := time.Parse(time.RFC3339Nano, text)
	require.NoError(t, err)
	return found
}

func requireInstant(t testing.TB, want string, got time.Time, err error, about ...any) {
	t.Helper()
	require.NoError(t, err, about...)
	require.True(t, got.Equal(at(t, want)), "want %s, got %s %v", want, got, about)
}

func TestSalesO01(t *testing.T) {
	c := compiled(t, office(t))
	for i, want := range []int{21, 16, 22, 21, 19, 21, 23, 21, 22, 18, 21, 23} {
		first := calendar.MustDate(2026, time.January, 1).AddMonths(i)
		got, err := c.Workdays(first, first.AddMonths(1))
		require.NoError(t, err)
		require.Equal(t, want, got, "month %d", i+1)
	}
	for _, year := range []int{2025, 2026} {
		first := calendar.MustDate(year, time.January, 1)
		got, err := c.Workdays(first, first.AddMonths(12))
		require.NoError(t, err)
		require.Equal(t, 248, got, year)
		got, err = c.Workdays(first.AddMonths(12), first)
		require.NoError(t, err)
		require.Equal(t, -248, got, year)
	}
	for _, q := range []struct {
		from string
		n    int
		want string
	}{
		{"2026-02-13", 1, "2026-02-14"}, // a Saturday made up for
		{"2026-02-13", 2, "2026-02-24"},
		{"2026-02-15", 1, "2026-02-24"},
		{"2026-09-24", 3, "2026-09-30"},
		{"2026-10-10", -2, "2026-10-08"},
		{"2026-02-15", 0, "2026-02-24"},
	} {
		got, err := c.AddWorkdays(day(q.from), q.n)
		require.NoError(t, err)
		require.Equal(t, q.want, got.String(), "%s %+d", q.from, q.n)
	}
}

func TestSalesO02(t *testing.T) {
	c := compiled(t, office(t))
	a, b := at(t, "2026-02-13 17:00"), at(t, "2026-02-24 10:00")
	got, err := c.Between(a, b)
	require.NoError(t, err)
	require.Equal(t, 9*time.Hour+30*time.Minute, got)
	got, err = c.Between(b, a)
	require.NoError(t, err)
	require.Equal(t, -9*time.Hour-30*time.Minute, got)
	for _, q := range []struct{ from, d, want string }{
		{"2026-02-13 16:00", "2h", "2026-02-13 18:00"}, // closing time, not the next morning
		{"2026-02-13 16:00", "10h", "2026-02-24 09:30"},
		{"2026-02-13 18:00", "7h30m", "2026-02-14 18:00"},
		{"2026-02-14 18:00", "1m", "2026-02-24 09:01"},
		{"2026-02-24 09:30", "-30m", "2026-02-24 09:00"},
		{"2026-02-24 09:30", "-1h", "2026-02-14 17:30"},
		{"2026-02-20 12:00", "0s", "2026-02-20 12:00"},
	} {
		d, err := time.ParseDuration(q.d)
		require.NoError(t, err)
		found, err := c.Add(at(t, q.from), d)
		requireInstant(t, q.want, found, err, q.from, q.d)
	}
	next, err := c.Next(at(t, "2026-02-20 12:00"))
	requireInstant(t, "2026-02-24 09:00", next, err)
	prev, err := c.Prev(at(t, "2026-02-20 12:00"))
	requireInstant(t, "2026-02-14 18:00", prev, err)
}

func TestSalesO03(t *testing.T) {
	loc := zone(t, "America/New_York")
	c := compiled(t, calendar.Spec{
		Loc:      loc,
		Patterns: []calendar.Pattern{{Cycle: []calendar.DayPlan{calendar.MustPlan("22:00-30:00")}}},
		Unknown:  calendar.NoTables,
		From:     day("2026-01-01"), To: day("2026-12-31"),
	})
	for on, want := range map[string]time.Duration{
		"2026-03-07": 7 * time.Hour, "2026-10-31": 9 * time.Hour, "2026-07-01": 8 * time.Hour,
	} {
		got, err := c.WorkedOn(day(on))
		require.NoError(t, err)
		require.Equal(t, want, got, on)
		shifts, err := c.Shifts(day(on))
		require.NoError(t, err)
		require.Len(t, shifts, 1)
		require.Equal(t, want, shifts[0].To.Sub(shifts[0].From), on)
	}
	d := 4*time.Hour + 30*time.Minute
	found, err := c.Add(at(t, "2026-03-07T22:00:00-05:00"), d)
	requireInstant(t, "2026-03-08T03:30:00-04:00", found, err)
	require.Equal(t, "2026-03-08T03:30:00-04:00", found.Format(time.RFC3339))
	found, err = c.Add(at(t, "2026-10-31T22:00:00-04:00"), d)
	requireInstant(t, "2026-11-01T01:30:00-05:00", found, err)
	require.Equal(t, "2026-11-01T01:30:00-05:00", found.Format(time.RFC3339))
}

func TestSalesO04(t *testing.T) {
	loc := zone(t, "America/Sao_Paulo")
	start := day("2018-11-04").Start(loc)
	requireInstant(t, "2018-11-04T03:00:00Z", start, nil)
	require.Equal(t, "01:00", start.Format("15:04"))
	require.Equal(t, 23*time.Hour, day("2018-11-05").Start(loc).Sub(start))
	start = day("2018-02-17").Start(loc)
	requireInstant(t, "2018-02-17T02:00:00Z", start, nil)
	requireInstant(t, "2018-02-18T03:00:00Z", day("2018-02-18").Start(loc), nil)
	require.Equal(t, 25*time.Hour, day("2018-02-18").Start(loc).Sub(start))
}

func TestSalesO05(t *testing.T) {
	origin := day("2026-01-31")
	for i, want := range []string{"2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31"} {
		require.Equal(t, want, origin.AddMonths(i+1).String())
	}
	for to, want := range map[string]int{"2026-02-27": 0, "2026-02-28": 1, "2026-01-31": 0, "2026-01-30": -1, "2025-12-31": -1, "2025-12-30": -2} {
		got, ok := calendar.MonthsBetween(origin, day(to))
		require.True(t, ok)
		require.Equal(t, want, got, to)
	}
	for _, q := range [][4]string{
		{"2025-01-01", "2025-03-01", "2024-01-01", "2024-03-01"},
		{"2024-01-01", "2024-02-29", "2023-01-01", "2023-03-01"},
		{"2024-02-29", "2024-03-01", "2023-02-28", "2023-03-01"},
		{"2025-02-28", "2025-03-01", "2024-02-28", "2024-03-01"},
		{"2026-01-01", "2027-01-01", "2025-01-01", "2026-01-01"},
	} {
		from, to, err := calendar.SamePeriodLastYear(day(q[0]), day(q[1]))
		require.NoError(t, err)
		require.Equal(t, q[2:], []string{from.String(), to.String()}, q)
	}
	from, to, err := calendar.SamePeriodLastYear(day("2025-01-01"), day("2025-03-01"))
	require.NoError(t, err)
	require.Equal(t, []int{59, 60}, []int{day("2025-03-01").Sub(day("2025-01-01")), to.Sub(from)})
}

func TestSalesO06(t *testing.T) {
	s := office(t)
	s.To = day("2027-12-31")
	c := compiled(t, s)
	january, february := day("2027-01-01"), day("2027-02-01")
	got, err := c.Workdays(january, february)
	require.NoError(t, err)
	require.Equal(t, 21, got)
	require.Equal(t, []int{2027}, c.Uncovered(january, february-1))
	require.Empty(t, c.Uncovered(day("2025-01-01"), day("2026-12-31")))

	s.Unknown = calendar.Refuse
	c = compiled(t, s)
	_, err = c.Workdays(january, february)
	require.ErrorIs(t, err, calendar.ErrUncovered)
	var typed *calendar.Error
	require.ErrorAs(t, err, &typed)
	require.Equal(t, 2027, typed.Year)
	require.Equal(t, calendar.CodeUncovered, typed.Code())

	_, err = calendar.ImportYear([]byte(`{"year": 2026, "papers": ["x"], "days": [
		{"name": "春节", "date": "2026-02-14", "isOffDay": true},
		{"name": "春节", "date": "2026-02-14", "isOffDay": false},
		{"name": "春节", "date": "2026-02-30", "isOffDay": true},
		{"name": "春节", "date": "2026-02-15", "isOffDay": true}]}`), "test")
	require.ErrorIs(t, err, calendar.ErrInvalid)
	var fields []string
	for _, e := range err.(interface{ Unwrap() []error }).Unwrap() {
		require.True(t, errors.As(e, &typed))
		fields = append(fields, typed.Field+" "+typed.Reason)
	}
	require.ElementsMatch(t, []string{"days[1].date is both off and a make-up day", "days[2].date is no date"}, fields)
}
