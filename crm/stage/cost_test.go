//go:build !race

package stage

import (
	"runtime"
	"testing"
	"time"
	"unsafe"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/internal/cputime"
)

// TestHistoriesAreCompact: an entry is 24 bytes; with the subjects, their ids and
// room to grow it stays below 40. Occupancy of 1,000,000 subjects with 5 entries
// takes less than 0.3 s of processor time.
func TestHistoriesAreCompact(t *testing.T) {
	require.EqualValues(t, 24, unsafe.Sizeof(line{}))

	n := subjects(t)
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	h := manyHistories(t, n)
	runtime.GC()
	runtime.ReadMemStats(&after)
	bytes := float64(after.HeapAlloc-before.HeapAlloc) / float64(h.Entries())
	t.Logf("%.1f bytes an entry, subjects and ids included", bytes)
	if !testing.Short() { // few subjects share the page with whatever else moves
		require.Less(t, bytes, 40.0)
	}

	best := time.Hour
	for range 3 {
		start := cputime.Now()
		o, err := h.Occupancy(day(400), Options{})
		require.NoError(t, err)
		require.Equal(t, n, o.Subjects)
		best = min(best, cputime.Now()-start)
	}
	t.Logf("occupancy of %d subjects: %v of processor time", n, best)
	require.Less(t, best, 300*time.Millisecond)
	runtime.KeepAlive(h)
}
