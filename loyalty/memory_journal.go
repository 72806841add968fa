package loyalty

import (
	"encoding/binary"

	"github.com/guanxi-go/guanxi/loyalty/points"
)

// memoryJournal is the entries of an account in their saved form, each behind its
// length: four bytes, little-endian. They are written into room that stands in the
// journal itself, and go on from there, many at once, to pieces of memory that are not
// moved as the journal grows. Bytes in a piece stay as they are, and to redact makes a
// new journal: so a copy of this may be read without a lock.
type memoryJournal struct {
	full    [][]byte // the pieces that have no room
	last    []byte   // the one behind them
	edition uint32   // how often it was redacted
	size    uint8    // bytes in tail
	tail    [tailSize]byte
}

// memoryPlace is a place in a journal: a piece, and how many bytes are behind that are in
// it or, where those are more, in what follows.
type memoryPlace struct{ piece, at int }

const (
	lengthSize = 4
	tailSize   = 240
	mostEntry  = 64 // bytes of most entries, with the length
	leastPiece = 256
	mostPiece  = 1024
)

func (j *memoryJournal) append(e *points.Entry) {
	if int(j.size) > tailSize-mostEntry {
		j.flush()
	}
	start := int(j.size)
	b := e.AppendValid(append(j.tail[:start], 0, 0, 0, 0))
	binary.LittleEndian.PutUint32(b[start:], uint32(len(b)-start-lengthSize))
	if len(b) <= tailSize {
		j.size = uint8(len(b))
		return
	}
	j.flush()
	j.keep(b[start:])
}

// flush takes what is in the tail to the pieces.
func (j *memoryJournal) flush() {
	j.keep(j.tail[:j.size])
	j.size = 0
}

// keep appends entries to the last piece.
func (j *memoryJournal) keep(entries []byte) {
	if cap(j.last)-len(j.last) < len(entries) {
		if len(j.last) > 0 {
			j.full = append(j.full, j.last)
		}
		j.last = make([]byte, 0, max(min(2*cap(j.last), mostPiece), leastPiece, len(entries)))
	}
	j.last = append(j.last, entries...)
}

// next returns the first entry behind a place, and the place behind it; ok is false
// at the end.
func (j *memoryJournal) next(at memoryPlace) (e points.Entry, behind memoryPlace, ok bool) {
	b, behind := j.saved(at)
	if b == nil {
		return points.Entry{}, at, false
	}
	e, _, err := points.DecodeEntry(b)
	return e, behind, err == nil // always: append has written it
}

// saved is next, of the saved form: nil at the end.
func (j *memoryJournal) saved(at memoryPlace) (b []byte, behind memoryPlace) {
	for ; at.piece < len(j.full); at = (memoryPlace{at.piece + 1, at.at - len(j.full[at.piece])}) {
		if piece := j.full[at.piece]; at.at < len(piece) {
			return savedAt(piece, at, at.at)
		}
	}
	if at.at < len(j.last) {
		return savedAt(j.last, at, at.at)
	}
	if in := at.at - len(j.last); in < int(j.size) {
		return savedAt(j.tail[:j.size], at, in)
	}
	return nil, at
}

// savedAt is the entry that stands in a part of the journal from some byte on.
func savedAt(part []byte, at memoryPlace, from int) (b []byte, behind memoryPlace) {
	size := lengthSize + int(binary.LittleEndian.Uint32(part[from:]))
	return part[from+lengthSize : from+size], memoryPlace{at.piece, at.at + size}
}

// behind returns the place behind the entry with number seq.
func (j *memoryJournal) behind(seq uint64) (at memoryPlace) {
	for ; seq > 0; seq-- {
		b, behind := j.saved(at)
		if b == nil {
			break
		}
		at = behind
	}
	return at
}

// redact clears the reason of entry seq, or, where seq is 0, of all up to number
// before.
func (j *memoryJournal) redact(seq, before uint64) {
	redacted := memoryJournal{edition: j.edition + 1}
	for e, at, ok := j.next(memoryPlace{}); ok; e, at, ok = j.next(at) {
		if e.Seq == seq || seq == 0 && e.Seq <= before {
			e.Reason = ""
		}
		redacted.append(&e)
	}
	*j = redacted
}
