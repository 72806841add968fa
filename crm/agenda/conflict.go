package agenda

import (
	"cmp"
	"iter"
	"math"
	"strings"
	"time"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/finding"
)

// Conflict is two appointments of one person that are in each other's way (日程冲突).
type Conflict struct {
	Kind   ConflictKind `json:"kind"`
	Staff  string       `json:"staff"`
	First  string       `json:"first"`  // id of the one that begins earlier
	Second string       `json:"second"` // id of the other
	// Short is for how long they overlap, or how much the time between them is
	// shorter than the way.
	Short time.Duration `json:"short"`
}

// Finding returns an AGD-OVERLAP or AGD-TRAVEL about the second appointment.
func (c Conflict) Finding(asOf calendar.Day) finding.Finding {
	code := foundOverlap
	if c.Kind == Travel {
		code = foundTravel
	}
	return finding.Finding{Code: code, Severity: finding.Warning, Subject: c.Second, AsOf: asOf, Params: []finding.Param{
		finding.Str("other", c.First), finding.Int("minutes", int64((c.Short+time.Minute-1)/time.Minute))}}
}

// Conflicts yields all conflicts, by colleague and then by the begin of the second
// appointment (查找冲突): the pairs that overlap, and those that follow each other, with
// nothing in between, closer than the longer of the ways to the two. Appointments that
// are missed or cancelled are in nobody's way; two that touch do not overlap. Time is
// O(n + k) for k conflicts.
func (b *Book) Conflicts() iter.Seq[Conflict] {
	return func(yield func(Conflict) bool) {
		for _, staff := range b.Staff() {
			p := b.pages[staff]
			s := sweeper{staff: staff, way: p.way, yield: yield, id: func(at int32) string { return b.of[at].ID }}
			if !s.sweep(b.entries[p.from:p.to]) {
				return
			}
		}
	}
}

// Against returns the conflicts that an appointment would have with those in the book,
// but for one of the same id, which it would replace. None where it is not busy. Time is
// O(log n + k) for k appointments around it. ErrInvalid: the appointment.
func (b *Book) Against(a Appointment) ([]Conflict, error) {
	if err := a.Validate(); err != nil {
		return nil, err
	}
	if !a.Busy() {
		return nil, nil
	}
	p := b.pages[a.Staff]
	own := newEntry(&a, -1)
	id := func(at int32) string {
		if at < 0 {
			return a.ID
		}
		return b.of[at].ID
	}
	way := max(p.way, own.travel())
	var around []entry
	placed := false
	b.overlapping(p.from, p.to, own.from-way, own.to+way, func(e entry) {
		if id(e.at) == a.ID {
			return
		}
		if !placed && cmp.Or(cmp.Compare(e.from, own.from), cmp.Compare(e.to, own.to), strings.Compare(id(e.at), a.ID)) > 0 {
			around, placed = append(around, own), true
		}
		around = append(around, e)
	})
	if !placed {
		around = append(around, own)
	}
	var found []Conflict
	s := sweeper{staff: a.Staff, way: way, id: id, yield: func(c Conflict) bool {
		if c.First == a.ID || c.Second == a.ID {
			found = append(found, c)
		}
		return true
	}}
	s.sweep(around)
	return found, nil
}

// past is an entry that is over, and the earliest end of those that began since: what
// begins later than that does not follow it directly.
type past struct {
	entry
	next int64
}

// sweeper looks for the conflicts of one person.
type sweeper struct {
	staff string
	way   int64                 // the longest to one of the entries, in microseconds
	id    func(at int32) string // of an entry
	yield func(Conflict) bool
}

// sweep goes through sorted entries and yields their conflicts; false where it was
// stopped.
func (s *sweeper) sweep(sorted []entry) bool {
	var running []entry
	var over []past
	for _, e := range sorted {
		if !e.busy {
			continue
		}
		kept := running[:0]
		for _, r := range running {
			if r.to > e.from {
				kept = append(kept, r)
			} else if s.way > 0 {
				over = append(over, past{r, math.MaxInt64})
			}
		}
		running = kept
		following := over[:0]
		for _, o := range over {
			if e.from >= o.next || e.from-o.to >= s.way {
				continue
			}
			need := max(o.travel(), e.travel())
			if lack := need - (e.from - o.to); lack > 0 && !s.found(Travel, o.entry, e, lack) {
				return false
			}
			o.next = min(o.next, e.to)
			following = append(following, o)
		}
		over = following
		for _, r := range running {
			if !s.found(Overlap, r, e, min(r.to, e.to)-e.from) {
				return false
			}
		}
		running = append(running, e)
	}
	return true
}

func (s *sweeper) found(kind ConflictKind, first, second entry, short int64) bool {
	return s.yield(Conflict{Kind: kind, Staff: s.staff, First: s.id(first.at), Second: s.id(second.at), Short: time.Duration(short) * time.Microsecond})
}
