package estimate_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/guanxi-go/guanxi/sampling/estimate"
	"github.com/stretchr/testify/require"
)

// TestLinearOfAConstant: the mean is a regression on nothing.
func TestLinearOfAConstant(t *testing.T) {
	for name, s := range samples(t) {
		m, err := s.design.Linear(s.first, nil, estimate.ModelOptions{})
		require.NoError(t, err, name)
		e, err := s.design.Mean(s.first)
		require.NoError(t, err)
		require.InEpsilon(t, e.Value, m.Each[0].Value, 1e-14)
		require.InEpsilon(t, e.SE, m.Each[0].SE, 1e-13)
		require.Equal(t, e.DF, m.Each[0].DF)
		l, err := s.design.Logistic(s.share, nil, estimate.ModelOptions{})
		require.NoError(t, err)
		p, err := s.design.Proportion(s.share, estimate.ProportionOptions{})
		require.NoError(t, err)
		require.InEpsilon(t, math.Log(p.Value/(1-p.Value)), l.Each[0].Value, 1e-13)
		require.InEpsilon(t, p.SE/(p.Value*(1-p.Value)), l.Each[0].SE, 1e-13)
	}
}

// TestLogisticAtTheOptimum: the weighted scores add up to zero, and the covariance is
// that of the scores' total between two inverse informations.
func TestLogisticAtTheOptimum(t *testing.T) {
	for name, s := range samples(t) {
		d, x := s.design, s.second
		m, err := d.Logistic(s.share, [][]float64{x}, estimate.ModelOptions{})
		require.NoError(t, err, name)
		a, b := m.Each[0].Value, m.Each[1].Value
		rest, restX := make([]float64, len(x)), make([]float64, len(x))
		var i00, i01, i11, scale float64
		for i, w := range d.Weights() {
			p := 1 / (1 + math.Exp(-a-b*x[i]))
			rest[i] = -p
			if s.share[i] {
				rest[i]++
			}
			restX[i] = rest[i] * x[i]
			g := w * p * (1 - p)
			i00, i01, i11 = i00+g, i01+g*x[i], i11+g*x[i]*x[i]
			scale += w * math.Abs(restX[i])
		}
		scores, err := d.Joint(estimate.Total(rest), estimate.Total(restX))
		require.NoError(t, err)
		require.InDelta(t, 0, scores.Each[0].Value, 1e-13*scale)
		require.InDelta(t, 0, scores.Each[1].Value, 1e-13*scale)
		det := i00*i11 - i01*i01
		inverse := [2][2]float64{{i11 / det, -i01 / det}, {-i01 / det, i00 / det}}
		for j := range 2 {
			for k := range 2 {
				want := 0.0
				for l := range 2 {
					for o := range 2 {
						want += inverse[j][l] * scores.Covariance[l][o] * inverse[o][k]
					}
				}
				require.InEpsilon(t, want, m.Covariance[j][k], 1e-10)
			}
		}
	}
}

// TestLinearKeepsItsDigits: a column with an offset of ten million.
func TestLinearKeepsItsDigits(t *testing.T) {
	random := rand.New(rand.NewPCG(2, 2))
	n := 200
	y, x, far := make([]float64, n), make([]float64, n), make([]float64, n)
	for i := range y {
		x[i] = float64(random.IntN(1000))
		far[i] = x[i] + 1e7
		y[i] = 3 + 2*x[i] + random.NormFloat64()
	}
	d := simple(t, ones(n), estimate.Options{})
	near, err := d.Linear(y, [][]float64{x}, estimate.ModelOptions{})
	require.NoError(t, err)
	off, err := d.Linear(y, [][]float64{far}, estimate.ModelOptions{})
	require.NoError(t, err)
	require.InEpsilon(t, near.Each[1].Value, off.Each[1].Value, 1e-12)
	require.InEpsilon(t, near.Each[1].SE, off.Each[1].SE, 1e-9)
}

func TestRegressionRefuses(t *testing.T) {
	d := simple(t, ones(6), estimate.Options{})
	y := []float64{1, 2, 3, 4, 5, 7}
	x := []float64{1, 0, 1, 2, 5, 3}
	twice := []float64{2, 0, 2, 4, 10, 6}
	_, err := d.Linear(y, [][]float64{x, twice}, estimate.ModelOptions{})
	require.ErrorIs(t, err, estimate.ErrInvalid)
	require.ErrorContains(t, err, "column 1 is a combination")
	_, err = d.Linear(y, [][]float64{ones(6)}, estimate.ModelOptions{})
	require.ErrorContains(t, err, "column 0 is a combination")
	_, err = d.Linear(y, [][]float64{make([]float64, 6)}, estimate.ModelOptions{NoIntercept: true})
	require.ErrorIs(t, err, estimate.ErrInvalid)
	_, err = d.Linear(y, nil, estimate.ModelOptions{NoIntercept: true})
	require.ErrorIs(t, err, estimate.ErrNotEstimable)
	_, err = d.Linear(y, [][]float64{x[:5]}, estimate.ModelOptions{})
	require.ErrorIs(t, err, estimate.ErrInvalid)
	_, err = d.Linear(y[:5], [][]float64{x}, estimate.ModelOptions{})
	require.ErrorIs(t, err, estimate.ErrInvalid)
	missing := append([]float64(nil), x...)
	missing[4] = math.NaN()
	_, err = d.Linear(y, [][]float64{missing}, estimate.ModelOptions{})
	var e *estimate.Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, 4, e.Row)
	few, err := d.Where([]bool{true, true, false, false, false, false})
	require.NoError(t, err)
	_, err = few.Linear(y, [][]float64{x, []float64{1, 5, 2, 2, 3, 1}}, estimate.ModelOptions{})
	require.ErrorIs(t, err, estimate.ErrNotEstimable)
	_, err = d.Logistic([]bool{false, false, false, true, true, true}, [][]float64{{1, 2, 3, 4, 5, 6}}, estimate.ModelOptions{})
	require.ErrorIs(t, err, estimate.ErrNotConverged)
	_, err = d.Logistic(make([]bool, 6), nil, estimate.ModelOptions{})
	require.ErrorIs(t, err, estimate.ErrNotConverged)
	_, err = d.Linear([]float64{1e300, -1e300, 1e300, 1e300, 1e300, 1}, [][]float64{x}, estimate.ModelOptions{})
	require.ErrorIs(t, err, estimate.ErrInvalid)
}
