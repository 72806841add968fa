package stage

import (
	"iter"
	"math"
	"slices"
	"strings"
	"time"
)

// Histories are the journals of many subjects of one machine, packed for analysis
// (历史集): 24 bytes an entry, and for each subject 16 and its id. Actors and reasons
// are kept beside them, once for each distinct pair; no analysis reads them, so
// leave them out of the entries passed to Add where they are not wanted back.
//
// The zero value is of no use; see [NewHistories]. Reading is safe for any number
// of goroutines, while nobody adds.
type Histories[S comparable] struct {
	m        *Machine[S]
	lines    []line
	ids      []byte
	subjects []extent
	texts    []text
	index    map[text]uint32
}

// extent says where a subject's lines and id end; they begin where those of the
// subject before end.
type extent struct{ lines, id int }

type text struct{ actor, reason string }

// NewHistories returns empty histories of a machine.
func NewHistories[S comparable](m *Machine[S]) *Histories[S] {
	return &Histories[S]{m: m, texts: []text{{}}, index: map[text]uint32{{}: 0}}
}

// Grow makes room for so many more subjects and entries, so that adding them does
// not copy what is there.
func (h *Histories[S]) Grow(subjects, entries int) {
	h.subjects = slices.Grow(h.subjects, max(subjects, 0))
	h.lines = slices.Grow(h.lines, max(entries, 0))
}

// Add adds the journal of one subject, in the order in which it was recorded; it is
// copied. Subjects come in ascending byte order of their ids, as stores list them,
// which also keeps any from being counted twice. The table is not asked: journals
// from before a change of the table are welcome.
//
// Errors: ErrInvalid for an id that is none or not after the last one, and for a
// journal that Decide cannot have made. Nothing is added then.
func (h *Histories[S]) Add(id string, journal []Entry[S]) error {
	if !validID(id) {
		return refuse("id", "is not 1 to 255 bytes of UTF-8 without NUL")
	}
	if n := len(h.subjects); n > 0 && string(h.idBytes(n-1)) >= id {
		return refuse("id", "does not come after the one before in byte order")
	}
	first := len(h.lines)
	lines, err := h.m.pack(h.lines, journal)
	if err != nil {
		return err
	}
	added := lines[first:]
	for i := range added {
		number, err := h.number(text{journal[i].Actor, journal[i].Reason})
		if err != nil {
			return err
		}
		added[i].text = number
	}
	if len(added) > 0 && plain(journal) {
		added[0].flags |= plainJournal
	}
	h.lines = lines
	h.ids = append(h.ids, id...)
	h.subjects = append(h.subjects, extent{len(h.lines), len(h.ids)})
	return nil
}

// number returns the place of an actor and reason among the distinct ones.
func (h *Histories[S]) number(t text) (uint32, error) {
	if i := uint32(len(h.texts) - 1); h.texts[i] == t {
		return i, nil
	}
	if i, ok := h.index[t]; ok {
		return i, nil
	}
	if uint64(len(h.texts)) > math.MaxUint32 {
		return 0, refuse("journal", "is one too many: 2^32 distinct actors and reasons")
	}
	t = text{strings.Clone(t.actor), strings.Clone(t.reason)}
	i := uint32(len(h.texts))
	h.texts = append(h.texts, t)
	h.index[t] = i
	return i, nil
}

// Machine returns the machine.
func (h *Histories[S]) Machine() *Machine[S] { return h.m }

// Len returns the number of subjects.
func (h *Histories[S]) Len() int { return len(h.subjects) }

// Entries returns the number of entries of all subjects.
func (h *Histories[S]) Entries() int { return len(h.lines) }

// ID returns the id of subject i, 0 <= i < Len.
func (h *Histories[S]) ID(i int) string { return string(h.idBytes(i)) }

func (h *Histories[S]) idBytes(i int) []byte {
	begin := 0
	if i > 0 {
		begin = h.subjects[i-1].id
	}
	return h.ids[begin:h.subjects[i].id]
}

// of returns the lines of subject i.
func (h *Histories[S]) of(i int) []line {
	begin := 0
	if i > 0 {
		begin = h.subjects[i-1].lines
	}
	return h.lines[begin:h.subjects[i].lines]
}

// Journal returns the journal of subject i as it was added, 0 <= i < Len, but for
// From, which it derives anew, as it was when each entry was recorded, and times,
// which are in UTC.
func (h *Histories[S]) Journal(i int) []Entry[S] {
	lines := h.of(i)
	journal := make([]Entry[S], len(lines))
	var f folder
	plain := len(lines) > 0 && lines[0].flags&plainJournal != 0
	for n, l := range lines {
		e := Entry[S]{At: instant(l.at), Recorded: instant(l.recorded), Corrects: int(l.corrects),
			Actor: h.texts[l.text].actor, Reason: h.texts[l.text].reason,
			Forced: l.flags&forced != 0, Imported: l.flags&imported != 0}
		if l.to != retracted {
			e.To = h.m.states[l.to]
		}
		preceding := n - 1
		if !plain {
			preceding = precedents(lines[:n+1], f.order(lines[:n+1], maxInstant))[n]
		}
		if preceding >= 0 {
			e.From = h.m.states[lines[preceding].to]
		}
		journal[n] = e
	}
	return journal
}

// All yields the id and the journal of every subject in byte order of id.
func (h *Histories[S]) All() iter.Seq2[string, []Entry[S]] {
	return func(yield func(string, []Entry[S]) bool) {
		for i := range h.subjects {
			if !yield(h.ID(i), h.Journal(i)) {
				return
			}
		}
	}
}

func instant(micro int64) time.Time { return time.UnixMicro(micro).UTC() }

// stay is a spell in a packed journal.
type stay struct {
	state      uint8
	start, end int64 // end is maxInstant where it goes on
	// seen is from when on the subject was under observation: start, or for an
	// imported entry when it was recorded. unknownStart says that nobody knows when
	// the stay began.
	seen         int64
	unknownStart bool
}

// walker folds one journal after another into the same slices.
type walker struct {
	folder
	stays []stay
}

// walk returns the stays of a journal as recorded up to known; the result is good
// until the next call.
func (w *walker) walk(lines []line, known int64) []stay {
	w.stays = w.stays[:0]
	if len(lines) == 0 {
		return nil
	}
	if lines[0].flags&plainJournal != 0 {
		for _, l := range lines[:recordedBy(lines, known)] {
			w.enter(l, l.recorded)
		}
		return w.stays
	}
	for _, i := range w.order(lines, known) {
		if l := lines[i]; l.to != retracted {
			w.enter(l, lines[w.root[i]].recorded)
		}
	}
	return w.stays
}

// enter ends the stay before and begins the next; recorded is when it was first
// recorded.
func (w *walker) enter(l line, recorded int64) {
	if n := len(w.stays); n > 0 {
		w.stays[n-1].end = l.at
	}
	s := stay{state: l.to, start: l.at, end: maxInstant, seen: l.at}
	if l.flags&imported != 0 {
		s.seen, s.unknownStart = recorded, recorded == l.at
	}
	w.stays = append(w.stays, s)
}
