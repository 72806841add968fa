package group

import (
	"strings"

	"github.com/guanxi-go/guanxi/internal/fault"
)

var (
	// ErrInvalid: a group, row or output that breaks a rule stated here, and a tree
	// with a cycle.
	ErrInvalid = fault.ErrInvalid
	// ErrDuplicate: two groups, rows or outputs of one identity.
	ErrDuplicate = fault.ErrDuplicate
	// ErrNotFound: a group that the tree does not have.
	ErrNotFound = fault.ErrNotFound
	// ErrIncomplete: a customer without the value that a sum needs.
	ErrIncomplete = fault.ErrIncomplete
	// ErrOverflow: a sum that leaves int64.
	ErrOverflow = fault.ErrOverflow
	// ErrConflict: a move that was planned on another state of the tree.
	ErrConflict = fault.ErrConflict
)

// Error is the error of this package. It wraps one of the sentinels, or the error
// of a caller's function, and holds ids only: no name and no text.
type Error struct {
	ID     string   // the group, output or customer concerned, "" where none is
	Field  string   // "id", "parent", "kind", "name", "group", "department", "interval", "value", ...
	Others []string // further ids: the cycle from ID back to ID, the missing parent
	Reason string
	Err    error
}

func (e *Error) Error() string {
	msg := "group: "
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

func unknownGroup(id string) error {
	return &Error{ID: id, Field: "group", Reason: "is not in the tree", Err: ErrNotFound}
}

// unknown is the error of a number or text that no constant of an enumeration has.
func unknown(field string) error { return invalid("", field, "unknown") }
