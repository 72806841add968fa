package goal

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
	ErrDuplicate = fault.ErrDuplicate // one id given twice
)

// Error is the error of every function in this package. It carries ids, codes and
// places, never a title or a free text. [Catalogue] has the sentence of each Code in
// English and Chinese.
type Error struct {
	Code  string // stable, such as GOAL-WEIGHTS
	Field string // of the node: "id", "parent", "weight", "target", ...
	Item  int    // 0-based place in the nodes, -1 where none
	ID    string // of the node concerned; may be ""
	Err   error  // the sentinel
}

// Error returns the English sentence with the place that it is about.
func (e *Error) Error() string {
	place := e.Field
	if e.Item >= 0 {
		place = fault.Place("nodes", e.Item) + "." + place
	}
	return "goal: " + place + ": " + e.Text(finding.English) + fault.Cause(e.Err)
}

// Unwrap returns Err, for errors.Is.
func (e *Error) Unwrap() error { return e.Err }

// Text returns the sentence of the error for people, in a language. A code that
// [Catalogue] does not have is returned as it is.
func (e *Error) Text(in finding.Language) string {
	return catalogue.Sentence(e.Code, in, finding.Str("field", e.Field), finding.Str("id", e.ID))
}

// problems gathers what is wrong, so that all of it is reported at once.
type problems []error

func (p *problems) check(ok bool, code, field string, item int, id string) {
	if !ok {
		*p = append(*p, &Error{Code: code, Field: field, Item: item, ID: limit.Shown(id), Err: ErrInvalid})
	}
}

func (p problems) join() error { return errors.Join(p...) }

func validID(s string) bool { return limit.Text(s, 1, limit.ID) }
