package purchase

import (
	"encoding/binary"
	"math/bits"
)

// lookAhead is how far look goes, in bytes. A window and its marks fit the
// first-level cache; and what look does again after a record that is not plain
// costs little.
const lookAhead = 8 << 10

// window is the stretch of plain lines that look has found: whole lines of valid
// UTF-8 without quotes and NUL, in which a record is a line and a field what
// stands between two separators.
type window struct {
	begin int // buf[begin:safe]
	safe  int
	// marks are where fields and lines start, counted from begin: 0, and the byte
	// after each separator and line break.
	marks []uint16
	next  int // the mark at pos, or one before it
}

// scan is the fast kernel: it decodes the rows of the window from pos on.
//
// It stops before a line that is empty, ragged, has a field that is refused or
// belongs into the next batch, and so has no errors of its own: record takes
// such a line again and says what is wrong. TestKernel compares the two.
func (p *parser) scan() {
	if p.pos >= p.safe {
		return
	}
	text, columns := p.buf[p.begin:p.safe], len(p.columns)
	for int(p.marks[p.next]) < p.pos-p.begin { // a line that record took
		p.next++
	}
	for p.next+columns < len(p.marks) {
		marks := p.marks[p.next : p.next+columns+1]
		for _, m := range marks[1:columns] {
			if text[m-1] == '\n' {
				return
			}
		}
		end := int(marks[columns])
		if text[end-1] != '\n' {
			return
		}
		field := func(i int) []byte {
			f := text[marks[i] : marks[i+1]-1]
			if i == columns-1 && len(f) > 0 && f[len(f)-1] == '\r' {
				f = f[:len(f)-1]
			}
			return f
		}
		var code []byte
		if at := p.at[currency]; at >= 0 {
			code = field(at)
		}
		fits, err := p.row(field(p.at[customer]), field(p.at[date]), field(p.at[amount]), code)
		if !fits || err != nil {
			return
		}
		p.pos = p.begin + end
		p.next += columns
		p.line++
	}
}

const (
	ones  = 0x0101010101010101 // times c: c in each of eight bytes
	highs = 0x80 * ones
)

// hits has the high bit of each byte of word that is in commas or lines, which
// repeat one byte, and no other bit set (Warren, Hacker's Delight, 2nd ed.,
// section 6-1: the zero bytes of an exclusive or).
func hits(word, commas, lines uint64) uint64 {
	a, b := word^commas, word^lines
	a |= a&^highs + ^uint64(highs)
	b |= b&^highs + ^uint64(highs)
	return ^(a & b) & highs
}

// mark writes the marks of b, at most lookAhead bytes, eight bytes at a time:
// finding the separators byte by byte took two fifths of the reader's time, for
// a processor cannot foresee where they are.
func (w *window) mark(b []byte, comma byte) {
	if w.marks == nil {
		// A word writes up to eight marks, and always two.
		w.marks = make([]uint16, 1+lookAhead+8)
	}
	marks, n := w.marks[:cap(w.marks)], 1
	commas, lines := uint64(comma)*ones, uint64('\n')*ones
	i := 0
	for ; i+8 <= len(b); i += 8 {
		word := binary.LittleEndian.Uint64(b[i:])
		found := hits(word, commas, lines)
		// Few words have more than two, so that this has hardly a branch to miss.
		into, count := marks[n:n+8], bits.OnesCount64(found)
		n += count
		into[0] = uint16(i + bits.TrailingZeros64(found)/8 + 1)
		found &= found - 1
		into[1] = uint16(i + bits.TrailingZeros64(found)/8 + 1)
		for k := 2; k < count; k++ {
			found &= found - 1
			into[k] = uint16(i + bits.TrailingZeros64(found)/8 + 1)
		}
	}
	for ; i < len(b); i++ {
		if b[i] == comma || b[i] == '\n' {
			marks[n] = uint16(i + 1)
			n++
		}
	}
	w.marks, w.next = marks[:n], 0
}
