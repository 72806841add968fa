//go:build !race

package peers_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/internal/cputime"
)

// TestTransitionCost: a decided transition costs at most a tenth of looplab/fsm's.
// The sides take turns, and the best of each counts: whatever else runs on the
// machine only ever adds to the cost.
func TestTransitionCost(t *testing.T) {
	if testing.Short() {
		t.Skip("measures: not with -short")
	}
	if cputime.Now() == 0 {
		t.Skip("the processor time is not to be had here")
	}
	const turns, transitions = 40, 100_000
	cost := func(work func(testing.TB, int)) float64 {
		before := cputime.Now()
		work(t, transitions)
		return float64((cputime.Now() - before).Nanoseconds()) / transitions
	}
	var ours, theirs []float64
	for range turns {
		ours, theirs = append(ours, cost(decide)), append(theirs, cost(fire))
	}
	ratio := slices.Min(ours) / slices.Min(theirs)
	t.Logf("CPU ns a transition, best of %d turns: stage %.1f, looplab/fsm %.1f, ratio %.3f", turns, slices.Min(ours), slices.Min(theirs), ratio)
	require.LessOrEqual(t, ratio, 0.1)
}
