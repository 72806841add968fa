package cadence

import "math/bits"

// dayset is a set of days as bits, numbered from the first day of a table on. What
// lies outside it is not in the set.
type dayset []uint64

// sized returns an empty set of so many days over the memory of s.
func (s dayset) sized(days int) dayset {
	n := (days + 63) / 64
	if cap(s) < n {
		return make(dayset, n)
	}
	s = s[:n]
	clear(s)
	return s
}

func (s dayset) set(i int)      { s[i/64] |= 1 << (i % 64) }
func (s dayset) has(i int) bool { return s[i/64]>>(i%64)&1 != 0 }

// setRange puts the days from and to, and all between them, into the set.
func (s dayset) setRange(from, to int) {
	for k := from / 64; from <= to && k <= to/64; k++ {
		s[k] |= within(k, from, to)
	}
}

// within returns the bits of word k that stand for the days from to to, both included.
func within(k, from, to int) uint64 {
	mask := ^uint64(0)
	if from > 64*k {
		mask <<= from - 64*k
	}
	if to < 64*k+63 {
		mask &= 1<<(to-64*k+1) - 1
	}
	return mask
}

// word returns the 64 days from a day on, which may be before the first.
func (s dayset) word(from int) uint64 {
	k, shift := from>>6, from&63
	var bits uint64
	if uint(k) < uint(len(s)) {
		bits = s[k] >> shift
	}
	if uint(k+1) < uint(len(s)) {
		bits |= s[k+1] << 1 << (63 - shift)
	}
	return bits
}

// count returns how many days from one to another, both included, are in the set.
func (s dayset) count(from, to int) (n int) {
	for k := from / 64; from <= to && k <= to/64; k++ {
		n += bits.OnesCount64(s[k] & within(k, from, to))
	}
	return n
}

// next returns the first day of the set from a day on, or where the set ends.
func (s dayset) next(from int) int { return s.nth(from, 1) }

// nth returns the n-th day of the set from a day on, or where the set ends.
func (s dayset) nth(from, n int) int {
	for k := from / 64; k < len(s); k++ {
		word := s[k] & within(k, from, 64*k+63)
		if ones := bits.OnesCount64(word); ones < n {
			n -= ones
			continue
		}
		for ; n > 1; n-- {
			word &= word - 1
		}
		return 64*k + bits.TrailingZeros64(word)
	}
	return 64 * len(s)
}

// last returns the last day of the set from one day to another, both included, or -1.
func (s dayset) last(from, to int) int {
	for k := to / 64; from <= to && k >= from/64; k-- {
		if word := s[k] & within(k, from, to); word != 0 {
			return 64*k + 63 - bits.LeadingZeros64(word)
		}
	}
	return -1
}

// gap returns the first day from a day on that is not in the set.
func (s dayset) gap(from int) int {
	for k := from / 64; k < len(s); k++ {
		if word := ^s[k] & within(k, from, 64*k+63); word != 0 {
			return 64*k + bits.TrailingZeros64(word)
		}
	}
	return 64 * len(s)
}
