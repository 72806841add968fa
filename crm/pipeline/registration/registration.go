package registration

import (
	"log/slog"
	"slices"
	"time"
)

// Claim is what somebody registers (报备内容). It holds ids and codes only.
type Claim struct {
	Claimant string    `json:"claimant"`           // id of the colleague or dealer
	Party    string    `json:"party"`              // id of who is pursued
	Line     string    `json:"line"`               // code of the product line
	Evidence []string  `json:"evidence,omitempty"` // ids of documents
	Stated   time.Time `json:"stated,omitzero"`    // since when the claimant says to pursue it; no rule asks it
}

// Validate reports everything wrong with c, joined: ids that break the rules.
func (c Claim) Validate() error {
	var p problems
	p.check(validID(c.Claimant), codeID, "claimant", -1)
	p.check(validID(c.Party), codeID, "party", -1)
	p.check(validID(c.Line), codeID, "line", -1)
	for i, id := range c.Evidence {
		p.check(validID(id), codeID, "evidence", i)
	}
	return p.join()
}

// Entry is one line of the journal of a registration (报备记录). Lines are only appended;
// the decisions of a [Policy] make them. Reason is free text and may be personal; all
// other fields are ids, codes and instants.
type Entry struct {
	Kind     Kind      `json:"kind"`
	Claim    Claim     `json:"claim,omitzero"` // of the first
	Until    time.Time `json:"until,omitzero"` // end of the protection, where it begins or is extended
	Ref      string    `json:"ref,omitzero"`   // id of the order, approval or ruling behind it
	Actor    string    `json:"actor"`
	Recorded time.Time `json:"recorded"`
	Reason   string    `json:"reason,omitzero"` // personal
}

// LogValue shows ids and times, and not the reason.
func (e Entry) LogValue() slog.Value {
	return slog.GroupValue(slog.String("kind", e.Kind.String()), slog.String("actor", e.Actor), slog.Time("recorded", e.Recorded))
}

// Registration is what the journal of one comes to. The zero value is none.
type Registration struct {
	Claim    Claim     `json:"claim"`
	State    State     `json:"state"`
	Recorded time.Time `json:"recorded"`          // when it was submitted
	Approved time.Time `json:"approved,omitzero"` // when its protection began
	Until    time.Time `json:"until,omitzero"`    // when it ends
	Extended bool      `json:"extended,omitzero"`
	Closed   time.Time `json:"closed,omitzero"` // when it was converted, revoked, rejected or marked as expired
	Last     time.Time `json:"last"`            // when its last entry was recorded
}

// Protects reports whether the claimant's protection runs at an instant: from the
// approval, and before Until and before it was closed.
func (r Registration) Protects(at time.Time) bool {
	return !r.Approved.IsZero() && !at.Before(r.Approved) && at.Before(r.Until) && (r.Closed.IsZero() || at.Before(r.Closed))
}

// At returns the state at an instant on or after its last entry: an approved
// registration whose protection is over is expired, also before somebody says so.
func (r Registration) At(at time.Time) State {
	if r.State == Approved && !at.Before(r.Until) {
		return Expired
	}
	return r.State
}

// Fold returns what a journal, in its order, comes to. ErrInvalid, with the place in
// Item: an entry that does not follow from those before it, or breaks a rule.
func Fold(journal []Entry) (Registration, error) {
	var r Registration
	for i, e := range journal {
		next, ok := r.with(e)
		if !ok {
			return Registration{}, &Error{Code: codeJournal, Field: "journal", Item: i, Err: ErrInvalid}
		}
		r = next
	}
	return r, nil
}

// With returns what the journal comes to with one more entry. ErrInvalid: it does not
// follow.
func (r Registration) With(e Entry) (Registration, error) {
	next, ok := r.with(e)
	if !ok {
		return r, refuse(ErrInvalid, codeJournal, "entry", "")
	}
	return next, nil
}

// with returns r with one more entry, and false where it cannot follow.
func (r Registration) with(e Entry) (Registration, bool) {
	if e.Recorded.IsZero() || e.Recorded.Before(r.Last) || !validID(e.Actor) {
		return r, false
	}
	from := map[Kind]State{Approve: Submitted, Reject: Submitted, Extend: Approved, Convert: Approved, Expire: Approved, Revoke: Approved}
	if from[e.Kind] != r.State || !e.Kind.Valid() {
		return r, false
	}
	r.Last = e.Recorded
	switch e.Kind {
	case Submit:
		r.Claim, r.State, r.Recorded = e.Claim, Submitted, e.Recorded
		r.Claim.Evidence = slices.Clone(e.Claim.Evidence)
		return r, e.Claim.Validate() == nil
	case Approve:
		r.State, r.Approved, r.Until = Approved, e.Recorded, e.Until
		return r, e.Until.After(e.Recorded)
	case Extend:
		ok := !r.Extended && e.Until.After(r.Until)
		r.Until, r.Extended = e.Until, true
		return r, ok
	case Reject:
		r.State = Rejected
	case Convert:
		r.State = Converted
	case Expire:
		r.State = Expired
	case Revoke:
		r.State = Revoked
	}
	r.Closed = e.Recorded
	return r, true
}
