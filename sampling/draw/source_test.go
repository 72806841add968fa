package draw

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// A recorded draw has to come out the same in every later version: these values
// may never change.
func TestSeededDrawsArePinned(t *testing.T) {
	f := numbered(t, 1000)
	src := Seeded(ascending())
	for _, c := range []struct {
		want []int
		s    *Sample
	}{
		{pinnedSimple, must(Simple(f, 5, src, Options{Order: OrderDrawn}))},
		{pinnedReplacement, must(WithReplacement(f, 5, src, Options{Order: OrderDrawn}))},
		{pinnedSystematic, must(Systematic(f, 5, src, SystematicOptions{}))},
		{pinnedBernoulli, must(Bernoulli(f, .005, src))},
		{pinnedTickets, must(Tickets(f, 5, ascending(), TicketOptions{}))},
	} {
		require.Equal(t, c.want, c.s.Units, c.s.Design)
	}
	many := must(Simple(numbered(t, 1_000_000), 5000, src, Options{}))
	require.Equal(t, pinnedMany, many.Units[:5], "drawn by blocks")
	sum := 0
	for _, row := range many.Units {
		sum += row / 5
	}
	require.Equal(t, pinnedManySum, sum)
	s, err := Reservoir(stream(1000), 5, src)
	require.NoError(t, err)
	require.Equal(t, pinnedReservoir, s.Items)
}

var (
	pinnedSimple      = []int{639, 280, 455, 398, 129}
	pinnedMany        = []int{8, 91, 94, 372, 477}
	pinnedManySum     = 496025097
	pinnedReplacement = []int{142, 123, 62, 53, 573}
	pinnedSystematic  = []int{171, 371, 571, 771, 971}
	pinnedBernoulli   = []int{213, 519, 572, 728, 774, 825, 935}
	pinnedTickets     = []int{518, 238, 267, 946, 346}
	pinnedReservoir   = []int{903, 186, 117, 490, 745}
)

// One seed serves several designs and frames: their streams have nothing in common.
func TestSeededStreamsDiffer(t *testing.T) {
	src := Seeded(ascending())
	seen := map[uint64]bool{}
	for design := range DesignLocalPivotal + 1 {
		for _, frame := range []Hash{{}, {1}, {31: 1}} {
			rng, err := src.open(design, frame)
			require.NoError(t, err)
			v := rng.Uint64()
			require.False(t, seen[v])
			seen[v] = true
		}
	}
}

func TestBelow(t *testing.T) {
	rng := pcg(1)
	// Three quarters of all numbers are above 2^62: the method that takes remainders
	// without rejection would be seen at once.
	const n = 3 << 62
	counts := make([]int, 3)
	for range 30_000 {
		v := below(rng, n)
		require.Less(t, v, uint64(n))
		counts[v>>62]++
	}
	requireFits(t, counts, constant(10_000, 3))
	for _, n := range []uint64{1, 2, 7, 1 << 63, math.MaxUint64} {
		require.Less(t, below(rng, n), n)
	}
	// The smallest product is rejected for a bound that does not divide 2^64.
	require.Equal(t, uint64(2), below(rand.New(&fixed{0, math.MaxUint64}), 3))
	require.Equal(t, uint64(0), below(rand.New(&fixed{0, math.MaxUint64}), 4))
}

type fixed []uint64

func (s *fixed) Uint64() uint64 {
	v := (*s)[0]
	*s = (*s)[1:]
	return v
}

func TestUniformsStayInside(t *testing.T) {
	largest := func() *rand.Rand { return rand.New(&fixed{math.MaxUint64}) }
	smallest := func() *rand.Rand { return rand.New(&fixed{0}) }
	require.Equal(t, 1-0x1p-53, unit(largest()))
	require.Equal(t, 0.0, unit(smallest()))
	require.Equal(t, 1-0x1p-53, open01(largest()))
	require.Equal(t, 0x1p-53, open01(smallest()))
}

func TestShuffleEnumerated(t *testing.T) {
	counts := map[[4]int]int{}
	total := everyDraw([]uint64{4, 3, 2}, func(rng *rand.Rand) {
		list := [4]int{0, 1, 2, 3}
		shuffle(rng, list[:], 4)
		counts[list]++
	})
	require.Len(t, counts, total)
}
