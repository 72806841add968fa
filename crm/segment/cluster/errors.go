package cluster

import (
	"fmt"

	"github.com/guanxi-go/guanxi/internal/fault"
)

var (
	// ErrInvalid: the data, k or an option breaks a stated rule.
	ErrInvalid = fault.ErrInvalid
	// ErrInsufficientData: the rows do not hold what was asked of them, such as
	// more clusters than there are distinct rows, or a feature without spread.
	ErrInsufficientData = fault.ErrInsufficientData
	// ErrVersion: the bytes are no model of this package, or of another version.
	ErrVersion = fault.ErrVersion
)

// Error says which feature or option, and which row, was refused and why.
// Err is one of the sentinels of this package.
type Error struct {
	Field string // the feature's name, or the parameter's ("k", "Replicates")
	Row   int    // index of the row from 0; -1 where no single row is at fault
	Msg   string
	Err   error
}

func (e *Error) Error() string {
	if e.Row >= 0 {
		return fmt.Sprintf("cluster: %s, row %d: %s", e.Field, e.Row, e.Msg) + fault.Cause(e.Err)
	}
	return "cluster: " + e.Field + ": " + e.Msg + fault.Cause(e.Err)
}

// Unwrap returns the sentinel.
func (e *Error) Unwrap() error { return e.Err }

func invalid(field, format string, args ...any) error {
	return &Error{Field: field, Row: -1, Msg: fmt.Sprintf(format, args...), Err: ErrInvalid}
}

func insufficient(field, format string, args ...any) error {
	return &Error{Field: field, Row: -1, Msg: fmt.Sprintf(format, args...), Err: ErrInsufficientData}
}

// unknown is the error of a number or text that no constant of an enumeration has.
func unknown(field string) error { return invalid(field, "is not one of its values") }
