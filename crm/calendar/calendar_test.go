package calendar_test

import (
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/internal/wording"
)

// fieldsOf returns the fields that an error complains of, joined or not, and checks
// that each complaint has a code and a text in both languages.
func fieldsOf(t testing.TB, err error) []string {
	t.Helper()
	list := []error{err}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		list = joined.Unwrap()
	}
	var fields []string
	for _, e := range list {
		var typed *calendar.Error
		require.ErrorAs(t, e, &typed)
		require.NotEmpty(t, typed.Reason)
		require.True(t, wording.HasHan(typed.Zh), typed.Reason)
		require.Contains(t, []string{"CAL-INVALID", "CAL-HORIZON", "CAL-UNCOVERED"}, typed.Code())
		require.True(t, strings.HasPrefix(e.Error(), "calendar: "))
		fields = append(fields, typed.Field)
	}
	return fields
}

func TestSpecErrors(t *testing.T) {
	work := calendar.MustPlan("09:00-17:00")
	week := []calendar.Pattern{{Cycle: calendar.Week(work)}}
	many := make([]calendar.Window, 49)
	for i := range many {
		many[i] = calendar.Window{From: 0, To: 1}
	}
	for name, c := range map[string]struct {
		change func(*calendar.Spec)
		fields []string
	}{
		"nothing": {func(s *calendar.Spec) { *s = calendar.Spec{} }, []string{"loc", "from", "to", "patterns"}},
		"id":      {func(s *calendar.Spec) { s.ID = "a\x00" }, []string{"id"}},
		"unknown": {func(s *calendar.Spec) { s.Unknown = 9 }, []string{"unknown"}},
		"order":   {func(s *calendar.Spec) { s.To = s.From - 1 }, []string{"to"}},
		"long":    {func(s *calendar.Spec) { s.To = s.From.AddMonths(200 * 12) }, []string{"to"}},
		"last":    {func(s *calendar.Spec) { s.From, s.To = calendar.MaxDay-9, calendar.MaxDay }, []string{"to"}},
		"late":    {func(s *calendar.Spec) { s.Patterns[0].From = s.From + 1 }, []string{"patterns"}},
		"no work": {func(s *calendar.Spec) {
			s.Patterns[0].Cycle = calendar.Week(calendar.DayPlan{Shifts: work.Shifts, Breaks: []calendar.Window{{From: 0, To: 1440}}})
		}, []string{"patterns[0].cycle"}},
		"empty cycle": {func(s *calendar.Spec) { s.Patterns[0].Cycle = nil }, []string{"patterns[0].cycle"}},
		"long cycle": {func(s *calendar.Spec) {
			s.Patterns[0] = calendar.Pattern{Cycle: make([]calendar.DayPlan, 367), Anchor: s.From}
			s.Patterns[0].Cycle[0] = work
		}, []string{"patterns[0].cycle"}},
		"anchor":     {func(s *calendar.Spec) { s.Patterns[0].Cycle = append(s.Patterns[0].Cycle, work) }, []string{"patterns[0].anchor"}},
		"bad anchor": {func(s *calendar.Spec) { s.Patterns[0].Anchor = -1 }, []string{"patterns[0].anchor"}},
		"same from":  {func(s *calendar.Spec) { s.Patterns = append(s.Patterns, s.Patterns[0]) }, []string{"patterns[1].from"}},
		"windows": {func(s *calendar.Spec) {
			s.Patterns[0].Cycle[4] = calendar.DayPlan{
				Shifts: []calendar.Window{{From: 0, To: 1}, {From: 5, To: 5}, {From: -1, To: 5}},
				Breaks: []calendar.Window{{From: 0, To: 2881}},
			}
		}, []string{"patterns[0].cycle[4].shifts[1]", "patterns[0].cycle[4].shifts[2]", "patterns[0].cycle[4].breaks[0]"}},
		"many": {func(s *calendar.Spec) { s.Patterns[0].Cycle[0].Shifts = many }, []string{"patterns[0].cycle[0].shifts"}},
		"exceptions": {func(s *calendar.Spec) {
			s.Exceptions = []calendar.Exception{
				{},
				{Date: s.From, Kind: calendar.MakeUp, As: 8},
				{Date: s.From, Kind: calendar.MakeUp, As: 7},
				{Date: s.From + 1, As: 1, Plan: work, Name: strings.Repeat("x", 256)},
				{Date: s.From + 2, Kind: calendar.Custom},
				{Date: s.From + 3, Kind: 7},
				{Date: s.From + 4, Kind: calendar.Custom, Plan: calendar.DayPlan{Shifts: []calendar.Window{{From: 2, To: 1}}}},
			}
		}, []string{
			"exceptions[0].date", "exceptions[1].as", "exceptions[2].date", "exceptions[2].as", "exceptions[3].name",
			"exceptions[3].as", "exceptions[3].plan", "exceptions[4].plan", "exceptions[5].kind", "exceptions[6].plan.shifts[0]",
		}},
		"years": {func(s *calendar.Spec) {
			s.Years = append(calendar.China(), calendar.China()[0],
				calendar.YearTable{Year: 2027, Days: []calendar.TableDay{{Date: day("2026-12-31"), Off: false}, {Date: day("2028-02-01")}}},
				calendar.YearTable{Year: 2028, Days: []calendar.TableDay{{Date: day("2026-12-31"), Off: true, Name: "\x00"}}},
				calendar.YearTable{}, calendar.YearTable{Year: 2030},
				calendar.YearTable{Year: 2031, Days: []calendar.TableDay{{Date: day("2032-01-31"), Off: true}}},
				calendar.YearTable{Year: 2032, Days: []calendar.TableDay{{Date: day("2032-01-31")}}})
		}, []string{
			"years[2].year", "years[3].days[1].date", "years[4].days[0].date", "years[4].days[0].name", "years[4].days[0].date",
			"years[5].year", "years[5].days", "years[6].days", "years[8].days[0].date",
		}},
		"no tables": {func(s *calendar.Spec) { s.Years, s.Unknown = calendar.China(), calendar.NoTables }, []string{"years"}},
	} {
		t.Run(name, func(t *testing.T) {
			s := calendar.Spec{Loc: time.UTC, Patterns: []calendar.Pattern{{Cycle: calendar.Week(work)}}, From: day("2026-01-01"), To: day("2026-12-31")}
			c.change(&s)
			_, err := calendar.Compile(s)
			require.ErrorIs(t, err, calendar.ErrInvalid)
			require.Equal(t, c.fields, fieldsOf(t, err))
		})
	}
	require.NoError(t, calendar.Spec{Loc: time.UTC, Patterns: week, From: 1, To: calendar.Day(1).AddMonths(2400) - 1}.Validate())
}

// A night at the edge of the horizon counts up to the edge and no further.
func TestHorizon(t *testing.T) {
	s := calendar.Spec{
		Loc: time.UTC, Patterns: []calendar.Pattern{{Cycle: []calendar.DayPlan{calendar.MustPlan("22:00-30:00")}}},
		From: day("2026-01-01"), To: day("2026-01-02"),
	}
	c := compiled(t, s)
	lo, hi := day("2026-01-01").Start(time.UTC), day("2026-01-03").Start(time.UTC)
	got, err := c.Between(lo, hi)
	require.NoError(t, err)
	require.Equal(t, (6+2+6+2)*time.Hour, got)
	found, err := c.Add(lo, got)
	require.NoError(t, err)
	require.True(t, found.Equal(hi))
	found, err = c.Add(hi, -got)
	require.NoError(t, err)
	require.True(t, found.Equal(lo))
	whole, err := c.WorkedOn(day("2026-01-02"))
	require.NoError(t, err)
	require.Equal(t, 8*time.Hour, whole)
	for _, wrong := range []time.Time{lo.Add(-1), hi.Add(1), {}, time.Unix(1<<40, 0)} {
		_, err = c.Between(lo, wrong)
		require.ErrorIs(t, err, calendar.ErrHorizon)
		_, err = c.Between(wrong, lo)
		require.ErrorIs(t, err, calendar.ErrHorizon)
		_, err = c.Add(wrong, 0)
		require.ErrorIs(t, err, calendar.ErrHorizon)
		_, err = c.Next(wrong)
		require.ErrorIs(t, err, calendar.ErrHorizon)
		_, err = c.Prev(wrong)
		require.ErrorIs(t, err, calendar.ErrHorizon)
		_, err = c.Working(wrong)
		require.ErrorIs(t, err, calendar.ErrHorizon)
	}
	for _, d := range []time.Duration{got + 1, 1<<63 - 1, -1, -1 << 63} {
		_, err = c.Add(lo, d)
		require.ErrorIs(t, err, calendar.ErrHorizon, d)
		fieldsOf(t, err)
	}
	_, err = c.Add(hi, 1)
	require.ErrorIs(t, err, calendar.ErrHorizon)
	for _, n := range []int{2, math.MaxInt, -1, math.MinInt} {
		_, err = c.AddWorkdays(day("2026-01-01"), n)
		require.ErrorIs(t, err, calendar.ErrHorizon, n)
	}
	_, err = c.Workdays(day("2025-12-31"), day("2026-01-01"))
	require.ErrorIs(t, err, calendar.ErrHorizon)
	_, err = c.Shifts(day("2026-01-03"))
	require.ErrorIs(t, err, calendar.ErrHorizon)
	from, to := c.Horizon()
	require.Equal(t, []calendar.Day{s.From, s.To}, []calendar.Day{from, to})
	require.Equal(t, "", c.ID())
	require.Equal(t, time.UTC, c.Loc())
}

// Days without any work before the end of the horizon leave nothing to find.
func TestNothingLeft(t *testing.T) {
	s := office(t)
	s.Years, s.From, s.To = nil, day("2026-03-07"), day("2026-03-08") // a weekend
	c := compiled(t, s)
	got, err := c.Between(s.From.Start(s.Loc), (s.To + 1).Start(s.Loc))
	require.NoError(t, err)
	require.Zero(t, got)
	noon := s.From.At(720, s.Loc)
	_, err = c.Add(noon, 1)
	require.ErrorIs(t, err, calendar.ErrHorizon)
	_, err = c.Next(noon)
	require.ErrorIs(t, err, calendar.ErrHorizon)
	_, err = c.Prev(noon)
	require.ErrorIs(t, err, calendar.ErrHorizon)
	_, err = c.AddWorkdays(s.From, 0)
	require.ErrorIs(t, err, calendar.ErrHorizon)
}

func TestRefusedYear(t *testing.T) {
	loc := zone(t, "Asia/Shanghai")
	tables := calendar.China()
	later := calendar.YearTable{Year: 2028, Days: []calendar.TableDay{{Date: day("2028-01-01"), Off: true}}}
	s := calendar.Spec{
		Loc: loc, Patterns: []calendar.Pattern{{Cycle: calendar.Week(calendar.MustPlan("09:00-17:00", "22:00-30:00"), 0, 1, 2, 3, 4, 5, 6)}},
		Years: append(tables, later), Unknown: calendar.Refuse, From: day("2025-01-01"), To: day("2028-12-31"),
	}
	c := compiled(t, s)
	require.Equal(t, []int{2027}, c.Uncovered(s.From, s.To))
	require.Empty(t, c.Uncovered(s.From, day("2026-12-31")))
	require.Equal(t, []int{2027}, c.Uncovered(day("2026-12-31"), day("2027-01-01")))
	eve, last := at(t, "2026-12-31T00:00:00+08:00"), at(t, "2027-01-01T00:00:00+08:00")
	got, err := c.Between(eve, last) // the night of the 30th, the day, and two hours of the last night
	require.NoError(t, err)
	require.Equal(t, 16*time.Hour, got)
	_, err = c.Between(eve, last.Add(1))
	require.ErrorIs(t, err, calendar.ErrUncovered)
	fieldsOf(t, err)
	_, err = c.Between(at(t, "2028-01-01T05:59:00+08:00"), at(t, "2028-01-01T12:00:00+08:00"))
	require.ErrorIs(t, err, calendar.ErrUncovered) // the night belongs to 2027-12-31
	got, err = c.Between(at(t, "2028-01-01T06:00:00+08:00"), at(t, "2028-01-03T00:00:00+08:00"))
	require.NoError(t, err)
	require.Equal(t, 10*time.Hour, got)
	_, err = c.Between(at(t, "2028-06-01T06:00:00+08:00"), eve)
	require.ErrorIs(t, err, calendar.ErrUncovered)
	_, err = c.Add(eve, 17*time.Hour)
	require.ErrorIs(t, err, calendar.ErrUncovered)
	_, err = c.Add(eve, 1<<62)
	require.ErrorIs(t, err, calendar.ErrUncovered) // not the horizon: whether it ends there is not known
	_, err = c.Add(at(t, "2028-01-02T12:00:00+08:00"), -20*time.Hour)
	require.ErrorIs(t, err, calendar.ErrUncovered)
	for _, err := range []error{
		second(c.Next(last)), second(c.Prev(last.Add(time.Hour))), second(c.Working(last)), second(c.WorkedOn(day("2027-07-01"))),
		second(c.Shifts(day("2027-07-01"))), second(c.AddWorkdays(day("2026-12-30"), 2)), second(c.AddWorkdays(day("2028-01-02"), -1)),
		second(c.Shift(day("2027-01-02"), calendar.Following)), second(c.Workdays(day("2028-01-01"), day("2026-01-01"))),
		second(c.AddWorkdays(day("2026-12-30"), math.MaxInt)),
	} {
		require.ErrorIs(t, err, calendar.ErrUncovered)
	}
	next, err := c.AddWorkdays(day("2026-12-30"), 1)
	require.NoError(t, err)
	require.Equal(t, "2026-12-31", next.String())
}

func second[T any](_ T, err error) error { return err }

func TestShift(t *testing.T) {
	c := compiled(t, office(t))
	for _, q := range []struct {
		from string
		roll calendar.Roll
		want string
	}{
		{"2026-02-15", calendar.RollNone, "2026-02-15"},
		{"2026-02-15", calendar.Following, "2026-02-24"},
		{"2026-02-15", calendar.Preceding, "2026-02-14"},
		{"2026-02-15", calendar.ModifiedFollowing, "2026-02-24"},
		{"2026-01-31", calendar.ModifiedFollowing, "2026-01-30"},
		{"2026-01-31", calendar.Following, "2026-02-02"},
		{"2026-02-15", calendar.RollSkip, ""},
		{"2026-02-14", calendar.RollSkip, "2026-02-14"},
		{"2026-02-28", calendar.Preceding, "2026-02-28"}, // a make-up Saturday
	} {
		got, err := c.Shift(day(q.from), q.roll)
		require.NoError(t, err)
		require.Equal(t, q.want, got.String(), "%s %s", q.from, q.roll)
	}
	_, err := c.Shift(day("2026-02-15"), 9)
	require.ErrorIs(t, err, calendar.ErrInvalid)
	_, err = c.Shift(day("2020-02-15"), calendar.Following)
	require.ErrorIs(t, err, calendar.ErrHorizon)
}

// Pacific/Apia had no 30 December 2011: its shift has no time, and it is no working day.
func TestSkippedDay(t *testing.T) {
	c := compiled(t, calendar.Spec{
		Loc: zone(t, "Pacific/Apia"), Patterns: []calendar.Pattern{{Cycle: []calendar.DayPlan{calendar.MustPlan("09:00-17:00")}}},
		From: day("2011-12-01"), To: day("2012-01-31"),
	})
	work, err := c.WorkedOn(day("2011-12-30"))
	require.NoError(t, err)
	require.Zero(t, work)
	shifts, err := c.Shifts(day("2011-12-30"))
	require.NoError(t, err)
	require.Empty(t, shifts)
	n, err := c.Workdays(day("2011-12-29"), day("2012-01-01"))
	require.NoError(t, err)
	require.Equal(t, 2, n)
	next, err := c.AddWorkdays(day("2011-12-29"), 1)
	require.NoError(t, err)
	require.Equal(t, "2011-12-31", next.String())
}

// A day off takes away the night that starts on it, not the one that ends on it.
func TestNightBeforeDayOff(t *testing.T) {
	c := compiled(t, calendar.Spec{
		Loc: time.UTC, Patterns: []calendar.Pattern{{Cycle: []calendar.DayPlan{calendar.MustPlan("22:00-30:00")}}},
		Exceptions: []calendar.Exception{{Date: day("2026-03-10"), Kind: calendar.Off}}, From: day("2026-03-01"), To: day("2026-03-31"),
	})
	for text, want := range map[string]bool{
		"2026-03-10T05:59:59Z": true, "2026-03-10T06:00:00Z": false, "2026-03-10T23:00:00Z": false,
		"2026-03-11T03:00:00Z": false, "2026-03-11T21:59:59Z": false, "2026-03-11T22:00:00Z": true,
	} {
		got, err := c.Working(at(t, text))
		require.NoError(t, err)
		require.Equal(t, want, got, text)
	}
}

func TestProperties(t *testing.T) {
	calendars := make([]*calendar.Calendar, 0, 10)
	for _, s := range hardSpecs(t) {
		calendars = append(calendars, compiled(t, s))
	}
	rapid.Check(t, func(r *rapid.T) {
		c := calendars[rapid.IntRange(0, len(calendars)-1).Draw(r, "calendar")]
		from, to := c.Horizon()
		lo, hi := from.Start(c.Loc()), (to + 1).Start(c.Loc())
		instant := func(name string) time.Time {
			return lo.Add(time.Duration(rapid.Int64Range(0, int64(hi.Sub(lo))).Draw(r, name)))
		}
		a, b, m := instant("a"), instant("b"), instant("m")
		whole, err := c.Between(a, b)
		require.NoError(r, err)
		first, err := c.Between(a, m)
		require.NoError(r, err)
		rest, err := c.Between(m, b)
		require.NoError(r, err)
		require.Equal(r, whole, first+rest)
		if !a.After(b) {
			require.LessOrEqual(r, whole, b.Sub(a))
			require.GreaterOrEqual(r, whole, time.Duration(0))
		}
		found, err := c.Add(a, whole)
		require.NoError(r, err)
		back, err := c.Between(a, found)
		require.NoError(r, err)
		require.Equal(r, whole, back)
		if whole > 0 {
			require.False(r, found.After(b))
		} else if whole < 0 {
			require.False(r, found.Before(b))
		}
	})
}

func TestSpecJSON(t *testing.T) {
	s := office(t)
	s.Unknown = calendar.Refuse
	s.Exceptions = []calendar.Exception{
		{Date: day("2026-03-10"), Kind: calendar.MakeUp, As: 2, Name: "stocktaking"},
		{Date: day("2026-03-11"), Kind: calendar.Custom, Plan: calendar.DayPlan{Shifts: []calendar.Window{{From: 1320, To: 1800}}, Breaks: []calendar.Window{{From: 1500, To: 1530}}}},
	}
	text, err := json.Marshal(s)
	require.NoError(t, err)
	require.Contains(t, string(text), `"shifts":["22:00-30:00"],"breaks":["25:00-25:30"]`)
	var back calendar.Spec
	require.NoError(t, json.Unmarshal(text, &back))
	back.Loc = s.Loc
	require.Equal(t, s, back)
}

func TestImportYear(t *testing.T) {
	for _, table := range calendar.China() {
		require.NoError(t, table.Validate())
		require.Len(t, table.SHA256, 64)
		text, err := json.Marshal(table)
		require.NoError(t, err)
		again, err := calendar.ImportYear(text, table.Source)
		require.NoError(t, err)
		require.Equal(t, table.Days, again.Days)
		require.NotEqual(t, table.SHA256, again.SHA256)
	}
	for text, fields := range map[string][]string{
		``:                 {"table"},
		`[]`:               {"table"},
		`{"year": "2026"}`: {"table"},
		`{"days": []}`:     {"year", "days"},
		`{"year": 2027}`:   {"days"},
		`{"year": 2027, "days": [{"date": "2027-01-01"}, {"isOffDay": true}]}`:                                           {"days[0].isOffDay", "days[1].date"},
		`{"year": 2027, "days": [{"date": "2026-11-30", "isOffDay": true}, {"date": "2028-02-01", "isOffDay": true}]}`:   {"days[0].date", "days[1].date"},
		`{"year": 2027, "days": [{"date": "2026-12-01", "isOffDay": true, "name": "` + strings.Repeat("x", 256) + `"}]}`: {"days[0].name"},
		strings.Repeat(" ", 1<<20) + `{"year": 2027, "days": [{"date": "2027-01-01", "isOffDay": true}]}`:                {"table"},
		`{"year": 2027, "days": [{"date": "２027-01-01", "isOffDay": true}, {"date": "2027-1-1", "isOffDay": false}]}`:    {"days[0].date", "days[1].date"},
	} {
		table, err := calendar.ImportYear([]byte(text), "test")
		require.ErrorIs(t, err, calendar.ErrInvalid)
		require.Equal(t, fields, fieldsOf(t, err))
		require.Zero(t, table)
	}
	ok, err := calendar.ImportYear([]byte(`{"$id": "x", "year": 2027, "days": [{"date": "2026-12-01", "isOffDay": true}, {"date": "2028-01-31", "isOffDay": false}, {"date": "2028-01-31", "isOffDay": false}]}`), "notice")
	require.NoError(t, err)
	require.Equal(t, "notice", ok.Source)
}

func TestWindows(t *testing.T) {
	for _, text := range []string{"00:00-00:01", "09:00-12:00", "22:00-30:00", "24:00-48:00", "00:00-48:00"} {
		w, err := calendar.ParseWindow(text)
		require.NoError(t, err)
		require.Equal(t, text, w.String())
	}
	for _, text := range []string{"", "9:00-12:00", "09:00-09:00", "12:00-09:00", "00:00-48:01", "09:60-10:00", "09:00–12:00", "09:00-12:00 ", "0９:00-12:0", "+9:00-12:00"} {
		w, err := calendar.ParseWindow(text)
		require.ErrorIs(t, err, calendar.ErrInvalid, text)
		require.Zero(t, w)
		fieldsOf(t, err)
	}
	_, err := calendar.ParsePlan("09:00-12:00", "x")
	require.ErrorIs(t, err, calendar.ErrInvalid)
	_, err = calendar.ParsePlan(make([]string, 49)...)
	require.ErrorIs(t, err, calendar.ErrInvalid)
	_, err = calendar.Window{}.MarshalText()
	require.ErrorIs(t, err, calendar.ErrInvalid)
	require.Equal(t, "Window(?)", calendar.Window{From: -32768, To: 32767}.String())
	require.Panics(t, func() { calendar.MustPlan("x") })
	plan := calendar.MustPlan("09:00-17:00")
	for i, p := range calendar.Week(plan, time.Sunday, time.Monday) {
		require.Equal(t, i == 0 || i == 6, len(p.Shifts) > 0, i)
	}
}

func TestEnums(t *testing.T) {
	wording.Enum(t, calendar.Off, calendar.Custom, calendar.ErrInvalid)
	wording.Enum(t, calendar.PatternOnly, calendar.NoTables, calendar.ErrInvalid)
	wording.Enum(t, calendar.RollNone, calendar.RollSkip, calendar.ErrInvalid)
}

func TestMonthErrors(t *testing.T) {
	_, ok := calendar.MonthsBetween(0, 5)
	require.False(t, ok)
	_, ok = calendar.MonthsBetween(5, calendar.MaxDay+1)
	require.False(t, ok)
	for _, q := range [][2]calendar.Day{{0, 5}, {5, calendar.MaxDay + 1}, {5, 5}, {6, 5}, {5, 6}} {
		_, _, err := calendar.SamePeriodLastYear(q[0], q[1])
		require.ErrorIs(t, err, calendar.ErrInvalid, q)
		fieldsOf(t, err)
	}
	rapid.Check(t, func(r *rapid.T) {
		days := rapid.Int32Range(int32(day("1900-01-01")), int32(day("2100-12-31")))
		a, b := calendar.Day(days.Draw(r, "a")), calendar.Day(days.Draw(r, "b"))
		n, ok := calendar.MonthsBetween(a, b)
		require.True(r, ok)
		require.LessOrEqual(r, a.AddMonths(n), b)
		require.Greater(r, a.AddMonths(n+1), b)
	})
}

func TestErrorZero(t *testing.T) {
	require.ErrorIs(t, &calendar.Error{}, calendar.ErrInvalid)
	require.Equal(t, "calendar: invalid", (&calendar.Error{}).Error())
	require.False(t, errors.Is(&calendar.Error{Err: calendar.ErrHorizon}, calendar.ErrInvalid))
}
