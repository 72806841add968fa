package segment_test

import (
	"encoding/json"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/crm/segment"
	"github.com/guanxi-go/guanxi/internal/wording"
)

func TestBoundaries(t *testing.T) {
	date := calendar.MustDate
	bounds, err := segment.Boundaries(date(2024, time.January, 31), segment.Monthly, date(2024, time.May, 1))
	require.NoError(t, err)
	require.Equal(t, []calendar.Day{
		date(2024, 1, 31), date(2024, 2, 29), date(2024, 3, 31), date(2024, 4, 30), date(2024, 5, 31),
	}, bounds, "clamped, and no drift")
	bounds, err = segment.Boundaries(date(2024, 1, 1), segment.Quarterly, date(2024, 10, 1))
	require.NoError(t, err)
	require.Equal(t, []calendar.Day{date(2024, 1, 1), date(2024, 4, 1), date(2024, 7, 1), date(2024, 10, 1)}, bounds,
		"until is a boundary itself")
	bounds, err = segment.Boundaries(date(2024, 2, 29), segment.Yearly, date(2025, 3, 1))
	require.NoError(t, err)
	require.Equal(t, []calendar.Day{date(2024, 2, 29), date(2025, 2, 28), date(2026, 2, 28)}, bounds)

	for field, c := range map[string]struct {
		origin calendar.Day
		months int
		until  calendar.Day
	}{
		"origin": {0, 1, day0},
		"until":  {day0, 1, day0},
		"months": {day0, 0, day0 + 1},
	} {
		_, err := segment.Boundaries(c.origin, c.months, c.until)
		require.ErrorIs(t, err, segment.ErrInvalid)
		var e *segment.Error
		require.ErrorAs(t, err, &e)
		require.Equal(t, field, e.Field)
	}
	for _, months := range []int{-1, 1 << 30} {
		_, err = segment.Boundaries(day0, months, day0+1)
		require.ErrorIs(t, err, segment.ErrInvalid)
	}
	_, err = segment.Boundaries(day0, 1, calendar.MaxDay)
	require.ErrorIs(t, err, segment.ErrInvalid, "the last period would end in the year 10000")
	_, err = segment.Boundaries(day0, 1, 0)
	require.ErrorIs(t, err, segment.ErrInvalid)
}

func tenths(bounds ...int) (days []calendar.Day) {
	for _, b := range bounds {
		days = append(days, day0+calendar.Day(b))
	}
	return days
}

func TestLifecycle(t *testing.T) {
	rows := []logRow{
		{1, 0, 5}, {1, 12, 5}, {1, 25, 5}, {1, 35, 5}, // always there
		{2, 5, 5}, {2, 26, 5}, // leaves and comes back
		{3, 9, 5},              // leaves for good
		{4, 10, 5}, {4, 19, 5}, // both on the edges of the second period
		{5, 22, 5},
		{6, 33, 5},
		{7, 3, -5}, // known by a refund only
	}
	l, err := segment.TrackLifecycle(historyOf(t, rows), day0+37, tenths(0, 10, 20, 30, 40))
	require.NoError(t, err)
	require.Equal(t, day0+37, l.AsOf())
	rate := func(num, den int) segment.Rate { return segment.Rate{Num: num, Den: den} }
	ratio := func(num, den int64) money.Ratio { return money.Ratio{Num: num, Den: den} }
	require.Equal(t, []segment.Period{
		{From: day0, Until: day0 + 10, Complete: true, First: true, Active: 3, New: 3},
		{
			From: day0 + 10, Until: day0 + 20, Complete: true, Before: 3, Active: 2, New: 1, Retained: 1, Lost: 2,
			Retention: rate(1, 3), Loss: rate(2, 3), Acquisition: ratio(1, 3), Growth: ratio(-1, 3),
		},
		{
			From: day0 + 20, Until: day0 + 30, Complete: true, Before: 2, Active: 3, New: 1, Retained: 1, WonBack: 1, Lost: 1, Pool: 2,
			Retention: rate(1, 2), Loss: rate(1, 2), WinBack: rate(1, 2), Acquisition: ratio(1, 2), Growth: ratio(1, 2),
		},
		{From: day0 + 30, Until: day0 + 40, Before: 3, Active: 2, New: 1, Retained: 1, Lost: 2, Pool: 2},
	}, l.Periods())
	states := maps.Collect(l.States())
	require.Equal(t, map[int64]segment.LifecycleState{
		1: segment.Retained, 2: segment.Returned, 3: segment.Lapsed, 4: segment.Lost, 5: segment.Newcomer, 6: segment.Newcomer,
	}, states, "2, 4 and 5 have not come yet and keep the state of the period before")
	require.Equal(t, segment.Prospect, l.State(7))
	require.Equal(t, segment.Lost, l.State(4))
	for range l.States() {
		break
	}

	// The same, once the last period is over.
	l, err = segment.TrackLifecycle(historyOf(t, rows), day0+40, tenths(0, 10, 20, 30, 40))
	require.NoError(t, err)
	require.Equal(t, map[int64]segment.LifecycleState{
		1: segment.Retained, 2: segment.Lost, 3: segment.Lapsed, 4: segment.Lapsed, 5: segment.Lost, 6: segment.Newcomer,
	}, maps.Collect(l.States()))
	last := l.Periods()[3]
	require.True(t, last.Complete)
	require.Equal(t, rate(1, 3), last.Retention)
	require.Equal(t, rate(0, 2), last.WinBack)
}

// Periods are plain data: JSON gives them back as they were, ratios included.
func TestPeriodsAsData(t *testing.T) {
	rows := []logRow{{1, 0, 5}, {2, 5, 5}, {3, 10, 5}, {4, 19, 5}, {1, 12, 5}, {2, 15, 5}}
	l, err := segment.TrackLifecycle(historyOf(t, rows), day0+30, tenths(0, 10, 20, 30))
	require.NoError(t, err)
	require.Equal(t, money.Ratio{Num: 1, Den: 1}, l.Periods()[1].Acquisition)
	require.Equal(t, money.Ratio{Num: -1, Den: 1}, l.Periods()[2].Growth)
	text, err := json.Marshal(l.Periods())
	require.NoError(t, err)
	var back []segment.Period
	require.NoError(t, json.Unmarshal(text, &back))
	require.Equal(t, l.Periods(), back)
}

func TestLifecycleLeftTruncation(t *testing.T) {
	rows := []logRow{{1, 20, 5}, {1, 30, 5}, {2, 20, 5}, {3, 35, 5}}
	// Nothing is known before the third period: it has nothing to compare with.
	l, err := segment.TrackLifecycle(historyOf(t, rows), day0+40, tenths(0, 10, 20, 30, 40))
	require.NoError(t, err)
	p := l.Periods()
	require.True(t, p[0].First && p[1].First && p[2].First)
	require.False(t, p[3].First)
	require.Equal(t, segment.Rate{}, p[2].Retention)
	require.Equal(t, 2, p[2].New)
	require.Equal(t, segment.Rate{Num: 1, Den: 2}, p[3].Retention)
	require.Equal(t, segment.Rate{}, p[3].WinBack, "nobody to win back is no rate")

	// A period that began before the log was counted is not complete, and the
	// next has nothing to be compared with either.
	h := historyWith(t, append(slices.Clone(rows), logRow{4, 12, 5}, logRow{4, 17, 5}), segment.Options{From: day0 + 15})
	l, err = segment.TrackLifecycle(h, day0+40, tenths(10, 20, 30, 40))
	require.NoError(t, err)
	p = l.Periods()
	require.False(t, p[0].Complete)
	require.True(t, p[1].Complete)
	require.False(t, p[1].First)
	require.Equal(t, 1, p[1].Before)
	require.Equal(t, segment.Rate{}, p[1].Retention)
	require.Equal(t, money.Ratio{}, p[1].Acquisition)
	require.Equal(t, segment.Rate{Num: 1, Den: 2}, p[2].Retention)

	// What lies before the first boundary is one earlier period.
	l, err = segment.TrackLifecycle(historyOf(t, rows), day0+40, tenths(30, 40))
	require.NoError(t, err)
	require.Equal(t, []segment.Period{{
		From: day0 + 30, Until: day0 + 40, Complete: true, First: true, Before: 2, Active: 2, New: 1, Retained: 1, Lost: 1,
	}}, l.Periods())
	require.Equal(t, segment.Lost, l.State(2))
}

func TestLifecycleRefuses(t *testing.T) {
	h := historyOf(t, []logRow{{1, 0, 5}, {1, 12, 5}})
	for name, c := range map[string]struct {
		asOf   calendar.Day
		bounds []calendar.Day
		want   error
		row    int
	}{
		"no period":         {0, tenths(0), segment.ErrInvalid, -1},
		"none at all":       {0, nil, segment.ErrInvalid, -1},
		"not ascending":     {0, tenths(0, 10, 10), segment.ErrInvalid, 2},
		"not a day":         {0, []calendar.Day{0, day0}, segment.ErrInvalid, 0},
		"not begun":         {day0 + 10, tenths(0, 10, 20), segment.ErrInvalid, 1},
		"before everything": {day0, tenths(-20, -10), segment.ErrInsufficientData, -1},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := segment.TrackLifecycle(h, c.asOf, c.bounds)
			require.ErrorIs(t, err, c.want)
			var e *segment.Error
			require.ErrorAs(t, err, &e)
			require.Equal(t, c.row, e.Row)
		})
	}
}

// TestLifecycleProperties recounts by sets and checks the identities.
func TestLifecycleProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := drawRows(t)
		cuts := rapid.SliceOfNDistinct(rapid.IntRange(0, 45), 2, 8, rapid.ID).Draw(t, "bounds")
		slices.Sort(cuts)
		bounds := tenths(cuts...)
		h, err := segment.NewHistory(logOf(batch(rows)), segment.Options{})
		if err != nil {
			return
		}
		asOf := rapid.IntRange(cuts[len(cuts)-2]+1, 60).Draw(t, "as of")
		l, err := segment.TrackLifecycle(h, day0+calendar.Day(asOf), bounds)
		if err != nil {
			require.ErrorIs(t, err, segment.ErrInsufficientData)
			return
		}
		buyers := func(from, until int) map[int64]bool {
			set := map[int64]bool{}
			for _, r := range rows {
				if r.amount >= 0 && r.day >= from && r.day < until && r.day < asOf {
					set[r.id] = true
				}
			}
			return set
		}
		count := func(in func(int64) bool) (n int) {
			for id := int64(-10); id < 10; id++ {
				if in(id) {
					n++
				}
			}
			return n
		}
		before := buyers(-1000, cuts[0])
		pool := 0
		states := map[int64]segment.LifecycleState{}
		for i, p := range l.Periods() {
			known, now := buyers(-1000, cuts[i]), buyers(cuts[i], cuts[i+1])
			require.Equal(t, len(before), p.Before)
			require.Equal(t, len(now), p.Active)
			require.Equal(t, count(func(id int64) bool { return now[id] && !known[id] }), p.New)
			require.Equal(t, count(func(id int64) bool { return now[id] && before[id] }), p.Retained)
			require.Equal(t, count(func(id int64) bool { return now[id] && known[id] && !before[id] }), p.WonBack)
			require.Equal(t, count(func(id int64) bool { return !now[id] && before[id] }), p.Lost)
			require.Equal(t, count(func(id int64) bool { return known[id] && !before[id] }), p.Pool)
			require.Equal(t, p.Active, p.Before-p.Lost+p.New+p.WonBack)
			require.Equal(t, p.Active, p.Retained+p.New+p.WonBack)
			if i > 0 {
				require.Equal(t, p.Pool, pool)
			}
			pool = p.Pool + p.Lost - p.WonBack
			complete := cuts[i+1] <= asOf
			require.Equal(t, complete, p.Complete)
			if p.First || !complete {
				require.Equal(t, segment.Rate{}, p.Retention)
				require.Equal(t, money.Ratio{}, p.Growth)
			} else if p.Before > 0 {
				require.Equal(t, segment.Rate{Num: p.Retained, Den: p.Before}, p.Retention)
				require.Equal(t, p.Before, p.Retention.Num+p.Loss.Num)
			}
			for id := int64(-10); id < 10; id++ {
				if !complete && !now[id] {
					continue
				}
				switch {
				case now[id] && !known[id]:
					states[id] = segment.Newcomer
				case now[id] && before[id]:
					states[id] = segment.Retained
				case now[id]:
					states[id] = segment.Returned
				case before[id]:
					states[id] = segment.Lost
				case known[id]:
					states[id] = segment.Lapsed
				}
			}
			before = now
		}
		for id, s := range l.States() {
			if want, judged := states[id]; judged {
				require.Equal(t, want, s, "customer %d", id)
			}
		}
	})
}

func TestLifecycleStatePlays(t *testing.T) {
	for state, play := range map[segment.LifecycleState]segment.Play{
		segment.Prospect: segment.Acquire, segment.Newcomer: segment.Retain, segment.Retained: segment.Retain,
		segment.Returned: segment.Retain, segment.Lost: segment.WinBack, segment.Lapsed: segment.WinBack,
	} {
		require.Equal(t, play, state.Play(), "%v", state)
	}
	var zero segment.Play
	require.Equal(t, segment.Acquire, zero)
}

func TestHistoryEnums(t *testing.T) {
	wording.Enum(t, segment.Prospect, segment.Lapsed, segment.ErrInvalid)
	wording.Enum(t, segment.Acquire, segment.WinBack, segment.ErrInvalid)
}

func TestRate(t *testing.T) {
	_, ok := segment.Rate{}.Value()
	require.False(t, ok)
	_, _, ok = segment.Rate{}.Interval(0)
	require.False(t, ok)
	v, ok := segment.Rate{Num: 1, Den: 4}.Value()
	require.True(t, ok)
	require.Equal(t, 0.25, v)
	// Wilson 1927 for 15 of 148 at 95 percent, as R's prop.test(15, 148, correct = FALSE).
	lo, hi, ok := segment.Rate{Num: 15, Den: 148}.Interval(0)
	require.True(t, ok)
	require.InDelta(t, 0.0624, lo, 5e-5)
	require.InDelta(t, 0.1605, hi, 5e-5)
	_, _, ok = segment.Rate{Num: 5, Den: 4}.Interval(0.9)
	require.False(t, ok)
	_, _, ok = segment.Rate{Num: 1, Den: 4}.Interval(1)
	require.False(t, ok)
}
