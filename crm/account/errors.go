package account

import (
	"errors"

	"github.com/guanxi-go/guanxi/internal/fault"
	"github.com/guanxi-go/guanxi/internal/limit"
)

// Sentinels of this package, to be asked with errors.Is. They have one identity
// across the library.
var (
	ErrInvalid   = fault.ErrInvalid   // an input breaks a rule stated here
	ErrDuplicate = fault.ErrDuplicate // a person, a tie or a candidate given twice
)

// Error is the error of every function in this package. It carries no name and no
// free text.
type Error struct {
	Field  string // "people", "ties", "influence", "depth", ...
	Item   int    // 0-based place in Field where that is a list, else -1
	Reason string // what is wrong with it, in English
	Err    error  // the sentinel
}

func (e *Error) Error() string {
	return "account: " + fault.Place(e.Field, e.Item) + ": " + e.Reason + fault.Cause(e.Err)
}

// Unwrap returns Err, for errors.Is and errors.As.
func (e *Error) Unwrap() error { return e.Err }

func refuse(sentinel error, field string, item int, reason string) error {
	return &Error{Field: field, Item: item, Reason: reason, Err: sentinel}
}

// problems gathers what is reported at once, about a line of a list or, with
// item -1, about one value.
type problems struct {
	list string
	item int
	errs []error
}

func (p *problems) check(ok bool, field, reason string) {
	if ok {
		return
	}
	if p.list != "" {
		field, reason = p.list, field+" "+reason
	}
	p.errs = append(p.errs, refuse(ErrInvalid, field, p.item, reason))
}

func (p *problems) join() error { return errors.Join(p.errs...) }

const notID = "must be 1 to 255 bytes of UTF-8 without NUL"

func validID(s string) bool { return limit.Text(s, 1, limit.ID) }

// unknown is the error of a number or text that no constant of an enumeration has.
func unknown(field string) error { return refuse(ErrInvalid, field, -1, "unknown") }
