package estimate

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
	// ErrInsufficientData is in the chain of every error about valid data that do
	// not determine the answer.
	ErrInsufficientData = fault.ErrInsufficientData
	// ErrNotEstimable is in the chain where a figure has no estimate: an empty
	// domain, a denominator of zero, an interval without degrees of freedom. It
	// wraps ErrInsufficientData.
	ErrNotEstimable = fmt.Errorf("not estimable: %w", fault.ErrInsufficientData)
	// ErrLonelyPSU is in the chain where a stratum has one primary sampling unit
	// in the sample, more in the population, and no policy says what its variance
	// is. It wraps ErrInsufficientData.
	ErrLonelyPSU = fmt.Errorf("lonely unit: %w", fault.ErrInsufficientData)
	// ErrNotConverged is in the chain where an iteration stopped at its limit.
	ErrNotConverged = fault.ErrNotConverged
	// ErrVersion is in the chain where bytes are of another version, or damaged.
	ErrVersion = fault.ErrVersion
)

// Error is the type of every error of this package: what is wrong, and where.
// It repeats no value of the data but the labels of strata, clusters and levels.
// Its cause, one of the sentinels, is found by errors.Is.
type Error struct {
	// Row is the index of the row concerned, from 0, and -1 where it is none.
	Row int
	// Stage is the stage of sampling concerned, from 1, and 0 where it is none.
	Stage int
	// Stratum is the label of the stratum concerned, "" where it is none; below
	// the first stage the labels of the units above stand before it, with slashes.
	Stratum string
	// Field names what is concerned: weights, strata, clusters, population,
	// fraction, domain, groups, values, denominator, level, probability and so on.
	Field string
	// Reason continues the sentence that Field begins.
	Reason string
	// Err is the sentinel.
	Err error
}

// Error returns "estimate: stage 1: stratum north: row 3: weights are negative:
// invalid", without the parts that do not apply.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString("estimate: ")
	if e.Stage > 0 {
		fmt.Fprintf(&b, "stage %d: ", e.Stage)
	}
	if e.Stratum != "" {
		fmt.Fprintf(&b, "stratum %s: ", e.Stratum)
	}
	if e.Row >= 0 {
		fmt.Fprintf(&b, "row %d: ", e.Row)
	}
	b.WriteString(e.Field + " " + e.Reason + fault.Cause(e.Err))
	return b.String()
}

// Unwrap returns Err.
func (e *Error) Unwrap() error { return e.Err }

func invalid(field, format string, args ...any) error {
	return &Error{Row: -1, Field: field, Reason: fmt.Sprintf(format, args...), Err: ErrInvalid}
}

func invalidRow(row int, field, reason string) error {
	return &Error{Row: row, Field: field, Reason: reason, Err: ErrInvalid}
}

func notEstimable(field, reason string) error {
	return &Error{Row: -1, Field: field, Reason: reason, Err: ErrNotEstimable}
}

// maxJoined is the number of problems of one kind that an error lists before it
// only counts.
const maxJoined = 10

// problems collects errors of one kind.
type problems struct {
	list []error
	more int
}

func (p *problems) add(err error) {
	if len(p.list) == maxJoined {
		p.more++
		return
	}
	p.list = append(p.list, err)
}

func (p *problems) err(field string) error {
	if p.more > 0 {
		last := p.list[len(p.list)-1].(*Error)
		return errors.Join(errors.Join(p.list...), &Error{
			Row: -1, Field: field, Reason: fmt.Sprintf("have %d more problems of this kind", p.more), Err: last.Err,
		})
	}
	return errors.Join(p.list...)
}

func isNotEstimable(err error) bool { return errors.Is(err, ErrNotEstimable) }

// notNamed is the error of a number or text that no constant of an enumeration has.
func notNamed(field string) error { return invalid(field, "is none of the constants") }
