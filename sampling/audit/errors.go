package audit

import (
	"fmt"

	"github.com/guanxi-go/guanxi/internal/fault"
)

// Sentinels of this package, to be asked with errors.Is. They have one identity
// across the library.
var (
	ErrInvalid          = fault.ErrInvalid          // an argument breaks a rule stated here
	ErrInsufficientData = fault.ErrInsufficientData // nothing was sampled
	// ErrUnattainable: no sample within the limits proves what is asked for, not even
	// one of everything.
	ErrUnattainable = fmt.Errorf("unattainable: %w", fault.ErrInsufficientData)
)

// Error is the error of every function in this package.
type Error struct {
	Field  string // the argument concerned: "errors", "risk", "population", ...
	Reason string // what is wrong, in English
	Err    error  // the sentinel
}

// Error returns, for example, "audit: errors: 5 of a sample of 3: invalid".
func (e *Error) Error() string { return "audit: " + e.Field + ": " + e.Reason + fault.Cause(e.Err) }

// Unwrap returns Err, for errors.Is and errors.As.
func (e *Error) Unwrap() error { return e.Err }

func invalid(field, format string, args ...any) error {
	return &Error{Field: field, Reason: fmt.Sprintf(format, args...), Err: ErrInvalid}
}

func unattainable(field, format string, args ...any) error {
	return &Error{Field: field, Reason: fmt.Sprintf(format, args...), Err: ErrUnattainable}
}

const (
	// MaxSample is the largest sample that the functions of rates take.
	MaxSample = 2_000_000_000
	// MaxPopulation is the largest finite population.
	MaxPopulation = 1_000_000_000_000
)

// checkProbability refuses what does not lie strictly between 0 and 1.
func checkProbability(field string, p float64) error {
	if !(p > 0 && p < 1) {
		return invalid(field, "%v does not lie between 0 and 1", p)
	}
	return nil
}

func checkSample(errors, n int64) error {
	switch {
	case n < 0 || n > MaxSample:
		return invalid("n", "a sample of %d", n)
	case errors < 0 || errors > n:
		return invalid("errors", "%d of a sample of %d", errors, n)
	case n == 0:
		return &Error{Field: "n", Reason: "nothing was sampled", Err: ErrInsufficientData}
	}
	return nil
}

func checkPopulation(population, n int64) error {
	switch {
	case population < 1 || population > MaxPopulation:
		return invalid("population", "%d does not lie between 1 and %d", population, int64(MaxPopulation))
	case n < 0 || n > population:
		return invalid("n", "a sample of %d from %d", n, population)
	}
	return nil
}

// unknown is the error of a number or text that no constant of an enumeration has.
func unknown(field string) error { return invalid(field, "is unknown") }
