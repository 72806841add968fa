package field

import (
	"errors"

	"github.com/guanxi-go/guanxi/internal/fault"
)

var (
	// ErrInvalid: a definition, a value or a step that breaks a stated rule.
	ErrInvalid = fault.ErrInvalid
	// ErrIncomplete: a required value, or a step that a migration needs, is
	// missing.
	ErrIncomplete = fault.ErrIncomplete
	// ErrDuplicate: two definitions, options or steps for the same thing.
	ErrDuplicate = fault.ErrDuplicate
	// ErrConflict: a value or a migration belongs to another version of the schema.
	ErrConflict = fault.ErrConflict
)

// Error is the error of every function in this package; functions that find several
// faults return them joined ([errors.Join]). It holds codes of the schema and never
// a value.
type Error struct {
	Field  string // code of the field concerned; "" where none is, or where what stands for one is no code
	Part   string // part of the definition or step: "options", "pattern", "min", "map", "version", ...; "" for the value
	Reason string // what is wrong with it, in English
	Err    error  // the sentinel
}

func (e *Error) Error() string {
	msg := "field: "
	for _, name := range []string{e.Field, e.Part} {
		if name != "" {
			msg += name + ": "
		}
	}
	return msg + e.Reason + fault.Cause(e.Err)
}

// Unwrap returns Err, for errors.Is.
func (e *Error) Unwrap() error { return e.Err }

// faults collects what is wrong.
type faults []*Error

// add reports a fault in the code's definition, or in its value where part is "".
// A code of another form than a code has is not repeated: it may be anything.
func (f *faults) add(code, part, reason string, err error) {
	if !validCode(code) {
		code = ""
	}
	*f = append(*f, &Error{Field: code, Part: part, Reason: reason, Err: err})
}

func (f faults) join() error {
	if len(f) == 1 {
		return f[0]
	}
	errs := make([]error, len(f))
	for i, fault := range f {
		errs[i] = fault
	}
	return errors.Join(errs...)
}

// unknown is the error of a number or text that no constant of an enumeration has.
func unknown(field string) error { return &Error{Part: field, Reason: "is unknown", Err: ErrInvalid} }
