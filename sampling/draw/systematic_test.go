package draw

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// Over all starts, exactly n different units come each time, and every unit in
// exactly n of N samples: for every n and N up to 40, and 77 of 154, where
// samplics draws 9 (issue 55).
func TestSystematicEnumerated(t *testing.T) {
	sizes := [][2]int{{77, 154}, {76, 154}, {153, 154}, {9, 77}}
	largest := 40
	if testing.Short() {
		largest = 20
	}
	for size := range largest + 1 {
		for n := range size + 1 {
			sizes = append(sizes, [2]int{n, size})
		}
	}
	for _, c := range sizes {
		n, size := c[0], c[1]
		f := numbered(t, size)
		for _, circular := range []bool{false, true} {
			counts := make([]int, size)
			if n == 0 {
				s, err := Systematic(f, n, Seeded(Seed{}), SystematicOptions{Circular: circular})
				require.NoError(t, err)
				require.Zero(t, s.Len())
				continue
			}
			samples := everyDraw([]uint64{uint64(size)}, func(rng *rand.Rand) {
				s, err := Systematic(f, n, From(rng), SystematicOptions{Circular: circular})
				require.NoError(t, err)
				require.Len(t, s.Units, n)
				require.Equal(t, float64(n)/float64(size), s.Probabilities[0])
				widest := 0
				for i, row := range s.Units {
					counts[row]++
					gap := 0
					if i > 0 {
						gap = row - s.Units[i-1]
					} else if circular {
						gap = row + size - s.Units[n-1]
					}
					if i > 0 && gap <= 0 {
						require.Fail(t, "order", "%d of %d: %v", n, size, s.Units)
					}
					widest = max(widest, gap)
				}
				require.LessOrEqual(t, widest, (size+n-1)/n, "the interval rounded up")
			})
			require.Equal(t, size, samples)
			require.Equal(t, n, slices.Max(counts))
			require.Equal(t, n, slices.Min(counts))
		}
	}
}

func TestSystematicLarge(t *testing.T) {
	f := numbered(t, maxUnits) // products beyond 2^32
	for _, circular := range []bool{false, true} {
		s, err := Systematic(f, 1_000_003, From(pcg(3)), SystematicOptions{Circular: circular})
		require.NoError(t, err)
		require.Len(t, s.Units, 1_000_003)
		for i := 1; i < s.Len(); i++ {
			if gap := s.Units[i] - s.Units[i-1]; gap != 2147 && gap != 2148 {
				require.Fail(t, "gap", "%d before unit %d", gap, i)
			}
		}
		require.Less(t, s.Units[s.Len()-1], maxUnits)
	}
}

func TestSystematicHardInputs(t *testing.T) {
	_, err := Systematic(numbered(t, 5), 6, Seeded(Seed{}), SystematicOptions{})
	requireError(t, err, ErrTooMany, "draw: n is more than the frame has (want 6, have 5): more than there are: invalid")
	_, err = Systematic(numbered(t, 5), -2, Seeded(Seed{}), SystematicOptions{})
	require.ErrorIs(t, err, ErrInvalid)
	_, err = Systematic(numbered(t, 5), 2, Source{}, SystematicOptions{})
	require.ErrorIs(t, err, ErrInvalid)
	s, err := Systematic(numbered(t, 0), 0, Seeded(Seed{}), SystematicOptions{Circular: true})
	require.NoError(t, err)
	require.Equal(t, DesignCircular, s.Design)
}
