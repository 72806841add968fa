package calibrate

import (
	"errors"
	"fmt"
	"strings"

	"github.com/guanxi-go/guanxi/internal/fault"
)

var (
	// ErrInvalid is in the chain of every error about weights, margins or
	// options that break a stated rule.
	ErrInvalid = fault.ErrInvalid
	// ErrInsufficientData: there are no rows, or none with a weight.
	ErrInsufficientData = fault.ErrInsufficientData
	// ErrNotConverged: no weights reproduce all totals, or none was found in the
	// permitted iterations. The [Error] names the margin that misses most.
	ErrNotConverged = fault.ErrNotConverged
	// ErrIncomplete: a Result without what its variance needs, such as one read
	// from JSON.
	ErrIncomplete = fault.ErrIncomplete
	// ErrConflict: two totals that cannot both be true.
	ErrConflict = errors.New("totals contradict each other")
	// ErrCollinear: a column that the columns before it determine.
	ErrCollinear = errors.New("collinear")
	// ErrNegative: linear calibration gives a weight below zero and the options
	// do not allow it.
	ErrNegative = errors.New("negative weight")
)

// Error is the type of every error of this package: what is wrong, and where.
// Its cause is found by errors.Is.
type Error struct {
	// Field is what is concerned: weights, margins, labels, totals, auxiliaries,
	// values, variance, clusters, method, bounds, tolerance, iterations, trim,
	// residuals.
	Field string
	// Row is the index of the row concerned, -1 where it is none.
	Row int
	// Margin is the name of the margin or auxiliary variable concerned, Other
	// that of the one it contradicts.
	Margin, Other string
	// Category is the category of Margin concerned.
	Category string
	// Miss is by how much the total is missed, relative to it and with its sign,
	// where the cause is ErrNotConverged.
	Miss float64
	// Reason says what is wrong.
	Reason string
	// Err is one of the package's sentinels.
	Err error
}

// Error returns one line such as
// "calibrate: labels: margin "sex": row 3: missing label: invalid".
func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "calibrate: %s: ", e.Field)
	if e.Margin != "" {
		fmt.Fprintf(&b, "margin %q: ", e.Margin)
	}
	if e.Other != "" {
		fmt.Fprintf(&b, "against %q: ", e.Other)
	}
	if e.Category != "" {
		fmt.Fprintf(&b, "category %q: ", e.Category)
	}
	if e.Row >= 0 {
		fmt.Fprintf(&b, "row %d: ", e.Row)
	}
	b.WriteString(e.Reason)
	if e.Miss != 0 {
		fmt.Fprintf(&b, " (missed by %.3g of it)", e.Miss)
	}
	b.WriteString(fault.Cause(e.Err))
	return b.String()
}

// Unwrap returns Err.
func (e *Error) Unwrap() error { return e.Err }

func invalid(field, format string, args ...any) error {
	return &Error{Field: field, Row: -1, Reason: fmt.Sprintf(format, args...), Err: ErrInvalid}
}

func invalidRow(field string, row int, format string, args ...any) error {
	return &Error{Field: field, Row: row, Reason: fmt.Sprintf(format, args...), Err: ErrInvalid}
}

// unknown is the error of a number or text that no constant of an enumeration has.
func unknown(field string) error { return invalid(field, "is none of the constants") }
