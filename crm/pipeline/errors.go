package pipeline

import (
	"errors"
	"strconv"
	"strings"

	"github.com/guanxi-go/guanxi/internal/fault"
	"github.com/guanxi-go/guanxi/internal/limit"
)

// Sentinels of this package, to be asked with errors.Is. They have one identity
// across the library.
var (
	ErrInvalid    = fault.ErrInvalid    // an input breaks a rule stated here
	ErrTransition = fault.ErrTransition // the process does not lead from the one stage to the other
	ErrIncomplete = fault.ErrIncomplete // an entry criterion, a reason or an order is missing
	ErrDuplicate  = fault.ErrDuplicate  // one id given twice
	ErrCurrency   = fault.ErrCurrency   // amounts of several currencies
	ErrOverflow   = fault.ErrOverflow   // a sum or ratio does not fit 64 bits
)

// Error is the error of every function in this package. It carries ids, codes and
// numbers, never a name or a free text.
type Error struct {
	Field    string      // what is concerned: "to", "stages", "deals", ...
	Item     int         // 0-based place in Field where that is a list, else -1
	From, To string      // ids of the stages of the move that was asked for, "" where none was
	Missing  []Criterion // every entry criterion that is not met
	Reason   string      // what is wrong, in English
	Err      error       // the sentinel, or the error of package stage that has it in its chain
}

func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString("pipeline: " + e.Field)
	if e.Item >= 0 {
		b.WriteString("[" + strconv.Itoa(e.Item) + "]")
	}
	b.WriteString(": ")
	if e.To != "" {
		b.WriteString("from " + e.From + " to " + e.To + ": ")
	}
	b.WriteString(e.Reason)
	before := " "
	for _, c := range e.Missing {
		b.WriteString(before + c.String())
		before = ", "
	}
	b.WriteString(": " + sentinel(e.Err).Error())
	return b.String()
}

// Unwrap returns Err, for errors.Is and errors.As.
func (e *Error) Unwrap() error { return e.Err }

// sentinel finds the sentinel behind an error of another package, so that a message
// says it once.
func sentinel(err error) error {
	for _, s := range []error{ErrIncomplete, ErrTransition, ErrCurrency, ErrOverflow, ErrDuplicate} {
		if errors.Is(err, s) {
			return s
		}
	}
	return ErrInvalid
}

func refuse(sentinel error, field, reason string) error {
	return &Error{Field: field, Item: -1, Reason: reason, Err: sentinel}
}

func refuseItem(sentinel error, field string, item int, reason string) error {
	return &Error{Field: field, Item: item, Reason: reason, Err: sentinel}
}

// problems gathers what Validate methods report at once.
type problems []error

func (p *problems) check(ok bool, field string, item int, reason string) {
	if !ok {
		*p = append(*p, refuseItem(ErrInvalid, field, item, reason))
	}
}

func (p problems) join() error {
	if len(p) == 0 {
		return nil
	}
	return errors.Join(p...)
}

func validID(s string) bool { return limit.Text(s, 1, limit.ID) }

const notID = "must be 1 to 255 bytes of UTF-8 without NUL"
