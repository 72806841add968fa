package stage

import (
	"cmp"
	"slices"
	"time"

	"github.com/guanxi-go/guanxi/internal/fault"
)

// line is an entry in 24 bytes: what folds look at, and where its actor and reason
// are kept.
type line struct {
	at, recorded int64 // microseconds since 1970
	text         uint32
	corrects     uint16
	to           uint8 // place of the state, or retracted
	flags        uint8
}

const retracted = 255

// The flags of a line. A journal is plain if it holds no correction and was
// recorded in the order of what was so; its first line says it.
const (
	forced = 1 << iota
	imported
	plainJournal
)

// place is the place of the state, -1 for a retraction.
func (l line) place() int {
	if l.to == retracted {
		return -1
	}
	return int(l.to)
}

func (m *Machine[S]) lineOf(e *Entry[S]) line {
	l := line{at: e.At.UnixMicro(), recorded: e.Recorded.UnixMicro(), corrects: uint16(e.Corrects), to: retracted}
	if i := m.place(e.To); i >= 0 {
		l.to = uint8(i)
	}
	if e.Forced {
		l.flags |= forced
	}
	if e.Imported {
		l.flags |= imported
	}
	return l
}

// pack appends the lines of a journal, and refuses one that Decide cannot have
// made, whatever the table was.
func (m *Machine[S]) pack(lines []line, history []Entry[S]) ([]line, error) {
	if len(history) > MaxEntries {
		return lines, refuse("journal", "has more than %d entries", MaxEntries)
	}
	first := len(lines)
	var none S
	var f folder
	for i := range history {
		e, n := &history[i], i+1
		switch {
		case e.Corrects < 0 || e.Corrects > i:
			return lines, refuseEntry(n, "corrects", "is not the number of an earlier entry")
		case m.place(e.To) < 0 && (e.To != none || e.Corrects == 0):
			return lines, refuseEntry(n, "to", "is not a state of machine %s", m.def.Name)
		case !inRange(e.At) || !inRange(e.Recorded):
			return lines, refuseEntry(n, "at", "or recorded is not in the years 1 to 9999")
		case e.At.Nanosecond()%1000 != 0 || e.Recorded.Nanosecond()%1000 != 0:
			return lines, refuseEntry(n, "at", "or recorded is finer than a microsecond")
		case e.At.After(e.Recorded):
			return lines, refuseEntry(n, "at", "is after recorded")
		case i > 0 && e.Recorded.Before(history[i-1].Recorded):
			return lines, refuseEntry(n, "recorded", "is before that of the entry before")
		}
		lines = append(lines, m.lineOf(e))
		if err := f.correctable(lines[first:], i); err != nil {
			return lines, err
		}
	}
	return lines, nil
}

// A folder puts the lines of a journal into the order of what was so. Its slices
// serve one journal after another.
type folder struct {
	live []uint16
	root []uint16 // the line that a chain of corrections began with
	dead []bool   // corrected
}

// correctable checks the correction in line i, if it is one, and notes it. The
// lines before it have been checked or ordered.
func (f *folder) correctable(lines []line, i int) error {
	c := int(lines[i].corrects)
	if c == 0 {
		return nil
	}
	if len(f.dead) < i {
		f.dead = append(f.dead, make([]bool, len(lines)-len(f.dead))...)
	}
	switch {
	case f.dead[c-1]:
		return refuseEntry(c, "corrects", "is corrected already")
	case lines[i].to == retracted && lines[c-1].to == retracted:
		return refuseEntry(c, "corrects", "is a retraction")
	}
	f.dead[c-1] = true
	return nil
}

// order returns the lines recorded up to known that nothing recorded up to then
// has corrected, retractions included, in the order of what was so: by At, of the
// same instant as they were first recorded. The result is good until the next
// call.
func (f *folder) order(lines []line, known int64) []uint16 {
	n := recordedBy(lines, known)
	f.live = slices.Grow(f.live[:0], n)
	f.root = slices.Grow(f.root[:0], n)[:n]
	f.dead = slices.Grow(f.dead[:0], n)[:n]
	clear(f.dead)
	for i, l := range lines[:n] {
		f.root[i] = uint16(i)
		if l.corrects > 0 {
			f.dead[l.corrects-1] = true
			f.root[i] = f.root[l.corrects-1]
		}
	}
	for i := range n {
		if !f.dead[i] {
			f.live = append(f.live, uint16(i))
		}
	}
	slices.SortFunc(f.live, func(a, b uint16) int {
		if c := cmp.Compare(lines[a].at, lines[b].at); c != 0 {
			return c
		}
		return cmp.Compare(f.root[a], f.root[b])
	})
	return f.live
}

// recordedBy returns how many lines were recorded up to known.
func recordedBy(lines []line, known int64) int {
	n := len(lines)
	for n > 0 && lines[n-1].recorded > known {
		n--
	}
	return n
}

// As returns the state of a subject as of an instant of effective time, given what
// was recorded up to known (双时态): what was so then, as it was known then. since
// is when the state began. The zero time leaves either open, and both zero give
// the present state. ok is false where the subject was in no state. The journal is
// one that Decide made; of one that [Machine.Check] refuses for its form nothing is
// promised, and where the fault is met ok is false.
//
// Cost: that of [Machine.Decide]; it allocates only where the past is asked of a
// journal with a backdated entry or a correction.
func (m *Machine[S]) As(history []Entry[S], effective, known time.Time) (state S, since time.Time, ok bool) {
	at, by := upTo(effective), upTo(known)
	found := -1
	rest := history
	if n := len(history); n > 0 && by == maxInstant && endsNow(history) && history[n-1].At.UnixMicro() <= at {
		found, rest = n-1, nil
	}
	for i := range rest {
		e := &history[i]
		if by != maxInstant && e.Recorded.UnixMicro() > by {
			break
		}
		if e.Corrects != 0 || i > 0 && earlier(&e.At, &history[i-1].At) {
			found = m.asWithin(history, at, by)
			break
		}
		if at == maxInstant || e.At.UnixMicro() <= at {
			found = i
		}
	}
	if found < 0 || m.place(history[found].To) < 0 {
		return state, since, false
	}
	return history[found].To, history[found].At, true
}

// asWithin returns the place of the entry that holds at an instant, -1 for none.
func (m *Machine[S]) asWithin(history []Entry[S], at, known int64) int {
	lines, err := m.pack(make([]line, 0, len(history)), history)
	if err != nil {
		return -1
	}
	var f folder
	found := -1
	for _, i := range f.order(lines, known) {
		if lines[i].to != retracted && lines[i].at <= at {
			found = int(i)
		}
	}
	return found
}

// upTo is the instant in microseconds, the last of all for the zero time.
func upTo(t time.Time) int64 {
	if t.IsZero() {
		return maxInstant
	}
	return t.UnixMicro()
}

// Spell is a stay in a state (停留期), from Start on and before End.
type Spell[S comparable] struct {
	State S         `json:"state"`
	Start time.Time `json:"start"`
	End   time.Time `json:"end,omitzero"` // the zero time where it goes on
	Entry int       `json:"entry"`        // the number of the entry that began it
}

// Spells returns the stays of a subject one after the other, given what was
// recorded up to known; the zero time is everything. Of two entries of the same
// instant the first gives a stay of no length. A journal that [Machine.Check]
// refuses for its form is ErrInvalid.
func (m *Machine[S]) Spells(history []Entry[S], known time.Time) ([]Spell[S], error) {
	lines, err := m.pack(make([]line, 0, len(history)), history)
	if err != nil {
		return nil, err
	}
	var f folder
	var spells []Spell[S]
	for _, i := range f.order(lines, upTo(known)) {
		if lines[i].to == retracted {
			continue
		}
		if n := len(spells); n > 0 {
			spells[n-1].End = history[i].At
		}
		spells = append(spells, Spell[S]{State: m.states[lines[i].to], Start: history[i].At, Entry: int(i) + 1})
	}
	return spells, nil
}

// Check reports what is wrong with a journal: the first fault of its form as
// ErrInvalid, an entry that Decide cannot have made whatever the table was; or
// else, joined, an ErrTransition for every transition that today's table does not
// allow and nobody forced. A store's contents are checked with it after an import,
// and before a stricter table is published.
func (m *Machine[S]) Check(history []Entry[S]) error {
	lines, err := m.pack(make([]line, 0, len(history)), history)
	if err != nil {
		return err
	}
	var f folder
	var problems []error
	from := -1
	for _, i := range f.order(lines, maxInstant) {
		l := lines[i]
		if l.to == retracted {
			continue
		}
		if !m.stands(from, l) {
			problems = append(problems, m.noTransition(int(i)+1, from, l.place(), "is not in the table", nil))
		}
		from = int(l.to)
	}
	return fault.Join(problems)
}
