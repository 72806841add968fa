package receivable

import (
	"errors"
	"fmt"
	"strconv"

	"github.com/guanxi-go/guanxi/internal/fault"
	"github.com/guanxi-go/guanxi/internal/limit"
)

// Sentinels of this package, to be asked with errors.Is. They have one identity
// across the library; the last is also ErrInvalid.
var (
	ErrInvalid   = fault.ErrInvalid   // an input breaks a rule stated here
	ErrDuplicate = fault.ErrDuplicate // one id given twice
	ErrNotFound  = fault.ErrNotFound  // no instalment or entry has this id
	ErrConflict  = fault.ErrConflict  // the money has been used since
	ErrCurrency  = fault.ErrCurrency  // amounts of several currencies
	ErrOverflow  = fault.ErrOverflow  // a sum does not fit 64 bits

	// ErrOverAllocation: more than is left; [Error] says how much that is in Left.
	ErrOverAllocation = fmt.Errorf("more than is left: %w", fault.ErrInvalid)
)

// Error is the error of every function in this package. It carries ids and numbers,
// never a name or a free text.
type Error struct {
	Field  string // what is concerned: "terms", "instalments", "entries", "lines", ...
	Item   int    // 0-based place in Field where that is a list, else -1
	ID     string // of the instalment or entry concerned; may be ""
	Left   int64  // what is left in minor units, where ErrOverAllocation
	Reason string // what is wrong, in English
	Err    error  // the sentinel
}

func (e *Error) Error() string {
	text := "receivable: " + e.Field
	if e.Item >= 0 {
		text += "[" + strconv.Itoa(e.Item) + "]"
	}
	text += ": " + e.Reason
	if e.ID != "" {
		text += " " + e.ID
	}
	if errors.Is(e.Err, ErrOverAllocation) {
		text += " (" + strconv.FormatInt(e.Left, 10) + ")"
	}
	return text + ": " + e.Err.Error()
}

// Unwrap returns Err, for errors.Is and errors.As.
func (e *Error) Unwrap() error { return e.Err }

func refuse(sentinel error, field, reason string) error {
	return &Error{Field: field, Item: -1, Reason: reason, Err: sentinel}
}

func refuseItem(sentinel error, field string, item int, reason string) error {
	return &Error{Field: field, Item: item, Reason: reason, Err: sentinel}
}

func refuseID(sentinel error, field, id, reason string) error {
	if !validID(id) {
		id = ""
	}
	return &Error{Field: field, Item: -1, ID: id, Reason: reason, Err: sentinel}
}

func tooMuch(field, id string, left int64) error {
	return &Error{Field: field, Item: -1, ID: id, Left: left, Reason: "is more than is left of", Err: ErrOverAllocation}
}

func validID(s string) bool { return limit.Text(s, 1, limit.ID) }

const notID = "must be 1 to 255 bytes of UTF-8 without NUL"
