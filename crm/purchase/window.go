package purchase

import (
	"encoding/binary"
	"math/bits"
)

// lookAhead is how far look goes, in bytes. A window and its marks fit the
// first-level cache; and what look does again after a fault costs little.
const lookAhead = 8 << 10

// window is the stretch of text that look has prepared for scan: whole lines of
// valid UTF-8 without NUL.
type window struct {
	begin int // buf[begin:safe]
	safe  int
	// marks are where fields and records start, counted from begin: 0, and the
	// byte after each separator and line break that is not in quotes.
	marks  []uint16
	next   int  // the mark at pos, or one before it
	quoted bool // there are quotes
}

// reach moves next to the mark at pos. It reports false where the window does not
// reach that far, or has no mark there since record has met a fault in the quotes
// and sees the lines after it otherwise.
func (w *window) reach(pos int) bool {
	if pos >= w.safe {
		return false
	}
	for w.next < len(w.marks) && int(w.marks[w.next]) < pos-w.begin {
		w.next++
	}
	if w.next == len(w.marks) || int(w.marks[w.next]) != pos-w.begin {
		w.safe = pos
		return false
	}
	return true
}

// cover makes a window of b, which begins at pos, ends with a line and has at most
// lookAhead bytes.
func (w *window) cover(b []byte, comma byte, pos int) {
	w.begin, w.safe, w.next = pos, pos+len(b), 0
	w.mark(b, comma)
}

const (
	ones  = 0x0101010101010101 // times c: c in each of eight bytes
	highs = 0x80 * ones
)

// differ has the high bit of each byte of word clear that is the byte repeated in
// all, and the others set (Warren, Hacker's Delight, 2nd ed., section 6-1: the
// zero bytes of an exclusive or).
func differ(word, all uint64) uint64 {
	x := word ^ all
	return (x&^highs + ^uint64(highs) | x) & highs
}

// mark writes the marks of b, eight bytes at a time: finding the separators byte
// by byte took two fifths of the reader's time, for a processor cannot foresee
// where they are.
func (w *window) mark(b []byte, comma byte) {
	if w.marks == nil {
		w.marks = make([]uint16, 1+lookAhead+8)
	}
	marks, n := w.marks[:cap(w.marks)], 1
	commas, lines, quotes := uint64(comma)*ones, uint64('\n')*ones, uint64('"')*ones
	inside := uint64(0) // ones while in quotes
	w.quoted = false
	for i := 0; i < len(b); i += 8 {
		var word uint64
		if i+8 <= len(b) {
			word = binary.LittleEndian.Uint64(b[i:])
		} else {
			var rest [8]byte
			copy(rest[:], b[i:])
			word = binary.LittleEndian.Uint64(rest[:])
		}
		found := differ(word, commas)&differ(word, lines) ^ highs
		if quote := differ(word, quotes) ^ highs; quote|inside != 0 {
			// Byte k of the product counts the quotes among bytes 0 to k; an odd
			// count is in quotes, if the word does not begin there.
			odd := (quote>>7*ones)&ones ^ inside
			found &^= odd << 7
			inside = odd >> 56 * ones
			w.quoted = true
		}
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
	w.marks = marks[:n]
}
