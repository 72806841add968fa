package loyalty

import (
	"errors"
	"fmt"

	"github.com/guanxi-go/guanxi/internal/fault"
	"github.com/guanxi-go/guanxi/loyalty/points"
)

// The sentinels of this package. The first group are the same values in every
// package of guanxi, so that one errors.Is serves wherever the error came from.
// Those of the packages below (points.ErrInsufficient, reward.ErrOutOfStock, …)
// come through as they are.
var (
	// ErrInvalid: an argument breaks a stated rule or limit.
	ErrInvalid = fault.ErrInvalid
	// ErrNotFound: there is no such account, record, claim or receipt.
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
	// ErrForbidden: the actor may not do this, or a rule refuses it.
	ErrForbidden = fault.ErrForbidden
	// ErrTransition: not possible in the present state.
	ErrTransition = fault.ErrTransition
	// ErrIncomplete: the programme has no part that the command needs.
	ErrIncomplete = fault.ErrIncomplete
	// ErrForgotten: the member was erased.
	ErrForgotten = fault.ErrForgotten

	// ErrTooLate: the command came after its NotAfter.
	ErrTooLate = errors.New("too late")
	// ErrFrozen: nothing is spent from the account while it is frozen. It is
	// ErrForbidden too.
	ErrFrozen = fmt.Errorf("account frozen: %w", fault.ErrForbidden)
	// ErrClosed: the account is closed. It is ErrForbidden too.
	ErrClosed = fmt.Errorf("account closed: %w", fault.ErrForbidden)
	// ErrMerged: the member was merged into another, whom Holder of the *[Error] names.
	// It is ErrTransition too.
	ErrMerged = fmt.Errorf("merged into another: %w", fault.ErrTransition)
	// ErrLimit: a fraud limit, or the screen of the host, refuses the command. Field of
	// the *[Error] is the code of the limit, "screen" for the host's. It is ErrForbidden
	// too.
	ErrLimit = fmt.Errorf("limit reached: %w", fault.ErrForbidden)
)

// Error says what an error is about. It holds ids, codes and numbers, and never a
// text of a person. Err is one of the sentinels, or wraps one.
type Error struct {
	Subject Subject // what the error is about; zero where it is about the whole
	Field   string  // of the argument, in the spelling of its JSON; "" for none
	Holder  Subject // who holds the claim, for ErrTaken; who goes on, for ErrMerged
	Reason  string
	Err     error
}

func (e *Error) Error() string {
	text := "loyalty"
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

// known reports whether err is one of this library's answers, and not an error of
// the system.
func known(err error) bool {
	// Most are an *Error around a sentinel: that is found by looking.
	for e := err; e != nil; e = errors.Unwrap(e) {
		switch e {
		case points.ErrInsufficient, ErrConflict, ErrNotFound, ErrDuplicate:
			return true
		}
	}
	for _, sentinel := range []error{ErrInvalid, ErrNotFound, ErrConflict, ErrDuplicate, ErrKeyReused, ErrTaken,
		ErrUnsupported, ErrForbidden, ErrTransition, ErrIncomplete, ErrForgotten, ErrTooLate,
		points.ErrInsufficient, points.ErrOverReversal,
		fault.ErrInsufficientData, fault.ErrOverflow, fault.ErrCurrency, fault.ErrVersion} {
		if errors.Is(err, sentinel) {
			return true
		}
	}
	return false
}

// unknown is the error of a number or text that no constant of an enumeration has.
func unknown(field string) error { return &Error{Field: field, Reason: "is unknown", Err: ErrInvalid} }
