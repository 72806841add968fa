package reward

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/guanxi-go/guanxi/internal/fault"
	"github.com/guanxi-go/guanxi/internal/limit"
)

// Sentinels of this package, to be asked with errors.Is. They have one identity
// across the library; the second group also answers to the sentinel that each wraps.
var (
	ErrInvalid    = fault.ErrInvalid    // an input breaks a rule stated here
	ErrConflict   = fault.ErrConflict   // an entry that was recorded or took effect later is there already
	ErrDuplicate  = fault.ErrDuplicate  // one id or code given twice
	ErrNotFound   = fault.ErrNotFound   // a hold, a use, a purchase or a key that was not given before
	ErrTransition = fault.ErrTransition // not possible in the present state
	ErrOverflow   = fault.ErrOverflow   // a sum or product does not fit 64 bits
	ErrForbidden  = fault.ErrForbidden  // a rule refuses it

	// ErrOutOfStock: fewer pieces are free than asked for; [Error] has the free ones
	// as Limit and those asked for as Used.
	ErrOutOfStock = fmt.Errorf("out of stock: %w", fault.ErrIncomplete)
	// ErrNotEligible: this member may not have this reward now; [Error] has all Causes.
	ErrNotEligible = fmt.Errorf("not eligible: %w", fault.ErrForbidden)
	// ErrLimit: a limit per member, per voucher or per referrer is used up; [Error]
	// has Limit and Used, and Until where time alone ends it.
	ErrLimit = fmt.Errorf("limit reached: %w", fault.ErrForbidden)
	// ErrNotValid: outside the time in which a voucher or a referral is valid;
	// [Error] has From and Until.
	ErrNotValid = fmt.Errorf("not valid now: %w", fault.ErrForbidden)
	// ErrOverReversal: more would be given back than was taken; [Error] has as Limit
	// what can still be given back.
	ErrOverReversal = fmt.Errorf("more than can be given back: %w", fault.ErrTransition)
	// ErrSelfReferral: referrer and friend are one person or household, or refer
	// each other.
	ErrSelfReferral = fmt.Errorf("self-referral: %w", fault.ErrForbidden)
	// ErrMistyped: a text that cannot be a code as it stands, above all one whose
	// check symbol does not fit: ask the person to read it again.
	ErrMistyped = fmt.Errorf("mistyped: %w", fault.ErrInvalid)
	// ErrForged: a well-formed code that no key of ours has signed.
	ErrForged = fmt.Errorf("not signed by us: %w", fault.ErrForbidden)
)

// Error is the error of every function in this package. It carries ids, codes,
// counts and instants, never a voucher code, a key, an identifier or a free text.
type Error struct {
	Field  string    // the field, rule or entry concerned: "stock", "limits", "entries", ...
	Item   int       // 0-based place in Field where that is a list, else -1
	ID     string    // the id concerned; may be ""
	Causes []Cause   // everything that stands against it, where ErrNotEligible
	From   time.Time // from when it is possible, where that is known
	Until  time.Time // until when it is refused, or was possible, where that is known
	Limit  int64     // the limit, where there is one
	Used   int64     // what of it is used, or was asked for
	Reason string    // what is wrong, in English
	Err    error     // the sentinel
}

// Error returns, for example, "reward: limits[0]: has had as many as a member may
// (2 of 2): limit reached: forbidden".
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString("reward: " + fault.Place(e.Field, e.Item))
	b.WriteString(": " + e.Reason)
	if e.ID != "" {
		b.WriteString(" " + e.ID)
	}
	for i, c := range e.Causes {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(" " + c.Why.String())
	}
	if !e.From.IsZero() {
		b.WriteString(" from " + e.From.UTC().Format(time.RFC3339))
	}
	if !e.Until.IsZero() {
		b.WriteString(" until " + e.Until.UTC().Format(time.RFC3339))
	}
	if e.Limit > 0 || e.Used > 0 {
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

// exceeds is a refusal because used is more than may be.
func exceeds(sentinel error, field, id string, used, most int64, reason string) error {
	return &Error{Field: field, Item: -1, ID: limit.Shown(id), Used: used, Limit: most, Reason: reason, Err: sentinel}
}

// placed says in which line of a list an error of a line was found.
func placed(field string, i int, err error) error {
	var first *Error
	if !errors.As(err, &first) {
		return err
	}
	e := *first
	e.Field, e.Item, e.Reason = field, i, first.Field+" "+first.Reason
	return &e
}

// problems gathers what Validate methods report at once.
type problems []error

func (p *problems) check(ok bool, field string, item int, reason string) {
	if !ok {
		*p = append(*p, refuseItem(ErrInvalid, field, item, reason))
	}
}

func (p problems) join() error { return fault.Join(p) }

const notID = "must be 1 to 255 bytes of UTF-8 without NUL"

func validID(s string) bool { return limit.Text(s, 1, limit.ID) }

// validText is validID for what may be absent.
func validText(s string) bool { return limit.Text(s, 0, limit.ID) }

// unknown is the error of a number or text that no constant of an enumeration has.
func unknown(field string) error { return refuse(ErrInvalid, field, "unknown") }
