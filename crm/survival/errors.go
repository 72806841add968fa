package survival

import (
	"fmt"

	"github.com/guanxi-go/guanxi/internal/fault"
)

var (
	// ErrInvalid is in the chain of every error about data or options that
	// break a stated rule.
	ErrInvalid = fault.ErrInvalid
	// ErrInsufficientData is in the chain of every error about valid data that
	// do not determine the answer.
	ErrInsufficientData = fault.ErrInsufficientData
)

// Error is the type of every error of this package: what is wrong, and where.
// It repeats no value of the data. Its cause, [ErrInvalid] or
// [ErrInsufficientData], is found by errors.Is.
type Error struct {
	// Row is the index of the observation concerned, -1 where it is none.
	Row int
	// Field names what is concerned: entry, time, cause, group or stratum of
	// a row; observations, causes, level, limits, rho, probability, tau or t0
	// of a call; limits or estimator of a text.
	Field string
	// Reason continues the sentence that Field begins.
	Reason string
	// Err is ErrInvalid or ErrInsufficientData.
	Err error
}

// Error returns "survival: row 3: time is negative: invalid", without the row
// where there is none.
func (e *Error) Error() string {
	if e.Row >= 0 {
		return fmt.Sprintf("survival: row %d: %s %s", e.Row, e.Field, e.Reason) + fault.Cause(e.Err)
	}
	return "survival: " + e.Field + " " + e.Reason + fault.Cause(e.Err)
}

// Unwrap returns Err.
func (e *Error) Unwrap() error { return e.Err }

func invalid(field, format string, args ...any) error {
	return &Error{Row: -1, Field: field, Reason: fmt.Sprintf(format, args...), Err: ErrInvalid}
}

func invalidRow(row int, field, format string, args ...any) error {
	return &Error{Row: row, Field: field, Reason: fmt.Sprintf(format, args...), Err: ErrInvalid}
}

func insufficient(field, reason string) error {
	return &Error{Row: -1, Field: field, Reason: reason, Err: ErrInsufficientData}
}

// unknown is the error of a number or text that no constant of an enumeration has.
func unknown(field string) error { return invalid(field, "is unknown") }
