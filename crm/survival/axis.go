package survival

import "math"

// axis numbers the distinct times at which observation ended, so that the
// estimators count on small integers.
type axis struct {
	// time holds the distinct times in ascending order.
	time []float64
	// stop is, for each row, the index of its time.
	stop []int
	// start is, for each row, the first index at which it is at risk: that of
	// the first time after its entry. stop >= start always.
	start []int
}

// newAxis takes valid spells, in columns.
func newAxis(entry, stop []float64) axis {
	ax := axis{stop: make([]int, len(stop)), start: make([]int, len(stop))}
	keys := make([]keyed, len(stop))
	for row, t := range stop {
		keys[row] = keyed{timeBits(t), row}
	}
	for i, k := range sortKeyed(keys) {
		if t := math.Float64frombits(k.bits); i == 0 || t != ax.time[len(ax.time)-1] {
			ax.time = append(ax.time, t)
		}
		ax.stop[k.row] = len(ax.time) - 1
	}

	keys = keys[:0]
	for row, t := range entry {
		if t > 0 {
			keys = append(keys, keyed{timeBits(t), row})
		}
	}
	index := 0
	for _, k := range sortKeyed(keys) {
		for t := math.Float64frombits(k.bits); ax.time[index] <= t; {
			index++
		}
		ax.start[k.row] = index
	}
	return ax
}

// column returns the times of n rows as float64s.
func column[T Time](n int, at func(row int) T) []float64 {
	c := make([]float64, n)
	for row := range c {
		c[row] = float64(at(row))
	}
	return c
}
