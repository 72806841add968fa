package survival

import (
	"cmp"
	"math"
	"slices"
)

// keyed is a time, as the bits of a float64 that is not negative and so in the
// order of the time, with the row that it belongs to.
type keyed struct {
	bits uint64
	row  int
}

// digitBits is the size of a radix digit: six of them make 64 bits, and their
// counters stay in the first-level cache.
const digitBits = 11

// sortKeyed sorts a by time, rows of one time in their order, and returns the
// sorted slice, which may be another one than a. Long input is sorted by its
// digits, least significant first, and a digit that all keys share is skipped:
// whole days need three passes.
func sortKeyed(a []keyed) []keyed {
	if len(a) < 1<<digitBits {
		slices.SortFunc(a, func(x, y keyed) int {
			return cmp.Or(cmp.Compare(x.bits, y.bits), cmp.Compare(x.row, y.row))
		})
		return a
	}
	const digits = (64 + digitBits - 1) / digitBits
	var counts [digits][1 << digitBits]int
	for _, k := range a {
		for d := range counts {
			counts[d][k.bits>>(d*digitBits)%(1<<digitBits)]++
		}
	}
	b := make([]keyed, len(a))
	for d := range counts {
		shift := d * digitBits
		next := &counts[d]
		if next[a[0].bits>>shift%(1<<digitBits)] == len(a) {
			continue
		}
		sum := 0
		for i, n := range next {
			next[i] = sum
			sum += n
		}
		for _, k := range a {
			digit := k.bits >> shift % (1 << digitBits)
			b[next[digit]] = k
			next[digit]++
		}
		a, b = b, a
	}
	return a
}

// timeBits returns the sort key of a time that is not negative. Adding zero
// turns -0 into 0.
func timeBits(t float64) uint64 { return math.Float64bits(t + 0) }

// ordered returns rows in stable order of their key, which lies in [0, keys).
func ordered(rows, key []int, keys int) []int {
	next := make([]int, keys+1)
	for _, row := range rows {
		next[key[row]+1]++
	}
	for k := range keys {
		next[k+1] += next[k]
	}
	out := make([]int, len(rows))
	for _, row := range rows {
		out[next[key[row]]] = row
		next[key[row]]++
	}
	return out
}
