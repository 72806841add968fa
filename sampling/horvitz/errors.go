package horvitz

import (
	"fmt"

	"github.com/guanxi-go/guanxi/internal/fault"
)

// Sentinels of this package, to be asked with errors.Is.
var (
	ErrInvalid          = fault.ErrInvalid          // an input breaks a rule stated here
	ErrInsufficientData = fault.ErrInsufficientData // valid, and too little to answer
	ErrOverflow         = fault.ErrOverflow         // the result is beyond the range of float64
)

// Error is the type of every error of this package: what is wrong, and where. It
// repeats no value of the data.
type Error struct {
	Field  string // "y", "probabilities", "joint", "estimator", "result"
	Row    int    // the 0-based place in the sample, -1 where it is none
	Reason string // continues the sentence that Field begins
	Err    error  // the sentinel
}

// Error returns, for example, "horvitz: row 3: y is not finite: invalid".
func (e *Error) Error() string {
	if e.Row >= 0 {
		return fmt.Sprintf("horvitz: row %d: %s %s", e.Row, e.Field, e.Reason) + fault.Cause(e.Err)
	}
	return "horvitz: " + e.Field + " " + e.Reason + fault.Cause(e.Err)
}

// Unwrap returns Err.
func (e *Error) Unwrap() error { return e.Err }

func refuse(err error, field string, row int, reason string) error {
	return &Error{Field: field, Row: row, Reason: reason, Err: err}
}

// unknown is the error of a number or text that no constant of an enumeration has.
func unknown(field string) error { return refuse(ErrInvalid, field, -1, "is unknown") }
