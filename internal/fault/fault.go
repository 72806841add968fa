// Package fault holds the identity of the sentinels that several packages
// export under their own name, so that one errors.Is serves a host whichever
// package an error came from, and what the texts of their typed errors share.
package fault

import (
	"errors"
	"strconv"
)

var (
	// ErrInvalid: the caller's input breaks a stated rule.
	ErrInvalid = errors.New("invalid")
	// ErrInsufficientData: the input is valid and too little to answer.
	ErrInsufficientData = errors.New("insufficient data")
	// ErrOverflow: a sum or product leaves its integer type.
	ErrOverflow = errors.New("overflow")
	// ErrCurrency: amounts in several currencies met without a rate.
	ErrCurrency = errors.New("currency mismatch")
	// ErrNotConverged: an iteration stopped at its limit.
	ErrNotConverged = errors.New("not converged")
	// ErrVersion: bytes written by another version of the format, or damaged.
	ErrVersion = errors.New("unknown format")
	// ErrNotFound: no record has this id.
	ErrNotFound = errors.New("not found")
	// ErrConflict: something moved since it was read; read again and retry.
	ErrConflict = errors.New("conflict")
	// ErrDuplicate: a commit with this key, or a record with this id, is there already.
	ErrDuplicate = errors.New("duplicate")
	// ErrKeyReused: the key of an earlier command stands on a different one.
	ErrKeyReused = errors.New("key reused")
	// ErrTaken: another subject holds the claim.
	ErrTaken = errors.New("taken")
	// ErrUnsupported: the store does not know this kind of write.
	ErrUnsupported = errors.New("unsupported")
	// ErrForbidden: the actor may not see or do this.
	ErrForbidden = errors.New("forbidden")
	// ErrTransition: no transition leads from the present state to the wanted one.
	ErrTransition = errors.New("no such transition")
	// ErrIncomplete: something that has to be there first is missing.
	ErrIncomplete = errors.New("incomplete")
	// ErrForgotten: the person has been erased, or asked not to come back.
	ErrForgotten = errors.New("forgotten")
)

// Place names a field, and the 0-based place in it where item is one: "lines[3]". Below 0
// it is none.
func Place(field string, item int) string {
	if item < 0 {
		return field
	}
	return field + "[" + strconv.Itoa(item) + "]"
}

// Cause is how the text of a typed error ends: a colon, a space and the words of what it
// wraps. It is "" for nil, which the zero value of a typed error has.
func Cause(err error) string {
	if err == nil {
		return ""
	}
	return ": " + err.Error()
}

// Join is [errors.Join] that leaves a single error as it is.
func Join(errs []error) error {
	if len(errs) == 1 {
		return errs[0]
	}
	return errors.Join(errs...)
}
