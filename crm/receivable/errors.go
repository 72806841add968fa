package receivable

import (
	"fmt"
	"strconv"

	"github.com/guanxi-go/guanxi/crm/finding"
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
// never a name or a free text. [Catalogue] has the sentence of each Code in English and
// Chinese.
type Error struct {
	Code  string // stable, such as RCV-LEFT
	Field string // what is concerned: "terms", "instalments", "entries", "lines", ...
	Item  int    // 0-based place in Field where that is a list, else -1
	ID    string // of the instalment or entry concerned; may be ""
	Left  int64  // what is left in minor units, where ErrOverAllocation
	Err   error  // the sentinel
}

// Error returns the English sentence, for example "receivable: lines: I1: only 70000 is
// left: more than is left: invalid".
func (e *Error) Error() string {
	text := "receivable: " + fault.Place(e.Field, e.Item)
	if e.ID != "" {
		text += ": " + e.ID
	}
	text += ": " + e.Text(finding.English)
	return text + fault.Cause(e.Err)
}

// Unwrap returns Err, for errors.Is and errors.As.
func (e *Error) Unwrap() error { return e.Err }

// Text returns the sentence of the error for people, in a language. A code that
// [Catalogue] does not have is returned as it is.
func (e *Error) Text(in finding.Language) string {
	return catalogue.Sentence(e.Code, in,
		finding.Str("field", e.Field), finding.Str("left", strconv.FormatInt(e.Left, 10)))
}

func refuse(sentinel error, field, code string) error {
	return &Error{Code: code, Field: field, Item: -1, Err: sentinel}
}

func refuseItem(sentinel error, field string, item int, code string) error {
	return &Error{Code: code, Field: field, Item: item, Err: sentinel}
}

func refuseID(sentinel error, field, id, code string) error {
	return &Error{Code: code, Field: field, Item: -1, ID: limit.Shown(id), Err: sentinel}
}

func tooMuch(field, id string, left int64) error {
	return &Error{Code: codeLeft, Field: field, Item: -1, ID: id, Left: left, Err: ErrOverAllocation}
}

func validID(s string) bool { return limit.Text(s, 1, limit.ID) }

// unknown is the error of a number or text that no constant of an enumeration has.
func unknown(field string) error { return refuse(ErrInvalid, field, codeUnknown) }
