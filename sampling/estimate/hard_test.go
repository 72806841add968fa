package estimate_test

import (
	"math"
	"testing"

	"github.com/guanxi-go/guanxi/internal/reference"
	"github.com/guanxi-go/guanxi/sampling/estimate"
	"github.com/stretchr/testify/require"
)

type figure struct {
	Estimate float64 `json:"est"`
	SE       float64 `json:"se"`
}

// hardInputs holds the figures of hard_inputs.json that are estimates.
type hardInputs struct {
	Data struct {
		Stratum []int     `json:"st"`
		PSU     []int     `json:"psu"`
		Weight  []float64 `json:"w"`
		Y       []float64 `json:"y"`
		N       []float64 `json:"N"`
	} `json:"lonely_data"`
	Remove       figure `json:"lonely_remove"`
	TotalRemove  figure `json:"lonely_total_remove"`
	FPCRemove    figure `json:"lonely_fpc_remove"`
	Certainty    figure `json:"lonely_certainty"`
	TotalCert    figure `json:"lonely_total_certainty"`
	FPCCertainty figure `json:"lonely_fpc_certainty"`
	Adjust       figure `json:"lonely_adjust"`
	FPCAdjust    figure `json:"lonely_fpc_adjust"`
	Average      figure `json:"lonely_average"`
	TotalAverage figure `json:"lonely_total_average"`
	FPCAverage   figure `json:"lonely_fpc_average"`
	DomainAdjust figure `json:"domain_lonely_adjust_adjdom_TRUE"`
	DomainPlain  figure `json:"domain_lonely_adjust_adjdom_FALSE"`
	DomainMean   figure `json:"domain_lonely_average_adjdom_TRUE"`
	DomainOff    figure `json:"domain_lonely_average_adjdom_FALSE"`
	Zero         figure `json:"zero_weights"`
	Dropped      figure `json:"zero_weights_dropped"`
	NARemoved    figure `json:"na_y_rm"`
	Huge         figure `json:"huge_offset_cancellation"`
}

func TestGoldenHardInputs(t *testing.T) {
	var g hardInputs
	reference.JSON(t, "golden/sampling/hard_inputs.json", &g)
	in := g.Data
	compared := 0
	same := func(want figure, e estimate.Estimate, err error) {
		t.Helper()
		require.NoError(t, err)
		require.InEpsilon(t, want.Estimate, e.Value, 1e-12)
		require.InEpsilon(t, want.SE, e.SE, 1e-12)
		compared += 2
	}
	lonely := func(policy estimate.LonelyPSU, fpc bool) (*estimate.Design, error) {
		st := estimate.Stage{Strata: estimate.Codes(in.Stratum), Clusters: estimate.Codes(in.PSU)}
		if fpc {
			st.Population = in.N
		}
		return estimate.NewDesign(in.Weight, []estimate.Stage{st}, estimate.Options{Lonely: policy})
	}
	mean := func(policy estimate.LonelyPSU, fpc bool, want figure) {
		t.Helper()
		d, err := lonely(policy, fpc)
		require.NoError(t, err)
		e, err := d.Mean(in.Y)
		same(want, e, err)
	}
	total := func(policy estimate.LonelyPSU, want figure) {
		t.Helper()
		d, err := lonely(policy, false)
		require.NoError(t, err)
		e, err := d.Total(in.Y)
		same(want, e, err)
	}
	for _, fpc := range []bool{false, true} {
		_, err := lonely(estimate.LonelyRefuse, fpc)
		require.ErrorIs(t, err, estimate.ErrLonelyPSU)
		require.ErrorIs(t, err, estimate.ErrInsufficientData)
		var e *estimate.Error
		require.ErrorAs(t, err, &e)
		require.Equal(t, "2", e.Stratum)
		require.Equal(t, 1, e.Stage)
	}
	mean(estimate.LonelyCertainty, false, g.Remove)
	mean(estimate.LonelyCertainty, false, g.Certainty)
	mean(estimate.LonelyCertainty, true, g.FPCRemove)
	mean(estimate.LonelyCertainty, true, g.FPCCertainty)
	mean(estimate.LonelyAdjust, false, g.Adjust)
	mean(estimate.LonelyAdjust, true, g.FPCAdjust)
	mean(estimate.LonelyAverage, false, g.Average)
	mean(estimate.LonelyAverage, true, g.FPCAverage)
	total(estimate.LonelyCertainty, g.TotalRemove)
	total(estimate.LonelyCertainty, g.TotalCert)
	total(estimate.LonelyAverage, g.TotalAverage)

	// A domain that is met in one of a stratum's two units.
	for policy, want := range map[estimate.LonelyPSU][2]figure{
		estimate.LonelyAdjust:  {g.DomainPlain, g.DomainAdjust},
		estimate.LonelyAverage: {g.DomainOff, g.DomainMean},
	} {
		for k, domains := range []bool{false, true} {
			d, err := estimate.NewDesign([]float64{1, 1, 1, 1, 1, 1}, []estimate.Stage{{
				Strata: estimate.Codes([]int{1, 1, 2, 2, 3, 3}), Clusters: estimate.Codes(in.PSU),
			}}, estimate.Options{Lonely: policy, LonelyDomains: domains})
			require.NoError(t, err)
			d, err = d.Where([]bool{true, true, true, false, true, true})
			require.NoError(t, err)
			e, err := d.Mean(in.Y)
			same(want[k], e, err)
		}
	}

	// The file does not hold the data of these; the figures leave no other.
	d := simple(t, []float64{1, 2, 0, 3}, estimate.Options{})
	e, err := d.Mean([]float64{1, 3, 5, 8})
	same(g.Zero, e, err)
	e, err = simple(t, []float64{1, 2, 3}, estimate.Options{}).Mean([]float64{1, 3, 8})
	same(g.Dropped, e, err)
	e, err = simple(t, ones(3), estimate.Options{Missing: estimate.MissingOmit}).Mean([]float64{1, math.NaN(), 3})
	same(g.NARemoved, e, err)
	e, err = simple(t, ones(4), estimate.Options{}).Mean([]float64{1e15 + 1, 1e15 + 2, 1e15 + 3, 1e15 + 4})
	same(g.Huge, e, err)
	require.Equal(t, 2*19, compared)
	t.Log(compared, "figures")
}

// TestLonelyAdjustTotal holds survey 4.5's figure, which the specification prefers
// to 4.1-1's: the distance from the mean of all units' totals.
func TestLonelyAdjustTotal(t *testing.T) {
	d, err := estimate.NewDesign([]float64{10, 10, 20, 5, 5, 5}, []estimate.Stage{{
		Strata: estimate.Codes([]int{1, 1, 2, 3, 3, 3}), Clusters: estimate.Codes([]int{1, 2, 3, 4, 5, 6}),
	}}, estimate.Options{Lonely: estimate.LonelyAdjust})
	require.NoError(t, err)
	e, err := d.Total([]float64{3, 5, 7, 1, 4, 6})
	require.NoError(t, err)
	// Totals 30 50 | 140 | 5 20 30, their mean 275/6.
	want := 2*2*10.*10. + (140-275./6)*(140-275./6) + 1.5*((5-55./3)*(5-55./3)+(20-55./3)*(20-55./3)+(30-55./3)*(30-55./3))
	require.InEpsilon(t, math.Sqrt(want), e.SE, 1e-14)
	require.InDelta(t, 98.70, e.SE, 0.005)
	require.Equal(t, 275.0, e.Value)
}

// TestLonelyDomains compares with R survey 4.1-1, six digits: domains that miss a
// stratum, or meet it in one unit, beside a stratum that has one.
func TestLonelyDomains(t *testing.T) {
	y := []float64{3, 5, 7, 1, 4, 6}
	for _, c := range []struct {
		in                                 []bool
		adjust, adjustDomains              float64
		average, averageDomains, certainty float64
	}{
		{[]bool{true, false, true, true, true, true}, 1.105542, 1.191534, 0.805076, 0.838870, 0.657342},
		{[]bool{true, true, true, true, false, false}, 1.088662, 1.133115, 0.769800, 0.769800, 0.628539},
		{[]bool{false, true, false, false, true, true}, 0.433013, 0.433013, 0.433013, 0.612372, 0.433013},
		{[]bool{false, false, false, false, true, true}, 0.866025, 0.866025, 0.866025, 0.866025, 0.866025},
	} {
		for o, want := range map[estimate.Options]float64{
			{Lonely: estimate.LonelyAdjust}:                       c.adjust,
			{Lonely: estimate.LonelyAdjust, LonelyDomains: true}:  c.adjustDomains,
			{Lonely: estimate.LonelyAverage}:                      c.average,
			{Lonely: estimate.LonelyAverage, LonelyDomains: true}: c.averageDomains,
			{Lonely: estimate.LonelyCertainty}:                    c.certainty,
		} {
			d, err := estimate.NewDesign([]float64{10, 10, 20, 5, 5, 5}, []estimate.Stage{{
				Strata: estimate.Codes([]int{1, 1, 2, 3, 3, 3}), Clusters: estimate.Codes([]int{1, 2, 3, 4, 5, 6}),
			}}, o)
			require.NoError(t, err)
			sub, err := d.Where(c.in)
			require.NoError(t, err)
			e, err := sub.Mean(y)
			require.NoError(t, err)
			require.InDelta(t, want, e.SE, 1e-6, "%v %+v", c.in, o)

			// Calibration carries the domain into all units, so that all strata
			// count, also with an adjustment that changes nothing.
			if o.Lonely == estimate.LonelyAverage && !c.in[0] && !c.in[1] {
				k, err := d.Calibrated(d.Weights(), residual(func(z []float64) ([]float64, error) { return z, nil }))
				require.NoError(t, err)
				k, err = k.Where(c.in)
				require.NoError(t, err)
				e, err = k.Mean(y)
				require.NoError(t, err)
				require.InDelta(t, want*math.Sqrt(1.5), e.SE, 1e-6)
			}
		}
	}
}

// TestNothingToAverage: every stratum has one unit.
func TestNothingToAverage(t *testing.T) {
	d, err := estimate.NewDesign(ones(3), []estimate.Stage{{Strata: estimate.Codes([]int{1, 2, 3})}}, estimate.Options{Lonely: estimate.LonelyAverage})
	require.NoError(t, err)
	_, err = d.Mean([]float64{1, 2, 3})
	require.ErrorIs(t, err, estimate.ErrNotEstimable)
}

func ones(n int) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = 1
	}
	return out
}

func populations(n int, x float64) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = x
	}
	return out
}

func TestDesignRefuses(t *testing.T) {
	nan := math.NaN()
	strata := estimate.Labels([]string{"north", "north", "south", "south"})
	for name, c := range map[string]struct {
		weights []float64
		stages  []estimate.Stage
		is      error
		field   string
		row     int
		stratum string
	}{
		"no rows":               {[]float64{}, nil, estimate.ErrNotEstimable, "rows", -1, ""},
		"nothing":               {nil, nil, estimate.ErrNotEstimable, "rows", -1, ""},
		"missing weight":        {[]float64{1, nan, 1, 1}, nil, estimate.ErrInvalid, "weights", 1, ""},
		"negative weight":       {[]float64{1, 1, -1, 1}, nil, estimate.ErrInvalid, "weights", 2, ""},
		"infinite weight":       {[]float64{1, 1, 1, math.Inf(1)}, nil, estimate.ErrInvalid, "weights", 3, ""},
		"all zero":              {make([]float64, 4), nil, estimate.ErrInvalid, "weights", -1, ""},
		"more than there are":   {ones(4), []estimate.Stage{{Strata: strata, Population: []float64{9, 9, 1, 1}}}, estimate.ErrInvalid, "population", -1, "south"},
		"population varies":     {ones(4), []estimate.Stage{{Strata: strata, Population: []float64{9, 9, 8, 9}}}, estimate.ErrInvalid, "population", 3, "south"},
		"population missing":    {ones(4), []estimate.Stage{{Strata: strata, Population: []float64{9, nan, 9, 9}}}, estimate.ErrInvalid, "population", 1, ""},
		"fraction above one":    {ones(4), []estimate.Stage{{Fraction: populations(4, 1.5)}}, estimate.ErrInvalid, "fraction", 0, ""},
		"both":                  {ones(4), []estimate.Stage{{Fraction: populations(4, 0.5), Population: populations(4, 8)}}, estimate.ErrInvalid, "fraction", -1, ""},
		"lengths":               {ones(3), []estimate.Stage{{Strata: strata}}, estimate.ErrInvalid, "strata", -1, ""},
		"one row":               {ones(1), nil, estimate.ErrLonelyPSU, "clusters", -1, ""},
		"no weight, no count":   {nil, []estimate.Stage{{Strata: strata}}, estimate.ErrInvalid, "population", -1, "north"},
		"rows are not the last": {ones(4), []estimate.Stage{{Strata: strata}, {}}, estimate.ErrInvalid, "clusters", -1, ""},
		"cluster in two strata": {ones(4), []estimate.Stage{{Strata: strata, Clusters: estimate.Labels([]string{"x", "y", "x", "z"})}}, estimate.ErrInvalid, "clusters", -1, "south"},
	} {
		_, err := estimate.NewDesign(c.weights, c.stages, estimate.Options{})
		require.ErrorIs(t, err, c.is, name)
		var e *estimate.Error
		require.ErrorAs(t, err, &e, name)
		require.Equal(t, c.field, e.Field, name)
		require.Equal(t, c.row, e.Row, name)
		require.Equal(t, c.stratum, e.Stratum, name)
	}
	_, err := estimate.NewDesign(ones(2), nil, estimate.Options{Lonely: 9})
	require.ErrorIs(t, err, estimate.ErrInvalid)
	_, err = estimate.NewDesign(ones(1), nil, estimate.Options{Lonely: estimate.LonelyCertainty})
	require.ErrorIs(t, err, estimate.ErrNotEstimable)

	// The same labels, nested.
	d, err := estimate.NewDesign(ones(4), []estimate.Stage{{Strata: strata, Clusters: estimate.Labels([]string{"x", "y", "x", "z"})}},
		estimate.Options{Nested: true})
	require.NoError(t, err)
	require.Equal(t, 2, d.DF())
}

// TestDesignListsProblems: not the first only, and not all of a million.
func TestDesignListsProblems(t *testing.T) {
	weights := populations(100, -1)
	_, err := estimate.NewDesign(weights, nil, estimate.Options{})
	require.ErrorContains(t, err, "row 0:")
	require.ErrorContains(t, err, "row 9:")
	require.ErrorContains(t, err, "90 more")
	require.NotContains(t, err.Error(), "row 10:")
}

// TestLonelyStagesAreNamed: the unit above stands before the stratum below.
func TestLonelyStagesAreNamed(t *testing.T) {
	_, err := estimate.NewDesign(ones(5), []estimate.Stage{
		{Clusters: estimate.Labels([]string{"A", "A", "B", "B", "B"}), Population: populations(5, 10)},
		{Strata: estimate.Labels([]string{"m", "f", "f", "f", "f"}), Population: []float64{4, 4, 9, 9, 9}},
	}, estimate.Options{})
	require.ErrorIs(t, err, estimate.ErrLonelyPSU)
	require.ErrorContains(t, err, "stage 2: stratum A/f: ")
	require.ErrorContains(t, err, "stage 2: stratum A/m: ")
	require.NotContains(t, err.Error(), "B")
	_, err = estimate.NewDesign(ones(5), []estimate.Stage{
		{Strata: estimate.Labels([]string{"n", "n", "n", "n", "n"}), Clusters: estimate.Labels([]string{"A", "B", "B", "C", "C"}),
			Population: populations(5, 10)},
		{Population: []float64{4, 9, 9, 9, 9}},
	}, estimate.Options{})
	require.ErrorContains(t, err, "stage 2: stratum n/A: ")
}

func TestValuesRefused(t *testing.T) {
	d, err := estimate.NewDesign([]float64{1, 0, 1, 1}, nil, estimate.Options{})
	require.NoError(t, err)
	nan := math.NaN()
	for name, c := range map[string]struct {
		statistic estimate.Statistic
		is        error
		row       int
	}{
		"missing":           {estimate.Mean([]float64{1, 2, nan, 4}), estimate.ErrInvalid, 2},
		"infinite":          {estimate.Total([]float64{1, 2, 3, math.Inf(-1)}), estimate.ErrInvalid, 3},
		"infinite below":    {estimate.Ratio(ones(4), []float64{1, 2, math.Inf(1), 4}), estimate.ErrInvalid, 2},
		"too large":         {estimate.Total(populations(4, 1e308)), estimate.ErrInvalid, -1},
		"too large squares": {estimate.Total([]float64{1e200, 0, -1e200, 1e200}), estimate.ErrInvalid, -1},
		"length":            {estimate.Mean(ones(3)), estimate.ErrInvalid, -1},
		"denominator zero":  {estimate.Ratio(ones(4), []float64{1, 5, -1, 0}), estimate.ErrNotEstimable, -1},
		"empty domain":      {estimate.Mean(ones(4)).In(make([]bool, 4)), estimate.ErrNotEstimable, -1},
		"total of none":     {estimate.Total(ones(4)).In([]bool{false, true, false, false}), estimate.ErrNotEstimable, -1},
		"domain of others":  {estimate.Mean(ones(4)).In(make([]bool, 5)), estimate.ErrInvalid, -1},
		"variance of one":   {estimate.Variance(ones(4)).In([]bool{true, true, false, false}), estimate.ErrNotEstimable, -1},
	} {
		_, err := d.Estimate(c.statistic)
		require.ErrorIs(t, err, c.is, name)
		var e *estimate.Error
		require.ErrorAs(t, err, &e, name)
		require.Equal(t, c.row, e.Row, name)
	}
	// A row without a weight may have no value.
	m, err := d.Mean([]float64{1, nan, 2, 3})
	require.NoError(t, err)
	require.Equal(t, 2.0, m.Value)
	_, err = d.Where(make([]bool, 4))
	require.ErrorIs(t, err, estimate.ErrNotEstimable)
	_, err = d.Where(make([]bool, 3))
	require.ErrorIs(t, err, estimate.ErrInvalid)
	_, err = new(estimate.Design).Where(nil)
	require.ErrorIs(t, err, estimate.ErrNotEstimable)
	twice, err := d.Estimate(estimate.Mean([]float64{1, 2, 3, 4}).In([]bool{true, true, true, false}).In([]bool{true, false, false, true}))
	require.NoError(t, err)
	require.Equal(t, 1.0, twice.Value)
	for _, groups := range []estimate.Factor{{}, estimate.Codes([]int{1, 2})} {
		_, err = d.By(groups, estimate.Mean(ones(4)))
		require.ErrorIs(t, err, estimate.ErrInvalid)
	}
	for _, s := range []estimate.Statistic{estimate.Mean(ones(2)), estimate.Ratio(ones(4), ones(2)), estimate.Mean(ones(4)).In(make([]bool, 2)),
		estimate.Mean([]float64{1, 2, nan, 3})} {
		_, err = d.By(estimate.Codes([]int{1, 2, 1, 2}), s)
		require.ErrorIs(t, err, estimate.ErrInvalid)
	}
	_, err = d.Joint()
	require.ErrorIs(t, err, estimate.ErrNotEstimable)
}

func TestHardFigures(t *testing.T) {
	// Everybody was asked: no error.
	d, err := estimate.NewDesign(ones(4), []estimate.Stage{{Population: populations(4, 4)}}, estimate.Options{})
	require.NoError(t, err)
	m, err := d.Mean([]float64{1, 2, 3, 9})
	require.NoError(t, err)
	require.Zero(t, m.SE)

	// A stratum that was taken whole with its one unit is not lonely.
	d, err = estimate.NewDesign([]float64{1, 3, 3}, []estimate.Stage{{
		Strata: estimate.Labels([]string{"head office", "shops", "shops"}), Population: []float64{1, 6, 6},
	}}, estimate.Options{})
	require.NoError(t, err)
	m, err = d.Mean([]float64{5, 1, 2})
	require.NoError(t, err)
	require.Positive(t, m.SE)

	// A large common offset costs no digits.
	d, err = estimate.NewDesign(ones(4), nil, estimate.Options{})
	require.NoError(t, err)
	m, err = d.Mean([]float64{1e15 + 1, 1e15 + 2, 1e15 + 3, 1e15 + 4})
	require.NoError(t, err)
	require.Equal(t, 1e15+2.5, m.Value)
	require.InEpsilon(t, math.Sqrt(5./12), m.SE, 1e-14)

	// Rows with weight 0 count as drawn.
	y := []float64{1, 3, 8, 100, 7, 12}
	with, err := estimate.NewDesign([]float64{2, 2, 2, 0, 2, 2}, nil, estimate.Options{})
	require.NoError(t, err)
	all, err := with.Mean(y)
	require.NoError(t, err)
	without, err := estimate.NewDesign(ones(5), nil, estimate.Options{})
	require.NoError(t, err)
	fewer, err := without.Mean([]float64{1, 3, 8, 7, 12})
	require.NoError(t, err)
	require.InEpsilon(t, fewer.Value, all.Value, 1e-15)
	require.InEpsilon(t, fewer.SE*math.Sqrt(6./5*4./5), all.SE, 1e-14)
	require.Equal(t, 4, all.DF)

	// Missing values, when allowed, are a domain.
	gaps, err := estimate.NewDesign(ones(4), nil, estimate.Options{Missing: estimate.MissingOmit})
	require.NoError(t, err)
	holes := []float64{1, math.NaN(), 2, 3}
	m, err = gaps.Mean(holes)
	require.NoError(t, err)
	require.Equal(t, 2.0, m.Value)
	require.Equal(t, 3, m.Rows)
	require.InEpsilon(t, math.Sqrt(2./9*4/3), m.SE, 1e-14)
	q, err := gaps.Quantile(holes, 0.5, estimate.QuantileOptions{})
	require.NoError(t, err)
	require.Equal(t, 2.0, q.Value)
	_, err = gaps.Mean(populations(4, math.NaN()))
	require.ErrorIs(t, err, estimate.ErrNotEstimable)
}

func TestIntervalNeedsDegreesOfFreedom(t *testing.T) {
	strata := estimate.Labels([]string{"a", "a", "b", "b"})
	d, err := estimate.NewDesign(ones(4), []estimate.Stage{{Strata: strata}}, estimate.Options{})
	require.NoError(t, err)
	d, err = d.Where([]bool{true, false, true, false})
	require.NoError(t, err)
	m, err := d.Mean([]float64{1, 2, 3, 4})
	require.NoError(t, err)
	require.Zero(t, m.DF)
	_, err = m.Interval(0.95)
	require.ErrorIs(t, err, estimate.ErrNotEstimable)
	_, err = m.NormalInterval(0.95)
	require.NoError(t, err)
	for _, level := range []float64{0, 1, -1, math.NaN()} {
		_, err = m.NormalInterval(level)
		require.ErrorIs(t, err, estimate.ErrInvalid)
	}
	_, err = d.Proportion([]bool{true, true, false, false}, estimate.ProportionOptions{})
	require.ErrorIs(t, err, estimate.ErrNotEstimable)
	_, err = d.Quantile([]float64{1, 2, 3, 4}, 0.5, estimate.QuantileOptions{})
	require.ErrorIs(t, err, estimate.ErrNotEstimable)
}
