package money

import "github.com/guanxi-go/guanxi/internal/fault"

var (
	// ErrInvalid: a text that is no amount, a digit that would be lost, a weight
	// below zero, a ratio without a positive denominator, an unknown enumerator.
	ErrInvalid = fault.ErrInvalid
	// ErrOverflow: the result does not fit int64 minor units (or an int64 ratio).
	ErrOverflow = fault.ErrOverflow
	// ErrCurrency: two currencies met without a rate, or a currency is missing
	// where one is needed.
	ErrCurrency = fault.ErrCurrency
)

// Error is the error of every function in this package. It wraps one of
// [ErrInvalid], [ErrOverflow] and [ErrCurrency] and never repeats the text or
// the amount it is about: the caller knows the row, and a wrong column may hold
// somebody's telephone number.
type Error struct {
	Field  string // what is wrong: "amount", "currency", "digits", "ratio", "weights", "quotes", ...
	Item   int    // index in Field where that is a list, else -1
	Reason string // what is wrong with it, in English
	Err    error  // the sentinel, or the error of a [Rates] implementation
}

func (e *Error) Error() string {
	return "money: " + fault.Place(e.Field, e.Item) + ": " + e.Reason + fault.Cause(e.Err)
}

// Unwrap returns Err, for errors.Is and errors.As.
func (e *Error) Unwrap() error { return e.Err }

func invalid(field, reason string) error {
	return &Error{Field: field, Item: -1, Reason: reason, Err: ErrInvalid}
}

func overflow(field string) error {
	return &Error{Field: field, Item: -1, Reason: "does not fit 64 bits", Err: ErrOverflow}
}

// unknownMode is the error of a number or text that no constant of an enumeration has.
func unknownMode(field string) error { return invalid(field, "unknown mode") }
