package recurrence_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/crm/recurrence"
	"github.com/guanxi-go/guanxi/internal/wording"
)

func TestParse(t *testing.T) {
	for text, want := range map[string]string{ // "" is the text itself
		"FREQ=DAILY":                                 "",
		"freq=monthly;byday=-1fr":                    "FREQ=MONTHLY;BYDAY=-1FR",
		"INTERVAL=1;WKST=MO;SKIP=OMIT;FREQ=YEARLY":   "FREQ=YEARLY",
		"FREQ=YEARLY;BYDAY=+20MO,SU;BYMONTHDAY=+1":   "FREQ=YEARLY;BYMONTHDAY=1;BYDAY=20MO,SU",
		"FREQ=WEEKLY;INTERVAL=2;COUNT=10;WKST=SU":    "",
		"FREQ=DAILY;UNTIL=20260615":                  "",
		"FREQ=DAILY;UNTIL=20260615T235959":           "",
		"FREQ=DAILY;UNTIL=20260615T010000Z":          "",
		"FREQ=MONTHLY;BYMONTHDAY=31;SKIP=BACKWARD":   "",
		"FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=-1,+2":    "FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=-1,2",
		"FREQ=YEARLY;INTERVAL=9999999;BYMONTH=2,012": "FREQ=YEARLY;INTERVAL=9999999;BYMONTH=2,12",
	} {
		r, err := recurrence.Parse(text)
		require.NoError(t, err, text)
		if want == "" {
			want = text
		}
		require.Equal(t, want, r.String())
	}
	type problem struct {
		part string
		err  error
	}
	for text, want := range map[string][]problem{
		"":                                   {{"rule", recurrence.ErrInvalid}, {"FREQ", recurrence.ErrInvalid}},
		"FREQ":                               {{"rule", recurrence.ErrInvalid}, {"FREQ", recurrence.ErrInvalid}},
		"FREQ=DAILY;":                        {{"rule", recurrence.ErrInvalid}},
		"FREQ=DAILY; COUNT=1":                {{"rule", recurrence.ErrInvalid}},
		"COUNT=1":                            {{"FREQ", recurrence.ErrInvalid}},
		"FREQ=FORTNIGHTLY":                   {{"FREQ", recurrence.ErrInvalid}},
		"FREQ=HOURLY":                        {{"FREQ", recurrence.ErrRule}},
		"FREQ=DAILY;BYHOUR=9;BYMINUTE=30":    {{"BYHOUR", recurrence.ErrRule}, {"BYMINUTE", recurrence.ErrRule}},
		"FREQ=YEARLY;BYWEEKNO=20":            {{"BYWEEKNO", recurrence.ErrRule}},
		"FREQ=YEARLY;BYYEARDAY=1":            {{"BYYEARDAY", recurrence.ErrRule}},
		"FREQ=YEARLY;RSCALE=CHINESE":         {{"RSCALE", recurrence.ErrRule}},
		"FREQ=DAILY;X-NAME=1":                {{"X-NAME", recurrence.ErrRule}},
		"FREQ=WEEKLY;BYMONTHDAY=1":           {{"BYMONTHDAY", recurrence.ErrRule}},
		"FREQ=WEEKLY;BYDAY=2MO":              {{"BYDAY", recurrence.ErrRule}},
		"FREQ=DAILY;SKIP=FORWARD":            {{"SKIP", recurrence.ErrRule}},
		"FREQ=DAILY;FREQ=DAILY":              {{"FREQ", recurrence.ErrInvalid}},
		"FREQ=DAILY;COUNT=0":                 {{"COUNT", recurrence.ErrInvalid}},
		"FREQ=DAILY;COUNT=99999999999999999": {{"COUNT", recurrence.ErrInvalid}},
		"FREQ=DAILY;INTERVAL=-1":             {{"INTERVAL", recurrence.ErrInvalid}},
		"FREQ=DAILY;COUNT=1;UNTIL=20260101":  {{"COUNT", recurrence.ErrInvalid}},
		"FREQ=DAILY;UNTIL=20260230":          {{"UNTIL", recurrence.ErrInvalid}},
		"FREQ=DAILY;UNTIL=20260201T2400":     {{"UNTIL", recurrence.ErrInvalid}},
		"FREQ=DAILY;UNTIL=20260201T240000":   {{"UNTIL", recurrence.ErrInvalid}},
		"FREQ=DAILY;UNTIL=20260201ZZ":        {{"UNTIL", recurrence.ErrInvalid}},
		"FREQ=DAILY;UNTIL=2026":              {{"UNTIL", recurrence.ErrInvalid}},
		"FREQ=MONTHLY;BYMONTHDAY=0":          {{"BYMONTHDAY", recurrence.ErrInvalid}},
		"FREQ=MONTHLY;BYMONTHDAY=1,,2":       {{"BYMONTHDAY", recurrence.ErrInvalid}},
		"FREQ=MONTHLY;BYMONTHDAY=--1":        {{"BYMONTHDAY", recurrence.ErrInvalid}},
		"FREQ=MONTHLY;BYMONTHDAY=+-1":        {{"BYMONTHDAY", recurrence.ErrInvalid}},
		"FREQ=MONTHLY;BYMONTHDAY=３":          {{"BYMONTHDAY", recurrence.ErrInvalid}},
		"FREQ=MONTHLY;BYMONTH=13":            {{"BYMONTH", recurrence.ErrInvalid}},
		"FREQ=MONTHLY;BYDAY=54MO":            {{"BYDAY", recurrence.ErrInvalid}},
		"FREQ=MONTHLY;BYDAY=0MO":             {{"BYDAY", recurrence.ErrInvalid}},
		"FREQ=MONTHLY;BYDAY=M":               {{"BYDAY", recurrence.ErrInvalid}},
		"FREQ=MONTHLY;BYSETPOS=1":            {{"BYSETPOS", recurrence.ErrInvalid}},
		"FREQ=MONTHLY;BYDAY=MO;BYSETPOS=367": {{"BYSETPOS", recurrence.ErrInvalid}},
		"FREQ=DAILY;WKST=MON":                {{"WKST", recurrence.ErrInvalid}},
		"FREQ=MONTHLY;SKIP=NEVER":            {{"SKIP", recurrence.ErrInvalid}},
		"FREQ=WEEKLY;BYDAY=1MO;BYHOUR=8;COUNT=0": {
			{"BYHOUR", recurrence.ErrRule}, {"COUNT", recurrence.ErrInvalid}, {"BYDAY", recurrence.ErrRule}},
		strings.Repeat("A", 1<<15): {{"rule", recurrence.ErrInvalid}},
	} {
		r, err := recurrence.Parse(text)
		require.Error(t, err, text)
		require.Zero(t, r)
		all := []error{err}
		if joined, ok := err.(interface{ Unwrap() []error }); ok {
			all = joined.Unwrap()
		}
		var got []problem
		for _, one := range all {
			var e *recurrence.Error
			require.ErrorAs(t, one, &e)
			require.NotEqual(t, e.Code, e.Text(finding.English))
			require.NotEqual(t, e.Code, e.Text(finding.Chinese))
			got = append(got, problem{e.Part, errors.Unwrap(e)})
		}
		require.Equal(t, want, got, text)
	}
	require.NoError(t, recurrence.Catalogue().Validate())
	for code := range recurrence.Catalogue() {
		require.True(t, strings.HasPrefix(code, "REC-"))
	}
}

// Examples of section 3.3.10 and 3.8.5.3 of RFC 5545 and 4.1 of RFC 7529 whose outcome can
// be counted on a calendar sheet.
func TestBySheet(t *testing.T) {
	for _, c := range []struct {
		rule, start string
		want        []string
	}{
		{"FREQ=YEARLY", "2024-02-29", []string{"2024-02-29", "2028-02-29", "2032-02-29"}},
		{"FREQ=YEARLY;SKIP=BACKWARD", "2024-02-29", []string{"2024-02-29", "2025-02-28", "2026-02-28", "2027-02-28", "2028-02-29"}},
		{"FREQ=YEARLY;SKIP=FORWARD", "2024-02-29", []string{"2024-02-29", "2025-03-01", "2026-03-01", "2027-03-01", "2028-02-29"}},
		{"FREQ=YEARLY;BYMONTH=1,7", "2026-03-15", []string{"2026-07-15", "2027-01-15", "2027-07-15"}},
		{"FREQ=YEARLY;BYMONTHDAY=1", "2026-11-15", []string{"2026-12-01", "2027-01-01", "2027-02-01"}},
		{"FREQ=YEARLY;BYDAY=1MO", "2026-01-01", []string{"2026-01-05", "2027-01-04"}},
		{"FREQ=YEARLY;BYMONTH=10,11;BYDAY=1MO", "2026-01-01", []string{"2026-10-05", "2026-11-02", "2027-10-04"}},
		{"FREQ=YEARLY;BYDAY=53TH", "2020-01-01", []string{"2020-12-31", "2026-12-31", "2032-12-30"}},
		{"FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", "2026-01-01", []string{"2026-02-13", "2026-03-13", "2026-11-13", "2027-08-13"}},
		{"FREQ=MONTHLY;BYDAY=-1FR,MO;BYMONTH=1", "2026-01-01", []string{"2026-01-05", "2026-01-12", "2026-01-19", "2026-01-26", "2026-01-30", "2027-01-04"}},
		{"FREQ=MONTHLY;BYDAY=5SU", "2026-01-01", []string{"2026-03-29", "2026-05-31", "2026-08-30"}},
		{"FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "2026-01-31", []string{"2026-02-27", "2026-03-31", "2026-04-30"}},
		{"FREQ=MONTHLY;BYMONTHDAY=30,31;SKIP=BACKWARD", "2026-01-30", []string{"2026-01-30", "2026-01-31", "2026-02-28", "2026-03-30"}},
		{"FREQ=MONTHLY;BYMONTHDAY=1,31;SKIP=FORWARD", "2026-02-01", []string{"2026-02-01", "2026-03-01", "2026-03-31", "2026-04-01", "2026-05-01"}},
		{"FREQ=MONTHLY;BYMONTHDAY=1,31;SKIP=FORWARD;COUNT=3", "2026-02-01", []string{"2026-02-01", "2026-03-01", "2026-03-31"}},
		{"FREQ=MONTHLY;BYMONTHDAY=-31;SKIP=BACKWARD", "2026-03-05", []string{"2026-03-31", "2026-05-01", "2026-05-31", "2026-07-01"}},
		{"FREQ=MONTHLY;BYMONTHDAY=-31;SKIP=BACKWARD;UNTIL=20260331", "2026-03-05", []string{"2026-03-31"}},
		{"FREQ=MONTHLY;INTERVAL=18;BYMONTHDAY=-1", "2026-01-10", []string{"2026-01-31", "2027-07-31", "2029-01-31"}},
		{"FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO", "1997-08-05", []string{"1997-08-05", "1997-08-10", "1997-08-19", "1997-08-24"}},
		{"FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU", "1997-08-05", []string{"1997-08-05", "1997-08-17", "1997-08-19", "1997-08-31"}},
		{"FREQ=WEEKLY;BYDAY=MO,WE,FR;BYSETPOS=2", "2026-01-01", []string{"2026-01-07", "2026-01-14"}}, // the first week's Wednesday is past
		{"FREQ=DAILY;INTERVAL=100;BYMONTH=1,12", "2026-01-15", []string{"2026-01-15", "2027-12-16", "2029-01-19"}},
		{"FREQ=DAILY;BYMONTHDAY=-1;BYSETPOS=2", "2026-01-15", nil},
		{"FREQ=DAILY;COUNT=2", "9999-12-30", []string{"9999-12-30", "9999-12-31"}},
		{"FREQ=DAILY", "9999-12-31", []string{"9999-12-31"}},
		{"FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "2026-01-01", nil},
		{"FREQ=MONTHLY;BYMONTHDAY=31", "9999-11-01", []string{"9999-12-31"}},
		{"FREQ=WEEKLY;INTERVAL=9999999", "0001-01-01", []string{"0001-01-01"}},
		{"FREQ=DAILY;INTERVAL=9999999;BYMONTH=1", "0001-01-01", []string{"0001-01-01"}},
		{"FREQ=WEEKLY;WKST=SU;BYDAY=SA", "0001-01-01", []string{"0001-01-06", "0001-01-13"}},
	} {
		s := series(t, c.rule, c.start+"T08:00:00", "Asia/Shanghai")
		var got []string
		for o := range s.All() {
			if got = append(got, o.Day.String()); len(got) == max(len(c.want), 1) {
				break
			}
		}
		require.Equal(t, c.want, got, c.rule)
		if strings.Contains(c.rule, "COUNT") || strings.Contains(c.rule, "UNTIL") || strings.HasPrefix(c.start, "9999") {
			require.Len(t, slices.Collect(s.All()), len(c.want), c.rule)
		}
	}
}

func TestUntil(t *testing.T) {
	for until, want := range map[string]int{
		"20260103": 3, "20260103T090000": 3, "20260103T085959": 2, "20260103T010000Z": 3, "20260103T005959Z": 2, "20251231": 0, "00010101": 0,
	} {
		require.Len(t, slices.Collect(series(t, "FREQ=DAILY;UNTIL="+until, "2026-01-01T09:00:00", "Asia/Shanghai").All()), want, until)
	}
	u := recurrence.LastInstant(time.Date(2026, 1, 3, 9, 0, 0, 5, time.FixedZone("", 8*3600)))
	require.Equal(t, "20260103T010000Z", u.String())
	require.Equal(t, "20260103", recurrence.LastDay(calendar.MustDate(2026, 1, 3)).String())
	require.Empty(t, recurrence.Until{}.String())
	require.ErrorIs(t, recurrence.Rule{Until: recurrence.Until{Wall: recurrence.Wall{Day: 1, Clock: 1}}}.Validate(), recurrence.ErrInvalid)
	require.ErrorIs(t, recurrence.Rule{Until: recurrence.LastInstant(time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC))}.Validate(), recurrence.ErrInvalid)
}

func TestWallIn(t *testing.T) {
	for _, c := range []struct{ zone, wall, want string }{
		{"America/New_York", "2026-03-08T01:59:59", "2026-03-08T01:59:59-05:00"},
		{"America/New_York", "2026-03-08T02:00:00", "2026-03-08T03:00:00-04:00"},
		{"America/New_York", "2026-03-08T02:30:00", "2026-03-08T03:30:00-04:00"},
		{"America/New_York", "2026-03-08T03:00:00", "2026-03-08T03:00:00-04:00"},
		{"America/New_York", "2026-11-01T01:30:00", "2026-11-01T01:30:00-04:00"},
		{"America/New_York", "2026-11-01T02:00:00", "2026-11-01T02:00:00-05:00"},
		{"America/Sao_Paulo", "2018-11-04T00:00:00", "2018-11-04T01:00:00-02:00"},
		{"Pacific/Apia", "2011-12-30T09:00:00", "2011-12-31T09:00:00+14:00"},
		{"Australia/Lord_Howe", "2026-10-04T02:15:00", "2026-10-04T02:45:00+11:00"},
		{"Australia/Lord_Howe", "2026-04-05T01:45:00", "2026-04-05T01:45:00+11:00"},
		{"America/St_Johns", "2010-11-06T23:30:00", "2010-11-06T23:30:00-02:30"},
		{"UTC", "0001-01-01T00:00:00", "0001-01-01T00:00:00Z"},
		{"UTC", "9999-12-31T23:59:59", "9999-12-31T23:59:59Z"},
	} {
		w := wall(t, c.wall)
		require.Equal(t, c.want, w.In(zone(t, c.zone)).Format(time.RFC3339))
		require.Equal(t, c.wall, w.String())
	}
	require.Zero(t, recurrence.Wall{Day: 1}.In(nil))
	require.Zero(t, recurrence.Wall{}.In(time.UTC))
	for _, w := range []recurrence.Wall{{Day: 1, Clock: -1}, {Day: 1, Clock: 24 * time.Hour}, {Day: 1, Clock: time.Millisecond}} {
		require.False(t, w.Valid())
	}
}

// From any instant on a series is what it is from the beginning, also where the clocks skip
// and repeat hours and days.
func TestAfterAcrossClockChanges(t *testing.T) {
	for _, c := range []struct{ zone, start string }{
		{"America/New_York", "2026-02-20T02:30:00"}, {"America/New_York", "2026-10-25T01:30:00"}, {"America/Sao_Paulo", "2018-10-28T00:00:00"},
		{"Pacific/Apia", "2011-12-20T09:00:00"}, {"America/St_Johns", "2010-10-30T23:30:00"}, {"America/St_Johns", "2010-10-30T00:00:30"},
		{"Asia/Manila", "1844-12-20T09:00:00"}, {"Pacific/Kwajalein", "1993-08-15T12:00:00"}, {"Pacific/Kwajalein", "1969-09-25T23:00:00"},
	} {
		s := series(t, "FREQ=DAILY;COUNT=25", c.start, c.zone)
		all := slices.Collect(s.All())
		require.Len(t, all, 25)
		for at := all[0].At.Add(-49 * time.Hour); at.Before(all[24].At); at = at.Add(7*time.Minute + 30*time.Second) {
			i := slices.IndexFunc(all, func(o recurrence.Occurrence) bool { return o.At.After(at) })
			next, ok := s.Next(at)
			require.True(t, ok)
			require.Equal(t, all[i], next, "%s %s", c.zone, at)
		}
	}
	s := series(t, "FREQ=DAILY", "2026-01-01T09:00:00", "Asia/Shanghai")
	next, ok := s.Next(time.Time{})
	require.True(t, ok)
	require.Equal(t, "2026-01-01T09:00:00", next.ID)
	_, ok = s.Next(time.Date(10001, 1, 1, 0, 0, 0, 0, time.UTC))
	require.False(t, ok)
	require.Equal(t, "Asia/Shanghai", s.Zone().String())
}

func TestNewRefuses(t *testing.T) {
	start := recurrence.Wall{Day: 1}
	for _, c := range []struct {
		rule  recurrence.Rule
		start recurrence.Wall
		zone  *time.Location
		part  string
	}{
		{recurrence.Rule{}, start, nil, "zone"},
		{recurrence.Rule{}, recurrence.Wall{}, time.UTC, "start"},
		{recurrence.Rule{Freq: 4}, start, time.UTC, "FREQ"},
		{recurrence.Rule{Interval: -1}, start, time.UTC, "INTERVAL"},
		{recurrence.Rule{Count: 1e8}, start, time.UTC, "COUNT"},
		{recurrence.Rule{ByDay: make([]recurrence.On, 1001)}, start, time.UTC, "BYDAY"},
		{recurrence.Rule{ByDay: []recurrence.On{{Day: 7}}}, start, time.UTC, "BYDAY"},
		{recurrence.Rule{WeekStart: 7}, start, time.UTC, "WKST"},
		{recurrence.Rule{Freq: recurrence.Monthly, Skip: 3}, start, time.UTC, "SKIP"},
	} {
		_, err := recurrence.New(c.rule, c.start, c.zone)
		var e *recurrence.Error
		require.ErrorAs(t, err, &e)
		require.Equal(t, c.part, e.Part)
		require.ErrorIs(t, err, recurrence.ErrInvalid)
	}
	_, err := recurrence.Rule{Freq: 4}.MarshalText()
	require.ErrorIs(t, err, recurrence.ErrInvalid)
}

func TestJSON(t *testing.T) {
	r, err := recurrence.Parse("FREQ=MONTHLY;BYDAY=-1FR")
	require.NoError(t, err)
	text, err := json.Marshal(struct{ Rule recurrence.Rule }{r})
	require.NoError(t, err)
	require.Equal(t, `{"Rule":"FREQ=MONTHLY;BYDAY=-1FR"}`, string(text))
	var back struct{ Rule recurrence.Rule }
	require.NoError(t, json.Unmarshal(text, &back))
	require.Equal(t, r, back.Rule)
	require.Error(t, json.Unmarshal([]byte(`{"Rule":"FREQ=NEVER"}`), &back))
	require.Equal(t, r, back.Rule)
	next, _ := series(t, "FREQ=DAILY", "2026-01-01T09:00:00", "Asia/Shanghai").Next(time.Time{})
	text, err = json.Marshal(next)
	require.NoError(t, err)
	require.Equal(t, `{"id":"2026-01-01T09:00:00","at":"2026-01-01T09:00:00+08:00","day":"2026-01-01"}`, string(text))
}

// What is due before an instant by the rule may come after it by the roll.
func TestRolled(t *testing.T) {
	work := office(t)
	for _, roll := range []calendar.Roll{calendar.RollNone, calendar.Following, calendar.Preceding, calendar.ModifiedFollowing, calendar.RollSkip} {
		s := series(t, "FREQ=DAILY;UNTIL=20261130", "2026-01-25T09:00:00", "Asia/Shanghai")
		var all []recurrence.Occurrence
		for o := range s.All() {
			moved, err := s.Shift(o, work, roll)
			require.NoError(t, err)
			require.True(t, moved.Day.IsZero() || moved.ID == o.ID)
			if !moved.Day.IsZero() {
				all = append(all, moved)
			}
		}
		require.True(t, slices.IsSortedFunc(all, func(a, b recurrence.Occurrence) int { return a.At.Compare(b.At) }))
		for at := wall(t, "2026-01-20T00:00:00").In(s.Zone()); at.Year() == 2026; at = at.Add(9 * time.Hour) {
			rest := slices.DeleteFunc(slices.Clone(all), func(o recurrence.Occurrence) bool { return !o.At.After(at) })
			n := 0
			for o, err := range s.Rolled(at, work, roll) {
				require.NoError(t, err)
				require.Equal(t, rest[n], o, at)
				if n++; n == 15 {
					break
				}
			}
			require.Equal(t, min(len(rest), 15), n, at)
		}
	}
	s := series(t, "FREQ=WEEKLY", "2024-12-01T09:00:00", "Asia/Shanghai")
	for _, at := range []string{"2020-01-01T00:00:00", "2024-12-20T00:00:00", "2026-12-30T00:00:00", "2027-05-01T00:00:00"} {
		n := 0
		for o, err := range s.Rolled(wall(t, at).In(s.Zone()), work, calendar.Following) {
			require.ErrorIs(t, err, calendar.ErrHorizon)
			require.Zero(t, o)
			n++
		}
		require.Equal(t, 1, n)
	}
	for o, err := range s.Rolled(wall(t, "2025-01-01T00:00:00").In(s.Zone()), work, calendar.Following) {
		require.NoError(t, err)
		require.Equal(t, "2025-01-06", o.Day.String())
		break
	}
	_, err := s.Shift(recurrence.Occurrence{}, nil, calendar.Following)
	require.ErrorIs(t, err, recurrence.ErrInvalid)
}

func TestEnumerations(t *testing.T) {
	require.Equal(t, []string{"DAILY每日", "WEEKLY每周", "MONTHLY每月", "YEARLY每年"}, wording.Enum(t, recurrence.Daily, recurrence.Yearly, recurrence.ErrInvalid))
	require.Equal(t, []string{"MO周一", "TU周二", "WE周三", "TH周四", "FR周五", "SA周六", "SU周日"}, wording.Enum(t, recurrence.Monday, recurrence.Sunday, recurrence.ErrInvalid))
	require.Equal(t, []string{"OMIT略过", "BACKWARD提前", "FORWARD顺延"}, wording.Enum(t, recurrence.Omit, recurrence.Forward, recurrence.ErrInvalid))
	wording.Enum(t, recurrence.WholeDay, recurrence.UTC, recurrence.ErrInvalid)
}
