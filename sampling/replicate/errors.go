package replicate

import (
	"errors"
	"fmt"
	"strings"

	"github.com/guanxi-go/guanxi/internal/fault"
)

var (
	// ErrInvalid is in the chain of every error about data or options that break
	// a stated rule.
	ErrInvalid = fault.ErrInvalid
	// ErrInsufficientData: too few PSUs to see any variation.
	ErrInsufficientData = fault.ErrInsufficientData
	// ErrUnsupported: the method has no finite population correction.
	ErrUnsupported = fault.ErrUnsupported
	// ErrLonelyPSU: a stratum with a single PSU.
	ErrLonelyPSU = errors.New("lonely primary sampling unit")
	// ErrUndefined: an estimate that is not a finite number.
	ErrUndefined = errors.New("undefined estimate")
)

// Error is the type of every error of this package: what is wrong, and where.
// Its cause is found by errors.Is, also where it came from the caller's function.
type Error struct {
	// Field is what is concerned: weights, strata, psus, population, rho,
	// replicates, scale, columns, estimate, level, adjustment.
	Field string
	// Row is the index of the row concerned, -1 where it is none.
	Row int
	// Replicate is the index of the replicate concerned, -1 where it is none or
	// the full sample.
	Replicate int
	// Stratum and PSU are the labels concerned, empty where there is none.
	Stratum, PSU string
	// Reason says what is wrong.
	Reason string
	// Err is one of the package's sentinels, or what the caller's function
	// returned.
	Err error
}

// Error returns one line such as
// "replicate: psus: stratum "north": 3 PSUs, and BRR needs 2: take JKn: invalid".
func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "replicate: %s: ", e.Field)
	if e.Stratum != "" {
		fmt.Fprintf(&b, "stratum %q: ", e.Stratum)
	}
	if e.PSU != "" {
		fmt.Fprintf(&b, "PSU %q: ", e.PSU)
	}
	if e.Row >= 0 {
		fmt.Fprintf(&b, "row %d: ", e.Row)
	}
	if e.Replicate >= 0 {
		fmt.Fprintf(&b, "replicate %d: ", e.Replicate)
	}
	b.WriteString(e.Reason + fault.Cause(e.Err))
	return b.String()
}

// Unwrap returns Err.
func (e *Error) Unwrap() error { return e.Err }

func invalid(field, format string, args ...any) error {
	return &Error{Field: field, Row: -1, Replicate: -1, Reason: fmt.Sprintf(format, args...), Err: ErrInvalid}
}

func invalidRow(field string, row int, format string, args ...any) error {
	return &Error{Field: field, Row: row, Replicate: -1, Reason: fmt.Sprintf(format, args...), Err: ErrInvalid}
}

func inStratum(stratum string, cause error, format string, args ...any) error {
	return &Error{Field: "psus", Row: -1, Replicate: -1, Stratum: stratum, Reason: fmt.Sprintf(format, args...), Err: cause}
}
