package pipeline_test

import (
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/crm/pipeline"
	"github.com/guanxi-go/guanxi/crm/stage"
)

// process is one of so many open stages a, b, c ... with the priors given in percent.
func process(priors ...int64) pipeline.Process {
	p := pipeline.Process{Name: "test"}
	for i, m := range priors {
		p.Stages = append(p.Stages, pipeline.Stage{ID: string(rune('a' + i)), Prior: money.Ratio{Num: m, Den: 100}, StuckDays: 40, SilentDays: 14})
	}
	p.Stages = append(p.Stages, pipeline.Stage{ID: "won", Type: pipeline.Won}, pipeline.Stage{ID: "hold", Type: pipeline.OnHold},
		pipeline.Stage{ID: "lost", Type: pipeline.Lost})
	return p
}

func made(t testing.TB, p pipeline.Process) *pipeline.Funnel {
	t.Helper()
	f, err := pipeline.New(p)
	require.NoError(t, err)
	return f
}

func day(text string) calendar.Day {
	d, err := calendar.ParseDay(text)
	if err != nil {
		panic(err)
	}
	return d
}

func yuan(fen int64) money.Amount { return money.Amount{Minor: fen, Currency: money.CNY} }

func TestSalesO20(t *testing.T) {
	f := made(t, process(10, 30, 25, 75))
	list, err := f.Probabilities([]pipeline.Reached{{Stage: "a", Won: 30, Of: 200}, {Stage: "b", Won: 28, Of: 90}, {Stage: "c", Won: 12, Of: 40}, {Stage: "d", Won: 10, Of: 12}}, pipeline.ProbabilityOptions{})
	require.NoError(t, err)
	r := func(num, den int64) money.Ratio { return money.Ratio{Num: num, Den: den} }
	blended := []money.Ratio{r(31, 210), r(31, 100), r(29, 100), r(35, 44)}
	used := []money.Ratio{r(31, 210), r(91, 300), r(91, 300), r(35, 44)}
	for i := range list {
		require.Equal(t, blended[i], list[i].Blended)
		require.Equal(t, used[i], list[i].Used)
	}

	none, err := made(t, process(30)).Probabilities([]pipeline.Reached{{Stage: "a"}}, pipeline.ProbabilityOptions{})
	require.NoError(t, err)
	require.Equal(t, r(3, 10), none[0].Used)
}

func TestSalesO21(t *testing.T) {
	deal := func(id string, units int64, p string) pipeline.Deal {
		return pipeline.Deal{ID: id, Amount: yuan(units * 100), P: decimal.RequireFromString(p)}
	}
	deals := []pipeline.Deal{deal("1", 100, "0.5"), deal("2", 200, "0.3"), deal("3", 50, "0.9"), deal("4", 400, "0.1")}
	f, err := pipeline.NewForecast(deals, day("2026-11-22"), pipeline.Options{})
	require.NoError(t, err)
	require.Equal(t, "195", f.Total.Expected.String())
	require.InEpsilon(t, 159.76545308670458, f.StdDev, 1e-12)
	require.InEpsilon(t, 159.76545308670458, f.Amount.StdDev()/100, 1e-12)
	require.InDeltaSlice(t, []float64{0.0315, 0.332, 0.455, 0.168, 0.0135}, f.Wins.P, 1e-15)
	for q, want := range map[float64]int64{0.05: 50, 0.5: 150, 0.9: 350, 0.95: 550} {
		got, err := f.Amount.Quantile(q)
		require.NoError(t, err)
		require.Equal(t, want*100, got, "quantile %v", q)
	}
	require.InEpsilon(t, 0.37, f.Amount.AtLeast(20000), 1e-12)
	require.True(t, f.Amount.Exact)

	deals[2].P = decimal.RequireFromString("1.2")
	_, err = pipeline.NewForecast(deals, day("2026-11-22"), pipeline.Options{})
	require.ErrorIs(t, err, pipeline.ErrInvalid)
}

func TestSalesO22(t *testing.T) {
	f := made(t, process(10, 20))
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	asOf := start.AddDate(0, 0, 100)
	days := func(n int) time.Duration { return time.Duration(n) * 24 * time.Hour }
	histories := stage.NewHistories(f.Machine())
	add := func(id string, stay int, leaves bool) {
		entered := asOf.Add(-days(stay))
		if leaves {
			entered = start
		}
		e, err := f.Move(nil, pipeline.Move{To: "a", Now: entered, Actor: "s-1"})
		require.NoError(t, err)
		journal := []stage.Entry[string]{e}
		if leaves {
			e, err = f.Move(journal, pipeline.Move{To: "b", Now: entered.Add(days(stay)), Actor: "s-1"})
			require.NoError(t, err)
			journal = append(journal, e)
		}
		require.NoError(t, histories.Add(id, journal))
	}
	for i, stay := range []int{3, 5, 5, 8, 12, 20, 31} {
		add("left-"+string(rune('0'+i)), stay, true)
	}
	for i, stay := range []int{8, 15, 45} {
		add("open-"+string(rune('0'+i)), stay, false)
	}
	dwell, err := histories.Dwell("a", asOf, stage.Options{})
	require.NoError(t, err)
	for at, want := range map[float64]float64{3: .9, 5: .7, 8: .6, 12: .48, 20: .32, 31: .16} {
		s, ok := dwell.Curve.At(at)
		require.True(t, ok)
		require.InEpsilon(t, want, s.Value, 1e-12, "S(%v)", at)
	}

	stuck, err := histories.Stuck(f.StuckRules(pipeline.StuckOptions{MinExits: 5}), asOf, stage.Options{})
	require.NoError(t, err)
	require.Equal(t, stage.LimitOfData, stuck[0].Source)
	require.Equal(t, 31.0, stuck[0].Limit)
	found := f.StuckFindings(stuck[:1], calendar.DayOf(asOf, time.UTC))
	require.Len(t, found, 1)
	require.Equal(t, "open-2", found[0].Subject)

	stuck, err = histories.Stuck(f.StuckRules(pipeline.StuckOptions{Quantile: 0.9, MinExits: 5}), asOf, stage.Options{})
	require.NoError(t, err)
	require.Equal(t, stage.LimitOfPolicy, stuck[0].Source)
	require.Equal(t, 40.0, stuck[0].Limit)

	// 31 days are not too long, 32 are.
	at := func(stay int) bool {
		h := stage.NewHistories(f.Machine())
		e, err := f.Move(nil, pipeline.Move{To: "a", Now: start, Actor: "s-1"})
		require.NoError(t, err)
		require.NoError(t, h.Add("x", []stage.Entry[string]{e}))
		s, err := h.Stuck([]stage.StuckRule[string]{{State: "a", Limit: days(31)}}, start.Add(days(stay)), stage.Options{})
		require.NoError(t, err)
		return len(s[0].Subjects) == 1
	}
	require.False(t, at(31))
	require.True(t, at(32))
}
