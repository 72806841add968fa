package segment_test

import (
	"cmp"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/crm/segment"
)

func TestFindingTexts(t *testing.T) {
	texts := segment.FindingTexts()
	require.NoError(t, texts.Validate())
	for _, code := range []string{segment.CodeSilent, segment.CodeFalling, segment.CodeSilentFalling, segment.CodeAttention} {
		require.Contains(t, texts, code)
	}
}

// clockwork is a base so regular that a cycle is 30 days to the day.
func clockwork(customers, times int) (rows []logRow) {
	for id := range int64(customers) {
		rows = append(rows, every(10_000+id, 0, 30, times)...)
	}
	return rows
}

func TestEarlyWarningsBoundaries(t *testing.T) {
	const asOf = 720
	base := clockwork(1000, 24) // last purchase on day 690
	warn := func(rows []logRow, opts segment.WarningOptions) (segment.Warning[int64], bool) {
		warnings, err := segment.EarlyWarnings(cyclesOf(t, append(slices.Clone(base), rows...), asOf), opts)
		require.NoError(t, err)
		for _, w := range warnings {
			if w.ID == 1 {
				return w, true
			}
		}
		return segment.Warning[int64]{}, false
	}
	spend := func(start, gap, times int, amount int64) []logRow {
		rows := every(1, start, gap, times)
		for i := range rows {
			rows[i].amount = amount
		}
		return rows
	}
	t.Run("silence of exactly two cycles", func(t *testing.T) {
		_, ok := warn(every(1, asOf-60-19*30, 30, 20), segment.WarningOptions{MinValue: math.MaxInt64})
		require.False(t, ok)
	})
	t.Run("a day more", func(t *testing.T) {
		w, ok := warn(every(1, asOf-61-19*30, 30, 20), segment.WarningOptions{MinValue: math.MaxInt64})
		require.True(t, ok)
		require.True(t, w.Silent)
		require.False(t, w.Falling)
		require.Equal(t, 61, w.Silence)
		require.Equal(t, 30, w.Cycle)
		require.Equal(t, finding.Warning, w.Severity())
	})
	t.Run("two and a half cycles, exactly", func(t *testing.T) {
		opts := segment.WarningOptions{MinValue: math.MaxInt64, SilentAfter: money.Ratio{Num: 5, Den: 2}}
		_, ok := warn(every(1, asOf-75-19*30, 30, 20), opts)
		require.False(t, ok)
		w, ok := warn(every(1, asOf-76-19*30, 30, 20), opts)
		require.True(t, ok)
		text, err := segment.FindingTexts().Render(w.Finding(), finding.English)
		require.NoError(t, err)
		require.Contains(t, text, "5/2")
	})
	t.Run("too new to judge", func(t *testing.T) {
		twice := every(1, 0, 30, 2)
		_, ok := warn(twice, segment.WarningOptions{})
		require.False(t, ok, "one gap")
		_, ok = warn(twice, segment.WarningOptions{MinGaps: 1})
		require.True(t, ok)
		once := every(1, 0, 30, 1)
		_, ok = warn(once, segment.WarningOptions{MinGaps: 1})
		require.False(t, ok)
		w, ok := warn(once, segment.WarningOptions{MinGaps: -1})
		require.True(t, ok)
		require.True(t, w.Silent)
	})
	t.Run("a value that fell by exactly half", func(t *testing.T) {
		// Windows [540, 630) and [630, 720): three purchases each, at 100 and at 50.
		rows := append(spend(540, 30, 3, 100), spend(630, 30, 3, 50)...)
		w, ok := warn(rows, segment.WarningOptions{})
		require.True(t, ok, "the first purchase lies on the first day of the earlier window")
		require.True(t, w.Falling)
		require.False(t, w.Silent)
		require.Equal(t, finding.Notice, w.Severity())
		require.Equal(t, int64(300), w.Before.Minor)
		require.Equal(t, int64(150), w.Now.Minor)
		rows[3].amount++
		_, ok = warn(rows, segment.WarningOptions{})
		require.False(t, ok, "a cent less of a fall")
		rows[3].amount--
		_, ok = warn(rows, segment.WarningOptions{MinValue: 300})
		require.True(t, ok)
		_, ok = warn(rows, segment.WarningOptions{MinValue: 301})
		require.False(t, ok)
		rows[0].day++
		_, ok = warn(rows, segment.WarningOptions{})
		require.False(t, ok, "came a day after the window began: too new to judge")
	})
	t.Run("a third, exactly", func(t *testing.T) {
		rows := append(spend(540, 30, 3, 100), spend(630, 30, 2, 100)...)
		_, ok := warn(rows, segment.WarningOptions{Drop: money.Ratio{Num: 1, Den: 3}})
		require.True(t, ok)
		_, ok = warn(rows, segment.WarningOptions{Drop: money.Ratio{Num: 333334, Den: 1000000}})
		require.False(t, ok)
	})
	t.Run("refunds lower the value", func(t *testing.T) {
		rows := append(spend(540, 30, 3, 100), spend(630, 30, 3, 100)...)
		rows = append(rows, logRow{1, 700, -150})
		w, ok := warn(rows, segment.WarningOptions{})
		require.True(t, ok)
		require.Equal(t, int64(150), w.Now.Minor)
		// More refunded than bought: nothing to fall from.
		rows = append(rows, logRow{1, 600, -300})
		_, ok = warn(rows, segment.WarningOptions{})
		require.False(t, ok)
	})
	t.Run("both", func(t *testing.T) {
		w, ok := warn(spend(0, 30, 20, 100), segment.WarningOptions{}) // last on 570
		require.True(t, ok)
		require.True(t, w.Silent && w.Falling)
		f := w.Finding()
		require.NoError(t, f.Validate())
		require.Equal(t, segment.CodeSilentFalling, f.Code)
		text, err := segment.FindingTexts().Render(f, finding.Chinese)
		require.NoError(t, err)
		require.Equal(t, "已 150 天没有消费，超过 2 个订购周期（每个 30 天）；最近 90 天消费 0.00，此前 90 天消费 2.00", text)
	})
	t.Run("the period does not reach back", func(t *testing.T) {
		rows := append(slices.Clone(base), append(spend(500, 40, 4, 100), spend(640, 30, 1, 10)...)...)
		for from, want := range map[int]bool{540: true, 541: false} {
			h := historyWith(t, rows, segment.Options{From: day0 + calendar.Day(from)})
			cycles, err := segment.OrderCycles(h, day0+asOf, segment.CycleOptions{})
			require.NoError(t, err)
			warnings, err := segment.EarlyWarnings(cycles, segment.WarningOptions{})
			require.NoError(t, err)
			falling := slices.ContainsFunc(warnings, func(w segment.Warning[int64]) bool { return w.ID == 1 && w.Falling })
			require.Equal(t, want, falling, "from %d", from)
		}
	})
}

func TestEarlyWarningsRefuse(t *testing.T) {
	cycles := cyclesOf(t, []logRow{{1, 0, 5}, {1, 10, 5}}, 20)
	for name, opts := range map[string]segment.WarningOptions{
		"silent_after": {SilentAfter: money.Ratio{Num: -1, Den: 1}},
		"drop":         {Drop: money.Ratio{Num: 1, Den: -2}},
		"window":       {Window: -1},
		"min_value":    {MinValue: -1},
	} {
		_, err := segment.EarlyWarnings(cycles, opts)
		require.ErrorIs(t, err, segment.ErrInvalid)
		var e *segment.Error
		require.ErrorAs(t, err, &e)
		require.Equal(t, name, e.Field)
	}
	_, err := segment.EarlyWarnings(cycles, segment.WarningOptions{Window: -1, MinValue: -1})
	require.ErrorContains(t, err, "window")
	require.ErrorContains(t, err, "min_value")
}

// TestEarlyWarningsProperties judges every customer again from the plain rows.
func TestEarlyWarningsProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := drawRows(t)
		h, err := segment.NewHistory(logOf(batch(rows)), segment.Options{})
		if err != nil {
			return
		}
		cycles, err := segment.OrderCycles(h, 0, segment.CycleOptions{})
		if err != nil {
			return
		}
		opts := segment.WarningOptions{
			SilentAfter: money.Ratio{Num: rapid.Int64Range(1, 5).Draw(t, "num"), Den: rapid.Int64Range(1, 4).Draw(t, "den")},
			Window:      rapid.IntRange(1, 20).Draw(t, "window"),
			Drop:        money.Ratio{Num: rapid.Int64Range(1, 4).Draw(t, "drop"), Den: 4},
			MinGaps:     1,
		}
		warnings, err := segment.EarlyWarnings(cycles, opts)
		require.NoError(t, err)
		require.True(t, slices.IsSortedFunc(warnings, func(a, b segment.Warning[int64]) int { return cmp.Compare(a.ID, b.ID) }))
		flagged := map[int64]segment.Warning[int64]{}
		for _, w := range warnings {
			flagged[w.ID] = w
			require.True(t, w.Silent || w.Falling)
			f := w.Finding()
			require.NoError(t, f.Validate())
			for _, lang := range []finding.Language{finding.English, finding.Chinese} {
				_, err := segment.FindingTexts().Render(f, lang)
				require.NoError(t, err)
			}
		}
		require.Len(t, flagged, len(warnings))
		asOf := int(cycles.AsOf() - day0)
		for c := range cycles.All() {
			var before, now float64 // exact: integers far below 2^53
			first := asOf
			for _, r := range rows {
				if r.id != c.ID {
					continue
				}
				if r.amount >= 0 {
					first = min(first, r.day)
				}
				switch {
				case r.day >= asOf: // a refund after the last purchase is not known yet
				case r.day >= asOf-opts.Window:
					now += float64(r.amount)
				case r.day >= asOf-2*opts.Window:
					before += float64(r.amount)
				}
			}
			days := math.Max(1, math.Floor(c.Cycle+0.5))
			silent := c.Days > 1 && float64(c.Silence)*float64(opts.SilentAfter.Den) > days*float64(opts.SilentAfter.Num)
			falling := first <= asOf-2*opts.Window && before > 0 && (before-now)*4 >= before*float64(opts.Drop.Num)
			require.Equal(t, silent, flagged[c.ID].Silent, "customer %d", c.ID)
			require.Equal(t, falling, flagged[c.ID].Falling, "customer %d", c.ID)
		}
	})
}

func TestLookAfter(t *testing.T) {
	rows := clockwork(3000, 24)                 // due on day 720
	rows = append(rows, every(1, 0, 30, 23)...) // 30 days late
	rows = append(rows, every(2, 0, 30, 23)...)
	rows = append(rows, every(3, 0, 30, 22)...)                    // 60 days late, less in the last year
	rows = append(rows, every(4, 0, 30, 24)...)                    // due today
	rows = append(rows, logRow{5, 300, 1_000_000})                 // gone for longer than the horizon
	rows = append(rows, logRow{6, 600, 100}, logRow{6, 601, -100}) // nothing at stake
	cycles := cyclesOf(t, rows, 720)
	list, err := segment.LookAfter(cycles, 10, segment.AttentionOptions{})
	require.NoError(t, err)
	var ids []int64
	for _, a := range list {
		ids = append(ids, a.ID)
		require.Equal(t, 365, a.Horizon)
		require.InEpsilon(t, float64(a.Value.Minor)*(1-a.Cycle.Tail), a.Score, 1e-12)
		require.Positive(t, a.Cycle.Overdue)
		f := a.Finding()
		require.NoError(t, f.Validate())
		text, err := segment.FindingTexts().Render(f, finding.English)
		require.NoError(t, err)
		require.Contains(t, text, "overdue")
	}
	require.Equal(t, []int64{1, 2, 3}, ids, "equal scores by id, then the smaller value")
	one, err := segment.LookAfter(cycles, 1, segment.AttentionOptions{})
	require.NoError(t, err)
	require.Equal(t, list[:1], one)
	long, err := segment.LookAfter(cycles, 10, segment.AttentionOptions{Horizon: 720})
	require.NoError(t, err)
	require.Equal(t, int64(5), long[0].ID)

	_, err = segment.LookAfter(cycles, 0, segment.AttentionOptions{})
	require.ErrorIs(t, err, segment.ErrInvalid)
	_, err = segment.LookAfter(cycles, 1, segment.AttentionOptions{Horizon: -1})
	require.ErrorIs(t, err, segment.ErrInvalid)
}

// TestLookAfterOrder: the list does not depend on the order of the rows, and a
// shorter list is the head of a longer one.
func TestLookAfterOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := drawRows(t)
		h, err := segment.NewHistory(logOf(batch(rows)), segment.Options{})
		if err != nil {
			return
		}
		cycles, err := segment.OrderCycles(h, day0+60, segment.CycleOptions{})
		if err != nil {
			return
		}
		all, err := segment.LookAfter(cycles, 100, segment.AttentionOptions{})
		require.NoError(t, err)
		for i := range all {
			require.Positive(t, all[i].Score)
			if i > 0 {
				require.True(t, all[i-1].Score > all[i].Score || all[i-1].Score == all[i].Score && all[i-1].ID < all[i].ID)
			}
		}
		again, err := segment.OrderCycles(historyOf(t, rapid.Permutation(rows).Draw(t, "shuffled")), day0+60, segment.CycleOptions{})
		require.NoError(t, err)
		n := rapid.IntRange(1, 5).Draw(t, "n")
		head, err := segment.LookAfter(again, n, segment.AttentionOptions{})
		require.NoError(t, err)
		require.Equal(t, all[:min(n, len(all))], head)
	})
}
