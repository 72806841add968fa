package crm

import "github.com/guanxi-go/guanxi/internal/fault"

// The sentinels of this package. They are the same values in every package of
// guanxi, so that one errors.Is serves wherever the error came from.
var (
	// ErrInvalid: an argument breaks a stated rule or limit.
	ErrInvalid = fault.ErrInvalid
	// ErrNotFound: there is no such customer, record, claim or receipt.
	ErrNotFound = fault.ErrNotFound
	// ErrConflict: a version moved since it was read.
	ErrConflict = fault.ErrConflict
	// ErrDuplicate: from a [Store], the key was committed before; from a service,
	// the id is taken.
	ErrDuplicate = fault.ErrDuplicate
	// ErrKeyReused: the key of an earlier command stands on a different one.
	ErrKeyReused = fault.ErrKeyReused
	// ErrTaken: another subject holds the claim.
	ErrTaken = fault.ErrTaken
	// ErrUnsupported: the store does not know a kind of write.
	ErrUnsupported = fault.ErrUnsupported
	// ErrForbidden: the actor may not see or do this.
	ErrForbidden = fault.ErrForbidden
	// ErrTransition: no transition leads from the present state to the wanted one.
	ErrTransition = fault.ErrTransition
	// ErrIncomplete: something that has to be there first is missing.
	ErrIncomplete = fault.ErrIncomplete
	// ErrForgotten: the person was erased and asked not to come back.
	ErrForgotten = fault.ErrForgotten
)

// Error says what an error is about. It holds ids and codes, and never a name, a
// number or a text of a person. Err is one of the sentinels, or wraps one.
type Error struct {
	Subject Subject // what the error is about; zero where it is about the whole
	Field   string  // of the argument, in the spelling of its JSON; "" for none
	Holder  Subject // who holds the claim, for ErrTaken
	Reason  string
	Err     error
}

func (e *Error) Error() string {
	text := "crm"
	if e.Subject != (Subject{}) {
		text += ": " + e.Subject.String()
	}
	if e.Field != "" {
		text += ": " + e.Field
	}
	if e.Holder != (Subject{}) {
		text += ": held by " + e.Holder.String()
	}
	if e.Reason != "" {
		text += ": " + e.Reason
	}
	return text + fault.Cause(e.Err)
}

// Unwrap returns Err, for errors.Is.
func (e *Error) Unwrap() error { return e.Err }
