package agenda

import "math/bits"

// hashes is a set of the hashes of ids: whether an id was there before costs a third of
// what a map does, but for an error of one in a billion, which is looked into.
type hashes struct {
	table []uint64 // open addressing; 0 is free
	mask  uint64
}

// newHashes returns room for so many ids.
func newHashes(n int) hashes {
	size := uint64(1) << bits.Len(uint(2*n))
	return hashes{make([]uint64, size), size - 1}
}

// add reports whether an id with the same hash was there.
func (h hashes) add(id string) bool {
	hash := uint64(14695981039346656037) // FNV-1a
	for _, c := range []byte(id) {
		hash = (hash ^ uint64(c)) * 1099511628211
	}
	hash |= 1
	for at := (hash ^ hash>>32) & h.mask; ; at = (at + 1) & h.mask {
		switch h.table[at] {
		case hash:
			return true
		case 0:
			h.table[at] = hash
			return false
		}
	}
}
