package care

import (
	"errors"

	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/internal/fault"
	"github.com/guanxi-go/guanxi/internal/limit"
)

// Sentinels of this package, to be asked with errors.Is. They have one identity
// across the library.
var (
	ErrInvalid   = fault.ErrInvalid   // an input breaks a rule stated here
	ErrDuplicate = fault.ErrDuplicate // one id, class or key given twice
	ErrNotFound  = fault.ErrNotFound  // an outcome of a task that is not there
	ErrCurrency  = fault.ErrCurrency  // amounts of several currencies
	ErrOverflow  = fault.ErrOverflow  // a sum does not fit its integer
)

// Error is the error of every function in this package. It carries ids, codes and
// places, never a name, a birthday or a free text. [Catalogue] has the sentence of each
// Code in English and Chinese.
type Error struct {
	Code  string // stable, such as CARE-TERM
	Field string // what is concerned: "trigger", "customers.id", "demands.min", ...
	Item  int    // 0-based place in Field's list, -1 where it is none
	ID    string // of the plan, customer or class concerned; may be ""
	Err   error  // the sentinel, or what package calendar answered
}

// Error returns the English sentence with the place that it is about.
func (e *Error) Error() string {
	return "care: " + fault.Place(e.Field, e.Item) + ": " + e.Text(finding.English) + fault.Cause(e.Err)
}

// Unwrap returns Err, for errors.Is and errors.As.
func (e *Error) Unwrap() error { return e.Err }

// Text returns the sentence of the error for people, in a language. A code that
// [Catalogue] does not have is returned as it is.
func (e *Error) Text(in finding.Language) string {
	return catalogue.Sentence(e.Code, in, finding.Str("field", e.Field), finding.Str("id", e.ID))
}

func refuse(sentinel error, code, field string, item int, id string) error {
	return &Error{Code: code, Field: field, Item: item, ID: limit.Shown(id), Err: sentinel}
}

// problems gathers what is wrong, so that all of it is reported at once.
type problems []error

func (p *problems) check(ok bool, code, field string, item int) {
	if !ok {
		*p = append(*p, refuse(ErrInvalid, code, field, item, ""))
	}
}

func (p problems) join() error { return errors.Join(p...) }

func validID(s string) bool { return limit.Text(s, 1, limit.ID) }

// unknown is the error of a number or text that no constant of an enumeration has.
func unknown(field string) error { return refuse(ErrInvalid, codeUnknown, field, -1, "") }
