package finding

import "github.com/guanxi-go/guanxi/internal/fault"

// ErrInvalid: a finding, a catalogue or a text that breaks a rule stated here.
var ErrInvalid = fault.ErrInvalid

// Error is the error of this package. It wraps [ErrInvalid].
type Error struct {
	Code   string // the finding's or the catalogue entry's code, "" where none is concerned
	Field  string // "code", "severity", "asof", "subject", "params", "en", "zh", "language"
	Name   string // the parameter or placeholder concerned, "" where none is
	Reason string
	Err    error
}

func (e *Error) Error() string {
	msg := "finding: "
	if e.Code != "" {
		msg += e.Code + ": "
	}
	msg += e.Field
	if e.Name != "" {
		msg += " {" + e.Name + "}"
	}
	return msg + ": " + e.Reason + fault.Cause(e.Err)
}

// Unwrap returns Err, for errors.Is.
func (e *Error) Unwrap() error { return e.Err }

func invalid(code, field, name, reason string) error {
	return &Error{Code: code, Field: field, Name: name, Reason: reason, Err: ErrInvalid}
}

// unknown is the error of a number or text that no constant of an enumeration has.
func unknown(field string) error { return invalid("", field, "", "unknown") }
