package tier

import (
	"errors"
	"strings"

	"github.com/guanxi-go/guanxi/internal/fault"
	"github.com/guanxi-go/guanxi/internal/limit"
)

// Sentinels of this package, to be asked with errors.Is. They have one identity
// across the library.
var (
	ErrInvalid    = fault.ErrInvalid    // a policy, event or text breaks a rule stated here
	ErrIncomplete = fault.ErrIncomplete // periods count from the enrolment, and there is none
	ErrNotFound   = fault.ErrNotFound   // a tier or benefit that the policy does not have
	ErrOverflow   = fault.ErrOverflow   // totals beyond [MaxTotal], a cost beyond int64
)

// Error is the error of every function in this package. It carries codes and
// places, never the id of a member.
type Error struct {
	Field  string // the field concerned: "tiers.need", "window.months", "events.at", ...
	Item   int    // 0-based place in Field where that is a list, else -1
	Code   string // the tier or benefit concerned; may be ""
	Reason string // what is wrong, in English
	Err    error  // the sentinel
}

func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString("tier: " + fault.Place(e.Field, e.Item))
	b.WriteString(": " + e.Reason)
	if e.Code != "" {
		b.WriteString(" " + e.Code)
	}
	return b.String() + fault.Cause(e.Err)
}

// Unwrap returns Err, for errors.Is and errors.As.
func (e *Error) Unwrap() error { return e.Err }

func refuse(sentinel error, field string, item int, code, reason string) error {
	return &Error{Field: field, Item: item, Code: limit.Shown(code), Reason: reason, Err: sentinel}
}

// problems gathers what Validate methods report at once.
type problems []error

func (p *problems) check(ok bool, field string, item int, code, reason string) {
	if !ok {
		*p = append(*p, refuse(ErrInvalid, field, item, code, reason))
	}
}

func (p problems) join() error { return errors.Join(p...) }

// validText reports whether s is an id or code, or absent.
func validText(s string) bool { return limit.Text(s, 0, limit.ID) }

func validCode(s string) bool { return limit.Text(s, 1, limit.ID) }

// unknown is the error of a number or text that no constant of an enumeration has.
func unknown(field string) error { return refuse(ErrInvalid, field, -1, "", "unknown") }
