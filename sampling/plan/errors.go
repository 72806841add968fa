package plan

import (
	"errors"
	"fmt"

	"github.com/guanxi-go/guanxi/internal/enum"
	"github.com/guanxi-go/guanxi/internal/fault"
)

var (
	// ErrInvalid is in the chain of every error about input that breaks a stated
	// rule.
	ErrInvalid = fault.ErrInvalid
	// ErrInsufficientData is in the chain of every error about valid input that
	// does not determine the answer.
	ErrInsufficientData = fault.ErrInsufficientData
	// ErrOverflow is in the chain where the answer exceeds an int, or 2^53.
	ErrOverflow = fault.ErrOverflow
	// ErrInfeasible is in the chain where valid demands contradict each other:
	// minima that exceed the sample, a precision that even asking all misses.
	ErrInfeasible = errors.New("infeasible")
)

// Error is the type of every error of this package: what is wrong, and where.
// Its cause is found by errors.Is.
type Error struct {
	// Stratum is the index of the stratum concerned, -1 where it is none.
	Stratum int
	// Name is the name of that stratum.
	Name string
	// Field names what is concerned, as in proportion, population or min.
	Field string
	// Reason continues the sentence that Field begins.
	Reason string
	// Err is ErrInvalid, ErrInsufficientData, ErrOverflow or ErrInfeasible.
	Err error
}

// Error returns "plan: stratum 3 (north): min exceeds size: invalid", without
// the stratum where there is none.
func (e *Error) Error() string {
	text := "plan: "
	switch {
	case e.Stratum < 0:
	case e.Name == "":
		text += fmt.Sprintf("stratum %d: ", e.Stratum)
	default:
		text += fmt.Sprintf("stratum %d (%s): ", e.Stratum, e.Name)
	}
	return text + e.Field + " " + e.Reason + fault.Cause(e.Err)
}

// Unwrap returns Err.
func (e *Error) Unwrap() error { return e.Err }

func failed(cause error, field, format string, args ...any) error {
	return &Error{Stratum: -1, Field: field, Reason: fmt.Sprintf(format, args...), Err: cause}
}

func invalid(field, format string, args ...any) error {
	return failed(ErrInvalid, field, format, args...)
}

// inside reports an error unless low < x < high; it is false for NaN.
func inside(field string, x, low, high float64) error {
	if x > low && x < high {
		return nil
	}
	return invalid(field, "is not between %g and %g, both excluded", low, high)
}

// unknown is the error of a number or text that no constant of an enumeration has.
func unknown(field string) error { return invalid(field, "is none of the constants") }

func known[T ~int](field string, names *enum.Table[T], v T) error {
	if !names.Valid(v) {
		return unknown(field)
	}
	return nil
}
