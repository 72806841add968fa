package draw

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/guanxi-go/guanxi/internal/fault"
	"github.com/guanxi-go/guanxi/internal/limit"
)

// Sentinels of this package, to be asked with errors.Is. They have one identity
// across the library; ErrTooMany also answers to ErrInvalid.
var (
	ErrInvalid      = fault.ErrInvalid      // an input breaks a rule stated here
	ErrNotFound     = fault.ErrNotFound     // a stratum, a cluster or an id that the frame does not have
	ErrDuplicate    = fault.ErrDuplicate    // one id or stratum given twice
	ErrNotConverged = fault.ErrNotConverged // an iteration or a rejection stopped at its limit

	// ErrTooMany: more units are asked for than there are; [Error] has both numbers
	// as Want and Have.
	ErrTooMany = fmt.Errorf("more than there are: %w", fault.ErrInvalid)
)

// Error is the type of every error of this package: what is wrong, and where. It
// holds ids, labels and counts and nothing else of the data.
type Error struct {
	Field   string // the argument or column concerned: "ids", "stratum", "size", "n", "source", ...
	Row     int    // the 0-based row of the frame, place in a list or period, -1 where it is none
	ID      string // the id of the unit concerned; may be ""
	Stratum string // the stratum concerned; may be ""
	Cluster string // the cluster concerned; may be ""
	Want    int    // with ErrTooMany: how many were asked for
	Have    int    // with ErrTooMany: how many there are
	Reason  string // continues the sentence that Field begins
	Err     error  // the sentinel
}

// Error returns, for example, "draw: stratum core: sizes asks for more units than it
// has (want 5, have 4): more than there are: invalid".
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString("draw: ")
	if e.Row >= 0 {
		b.WriteString("row " + strconv.Itoa(e.Row) + ": ")
	}
	if e.Stratum != "" {
		b.WriteString("stratum " + e.Stratum + ": ")
	}
	if e.Cluster != "" {
		b.WriteString("cluster " + e.Cluster + ": ")
	}
	b.WriteString(e.Field + " " + e.Reason)
	if e.ID != "" {
		b.WriteString(": " + e.ID)
	}
	if e.Want != 0 || e.Have != 0 {
		fmt.Fprintf(&b, " (want %d, have %d)", e.Want, e.Have)
	}
	b.WriteString(fault.Cause(e.Err))
	return b.String()
}

// Unwrap returns Err, for errors.Is and errors.As.
func (e *Error) Unwrap() error { return e.Err }

func invalid(field, format string, args ...any) error {
	return &Error{Field: field, Row: -1, Reason: fmt.Sprintf(format, args...), Err: ErrInvalid}
}

func invalidRow(row int, field, format string, args ...any) error {
	return &Error{Field: field, Row: row, Reason: fmt.Sprintf(format, args...), Err: ErrInvalid}
}

// checkSize refuses a sample size that is negative or more than there are.
func checkSize(field string, n, of int) error {
	switch {
	case n < 0:
		return invalid(field, "is %d and must not be negative", n)
	case n > of:
		return &Error{Field: field, Row: -1, Want: n, Have: of, Reason: "is more than the frame has", Err: ErrTooMany}
	}
	return nil
}

const notID = "must be 1 to 255 bytes of UTF-8 without NUL"

// validID is the rule for ids, strata and clusters.
func validID(s string) bool { return limit.Text(s, 1, limit.ID) }

// problems gathers what Validate methods report at once.
type problems []error

func (p *problems) check(ok bool, field, reason string) {
	if !ok {
		*p = append(*p, invalid(field, "%s", reason))
	}
}

func (p problems) join() error { return fault.Join(p) }

// unknown is the error of a number or text that no constant of an enumeration has.
func unknown(field string) error { return invalid(field, "is not a known name") }
