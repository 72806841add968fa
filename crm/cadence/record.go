package cadence

import (
	"log/slog"
	"strings"
	"time"

	"github.com/guanxi-go/guanxi/internal/limit"
)

// Record is a lead or an opportunity that has to be followed up (线索, 销售机会).
type Record struct {
	ID     string    `json:"id"` // unique within its kind
	Kind   Kind      `json:"kind"`
	Unit   string    `json:"unit,omitzero"` // of which it is where nobody looks after it; "" for none
	Opened time.Time `json:"opened"`
	Closed time.Time `json:"closed,omitzero"` // zero while it is open
	// Owners are who looked after it and when, in order and without overlap.
	Owners []OwnerSpan `json:"owners,omitempty"`
}

// OwnerSpan says who looks after a record from when to when.
type OwnerSpan struct {
	Owner string    `json:"owner,omitzero"` // id; "" for nobody
	From  time.Time `json:"from"`
	To    time.Time `json:"to,omitzero"` // zero is open
}

// sound reports whether validate has nothing to say.
func (r *Record) sound() bool {
	if !validID(r.ID) || !r.Kind.Valid() || r.Opened.IsZero() || !r.Closed.IsZero() && r.Closed.Before(r.Opened) {
		return false
	}
	for i := range r.Owners {
		s := &r.Owners[i]
		if !s.To.IsZero() && !s.From.Before(s.To) {
			return false
		}
		if i > 0 && (r.Owners[i-1].To.IsZero() || s.From.Before(r.Owners[i-1].To)) {
			return false
		}
	}
	return true
}

func (r *Record) validate() error {
	var found problems
	found.checkID(validID(r.ID), codeID, "record", r.ID)
	found.checkID(r.Kind.Valid(), codeUnknown, "record.kind", r.ID)
	found.checkID(!r.Opened.IsZero(), codeMissing, "record.opened", r.ID)
	found.checkID(r.Closed.IsZero() || !r.Closed.Before(r.Opened), codeSpan, "record.closed", r.ID)
	for i, s := range r.Owners {
		found.checkID(s.To.IsZero() || s.From.Before(s.To), codeSpan, "record.owners", r.ID)
		if i > 0 {
			before := r.Owners[i-1]
			found.checkID(!before.To.IsZero() && !s.From.Before(before.To), codeOverlap, "record.owners", r.ID)
		}
	}
	return found.join()
}

// Action is one thing that was done about a record (行动). Purpose, Outcome, NextStep and
// Note are in somebody's own words and personal: no finding repeats them.
type Action struct {
	ID         string     `json:"id"`     // unique within its record
	Target     string     `json:"target"` // id of the record
	Actor      string     `json:"actor"`  // id of who did and recorded it
	TargetKind Kind       `json:"target_kind"`
	Kind       ActionKind `json:"kind,omitzero"`
	NoChange   bool       `json:"no_change,omitzero"` // there is no progress, and that is what is recorded
	At         time.Time  `json:"at"`
	RecordedAt time.Time  `json:"recorded_at"`
	Note       string     `json:"note,omitzero"`
	Purpose    string     `json:"purpose,omitzero"`
	Outcome    string     `json:"outcome,omitzero"`
	NextStep   string     `json:"next_step,omitzero"`
	Contact    string     `json:"contact,omitzero"` // id of the person dealt with
}

// LogValue shows ids, codes and instants, and nothing personal.
func (a Action) LogValue() slog.Value {
	return slog.GroupValue(slog.String("id", a.ID), slog.String("target", a.Target), slog.String("kind", a.Kind.String()), slog.Time("at", a.At))
}

// Validate reports everything wrong with a, joined: an id or kind that is none, no
// instant, and an action that took place after it was recorded. Each is an [*Error]
// that wraps ErrInvalid.
func (a Action) Validate() error { return a.validate() }

// sound is what validate holds, but for the bytes of the ids: those of the actor are
// looked up, and those of the action read where a finding names it.
func (a *Action) sound() bool {
	return a.ID != "" && len(a.ID) <= limit.ID && a.Actor != "" && a.Kind <= Meeting && !a.At.IsZero() && !a.At.After(a.RecordedAt)
}

func (a *Action) validate() error {
	var found problems
	found.checkID(validID(a.ID), codeID, "action", a.ID)
	found.checkID(validID(a.Actor), codeID, "action.actor", a.ID)
	found.checkID(a.Kind.Valid(), codeUnknown, "action.kind", a.ID)
	found.checkID(!a.At.IsZero() && !a.RecordedAt.IsZero(), codeMissing, "action.at", a.ID)
	found.checkID(!a.At.After(a.RecordedAt), codeFuture, "action.at", a.ID)
	return found.join()
}

// subjectKey is what tells records of all kinds apart.
func subjectKey(kind Kind, id string) string {
	if kind == 0 {
		return id
	}
	return strings.Join([]string{kind.String(), id}, "/")
}
