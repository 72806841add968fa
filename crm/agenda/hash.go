package agenda

import "math/bits"

// hash is FNV-1a, and a multiplication that spreads it over the upper bits.
func hash(id string) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(id) {
		h = (h ^ uint64(id[i])) * 1099511628211
	}
	return h * 0x9e3779b97f4a7c15
}

// cached is how many hashes fit the cache next to the processor, with their table.
const cached = 1 << 10

// anyTwice reports whether two hashes are the same: two ids may be then, with an error
// of one in a billion, which is looked into. It costs a fraction of what a map of the ids
// does, since the hashes are looked at part by part.
func anyTwice(hashes []uint64) bool {
	shift := 64 - bits.Len(uint(len(hashes)/cached)) // by the upper bits; 64 makes one part
	ends := make([]int, 1<<(64-shift))
	for _, h := range hashes {
		ends[h>>shift]++
	}
	most, sum := 0, 0
	for i, count := range ends {
		most = max(most, count)
		ends[i] = sum // where the part begins; and ends, when it is filled
		sum += count
	}
	parts := make([]uint64, len(hashes))
	for _, h := range hashes {
		end := &ends[h>>shift]
		parts[*end] = h
		*end++
	}
	table := make([]uint64, 1<<bits.Len(uint(2*most))) // open addressing; 0 is free
	begin := 0
	for _, end := range ends {
		clear(table)
		for _, h := range parts[begin:end] {
			if put(table, h|1) {
				return true
			}
		}
		begin = end
	}
	return false
}

// put reports whether a hash was there.
func put(table []uint64, h uint64) bool {
	mask := uint64(len(table) - 1)
	for at := h >> 16 & mask; ; at = (at + 1) & mask {
		switch table[at] {
		case h:
			return true
		case 0:
			table[at] = h
			return false
		}
	}
}
