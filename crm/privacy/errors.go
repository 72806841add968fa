package privacy

import "github.com/guanxi-go/guanxi/internal/fault"

var (
	// ErrInvalid: what was given breaks a stated rule.
	ErrInvalid = fault.ErrInvalid
	// ErrNotFound: a purpose that the registry does not have.
	ErrNotFound = fault.ErrNotFound
	// ErrDuplicate: two purposes of one code, two sections of one name.
	ErrDuplicate = fault.ErrDuplicate
	// ErrConflict: a legal hold stands against erasure.
	ErrConflict = fault.ErrConflict
	// ErrTransition: a request cannot go from its state to the one wanted.
	ErrTransition = fault.ErrTransition
	// ErrInsufficientData: a list of non-working days does not reach far enough.
	ErrInsufficientData = fault.ErrInsufficientData
)

// Error is the error of every function in this package. It holds ids and codes,
// never a name, an identifier of a person or any other text that somebody wrote.
type Error struct {
	Code   string // of the purpose, id of the request, the hold, the subject; "" for none
	Field  string // as in JSON: "purpose", "at", "notice", "key", ...
	Reason string // what is wrong with it, in English
	Err    error  // the sentinel
}

// Error returns "privacy: marketing: bases: is missing: invalid".
func (e *Error) Error() string {
	msg := "privacy: "
	if e.Code != "" {
		msg += e.Code + ": "
	}
	return msg + e.Field + ": " + e.Reason + fault.Cause(e.Err)
}

// Unwrap returns Err, for errors.Is.
func (e *Error) Unwrap() error { return e.Err }

func invalid(code, field, reason string) error {
	return &Error{Code: code, Field: field, Reason: reason, Err: ErrInvalid}
}

// checks collects the errors of one thing.
type checks struct {
	code string
	errs []error
}

func (c *checks) must(ok bool, field, reason string) {
	if !ok {
		c.errs = append(c.errs, invalid(c.code, field, reason))
	}
}

// unknown is the error of a number or text that no constant of an enumeration has.
func unknown(field string) error { return invalid("", field, "unknown") }
