package segment

import (
	"cmp"
	"math/bits"
	"slices"
)

// digitBits is the radix: 2048 counters stay in the first-level cache, and three
// passes order any range below 8.6 thousand million.
const digitBits = 11

// smallSort is the length below which comparing beats counting.
const smallSort = 1 << 9

// sortInt64 sorts values by their distance from the smallest, a digit a pass from
// the lowest up (LSD radix sort: Knuth, The Art of Computer Programming vol. 3,
// 5.2.5). Digits above the range's highest are not visited. scratch has at least
// the same length, and is overwritten.
func sortInt64(values, scratch []int64) {
	if len(values) < smallSort {
		slices.Sort(values)
		return
	}
	lo, hi := slices.Min(values), slices.Max(values)
	base, span := uint64(lo), uint64(hi)-uint64(lo)
	src, dst := values, scratch[:len(values)]
	for shift := 0; shift < bits.Len64(span); shift += digitBits {
		var next [1 << digitBits]int
		for _, v := range src {
			next[(uint64(v)-base)>>shift&(1<<digitBits-1)]++
		}
		startsOf(next[:])
		for _, v := range src {
			d := (uint64(v) - base) >> shift & (1<<digitBits - 1)
			dst[next[d]] = v
			next[d]++
		}
		src, dst = dst, src
	}
	if len(src) > 0 && &src[0] != &values[0] {
		copy(values, src)
	}
}

// startsOf turns the counts of the digits into the place of each digit's first.
func startsOf(counts []int) {
	sum := 0
	for i, c := range counts {
		counts[i] = sum
		sum += c
	}
}

// keyed is a sort key and the place it came from.
type keyed struct {
	key uint64
	at  uint32
}

// sortKeyed sorts stably by key.
func sortKeyed(items []keyed) []keyed {
	if len(items) < smallSort {
		slices.SortStableFunc(items, func(a, b keyed) int { return cmp.Compare(a.key, b.key) })
		return items
	}
	lo, hi := items[0].key, items[0].key
	for _, x := range items {
		lo, hi = min(lo, x.key), max(hi, x.key)
	}
	src, dst := items, make([]keyed, len(items))
	for shift := 0; shift < bits.Len64(hi-lo); shift += digitBits {
		var next [1 << digitBits]int
		for _, x := range src {
			next[(x.key-lo)>>shift&(1<<digitBits-1)]++
		}
		startsOf(next[:])
		for _, x := range src {
			d := (x.key - lo) >> shift & (1<<digitBits - 1)
			dst[next[d]] = x
			next[d]++
		}
		src, dst = dst, src
	}
	return src
}

// orderOf returns the places of ids in ascending order: integers by value, texts
// by bytes. Equal ids keep their order.
func orderOf[K interface{ int64 | string }](ids []K) []uint32 {
	items := make([]keyed, len(ids))
	switch ids := any(ids).(type) {
	case []int64:
		for i, id := range ids {
			items[i] = keyed{uint64(id) ^ 1<<63, uint32(i)}
		}
		items = sortKeyed(items)
	case []string:
		items = sortTexts(items, ids)
	}
	order := make([]uint32, len(ids))
	for i, x := range items {
		order[i] = x.at
	}
	return order
}

// sortTexts sorts by the eight bytes behind the prefix that all ids share, and
// compares whole ids only where those are equal.
func sortTexts(items []keyed, ids []string) []keyed {
	skip := sharedPrefix(ids)
	for i, id := range ids {
		items[i] = keyed{eightBytes(id[skip:]), uint32(i)}
	}
	items = sortKeyed(items)
	for lo := 0; lo < len(items); {
		hi := lo + 1
		for hi < len(items) && items[hi].key == items[lo].key {
			hi++
		}
		if hi-lo > 1 {
			slices.SortStableFunc(items[lo:hi], func(a, b keyed) int { return cmp.Compare(ids[a.at], ids[b.at]) })
		}
		lo = hi
	}
	return items
}

func sharedPrefix(ids []string) int {
	if len(ids) == 0 {
		return 0
	}
	n := len(ids[0])
	for _, id := range ids[1:] {
		n = min(n, len(id))
		for n > 0 && id[:n] != ids[0][:n] {
			n--
		}
	}
	return n
}

// eightBytes is the start of s as a number that sorts like the text, short texts
// padded with zeros.
func eightBytes(s string) uint64 {
	var k uint64
	for i := range 8 {
		k <<= 8
		if i < len(s) {
			k |= uint64(s[i])
		}
	}
	return k
}
