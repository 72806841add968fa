package crm

import (
	"slices"
	"time"

	"github.com/guanxi-go/guanxi/crm/access"
	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/stage"
)

// CustomerFilter narrows [Store].Customers. Every field that is not zero narrows it;
// the zero filter lists everything.
//
// Filters grow with the library, so an adapter narrows by the fields that it has an
// index for, and asks Match of every row before it yields it: a field that it does
// not know is then held all the same. The services list most often by Owner, Pool
// and DueBefore.
type CustomerFilter struct {
	After string // only ids greater than this one, as bytes: where the last page ended
	Limit int    // at most so many rows; 0 for no limit

	Owner     string        // whom this colleague looks after
	Unowned   bool          // whom nobody looks after
	Pool      string        // who waits in this pool
	Visible   *access.Scope // what an actor may see; nil for everything
	Group     string        // who is placed in this customer group
	Parent    string        // organisations that belong to this one
	DueBefore time.Time     // whose next follow-up is due before this instant

	Relationship stage.Relationship
	Ladder       stage.Rung
	Category     stage.SalesCategory
}

// Match reports whether the filter lets c through. It does not look at Limit.
func (f CustomerFilter) Match(c Customer) bool {
	st, h := &c.Standing, &c.Standing.Holding
	return (f.After == "" || c.ID > f.After) &&
		(f.Owner == "" || h.Owner == f.Owner) &&
		(!f.Unowned || h.Owner == "") &&
		(f.Pool == "" || h.Pool == f.Pool) &&
		(f.Visible == nil || f.Visible.Allows(h.Owner, h.Path)) &&
		(f.Group == "" || slices.Contains(st.Groups, f.Group)) &&
		(f.Parent == "" || c.Profile.Parent == f.Parent) &&
		(f.DueBefore.IsZero() || !st.NextDue.IsZero() && st.NextDue.Before(f.DueBefore)) &&
		(f.Relationship == 0 || st.Relationship.State == f.Relationship) &&
		(f.Ladder == 0 || st.Ladder.State == f.Ladder) &&
		(f.Category == 0 || st.Category.State == f.Category)
}

// RecordFilter narrows [Store].Records to one kind, which is required, as
// [CustomerFilter] does. The services list most often by Customer and Ref.
type RecordFilter struct {
	Kind  Kind
	After string // only ids greater than this one, as bytes
	Limit int    // at most so many rows; 0 for no limit

	Customer  string        // records that belong to this customer
	Ref       string        // records about this thing
	Owner     string        // records that this colleague looks after
	State     string        // records in this state
	Visible   *access.Scope // what an actor may see; nil for everything
	DueBefore time.Time     // records due before this instant
}

// Match reports whether the filter lets r through. It does not look at Limit.
func (f RecordFilter) Match(r Record) bool {
	return r.Subject.Kind == f.Kind &&
		(f.After == "" || r.Subject.ID > f.After) &&
		(f.Customer == "" || r.Customer == f.Customer) &&
		(f.Ref == "" || r.Ref == f.Ref) &&
		(f.Owner == "" || r.Owner == f.Owner) &&
		(f.State == "" || r.State == f.State) &&
		(f.Visible == nil || f.Visible.Allows(r.Owner, r.Path)) &&
		(f.DueBefore.IsZero() || !r.Due.IsZero() && r.Due.Before(f.DueBefore))
}

// EntryFilter narrows [Store].Entries, as [CustomerFilter] does. At least one of
// Subject, Contact and Journal is given, and the services list by each of them.
type EntryFilter struct {
	Subject Subject // entries of this subject
	Contact string  // entries in which this person was dealt with, of whatever subject
	Journal Journal // entries of this journal

	After Position // only entries behind this one
	Limit int      // at most so many rows; 0 for no limit

	RecordedUntil time.Time // only entries recorded before this instant
}

// Position is a place in the order of entries.
type Position struct {
	Subject Subject
	Seq     uint64
}

// Compare orders positions by subject, then by number.
func (p Position) Compare(o Position) int {
	switch c := p.Subject.Compare(o.Subject); {
	case c != 0:
		return c
	case p.Seq < o.Seq:
		return -1
	case p.Seq > o.Seq:
		return 1
	}
	return 0
}

// Position returns the place of e in the order of entries.
func (e Entry) Position() Position { return Position{e.Subject, e.Seq} }

// Match reports whether the filter lets e through. It does not look at Limit.
func (f EntryFilter) Match(e Entry) bool {
	return (f.Subject == (Subject{}) || e.Subject == f.Subject) &&
		(f.Contact == "" || e.Contact == f.Contact) &&
		(f.Journal == "" || e.Journal == f.Journal) &&
		(f.After == (Position{}) || e.Position().Compare(f.After) > 0) &&
		(f.RecordedUntil.IsZero() || e.Recorded.Before(f.RecordedUntil))
}

// PurchaseFilter narrows a [PurchaseSource].
type PurchaseFilter struct {
	Customer string       // of this customer only
	From     calendar.Day // on this day or later; zero for no bound
	Until    calendar.Day // before this day; zero for no bound
}

// Match reports whether the filter lets a purchase of a customer on a day
// through.
func (f PurchaseFilter) Match(customer string, day calendar.Day) bool {
	return (f.Customer == "" || customer == f.Customer) &&
		(f.From == 0 || day >= f.From) && (f.Until == 0 || day < f.Until)
}
