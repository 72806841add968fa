package loyalty

import (
	"encoding/binary"

	"github.com/guanxi-go/guanxi/loyalty/points"
)

// memoryJournal is the entries of an account in their saved form, each behind its
// length: four bytes, little-endian. They stand in pieces of memory that are not moved
// as the journal grows. Bytes that were written stay as they are, and to redact makes
// a new journal: so a copy of this may be read without a lock.
type memoryJournal struct {
	last    []byte   // the piece that is written to
	full    [][]byte // those before it
	edition uint32   // how often it was redacted
}

// memoryPlace is a place in a journal: a piece, and how many bytes of it are behind.
type memoryPlace struct{ piece, at int }

const (
	lengthSize    = 4
	leastPiece    = 128
	mostPiece     = 1024
	mostEntrySize = 64 // of most entries, with the length
)

func (j *memoryJournal) append(e *points.Entry) {
	if room := cap(j.last) - len(j.last); room < mostEntrySize {
		if len(j.last) > 0 {
			j.full = append(j.full, j.last)
		}
		j.last = make([]byte, 0, min(max(2*cap(j.last), leastPiece), mostPiece))
	}
	start := len(j.last)
	b := e.AppendValid(append(j.last, 0, 0, 0, 0))
	binary.LittleEndian.PutUint32(b[start:], uint32(len(b)-start-lengthSize))
	j.last = b
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
	for ; at.piece <= len(j.full); at = (memoryPlace{at.piece + 1, 0}) {
		piece := j.last
		if at.piece < len(j.full) {
			piece = j.full[at.piece]
		}
		if at.at < len(piece) {
			from := at.at + lengthSize
			to := from + int(binary.LittleEndian.Uint32(piece[at.at:]))
			return piece[from:to], memoryPlace{at.piece, to}
		}
	}
	return nil, at
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
