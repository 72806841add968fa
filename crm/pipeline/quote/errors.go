package quote

import (
	"errors"
	"strconv"

	"github.com/guanxi-go/guanxi/internal/fault"
)

// Sentinels of this package, to be asked with errors.Is. They have one identity
// across the library.
var (
	ErrInvalid  = fault.ErrInvalid  // an input breaks a rule stated here
	ErrOverflow = fault.ErrOverflow // an amount does not fit 64 bits
	ErrCurrency = fault.ErrCurrency // amounts of several currencies
)

// Error is the error of every function in this package. It carries places and codes,
// never a name, a text or an amount.
type Error struct {
	Field  string // what is concerned: "lines", "tax", "floor", ...
	Item   int    // 0-based place in Field where that is a list, else -1
	Reason string // what is wrong, in English
	Err    error  // the sentinel
}

func (e *Error) Error() string {
	text := "quote: " + e.Field
	if e.Item >= 0 {
		text += "[" + strconv.Itoa(e.Item) + "]"
	}
	return text + ": " + e.Reason + ": " + e.Err.Error()
}

// Unwrap returns Err, for errors.Is and errors.As.
func (e *Error) Unwrap() error { return e.Err }

func refuse(sentinel error, field string, item int, reason string) error {
	return &Error{Field: field, Item: item, Reason: reason, Err: sentinel}
}

// reworded words an error of package money as one of this package.
func reworded(err error, field string, item int) error {
	if errors.Is(err, ErrOverflow) {
		return refuse(ErrOverflow, field, item, "does not fit 64 bits")
	}
	return refuse(ErrInvalid, field, item, "cannot be an amount")
}
