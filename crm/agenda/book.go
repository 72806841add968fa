package agenda

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"
)

// Book is appointments, indexed by whose they are and when (日程簿). It does not change,
// and any number of goroutines may use it at once.
type Book struct {
	of      []Appointment
	pages   map[string]page
	entries []entry // page after page, each by begin, end and id
	latest  []int64 // of the subtree of each entry, the latest end
}

// page is the range of one person's entries.
type page struct {
	from, to int
	way      int64 // the longest to one of them, in microseconds
}

// entry is the time of an appointment in microseconds since 1970. It is small and holds
// no pointer, for it is copied and sorted.
type entry struct {
	from, to int64
	at       int32 // place of the appointment
	way      int16 // minutes
	busy     bool
}

func newEntry(a *Appointment, at int) entry {
	return entry{from: a.From.UnixMicro(), to: a.To.UnixMicro(), at: int32(at), way: int16(a.TravelMinutes), busy: a.Busy()}
}

// compare orders entries of a list by begin, end and id.
func compare(of []Appointment) func(x, y entry) int {
	return func(x, y entry) int {
		if x.from != y.from {
			return cmp.Compare(x.from, y.from)
		}
		if x.to != y.to {
			return cmp.Compare(x.to, y.to)
		}
		return strings.Compare(of[x.at].ID, of[y.at].ID)
	}
}

// NewBook returns the book of the appointments, given in any order; it keeps the slice,
// which must not be changed afterwards. Time is O(n log n).
//
// ErrInvalid: appointments that break their rules, all of them reported; ErrDuplicate: an
// id given twice.
func NewBook(appointments []Appointment) (*Book, error) {
	n := len(appointments)
	r := reader{ids: make([]uint64, n), numbers: map[string]int32{}, of: make([]int32, n), entries: make([]entry, n)}
	for i := range appointments {
		r.read(appointments, i)
	}
	if anyTwice(r.ids) {
		r.findTwice(appointments)
	}
	if err := r.bad.join(); err != nil {
		return nil, err
	}
	b := r.book()
	b.of = appointments
	s := sorter{compare: compare(appointments), spare: r.entries}
	for _, p := range b.pages {
		s.sort(b.entries[p.from:p.to])
		b.index(p.from, p.to)
	}
	return b, nil
}

// reader takes appointments in, each looked at once: they are far more than fit the
// caches.
type reader struct {
	bad     problems
	ids     []uint64 // their hashes
	names   []string
	numbers map[string]int32 // places in names
	counts  []int            // of each name's entries
	of      []int32          // of each entry, the place of its name
	entries []entry
}

func (r *reader) read(all []Appointment, i int) {
	a := &all[i]
	if !a.sound() {
		a.check(&r.bad, i)
	}
	r.ids[i] = hash(a.ID)
	number, known := r.numbers[a.Staff]
	if !known {
		number = int32(len(r.names))
		r.numbers[a.Staff] = number
		r.names, r.counts = append(r.names, a.Staff), append(r.counts, 0)
	}
	r.counts[number]++
	r.of[i], r.entries[i] = number, newEntry(a, i)
}

func (r *reader) findTwice(all []Appointment) {
	seen := make(map[string]bool, len(all))
	for i, a := range all {
		if seen[a.ID] {
			r.bad = append(r.bad, refuse(ErrDuplicate, codeRepeated, "id", i, a.ID))
		}
		seen[a.ID] = true
	}
}

// book puts the entries of each person side by side.
func (r *reader) book() *Book {
	b := &Book{pages: make(map[string]page, len(r.names)), entries: make([]entry, len(r.of)), latest: make([]int64, len(r.of))}
	pages := make([]page, len(r.names))
	at := 0
	for n, count := range r.counts {
		pages[n] = page{from: at, to: at}
		at += count
	}
	for i, n := range r.of {
		p := &pages[n]
		b.entries[p.to] = r.entries[i]
		p.way = max(p.way, r.entries[i].travel())
		p.to++
	}
	for n, name := range r.names {
		b.pages[name] = pages[n]
	}
	return b
}

// travel returns the way to a busy entry in microseconds.
func (e entry) travel() int64 {
	if !e.busy {
		return 0
	}
	return int64(e.way) * 60_000_000
}

// index makes the interval tree of a range: its root is the entry in the middle, the
// subtrees are the halves around it.
func (b *Book) index(from, to int) int64 {
	if from >= to {
		return -1 << 63
	}
	mid := int(uint(from+to) / 2)
	b.latest[mid] = max(b.entries[mid].to, b.index(from, mid), b.index(mid+1, to))
	return b.latest[mid]
}

// overlapping calls do for the entries of a range that overlap a window, in order.
func (b *Book) overlapping(from, to int, begin, end int64, do func(entry)) {
	if from >= to {
		return
	}
	mid := int(uint(from+to) / 2)
	if b.latest[mid] <= begin {
		return
	}
	b.overlapping(from, mid, begin, end, do)
	if e := b.entries[mid]; e.from < end {
		if e.to > begin {
			do(e)
		}
		b.overlapping(mid+1, to, begin, end, do)
	}
}

// Between returns the appointments of a colleague that overlap a window, whatever their
// state, by begin, end and id (时段查询). Time is O(log n + k) for k of them.
func (b *Book) Between(staff string, from, until time.Time) []Appointment {
	p := b.pages[staff]
	var found []Appointment
	if from.Before(until) {
		b.overlapping(p.from, p.to, from.UnixMicro(), until.UnixMicro(), func(e entry) { found = append(found, b.of[e.at]) })
	}
	return found
}

// Staff returns the ids of those who have appointments, in byte order.
func (b *Book) Staff() []string { return slices.Sorted(maps.Keys(b.pages)) }
