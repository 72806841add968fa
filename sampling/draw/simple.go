package draw

import (
	"errors"
	"math/bits"
	"math/rand/v2"
	"slices"
)

// Options of [Simple] and [WithReplacement]. The zero value lists the units by row.
type Options struct {
	// Order is OrderRow or OrderDrawn.
	Order Order
}

func (o Options) validate() error {
	if o.Order > OrderDrawn {
		return invalid("order", "must be row or drawn")
	}
	return nil
}

// Simple draws n units without replacement, every set of n with the same
// probability (简单随机抽样, 不重复抽样). Each unit's probability is n/N.
//
// It takes O(n) random numbers and, from one unit in 256 on, a bit per unit of the
// frame: a hundred thousand of ten million take about a millisecond.
//
// Errors: ErrInvalid for n < 0, ErrTooMany with n and N for n > N.
func Simple(f *Frame, n int, src Source, o Options) (*Sample, error) {
	if err := errors.Join(checkSize("n", n, f.n), o.validate()); err != nil {
		return nil, err
	}
	rng, err := src.open(DesignSimple, f.Hash())
	if err != nil {
		return nil, err
	}
	s := record(DesignSimple, f, src)
	s.Order = o.Order
	s.Units = subset(rng, n, f.n)
	if o.Order == OrderDrawn {
		shuffle(rng, s.Units, n)
	}
	s.Probabilities = constant(float64(n)/float64(max(f.n, 1)), n)
	return s, nil
}

// WithReplacement draws n times one unit, each time every unit with the same
// probability (重复抽样), and lists the draws in their order, or by row. The
// expected number of draws of a unit is n/N, and its weight at each draw N/n.
//
// Errors: ErrInvalid for n < 0, ErrTooMany for n > 0 from an empty frame and for
// n > 2^31-1.
func WithReplacement(f *Frame, n int, src Source, o Options) (*Sample, error) {
	most := maxUnits
	if f.n == 0 {
		most = 0
	}
	if err := errors.Join(checkSize("n", n, most), o.validate()); err != nil {
		return nil, err
	}
	rng, err := src.open(DesignWithReplacement, f.Hash())
	if err != nil {
		return nil, err
	}
	s := record(DesignWithReplacement, f, src)
	s.Order = o.Order
	s.Units = make([]int, n)
	for i := range s.Units {
		s.Units[i] = int(below(rng, uint64(f.n)))
	}
	if o.Order == OrderRow {
		slices.Sort(s.Units)
	}
	s.Probabilities = constant(float64(n)/float64(max(f.n, 1)), n)
	return s, nil
}

// subset returns n of 0..size-1 in ascending order, every set of n with the same
// probability, for 0 <= n <= size. It is Floyd's algorithm (Bentley and Floyd 1987,
// CACM 30(9):754-757): for j from size-n to size-1 a number up to j, or j itself
// where that number is in the set. The set is a list, a hash table or a bitmap,
// whichever is cheapest; the result does not depend on which.
func subset(rng *rand.Rand, n, size int) []int {
	switch {
	case n == size:
		return others(nil, size)
	case n <= 32:
		return subsetList(rng, make([]int, 0, n), n, size)
	case n > size/2:
		return others(subset(rng, size-n, size), size)
	case size/64 > 4*n:
		return subsetHash(rng, n, size)
	}
	return subsetBits(rng, n, size)
}

// subsetList keeps the set as a sorted list and appends it to an empty one.
func subsetList(rng *rand.Rand, set []int, n, size int) []int {
	for j := size - n; j < size; j++ {
		r := int(below(rng, uint64(j+1)))
		at, found := slices.BinarySearch(set, r)
		if found {
			set = append(set, j) // j is above all of them
		} else {
			set = slices.Insert(set, at, r)
		}
	}
	return set
}

// subsetBits keeps the set as a bitmap, which comes out sorted.
func subsetBits(rng *rand.Rand, n, size int) []int {
	words := make([]uint64, size/64+1)
	for j := size - n; j < size; j++ {
		r := int(below(rng, uint64(j+1)))
		if words[r>>6]>>(r&63)&1 == 1 {
			r = j
		}
		words[r>>6] |= 1 << (r & 63)
	}
	// The first two bits of a word are written whether it has them or not, and counted
	// only if it has: in a sparse map that is a coin toss, which no processor predicts.
	set := make([]int, n+2)
	k := 0
	for w, word := range words {
		first := w << 6
		set[k] = first + bits.TrailingZeros64(word)
		k += int((word | -word) >> 63)
		word &= word - 1
		set[k] = first + bits.TrailingZeros64(word)
		k += int((word | -word) >> 63)
		for word &= word - 1; word != 0; word &= word - 1 {
			set[k] = first + bits.TrailingZeros64(word)
			k++
		}
	}
	return set[:n:n]
}

// subsetHash keeps the set in a table of open addressing at most half full, and
// sorts it.
func subsetHash(rng *rand.Rand, n, size int) []int {
	shift := 63 - bits.Len(uint(n)) // at least 2n places
	table := make([]int32, 1<<(64-shift))
	insert := func(r int) bool {
		// Fibonacci hashing (Knuth, TAOCP 6.4); places hold r+1, so that 0 is empty.
		for at := uint64(r) * 0x9E3779B97F4A7C15 >> shift; ; at = (at + 1) & uint64(len(table)-1) {
			switch table[at] {
			case 0:
				table[at] = int32(r + 1)
				return true
			case int32(r + 1):
				return false
			}
		}
	}
	set := make([]int, 0, n)
	for j := size - n; j < size; j++ {
		r := int(below(rng, uint64(j+1)))
		if !insert(r) {
			r = j
			insert(r)
		}
		set = append(set, r)
	}
	slices.Sort(set)
	return set
}

// others returns those of 0..size-1 that are not in a sorted set.
func others(set []int, size int) []int {
	rest := make([]int, 0, size-len(set))
	next := 0
	for _, r := range set {
		for ; next < r; next++ {
			rest = append(rest, next)
		}
		next = r + 1
	}
	for ; next < size; next++ {
		rest = append(rest, next)
	}
	return rest
}
