package score_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm/pipeline/score"
)

// Forty leads numbered 0 to 39, won from 24 on but for three strays: nearly separated, so
// that Newton's last steps gain less than the likelihood can show. The figures are the
// solutions of the likelihood equations with 40 digits (mpmath 1.3.0).
func strays(i int) bool { return i == 18 || i == 21 || i >= 24 && i != 29 }

func TestLogisticToTheLastDigits(t *testing.T) {
	var examples []score.Example
	for i := range 40 {
		examples = append(examples, score.Example{X: []float64{float64(i)}, Won: strays(i)})
	}
	m, err := score.FitLogistic([]string{"number"}, examples, score.LogisticOptions{})
	require.NoError(t, err)
	require.InEpsilon(t, -1.0645919351007925197, m.Intercept, 1e-13)
	require.InEpsilon(t, 0.35415400508152210975, m.Coefficients[0].Value, 1e-13)
	require.InEpsilon(t, 0.11887262788981813984, m.Coefficients[0].StdErr, 1e-13)
}

func TestPlattToTheLastDigits(t *testing.T) {
	var cases []score.Case
	for i := range 40 {
		cases = append(cases, score.Case{Score: float64(i) / 32, Won: strays(i)})
	}
	m, err := score.FitPlatt(cases)
	require.NoError(t, err)
	require.InEpsilon(t, -5.0527600435979501939, m.A, 1e-13)
	require.InEpsilon(t, 7.1708452804621727439, m.B, 1e-13)
}

// A probability at the limit of two bins is in the upper one, also where the product with
// the number of bins is rounded below it: 0.29 times 100, 0.58 times 50.
func TestReliabilityAtTheLimits(t *testing.T) {
	for _, bins := range []int{10, 49, 50, 100, 1000} {
		var cases []score.Case
		for k := range bins + 1 {
			for _, p := range []float64{
				float64(k) / float64(bins),
				math.Nextafter(float64(k)/float64(bins), 0),
				min(1, math.Nextafter(float64(k)/float64(bins), 2)),
			} {
				cases = append(cases, score.Case{Score: p, Won: k%2 == 0})
			}
		}
		got, err := score.Reliability(cases, bins)
		require.NoError(t, err)
		require.Len(t, got, bins)
		for k, b := range got {
			in := 0
			for _, c := range cases {
				if b.From <= c.Score && (c.Score < b.To || k == bins-1) {
					in++
				}
			}
			require.Equal(t, in, b.Of, "%d bins, from %v", bins, b.From)
		}
	}
}
