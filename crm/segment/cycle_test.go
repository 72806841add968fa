package segment_test

import (
	"encoding/json"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mathext"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/segment"
)

func cyclesOf(t require.TestingT, rows []logRow, asOf int) *segment.Cycles[int64] {
	c, err := segment.OrderCycles(historyOf(t, rows), day0+calendar.Day(asOf), segment.CycleOptions{})
	require.NoError(t, err)
	return c
}

// gammaGap draws a gamma variable of whole shape k at rate 1.
func gammaGap(rng *rand.Rand, k int) (x float64) {
	for range k {
		x += rng.ExpFloat64()
	}
	return x
}

// simulated is a base whose customers never leave: gaps are gamma(k) with rates
// gamma(shape, scale), watched for some days. next has the true next purchase of
// each customer, in days from day0.
func simulated(customers, k, shape int, scale float64, days int, seed uint64) (rows []logRow, next map[int64]float64) {
	rng := rand.New(rand.NewPCG(seed, 1))
	next = map[int64]float64{}
	for id := range int64(customers) {
		rate := gammaGap(rng, shape) / scale
		t := rng.Float64() * float64(days) / 10
		for ; t < float64(days); t += gammaGap(rng, k) / rate {
			rows = append(rows, logRow{id: id, day: int(t), amount: 100})
		}
		next[id] = t
	}
	return rows, next
}

// TestCyclesRecover: the parameters come back from a long simulation, and the
// predictions hold: seen from the as-of day, the time to each customer's next
// purchase is distributed as predicted.
func TestCyclesRecover(t *testing.T) {
	customers := 20_000
	if testing.Short() {
		customers = 3_000
	}
	for _, c := range []struct {
		k, shape int
		scale    float64
		days     int
	}{{2, 3, 90, 4000}, {5, 4, 40, 2000}, {1, 2, 150, 12000}} {
		rows, next := simulated(customers, c.k, c.shape, c.scale, c.days, 7)
		cycles := cyclesOf(t, rows, c.days)
		base := cycles.Base()
		require.InEpsilon(t, float64(c.k), base.Regularity, 0.05)
		require.InEpsilon(t, float64(c.shape), base.Shape, 0.15)
		require.InEpsilon(t, c.scale, base.Scale, 0.15)
		// The tail of the true gap, among those of gaps at least as long as the silence,
		// is uniform where the prediction is right.
		var tenths [10]int
		for cycle := range cycles.All() {
			gap := math.Floor(next[cycle.ID]) - float64(cycle.Last-day0)
			u := predictedTail(base, cycle, gap) / cycle.Tail
			require.LessOrEqual(t, u, 1+1e-9)
			tenths[min(int(10*u), 9)]++
		}
		for i, n := range tenths {
			require.InDelta(t, 0.1, float64(n)/float64(cycles.Len()), 0.025, "tenth %d of k %d", i, c.k)
		}
	}
}

// predictedTail recovers the predictive law of a customer from two public
// numbers: the posterior shape from Weight, the scale from Cycle.
func predictedTail(base segment.CycleBase, c segment.Cycle[int64], x float64) float64 {
	shape := base.Shape / (1 - c.Weight)
	y := mathext.InvRegIncBeta(base.Regularity, shape, 0.5)
	scale := c.Cycle * (1 - y) / y
	return mathext.RegIncBeta(shape, base.Regularity, scale/(scale+x))
}

// TestCyclesShortWindow states the price of leaving the silence out: in a base
// that is watched for a few cycles only, slow customers show no gap, and the
// base's cycle comes out short.
func TestCyclesShortWindow(t *testing.T) {
	const k, shape, scale = 2, 3, 90 // median gap 50 days
	truth := func() float64 {
		y := mathext.InvRegIncBeta(k, shape, 0.5)
		return scale * y / (1 - y)
	}()
	ratio := func(days int) float64 {
		rows, _ := simulated(5_000, k, shape, scale, days, 9)
		return cyclesOf(t, rows, days).Base().Cycle / truth
	}
	for cycles, want := range map[int]float64{5: 0.78, 10: 0.87, 20: 0.94} {
		require.InDelta(t, want, ratio(cycles*int(truth)), 0.03, "%d cycles", cycles)
	}
}

// every is a customer who buys every so many days.
func every(id int64, start, gap, times int) (rows []logRow) {
	for i := range times {
		rows = append(rows, logRow{id: id, day: start + i*gap, amount: 100})
	}
	return rows
}

// TestCyclesRobust: one gap of a hundred times the length moves the customer's
// cycle by less than a tenth, and nobody else's by more than a fiftieth.
func TestCyclesRobust(t *testing.T) {
	rows, _ := simulated(300, 2, 3, 90, 2000, 3)
	rows = append(rows, every(1000, 3100, 30, 10)...)
	calm := cyclesOf(t, rows, 6500)
	for i := range rows {
		if rows[i].id == 1000 && rows[i].day >= 3100+5*30 {
			rows[i].day += 2970
		}
	}
	torn := cyclesOf(t, rows, 6500)
	for before := range calm.All() {
		after, ok := torn.Customer(before.ID)
		require.True(t, ok)
		if before.ID == 1000 {
			require.Equal(t, 30.0, before.Median.Value)
			require.Equal(t, 30.0, after.Median.Value)
			require.InEpsilon(t, before.Cycle, after.Cycle, 0.1)
		} else {
			require.InEpsilon(t, before.Cycle, after.Cycle, 0.02)
		}
	}
}

func TestCyclesWeight(t *testing.T) {
	rows, _ := simulated(300, 2, 3, 90, 2000, 4)
	for n := 1; n <= 60; n++ {
		rows = append(rows, every(int64(1000+n), 10, 30, n)...)
	}
	cycles := cyclesOf(t, rows, 2100)
	base := cycles.Base().Cycle
	last := -1.0
	for n := 1; n <= 60; n++ {
		c, ok := cycles.Customer(int64(1000 + n))
		require.True(t, ok)
		require.Equal(t, n, c.Days)
		require.GreaterOrEqual(t, c.Weight, last, "%d days", n)
		last = c.Weight
		if n == 1 {
			require.Zero(t, c.Weight)
			require.False(t, c.Median.OK)
			require.InEpsilon(t, base, c.Cycle, 1e-9)
		} else {
			require.Equal(t, 30.0, c.Median.Value)
			require.Greater(t, c.Cycle, 20.0)
			require.Less(t, c.Cycle, base)
		}
	}
	require.Greater(t, last, 0.9)
	c, _ := cycles.Customer(1060)
	require.InEpsilon(t, 30, c.Cycle, 0.05, "with many gaps the cycle is the customer's own median")
}

// TestCyclesScale: the unit of time does not matter.
func TestCyclesScale(t *testing.T) {
	rows, _ := simulated(200, 2, 3, 30, 400, 5)
	days := cyclesOf(t, rows, 400)
	weeks := slices.Clone(rows)
	for i := range weeks {
		weeks[i].day *= 7
	}
	stretched := cyclesOf(t, weeks, 7*400)
	require.InEpsilon(t, days.Base().Regularity, stretched.Base().Regularity, 1e-12)
	require.InEpsilon(t, days.Base().Shape, stretched.Base().Shape, 1e-9)
	require.InEpsilon(t, 7*days.Base().Scale, stretched.Base().Scale, 1e-9)
	require.InEpsilon(t, 7*days.Base().Cycle, stretched.Base().Cycle, 1e-9)
	for c := range days.All() {
		s, ok := stretched.Customer(c.ID)
		require.True(t, ok)
		require.InEpsilon(t, 7*c.Cycle, s.Cycle, 1e-9)
		require.InDelta(t, c.Weight, s.Weight, 1e-9)
		require.InEpsilon(t, c.Tail, s.Tail, 1e-8)
		require.Equal(t, 7*c.Silence, s.Silence)
	}
}

// TestCyclesProperties: whatever the log, every figure is finite and in range,
// rows may come in any order, and nothing from the as-of day on is used.
func TestCyclesProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) logRow {
			return logRow{
				id:     rapid.Int64Range(1, 6).Draw(t, "id"),
				day:    rapid.OneOf(rapid.IntRange(0, 60), rapid.IntRange(0, int(calendar.MaxDay-day0))).Draw(t, "day"),
				amount: rapid.Int64Range(-1, 1).Draw(t, "amount"),
			}
		}), 2, 40).Draw(t, "rows")
		h, err := segment.NewHistory(logOf(batch(rows)), segment.Options{})
		if err != nil {
			return
		}
		asOf := day0 + calendar.Day(rapid.IntRange(1, 80).Draw(t, "as of"))
		level := rapid.Float64Range(0.01, 0.999).Draw(t, "level")
		cycles, err := segment.OrderCycles(h, asOf, segment.CycleOptions{Level: level})
		if err != nil {
			require.ErrorIs(t, err, segment.ErrInsufficientData)
			return
		}
		require.Equal(t, asOf, cycles.AsOf())
		require.Equal(t, level, cycles.Level())
		for c := range cycles.All() {
			for _, x := range []float64{c.Cycle, c.Weight, c.Tail} {
				require.False(t, math.IsNaN(x) || math.IsInf(x, 0))
			}
			require.Positive(t, c.Cycle)
			require.True(t, c.Weight >= 0 && c.Weight < 1)
			require.True(t, c.Tail >= 0 && c.Tail <= 1)
			require.Equal(t, int(asOf-c.Last), c.Silence)
			require.Positive(t, c.Silence)
			require.Greater(t, c.Earliest, c.Last)
			if c.Due != 0 {
				require.LessOrEqual(t, c.Earliest, c.Due)
				require.Equal(t, max(int(asOf-c.Due), 0), c.Overdue)
			}
			if c.Latest != 0 {
				require.LessOrEqual(t, c.Due, c.Latest)
			}
			require.Equal(t, c.Days > 1, c.Median.OK)
			schedule := c.Schedule(4)
			require.True(t, slices.IsSorted(schedule))
			for i, day := range schedule {
				require.GreaterOrEqual(t, day, asOf)
				require.True(t, i == 0 || day > schedule[i-1])
			}
		}
		known := slices.DeleteFunc(slices.Clone(rows), func(r logRow) bool { return day0+calendar.Day(r.day) >= asOf })
		shuffled := rapid.Permutation(known).Draw(t, "shuffled")
		again, err := segment.OrderCycles(historyOf(t, shuffled), asOf, segment.CycleOptions{Level: level})
		require.NoError(t, err)
		require.Equal(t, cycles.Base(), again.Base())
		require.Equal(t, slices.Collect(cycles.All()), slices.Collect(again.All()))
	})
}

func TestCyclesHardInputs(t *testing.T) {
	pair := []logRow{{1, 0, 5}, {1, 10, 5}}
	for name, c := range map[string]struct {
		rows []logRow
		asOf calendar.Day
		opts segment.CycleOptions
		want error
	}{
		"everybody once":            {[]logRow{{1, 0, 5}, {2, 3, 5}}, 0, segment.CycleOptions{}, segment.ErrInsufficientData},
		"twice on one day":          {[]logRow{{1, 0, 5}, {1, 0, 6}}, 0, segment.CycleOptions{}, segment.ErrInsufficientData},
		"a refund is no return":     {[]logRow{{1, 0, 5}, {1, 9, -5}}, 0, segment.CycleOptions{}, segment.ErrInsufficientData},
		"second not known yet":      {pair, day0 + 10, segment.CycleOptions{}, segment.ErrInsufficientData},
		"before the first purchase": {pair, day0, segment.CycleOptions{}, segment.ErrInsufficientData},
		"no such day":               {pair, -7, segment.CycleOptions{}, segment.ErrInvalid},
		"level 1":                   {pair, 0, segment.CycleOptions{Level: 1}, segment.ErrInvalid},
		"level NaN":                 {pair, 0, segment.CycleOptions{Level: math.NaN()}, segment.ErrInvalid},
		"level below 0":             {pair, 0, segment.CycleOptions{Level: -0.5}, segment.ErrInvalid},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := segment.OrderCycles(historyOf(t, c.rows), c.asOf, c.opts)
			require.ErrorIs(t, err, c.want)
			var e *segment.Error
			require.ErrorAs(t, err, &e)
		})
	}
	t.Run("one gap in all", func(t *testing.T) {
		c, err := segment.OrderCycles(historyOf(t, append(pair, logRow{2, 3, 5}, logRow{3, 4, -5})), 0, segment.CycleOptions{})
		require.NoError(t, err)
		require.Equal(t, 2, c.Len(), "who is known only by a refund is left out")
		require.Equal(t, 1, c.Base().Customers)
		require.InEpsilon(t, 1, c.Base().Regularity, 1e-12)
		_, ok := c.Customer(3)
		require.False(t, ok)
		_, ok = c.Customer(9)
		require.False(t, ok)
	})
	t.Run("daily", func(t *testing.T) {
		var rows []logRow
		for id := range int64(50) {
			rows = append(rows, every(id, 0, 1, 300)...)
		}
		c, ok := cyclesOf(t, rows, 301).Customer(7)
		require.True(t, ok)
		require.InDelta(t, 1, c.Cycle, 0.05)
		require.Equal(t, day0+300, c.Due)
		require.Equal(t, []calendar.Day{day0 + 301, day0 + 302, day0 + 303}, c.Schedule(3), "never two visits on a day")
	})
	t.Run("like clockwork", func(t *testing.T) {
		var rows []logRow
		for id := range int64(500) {
			rows = append(rows, every(id, int(id%30), 30, 40)...)
		}
		cycles := cyclesOf(t, rows, 1205)
		require.Greater(t, cycles.Base().Regularity, 500.0)
		c, _ := cycles.Customer(0)
		require.InDelta(t, 30, c.Cycle, 0.2)
		require.Equal(t, day0+1200, c.Due)
		require.LessOrEqual(t, int(c.Latest-c.Earliest), 4)
		require.Equal(t, 5, c.Overdue)
		require.Less(t, c.Tail, 1e-3)
	})
	t.Run("the end of the calendar", func(t *testing.T) {
		last := int(calendar.MaxDay - day0)
		c, ok := cyclesOf(t, []logRow{{1, last - 4000, 1}, {1, last - 1, 1}}, last).Customer(1)
		require.True(t, ok)
		require.Equal(t, 1, c.Silence)
		require.Zero(t, c.Due)
		require.Zero(t, c.Overdue)
		require.Empty(t, c.Schedule(2))
	})
}

// TestHistoryJSON pins the names of the fields: hosts store them.
func TestHistoryJSON(t *testing.T) {
	rows := []logRow{{1, 0, 500}, {1, 10, 500}, {1, 20, 500}, {2, 5, 100}}
	cycles := cyclesOf(t, rows, 60)
	names := func(v any) []string {
		text, err := json.Marshal(v)
		require.NoError(t, err)
		var m map[string]any
		require.NoError(t, json.Unmarshal(text, &m))
		return slices.Sorted(maps.Keys(m))
	}
	once, _ := cycles.Customer(2)
	require.Equal(t, []string{
		"cycle", "days", "due", "earliest", "id", "last", "latest", "median", "overdue", "silence", "tail", "weight",
	}, names(once))
	text, err := json.Marshal(once)
	require.NoError(t, err)
	require.Contains(t, string(text), `"median":null`)
	var back segment.Cycle[int64]
	require.NoError(t, json.Unmarshal(text, &back))
	require.Equal(t, once, back)
	require.Equal(t, []string{"customers", "cycle", "gaps", "regularity", "scale", "shape"}, names(cycles.Base()))

	warnings, err := segment.EarlyWarnings(cycles, segment.WarningOptions{})
	require.NoError(t, err)
	require.Equal(t, []string{
		"asof", "before", "cycle", "falling", "id", "limit", "now", "silence", "silent", "tail", "window",
	}, names(warnings[0]))
	list, err := segment.LookAfter(cycles, 1, segment.AttentionOptions{})
	require.NoError(t, err)
	require.Equal(t, []string{"asof", "cycle", "horizon", "id", "score", "value"}, names(list[0]))

	l, err := segment.TrackLifecycle(historyOf(t, rows), 0, tenths(0, 10, 20))
	require.NoError(t, err)
	require.Equal(t, []string{
		"acquisition", "active", "before", "complete", "first", "from", "growth", "loss", "lost", "new", "pool",
		"retained", "retention", "until", "win_back", "won_back",
	}, names(l.Periods()[1]))

	r, err := segment.RepeatPurchases(historyOf(t, rows), 0, segment.RepeatOptions{Horizons: []int{5}})
	require.NoError(t, err)
	require.Equal(t, []string{"all", "asof", "cohorts"}, names(r))
	require.Equal(t, []string{"curve", "customers", "from", "repeaters", "until", "within"}, names(r.All))
	require.Equal(t, []string{"days", "immature", "known", "lower", "matured", "probability", "upper"}, names(r.All.Within[0]))
}

func TestSchedule(t *testing.T) {
	var rows []logRow
	for id := range int64(400) {
		rows = append(rows, every(id, 0, 31, 30)...)
	}
	rows = append(rows, every(900, 0, 31, 20)...)
	cycles := cyclesOf(t, rows, 29*31+2)
	c, _ := cycles.Customer(1)
	require.Equal(t, day0+30*31, c.Due)
	days := c.Schedule(40)
	require.Len(t, days, 40)
	require.Equal(t, c.Due, days[0])
	require.InDelta(t, 39*c.Cycle, float64(days[39]-days[0]), 0.5, "roundings do not add up")
	require.Empty(t, c.Schedule(0))
	require.Empty(t, c.Schedule(-1))
	late, _ := cycles.Customer(900)
	require.Positive(t, late.Overdue)
	require.Equal(t, cycles.AsOf(), late.Schedule(1)[0], "an overdue visit is proposed for today")
}
