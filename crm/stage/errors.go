package stage

import "github.com/guanxi-go/guanxi/internal/fault"

// ErrInvalid: a number or a text that names no rung.
var ErrInvalid = fault.ErrInvalid

// Error is the error of this package. It wraps [ErrInvalid] and does not repeat
// the text it could not read.
type Error struct {
	Field  string // "rung"
	Reason string
	Err    error
}

func (e *Error) Error() string {
	return "stage: " + e.Field + ": " + e.Reason + ": " + e.Err.Error()
}

// Unwrap returns Err, for errors.Is.
func (e *Error) Unwrap() error { return e.Err }
