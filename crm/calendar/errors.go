package calendar

import "github.com/guanxi-go/guanxi/internal/fault"

// ErrInvalid is in the chain of every error of this package: what was given is
// no date, or no day of the years 1 to 9999.
var ErrInvalid = fault.ErrInvalid

// Error is the error of every function in this package. It wraps [ErrInvalid] and
// never repeats a text that it is about: the caller knows the row, and a date may
// be somebody's birthday.
type Error struct {
	Field  string // what is wrong: "date" for a text of another form, "year", "month" or "day"
	Reason string // what is wrong with it, in English
}

// Error returns "calendar: field reason: invalid".
func (e *Error) Error() string {
	return "calendar: " + e.Field + " " + e.Reason + ": " + ErrInvalid.Error()
}

// Unwrap returns [ErrInvalid].
func (e *Error) Unwrap() error { return ErrInvalid }

func invalid(field, reason string) error { return &Error{Field: field, Reason: reason} }
