package owner

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/guanxi-go/guanxi/internal/fault"
	"github.com/guanxi-go/guanxi/internal/limit"
)

// Sentinels of this package, to be asked with errors.Is. They have one identity
// across the library; the last three are also ErrForbidden or ErrNotFound.
var (
	ErrInvalid    = fault.ErrInvalid    // an input breaks a rule stated here
	ErrConflict   = fault.ErrConflict   // something later is recorded already
	ErrDuplicate  = fault.ErrDuplicate  // one id given twice
	ErrNotFound   = fault.ErrNotFound   // an id that was not given before
	ErrTaken      = fault.ErrTaken      // somebody else holds the customer
	ErrForbidden  = fault.ErrForbidden  // a policy refuses it
	ErrTransition = fault.ErrTransition // not possible in the present state
	ErrIncomplete = fault.ErrIncomplete // something has to be there first
	ErrCurrency   = fault.ErrCurrency   // amounts of several currencies cannot be compared
	ErrOverflow   = fault.ErrOverflow   // a sum does not fit 64 bits

	// ErrCap: a limit is used up; [Error] says which, with Limit and Used.
	ErrCap = fmt.Errorf("limit reached: %w", fault.ErrForbidden)
	// ErrCoolDown: who lost a customer may not claim it again before Until.
	ErrCoolDown = fmt.Errorf("cooling down: %w", fault.ErrForbidden)
	// ErrNoCandidate: nobody is available.
	ErrNoCandidate = fmt.Errorf("no candidate: %w", fault.ErrNotFound)
)

// Error is the error of every function in this package. It carries ids, codes,
// counts and instants, never a name or a free text.
type Error struct {
	Field  string    // the field, rule or entry concerned: "approver", "capacity", "entries", ...
	Item   int       // 0-based place in Field where that is a list, else -1
	ID     string    // the holder where ErrTaken, else the id concerned; may be ""
	Items  []string  // everything that is missing or left over, where ErrIncomplete
	Until  time.Time // until when it is refused, where that is known
	Limit  int       // the limit, where ErrCap
	Used   int       // what of it is used
	Reason string    // what is wrong, in English
	Err    error     // the sentinel
}

func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString("owner: " + fault.Place(e.Field, e.Item))
	b.WriteString(": " + e.Reason)
	if e.ID != "" {
		b.WriteString(" " + e.ID)
	}
	if len(e.Items) > 0 {
		b.WriteString(" " + strings.Join(e.Items, ", "))
	}
	if !e.Until.IsZero() {
		b.WriteString(" until " + e.Until.UTC().Format(time.RFC3339))
	}
	if e.Limit > 0 {
		fmt.Fprintf(&b, " (%d of %d)", e.Used, e.Limit)
	}
	b.WriteString(fault.Cause(e.Err))
	return b.String()
}

// Unwrap returns Err, for errors.Is and errors.As.
func (e *Error) Unwrap() error { return e.Err }

func refuse(sentinel error, field, reason string) error {
	return &Error{Field: field, Item: -1, Reason: reason, Err: sentinel}
}

func refuseID(sentinel error, field, id, reason string) error {
	return &Error{Field: field, Item: -1, ID: limit.Shown(id), Reason: reason, Err: sentinel}
}

func refuseItem(sentinel error, field string, item int, reason string) error {
	return &Error{Field: field, Item: item, Reason: reason, Err: sentinel}
}

func incomplete(field, reason string, items []string) error {
	return &Error{Field: field, Item: -1, Items: items, Reason: reason, Err: ErrIncomplete}
}

// problems gathers what Validate methods report at once.
type problems []error

func (p *problems) check(ok bool, field string, item int, reason string) {
	if !ok {
		*p = append(*p, refuseItem(ErrInvalid, field, item, reason))
	}
}

func (p problems) join() error { return errors.Join(p...) }

// validID reports whether s can be the id of a person, customer, pool or unit.
func validID(s string) bool { return limit.Text(s, 1, limit.ID) }

// validText is validID for what may be absent.
func validText(s string) bool { return limit.Text(s, 0, limit.ID) }

const notID = "must be 1 to 255 bytes of UTF-8 without NUL"

// about adds the customer to an error that has no id.
func about(customer string, err error) error {
	var e *Error
	if errors.As(err, &e) && e.ID == "" {
		named := *e
		named.ID = customer
		return &named
	}
	return err
}

// moneyError words an error of package money as one of this package.
func moneyError(err error) error {
	sentinel := ErrCurrency
	if errors.Is(err, ErrOverflow) {
		sentinel = ErrOverflow
	}
	return refuse(sentinel, "value", "amounts cannot be added")
}

// unknown is the error of a number or text that no constant of an enumeration has.
func unknown(field string) error { return refuse(ErrInvalid, field, "unknown") }
