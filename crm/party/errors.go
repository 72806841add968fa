package party

import (
	"errors"
	"strconv"

	"github.com/guanxi-go/guanxi/internal/fault"
)

var (
	// ErrInvalid: something that breaks a stated rule.
	ErrInvalid = fault.ErrInvalid
	// ErrIncomplete: something that has to be there is missing.
	ErrIncomplete = fault.ErrIncomplete
	// ErrDuplicate: the same thing is there twice.
	ErrDuplicate = fault.ErrDuplicate
	// ErrConflict: two things that hold at the same time exclude each other.
	ErrConflict = fault.ErrConflict
	// ErrNotFound: no region or contact has this code or id.
	ErrNotFound = fault.ErrNotFound
	// ErrOverflow: a count or a sum does not fit 64 bits.
	ErrOverflow = fault.ErrOverflow
	// ErrCurrency: sales in two currencies.
	ErrCurrency = fault.ErrCurrency
)

// Error is the error of every function in this package; functions that find several
// faults return them joined ([errors.Join]). It never repeats a name, a number or an
// address: ids, codes and the place are all it says.
type Error struct {
	ID       string // of the contact, region or party concerned; "" where none is
	Field    string // what is wrong: "name", "identifiers[2]", "addresses[0].postcode", "phone", "credit-code", ...
	Position int    // of the character at fault, counted from 1; 0 where it is about the whole
	Reason   string // what is wrong with it, in English
	Err      error  // the sentinel, or the error that it comes from
}

func (e *Error) Error() string {
	msg := "party: "
	for _, name := range []string{e.ID, e.Field} {
		if name != "" {
			msg += name + ": "
		}
	}
	if e.Position > 0 {
		msg += "position " + strconv.Itoa(e.Position) + ": "
	}
	msg += e.Reason
	return msg + fault.Cause(e.Err)
}

// Unwrap returns Err, for errors.Is and errors.As.
func (e *Error) Unwrap() error { return e.Err }

func invalid(field, reason string) *Error {
	return &Error{Field: field, Reason: reason, Err: ErrInvalid}
}

// faults collects what is wrong.
type faults []*Error

func (f *faults) add(field, reason string, err error) {
	*f = append(*f, &Error{Field: field, Reason: reason, Err: err})
}

// within takes over the faults of a part, which then say where it is.
func (f *faults) within(place string, part faults) {
	for _, e := range part {
		inner := *e
		if inner.Field = place; e.Field != "" {
			inner.Field += "." + e.Field
		}
		*f = append(*f, &inner)
	}
}

func (f faults) join() error {
	if len(f) == 1 {
		return f[0]
	}
	errs := make([]error, len(f))
	for i, e := range f {
		errs[i] = e
	}
	return errors.Join(errs...)
}

// unknown is the error of a number or text that no constant of an enumeration has.
func unknown(field string) error { return invalid(field, "is unknown") }
