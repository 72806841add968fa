package liability

import (
	"errors"
	"fmt"
	"strings"

	"github.com/guanxi-go/guanxi/internal/fault"
	"github.com/guanxi-go/guanxi/internal/limit"
)

// Sentinels of this package, to be asked with errors.Is. They have one identity
// across the library.
var (
	ErrInvalid          = fault.ErrInvalid          // an input breaks a rule stated here
	ErrDuplicate        = fault.ErrDuplicate        // two lots with one id
	ErrOverflow         = fault.ErrOverflow         // a sum or product does not fit 64 bits
	ErrCurrency         = fault.ErrCurrency         // amounts of several currencies met; they are not added
	ErrInsufficientData = fault.ErrInsufficientData // valid histories that do not determine the answer

	// ErrEstimate: an estimate that cannot be: more points than were issued will be
	// redeemed (a rate over 100 %), or fewer than already have been. It is an
	// ErrInvalid too.
	ErrEstimate = fmt.Errorf("impossible estimate: %w", fault.ErrInvalid)
)

// Error is the error of every function in this package. It carries ids of lots,
// never those of members.
type Error struct {
	Field  string // the field concerned, as in JSON: "estimate", "uses", ...
	Item   int    // 0-based place in the list of periods, lots or costs, else -1
	ID     string // id of the lot concerned; "" for none
	Reason string // what is wrong, in English
	Err    error  // the sentinel
}

// Error returns, for example, "liability: estimate[2]: is below what was redeemed
// already: impossible estimate: invalid".
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString("liability: " + fault.Place(e.Field, e.Item))
	b.WriteString(": " + e.Reason)
	if e.ID != "" {
		b.WriteString(" " + e.ID)
	}
	b.WriteString(fault.Cause(e.Err))
	return b.String()
}

// Unwrap returns Err, for errors.Is and errors.As.
func (e *Error) Unwrap() error { return e.Err }

func refuse(sentinel error, field, reason string) error {
	return &Error{Field: field, Item: -1, Reason: reason, Err: sentinel}
}

func refuseItem(sentinel error, field string, item int, reason string) error {
	return &Error{Field: field, Item: item, Reason: reason, Err: sentinel}
}

// ofMoney words an error of package money as one of this package.
func ofMoney(err error, field string, item int) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, ErrCurrency):
		return refuseItem(ErrCurrency, field, item, "is in another currency; amounts of several are not added")
	case errors.Is(err, ErrOverflow):
		return refuseItem(ErrOverflow, field, item, "does not fit 64 bits")
	}
	return refuseItem(ErrInvalid, field, item, "leaves a fraction of a minor unit, or the rounding is unknown")
}

// problems gathers what Validate methods report at once.
type problems []error

func (p *problems) check(ok bool, field, reason string) {
	if !ok {
		*p = append(*p, refuse(ErrInvalid, field, reason))
	}
}

func (p *problems) add(err error) {
	if err != nil {
		*p = append(*p, err)
	}
}

func (p problems) join() error { return fault.Join(p) }

const notID = "must be 1 to 255 bytes of UTF-8 without NUL"

func validID(s string) bool { return limit.Text(s, 1, limit.ID) }

// unknown is the error of a number or text that no constant of an enumeration has.
func unknown(field string) error { return refuse(ErrInvalid, field, "unknown") }
