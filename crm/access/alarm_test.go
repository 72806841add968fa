package access_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/stat/distuv"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/crm/access"
	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/finding"
)

func daysOf(reads ...int64) (days []access.DayReads) {
	for i, n := range reads {
		days = append(days, access.DayReads{Day: calendar.MustDate(2026, 1, 1) + calendar.Day(i), Reads: n})
	}
	return days
}

func repeat(times int, pattern ...int64) (reads []int64) {
	for range times {
		reads = append(reads, pattern...)
	}
	return reads
}

// The tails are those of mpmath 1.3.0 with 60 digits: the sum of the terms of the
// negative binomial with the moments that the comment of Alarm states.
func TestAlarmAgainstMpmath(t *testing.T) {
	for _, tt := range []struct {
		base        []int64
		window      []int64
		expected, p float64
	}{
		{repeat(60, 0), []int64{1}, 0.5 / 60, 0.0082305926390705712},
		{repeat(60, 0), []int64{45}, 0.5 / 60, 3.8661663186101289e-82},
		{repeat(60, 0), []int64{100}, 0.5 / 60, 1.6651454057888674e-180},
		{repeat(60, 10), []int64{1}, 600.5 / 60, 0.99995110550877437},
		{repeat(60, 10), []int64{30}, 600.5 / 60, 3.4979118202847113e-7},
		{repeat(60, 10), []int64{60}, 600.5 / 60, 4.8356121661756827e-26},
		{repeat(60, 10), []int64{100}, 600.5 / 60, 3.0694870010828915e-60},
		{repeat(20, 60), []int64{45}, 1200.5 / 20, 0.97886020347342946},
		{repeat(20, 60), []int64{60}, 1200.5 / 20, 0.51717445928665007},
		{repeat(20, 60), []int64{100}, 1200.5 / 20, 2.8397387770793648e-6},
		{repeat(20, 60), []int64{500}, 1200.5 / 20, 1.0994267544943266e-241},
		{repeat(60, 1000), []int64{2000}, 60000.5 / 60, 1.0703839631755557e-166},
		{repeat(5, 0, 0, 0, 1), []int64{60}, 5.5 / 20, 8.7720425380668507e-74},
		{repeat(30, 0, 20), []int64{30}, 10.008333333333333, 0.053922156230260371},
		{repeat(30, 0, 20), []int64{80}, 10.008333333333333, 0.00035248555946177269},
		{repeat(10, 5, 10, 60, 15), []int64{200}, 22.5125, 0.00012756993027904679},
		{repeat(10, 5, 10, 60, 15), []int64{0, 400, 0, 0, 0}, 112.5625, 0.00017468378801296072},
		{repeat(40, 10), []int64{20, 20, 20, 20, 20}, 50.0625, 4.9354111509499285e-9},
		{repeat(20, 0), []int64{1, 0, 1}, 0.075, 0.0066796607874918583},
	} {
		r, err := access.Alarm(daysOf(append(tt.base, tt.window...)...), access.AlarmOptions{Window: len(tt.window)})
		require.NoError(t, err)
		require.InEpsilon(t, tt.expected, r.Expected, 1e-14)
		require.InEpsilon(t, tt.p, r.P, 1e-12, "%v", tt)
	}
}

func TestAlarmOnlyAtItsThreshold(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		base := rapid.SliceOfN(rapid.Int64Range(0, rapid.SampledFrom([]int64{1, 30, 5000, 1e9}).Draw(t, "most")), 20, 70).Draw(t, "base")
		opts := access.AlarmOptions{Level: rapid.SampledFrom([]float64{0, 1e-6, 0.05, 0.5}).Draw(t, "level"), Least: rapid.Int64Range(0, 100).Draw(t, "least")}
		ask := func(reads int64) access.Reading {
			r, err := access.Alarm(daysOf(append(base, reads)...), opts)
			require.NoError(t, err)
			return r
		}
		r := ask(rapid.Int64Range(0, 2000).Draw(t, "reads"))
		level, least := opts.Level, opts.Least
		if level == 0 {
			level = 0.001
		}
		if least == 0 {
			least = 30
		}
		require.Equal(t, r.P <= level && r.Reads >= least, r.Alarm)
		require.GreaterOrEqual(t, r.Threshold, least)
		if r.Threshold <= 1e9 {
			at := ask(r.Threshold)
			require.True(t, at.Alarm)
			require.LessOrEqual(t, at.P, level)
			before := ask(r.Threshold - 1)
			require.False(t, before.Alarm)
			require.True(t, before.P > level || r.Threshold == least)
		}
		require.False(t, math.IsNaN(r.P) || r.P < 0 || r.P > 1)
		f, ok := r.Finding("S-1")
		require.Equal(t, r.Alarm, ok)
		require.NoError(t, f.Validate())
		rendered(t, []finding.Finding{f})
	})
}

func TestAlarmComparesWithTheLastBaselineOnly(t *testing.T) {
	quiet, err := access.Alarm(daysOf(append(append(repeat(30, 1000), repeat(60, 10)...), 60)...), access.AlarmOptions{})
	require.NoError(t, err)
	require.True(t, quiet.Alarm)
	require.InDelta(t, 10.01, quiet.Expected, 0.01)
	loud, err := access.Alarm(daysOf(append(append(repeat(30, 1000), repeat(60, 10)...), 60)...), access.AlarmOptions{Baseline: 90})
	require.NoError(t, err)
	require.False(t, loud.Alarm)
	// Each day alone is within bounds, twenty together are not.
	slow := daysOf(append(repeat(60, 40, 60), repeat(10, 60, 64)...)...)
	day, err := access.Alarm(slow, access.AlarmOptions{})
	require.NoError(t, err)
	require.False(t, day.Alarm)
	weeks, err := access.Alarm(slow, access.AlarmOptions{Window: 20})
	require.NoError(t, err)
	require.True(t, weeks.Alarm)
	require.Equal(t, 20, weeks.Days)
	require.EqualValues(t, 1240, weeks.Reads)
}

func TestAlarmRefuses(t *testing.T) {
	enough := daysOf(repeat(21, 5)...)
	spoil := func(change func([]access.DayReads)) []access.DayReads {
		days := daysOf(repeat(21, 5)...)
		change(days)
		return days
	}
	for name, tt := range map[string]struct {
		days []access.DayReads
		opts access.AlarmOptions
		is   error
	}{
		"none":            {nil, access.AlarmOptions{}, access.ErrInsufficientData},
		"one too few":     {enough[1:], access.AlarmOptions{}, access.ErrInsufficientData},
		"window too wide": {enough, access.AlarmOptions{Window: math.MaxInt}, access.ErrInsufficientData},
		"no day":          {spoil(func(d []access.DayReads) { d[0].Day = 0 }), access.AlarmOptions{}, access.ErrInvalid},
		"same day twice":  {spoil(func(d []access.DayReads) { d[1].Day = d[0].Day }), access.AlarmOptions{}, access.ErrInvalid},
		"negative":        {spoil(func(d []access.DayReads) { d[3].Reads = -1 }), access.AlarmOptions{}, access.ErrInvalid},
		"too many":        {spoil(func(d []access.DayReads) { d[3].Reads = 1e9 + 1 }), access.AlarmOptions{}, access.ErrInvalid},
		"window":          {enough, access.AlarmOptions{Window: -1}, access.ErrInvalid},
		"one day":         {enough, access.AlarmOptions{MinDays: 1}, access.ErrInvalid},
		"baseline":        {enough, access.AlarmOptions{Baseline: 19}, access.ErrInvalid},
		"level of 1":      {enough, access.AlarmOptions{Level: 1}, access.ErrInvalid},
		"NaN":             {enough, access.AlarmOptions{Level: math.NaN()}, access.ErrInvalid},
		"least":           {enough, access.AlarmOptions{Least: -1}, access.ErrInvalid},
	} {
		r, err := access.Alarm(tt.days, tt.opts)
		require.ErrorIs(t, err, tt.is, name)
		require.Len(t, faults(t, err), 1, name)
		require.Zero(t, r, name)
	}
	_, err := access.Alarm(enough, access.AlarmOptions{})
	require.NoError(t, err)
}

// False alarms are as rare as the comment of Alarm says, and a drain is seen.
func TestAlarmRates(t *testing.T) {
	runs := 20_000
	if testing.Short() {
		runs = 2_000
	}
	for _, tt := range []struct {
		size, rate float64 // of the gamma that the daily means follow, 0 for none; false alarms that may be
		n          int
	}{{0, 0.001, 20}, {0, 0.001, 60}, {1, 0.006, 20}, {1, 0.003, 60}} {
		source := rand.NewPCG(1, 2)
		draw := func() int64 {
			mean := 20.0
			if tt.size > 0 {
				mean = distuv.Gamma{Alpha: tt.size, Beta: tt.size / mean, Src: source}.Rand()
			}
			return int64(distuv.Poisson{Lambda: mean, Src: source}.Rand())
		}
		alarms, seen := 0, 0
		for range runs {
			reads := make([]int64, tt.n+1)
			for i := range reads {
				reads[i] = draw()
			}
			r, err := access.Alarm(daysOf(reads...), access.AlarmOptions{Least: 1})
			require.NoError(t, err)
			if r.Alarm {
				alarms++
			}
			if r.Threshold <= 400 {
				seen++
			}
		}
		// three standard errors above the stated rate
		most := float64(runs)*tt.rate + 3*math.Sqrt(float64(runs)*tt.rate)
		require.LessOrEqual(t, float64(alarms), most, "%v", tt)
		require.GreaterOrEqual(t, float64(seen), 0.99*float64(runs), "twenty days' worth of reading is an alarm")
	}
}

func BenchmarkAlarm(b *testing.B) {
	days := daysOf(append(repeat(20, 5, 10, 60), 200)...)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := access.Alarm(days, access.AlarmOptions{}); err != nil {
			b.Fatal(err)
		}
	}
}
