package segment

import "slices"

// tallyBuckets bounds the counters of a tally, so that they stay in the
// first-level cache.
const tallyBuckets = 1 << 13

// tally answers order statistics of a column without sorting it: it counts the
// values by bucket of equal width, and sorts only the buckets that are asked for
// (bucket selection: Blum and others 1973 in spirit, with a known range).
type tally[T ~int32 | ~uint32 | ~int64] struct {
	values []T
	base   int64
	shift  uint
	start  []int32 // start[b] values lie in buckets below b
	opened map[int][]int64
}

// newTally counts at least one value.
func newTally[T ~int32 | ~uint32 | ~int64](values []T) *tally[T] {
	lo, hi := values[0], values[0]
	for _, v := range values {
		lo, hi = min(lo, v), max(hi, v)
	}
	t := &tally[T]{values: values, base: int64(lo), opened: map[int][]int64{}}
	limit := uint64(tallyBuckets)
	for limit > 2*uint64(len(values)) && limit > 16 {
		limit /= 2
	}
	for span := uint64(hi) - uint64(lo); span>>t.shift >= limit; {
		t.shift++
	}
	t.start = make([]int32, t.bucket(int64(hi))+2)
	counts := t.start[1:]
	for _, v := range values {
		counts[t.bucket(int64(v))]++
	}
	for b := range counts {
		t.start[b+1] += t.start[b]
	}
	return t
}

func (t *tally[T]) len() int { return len(t.values) }

func (t *tally[T]) bucket(v int64) int { return int((uint64(v) - uint64(t.base)) >> t.shift) }

// open sorts the buckets that hold the places, in one pass over the column.
func (t *tally[T]) open(places ...int) {
	if t.shift == 0 {
		return // all values of a bucket are equal
	}
	wanted := make([]bool, len(t.start)-1)
	for _, j := range places {
		b := t.bucketAt(j)
		if _, ok := t.opened[b]; !ok {
			wanted[b] = true
			t.opened[b] = make([]int64, 0, t.start[b+1]-t.start[b])
		}
	}
	for _, v := range t.values {
		if b := t.bucket(int64(v)); wanted[b] {
			t.opened[b] = append(t.opened[b], int64(v))
		}
	}
	for b, want := range wanted {
		if want {
			sortInt64(t.opened[b], make([]int64, len(t.opened[b])))
		}
	}
}

// bucketAt returns the bucket that holds place j.
func (t *tally[T]) bucketAt(j int) int {
	b, hit := slices.BinarySearch(t.start, int32(j))
	for hit && b+1 < len(t.start) && t.start[b+1] == int32(j) {
		b++ // empty buckets start where the next one does
	}
	if !hit {
		b--
	}
	return b
}

// at returns the value at place j, from 0, in ascending order.
func (t *tally[T]) at(j int) int64 {
	b := t.bucketAt(j)
	if t.shift == 0 {
		return t.base + int64(b)
	}
	if _, ok := t.opened[b]; !ok {
		t.open(j)
	}
	return t.opened[b][j-int(t.start[b])]
}

// below returns how many values are smaller than v, which is one of them or the
// successor of one.
func (t *tally[T]) below(v int64) int {
	if v <= t.base {
		return 0
	}
	b := t.bucket(v)
	if b >= len(t.start)-1 {
		return t.len()
	}
	n := int(t.start[b])
	if t.shift == 0 || t.start[b+1] == t.start[b] {
		return n
	}
	if _, ok := t.opened[b]; !ok {
		t.open(n)
	}
	k, _ := slices.BinarySearch(t.opened[b], v)
	return n + k
}
