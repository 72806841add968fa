package survival

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/internal/wording"
)

type obsInt = []Observation[int]

type obsReal = []Observation[float64]

// requireFlaw checks an error of this package: its cause, row and field.
func requireFlaw(t *testing.T, err, cause error, row int, field string) {
	t.Helper()
	require.ErrorIs(t, err, cause)
	var e *Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, row, e.Row, "%v", err)
	require.Equal(t, field, e.Field, "%v", err)
	require.Regexp(t, "^survival: ", err.Error())
}

func TestRefusedRows(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	good := Observation[float64]{1, 2, true}
	for name, c := range map[string]struct {
		row   Observation[float64]
		field string
		text  string
	}{
		"NaN time":            {Observation[float64]{0, nan, true}, "time", "is not a number"},
		"NaN entry":           {Observation[float64]{nan, 1, true}, "entry", "is not a number"},
		"infinite time":       {Observation[float64]{0, inf, false}, "time", "is infinite"},
		"infinite entry":      {Observation[float64]{inf, inf, false}, "entry", "is infinite"},
		"minus infinity":      {Observation[float64]{0, -inf, false}, "time", "is negative"},
		"negative time":       {Observation[float64]{0, -1, false}, "time", "is negative"},
		"negative entry":      {Observation[float64]{-1, 1, true}, "entry", "is negative"},
		"time at entry":       {Observation[float64]{2, 2, true}, "time", "is not after entry"},
		"time before entry":   {Observation[float64]{3, 2, true}, "time", "is not after entry"},
		"time 0 beside entry": {Observation[float64]{3, 0, true}, "time", "is not after entry"},
	} {
		t.Run(name, func(t *testing.T) {
			obs := obsReal{good, good, c.row, {nan, nan, true}}
			competing := make([]CompetingObservation[float64], len(obs))
			for row, o := range obs {
				competing[row] = CompetingObservation[float64]{o.Entry, o.Time, 1}
			}
			_, err := KaplanMeier(obs, Options{})
			requireFlaw(t, err, ErrInvalid, 2, c.field)
			require.Contains(t, err.Error(), c.text)
			_, err = FlemingHarrington(obs, Options{})
			requireFlaw(t, err, ErrInvalid, 2, c.field)
			_, err = AalenJohansen(competing, 1, Options{})
			requireFlaw(t, err, ErrInvalid, 2, c.field)
			_, err = LogRank(obs, []string{"a", "b", "a", "b"}, LogRankOptions{})
			requireFlaw(t, err, ErrInvalid, 2, c.field)
		})
	}
	_, err := KaplanMeier(obsInt{{0, 1, true}, {5, 5, true}}, Options{})
	requireFlaw(t, err, ErrInvalid, 1, "time")
	require.EqualError(t, err, "survival: row 1: time is not after entry: invalid")
	_, err = KaplanMeier(obsInt{{-7, 1, true}}, Options{})
	requireFlaw(t, err, ErrInvalid, 0, "entry")
	_, err = KaplanMeier([]Observation[int32]{{0, math.MinInt32, true}}, Options{})
	requireFlaw(t, err, ErrInvalid, 0, "time")
	if math.MaxInt > 1<<53 {
		_, err = KaplanMeier(obsInt{{0, math.MaxInt, true}}, Options{})
		requireFlaw(t, err, ErrInvalid, 0, "time")
		require.Contains(t, err.Error(), "beyond 2^53")
	}
}

func TestRefusedCalls(t *testing.T) {
	one := obsInt{{0, 1, true}}
	for _, level := range []float64{-0.5, 1, 1.5, math.NaN(), math.Inf(1)} {
		_, err := KaplanMeier(one, Options{Level: level})
		requireFlaw(t, err, ErrInvalid, -1, "level")
		_, err = AalenJohansen([]CompetingObservation[int]{{0, 1, 1}}, 1, Options{Level: level})
		requireFlaw(t, err, ErrInvalid, -1, "level")
	}
	for _, kind := range []LimitKind{-1, 3} {
		_, err := KaplanMeier(one, Options{Limits: kind})
		requireFlaw(t, err, ErrInvalid, -1, "limits")
	}
	_, err := KaplanMeier(obsInt{}, Options{})
	requireFlaw(t, err, ErrInsufficientData, -1, "observations")
	require.EqualError(t, err, "survival: observations are none: insufficient data")
	_, err = KaplanMeier(obsReal(nil), Options{})
	requireFlaw(t, err, ErrInsufficientData, -1, "observations")

	_, err = AalenJohansen([]CompetingObservation[int]{}, 1, Options{})
	requireFlaw(t, err, ErrInsufficientData, -1, "observations")
	_, err = AalenJohansen([]CompetingObservation[int]{{0, 1, 1}}, 0, Options{})
	requireFlaw(t, err, ErrInvalid, -1, "causes")
	_, err = AalenJohansen([]CompetingObservation[int]{{0, 1, 1}, {0, 1, 2}}, 1, Options{})
	requireFlaw(t, err, ErrInvalid, 1, "cause")
	_, err = AalenJohansen([]CompetingObservation[int]{{0, 1, -1}}, 1, Options{})
	requireFlaw(t, err, ErrInvalid, 0, "cause")
}

func TestRefusedQuestions(t *testing.T) {
	curve, err := KaplanMeier(obsInt{{0, 1, true}, {0, 3, true}, {2, 5, false}}, Options{})
	require.NoError(t, err)
	for _, p := range []float64{0, 1, -1, 2, math.NaN()} {
		_, err := curve.Quantile(p)
		requireFlaw(t, err, ErrInvalid, -1, "probability")
	}
	for _, tau := range []float64{0, -1, math.NaN(), math.Inf(1)} {
		_, _, err := curve.RestrictedMean(tau)
		requireFlaw(t, err, ErrInvalid, -1, "tau")
	}
	_, _, err = curve.RestrictedMean(5.5)
	requireFlaw(t, err, ErrInsufficientData, -1, "tau")
	for _, t0 := range []float64{-1, math.NaN(), math.Inf(1)} {
		_, err := curve.Conditional(t0)
		requireFlaw(t, err, ErrInvalid, -1, "t0")
	}
	_, err = curve.Conditional(5)
	requireFlaw(t, err, ErrInsufficientData, -1, "t0")
	late, err := KaplanMeier(obsInt{{3, 5, true}}, Options{})
	require.NoError(t, err)
	require.Equal(t, 3.0, late.Start)
	_, err = late.Conditional(1)
	requireFlaw(t, err, ErrInsufficientData, -1, "t0")
	_, _, err = late.RestrictedMean(2)
	requireFlaw(t, err, ErrInvalid, -1, "tau")

	// Curves that nobody made.
	var zero Curve
	_, ok := zero.At(1)
	require.False(t, ok)
	require.Equal(t, Quantile{Probability: 0.5}, zero.Median())
	_, _, err = zero.RestrictedMean(1)
	require.ErrorIs(t, err, ErrInsufficientData)
	_, err = zero.Conditional(1)
	require.ErrorIs(t, err, ErrInsufficientData)
	_, thin := zero.ThinUntil(10)
	require.False(t, thin)
	broken := Curve{Level: 7, Points: curve.Points}
	_, ok = broken.At(0)
	require.False(t, ok)
	_, err = broken.Conditional(1)
	require.ErrorIs(t, err, ErrInvalid)
	_, ok = new(Incidence).At(1, 0)
	require.False(t, ok)
	_, ok = (&Incidence{Level: 7, Points: []IncidencePoint{{Time: 3}}}).At(1, 0)
	require.False(t, ok)
}

func TestHardCurves(t *testing.T) {
	sure := func(x float64) Estimate { return Estimate{x, known(0), known(x), known(x)} }
	gone := Estimate{} // 0, and nothing known of its error
	for name, c := range map[string]struct {
		obs    obsInt
		opts   Options
		want   []Estimate // survival at the first points
		median Optional
	}{
		"one row, an event": {obs: obsInt{{0, 5, true}}, want: []Estimate{gone}, median: known(5)},
		"one row, censored": {obs: obsInt{{0, 5, false}}, want: []Estimate{sure(1)}},
		"all censored":      {obs: obsInt{{0, 5, false}, {0, 3, false}}, want: []Estimate{sure(1), sure(1)}},
		"all at one time":   {obs: obsInt{{0, 5, true}, {0, 5, true}}, want: []Estimate{gone}, median: known(5)},
		"log-log has no limit at 1": {
			obs: obsInt{{0, 5, false}}, opts: Options{Limits: LogLogLimits},
			want: []Estimate{{Value: 1, StdErr: known(0)}},
		},
		"plain limits at 1": {obs: obsInt{{0, 5, false}}, opts: Options{Limits: PlainLimits}, want: []Estimate{sure(1)}},
		"plain limits at 0": {obs: obsInt{{0, 5, true}}, opts: Options{Limits: PlainLimits}, want: []Estimate{gone}, median: known(5)},
		"event at time 0":   {obs: obsInt{{0, 0, true}}, want: []Estimate{gone}, median: known(0)},
		"censored at time 0 stays at risk for an event at 0": {
			obs: obsInt{{0, 0, true}, {0, 0, false}}, opts: Options{Limits: PlainLimits},
			want: []Estimate{{0.5, known(math.Sqrt(0.125)), known(0), known(1)}}, median: known(0),
		},
		"flat at the median up to the last row": {
			obs: obsInt{{0, 2, true}, {0, 6, false}}, median: known(4),
		},
		"first risk set dies out": {
			obs: obsInt{{0, 2, true}, {4, 9, true}, {4, 9, false}}, want: []Estimate{gone, gone}, median: known(2),
		},
		"one row, entering late": {obs: obsInt{{3, 4, true}}, want: []Estimate{gone}, median: known(4)},
	} {
		t.Run(name, func(t *testing.T) {
			curve, err := KaplanMeier(c.obs, c.opts)
			require.NoError(t, err)
			require.Equal(t, len(c.obs), curve.Rows)
			for i, want := range c.want {
				require.Equal(t, want, curve.Points[i].Survival)
			}
			require.Equal(t, c.median, curve.Median().Time)
		})
	}
}

func TestTiesOfEventsAndCensoring(t *testing.T) {
	curve, err := KaplanMeier(obsInt{{0, 5, false}, {0, 5, true}, {0, 5, false}, {0, 8, true}}, Options{})
	require.NoError(t, err)
	require.Equal(t, 4, curve.Points[0].AtRisk)
	require.Equal(t, 0.75, curve.Points[0].Survival.Value)
	// entry < t <= stop: who enters at 5 is not at risk at 5.
	curve, err = KaplanMeier(obsInt{{0, 5, true}, {0, 8, true}, {5, 9, true}}, Options{})
	require.NoError(t, err)
	require.Equal(t, 2, curve.Points[0].AtRisk)
	require.Equal(t, 2, curve.Points[1].AtRisk)
}

func TestHugeSpans(t *testing.T) {
	obs := []Observation[int32]{{0, math.MaxInt32, true}, {0, 1, true}, {math.MaxInt32 - 1, math.MaxInt32, false}}
	curve, err := KaplanMeier(obs, Options{})
	require.NoError(t, err)
	require.Len(t, curve.Points, 2)
	require.Equal(t, []int{2, 2}, []int{curve.Points[0].AtRisk, curve.Points[1].AtRisk})

	real := obsReal{{0, math.MaxFloat64, true}, {0, math.SmallestNonzeroFloat64, true}, {math.Copysign(0, -1), 1, false}}
	fromReal, err := KaplanMeier(real, Options{})
	require.NoError(t, err)
	require.Len(t, fromReal.Points, 3)
	require.Equal(t, 3, fromReal.Points[0].AtRisk)
	minusZero, err := KaplanMeier(obsReal{{0, math.Copysign(0, -1), true}, {0, 0, true}, {0, 1, true}}, Options{})
	require.NoError(t, err)
	require.Len(t, minusZero.Points, 2)
}

func TestAtOutsideTheData(t *testing.T) {
	curve, err := KaplanMeier(obsInt{{0, 3, true}, {0, 7, false}}, Options{})
	require.NoError(t, err)
	for _, c := range []struct {
		t    float64
		want float64
		ok   bool
	}{{-1, 0, false}, {math.NaN(), 0, false}, {0, 1, true}, {2.9, 1, true}, {3, 0.5, true}, {7, 0.5, true}, {7.1, 0.5, false}, {math.Inf(1), 0.5, false}} {
		s, ok := curve.At(c.t)
		require.Equal(t, c.ok, ok, "%v", c.t)
		if ok {
			require.Equal(t, c.want, s.Value, "%v", c.t)
		}
	}
	over, err := KaplanMeier(obsInt{{0, 3, true}}, Options{})
	require.NoError(t, err)
	s, ok := over.At(1e9)
	require.True(t, ok)
	require.Zero(t, s.Value)

	in, err := AalenJohansen([]CompetingObservation[int]{{0, 3, 2}, {0, 7, 0}}, 2, Options{})
	require.NoError(t, err)
	for state, want := range []float64{1, 0, 0} {
		p, ok := in.At(1, state)
		require.True(t, ok)
		require.Equal(t, want, p.Value)
		require.Equal(t, known(0), p.StdErr)
	}
	for _, c := range []struct {
		t     float64
		state int
	}{{8, 0}, {8, 1}, {-1, 0}, {math.NaN(), 0}, {1, 3}, {1, -1}} {
		_, ok := in.At(c.t, c.state)
		require.False(t, ok, "%v", c)
	}
	in, err = AalenJohansen([]CompetingObservation[int]{{0, 3, 2}}, 2, Options{})
	require.NoError(t, err)
	p, ok := in.At(100, 2)
	require.True(t, ok)
	require.Equal(t, Estimate{1, known(0), known(1), known(1)}, p)
}

// One cause that ends the whole risk set has probability 1, and so no limits on a scale
// that has none there, whatever its steps add up to in float64.
func TestOneCauseEndsAll(t *testing.T) {
	rows := []CompetingObservation[int]{
		{0, 1, 0}, {0, 1, 2}, {0, 1, 2}, {0, 1, 2}, {0, 3, 2}, {0, 4, 2}, {0, 4, 2}, {0, 6, 2}, {0, 6, 2}, {0, 6, 2},
	}
	in, err := AalenJohansen(rows, 3, Options{Limits: LogLogLimits, Level: 0.5})
	require.NoError(t, err)
	last := in.Points[len(in.Points)-1].States
	require.Equal(t, 1.0, last[2].Value)
	require.Equal(t, Estimate{Value: 1, StdErr: last[2].StdErr}, last[2])
	require.Zero(t, last[1].Value)

	rows[0].Cause = 1 // a second cause has its share
	in, err = AalenJohansen(rows, 3, Options{Limits: LogLogLimits})
	require.NoError(t, err)
	last = in.Points[len(in.Points)-1].States
	require.InEpsilon(t, 0.1, last[1].Value, 1e-15)
	require.InEpsilon(t, 0.9, last[2].Value, 1e-15)
	require.True(t, last[2].Upper.OK)
}

func TestThinUntil(t *testing.T) {
	// Two at risk at first, twelve from day 6 on.
	obs := obsInt{{0, 3, true}, {0, 20, false}}
	for range 12 {
		obs = append(obs, Observation[int]{5, 30, true})
	}
	curve, err := KaplanMeier(obs, Options{})
	require.NoError(t, err)
	at, thin := curve.ThinUntil(10)
	require.True(t, thin)
	require.Equal(t, 3.0, at)
	_, thin = curve.ThinUntil(2)
	require.False(t, thin)
	at, thin = curve.ThinUntil(1000)
	require.True(t, thin)
	require.Equal(t, 30.0, at)
	rest, err := curve.Conditional(3)
	require.NoError(t, err)
	_, thin = rest.ThinUntil(10)
	require.False(t, thin)
	require.Equal(t, 13, rest.Rows)
}

// The curve is 0 for good from time 3, and of no use; what comes after is not
// lost.
func TestConditionalAfterTheRiskSetDiedOut(t *testing.T) {
	curve, err := KaplanMeier(anyCause(dies), Options{})
	require.NoError(t, err)
	require.Zero(t, curve.Points[4].Survival.Value)
	rest, err := curve.Conditional(5)
	require.NoError(t, err)
	require.InDelta(t, 2.0/3, rest.Points[0].Survival.Value, 1e-15)
	require.Equal(t, 5.0, rest.Start)
	s, ok := rest.At(2)
	require.True(t, ok)
	require.Equal(t, 1.0, s.Value)
}

func TestLogRankRefuses(t *testing.T) {
	obs := obsInt{{0, 3, true}, {0, 4, true}, {0, 5, false}}
	for name, c := range map[string]struct {
		obs   obsInt
		group []string
		opts  LogRankOptions
		cause error
		row   int
		field string
	}{
		"no rows":             {obsInt{}, nil, LogRankOptions{}, ErrInsufficientData, -1, "observations"},
		"one group":           {obs, []string{"a", "a", "a"}, LogRankOptions{}, ErrInsufficientData, -1, "group"},
		"too few labels":      {obs, []string{"a", "b"}, LogRankOptions{}, ErrInvalid, -1, "group"},
		"no labels":           {obs, nil, LogRankOptions{}, ErrInvalid, -1, "group"},
		"empty label":         {obs, []string{"a", "", "b"}, LogRankOptions{}, ErrInvalid, 1, "group"},
		"too many strata":     {obs, []string{"a", "b", "a"}, LogRankOptions{Strata: make([]string, 4)}, ErrInvalid, -1, "stratum"},
		"no strata":           {obs, []string{"a", "b", "a"}, LogRankOptions{Strata: []string{}}, ErrInvalid, -1, "stratum"},
		"empty stratum":       {obs, []string{"a", "b", "a"}, LogRankOptions{Strata: []string{"x", "y", ""}}, ErrInvalid, 2, "stratum"},
		"negative rho":        {obs, []string{"a", "b", "a"}, LogRankOptions{Rho: -1}, ErrInvalid, -1, "rho"},
		"NaN rho":             {obs, []string{"a", "b", "a"}, LogRankOptions{Rho: math.NaN()}, ErrInvalid, -1, "rho"},
		"infinite rho":        {obs, []string{"a", "b", "a"}, LogRankOptions{Rho: math.Inf(1)}, ErrInvalid, -1, "rho"},
		"no events":           {obsInt{{0, 1, false}, {0, 2, false}}, []string{"a", "b"}, LogRankOptions{}, ErrInsufficientData, -1, "observations"},
		"a stratum per group": {obs, []string{"a", "b", "a"}, LogRankOptions{Strata: []string{"a", "b", "a"}}, ErrInsufficientData, -1, "group"},
		"never at risk together": {
			obsInt{{0, 3, true}, {0, 2, true}, {4, 9, true}, {4, 8, true}}, []string{"a", "a", "b", "b"}, LogRankOptions{},
			ErrInsufficientData, -1, "group",
		},
		"all have the event at once": {obsInt{{0, 3, true}, {0, 3, true}}, []string{"a", "b"}, LogRankOptions{}, ErrInsufficientData, -1, "group"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := LogRank(c.obs, c.group, c.opts)
			requireFlaw(t, err, c.cause, c.row, c.field)
		})
	}
}

func TestLogRankDropsGroupsThatAreNotCompared(t *testing.T) {
	ab := obsInt{{0, 3, true}, {0, 5, true}, {0, 6, false}, {0, 4, true}, {0, 9, true}, {0, 9, false}}
	labels := []string{"a", "a", "a", "b", "b", "b"}
	want, err := LogRank(ab, labels, LogRankOptions{})
	require.NoError(t, err)
	require.Equal(t, 1, want.DF)

	// c is censored before the first event: expected 0, dropped by survdiff too.
	got, err := LogRank(append(ab[:6:6], Observation[int]{0, 1, false}), append(labels[:6:6], "c"), LogRankOptions{})
	require.NoError(t, err)
	require.Zero(t, got.Groups[2].Expected)
	require.Equal(t, 1, got.DF)
	require.Equal(t, want.ChiSquared, got.ChiSquared)
	require.Equal(t, want.P, got.P)

	// d is alone in its stratum: expected 1, and survdiff's matrix is singular.
	strata := []string{"x", "x", "x", "x", "x", "x", "y", "y"}
	got, err = LogRank(append(ab[:6:6], Observation[int]{0, 2, true}, Observation[int]{0, 3, false}),
		append(labels[:6:6], "d", "d"), LogRankOptions{Strata: strata})
	require.NoError(t, err)
	require.Equal(t, 1.0, got.Groups[2].Observed-got.Groups[2].Expected+1)
	require.Equal(t, 1, got.DF)
	require.Equal(t, want.ChiSquared, got.ChiSquared)

	// Two separate comparisons add up.
	both := append(ab[:6:6], ab...)
	got, err = LogRank(both, append(labels[:6:6], "p", "p", "p", "q", "q", "q"),
		LogRankOptions{Strata: []string{"x", "x", "x", "x", "x", "x", "y", "y", "y", "y", "y", "y"}})
	require.NoError(t, err)
	require.Equal(t, 2, got.DF)
	require.InDelta(t, 2*want.ChiSquared, got.ChiSquared, 1e-14)
}

// Weights that underflow compare nothing; the result stays a number.
func TestLogRankWithALargeRho(t *testing.T) {
	var obs obsInt
	var group []string
	for day := 1; day <= 60; day++ {
		obs = append(obs, Observation[int]{0, day, true}, Observation[int]{0, day, day%3 == 0})
		group = append(group, "a", "b")
	}
	for _, rho := range []float64{10, 100, 1000, 1e300} {
		test, err := LogRank(obs, group, LogRankOptions{Rho: rho})
		require.NoError(t, err)
		require.Equal(t, 1, test.DF)
		require.False(t, math.IsNaN(test.ChiSquared) || math.IsInf(test.ChiSquared, 0) || math.IsNaN(test.P))
	}
}

// The tail is computed as a tail: 1 - cdf would be 0.
func TestLogRankTinyP(t *testing.T) {
	var obs obsInt
	var group []string
	for row := range 300 {
		obs = append(obs, Observation[int]{0, 1 + row%50, true}, Observation[int]{0, 100 + row%50, true})
		group = append(group, "early", "late")
	}
	test, err := LogRank(obs, group, LogRankOptions{})
	require.NoError(t, err)
	require.Greater(t, test.P, 0.0)
	require.Less(t, test.P, 1e-100)
}

func TestEnumerations(t *testing.T) {
	require.Equal(t, []string{"log对数", "log-log双对数", "plain直接"}, wording.Enum(t, LogLimits, PlainLimits, ErrInvalid))
	require.Equal(t, []string{"kaplan-meier卡普兰-迈耶", "fleming-harrington弗莱明-哈林顿"}, wording.Enum(t, ProductLimit, ExpCumHazard, ErrInvalid))
}

func TestOptional(t *testing.T) {
	require.Equal(t, "absent", Optional{}.String())
	require.Equal(t, "0.25", known(0.25).String())
	var o Optional
	require.NoError(t, o.UnmarshalJSON([]byte("2.5")))
	require.Equal(t, known(2.5), o)
	require.NoError(t, o.UnmarshalJSON([]byte("null")))
	require.Equal(t, Optional{}, o)
	require.Error(t, o.UnmarshalJSON([]byte(`"x"`)))
	e := Estimate{0.7, known(0.1), known(0.5), Optional{}}.Complement()
	require.InDelta(t, 0.3, e.Value, 1e-15)
	require.Equal(t, Estimate{e.Value, known(0.1), Optional{}, known(0.5)}, e)
}
