package bid

import (
	"errors"
	"strings"

	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/internal/fault"
	"github.com/guanxi-go/guanxi/internal/limit"
)

// Sentinels of this package, to be asked with errors.Is. They have one identity
// across the library.
var (
	ErrInvalid    = fault.ErrInvalid    // an input breaks a rule stated here
	ErrDuplicate  = fault.ErrDuplicate  // one id given twice
	ErrNotFound   = fault.ErrNotFound   // a need or requirement that is not there
	ErrTransition = fault.ErrTransition // not possible in the present state, or too late
	ErrIncomplete = fault.ErrIncomplete // something has to be there first; Items lists all of it
	ErrCurrency   = fault.ErrCurrency   // amounts of several currencies
)

// Error is the error of every function in this package. It carries ids, codes and
// places, never a name or a free text. [Error.Text] is for people.
type Error struct {
	Code  string   // stable, such as BID-LATE; [Catalogue] has its sentences
	Field string   // what is concerned: "needs", "deadline", "requirements", ...
	Item  int      // 0-based place in Field where that is a list, else -1
	Items []string // everything that is missing: ids of requirements, or "deposit"
	Err   error    // the sentinel
}

func (e *Error) Error() string {
	return "bid: " + fault.Place(e.Field, e.Item) + ": " + e.Text(finding.English) + fault.Cause(e.Err)
}

// Text returns the sentence of the error for people, in a language. A code that
// [Catalogue] does not have is returned as it is.
func (e *Error) Text(in finding.Language) string {
	return catalogue.Sentence(e.Code, in, finding.Str("items", strings.Join(e.Items, ", ")))
}

// Unwrap returns Err, for errors.Is.
func (e *Error) Unwrap() error { return e.Err }

func refuse(sentinel error, code, field string, item int) error {
	return &Error{Code: code, Field: field, Item: item, Err: sentinel}
}

// problems gathers what Validate methods report at once.
type problems []error

func (p *problems) check(ok bool, code, field string, item int) {
	if !ok {
		*p = append(*p, refuse(ErrInvalid, code, field, item))
	}
}

func (p problems) join() error { return errors.Join(p...) }

func validID(s string) bool { return limit.Text(s, 1, limit.ID) }

// unknown is the error of a number or text that no constant of an enumeration has.
func unknown(field string) error { return refuse(ErrInvalid, codeUnknown, field, -1) }
