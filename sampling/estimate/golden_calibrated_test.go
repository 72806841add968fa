package estimate_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/guanxi-go/guanxi/internal/numeric"
	"github.com/guanxi-go/guanxi/internal/reference"
	"github.com/guanxi-go/guanxi/sampling/calibrate"
	"github.com/guanxi-go/guanxi/sampling/estimate"
	"github.com/stretchr/testify/require"
)

// A population is what calibration knows: counts and a total of all schools.
type population struct {
	t     *testing.T
	table reference.Table
}

func (p population) margin(tb reference.Table, column string) calibrate.Margin {
	m := calibrate.Margin{Name: column, Labels: tb.Strings(column), Totals: map[string]float64{}}
	for _, label := range p.table.Strings(column) {
		m.Totals[label]++
	}
	return m
}

// columns are the indicators of the school's type and its score of the year before.
func (p population) columns(tb reference.Table) []calibrate.Auxiliary {
	a, err := calibrate.Indicators(p.margin(tb, "stype"))
	require.NoError(p.t, err)
	var total numeric.Sum
	for _, x := range p.table.Floats("api99", math.NaN()) {
		total.Add(x)
	}
	return append(a, calibrate.Auxiliary{Name: "api99", Values: tb.Floats("api99", math.NaN()), Total: total.Value()})
}

// calibrated compares the sections of est_api.json about adjusted weights: weights,
// and estimates with the adjustment's effect on their error.
func (g *golden) calibrated(clus1, strat survey, clus1Table, stratTable reference.Table) {
	p := population{g.t, reference.CSV(g.t, "data/sampling/apipop.csv")}
	weights := clus1.design.Weights()
	rake := func(o calibrate.RakeOptions, columns ...string) (*calibrate.Result, error) {
		var margins []calibrate.Margin
		for _, c := range columns {
			margins = append(margins, p.margin(clus1Table, c))
		}
		return calibrate.Rake(weights, margins, o)
	}
	greg := func(a []calibrate.Auxiliary, o calibrate.Options) (*calibrate.Result, error) {
		return calibrate.Calibrate(weights, a, o)
	}
	all := p.columns(clus1Table)
	for name, make := range map[string]func() (*calibrate.Result, error){
		"poststrat_clus1_stype":            func() (*calibrate.Result, error) { return rake(calibrate.RakeOptions{}, "stype") },
		"rake_clus1_stype_schwide_eps1e12": func() (*calibrate.Result, error) { return rake(calibrate.RakeOptions{}, "stype", "sch.wide") },
		"rake_clus1_default_eps1": func() (*calibrate.Result, error) { // R's tolerance is a count of one
			return rake(calibrate.RakeOptions{Tolerance: 1 / 6194.}, "stype", "sch.wide")
		},
		"greg_linear_stype":       func() (*calibrate.Result, error) { return greg(all[:3], calibrate.Options{}) },
		"greg_linear_stype_api99": func() (*calibrate.Result, error) { return greg(all, calibrate.Options{}) },
		"calib_raking_stype_api99": func() (*calibrate.Result, error) {
			return greg(all, calibrate.Options{Method: calibrate.Multiplicative})
		},
		"calib_logit_bounds_0.6_1.6_stype_api99": func() (*calibrate.Result, error) { // R stops one step early
			return greg(all, calibrate.Options{Method: calibrate.Logit, Bounds: calibrate.Bounds{Lower: .6, Upper: 1.6}, Tolerance: 1e-8})
		},
		"calib_linear_bounds_0.5_2": func() (*calibrate.Result, error) {
			return greg(all, calibrate.Options{Bounds: calibrate.Bounds{Lower: .5, Upper: 2}})
		},
		"ratio_lambda": func() (*calibrate.Result, error) {
			return greg(all[3:], calibrate.Options{Variance: all[3].Values})
		},
		"greg_linear_aggregate_stage1": func() (*calibrate.Result, error) {
			return greg(all, calibrate.Options{Clusters: clus1Table.Strings("dnum"), AllowNegative: true})
		},
	} {
		r, err := make()
		require.NoError(g.t, err, name)
		d, err := clus1.design.Calibrated(r.Weights, r)
		require.NoError(g.t, err, name)
		g.adjusted("calibration/"+name, d, clus1)
	}
	r, err := calibrate.Calibrate(strat.design.Weights(), p.columns(stratTable), calibrate.Options{})
	require.NoError(g.t, err)
	d, err := strat.design.Calibrated(r.Weights, r)
	require.NoError(g.t, err)
	g.adjusted("calibration/greg_strat", d, strat)
	trimmed, err := calibrate.Trim(strat.design.Weights(), 0, 40, calibrate.TrimOptions{})
	require.NoError(g.t, err)
	d, err = strat.design.Calibrated(trimmed.Weights)
	require.NoError(g.t, err)
	g.adjusted("calibration/trim_strat_upper40", d, strat)
}

// adjusted compares one section.
func (g *golden) adjusted(at string, d *estimate.Design, s survey) {
	g.t.Helper()
	if g.has(at + "/margins") {
		g.input(at + "/margins")
	}
	w := d.Weights()
	var squares numeric.Sum
	for i, x := range w {
		squares.Add(x * x)
		g.equal(fmt.Sprintf("%s/weights/all/%d", at, i), x)
		if i < 10 {
			g.equal(fmt.Sprintf("%s/weights/first10/%d", at, i), x)
		}
	}
	g.equal(at+"/weights/sum", d.Size())
	g.equal(at+"/weights/sumsq", squares.Value())
	g.equal(at+"/weights/min", slices.Min(w))
	g.equal(at+"/weights/max", slices.Max(w))
	for name, statistic := range map[string]estimate.Statistic{
		"api00_mean": estimate.Mean(s.first), "api00_total": estimate.Total(s.first), "enroll_total": estimate.Total(s.enrolment),
	} {
		e := joint(g.t, d, statistic)
		g.figures(at+"/"+name, e.Each, e.Covariance, nil)
	}
	r, err := d.Ratio(s.students, s.enrolment)
	require.NoError(g.t, err)
	g.ratio(at+"/ratio", r)
}

// staffCalibrated compares the raked and the regression weights of est_synthetic.json.
func (g *golden) staffCalibrated(s survey, tb reference.Table) {
	t := g.t
	counts := func(at string, f estimate.Factor) map[string]float64 {
		m := map[string]float64{}
		for _, level := range f.Levels() {
			m[level] = g.number(at + "/" + level)
		}
		return m
	}
	dept := calibrate.Margin{Name: "dept", Labels: tb.Strings("dept"), Totals: counts("rake/margins/dept", s.by)}
	grade := calibrate.Margin{Name: "grade", Labels: tb.Strings("grade"), Totals: counts("rake/margins/grade", s.factor)}
	weights := s.design.Weights()
	raked, err := calibrate.Rake(weights, []calibrate.Margin{dept, grade}, calibrate.RakeOptions{})
	require.NoError(t, err)
	d, err := s.design.Calibrated(raked.Weights, raked)
	require.NoError(t, err)
	e := joint(t, d, estimate.Mean(s.first), estimate.Share(s.share))
	g.figures("rake/score", e.Each[:1], e.Covariance, nil)
	g.figures("rake/pass", e.Each[1:], [][]float64{{e.Covariance[1][1]}}, nil)

	columns, err := calibrate.Indicators(dept)
	require.NoError(t, err)
	columns = append(columns, calibrate.Auxiliary{Name: "tenure", Values: s.second, Total: g.number("greg/tenure_total")})
	fitted, err := calibrate.Calibrate(weights, columns, calibrate.Options{})
	require.NoError(t, err)
	for i := range weights {
		g.equal(fmt.Sprintf("rake/w/%d", i), raked.Weights[i])
		g.equal(fmt.Sprintf("greg/w/%d", i), fitted.Weights[i])
	}
	d, err = s.design.Calibrated(fitted.Weights, fitted)
	require.NoError(t, err)
	e = joint(t, d, estimate.Mean(s.first))
	g.figures("greg/score", e.Each, e.Covariance, nil)
}
