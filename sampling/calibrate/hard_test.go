package calibrate_test

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/internal/reference"
	"github.com/guanxi-go/guanxi/internal/wording"
	"github.com/guanxi-go/guanxi/sampling/calibrate"
)

// tens are four rows of weight 10, as hard_inputs.json has them.
var tens = []float64{10, 10, 10, 10}

func margin(name string, totals map[string]float64, labels ...string) calibrate.Margin {
	return calibrate.Margin{Name: name, Labels: labels, Totals: totals}
}

// two returns the columns 1 and x, x being 1, 2, 3 and 10.
func two(x float64) []calibrate.Auxiliary {
	return []calibrate.Auxiliary{calibrate.Constant(4, 40), {Name: "x", Values: []float64{1, 2, 3, 10}, Total: x}}
}

// refused requires a typed error with a cause, and returns it.
func refused(t *testing.T, err, cause error) *calibrate.Error {
	t.Helper()
	require.ErrorIs(t, err, cause)
	var e *calibrate.Error
	require.ErrorAs(t, err, &e)
	return e
}

// TestGoldenHardInputs answers what hard_inputs.json asks of calibration: the same
// weights where there are any, and an error where survey is silent.
func TestGoldenHardInputs(t *testing.T) {
	var file map[string]json.RawMessage
	reference.JSON(t, "golden/sampling/hard_inputs.json", &file)
	count := counter{t: t}
	stored := func(name string) []float64 {
		var w struct {
			W []float64 `json:"w"`
			G []float64 `json:"g"`
		}
		require.NoError(t, json.Unmarshal(file[name], &w))
		delete(file, name)
		return append(w.W, w.G...)
	}
	has := func(name string) {
		require.Contains(t, file, name)
		delete(file, name)
		count.n++
	}

	res, err := calibrate.Calibrate(tens, two(60), calibrate.Options{AllowNegative: true})
	require.NoError(t, err)
	count.all(stored("calib_linear_negative_weights"), res.Weights, "linear")
	g := make([]float64, 4)
	for i, w := range res.Weights {
		g[i] = w / 10
	}
	count.all(stored("calib_neg_samplingpkg"), g, "g")
	require.InDelta(t, -.2, res.MinG, 1e-15)
	_, err = calibrate.Calibrate(tens, two(60), calibrate.Options{})
	require.Equal(t, 3, refused(t, err, calibrate.ErrNegative).Row)

	// The reference stopped 8e-12 from the solution; so does this.
	res, err = calibrate.Calibrate(tens, two(60), calibrate.Options{Method: calibrate.Multiplicative, Tolerance: 1e-7})
	require.NoError(t, err)
	count.all(stored("calib_raking_same"), res.Weights, "multiplicative")

	// No positive weights that add up to 40 have a mean of x below 1.
	has("calib_infeasible")
	has("calib_infeasible_samplingpkg")
	_, err = calibrate.Calibrate(tens, two(30), calibrate.Options{Method: calibrate.Multiplicative})
	refused(t, err, calibrate.ErrNotConverged)

	has("calib_bounded_infeasible")
	require.Equal(t, []float64{11, 11, 11, 9}, stored("calib_bounded_infeasible_force"))
	count.n++
	for _, method := range []calibrate.Method{calibrate.Linear, calibrate.Logit} {
		_, err = calibrate.Calibrate(tens, two(60), calibrate.Options{Method: method, Bounds: calibrate.Bounds{Lower: .9, Upper: 1.1}})
		e := refused(t, err, calibrate.ErrNotConverged)
		require.Equal(t, "x", e.Margin)
		require.Greater(t, e.Miss, 1.)
	}

	has("calib_collinear")
	doubled := append(two(60), calibrate.Auxiliary{Name: "2x", Values: []float64{2, 4, 6, 20}, Total: 120})
	_, err = calibrate.Calibrate(tens, doubled, calibrate.Options{AllowNegative: true})
	require.Equal(t, "2x", refused(t, err, calibrate.ErrCollinear).Margin)
	res, err = calibrate.Calibrate(tens, doubled, calibrate.Options{AllowNegative: true, DropCollinear: true})
	require.NoError(t, err)
	require.Equal(t, []string{"2x"}, res.Dropped)
	require.InDeltaSlice(t, []float64{16, 14, 12, -2}, res.Weights, 1e-13)
	require.Len(t, res.Fit, 3)
	doubled[2].Total = 121
	_, err = calibrate.Calibrate(tens, doubled, calibrate.Options{AllowNegative: true, DropCollinear: true})
	require.Equal(t, "2x", refused(t, err, calibrate.ErrConflict).Margin)

	// a and b go together in the sample, so their shares have to agree.
	require.Equal(t, []float64{10, 10, 10, 10}, stored("rake_inconsistent_margins"))
	count.n++
	_, err = calibrate.Rake(tens, []calibrate.Margin{
		margin("a", map[string]float64{"1": 10, "2": 30}, "1", "1", "2", "2"),
		margin("b", map[string]float64{"x": 20, "y": 20}, "x", "x", "y", "y"),
	}, calibrate.RakeOptions{})
	e := refused(t, err, calibrate.ErrNotConverged)
	require.Equal(t, "a", e.Margin)
	require.Equal(t, "1", e.Category)
	require.InDelta(t, 1, e.Miss, 1e-12) // survey's 20 in place of 10

	require.Equal(t, []float64{7.5, 7.5, 22.5, 22.5}, stored("rake_totals_disagree"))
	count.n++
	_, err = calibrate.Rake(tens, []calibrate.Margin{
		margin("a", map[string]float64{"1": 20, "2": 20}, "1", "1", "2", "2"),
		margin("b", map[string]float64{"x": 15, "y": 45}, "x", "x", "y", "y"),
	}, calibrate.RakeOptions{})
	e = refused(t, err, calibrate.ErrConflict)
	require.Equal(t, []string{"b", "a"}, []string{e.Margin, e.Other})

	has("poststrat_missing_level_in_sample")
	require.Equal(t, []float64{5, 5, 15, 15}, stored("poststrat_missing_level_partial"))
	count.n++
	_, err = calibrate.PostStratify(tens, margin("a", map[string]float64{"1": 10, "2": 30, "3": 10}, "1", "1", "2", "2"), calibrate.RakeOptions{})
	e = refused(t, err, calibrate.ErrInvalid)
	require.Equal(t, []string{"a", "3"}, []string{e.Margin, e.Category})
	// What survey does only with partial = TRUE and a warning: say what is left out.
	res, err = calibrate.PostStratify(tens, margin("a", map[string]float64{"1": 10, "2": 30, "3": 0}, "1", "1", "2", "2"), calibrate.RakeOptions{})
	require.NoError(t, err)
	require.Equal(t, []float64{5, 5, 15, 15}, res.Weights)

	has("poststrat_extra_level_in_sample")
	_, err = calibrate.PostStratify(tens, margin("a", map[string]float64{"1": 10}, "1", "1", "2", "2"), calibrate.RakeOptions{})
	e = refused(t, err, calibrate.ErrInvalid)
	require.Equal(t, []string{"a", "2"}, []string{e.Margin, e.Category})
	require.Equal(t, 2, e.Row)

	t.Log(count.n, "figures and cases compared")
	require.Equal(t, 3*4+4+6, count.n)
	for name := range file {
		require.NotRegexp(t, "^(calib|rake|poststrat)", name, "not answered")
	}
}

func TestRefusals(t *testing.T) {
	ab := margin("m", map[string]float64{"a": 20, "b": 20}, "a", "a", "b", "b")
	nan, inf := math.NaN(), math.Inf(1)
	rake := func(w []float64, o calibrate.RakeOptions, m ...calibrate.Margin) error {
		_, err := calibrate.Rake(w, m, o)
		return err
	}
	greg := func(w []float64, o calibrate.Options, a ...calibrate.Auxiliary) error {
		_, err := calibrate.Calibrate(w, a, o)
		return err
	}
	trim := func(lower, upper float64, o calibrate.TrimOptions, w ...float64) error {
		_, err := calibrate.Trim(w, lower, upper, o)
		return err
	}
	none, plain := calibrate.RakeOptions{}, calibrate.Options{}
	with := func(values ...float64) calibrate.Auxiliary {
		return calibrate.Auxiliary{Name: "x", Values: values, Total: 60}
	}
	bounds := func(m calibrate.Method, lower, upper float64) calibrate.Options {
		return calibrate.Options{Method: m, Bounds: calibrate.Bounds{Lower: lower, Upper: upper}}
	}
	for name, test := range map[string]struct {
		err   error
		cause error
		want  calibrate.Error // Row is one more than expected, so that 0 is none
	}{
		"no margins":         {rake(tens, none), calibrate.ErrInvalid, calibrate.Error{Field: "margins"}},
		"no rows":            {rake(nil, none, margin("m", map[string]float64{"a": 0})), calibrate.ErrInsufficientData, calibrate.Error{Field: "weights"}},
		"margin nameless":    {rake(tens, none, margin("", ab.Totals, ab.Labels...)), calibrate.ErrInvalid, calibrate.Error{Field: "margins"}},
		"margins of a name":  {rake(tens, none, ab, ab), calibrate.ErrInvalid, calibrate.Error{Field: "margins", Margin: "m"}},
		"no totals":          {rake(tens, none, margin("m", nil, "a")), calibrate.ErrInvalid, calibrate.Error{Field: "totals", Margin: "m"}},
		"label missing":      {rake(tens, none, margin("m", ab.Totals, "a", "b", "", "b")), calibrate.ErrInvalid, calibrate.Error{Field: "labels", Margin: "m", Row: 3}},
		"label too many":     {rake(tens, none, ab, margin("n", ab.Totals, "a", "b")), calibrate.ErrInvalid, calibrate.Error{Field: "labels", Margin: "n", Other: "m"}},
		"total negative":     {rake(tens, none, margin("m", map[string]float64{"a": 20, "b": -1}, ab.Labels...)), calibrate.ErrInvalid, calibrate.Error{Field: "totals", Margin: "m", Category: "b"}},
		"total NaN":          {rake(tens, none, margin("m", map[string]float64{"a": 20, "b": nan}, ab.Labels...)), calibrate.ErrInvalid, calibrate.Error{Field: "totals", Margin: "m", Category: "b"}},
		"total 0":            {rake(tens, none, margin("m", map[string]float64{"a": 20, "b": 0}, ab.Labels...)), calibrate.ErrInvalid, calibrate.Error{Field: "totals", Margin: "m", Category: "b", Row: 3}},
		"total of empty":     {rake(tens, none, margin("m", map[string]float64{"a": 20, "b": 1, "": 1}, ab.Labels...)), calibrate.ErrInvalid, calibrate.Error{Field: "totals", Margin: "m"}},
		"weights too few":    {rake(tens[:3], none, ab), calibrate.ErrInvalid, calibrate.Error{Field: "weights"}},
		"weight NaN":         {rake([]float64{1, 1, nan, 1}, none, ab), calibrate.ErrInvalid, calibrate.Error{Field: "weights", Row: 3}},
		"weight negative":    {rake([]float64{1, 1, 1, -1}, none, ab), calibrate.ErrInvalid, calibrate.Error{Field: "weights", Row: 4}},
		"weight infinite":    {rake([]float64{inf, 1, 1, 1}, none, ab), calibrate.ErrInvalid, calibrate.Error{Field: "weights", Row: 1}},
		"weights 0":          {rake([]float64{0, 0, 0, 0}, none, ab), calibrate.ErrInsufficientData, calibrate.Error{Field: "weights"}},
		"category without":   {rake([]float64{1, 1, 0, 0}, none, ab), calibrate.ErrInvalid, calibrate.Error{Field: "weights", Margin: "m", Category: "b"}},
		"tolerance":          {rake(tens, calibrate.RakeOptions{Tolerance: -1}, ab), calibrate.ErrInvalid, calibrate.Error{Field: "tolerance"}},
		"iterations":         {rake(tens, calibrate.RakeOptions{MaxIterations: -1}, ab), calibrate.ErrInvalid, calibrate.Error{Field: "iterations"}},
		"rule":               {rake(tens, calibrate.RakeOptions{Residuals: 9}, ab), calibrate.ErrInvalid, calibrate.Error{Field: "residuals"}},
		"no columns":         {greg(tens, plain), calibrate.ErrInvalid, calibrate.Error{Field: "auxiliaries"}},
		"column nameless":    {greg(tens, plain, calibrate.Auxiliary{Values: tens, Total: 1}), calibrate.ErrInvalid, calibrate.Error{Field: "auxiliaries"}},
		"columns of a name":  {greg(tens, plain, two(60)[1], two(60)[1]), calibrate.ErrInvalid, calibrate.Error{Field: "auxiliaries", Margin: "x"}},
		"value NaN":          {greg(tens, plain, with(1, 2, nan, 4)), calibrate.ErrInvalid, calibrate.Error{Field: "values", Margin: "x", Row: 3}},
		"values too few":     {greg(tens, plain, two(60)[0], with(1, 2)), calibrate.ErrInvalid, calibrate.Error{Field: "values", Margin: "x"}},
		"column total NaN":   {greg(tens, plain, calibrate.Auxiliary{Name: "x", Values: tens, Total: nan}), calibrate.ErrInvalid, calibrate.Error{Field: "totals", Margin: "x"}},
		"column of zeros":    {greg(tens, plain, with(0, 0, 0, 0)), calibrate.ErrCollinear, calibrate.Error{Field: "auxiliaries", Margin: "x"}},
		"method":             {greg(tens, calibrate.Options{Method: 9}, two(60)...), calibrate.ErrInvalid, calibrate.Error{Field: "method"}},
		"logit unbounded":    {greg(tens, calibrate.Options{Method: calibrate.Logit}, two(60)...), calibrate.ErrInvalid, calibrate.Error{Field: "bounds"}},
		"logit to infinity":  {greg(tens, bounds(calibrate.Logit, .5, inf), two(60)...), calibrate.ErrInvalid, calibrate.Error{Field: "bounds"}},
		"bounds crossed":     {greg(tens, bounds(calibrate.Linear, 1.5, 2), two(60)...), calibrate.ErrInvalid, calibrate.Error{Field: "bounds"}},
		"bounds NaN":         {greg(tens, bounds(calibrate.Linear, nan, 2), two(60)...), calibrate.ErrInvalid, calibrate.Error{Field: "bounds"}},
		"multiplicative":     {greg(tens, bounds(calibrate.Multiplicative, .5, 2), two(60)...), calibrate.ErrInvalid, calibrate.Error{Field: "bounds"}},
		"variance 0":         {greg(tens, calibrate.Options{Variance: []float64{1, 0, 1, 1}}, two(60)...), calibrate.ErrInvalid, calibrate.Error{Field: "variance", Row: 2}},
		"variances too few":  {greg(tens, calibrate.Options{Variance: tens[:1]}, two(60)...), calibrate.ErrInvalid, calibrate.Error{Field: "variance"}},
		"cluster missing":    {greg(tens, calibrate.Options{Clusters: []string{"a", "b", "b", ""}}, two(60)...), calibrate.ErrInvalid, calibrate.Error{Field: "clusters", Row: 4}},
		"clusters too few":   {greg(tens, calibrate.Options{Clusters: []string{"a"}}, two(60)...), calibrate.ErrInvalid, calibrate.Error{Field: "clusters"}},
		"overflow":           {greg([]float64{1e200, 1e200}, plain, calibrate.Auxiliary{Name: "x", Values: []float64{1e200, 1e150}, Total: 1}), calibrate.ErrNotConverged, calibrate.Error{Field: "auxiliaries", Margin: "x"}},
		"margin without":     {greg(tens, calibrate.Options{Margins: []calibrate.Margin{margin("m", map[string]float64{"a": 40}, ab.Labels...)}}), calibrate.ErrInvalid, calibrate.Error{Field: "totals", Margin: "m", Category: "b", Row: 3}},
		"margins apart":      {greg(tens, calibrate.Options{Margins: []calibrate.Margin{ab, margin("n", map[string]float64{"x": 41}, "x", "x", "x", "x")}}), calibrate.ErrConflict, calibrate.Error{Field: "totals", Margin: "n", Other: "m"}},
		"margins confounded": {greg(tens, calibrate.Options{Margins: []calibrate.Margin{ab, margin("n", map[string]float64{"x": 30, "y": 10}, "x", "x", "y", "y")}}), calibrate.ErrConflict, calibrate.Error{Field: "totals", Margin: "n=x"}},
		"margin of zeros":    {greg([]float64{1, 1, 0, 0}, calibrate.Options{Margins: []calibrate.Margin{ab}}), calibrate.ErrConflict, calibrate.Error{Field: "totals", Margin: "m=b"}},
		"margin and column":  {greg(tens, calibrate.Options{Margins: []calibrate.Margin{ab}}, two(60)[0]), calibrate.ErrCollinear, calibrate.Error{Field: "auxiliaries", Margin: "1"}},
		"margin, its name":   {greg(tens, calibrate.Options{Margins: []calibrate.Margin{ab}}, calibrate.Auxiliary{Name: "m=a", Values: tens, Total: 1}), calibrate.ErrInvalid, calibrate.Error{Field: "auxiliaries", Margin: "m=a"}},
		"margin, other rows": {greg(tens, calibrate.Options{Margins: []calibrate.Margin{ab}}, with(1, 2)), calibrate.ErrInvalid, calibrate.Error{Field: "values", Margin: "x"}},
		"trim crossed":       {trim(5, 4, calibrate.TrimOptions{}, 1, 2), calibrate.ErrInvalid, calibrate.Error{Field: "trim"}},
		"trim NaN":           {trim(nan, 4, calibrate.TrimOptions{}, 1, 2), calibrate.ErrInvalid, calibrate.Error{Field: "trim"}},
		"trim nothing":       {trim(0, 4, calibrate.TrimOptions{}), calibrate.ErrInsufficientData, calibrate.Error{Field: "weights"}},
		"trim all":           {trim(0, 4, calibrate.TrimOptions{}, 5, 6), calibrate.ErrConflict, calibrate.Error{Field: "trim"}},
		"trim to nothing":    {trim(50, 0, calibrate.TrimOptions{Strict: true}, 5, 60), calibrate.ErrConflict, calibrate.Error{Field: "trim"}},
		"trim below nothing": {trim(50, 70, calibrate.TrimOptions{}, 1, 1, 60), calibrate.ErrConflict, calibrate.Error{Field: "trim", Row: 3}},
		"redistribution":     {trim(0, 4, calibrate.TrimOptions{Redistribute: 9}, 5, 6), calibrate.ErrInvalid, calibrate.Error{Field: "trim"}},
	} {
		t.Run(name, func(t *testing.T) {
			got := *refused(t, test.err, test.cause)
			got.Row++
			require.NotEmpty(t, got.Reason)
			require.NotContains(t, test.err.Error(), "NaN")
			require.Regexp(t, "^calibrate: "+test.want.Field, test.err.Error())
			got.Reason, got.Err, got.Miss = "", nil, 0
			require.Equal(t, test.want, got)
		})
	}
}

func TestAllProblemsAtOnce(t *testing.T) {
	m := margin("m", map[string]float64{"a": -1, "c": 5}, "a", "b")
	err := m.Validate()
	for _, want := range []string{`category "a"`, `category "b"`, `category "c"`} {
		require.ErrorContains(t, err, want)
	}
	_, err = calibrate.NewRaker([]calibrate.Margin{m, margin("n", map[string]float64{"x": 4}, "x", "")}, calibrate.RakeOptions{})
	require.ErrorContains(t, err, `margin "m"`)
	require.ErrorContains(t, err, `margin "n": row 1`)
}

func TestResidualsOfNothing(t *testing.T) {
	var none calibrate.Result
	_, err := none.Residuals(nil)
	require.ErrorIs(t, err, calibrate.ErrIncomplete)
	res, err := calibrate.PostStratify(tens, margin("m", map[string]float64{"a": 50}, "a", "a", "a", "a"), calibrate.RakeOptions{})
	require.NoError(t, err)
	_, err = res.Residuals(tens[:2])
	require.ErrorIs(t, err, calibrate.ErrInvalid)
	_, err = res.Residuals([]float64{1, 2, math.NaN(), 4})
	require.Equal(t, 2, refused(t, err, calibrate.ErrInvalid).Row)

	// What comes back from JSON has its weights and no variance.
	text, err := json.Marshal(res)
	require.NoError(t, err)
	var read calibrate.Result
	require.NoError(t, json.Unmarshal(text, &read))
	require.Equal(t, res.Weights, read.Weights)
	_, err = read.Residuals(tens)
	require.ErrorIs(t, err, calibrate.ErrIncomplete)
}

func TestOptionsJSON(t *testing.T) {
	full := calibrate.Options{Margins: []calibrate.Margin{margin("m", map[string]float64{"a": 3}, "a")}, Method: calibrate.Logit,
		Bounds: calibrate.Bounds{Lower: .5, Upper: 2}, Variance: []float64{1}, Clusters: []string{"c"}, Tolerance: .001,
		MaxIterations: 7, AllowNegative: true, DropCollinear: true, Residuals: calibrate.Exact}
	rake := calibrate.RakeOptions{Tolerance: .001, MaxIterations: 7, Residuals: calibrate.Exact}
	trim := calibrate.TrimOptions{Redistribute: calibrate.Nobody, Strict: true}
	for _, c := range []struct {
		want             string
		full, zero, back any
	}{
		{`{"margins":[{"name":"m","labels":["a"],"totals":{"a":3}}],"method":"logit","bounds":{"lower":0.5,"upper":2},"variance":[1],` +
			`"clusters":["c"],"tolerance":0.001,"max_iterations":7,"allow_negative":true,"drop_collinear":true,"residuals":"exact"}`,
			&full, calibrate.Options{}, new(calibrate.Options)},
		{`{"tolerance":0.001,"max_iterations":7,"residuals":"exact"}`, &rake, calibrate.RakeOptions{}, new(calibrate.RakeOptions)},
		{`{"redistribute":"nobody","strict":true}`, &trim, calibrate.TrimOptions{}, new(calibrate.TrimOptions)},
	} {
		text, err := json.Marshal(c.full)
		require.NoError(t, err)
		require.Equal(t, c.want, string(text))
		require.NoError(t, json.Unmarshal(text, c.back))
		require.Equal(t, c.full, c.back)
		text, err = json.Marshal(c.zero)
		require.NoError(t, err)
		require.Equal(t, `{}`, string(text))
	}
}

func TestTexts(t *testing.T) {
	wording.Enum(t, calibrate.Linear, calibrate.Logit, calibrate.ErrInvalid)
	wording.Enum(t, calibrate.AsSurvey, calibrate.Exact, calibrate.ErrInvalid)
	wording.Enum(t, calibrate.Equally, calibrate.Nobody, calibrate.ErrInvalid)
}
