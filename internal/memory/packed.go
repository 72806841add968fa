package memory

import (
	"encoding/binary"
	"hash/maphash"
)

// Packed is a map from a pair of texts to bytes, for millions of rows that are
// written once and seldom read: they stand one behind the other in large chunks, and
// are found by a table of numbers. So a row costs its own bytes and about 16, a
// look-up little more than one miss of the cache, and the garbage collector nothing.
// The zero value is empty.
//
// A row is the lengths of scope, key and value as uvarints, and then their bytes. It
// begins at a multiple of 16 bytes, its place, and has at most 256 KiB.
type Packed struct {
	seed   maphash.Seed
	slots  []uint64 // open addressing: the hash in the upper half, place+1 in the lower; 0 for none
	chunks [][]byte
	n      int
}

const (
	chunkSize  = 1 << 18
	unit       = 16
	chunkUnits = chunkSize / unit
)

// Len returns the number of rows.
func (p *Packed) Len() int { return p.n }

// Get returns the value of a pair. It shares memory with p, and must not be changed.
func (p *Packed) Get(scope, key string) (value []byte, found bool) {
	if p.n > 0 {
		_, value, found = p.find(scope, key)
	}
	return value, found
}

// Add adds a pair that is not there. The value is copied.
func (p *Packed) Add(scope, key string, value []byte) {
	free, _ := p.Seek(scope, key)
	p.Put(free, scope, key, value)
}

// Free is where a pair can be put that is not there, as long as nothing else is.
type Free struct {
	hash uint32
	slot int
}

// Seek reports whether a pair is there, or where it can be put.
func (p *Packed) Seek(scope, key string) (free Free, found bool) {
	if p.slots == nil {
		p.seed, p.slots = maphash.MakeSeed(), make([]uint64, 64)
	}
	free, _, found = p.find(scope, key)
	return free, found
}

// Put adds a pair that Seek has just not found. The value is copied.
func (p *Packed) Put(free Free, scope, key string, value []byte) {
	last := len(p.chunks) - 1
	if last < 0 || cap(p.chunks[last])-len(p.chunks[last]) < 3*binary.MaxVarintLen32+len(scope)+len(key)+len(value)+unit {
		last++
		p.chunks = append(p.chunks, make([]byte, 0, chunkSize))
	}
	b := p.chunks[last]
	place := last*chunkUnits + len(b)/unit
	b = binary.AppendUvarint(b, uint64(len(scope)))
	b = binary.AppendUvarint(b, uint64(len(key)))
	b = binary.AppendUvarint(b, uint64(len(value)))
	b = append(append(append(b, scope...), key...), value...)
	p.chunks[last] = b[:(len(b)+unit-1)/unit*unit]
	slot := uint64(free.hash)<<32 | uint64(place+1)
	if p.n++; 4*p.n > 3*len(p.slots) {
		p.double()
		p.put(slot)
	} else {
		p.slots[free.slot] = slot
	}
}

// find returns the value of a pair, or where it can be put.
func (p *Packed) find(scope, key string) (free Free, value []byte, found bool) {
	hash := p.hash(scope, key)
	i := p.home(hash)
	for ; p.slots[i] != 0; i = p.next(i) {
		if uint32(p.slots[i]>>32) != hash {
			continue
		}
		place := uint32(p.slots[i]) - 1
		row, _ := readRow(p.chunks[place/chunkUnits][place%chunkUnits*unit:])
		if string(row.scope) == scope && string(row.key) == key {
			return Free{}, row.value, true
		}
	}
	return Free{hash, i}, nil, false
}

// Keep drops every row whose value is not to be kept, and returns how many. Nothing
// is left of them.
func (p *Packed) Keep(keep func(value []byte) bool) (dropped int) {
	var kept Packed
	for _, c := range p.chunks {
		for len(c) > 0 {
			row, size := readRow(c)
			if keep(row.value) {
				kept.Add(string(row.scope), string(row.key), row.value)
			}
			c = c[(size+unit-1)/unit*unit:]
		}
	}
	dropped = p.n - kept.n
	if dropped > 0 {
		*p = kept
	}
	return dropped
}

func (p *Packed) hash(scope, key string) uint32 {
	return uint32(maphash.String(p.seed, key) ^ 31*maphash.String(p.seed, scope))
}

// home is where a hash is looked for first; the slots are a power of two.
func (p *Packed) home(hash uint32) int { return int(hash) & (len(p.slots) - 1) }

func (p *Packed) next(i int) int { return (i + 1) & (len(p.slots) - 1) }

func (p *Packed) put(slot uint64) {
	i := p.home(uint32(slot >> 32))
	for p.slots[i] != 0 {
		i = p.next(i)
	}
	p.slots[i] = slot
}

func (p *Packed) double() {
	old := p.slots
	p.slots = make([]uint64, 2*len(old))
	for _, slot := range old {
		if slot != 0 {
			p.put(slot)
		}
	}
}

type packedRow struct{ scope, key, value []byte }

// readRow returns the row that b begins with, and its size.
func readRow(b []byte) (row packedRow, size int) {
	at := 0
	number := func() int {
		v, n := binary.Uvarint(b[at:])
		at += n
		return int(v)
	}
	part := func(n int) []byte {
		at += n
		return b[at-n : at : at]
	}
	scope, key, value := number(), number(), number()
	row.scope, row.key, row.value = part(scope), part(key), part(value)
	return row, at
}
