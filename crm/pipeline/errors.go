package pipeline

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
	ErrTransition = fault.ErrTransition // the process does not lead from the one stage to the other
	ErrIncomplete = fault.ErrIncomplete // an entry criterion, a reason or an order is missing
	ErrDuplicate  = fault.ErrDuplicate  // one id given twice
	ErrCurrency   = fault.ErrCurrency   // amounts of several currencies
	ErrOverflow   = fault.ErrOverflow   // a sum or ratio does not fit 64 bits
)

// Error is the error of every function in this package. It carries ids, codes and
// places, never a name or a free text. [Error.Text] is for people.
type Error struct {
	Field    string      // what is concerned: "to", "stages", "deals", ...
	Item     int         // 0-based place in Field where that is a list, else -1
	From, To string      // ids of the stages of the move that was asked for, "" where none was
	Missing  []Criterion // every entry criterion that is not met
	Code     string      // stable, such as PIP-CRITERIA; [Catalogue] has its sentences
	Err      error       // the sentinel, or the error of package stage that has it in its chain
}

func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString("pipeline: " + fault.Place(e.Field, e.Item))
	b.WriteString(": ")
	if e.To != "" && e.Code != codeNoWay && e.Code != codeOrderWay {
		b.WriteString("from " + e.From + " to " + e.To + ": ")
	}
	b.WriteString(e.Text(finding.English))
	b.WriteString(": " + sentinel(e.Err).Error())
	return b.String()
}

// Text returns the sentence of the error for people, in a language. A code that
// [Catalogue] does not have is returned as it is.
func (e *Error) Text(in finding.Language) string {
	var en, zh []string
	for _, c := range e.Missing {
		en, zh = append(en, c.String()), append(zh, c.Zh())
	}
	return catalogue.Sentence(e.Code, in,
		finding.Str("field", e.Field), finding.Str("from", e.From), finding.Str("to", e.To),
		finding.Param{Name: "missing", Value: strings.Join(en, ", "), Zh: strings.Join(zh, "、")})
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

func refuse(sentinel error, field, code string) error {
	return &Error{Field: field, Item: -1, Code: code, Err: sentinel}
}

func refuseItem(sentinel error, field string, item int, code string) error {
	return &Error{Field: field, Item: item, Code: code, Err: sentinel}
}

// problems gathers what Validate methods report at once.
type problems []error

func (p *problems) check(ok bool, field string, item int, code string) {
	if !ok {
		*p = append(*p, refuseItem(ErrInvalid, field, item, code))
	}
}

func (p problems) join() error { return errors.Join(p...) }

func validID(s string) bool { return limit.Text(s, 1, limit.ID) }

// unknown is the error of a number or text that no constant of an enumeration has.
func unknown(field string) error { return refuse(ErrInvalid, field, codeUnknown) }
