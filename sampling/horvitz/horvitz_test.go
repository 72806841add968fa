package horvitz_test

import (
	"math"
	"math/bits"
	"testing"

	"github.com/guanxi-go/guanxi/internal/wording"
	"github.com/guanxi-go/guanxi/sampling/draw"
	"github.com/guanxi-go/guanxi/sampling/horvitz"
	"github.com/stretchr/testify/require"
)

var (
	population = []float64{3, 14, 15, 9.2, 6.5, -3.5}
	pik        = []float64{0.2, 0.7, 0.8, 0.5, 0.4, 0.4}
)

// samples yields every sample of three of the population and its probability under
// Sampford's design, from the definition.
func samples(do func(rows []int, p float64)) {
	var sets [][]int
	var probs []float64
	total := 0.0
	for s := range 1 << len(pik) {
		if bits.OnesCount(uint(s)) != 3 {
			continue
		}
		var rows []int
		for k := range pik {
			if s>>k&1 == 1 {
				rows = append(rows, k)
			}
		}
		v := 0.0
		for _, l := range rows {
			term := pik[l]
			for _, k := range rows {
				if k != l {
					term *= pik[k] / (1 - pik[k])
				}
			}
			v += term
		}
		sets, probs, total = append(sets, rows), append(probs, v), total+v
	}
	for i, rows := range sets {
		do(rows, probs[i]/total)
	}
}

func values(rows []int) (y, p []float64) {
	for _, k := range rows {
		y, p = append(y, population[k]), append(p, pik[k])
	}
	return y, p
}

// TestUnbiased holds over all samples that the estimate has the right mean, that both
// estimators of its variance have, and that the variance is DesignVariance.
func TestUnbiased(t *testing.T) {
	u, err := draw.NewUnequal(pik, draw.DesignSampford)
	require.NoError(t, err)
	truth := 0.0
	for _, v := range population {
		truth += v
	}
	mean, square, mass := 0.0, 0.0, 0.0
	estimated := map[horvitz.Estimator]float64{}
	samples(func(rows []int, prob float64) {
		y, p := values(rows)
		total, err := horvitz.Total(y, p)
		require.NoError(t, err)
		mass += prob
		mean += prob * total
		square += prob * (total - truth) * (total - truth)
		joint, err := u.Joint(rows)
		require.NoError(t, err)
		for _, e := range []horvitz.Estimator{horvitz.SenYatesGrundy, horvitz.HorvitzThompson} {
			v, err := horvitz.Variance(y, p, horvitz.Options{Estimator: e, Joint: joint})
			require.NoError(t, err)
			estimated[e] += prob * v
		}
	})
	require.InDelta(t, 1, mass, 1e-14)
	require.InEpsilon(t, truth, mean, 1e-13)
	all, err := u.Joint(nil)
	require.NoError(t, err)
	variance, err := horvitz.DesignVariance(population, all)
	require.NoError(t, err)
	require.InEpsilon(t, square, variance, 1e-12)
	require.InEpsilon(t, square, estimated[horvitz.SenYatesGrundy], 1e-12)
	require.InEpsilon(t, square, estimated[horvitz.HorvitzThompson], 1e-12)
}

// TestSimpleRandomSampling: with equal probabilities every estimator but Poisson's is
// N²(1-n/N)s²/n, and the mean's is that over N².
func TestSimpleRandomSampling(t *testing.T) {
	y := []float64{4, 8, 15, 16, 23, 42}
	size, n := 20.0, float64(len(y))
	p := make([]float64, len(y))
	sum, squares := 0.0, 0.0
	rows := make([]int, len(y))
	for i, v := range y {
		p[i], rows[i] = n/size, i
		sum += v
	}
	for _, v := range y {
		squares += (v - sum/n) * (v - sum/n)
	}
	want := size * size * (1 - n/size) * squares / (n - 1) / n
	joint, err := draw.JointSimple(20, len(y), rows)
	require.NoError(t, err)
	for e := horvitz.SenYatesGrundy; e < horvitz.Poisson; e++ {
		got, err := horvitz.Variance(y, p, horvitz.Options{Estimator: e, Joint: joint})
		require.NoError(t, err)
		require.InEpsilon(t, want, got, 1e-12, e)
		got, err = horvitz.MeanVariance(y, p, horvitz.Options{Estimator: e, Joint: joint})
		require.NoError(t, err)
		require.InEpsilon(t, want/size/size, got, 1e-12, e)
	}
	got, err := horvitz.Variance(y, p, horvitz.Options{Estimator: horvitz.Poisson})
	require.NoError(t, err)
	squares = 0
	for _, v := range y {
		squares += v * v
	}
	require.InEpsilon(t, (1-n/size)*squares*size*size/n/n, got, 1e-12)
}

func TestHardInputs(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	two := matrix{{0.5, 0.2}, {0.2, 0.5}}
	half := []float64{0.5, 0.5}
	total := func(y, p []float64) func() (float64, error) {
		return func() (float64, error) { return horvitz.Total(y, p) }
	}
	variance := func(y, p []float64, e horvitz.Estimator, j horvitz.Joint) func() (float64, error) {
		return func() (float64, error) {
			return horvitz.Variance(y, p, horvitz.Options{Estimator: e, Joint: j})
		}
	}
	for name, c := range map[string]struct {
		call  func() (float64, error)
		want  float64
		err   error
		field string
		row   int
	}{
		"empty total":          {total(nil, nil), 0, nil, "", 0},
		"census":               {total([]float64{1, 2}, []float64{1, 1}), 3, nil, "", 0},
		"lengths":              {total([]float64{1, 2}, []float64{1}), 0, horvitz.ErrInvalid, "probabilities", -1},
		"NaN":                  {total([]float64{1, nan}, half), 0, horvitz.ErrInvalid, "y", 1},
		"infinite":             {total([]float64{inf, 1}, half), 0, horvitz.ErrInvalid, "y", 0},
		"probability 0":        {total([]float64{1, 1}, []float64{0.5, 0}), 0, horvitz.ErrInvalid, "probabilities", 1},
		"probability 1.4":      {total([]float64{1, 1}, []float64{1.4, 0.5}), 0, horvitz.ErrInvalid, "probabilities", 0},
		"probability NaN":      {total([]float64{1, 1}, []float64{nan, 0.5}), 0, horvitz.ErrInvalid, "probabilities", 0},
		"overflow":             {total([]float64{1e308, 1e308}, half), 0, horvitz.ErrOverflow, "result", -1},
		"cancelling":           {total([]float64{1e16, 1, -1e16}, []float64{1, 1, 1}), 1, nil, "", 0},
		"empty mean":           {func() (float64, error) { return horvitz.Mean(nil, nil) }, 0, horvitz.ErrInsufficientData, "y", -1},
		"constant mean":        {func() (float64, error) { return horvitz.Mean([]float64{7, 7}, []float64{0.1, 0.7}) }, 7, nil, "", 0},
		"no joint":             {variance([]float64{1, 2}, half, horvitz.SenYatesGrundy, nil), 0, horvitz.ErrInvalid, "joint", -1},
		"joint of others":      {variance([]float64{1}, []float64{0.5}, horvitz.SenYatesGrundy, two), 0, horvitz.ErrInvalid, "joint", -1},
		"impossible pair":      {variance([]float64{1, 2}, half, horvitz.SenYatesGrundy, matrix{{0.5, 0}, {0, 0.5}}), 0, horvitz.ErrInvalid, "joint", 1},
		"pair above its units": {variance([]float64{1, 2}, half, horvitz.HorvitzThompson, matrix{{0.5, 0.6}, {0.6, 0.5}}), 0, horvitz.ErrInvalid, "joint", 1},
		"unknown estimator":    {variance([]float64{1, 2}, half, 99, two), 0, horvitz.ErrInvalid, "estimator", -1},
		"one unit":             {variance([]float64{1}, []float64{0.5}, horvitz.Deville1, nil), 0, horvitz.ErrInsufficientData, "y", -1},
		"one open unit":        {variance([]float64{1, 5}, []float64{0.5, 1}, horvitz.Brewer, nil), 0, horvitz.ErrInsufficientData, "y", -1},
		"all certain":          {variance([]float64{1, 5}, []float64{1, 1}, horvitz.Deville3, nil), 0, nil, "", 0},
		"certain, with joint":  {variance([]float64{1, 5}, []float64{1, 1}, horvitz.SenYatesGrundy, matrix{{1, 1}, {1, 1}}), 0, nil, "", 0},
		"negative and said":    {variance([]float64{1, 2}, half, horvitz.SenYatesGrundy, matrix{{0.5, 0.4}, {0.4, 0.5}}), -1.5, nil, "", 0},
		"design, lengths":      {func() (float64, error) { return horvitz.DesignVariance([]float64{1}, two) }, 0, horvitz.ErrInvalid, "joint", -1},
		"design, never drawn": {func() (float64, error) {
			return horvitz.DesignVariance([]float64{1, 2}, matrix{{1, 0}, {0, 0}})
		}, 0, horvitz.ErrInvalid, "y", 1},
		"design, never drawn and 0": {func() (float64, error) {
			return horvitz.DesignVariance([]float64{1, 0}, matrix{{1, 0}, {0, 0}})
		}, 0, nil, "", 0},
	} {
		got, err := c.call()
		if c.err == nil {
			require.NoError(t, err, name)
			require.InDelta(t, c.want, got, 1e-15, name)
			continue
		}
		var e *horvitz.Error
		require.ErrorAs(t, err, &e, name)
		require.ErrorIs(t, err, c.err, name)
		require.Equal(t, c.field, e.Field, name)
		require.Equal(t, c.row, e.Row, name)
		require.Zero(t, got, name)
	}
}

func TestEstimatorTexts(t *testing.T) {
	wording.Enum(t, horvitz.SenYatesGrundy, horvitz.Poisson, horvitz.ErrInvalid)
}
