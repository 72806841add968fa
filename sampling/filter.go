package sampling

import (
	"cmp"
	"time"
)

// RecordFilter narrows [Store].Records to one kind, which is required. Every other
// field that is not zero narrows it further.
//
// Filters grow with the library, so an adapter narrows by the fields that it has an
// index for, and asks Match of every row before it yields it: a field that it does
// not know is then held all the same. The services list by Cycle and DueBefore.
type RecordFilter struct {
	Kind  Kind
	After string // only ids greater than this one, as bytes: where the last page ended
	Limit int    // at most so many rows; 0 for no limit

	Cycle     string    // records that belong to this cycle
	State     string    // records in this state
	DueBefore time.Time // records of which time asks for something before this instant
}

// Match reports whether the filter lets r through. It does not look at Limit.
func (f RecordFilter) Match(r Record) bool {
	return r.Subject.Kind == f.Kind &&
		(f.After == "" || r.Subject.ID > f.After) &&
		(f.Cycle == "" || r.Cycle == f.Cycle) &&
		(f.State == "" || r.State == f.State) &&
		(f.DueBefore.IsZero() || !r.Due.IsZero() && r.Due.Before(f.DueBefore))
}

// Position is where an entry stands in a listing: by subject, then by number.
type Position struct {
	Subject Subject
	Seq     uint64
}

// Compare orders positions by subject, then by number.
func (p Position) Compare(o Position) int {
	return cmp.Or(p.Subject.Compare(o.Subject), cmp.Compare(p.Seq, o.Seq))
}

// EntryFilter narrows [Store].Entries, as [RecordFilter] does. A subject, a kind of
// subject or a person is required.
type EntryFilter struct {
	Subject Subject  // entries of this subject
	Of      Kind     // entries of subjects of this kind
	Person  string   // entries that concern this person
	After   Position // only behind this position
	Limit   int      // at most so many rows; 0 for no limit

	RecordedUntil time.Time // recorded before this instant
}

// Match reports whether the filter lets e through. It does not look at Limit.
func (f EntryFilter) Match(e Entry) bool {
	return (f.Subject == (Subject{}) || e.Subject == f.Subject) &&
		(f.Of == "" || e.Subject.Kind == f.Of) &&
		(f.Person == "" || e.Person == f.Person) &&
		(f.After == (Position{}) || e.Position().Compare(f.After) > 0) &&
		(f.RecordedUntil.IsZero() || e.Recorded.Before(f.RecordedUntil))
}
