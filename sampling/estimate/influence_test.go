package estimate_test

import (
	"testing"

	"github.com/guanxi-go/guanxi/sampling/calibrate"
	"github.com/guanxi-go/guanxi/sampling/estimate"
	"github.com/guanxi-go/guanxi/sampling/horvitz"
	"github.com/stretchr/testify/require"
)

// pairs are joint probabilities.
type pairs [][]float64

func (p pairs) Len() int            { return len(p) }
func (p pairs) At(k, l int) float64 { return p[k][l] }

// TestInfluenceWithJointProbabilities compares with R 4.2.2 and survey 4.1-1:
//
//	d <- svydesign(id=~1, fpc=~p, pps=ppsmat(joint), variance="YG", data=data.frame(p,y,x,dom))
//	SE(svytotal(~y,d))^2; SE(svymean(~y,d))^2; SE(svyratio(~y,~x,d))^2; SE(svymean(~y,subset(d,dom==1)))^2
func TestInfluenceWithJointProbabilities(t *testing.T) {
	p := []float64{0.8, 0.7, 0.6, 0.5, 0.4}
	y, x := []float64{28, 20, 25, 14, 9}, []float64{10, 6, 9, 5, 4}
	domain := []bool{true, false, true, true, false}
	joint := pairs{
		{0.8, 0.5376, 0.456, 0.372, 0.29},
		{0.5376, 0.7, 0.386, 0.31, 0.24},
		{0.456, 0.386, 0.6, 0.26, 0.2},
		{0.372, 0.31, 0.26, 0.5, 0.16},
		{0.29, 0.24, 0.2, 0.16, 0.4},
	}
	d := design(t, nil, []estimate.Stage{{Probability: p}}, estimate.Options{})
	for _, c := range []struct {
		statistic estimate.Statistic
		by        horvitz.Estimator
		want      float64
	}{
		{estimate.Total(y), horvitz.SenYatesGrundy, 154.97360997352325},
		{estimate.Mean(y), horvitz.SenYatesGrundy, 7.9481024553965236},
		{estimate.Ratio(y, x), horvitz.SenYatesGrundy, 0.012287414771320017},
		{estimate.Mean(y).In(domain), horvitz.SenYatesGrundy, 8.6064582787211759},
		{estimate.Mean(y), horvitz.HorvitzThompson, 6.8056009873067911},
		{estimate.Ratio(y, x), horvitz.HorvitzThompson, 0.010315089587444936},
		{estimate.Mean(y).In(domain), horvitz.HorvitzThompson, 7.2936086828774451},
	} {
		z, err := d.Influence(c.statistic)
		require.NoError(t, err)
		got, err := horvitz.Variance(z, p, horvitz.Options{Estimator: c.by, Joint: joint})
		require.NoError(t, err)
		require.InEpsilon(t, c.want, got, 1e-12)
		// Brewer's formula needs no pairs, and is what the design takes itself.
		e, err := d.Estimate(c.statistic)
		require.NoError(t, err)
		got, err = horvitz.Variance(z, p, horvitz.Options{Estimator: horvitz.Brewer})
		require.NoError(t, err)
		require.InEpsilon(t, got, e.SE*e.SE, 1e-12)
	}
}

// TestInfluenceOfCalibration: what the counts of the population hold fixed has no influence.
func TestInfluenceOfCalibration(t *testing.T) {
	labels := []string{"a", "b", "a", "b", "b", "a", "c", "c"}
	d := simple(t, populations(8, 10), estimate.Options{})
	adjusted, err := calibrate.PostStratify(d.Weights(), calibrate.Margin{
		Name: "branch", Labels: labels, Totals: map[string]float64{"a": 40, "b": 25, "c": 20},
	}, calibrate.RakeOptions{})
	require.NoError(t, err)
	d, err = d.Calibrated(adjusted.Weights, adjusted)
	require.NoError(t, err)
	isA := make([]float64, len(labels))
	for i, label := range labels {
		if label == "a" {
			isA[i] = 1
		}
	}
	z, err := d.Influence(estimate.Total(isA))
	require.NoError(t, err)
	require.InDeltaSlice(t, make([]float64, len(labels)), z, 1e-13)
	z, err = d.Influence(estimate.Total([]float64{1, 5, 3, 2, 2, 8, 4, 6}))
	require.NoError(t, err)
	require.InDeltaSlice(t, []float64{-3, 2, -1, -1, -1, 4, -1, 1}, z, 1e-13)
	_, err = d.Influence(estimate.Total(isA[:3]))
	require.ErrorIs(t, err, estimate.ErrInvalid)
	_, err = d.Influence(estimate.Mean(isA).In(make([]bool, 8)))
	require.ErrorIs(t, err, estimate.ErrNotEstimable)
}
