package draw

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestBernoulli(t *testing.T) {
	f := numbered(t, 8)
	rng := pcg(2)
	for _, p := range []float64{.03, .3, .9} {
		draws := trials(20_000)
		sets := make([]int, 256) // every set of units has its own probability
		for range draws {
			s, err := Bernoulli(f, p, From(rng))
			require.NoError(t, err)
			set := 0
			for i, row := range s.Units {
				if i > 0 && s.Units[i-1] >= row || s.Probabilities[i] != p {
					require.Fail(t, "record", "%v", s)
				}
				set |= 1 << row
			}
			sets[set]++
		}
		// Sets expected less than five times are counted together.
		var observed []int
		var expected []float64
		rest, restExpected := 0, 0.0
		for set, count := range sets {
			e := float64(draws)
			for row := range 8 {
				if set>>row&1 == 1 {
					e *= p
				} else {
					e *= 1 - p
				}
			}
			if e < 5 {
				rest, restExpected = rest+count, restExpected+e
			} else {
				observed, expected = append(observed, count), append(expected, e)
			}
		}
		requireFits(t, append(observed, rest), append(expected, restExpected))
	}
}

func TestBernoulliHardInputs(t *testing.T) {
	f, src := numbered(t, 1000), Seeded(Seed{})
	for _, p := range []float64{-.1, 1.1, math.NaN(), math.Inf(1), math.Inf(-1)} {
		_, err := Bernoulli(f, p, src)
		requireError(t, err, ErrInvalid, "draw: p must be a probability, 0 to 1: invalid")
	}
	_, err := Bernoulli(f, .5, Source{})
	require.ErrorIs(t, err, ErrInvalid)
	for p, n := range map[float64]int{0: 0, 5e-324: 0, 1e-300: 0, 1e-17: 0, 1 - 0x1p-53: 1000, 1: 1000} {
		s, err := Bernoulli(f, p, src)
		require.NoError(t, err)
		require.Equal(t, n, s.Len(), "p = %v", p)
	}
	s, err := Bernoulli(numbered(t, 0), 1, src)
	require.NoError(t, err)
	require.Zero(t, s.Len())
}
