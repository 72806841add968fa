package access

import (
	"strings"

	"github.com/guanxi-go/guanxi/internal/fault"
)

var (
	// ErrInvalid: units, staff, roles, a scope or counts that break a rule stated
	// here; a cycle among units or roles.
	ErrInvalid = fault.ErrInvalid
	// ErrDuplicate: two units, members of staff or roles of one id.
	ErrDuplicate = fault.ErrDuplicate
	// ErrNotFound: a unit, member of staff or role that does not exist.
	ErrNotFound = fault.ErrNotFound
	// ErrInsufficientData: too few days to say what is unusual.
	ErrInsufficientData = fault.ErrInsufficientData
)

// Error is the error of this package. It wraps one of the sentinels and holds ids
// and codes only.
type Error struct {
	ID     string   // the unit, member of staff, role or separation concerned, "" where none is
	Field  string   // "unit", "parent", "path", "staff", "role", "includes", "grants", "interval", "scope", "days", ...
	Others []string // further ids: a cycle from ID back to ID, the missing unit or role
	Reason string
	Err    error
}

func (e *Error) Error() string {
	msg := "access: "
	if e.ID != "" {
		msg += e.ID + ": "
	}
	msg += e.Field + ": " + e.Reason
	if n := len(e.Others); n > 0 && e.Others[n-1] == e.ID {
		msg += " " + strings.Join(e.Others, " > ")
	} else if n > 0 {
		msg += " " + strings.Join(e.Others, ", ")
	}
	return msg + fault.Cause(e.Err)
}

// Unwrap returns Err, for errors.Is and errors.As.
func (e *Error) Unwrap() error { return e.Err }

func invalid(id, field, reason string, others ...string) error {
	return &Error{ID: id, Field: field, Others: others, Reason: reason, Err: ErrInvalid}
}

func notFound(id, field, reason string, others ...string) error {
	return &Error{ID: id, Field: field, Others: others, Reason: reason, Err: ErrNotFound}
}

func duplicate(id, field string) error {
	return &Error{ID: id, Field: field, Reason: "is given twice", Err: ErrDuplicate}
}

// unknown is the error of a number or text that no constant of an enumeration has.
func unknown(field string) error { return invalid("", field, "unknown") }
