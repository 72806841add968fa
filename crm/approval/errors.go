package approval

import (
	"errors"
	"fmt"
	"strings"

	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/internal/fault"
	"github.com/guanxi-go/guanxi/internal/limit"
)

// Sentinels of this package, to be asked with errors.Is. They have one identity
// across the library; ErrLocked is also ErrForbidden.
var (
	ErrInvalid    = fault.ErrInvalid    // an input breaks a rule stated here
	ErrConflict   = fault.ErrConflict   // the approval is of another template or version, or later is recorded already
	ErrDuplicate  = fault.ErrDuplicate  // one id or person given twice
	ErrNotFound   = fault.ErrNotFound   // a step, level, matter or edition that is not there
	ErrForbidden  = fault.ErrForbidden  // the actor may not do this
	ErrTransition = fault.ErrTransition // not possible in the present state
	ErrIncomplete = fault.ErrIncomplete // something has to be there first; Items lists all of it
	ErrCurrency   = fault.ErrCurrency   // no band is stated in this currency
	ErrOverflow   = fault.ErrOverflow   // a sum does not fit 64 bits

	// ErrLocked: the model of the template does not allow the verb.
	ErrLocked = fmt.Errorf("locked: %w", fault.ErrForbidden)
)

// Error is the error of every function in this package. It carries ids, codes and
// places, never a name or a free text. [Catalogue] has the sentence of each Code in
// English and Chinese.
type Error struct {
	Code  string   // stable, such as APR-LOCKED
	Field string   // what is concerned: a verb, a field of the command, a part of a template
	Item  int      // 0-based place in Field where that is a list, else -1
	ID    string   // the step, person or matter concerned; may be ""
	Items []string // everything that is missing, or the documents, fields and bodies concerned
	Err   error    // the sentinel
}

// Error returns the English sentence, for example "approval: add-signer: the model
// does not allow this: locked: forbidden".
func (e *Error) Error() string {
	return "approval: " + fault.Place(e.Field, e.Item) + ": " + e.Text(finding.English) + fault.Cause(e.Err)
}

// Unwrap returns Err, for errors.Is.
func (e *Error) Unwrap() error { return e.Err }

// Text returns the sentence of the error for people, in a language. A code that
// [Catalogue] does not have is returned as it is.
func (e *Error) Text(in finding.Language) string {
	return catalogue.Sentence(e.Code, in,
		finding.Str("field", e.Field), finding.Str("id", e.ID), finding.Str("items", strings.Join(e.Items, ", ")))
}

func refuse(sentinel error, code, field string) error {
	return &Error{Code: code, Field: field, Item: -1, Err: sentinel}
}

func refuseID(sentinel error, code, field, id string) error {
	return &Error{Code: code, Field: field, Item: -1, ID: limit.Shown(id), Err: sentinel}
}

func incomplete(code, field, id string, items ...string) error {
	return &Error{Code: code, Field: field, Item: -1, ID: limit.Shown(id), Items: items, Err: ErrIncomplete}
}

// problems gathers what Validate methods report at once.
type problems []error

func (p *problems) check(ok bool, code, field string, item int) {
	if !ok {
		*p = append(*p, &Error{Code: code, Field: field, Item: item, Err: ErrInvalid})
	}
}

func (p *problems) add(err error) {
	if err != nil {
		*p = append(*p, err)
	}
}

// placed adds the errors of a part, each with the part's place in a list.
func (p *problems) placed(field string, item int, err error) {
	for _, one := range parts(err) {
		var e *Error
		if errors.As(one, &e) {
			moved := *e
			moved.Field, moved.Item = field+"."+e.Field, item
			one = &moved
		}
		*p = append(*p, one)
	}
}

func parts(err error) []error {
	if err == nil {
		return nil
	}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		return joined.Unwrap()
	}
	return []error{err}
}

func (p problems) join() error { return fault.Join(p) }

func validID(s string) bool { return limit.Text(s, 1, limit.ID) }

// validText is validID for what may be absent.
func validText(s string) bool { return limit.Text(s, 0, limit.ID) }

func validWords(s string) bool { return limit.Text(s, 0, len(s)) }

// unknown is the error of a number or text that no constant of an enumeration has.
func unknown(field string) error { return refuse(ErrInvalid, codeUnknown, field) }
