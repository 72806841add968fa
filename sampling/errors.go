package sampling

import (
	"errors"

	"github.com/guanxi-go/guanxi/internal/fault"
)

// The sentinels of this package are the same values in every package of guanxi, so
// that one errors.Is serves wherever the error came from. Those of the packages
// below come through as they are.
var (
	// ErrInvalid: an argument breaks a stated rule or limit.
	ErrInvalid = fault.ErrInvalid
	// ErrNotFound: there is no such record or receipt.
	ErrNotFound = fault.ErrNotFound
	// ErrConflict: a version moved since it was read.
	ErrConflict = fault.ErrConflict
	// ErrDuplicate: from a [Store], the key was committed before; from a service,
	// the id is taken.
	ErrDuplicate = fault.ErrDuplicate
	// ErrKeyReused: the key of an earlier command stands on a different one.
	ErrKeyReused = fault.ErrKeyReused
	// ErrUnsupported: the store does not know a kind of write.
	ErrUnsupported = fault.ErrUnsupported
	// ErrForbidden: the actor may not do this.
	ErrForbidden = fault.ErrForbidden
	// ErrTransition: not possible in the present state.
	ErrTransition = fault.ErrTransition
)

// Error says what an error is about. It holds ids, codes and numbers, and never a
// text of a person. Err is one of the sentinels, or wraps one.
type Error struct {
	Subject Subject // what the error is about; zero where it is about the whole
	Field   string  // of the argument, in the spelling of its JSON; "" for none
	Reason  string
	Err     error
}

func (e *Error) Error() string {
	text := "sampling"
	if e.Subject != (Subject{}) {
		text += ": " + e.Subject.String()
	}
	if e.Field != "" {
		text += ": " + e.Field
	}
	if e.Reason != "" {
		text += ": " + e.Reason
	}
	return text + fault.Cause(e.Err)
}

// Unwrap returns Err, for errors.Is.
func (e *Error) Unwrap() error { return e.Err }

// known reports whether err is one of this library's answers, and not an error of
// the system.
func known(err error) bool {
	for _, sentinel := range []error{ErrInvalid, ErrNotFound, ErrConflict, ErrDuplicate, ErrKeyReused,
		ErrUnsupported, ErrForbidden, ErrTransition, fault.ErrInsufficientData, fault.ErrOverflow, fault.ErrVersion, fault.ErrIncomplete} {
		if errors.Is(err, sentinel) {
			return true
		}
	}
	return false
}
