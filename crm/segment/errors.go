package segment

import (
	"fmt"

	"github.com/guanxi-go/guanxi/internal/fault"
)

// Sentinels of this package, to be asked with errors.Is. They have one identity
// across the library.
var (
	ErrInvalid          = fault.ErrInvalid          // the input breaks a stated rule
	ErrInsufficientData = fault.ErrInsufficientData // too little to answer
	ErrOverflow         = fault.ErrOverflow         // a sum or count leaves its type
	ErrCurrency         = fault.ErrCurrency         // several currencies and no rates
	ErrVersion          = fault.ErrVersion          // saved by another version, or damaged
)

// Error says which input was refused and why. It never carries a customer's id:
// Row is the place of the row or item in what the caller passed.
type Error struct {
	Field string // the field, option or column concerned
	Row   int    // 0-based place in the input, -1 where the error concerns no single row
	Msg   string // what is wrong, without an id or an amount of a single row
	Err   error  // the sentinel
}

// Error returns "segment: field [row n]: message: sentinel".
func (e *Error) Error() string {
	if e.Row >= 0 {
		return fmt.Sprintf("segment: %s, row %d: %s", e.Field, e.Row, e.Msg) + fault.Cause(e.Err)
	}
	return "segment: " + e.Field + ": " + e.Msg + fault.Cause(e.Err)
}

// Unwrap returns the sentinel.
func (e *Error) Unwrap() error { return e.Err }

// refuse is an ErrInvalid about the input as a whole.
func refuse(field, format string, args ...any) error {
	return &Error{Field: field, Row: -1, Msg: fmt.Sprintf(format, args...), Err: ErrInvalid}
}

// refuseRow is an ErrInvalid about one row or item.
func refuseRow(field string, row int, format string, args ...any) error {
	return &Error{Field: field, Row: row, Msg: fmt.Sprintf(format, args...), Err: ErrInvalid}
}

// tooLittle is an ErrInsufficientData.
func tooLittle(field, format string, args ...any) error {
	return &Error{Field: field, Row: -1, Msg: fmt.Sprintf(format, args...), Err: ErrInsufficientData}
}

// unknown is the error of a number or text that no constant of an enumeration has.
func unknown(field string) error { return refuse(field, "is not one of its values") }
