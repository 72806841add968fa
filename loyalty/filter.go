package loyalty

import (
	"cmp"
	"slices"
	"time"
)

// AccountFilter narrows [Store].Accounts. Every field that is not zero narrows it;
// the zero filter lists everything.
//
// Filters grow with the library, so an adapter narrows by the fields that it has an
// index for, and asks Match of every row before it yields it: a field that it does
// not know is then held all the same. The services list by IDs, Member, Household
// and DueBefore.
type AccountFilter struct {
	IDs   []string // only these; a missing one is left out
	After string   // only ids greater than this one, as bytes: where the last page ended
	Limit int      // at most so many rows; 0 for no limit

	Member    string    // accounts of this member
	Household string    // accounts pooled in this household
	Status    Status    // accounts of this status
	DueBefore time.Time // accounts to which time does something before this instant
}

// Match reports whether the filter lets a through. It does not look at Limit.
func (f AccountFilter) Match(a Account) bool {
	st := &a.Standing
	return (f.IDs == nil || slices.Contains(f.IDs, a.ID)) &&
		(f.After == "" || a.ID > f.After) &&
		(f.Member == "" || st.Member == f.Member) &&
		(f.Household == "" || st.Household == f.Household) &&
		(f.Status == 0 || st.Status == f.Status) &&
		(f.DueBefore.IsZero() || !st.Due.IsZero() && st.Due.Before(f.DueBefore))
}

// Place is where a posting stands in a listing: by account, then by number.
type Place struct {
	Account string `json:"account"`
	Seq     uint64 `json:"seq"`
}

// Compare orders places by account, as bytes, then by number.
func (p Place) Compare(o Place) int {
	return cmp.Or(cmp.Compare(p.Account, o.Account), cmp.Compare(p.Seq, o.Seq))
}

// PostingFilter narrows [Store].Postings, as [AccountFilter] does. The services
// list by Account, most often with After, RecordedFrom or Ref.
type PostingFilter struct {
	Account string // postings of this account
	After   Place  // only behind this place
	Limit   int    // at most so many rows; 0 for no limit

	Ref           string    // postings of this order, campaign or case
	Qualifying    bool      // only those that change the qualifying points
	RecordedFrom  time.Time // recorded at this instant or later
	RecordedUntil time.Time // recorded before this instant
}

// Match reports whether the filter lets p through. It does not look at Limit.
func (f PostingFilter) Match(p Posting) bool {
	return (f.Account == "" || p.Account == f.Account) &&
		(f.After == (Place{}) || p.Place().Compare(f.After) > 0) &&
		(f.Ref == "" || p.Entry.Ref == f.Ref) &&
		(!f.Qualifying || p.Entry.QP != 0) &&
		(f.RecordedFrom.IsZero() || !p.Entry.Recorded.Before(f.RecordedFrom)) &&
		(f.RecordedUntil.IsZero() || p.Entry.Recorded.Before(f.RecordedUntil))
}

// RecordFilter narrows [Store].Records to one kind, which is required, as
// [AccountFilter] does. The services list by Member, Ref and DueBefore.
type RecordFilter struct {
	Kind  Kind
	After string // only ids greater than this one, as bytes
	Limit int    // at most so many rows; 0 for no limit

	Member    string    // records that belong to this member
	Ref       string    // records about this thing
	State     string    // records in this state
	DueBefore time.Time // records to which time does something before this instant
}

// Match reports whether the filter lets r through. It does not look at Limit.
func (f RecordFilter) Match(r Record) bool {
	return r.Subject.Kind == f.Kind &&
		(f.After == "" || r.Subject.ID > f.After) &&
		(f.Member == "" || r.Member == f.Member) &&
		(f.Ref == "" || r.Ref == f.Ref) &&
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

// EntryFilter narrows [Store].Entries, as [AccountFilter] does. A subject, a kind
// of subject or a member is required.
type EntryFilter struct {
	Subject Subject  // entries of this subject
	Of      Kind     // entries of subjects of this kind
	Member  string   // entries that concern this member
	After   Position // only behind this position
	Limit   int      // at most so many rows; 0 for no limit

	RecordedUntil time.Time // recorded before this instant
}

// Match reports whether the filter lets e through. It does not look at Limit.
func (f EntryFilter) Match(e Entry) bool {
	return (f.Subject == (Subject{}) || e.Subject == f.Subject) &&
		(f.Of == "" || e.Subject.Kind == f.Of) &&
		(f.Member == "" || e.Member == f.Member) &&
		(f.After == (Position{}) || e.Position().Compare(f.After) > 0) &&
		(f.RecordedUntil.IsZero() || e.Recorded.Before(f.RecordedUntil))
}
