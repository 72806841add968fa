package quote

import (
	"errors"

	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/internal/fault"
)

// Sentinels of this package, to be asked with errors.Is. They have one identity
// across the library.
var (
	ErrInvalid    = fault.ErrInvalid    // an input breaks a rule stated here
	ErrOverflow   = fault.ErrOverflow   // an amount does not fit 64 bits
	ErrCurrency   = fault.ErrCurrency   // amounts of several currencies
	ErrTransition = fault.ErrTransition // not possible in the present state
	ErrIncomplete = fault.ErrIncomplete // an approval has to be there first
)

// Error is the error of every function in this package. It carries places and codes,
// never a name, a text or an amount. [Error.Text] is for people.
type Error struct {
	Field    string // what is concerned: "lines", "tax", "floor", ...
	Item     int    // 0-based place in Field where that is a list, else -1
	From, To State  // of a change of state that was asked for
	Code     string // stable, such as QUO-APPROVAL; [Catalogue] has its sentences
	Err      error  // the sentinel
}

func (e *Error) Error() string {
	return "quote: " + fault.Place(e.Field, e.Item) + ": " + e.Text(finding.English) + fault.Cause(e.Err)
}

// Text returns the sentence of the error for people, in a language. A code that
// [Catalogue] does not have is returned as it is.
func (e *Error) Text(in finding.Language) string {
	return catalogue.Sentence(e.Code, in, finding.Term("from", e.From), finding.Term("to", e.To))
}

// Unwrap returns Err, for errors.Is and errors.As.
func (e *Error) Unwrap() error { return e.Err }

func refuse(sentinel error, field string, item int, code string) error {
	return &Error{Field: field, Item: item, Code: code, Err: sentinel}
}

// reworded words an error of package money as one of this package.
func reworded(err error, field string, item int) error {
	if errors.Is(err, ErrOverflow) {
		return refuse(ErrOverflow, field, item, codeOverflow)
	}
	return refuse(ErrInvalid, field, item, codeRange)
}

// unknown is the error of a number or text that no constant of an enumeration has.
func unknown(field string) error { return refuse(ErrInvalid, field, -1, codeUnknown) }
