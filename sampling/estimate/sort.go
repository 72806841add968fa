package estimate

import (
	"cmp"
	"math"
	"slices"
	"sort"
)

// An ordered holds values with weights in ascending order, sorted as far as it has
// been asked for: the values lie in buckets of a few neighbours each, and a bucket
// is sorted when somebody looks into it. A quantile looks into a few dozen. Equal
// values stay in the order of the rows.
type ordered struct {
	items []weighted
	// start[b] is where bucket b begins, and the last entry the number of values.
	start []int32
	// before[b] is the sum of the weights in front of bucket b, and the last entry
	// of them all.
	before []twoSum
	// sums holds behind a sorted bucket's items the weights up to and with each.
	sums   []float64
	sorted []bool
}

// A weighted is a value and how many it stands for.
type weighted struct{ value, weight float64 }

func newOrdered(y, w []float64) (*ordered, error) {
	low, high, n := math.Inf(1), math.Inf(-1), 0
	for i, wi := range w {
		if wi == 0 {
			continue
		}
		x := y[i]
		switch {
		case !(wi > 0) || math.IsInf(wi, 1):
			return nil, invalidRow(i, "weights", "are negative, infinite or missing: they give no quantile")
		case x != x:
			return nil, invalidRow(i, "values", "are missing")
		}
		low, high = min(low, x), max(high, x)
		n++
	}
	if n == 0 {
		return nil, notEstimable("domain", "has no row with a weight")
	}
	if math.IsInf(low, 0) || math.IsInf(high, 0) {
		return nil, invalid("values", "are infinite")
	}
	return fillBuckets(y, w, low, high, n), nil
}

// fillBuckets puts the n values with a weight into buckets of equal width between
// low and high. (x-low)*scale never falls where x rises, so the buckets are in
// order whatever is rounded.
func fillBuckets(y, w []float64, low, high float64, n int) *ordered {
	buckets := n/8 + 1
	scale := float64(buckets) / (high - low)
	if !(scale > 0) || math.IsInf(scale, 1) {
		buckets = 1 // all alike, or too far apart to divide
	}
	bucket := func(x float64) int {
		if buckets == 1 {
			return 0
		}
		return min(int((x-low)*scale), buckets-1)
	}
	v := &ordered{
		items: make([]weighted, n), start: make([]int32, buckets+1), before: make([]twoSum, buckets+1),
		sums: make([]float64, n), sorted: make([]bool, buckets),
	}
	totals := make([]twoSum, buckets)
	for i, wi := range w {
		if wi != 0 {
			b := bucket(y[i])
			v.start[b+1]++
			totals[b].add(wi)
		}
	}
	for b, t := range totals {
		v.start[b+1] += v.start[b]
		v.before[b+1] = v.before[b]
		v.before[b+1].add(t.sum)
		v.before[b+1].lost += t.lost
	}
	next := slices.Clone(v.start)
	for i, wi := range w {
		if wi != 0 {
			b := bucket(y[i])
			v.items[next[b]] = weighted{y[i], wi}
			next[b]++
		}
	}
	return v
}

// look sorts the bucket of position k.
func (v *ordered) look(k int) {
	b := sort.Search(len(v.sorted), func(b int) bool { return int(v.start[b+1]) > k })
	if v.sorted[b] {
		return
	}
	v.sorted[b] = true
	items := v.items[v.start[b]:v.start[b+1]]
	sortWeighted(items)
	sum := v.before[b]
	for i, it := range items {
		sum.add(it.weight)
		v.sums[int(v.start[b])+i] = sum.value()
	}
}

// size returns the sum of all weights.
func (v *ordered) size() float64 { return v.before[len(v.before)-1].value() }

func (v *ordered) value(k int) float64 {
	v.look(k)
	return v.items[k].value
}

func (v *ordered) weight(k int) float64 {
	v.look(k)
	return v.items[k].weight
}

// upTo returns the sum of the weights up to and with position k.
func (v *ordered) upTo(k int) float64 {
	v.look(k)
	return v.sums[k]
}

// sortWeighted sorts by value and leaves equal ones as they are. Where a few far
// values have driven most of the others into one bucket, that is divided again.
func sortWeighted(items []weighted) {
	compare := func(a, b weighted) int { return cmp.Compare(a.value, b.value) }
	switch {
	case slices.IsSortedFunc(items, compare):
		return
	case len(items) < 4096:
		slices.SortStableFunc(items, compare)
		return
	}
	y, w := make([]float64, len(items)), make([]float64, len(items))
	low, high := items[0].value, items[0].value
	for i, it := range items {
		y[i], w[i] = it.value, it.weight
		low, high = min(low, it.value), max(high, it.value)
	}
	parts := fillBuckets(y, w, low, high, len(items))
	if len(parts.sorted) == 1 {
		slices.SortStableFunc(items, compare)
		return
	}
	for b := range parts.sorted {
		sortWeighted(parts.items[parts.start[b]:parts.start[b+1]])
	}
	copy(items, parts.items)
}
