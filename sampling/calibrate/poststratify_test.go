package calibrate_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/internal/numeric"
	"github.com/guanxi-go/guanxi/sampling/calibrate"
	"github.com/guanxi-go/guanxi/sampling/estimate"
)

// TestPostStratifyUnequalWeights: within a category design weights differ, so that the
// means by weight and those of the rows are not the same. The figures are those of R
// 4.2.2, survey 4.1-1: svymean and svytotal of postStratify(svydesign(id=~1, ...)).
func TestPostStratifyUnequalWeights(t *testing.T) {
	weights := []float64{10, 30, 20, 5, 40, 15, 25, 10}
	y := []float64{3, 5, 8, 1, 9, 4, 7, 6}
	margin := calibrate.Margin{Name: "c", Labels: []string{"a", "b", "a", "a", "b", "b", "a", "b"},
		Totals: map[string]float64{"a": 90, "b": 110}}
	for _, rule := range []calibrate.Linearization{calibrate.AsSurvey, calibrate.Exact} {
		res, err := calibrate.PostStratify(weights, margin, calibrate.RakeOptions{Residuals: rule})
		require.NoError(t, err)
		design, err := estimate.NewDesign(weights, nil, estimate.Options{})
		require.NoError(t, err)
		adjusted, err := design.Calibrated(res.Weights, res)
		require.NoError(t, err)
		mean, err := adjusted.Mean(y)
		require.NoError(t, err)
		total, err := adjusted.Total(y)
		require.NoError(t, err)
		got := []float64{mean.Value, mean.SE, total.Value, total.SE}
		want := []float64{6.4223684210526315, 0.84763776172976735, 1284.4736842105262, 169.52755234595338}
		for i := range want {
			require.True(t, numeric.Close(got[i], want[i], 16, 0), "%v, figure %d: %.17g, want %.17g", rule, i, got[i], want[i])
		}
	}
	_, err := calibrate.PostStratify(weights, margin, calibrate.RakeOptions{Residuals: 9})
	require.ErrorIs(t, err, calibrate.ErrInvalid)
}
