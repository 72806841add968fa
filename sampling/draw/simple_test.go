package draw

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSimple(t *testing.T) {
	f := smallFrame(t, 10, Columns{})
	draws := trials(20_000)
	rng := pcg(6)
	first, second, pairs := make([]int, 10), make([]int, 10), make([]int, 100)
	for range draws {
		s, err := Simple(f, 4, From(rng), Options{Order: OrderDrawn})
		require.NoError(t, err)
		require.Len(t, s.Units, 4)
		first[s.Units[0]]++
		second[s.Units[1]]++
		a, b := min(s.Units[0], s.Units[3]), max(s.Units[0], s.Units[3])
		require.NotEqual(t, a, b)
		pairs[a*10+b]++
	}
	tenth := constant(float64(draws)/10, 10)
	requireFits(t, first, tenth)
	requireFits(t, second, tenth)
	expected := make([]float64, 100)
	for a := range 10 {
		for b := a + 1; b < 10; b++ {
			expected[a*10+b] = float64(draws) / 45
		}
	}
	requireFits(t, pairs, expected)
}

func TestSimpleRecord(t *testing.T) {
	f := smallFrame(t, 10, Columns{})
	seed := ascending()
	s, err := Simple(f, 4, Seeded(seed), Options{})
	require.NoError(t, err)
	require.Equal(t, DesignSimple, s.Design)
	require.Equal(t, &seed, s.Seed)
	require.Equal(t, f.Hash(), s.Frame)
	require.Equal(t, 10, s.FrameSize)
	require.Equal(t, []float64{.4, .4, .4, .4}, s.Probabilities)
	require.Equal(t, []float64{2.5, 2.5, 2.5, 2.5}, s.Weights())
	require.True(t, slices.IsSorted(s.Units))

	again, err := Simple(f, 4, Seeded(seed), Options{})
	require.NoError(t, err)
	require.True(t, s.Equal(again))

	drawn, err := Simple(f, 4, Seeded(seed), Options{Order: OrderDrawn})
	require.NoError(t, err)
	require.False(t, s.Equal(drawn))
	require.ElementsMatch(t, s.Units, drawn.Units, "the order changes nothing else")

	own, err := Simple(f, 4, From(pcg(1)), Options{})
	require.NoError(t, err)
	require.Nil(t, own.Seed)
}

func TestSimpleHardInputs(t *testing.T) {
	f, empty, one := numbered(t, 5), numbered(t, 0), smallFrame(t, 1, Columns{})
	src := Seeded(Seed{})
	_, err := Simple(f, 6, src, Options{})
	requireError(t, err, ErrTooMany, "draw: n is more than the frame has (want 6, have 5): more than there are: invalid")
	require.ErrorIs(t, err, ErrInvalid)
	_, err = Simple(f, -1, src, Options{})
	requireError(t, err, ErrInvalid, "draw: n is -1 and must not be negative: invalid")
	_, err = Simple(empty, 1, src, Options{})
	require.ErrorIs(t, err, ErrTooMany)
	_, err = Simple(f, 1, Source{}, Options{})
	requireError(t, err, ErrInvalid, "draw: source is missing: draw.Seeded or draw.From: invalid")
	_, err = Simple(f, 1, From(nil), Options{})
	require.ErrorIs(t, err, ErrInvalid)
	_, err = Simple(f, 1, src, Options{Order: OrderTicket})
	require.ErrorIs(t, err, ErrInvalid)
	_, err = WithReplacement(empty, 1, src, Options{})
	require.ErrorIs(t, err, ErrTooMany)
	_, err = WithReplacement(f, -1, src, Options{})
	require.ErrorIs(t, err, ErrInvalid)
	_, err = WithReplacement(f, 2, src, Options{Order: 9})
	require.ErrorIs(t, err, ErrInvalid)

	for _, c := range []struct {
		f *Frame
		n int
	}{{f, 0}, {empty, 0}, {f, 5}, {one, 1}} {
		for _, order := range []Order{OrderRow, OrderDrawn} {
			s, err := Simple(c.f, c.n, src, Options{Order: order})
			require.NoError(t, err)
			require.Equal(t, c.n, s.Len())
			require.NotNil(t, s.Units)
			for _, p := range s.Probabilities {
				require.Equal(t, 1.0, p)
			}
		}
	}
	// base R: sample(c(7), 1) draws from 1 to 7. A frame of one unit has one unit.
	seven, err := NewFrame([]string{"7"}, Columns{})
	require.NoError(t, err)
	s, err := Simple(seven, 1, src, Options{})
	require.NoError(t, err)
	ids, err := s.IDs(seven)
	require.NoError(t, err)
	require.Equal(t, []string{"7"}, ids)
}

func TestWithReplacement(t *testing.T) {
	f := numbered(t, 4)
	counts := map[string]int{}
	total := everyDraw([]uint64{4, 4, 4}, func(rng *rand.Rand) {
		s, err := WithReplacement(f, 3, From(rng), Options{Order: OrderDrawn})
		require.NoError(t, err)
		counts[fmt.Sprint(s.Units)]++
		require.Equal(t, []float64{.75, .75, .75}, s.Probabilities)
	})
	require.Len(t, counts, total)

	s, err := WithReplacement(f, 9, Seeded(Seed{}), Options{})
	require.NoError(t, err)
	require.True(t, slices.IsSorted(s.Units))
	require.Equal(t, 9, s.Len())
	require.Equal(t, 2.25, s.Probabilities[0], "more than one draw of each is expected")
	s, err = WithReplacement(numbered(t, 0), 0, Seeded(Seed{}), Options{})
	require.NoError(t, err)
	require.Zero(t, s.Len())
}
