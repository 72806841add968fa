package earning

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/guanxi-go/guanxi/internal/fault"
	"github.com/guanxi-go/guanxi/internal/limit"
)

// Sentinels of this package, to be asked with errors.Is. The first four have one
// identity across the library; the others are kinds of ErrInvalid.
var (
	ErrInvalid  = fault.ErrInvalid  // an input breaks a rule stated here
	ErrOverflow = fault.ErrOverflow // a sum does not fit int64, or an exact product not 128 bits
	ErrCurrency = fault.ErrCurrency // the order is in another currency than the programme
	ErrNotFound = fault.ErrNotFound // no rule or line has this id

	// ErrInvalidAmount: an amount, a quantity or a count is below zero.
	ErrInvalidAmount = fmt.Errorf("amount below zero: %w", fault.ErrInvalid)
	// ErrOverReturn: more comes back than is left; [Error] says how much is, in Remaining.
	ErrOverReturn = fmt.Errorf("more than is left: %w", fault.ErrInvalid)
)

// Error is the error of every function in this package. It carries ids and
// counts, never a name or a free text.
type Error struct {
	Field     string // the field concerned, as JSON names it: "rules", "points", "lines", ...
	Item      int    // 0-based place of the rule, cap, line, counter or return concerned, else -1
	ID        string // its id where that is one, else ""
	Remaining int64  // what is left, where ErrOverReturn: minor units, or units of a line without an amount
	Reason    string // what is wrong, in English
	Err       error  // the sentinel
}

func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString("earning: " + fault.Place(e.Field, e.Item))
	if e.ID != "" {
		b.WriteString(" " + e.ID)
	}
	b.WriteString(": " + e.Reason)
	if errors.Is(e.Err, ErrOverReturn) {
		b.WriteString(" (" + strconv.FormatInt(e.Remaining, 10) + " left)")
	}
	b.WriteString(fault.Cause(e.Err))
	return b.String()
}

// Unwrap returns Err, for errors.Is and errors.As.
func (e *Error) Unwrap() error { return e.Err }

func refuse(sentinel error, field string, item int, id, reason string) error {
	return &Error{Field: field, Item: item, ID: limit.Shown(id), Reason: reason, Err: sentinel}
}

// sentinel words an error of package money.
func sentinel(err error) error {
	if errors.Is(err, ErrOverflow) {
		return ErrOverflow
	}
	return ErrInvalid
}

func overflow(field string) error {
	return refuse(ErrOverflow, field, -1, "", "does not fit")
}

// problems gathers what is reported at once about one programme or order. item
// and id are those of the rule, cap, line or counter that is being looked at.
type problems struct {
	errs []error
	item int
	id   string
}

func (p *problems) at(item int, id string) { p.item, p.id = item, id }

func (p *problems) add(sentinel error, field, reason string) {
	p.errs = append(p.errs, refuse(sentinel, field, p.item, p.id, reason))
}

func (p *problems) check(ok bool, field, reason string) {
	if !ok {
		p.add(ErrInvalid, field, reason)
	}
}

func (p *problems) join() error { return errors.Join(p.errs...) }

const notID = "must be 1 to 255 bytes of UTF-8 without NUL"

// validID reports whether s can be the id of a rule, line, tier, SKU, ...
func validID(s string) bool { return limit.Text(s, 1, limit.ID) }

// validText is validID for what may be absent.
func validText(s string) bool { return limit.Text(s, 0, limit.ID) }

// unknown is the error of a number or text that no constant of an enumeration has.
func unknown(field string) error { return refuse(ErrInvalid, field, -1, "", "unknown") }
