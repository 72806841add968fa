package segment_test

import (
	"bytes"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/purchase"
	"github.com/guanxi-go/guanxi/crm/segment"
	"github.com/guanxi-go/guanxi/crm/survival"
	"github.com/guanxi-go/guanxi/internal/reference"
)

// cdnow reads the CDNOW sample: 2,357 customers who first bought in the first
// quarter of 1997.
func cdnow(t *testing.T) *segment.History[int64] {
	f := bytes.NewReader(reference.Read(t, "data/purchases/cdnow_sample_transactions.csv"))
	h, err := segment.NewHistory(purchase.NewReader[int64](f, purchase.Options{}).Batches(), segment.Options{})
	require.NoError(t, err)
	return h
}

// TestRepeatCDNOW compares with R 4.2.2, survival 3.5-3: survfit(Surv(days, again) ~ 1).
func TestRepeatCDNOW(t *testing.T) {
	h := cdnow(t)
	for asOf, want := range map[calendar.Day]map[int][4]float64{
		calendar.MustDate(1997, time.July, 1): {
			30:  {0.17394993635977951, 0.0078079231540610977, 0.15850405620484831, 0.18911230330764228},
			90:  {0.29147221043699667, 0.0093604608313348717, 0.27288645895383301, 0.30958289146871898},
			180: {0.38867842733222113, 0.013928380520378985, 0.36076059416678141, 0.4153769905316026},
			365: {math.NaN()},
		},
		calendar.MustDate(1998, time.July, 1): {
			30:  {0.17394993635977951, 0.0078079231540610977, 0.15850405620484831, 0.18911230330764228},
			90:  {0.29147221043699667, 0.0093604608313348717, 0.27288645895383301, 0.30958289146871898},
			180: {0.37632583792957264, 0.0099788639943112125, 0.3564577233788836, 0.39558056313485324},
			365: {0.45566397963513117, 0.010258316520120894, 0.43518211185227307, 0.4754031179176007},
		},
	} {
		r, err := segment.RepeatPurchases(h, asOf, segment.RepeatOptions{})
		require.NoError(t, err)
		require.Equal(t, 2357, r.All.Customers)
		for _, c := range r.All.Within {
			w := want[c.Days]
			if math.IsNaN(w[0]) {
				require.False(t, c.Known, "%d days", c.Days)
				require.Zero(t, c.Matured.Den)
				require.False(t, c.Lower.OK)
				require.Equal(t, 2357, c.Immature)
				continue
			}
			require.True(t, c.Known)
			require.InEpsilon(t, w[0], c.Probability.Value, 1e-12)
			require.InEpsilon(t, w[1], c.Probability.StdErr.Value, 1e-12)
			require.InEpsilon(t, w[2], c.Probability.Lower.Value, 1e-12)
			require.InEpsilon(t, w[3], c.Probability.Upper.Value, 1e-12)
		}
		require.Equal(t, segment.Rate{Num: 687, Den: 2357}, r.All.Within[1].Matured)
	}
}

// TestLifetimesCDNOW compares with R 4.2.2, survival 3.5-3, a lapse being 120 days.
func TestLifetimesCDNOW(t *testing.T) {
	curve, err := segment.Lifetimes(cdnow(t), calendar.MustDate(1998, time.July, 1), 120, survival.Options{})
	require.NoError(t, err)
	require.Equal(t, 2357, curve.Rows)
	require.Equal(t, 2294, curve.Events)
	for days, want := range map[float64][2]float64{
		119: {1, 0},
		120: {0.32286805260924906, 0.009630955985803916},
		150: {0.2346202800169708, 0.0087285370252207072},
		200: {0.14170555791260073, 0.0071834289568402975},
		300: {0.061094611794654127, 0.0049332438054405878},
	} {
		s, ok := curve.At(days)
		require.True(t, ok)
		require.InDelta(t, want[0], s.Value, 1e-12*want[0])
		require.InDelta(t, want[1], s.StdErr.Value, 1e-12)
	}
}

// TestOrderCyclesCDNOW compares the regularity with R code of the same estimator;
// BTYDplus's estimateRegularity(method = "wheat"), which takes the last two gaps
// only, gives 1.009.
func TestOrderCyclesCDNOW(t *testing.T) {
	c, err := segment.OrderCycles(cdnow(t), 0, segment.CycleOptions{})
	require.NoError(t, err)
	require.Equal(t, 2357, c.Len())
	require.Equal(t, 1139, c.Base().Customers)
	require.InEpsilon(t, 0.96062379374544438, c.Base().Regularity, 1e-12)
}

func TestRepeatPurchases(t *testing.T) {
	rows := []logRow{
		{1, 0, 5}, {1, 10, 5}, // after 10 days
		{2, 1, 5}, {2, 1, 7}, // twice on the first day is no return
		{3, 5, 5}, {3, 5, 6}, {3, 25, 5}, {3, 26, 5}, // after 20
		{4, 12, 5}, {4, 14, 5}, // after 2, and immature for 20
		{5, 29, 5}, // yesterday
		{6, 3, -5},
	}
	r, err := segment.RepeatPurchases(historyOf(t, rows), day0+30, segment.RepeatOptions{
		Horizons: []int{10, 20, 40}, Cohorts: tenths(0, 10, 20, 25, 31),
	})
	require.NoError(t, err)
	require.Equal(t, day0+30, r.AsOf)
	require.Equal(t, 5, r.All.Customers)
	require.Equal(t, 3, r.All.Repeaters)
	require.Equal(t, 5, r.All.Curve.Rows)
	require.Equal(t, 3, r.All.Curve.Events)

	ten, twenty, forty := r.All.Within[0], r.All.Within[1], r.All.Within[2]
	// At 2 days one of four at risk returns (customer 5 left at 0), at 10 one of three.
	require.True(t, ten.Known)
	require.InDelta(t, 1-3.0/4*2/3, ten.Probability.Value, 1e-15)
	require.Equal(t, segment.Rate{Num: 2, Den: 4}, ten.Matured)
	require.Equal(t, 1, ten.Immature)
	require.True(t, ten.Lower.OK && ten.Lower.Value < 0.5 && ten.Upper.Value > 0.5)
	require.InDelta(t, 1-3.0/4*2/3*1/2, twenty.Probability.Value, 1e-15)
	require.Equal(t, segment.Rate{Num: 2, Den: 3}, twenty.Matured, "4 has returned, but is immature")
	require.Equal(t, 2, twenty.Immature)
	require.False(t, forty.Known)
	require.Equal(t, survival.Estimate{}, forty.Probability)
	require.Equal(t, segment.Rate{}, forty.Matured)
	require.Equal(t, 5, forty.Immature)

	require.Len(t, r.Cohorts, 4)
	require.Equal(t, day0, r.Cohorts[0].From)
	require.Equal(t, day0+10, r.Cohorts[0].Until)
	var customers []int
	for _, c := range r.Cohorts {
		customers = append(customers, c.Customers)
	}
	require.Equal(t, []int{3, 1, 0, 1}, customers)
	require.Nil(t, r.Cohorts[2].Curve)
	require.Len(t, r.Cohorts[2].Within, 3)
	require.False(t, r.Cohorts[2].Within[0].Known)
}

// TestRepeatMaturity: the last day of the horizon must be over.
func TestRepeatMaturity(t *testing.T) {
	h := historyOf(t, []logRow{{1, 0, 5}})
	for asOf, immature := range map[int]int{10: 1, 11: 0} {
		r, err := segment.RepeatPurchases(h, day0+calendar.Day(asOf), segment.RepeatOptions{Horizons: []int{10}})
		require.NoError(t, err)
		require.Equal(t, immature, r.All.Within[0].Immature, "as of %d", asOf)
		require.Equal(t, immature == 0, r.All.Within[0].Known)
	}
}

func TestRepeatRefuses(t *testing.T) {
	h := historyOf(t, []logRow{{1, 0, 5}, {1, 12, 5}})
	for name, c := range map[string]struct {
		asOf calendar.Day
		opts segment.RepeatOptions
		want error
	}{
		"horizon 0":       {0, segment.RepeatOptions{Horizons: []int{0}}, segment.ErrInvalid},
		"horizons":        {0, segment.RepeatOptions{Horizons: []int{30, 30}}, segment.ErrInvalid},
		"horizon too far": {0, segment.RepeatOptions{Horizons: []int{math.MaxInt32}}, segment.ErrInvalid},
		"one bound":       {0, segment.RepeatOptions{Cohorts: tenths(0)}, segment.ErrInvalid},
		"level":           {0, segment.RepeatOptions{Survival: survival.Options{Level: 2}}, segment.ErrInvalid},
		"before":          {day0, segment.RepeatOptions{}, segment.ErrInsufficientData},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := segment.RepeatPurchases(h, c.asOf, c.opts)
			require.ErrorIs(t, err, c.want)
		})
	}
	for _, lapse := range []int{0, -1, math.MaxInt32} {
		_, err := segment.Lifetimes(h, 0, lapse, survival.Options{})
		require.ErrorIs(t, err, segment.ErrInvalid)
	}
	_, err := segment.Lifetimes(h, day0, 30, survival.Options{})
	require.ErrorIs(t, err, segment.ErrInsufficientData)
}

// TestRepeatProperties recounts from the plain rows; without censoring before a
// horizon, Kaplan-Meier is the plain proportion.
func TestRepeatProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := drawRows(t)
		h, err := segment.NewHistory(logOf(batch(rows)), segment.Options{})
		if err != nil {
			return
		}
		asOf := rapid.IntRange(1, 90).Draw(t, "as of")
		horizons := []int{1, 7, 30}
		r, err := segment.RepeatPurchases(h, day0+calendar.Day(asOf), segment.RepeatOptions{Horizons: horizons, Cohorts: tenths(0, 20, 41)})
		if err != nil {
			require.ErrorIs(t, err, segment.ErrInsufficientData)
			return
		}
		first, second := map[int64]int{}, map[int64]int{}
		for _, c := range plainHistory(rows, segment.Options{}) {
			for _, row := range c.bought {
				if row.day >= asOf {
					break
				}
				if f, known := first[row.id]; !known {
					first[row.id] = row.day
				} else if _, again := second[row.id]; !again && row.day > f {
					second[row.id] = row.day
				}
			}
		}
		require.Equal(t, len(first), r.All.Customers)
		require.Equal(t, len(second), r.All.Repeaters)
		require.Equal(t, len(first), r.Cohorts[0].Customers+r.Cohorts[1].Customers)
		for i, d := range horizons {
			var matured segment.Rate
			for id, f := range first {
				if f+d < asOf {
					matured.Den++
					if s, again := second[id]; again && s-f <= d {
						matured.Num++
					}
				}
			}
			w := r.All.Within[i]
			require.Equal(t, matured, w.Matured)
			require.Equal(t, len(first), w.Matured.Den+w.Immature)
			if w.Immature == 0 {
				require.True(t, w.Known)
				p, _ := matured.Value()
				require.InDelta(t, p, w.Probability.Value, 1e-12)
			}
			if i > 0 && w.Known {
				require.GreaterOrEqual(t, w.Probability.Value, r.All.Within[i-1].Probability.Value)
			}
		}
	})
}

// TestLifetimesProperties follows each customer day by day.
func TestLifetimesProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := drawRows(t)
		h, err := segment.NewHistory(logOf(batch(rows)), segment.Options{})
		if err != nil {
			return
		}
		asOf, lapse := rapid.IntRange(1, 90).Draw(t, "as of"), rapid.IntRange(1, 30).Draw(t, "lapse")
		var obs []survival.Observation[int]
		for _, c := range plainHistory(rows, segment.Options{}) {
			bought := map[int]bool{}
			start := -1
			for _, row := range c.bought {
				if row.day < asOf {
					bought[row.day] = true
					if start < 0 {
						start = row.day
					}
				}
			}
			if start < 0 {
				continue
			}
			life := survival.Observation[int]{Time: asOf - 1 - start}
			silence := 0
			for day := start; day < asOf; day++ {
				silence++
				if bought[day] {
					silence = 0
				}
				if silence == lapse {
					life = survival.Observation[int]{Time: day - start, Event: true}
					break
				}
			}
			obs = append(obs, life)
		}
		got, err := segment.Lifetimes(h, day0+calendar.Day(asOf), lapse, survival.Options{})
		if len(obs) == 0 {
			require.ErrorIs(t, err, segment.ErrInsufficientData)
			return
		}
		require.NoError(t, err)
		want, err := survival.KaplanMeier(obs, survival.Options{})
		require.NoError(t, err)
		require.Equal(t, want, got)
	})
}
