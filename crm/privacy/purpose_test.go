package privacy_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/privacy"
)

func TestRegistryNamesEveryFault(t *testing.T) {
	_, err := privacy.NewRegistry([]privacy.Purpose{
		{Code: "b", En: "b", Zh: "乙", Bases: []privacy.Basis{privacy.ByConsent}},
		{Code: "a", Bases: []privacy.Basis{0, privacy.ByConsent, privacy.ByConsent}, Retention: privacy.Retention{Months: -1, Days: 36501, Then: 9}},
		{Code: "b", En: "b", Zh: "乙"},
		{Code: "c", En: "c", Zh: "丙", Bases: []privacy.Basis{privacy.ByConsent}, Notices: []privacy.Notice{
			{Version: 1, From: hour(1), Editorial: true}, {Version: 3, From: hour(1)}}},
		{En: "x", Zh: "x", Bases: []privacy.Basis{privacy.ByConsent}},
	})
	require.Equal(t, []string{"code", "en", "zh", "bases", "bases", "retention", "code", "bases", "notices", "notices", "notices"}, fields(t, err))
	require.ErrorIs(t, err, privacy.ErrDuplicate)
	require.ErrorIs(t, err, privacy.ErrInvalid)
	require.Equal(t, []string{"months", "days", "then"}, fields(t, privacy.Retention{Months: 1201, Days: -1, Then: 9}.Validate()))
}

func TestRegistryPermitted(t *testing.T) {
	purposes := []privacy.Purpose{
		{Code: "care", En: "care", Zh: "关怀", Bases: []privacy.Basis{privacy.ByConsent}, Sensitive: true},
		{Code: "delivery", En: "delivery", Zh: "交付", Bases: []privacy.Basis{privacy.ByContract}},
	}
	r, err := privacy.NewRegistry(purposes)
	require.NoError(t, err)
	purposes[1].Bases[0] = privacy.ByConsent
	p, ok := r.Lookup("delivery")
	require.True(t, ok)
	require.Equal(t, []privacy.Basis{privacy.ByContract}, p.Bases, "a caller's change stays the caller's")
	require.Len(t, r.Purposes(), 2)
	_, ok = r.Lookup("x")
	require.False(t, ok)

	health := []privacy.Category{privacy.Health}
	entries := []privacy.Consent{
		{Purpose: "care", Basis: privacy.ByConsent, Action: privacy.Given, Separate: true, Categories: health, At: start, Actor: "s-1"},
		{Purpose: "delivery", Basis: privacy.ByContract, Action: privacy.Given, Categories: health, At: start, Actor: "s-1"},
		{Purpose: "delivery", Basis: privacy.ByConsent, Action: privacy.Given, At: start, Actor: "s-1"},
	}
	ask := func(purpose string, cats ...privacy.Category) []string {
		answer, err := r.Permitted(entries, privacy.Question{Purpose: purpose, Categories: cats, At: start, Age: privacy.FourteenUp, Notice: 9})
		require.NoError(t, err)
		require.Equal(t, answer.Allowed, answer.Reasons[0].Code.Permits())
		return codes(answer)
	}
	require.Equal(t, []string{"on-consent"}, ask("care", privacy.Health))
	require.Equal(t, []string{"not-necessary"}, ask("delivery", privacy.Health))
	require.Equal(t, []string{"not-covered", "not-necessary"}, ask("delivery", privacy.Health, privacy.Basic))
	require.Equal(t, []string{"not-covered"}, ask("delivery"), "the contract was recorded for health data alone, consent is no basis")
}

func TestNoticeAt(t *testing.T) {
	p := privacy.Purpose{Notices: []privacy.Notice{{Version: 1, From: hour(1)}, {Version: 2, From: hour(2), Editorial: true}, {Version: 3, From: hour(3)}, {Version: 4, From: hour(4), Editorial: true}}}
	for h, want := range []int{0, 1, 1, 3, 3} {
		require.Equal(t, want, p.NoticeAt(hour(h)), h)
	}
}

func TestDueHard(t *testing.T) {
	date := func(y int, m time.Month, d, h int) time.Time { return time.Date(y, m, d, h, 0, 0, 0, time.UTC) }
	shanghai := time.FixedZone("CST", 8*3600)
	tests := []struct {
		name string
		r    privacy.Retention
		f    privacy.Facts
		at   time.Time
		loc  *time.Location
		want privacy.Fate
	}{
		{"still served", privacy.Retention{Months: 6}, privacy.Facts{}, date(2999, 1, 1, 0), nil, privacy.Fate{Standing: privacy.Kept}},
		{"to the end of the day", privacy.Retention{}, privacy.Facts{Ended: date(2026, 1, 31, 15)}, date(2026, 1, 31, 23), nil,
			privacy.Fate{Standing: privacy.Kept, Expires: date(2026, 2, 1, 0), Due: date(2026, 2, 1, 0)}},
		{"the first instant after it", privacy.Retention{}, privacy.Facts{Ended: date(2026, 1, 31, 15)}, date(2026, 2, 1, 0), nil,
			privacy.Fate{Standing: privacy.Over, Expires: date(2026, 2, 1, 0), Due: date(2026, 2, 1, 0)}},
		{"month's end", privacy.Retention{Months: 1, Days: 1}, privacy.Facts{Ended: date(2028, 1, 31, 0)}, date(2028, 2, 29, 0), nil,
			privacy.Fate{Standing: privacy.Kept, Expires: date(2028, 3, 2, 0), Due: date(2028, 3, 2, 0)}},
		{"another zone", privacy.Retention{}, privacy.Facts{Ended: date(2026, 1, 31, 20)}, date(2026, 2, 1, 15), shanghai,
			privacy.Fate{Standing: privacy.Kept, Expires: date(2026, 2, 1, 16), Due: date(2026, 2, 1, 16)}},
		{"withdrawn", privacy.Retention{Months: 6}, privacy.Facts{Withdrawn: date(2026, 2, 1, 3)}, date(2026, 2, 1, 3), nil,
			privacy.Fate{Standing: privacy.Over, Expires: date(2026, 2, 1, 3), Due: date(2026, 2, 1, 3)}},
		{"withdrawn after it was over", privacy.Retention{}, privacy.Facts{Ended: date(2026, 1, 1, 0), Withdrawn: date(2026, 2, 1, 3)}, date(2026, 1, 1, 0), nil,
			privacy.Fate{Standing: privacy.Kept, Expires: date(2026, 1, 2, 0), Due: date(2026, 1, 2, 0)}},
		{"withdrawn, statutory", privacy.Retention{Months: 1, Statutory: true}, privacy.Facts{Ended: date(2026, 1, 1, 0), Withdrawn: date(2026, 1, 5, 0)}, date(2026, 1, 6, 0), nil,
			privacy.Fate{Standing: privacy.Kept, Expires: date(2026, 2, 2, 0), Due: date(2026, 2, 2, 0)}},
		{"withdrawal begins a statutory period", privacy.Retention{Days: 1, Statutory: true}, privacy.Facts{Withdrawn: date(2026, 1, 5, 0)}, date(2026, 1, 6, 0), nil,
			privacy.Fate{Standing: privacy.Kept, Expires: date(2026, 1, 7, 0), Due: date(2026, 1, 7, 0)}},
		{"open hold", privacy.Retention{Then: privacy.Anonymise}, privacy.Facts{Ended: date(2026, 1, 1, 0), Holds: []privacy.Hold{{ID: "h"}}}, date(2027, 1, 1, 0), nil,
			privacy.Fate{Standing: privacy.Held, Then: privacy.Anonymise, Expires: date(2026, 1, 2, 0), Holds: []string{"h"}}},
		{"one hold after the other", privacy.Retention{}, privacy.Facts{Ended: date(2026, 1, 1, 0), Holds: []privacy.Hold{
			{ID: "b", From: date(2026, 1, 20, 0), Until: date(2026, 3, 1, 0)}, {ID: "a", Until: date(2026, 2, 1, 0)}, {ID: "c", From: date(2026, 4, 1, 0)},
		}}, date(2026, 1, 25, 0), nil, privacy.Fate{Standing: privacy.Held, Expires: date(2026, 1, 2, 0), Due: date(2026, 3, 1, 0), Holds: []string{"a", "b"}}},
		{"a hold that came too late holds what is left", privacy.Retention{}, privacy.Facts{Ended: date(2026, 1, 1, 0), Holds: []privacy.Hold{{ID: "h", From: date(2026, 4, 1, 0)}}},
			date(2026, 5, 1, 0), nil, privacy.Fate{Standing: privacy.Held, Expires: date(2026, 1, 2, 0), Due: date(2026, 1, 2, 0), Holds: []string{"h"}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := privacy.Due(tt.r, tt.f, tt.at, tt.loc)
			require.NoError(t, err)
			require.True(t, tt.want.Expires.Equal(got.Expires), got.Expires)
			require.True(t, tt.want.Due.Equal(got.Due), got.Due)
			got.Expires, got.Due = tt.want.Expires, tt.want.Due
			require.Equal(t, tt.want, got)
		})
	}
	for _, tt := range []struct {
		r privacy.Retention
		f privacy.Facts
	}{
		{privacy.Retention{Months: -1}, privacy.Facts{}},
		{privacy.Retention{Months: 1}, privacy.Facts{Ended: date(9999, 12, 1, 0)}},
		{privacy.Retention{Days: 1}, privacy.Facts{Ended: date(9999, 12, 30, 0)}},
		{privacy.Retention{}, privacy.Facts{Ended: date(-5, 1, 1, 0)}},
		{privacy.Retention{}, privacy.Facts{Holds: []privacy.Hold{{ID: "h", From: hour(1), Until: hour(0)}}}},
	} {
		_, err := privacy.Due(tt.r, tt.f, start, nil)
		require.ErrorIs(t, err, privacy.ErrInvalid)
	}
}

// The due instant is the first, from the end of the period on, at which no hold is
// in force; what is over is never held, and what is held is never over.
func TestDueProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var holds []privacy.Hold
		for range rapid.IntRange(0, 4).Draw(t, "n") {
			from := rapid.IntRange(-5, 60).Draw(t, "from")
			h := privacy.Hold{ID: "h", From: hour(from), Until: hour(from + rapid.IntRange(0, 40).Draw(t, "for"))}
			if rapid.IntRange(0, 9).Draw(t, "open") == 0 {
				h.Until = time.Time{}
			}
			holds = append(holds, h)
		}
		f := privacy.Facts{Ended: hour(2), Holds: holds}
		at := hour(rapid.IntRange(0, 120).Draw(t, "at"))
		fate, err := privacy.Due(privacy.Retention{}, f, at, nil)
		require.NoError(t, err)
		require.Equal(t, hour(24), fate.Expires)
		held := func(at time.Time) bool {
			for _, h := range holds {
				if h.Active(at) {
					return true
				}
			}
			return false
		}
		want := time.Time{}
		for h := 24; h < 200 && want.IsZero(); h++ {
			if !held(hour(h)) {
				want = hour(h)
			}
		}
		require.Equal(t, want, fate.Due)
		switch {
		case at.Before(hour(24)):
			require.Equal(t, privacy.Kept, fate.Standing)
		case held(at):
			require.Equal(t, privacy.Held, fate.Standing)
		default:
			require.Equal(t, privacy.Over, fate.Standing)
		}
	})
}

func TestNonWorkingDays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := privacy.NonWorkingDays{From: asOf, Through: asOf + 60}
		for day := d.From; day <= d.Through; day++ {
			if rapid.IntRange(0, 2).Draw(t, "closed") == 0 {
				d.Days = append(d.Days, day)
			}
		}
		from := asOf - 1 + calendar.Day(rapid.IntRange(0, 40).Draw(t, "from"))
		n := rapid.IntRange(0, 30).Draw(t, "n")
		want, left := from, n
		for left > 0 && want <= d.Through {
			want++
			closed := false
			for _, day := range d.Days {
				closed = closed || day == want
			}
			if !closed {
				left--
			}
		}
		got, err := d.Add(from, n)
		if n > 0 && want > d.Through {
			require.ErrorIs(t, err, privacy.ErrInsufficientData)
			return
		}
		require.NoError(t, err)
		require.Equal(t, want, got)
	})
	good := privacy.NonWorkingDays{From: asOf, Through: asOf + 10}
	_, err := good.Add(asOf-2, 1)
	require.ErrorIs(t, err, privacy.ErrInsufficientData, "the day after is before the list begins")
	for name, tt := range map[string]struct {
		d    privacy.NonWorkingDays
		from calendar.Day
		n    int
	}{
		"no span":     {privacy.NonWorkingDays{}, asOf, 1},
		"no day":      {good, 0, 1},
		"backwards":   {good, asOf, -1},
		"falling":     {privacy.NonWorkingDays{From: asOf, Through: asOf + 9, Days: []calendar.Day{asOf + 2, asOf + 1}}, asOf, 1},
		"twice":       {privacy.NonWorkingDays{From: asOf, Through: asOf + 9, Days: []calendar.Day{asOf + 2, asOf + 2}}, asOf, 1},
		"out of span": {privacy.NonWorkingDays{From: asOf, Through: asOf + 9, Days: []calendar.Day{asOf + 20}}, asOf, 1},
	} {
		_, err := tt.d.Add(tt.from, tt.n)
		require.ErrorIs(t, err, privacy.ErrInvalid, name)
	}
}

func TestDeadline(t *testing.T) {
	plain := func(from calendar.Day, n int) (calendar.Day, error) { return from + calendar.Day(n), nil }
	shanghai := time.FixedZone("CST", 8*3600)
	got, err := privacy.Deadline(time.Date(2026, 9, 1, 17, 0, 0, 0, time.UTC), 1, plain, shanghai)
	require.NoError(t, err)
	require.Equal(t, "2026-09-03T16:00:00Z", got.UTC().Format(time.RFC3339), "received on the 2nd in Shanghai, due at the end of the 3rd")

	same := func(from calendar.Day, n int) (calendar.Day, error) { return from, nil }
	fails := func(calendar.Day, int) (calendar.Day, error) { return 0, privacy.ErrNotFound }
	for _, tt := range []struct {
		at   time.Time
		n    int
		add  privacy.WorkingDays
		want error
	}{
		{start, 0, plain, privacy.ErrInvalid}, {start, 1, nil, privacy.ErrInvalid}, {start, 1, same, privacy.ErrInvalid},
		{start, 1, fails, privacy.ErrNotFound}, {time.Date(-1, 1, 1, 0, 0, 0, 0, time.UTC), 1, plain, privacy.ErrInvalid},
		{time.Date(9999, 12, 30, 0, 0, 0, 0, time.UTC), 1, plain, privacy.ErrInvalid},
	} {
		_, err := privacy.Deadline(tt.at, tt.n, tt.add, nil)
		require.ErrorIs(t, err, tt.want)
	}
}
