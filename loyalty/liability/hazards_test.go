package liability

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// The influence of a cluster is the derivative of what is projected by the weight of
// its slices: here it is taken by differences, for points that enter at many ages.
func TestJackknifeIsTheDerivative(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	var slices []slice
	for i := range 60 {
		s := slice{cluster: i / 3, exit: 1 + rng.IntN(20), points: 1_000_000 * (1 + rng.Int64N(9)), end: ending(rng.IntN(int(endings)))}
		if i%10 == 0 {
			s.exit, s.end = 20, open
		}
		if i%4 == 0 {
			s.entry = rng.IntN(s.exit)
		}
		slices = append(slices, s)
	}
	entering := make([]float64, 30)
	for age := range entering {
		entering[age] = rng.Float64()
	}
	const little = 1e-4
	value, stdErr := newHazards(slices, 20).project(entering)
	var squares [endings]float64
	for c := range 20 {
		moved := make([]slice, len(slices))
		for i, s := range slices {
			if s.cluster == c {
				s.points += int64(float64(s.points) * little)
			}
			moved[i] = s
		}
		now, _ := newHazards(moved, 20).project(entering)
		for k := range squares {
			squares[k] += math.Pow((now[k]-value[k])/little, 2)
		}
	}
	total, entered := 0.0, 0.0
	for k := range squares {
		require.InEpsilon(t, math.Sqrt(squares[k]), stdErr[k], 1e-3)
		total += value[k]
	}
	for _, n := range entering {
		entered += n
	}
	require.InEpsilon(t, entered, total, 1e-12, "nothing is lost on the way")
}
