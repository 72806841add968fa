package cadence

import (
	"log/slog"
	"time"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/internal/limit"
)

// Span is the time from an instant up to another; zero is open.
type Span struct {
	From time.Time `json:"from,omitzero"`
	To   time.Time `json:"to,omitzero"`
}

// UnitSpan says in which unit somebody works from when to when. Where two overlap, the
// one counts that began later.
type UnitSpan struct {
	Unit string    `json:"unit"`
	From time.Time `json:"from,omitzero"`
	To   time.Time `json:"to,omitzero"` // zero is open
}

// Absence is a time in which somebody is not in the office (缺勤). It counts for a day of
// whose working time it covers at least the share of [Options]; for a day off, of the
// day. Leave goes before travel.
type Absence struct {
	Kind     AbsenceKind `json:"kind"`
	From     time.Time   `json:"from"`
	To       time.Time   `json:"to"`
	Delegate string      `json:"delegate,omitzero"` // id of who owes in the place of somebody on leave; "" for nobody
}

// Person is somebody whom the rules bind (考核对象): who has an account. All of it is ids
// and instants.
type Person struct {
	ID string `json:"id"`
	// Accounts are when he had one; one without a beginning is from the first day of the
	// calendar on. The day on which an account is opened and the one on which it is closed
	// owe nothing.
	Accounts []Span             `json:"accounts"`
	Units    []UnitSpan         `json:"units,omitempty"` // in no unit he is bound by no policy
	Absences []Absence          `json:"absences,omitempty"`
	Logins   []time.Time        `json:"logins,omitempty"` // in any order
	Cal      *calendar.Calendar `json:"-"`                // when he works, and by which clocks; must be set
}

// LogValue shows the id and nothing else: when somebody is on leave is his affair.
func (p Person) LogValue() slog.Value { return slog.GroupValue(slog.String("id", p.ID)) }

// Validate reports everything wrong with p, joined; each is an [*Error] that wraps
// ErrInvalid.
func (p Person) Validate() error {
	var found problems
	found.checkID(validID(p.ID), codeID, "person", p.ID)
	found.checkID(p.Cal != nil, codeMissing, "person.cal", p.ID)
	for _, s := range p.Accounts {
		found.checkID(s.To.IsZero() || s.From.Before(s.To), codeSpan, "person.accounts", p.ID)
	}
	for _, s := range p.Units {
		found.checkID(validID(s.Unit), codeID, "person.units", p.ID)
		found.checkID(s.To.IsZero() || s.From.Before(s.To), codeSpan, "person.units", p.ID)
	}
	for _, a := range p.Absences {
		found.checkID(a.Kind.Valid(), codeUnknown, "person.absences", p.ID)
		found.checkID(!a.From.IsZero() && a.From.Before(a.To), codeSpan, "person.absences", p.ID)
		found.checkID(limit.Text(a.Delegate, 0, limit.ID), codeID, "person.absences", p.ID)
	}
	for i := range p.Logins {
		if p.Logins[i].IsZero() {
			found.checkID(false, codeMissing, "person.logins", p.ID)
			break
		}
	}
	return found.join()
}
