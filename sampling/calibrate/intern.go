package calibrate

import (
	"hash/maphash"
	"math/bits"
)

// A factor is a column of labels with each different label replaced by a number,
// in order of first appearance.
type factor struct {
	codes  []uint32
	levels []string
	first  []int // the row in which a level appears first
}

// block is how many rows are numbered in one column before the next column gets its
// turn: the labels of a row often lie side by side.
const block = 4096

// intern numbers the labels of columns. missing has, for every column, the row of
// the first empty label, or -1.
func intern(columns ...[]string) (factors []factor, missing []int) {
	factors, missing = make([]factor, len(columns)), make([]int, len(columns))
	tables := make([]*table, len(columns))
	longest := 0
	for i, labels := range columns {
		tables[i] = newTable()
		factors[i].codes = make([]uint32, len(labels))
		missing[i] = -1
		longest = max(longest, len(labels))
	}
	for start := 0; start < longest; start += block {
		for i, labels := range columns {
			if start < len(labels) && missing[i] < 0 {
				missing[i] = factors[i].add(tables[i], labels, start, min(start+block, len(labels)))
			}
		}
	}
	for i, t := range tables {
		factors[i].levels = t.levels
	}
	return factors, missing
}

// add numbers the rows from start to end, up to the first empty label.
func (f *factor) add(t *table, labels []string, start, end int) (missing int) {
	codes := f.codes[start:end]
	for i, label := range labels[start:end] {
		// The usual case, without a call: a short label, known, in its first place.
		if n := len(label); n >= 8 && n <= short {
			a, b := eight(label), eight(label[n-8:])
			s := &t.slots[t.home(a, b, uint32(n))&uint64(len(t.slots)-1)]
			if s.a == a && s.b == b && s.length == uint32(n) {
				codes[i] = s.code - 1
				continue
			}
		}
		if label == "" {
			return start + i
		}
		code := t.code(label)
		if code == uint32(len(f.first)) {
			f.first = append(f.first, start+i)
		}
		codes[i] = code
	}
	return -1
}

// A table numbers labels. It is written by hand because a million rows have few
// categories with short labels: those are compared as two words, without a call
// and without leaving the nearest cache.
type table struct {
	seed   maphash.Seed
	k0, k1 uint64 // from the seed, so that nobody can prepare labels that collide
	slots  []slot
	levels []string
}

// A slot holds the words and the length of a label, and one more than its code.
type slot struct {
	a, b         uint64
	length, code uint32
}

func newTable() *table {
	t := &table{seed: maphash.MakeSeed(), slots: make([]slot, 64)}
	t.k0, t.k1 = maphash.String(t.seed, "a"), maphash.String(t.seed, "b")
	return t
}

// short is the length up to which two words hold a label.
const short = 16

// words returns the bytes of a short label, all of them, and the hash of others.
func (t *table) words(s string) (a, b uint64) {
	n := len(s)
	switch {
	case n > short:
		return maphash.String(t.seed, s), 0
	case n >= 8:
		return eight(s), eight(s[n-8:])
	case n >= 4:
		return four(s), four(s[n-4:])
	}
	return uint64(s[0]) | uint64(s[n/2])<<8 | uint64(s[n-1])<<16, 0
}

func eight(s string) uint64 {
	_ = s[7]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

func four(s string) uint64 {
	_ = s[3]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24
}

// code returns the number of a label, a new one where it is new.
func (t *table) code(label string) uint32 {
	a, b := t.words(label)
	length := uint32(len(label))
	for at := t.home(a, b, length); ; at++ {
		s := &t.slots[at&uint64(len(t.slots)-1)]
		if s.code == 0 {
			t.levels = append(t.levels, label)
			*s = slot{a, b, length, uint32(len(t.levels))}
			if 2*len(t.levels) > len(t.slots) {
				t.grow()
			}
			return uint32(len(t.levels) - 1)
		}
		if s.a == a && s.b == b && s.length == length && (length <= short || t.levels[s.code-1] == label) {
			return s.code - 1
		}
	}
}

// home is where the search for a label begins.
func (t *table) home(a, b uint64, length uint32) uint64 {
	high, low := bits.Mul64(a^t.k0, b^t.k1^uint64(length))
	return high ^ low
}

func (t *table) grow() {
	old := t.slots
	t.slots = make([]slot, 4*len(old))
	for _, s := range old {
		if s.code == 0 {
			continue
		}
		at := t.home(s.a, s.b, s.length)
		for t.slots[at&uint64(len(t.slots)-1)].code != 0 {
			at++
		}
		t.slots[at&uint64(len(t.slots)-1)] = s
	}
}
