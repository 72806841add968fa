package calibrate

import "math"

// groups are the rows that have the same values, numbered by first appearance.
type groups struct {
	of     []uint32
	start  []uint32    // of every group: what its rows had before
	values [][]float64 // of every column: the value of every group
}

// fewGroups is the number of groups that is no reason to stop early, and
// rowsPerGroup how many rows there have to be for each one more.
const fewGroups, rowsPerGroup = 1 << 13, 4

// alike groups the rows that have the same start, if there is one, and the same
// value in every column. ok is false, and the rest not looked at, where so many
// differ that groups would save little; and where two hashes agree by chance.
//
// Rows are told apart by a hash of their values and compared with the first row of
// their group, a stretch of rows at a time, while it is in the nearest cache.
func alike(start []uint32, columns [][]float64, rows int) (g groups, ok bool) {
	g = groups{of: make([]uint32, rows), values: make([][]float64, len(columns))}
	known := newHashes()
	var buffer [stretch]uint64
	for from := 0; from < rows; from += stretch {
		to := min(from+stretch, rows)
		hash := buffer[:to-from]
		clear(hash)
		if start != nil {
			for i, s := range start[from:to] {
				hash[i] = uint64(s) * scatter
			}
		}
		for _, x := range columns {
			mix(hash, x[from:to])
		}
		for i, h := range hash {
			code := known.code(h ^ h>>32)
			g.of[from+i] = code
			if int(code) == len(g.start) {
				g.add(start, columns, from+i)
			}
		}
		if len(g.start) > fewGroups+to/rowsPerGroup || !g.hold(start, columns, from, to) {
			return groups{}, false
		}
	}
	return g, 2*len(g.start) <= rows
}

// add begins a group with a row.
func (g *groups) add(start []uint32, columns [][]float64, row int) {
	s := uint32(0)
	if start != nil {
		s = start[row]
	}
	g.start = append(g.start, s)
	for j, x := range columns {
		g.values[j] = append(g.values[j], x[row])
	}
}

// hold reports whether rows have the values of their groups: not so where two hashes
// were the same by chance.
func (g *groups) hold(start []uint32, columns [][]float64, from, to int) bool {
	of := g.of[from:to]
	if start != nil {
		for i, s := range start[from:to] {
			if g.start[of[i]] != s {
				return false
			}
		}
	}
	for j, x := range columns {
		values := g.values[j]
		other := 0
		for i, v := range x[from:to] {
			if values[of[i]] != v {
				other++
			}
		}
		if other > 0 {
			return false
		}
	}
	return true
}

// scatter is 2^64 over the golden ratio, which is odd.
const scatter = 0x9e3779b97f4a7c15

// mix works a value into the hash of every row. Folded, as whole numbers have
// nothing in the lower half of their bits.
func mix(hash []uint64, x []float64) {
	x = x[:len(hash)]
	for i, h := range hash {
		b := math.Float64bits(x[i])
		hash[i] = (h ^ b ^ b>>32) * scatter
	}
}

// hashes numbers hashes in order of first appearance.
type hashes struct {
	slots []hashed
	n     uint32
}

// hashed is a hash with one more than its number.
type hashed struct {
	hash uint64
	code uint32
}

func newHashes() *hashes { return &hashes{slots: make([]hashed, 256)} }

// code returns the number of a hash, a new one where it is new.
func (t *hashes) code(h uint64) uint32 {
	s := t.find(h)
	if s.code == 0 {
		t.n++
		*s = hashed{h, t.n}
		if int(2*t.n) > len(t.slots) {
			t.grow()
		}
		return t.n - 1
	}
	return s.code - 1
}

// find returns the slot that has the hash, or the empty one where it belongs.
func (t *hashes) find(h uint64) *hashed {
	last := uint64(len(t.slots) - 1)
	for at := h & last; ; at = (at + 1) & last {
		if s := &t.slots[at]; s.code == 0 || s.hash == h {
			return s
		}
	}
}

func (t *hashes) grow() {
	old := t.slots
	t.slots = make([]hashed, 4*len(old))
	for _, s := range old {
		if s.code != 0 {
			*t.find(s.hash) = s
		}
	}
}
