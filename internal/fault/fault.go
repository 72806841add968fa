// Package fault holds the identity of the sentinels that several packages
// export under their own name, so that one errors.Is serves a host whichever
// package an error came from.
package fault

import "errors"

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
)
