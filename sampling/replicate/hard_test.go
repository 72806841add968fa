package replicate_test

import (
	"encoding/json"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/sampling/replicate"
)

func TestRefusals(t *testing.T) {
	ones := func(n int) []float64 { return slices.Repeat([]float64{1}, n) }
	design := func(w []float64, o replicate.DesignOptions) error {
		_, err := replicate.NewDesign(w, o)
		return err
	}
	make := func(o replicate.DesignOptions, n int, how func(d *replicate.Design) (*replicate.Replicates, error)) error {
		d, err := replicate.NewDesign(ones(n), o)
		require.NoError(t, err)
		r, err := how(d)
		require.Error(t, err)
		require.Nil(t, r)
		return err
	}
	random := rand.New(rand.NewPCG(1, 2))
	jkn := func(d *replicate.Design) (*replicate.Replicates, error) { return d.JKn(replicate.Options{}) }
	jk1 := func(d *replicate.Design) (*replicate.Replicates, error) { return d.JK1(replicate.Options{}) }
	brr := func(d *replicate.Design) (*replicate.Replicates, error) { return d.BRR(replicate.Options{}) }
	rho := func(rho float64) func(d *replicate.Design) (*replicate.Replicates, error) {
		return func(d *replicate.Design) (*replicate.Replicates, error) { return d.BRR(replicate.Options{Rho: rho}) }
	}
	raoWu := func(n int) func(d *replicate.Design) (*replicate.Replicates, error) {
		return func(d *replicate.Design) (*replicate.Replicates, error) {
			return d.RaoWu(n, random, replicate.Options{})
		}
	}
	canty := func(d *replicate.Design) (*replicate.Replicates, error) {
		return d.CantyDavison(9, random, replicate.Options{})
	}
	given := func(w [][]float64, o replicate.GivenOptions) error {
		_, err := replicate.Given(ones(2), w, o)
		return err
	}
	good := [][]float64{{1, 2}, {2, 1}}
	lonely := replicate.DesignOptions{Strata: []string{"a", "a", "b"}}
	three := replicate.DesignOptions{Strata: []string{"a", "a", "b", "b", "b"}}
	pairs := replicate.DesignOptions{Strata: []string{"a", "a", "b", "b"}}
	finite := replicate.DesignOptions{Strata: pairs.Strata, Population: map[string]float64{"a": 9, "b": 9}}
	census := replicate.DesignOptions{Strata: []string{"a", "b"}, Population: map[string]float64{"a": 1, "b": 1}}
	for name, test := range map[string]struct {
		err   error
		cause error
		want  replicate.Error // Row and Replicate are one more than expected
	}{
		"no rows":             {design(nil, replicate.DesignOptions{}), replicate.ErrInsufficientData, replicate.Error{Field: "weights"}},
		"weight negative":     {design([]float64{1, -1}, replicate.DesignOptions{}), replicate.ErrInvalid, replicate.Error{Field: "weights", Row: 2}},
		"weight NaN":          {design([]float64{math.NaN(), 1}, replicate.DesignOptions{}), replicate.ErrInvalid, replicate.Error{Field: "weights", Row: 1}},
		"strata too few":      {design(ones(2), replicate.DesignOptions{Strata: []string{"a"}}), replicate.ErrInvalid, replicate.Error{Field: "strata"}},
		"stratum missing":     {design(ones(2), replicate.DesignOptions{Strata: []string{"a", ""}}), replicate.ErrInvalid, replicate.Error{Field: "strata", Row: 2}},
		"PSU missing":         {design(ones(2), replicate.DesignOptions{PSUs: []string{"", "a"}}), replicate.ErrInvalid, replicate.Error{Field: "psus", Row: 1}},
		"PSU in two strata":   {design(ones(2), replicate.DesignOptions{Strata: []string{"a", "b"}, PSUs: []string{"p", "p"}}), replicate.ErrInvalid, replicate.Error{Field: "psus", Row: 2, Stratum: "b", PSU: "p"}},
		"population missing":  {design(ones(3), replicate.DesignOptions{Strata: lonely.Strata, Population: map[string]float64{"a": 9}}), replicate.ErrInvalid, replicate.Error{Field: "population", Stratum: "b"}},
		"population small":    {design(ones(3), replicate.DesignOptions{Strata: lonely.Strata, Population: map[string]float64{"a": 1, "b": 1}}), replicate.ErrInvalid, replicate.Error{Field: "population", Stratum: "a"}},
		"population NaN":      {design(ones(2), replicate.DesignOptions{Population: map[string]float64{"": math.NaN()}}), replicate.ErrInvalid, replicate.Error{Field: "population"}},
		"population too many": {design(ones(2), replicate.DesignOptions{Population: map[string]float64{"": 9, "x": 9}}), replicate.ErrInvalid, replicate.Error{Field: "population", Stratum: "x"}},
		"lonely JKn":          {make(lonely, 3, jkn), replicate.ErrLonelyPSU, replicate.Error{Field: "psus", Stratum: "b"}},
		"lonely BRR":          {make(lonely, 3, brr), replicate.ErrLonelyPSU, replicate.Error{Field: "psus", Stratum: "b"}},
		"lonely bootstrap":    {make(lonely, 3, raoWu(9)), replicate.ErrLonelyPSU, replicate.Error{Field: "psus", Stratum: "b"}},
		"lonely Canty":        {make(lonely, 3, canty), replicate.ErrLonelyPSU, replicate.Error{Field: "psus", Stratum: "b"}},
		"one row":             {make(replicate.DesignOptions{}, 1, jk1), replicate.ErrLonelyPSU, replicate.Error{Field: "psus"}},
		"census JKn":          {make(census, 2, jkn), replicate.ErrInsufficientData, replicate.Error{Field: "psus"}},
		"census bootstrap":    {make(census, 2, raoWu(9)), replicate.ErrInsufficientData, replicate.Error{Field: "psus"}},
		"JK1 of strata":       {make(pairs, 4, jk1), replicate.ErrInvalid, replicate.Error{Field: "strata"}},
		"three in BRR":        {make(three, 5, brr), replicate.ErrInvalid, replicate.Error{Field: "psus", Stratum: "b"}},
		"finite BRR":          {make(replicate.DesignOptions{Population: map[string]float64{"": 9}}, 2, brr), replicate.ErrUnsupported, replicate.Error{Field: "psus"}},
		"finite Canty":        {make(replicate.DesignOptions{Population: map[string]float64{"": 9}}, 2, canty), replicate.ErrUnsupported, replicate.Error{Field: "psus"}},
		"rho 1":               {make(pairs, 4, rho(1)), replicate.ErrInvalid, replicate.Error{Field: "rho"}},
		"rho NaN":             {make(pairs, 4, rho(math.NaN())), replicate.ErrInvalid, replicate.Error{Field: "rho"}},
		"rho of jackknife": {make(pairs, 4, func(d *replicate.Design) (*replicate.Replicates, error) { return d.JKn(replicate.Options{Rho: .3}) }),
			replicate.ErrInvalid, replicate.Error{Field: "rho"}},
		"no randomness": {make(pairs, 4, func(d *replicate.Design) (*replicate.Replicates, error) { return d.RaoWu(9, nil, replicate.Options{}) }),
			replicate.ErrInvalid, replicate.Error{Field: "replicates"}},
		"bootstrap of 1":     {make(pairs, 4, raoWu(1)), replicate.ErrInvalid, replicate.Error{Field: "replicates"}},
		"given one":          {given(good[:1], replicate.GivenOptions{Scale: 1}), replicate.ErrInvalid, replicate.Error{Field: "replicates"}},
		"given no scale":     {given(good, replicate.GivenOptions{}), replicate.ErrInvalid, replicate.Error{Field: "scale"}},
		"given rscales":      {given(good, replicate.GivenOptions{Scale: 1, RScales: ones(3)}), replicate.ErrInvalid, replicate.Error{Field: "scale"}},
		"given rscale":       {given(good, replicate.GivenOptions{Scale: 1, RScales: []float64{1, -1}}), replicate.ErrInvalid, replicate.Error{Field: "scale", Replicate: 2}},
		"given df":           {given(good, replicate.GivenOptions{Scale: 1, DegreesOfFreedom: -1}), replicate.ErrInvalid, replicate.Error{Field: "replicates"}},
		"given weights":      {given([][]float64{{1, 2}, {1}}, replicate.GivenOptions{Scale: 1}), replicate.ErrInvalid, replicate.Error{Field: "replicates", Replicate: 2}},
		"given weight NaN":   {given([][]float64{{1, math.NaN()}, {1, 1}}, replicate.GivenOptions{Scale: 1}), replicate.ErrInvalid, replicate.Error{Field: "replicates", Replicate: 1, Row: 2}},
		"Hadamard of none":   {second(replicate.Hadamard(0)), replicate.ErrInvalid, replicate.Error{Field: "replicates"}},
		"Hadamard of 16385":  {second(replicate.Hadamard(16385)), replicate.ErrInvalid, replicate.Error{Field: "replicates"}},
		"several lonely":     {make(replicate.DesignOptions{Strata: []string{"a", "b"}}, 2, jkn), replicate.ErrLonelyPSU, replicate.Error{Field: "psus", Stratum: "a"}},
		"finite BRR, strata": {make(finite, 4, brr), replicate.ErrUnsupported, replicate.Error{Field: "psus", Stratum: "a"}},
	} {
		t.Run(name, func(t *testing.T) { refused(t, test.err, test.cause, test.want) })
	}
	err := make(replicate.DesignOptions{Strata: []string{"a", "b"}}, 2, jkn)
	require.ErrorContains(t, err, `stratum "a"`)
	require.ErrorContains(t, err, `stratum "b"`, "all lonely PSUs at once")
}

func second[T any](_ T, err error) error { return err }

// refused requires the typed error with Row and Replicate one more than they are.
func refused(t *testing.T, err, cause error, want replicate.Error) {
	t.Helper()
	require.ErrorIs(t, err, cause)
	var e *replicate.Error
	require.ErrorAs(t, err, &e)
	require.NotEmpty(t, e.Reason)
	require.Regexp(t, "^replicate: ", err.Error())
	got := *e
	got.Reason, got.Err = "", nil
	got.Row++
	got.Replicate++
	require.Equal(t, want, got)
}

func TestRefusedEstimates(t *testing.T) {
	d, err := replicate.NewDesign([]float64{1, 1, 1}, replicate.DesignOptions{PSUs: []string{"a", "b", "b"}})
	require.NoError(t, err)
	r, err := d.JKn(replicate.Options{})
	require.NoError(t, err)
	y := []float64{1, 2, 3}

	// The domain lies in PSU a, which the first replicate leaves out.
	_, err = r.Ratio([]float64{5, 0, 0}, []float64{1, 0, 0})
	refused(t, err, replicate.ErrUndefined, replicate.Error{Field: "estimate", Replicate: 1})
	_, err = r.Ratio(y, []float64{0, 0, 0})
	refused(t, err, replicate.ErrUndefined, replicate.Error{Field: "estimate"})
	_, err = r.Totals()
	refused(t, err, replicate.ErrInvalid, replicate.Error{Field: "columns"})
	_, err = r.Means()
	refused(t, err, replicate.ErrInvalid, replicate.Error{Field: "columns"})
	_, err = r.Totals(y, y[:2])
	refused(t, err, replicate.ErrInvalid, replicate.Error{Field: "columns"})
	_, err = r.Totals([]float64{1, 2, math.NaN()})
	refused(t, err, replicate.ErrInvalid, replicate.Error{Field: "columns", Row: 3})

	_, err = r.Totals([]float64{1e200, -1e200, 1})
	refused(t, err, replicate.ErrUndefined, replicate.Error{Field: "estimate"})

	own := errors.New("own")
	calls := 0
	third := func() error {
		if calls++; calls == 3 {
			return own
		}
		return nil
	}
	_, err = r.Variance(func([]float64) ([]float64, error) { return []float64{1}, third() })
	refused(t, err, own, replicate.Error{Field: "estimate", Replicate: 2})
	calls = 0
	_, err = r.OfTotals([][]float64{y}, func(v []float64) ([]float64, error) { return v, third() })
	refused(t, err, own, replicate.Error{Field: "estimate", Replicate: 2})
	_, err = r.Variance(func(w []float64) ([]float64, error) { return w[:1+int(w[0])], nil })
	refused(t, err, replicate.ErrInvalid, replicate.Error{Field: "estimate", Replicate: 1})
	_, err = r.Variance(func([]float64) ([]float64, error) { return nil, nil })
	refused(t, err, replicate.ErrInvalid, replicate.Error{Field: "estimate"})
	_, err = r.Adjusted(func(w []float64) ([]float64, error) { return w, own }).Totals(y)
	refused(t, err, own, replicate.Error{Field: "adjustment"})
	_, err = r.Adjusted(func(w []float64) ([]float64, error) { return w[:1], nil }).Totals(y)
	require.ErrorIs(t, err, replicate.ErrInvalid)
	_, err = r.Weights(2)
	refused(t, err, replicate.ErrInvalid, replicate.Error{Field: "replicates"})

	est, err := r.Totals(y)
	require.NoError(t, err)
	for _, level := range []float64{0, 1, math.NaN(), -1} {
		_, _, err = est.Interval(0, level)
		refused(t, err, replicate.ErrInvalid, replicate.Error{Field: "level"})
	}
	_, _, err = (&replicate.Estimate{Values: []float64{1}}).Interval(0, .95)
	refused(t, err, replicate.ErrInsufficientData, replicate.Error{Field: "level"})
}

// TestCertainty: a stratum whose only PSU is its whole population adds nothing.
func TestCertainty(t *testing.T) {
	y := []float64{3, 8, 1, 70}
	w := []float64{2, 2, 2, 1}
	d, err := replicate.NewDesign(w, replicate.DesignOptions{Strata: []string{"b", "b", "b", "a"}, Population: map[string]float64{"a": 1, "b": 6}})
	require.NoError(t, err)
	only, err := replicate.NewDesign(w[:3], replicate.DesignOptions{Population: map[string]float64{"": 6}})
	require.NoError(t, err)
	want, err := only.JKn(replicate.Options{})
	require.NoError(t, err)
	for name, how := range map[string]func() (*replicate.Replicates, error){
		"JKn": func() (*replicate.Replicates, error) { return d.JKn(replicate.Options{}) },
		"RaoWu": func() (*replicate.Replicates, error) {
			return d.RaoWu(4000, rand.New(rand.NewPCG(1, 2)), replicate.Options{})
		},
	} {
		r, err := how()
		require.NoError(t, err)
		est, err := r.Totals(y)
		require.NoError(t, err)
		require.Equal(t, 94., est.Values[0])
		less, err := want.Totals(y[:3])
		require.NoError(t, err)
		if name == "JKn" {
			require.Equal(t, 3, r.Len())
			require.Equal(t, 2, r.DegreesOfFreedom())
			require.InEpsilon(t, less.SE(0), est.SE(0), 1e-12)
		} else {
			require.InEpsilon(t, less.SE(0), est.SE(0), .05)
		}
	}
}

func TestOptionsJSON(t *testing.T) {
	for _, c := range []struct {
		want             string
		full, zero, back any
	}{
		{`{"strata":["s"],"psus":["p"],"nest":true,"population":{"s":10}}`,
			&replicate.DesignOptions{Strata: []string{"s"}, PSUs: []string{"p"}, Nest: true, Population: map[string]float64{"s": 10}},
			replicate.DesignOptions{}, new(replicate.DesignOptions)},
		{`{"mse":true,"rho":0.5}`, &replicate.Options{MSE: true, Rho: .5}, replicate.Options{}, new(replicate.Options)},
		{`{"scale":0.1,"rscales":[1,2],"degrees_of_freedom":3,"mse":true}`,
			&replicate.GivenOptions{Scale: .1, RScales: []float64{1, 2}, DegreesOfFreedom: 3, MSE: true},
			replicate.GivenOptions{}, new(replicate.GivenOptions)},
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
