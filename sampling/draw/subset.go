package draw

import (
	"math/bits"
	"math/rand/v2"
	"slices"
	"sort"
)

// subset returns n of 0..size-1 in ascending order, every set of n with the same
// probability, for 0 <= n <= size.
func subset(rng *rand.Rand, n, size int) []int {
	switch {
	case n == size:
		return others(nil, size)
	case n <= 32:
		return subsetList(rng, make([]int, 0, n), n, size)
	case n > size/2:
		return others(subset(rng, size-n, size), size)
	}
	return subsetBlocks(rng, n, size, maxWidth, maxRounds)
}

// subsetList appends the set to an empty list that it keeps sorted. It is Floyd's
// algorithm (Bentley and Floyd 1987, CACM 30(9):754-757): for j from size-n to size-1
// a number up to j, or j itself where that number is in the set.
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

const (
	// maxWidth is the largest width of a block: 64 words of 64 bits, which one more word
	// can tell the used ones of, and five numbers below it come out of 64 bits.
	maxWidth = 64 * 64
	// maxRounds is more than is ever needed: of n numbers out of N a round leaves the share
	// n/2N, and a fifth where n is N/2.
	maxRounds = 64
)

// subsetBlocks draws n numbers with replacement and then, as far as some came twice, a
// subset of the others. Either step treats all numbers alike, so each set of n has the
// same probability. It is for n <= size/2.
//
// The numbers are never sorted. The range is cut into a power of two of blocks of one
// width, and as only counts matter, a fair coin for each draw says how many fall into
// either half, and so on down to a block. There the numbers are bits of a map of 512
// bytes, which are read in their order. What falls behind the end of the range, less
// than one draw in a thousand, is as if it had come twice.
func subsetBlocks(rng *rand.Rand, n, size, widest, rounds int) []int {
	if rounds == 0 {
		return others(nil, n) // the source repeats itself: see From
	}
	b := newBlocks(rng, n, size, widest)
	b.draw()
	set := b.set[:n:n]
	if b.n < n {
		insertOthers(set, b.n, subsetBlocks(rng, n-b.n, size-b.n, widest, rounds-1))
	}
	return set
}

// blocks are one round of subsetBlocks.
type blocks struct {
	rng   *rand.Rand
	size  uint64
	width uint64     // of a block
	count uint64     // of the blocks, a power of two
	least uint64     // 2^64 modulo the fifth power of the width
	words [64]uint64 // the numbers of one block
	set   []int      // the first n are set; there is a place to spare
	n     int
}

func newBlocks(rng *rand.Rand, n, size, widest int) *blocks {
	b := &blocks{rng: rng, size: uint64(size), width: uint64(size), count: 1, set: make([]int, n+1)}
	for b.width > uint64(widest) {
		b.count *= 2
		b.width = (b.size + b.count - 1) / b.count
	}
	five := b.width * b.width * b.width * b.width * b.width
	b.least = -five % five
	return b
}

// draw puts the different ones among as many numbers as there is place for into the set.
func (b *blocks) draw() { b.split(0, b.count, len(b.set)-1) }

// split draws m numbers from so many blocks, a power of two, from a first number on.
func (b *blocks) split(first, count uint64, m int) {
	switch {
	case m == 0 || first >= b.size:
		return
	case count == 1:
		b.read(first, b.fill(m))
		return
	}
	lower, coins := 0, m
	for ; coins > 64; coins -= 64 {
		lower += bits.OnesCount64(b.rng.Uint64())
	}
	lower += bits.OnesCount64(b.rng.Uint64() >> (64 - coins))
	b.split(first, count/2, lower)
	b.split(first+count/2*b.width, count/2, m-lower)
}

// fill draws m numbers below the width into words and returns which words are used.
// Five come out of one random number, exactly uniform (Brackett-Rozinsky and Lemire
// 2024, arXiv 2408.06213).
func (b *blocks) fill(m int) (used uint64) {
	for ; m > 0; m -= 5 {
		r1, low := bits.Mul64(b.rng.Uint64(), b.width)
		r2, low := bits.Mul64(low, b.width)
		r3, low := bits.Mul64(low, b.width)
		r4, low := bits.Mul64(low, b.width)
		r5, low := bits.Mul64(low, b.width)
		if low < b.least {
			r1, r2, r3 = below(b.rng, b.width), below(b.rng, b.width), below(b.rng, b.width)
			r4, r5 = below(b.rng, b.width), below(b.rng, b.width)
		}
		switch min(m, 5) {
		case 5:
			b.words[r5>>6&63] |= 1 << (r5 & 63)
			used |= 1 << (r5 >> 6 & 63)
			fallthrough
		case 4:
			b.words[r4>>6&63] |= 1 << (r4 & 63)
			used |= 1 << (r4 >> 6 & 63)
			fallthrough
		case 3:
			b.words[r3>>6&63] |= 1 << (r3 & 63)
			used |= 1 << (r3 >> 6 & 63)
			fallthrough
		case 2:
			b.words[r2>>6&63] |= 1 << (r2 & 63)
			used |= 1 << (r2 >> 6 & 63)
			fallthrough
		case 1:
			b.words[r1>>6&63] |= 1 << (r1 & 63)
			used |= 1 << (r1 >> 6 & 63)
		}
	}
	return used
}

// read appends the numbers of a block to the set and clears its words.
func (b *blocks) read(first, used uint64) {
	for r := b.size - first; r < b.width; r++ {
		b.words[r>>6&63] &^= 1 << (r & 63)
	}
	set, n := b.set, b.n
	for ; used != 0; used &= used - 1 {
		w := bits.TrailingZeros64(used)
		word := b.words[w&63]
		b.words[w&63] = 0
		at := int(first) + w<<6
		// The first two bits of a word are written whether it has them or not, and counted
		// only if it has: in a sparse map that is a coin toss, which no processor predicts.
		two := set[n : n+2]
		two[0] = at + bits.TrailingZeros64(word)
		n += int((word | -word) >> 63)
		word &= word - 1
		two[1] = at + bits.TrailingZeros64(word)
		n += int((word | -word) >> 63)
		for word &= word - 1; word != 0; word &= word - 1 {
			set[n] = at + bits.TrailingZeros64(word)
			n++
		}
	}
	b.n = n
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

// insertOthers puts numbers into a sorted set, of which the first n are there, until
// it is full: those with these ascending ranks among the numbers that are not in it.
func insertOthers(set []int, n int, ranks []int) {
	for k := len(ranks) - 1; k >= 0; k-- {
		// The i-th of the set has set[i]-i others below it. The first that has more than the
		// rank is sought from the end, in growing steps.
		above := func(i int) bool { return set[i]-i > ranks[k] }
		end, step := n, 1
		for end >= step && above(end-step) {
			end -= step
			step *= 2
		}
		from := max(end-step+1, 0)
		from += sort.Search(end-from, func(i int) bool { return above(from + i) })
		copy(set[from+k+1:], set[from:n])
		set[from+k] = from + ranks[k]
		n = from
	}
}
