package spotcheck

import (
	"fmt"

	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/internal/fault"
	"github.com/guanxi-go/guanxi/internal/limit"
)

// Sentinels of this package, to be asked with errors.Is. They have one identity across
// the library; the second group also answers to the sentinel that each wraps.
var (
	ErrInvalid    = fault.ErrInvalid    // an input breaks a rule stated here
	ErrDuplicate  = fault.ErrDuplicate  // one id given twice
	ErrNotFound   = fault.ErrNotFound   // a round, a person or a roster that is not there
	ErrTransition = fault.ErrTransition // not possible in the present state of the cycle
	ErrIncomplete = fault.ErrIncomplete // something that has to be there first is missing
	ErrConflict   = fault.ErrConflict   // the journal has moved since the round was drawn

	// ErrInfeasible: a rule of the cycle cannot be kept; [Error] has as Need how many
	// people it takes and as Have how many there are.
	ErrInfeasible = fmt.Errorf("infeasible: %w", fault.ErrInsufficientData)
	// ErrTampered: what was drawn is not what the rules, the roster, the journal and
	// the seed lead to.
	ErrTampered = fmt.Errorf("does not verify: %w", fault.ErrInvalid)
)

// Error is the error of every function in this package. It carries ids, codes and
// counts, never a name or a free text. [Catalogue] has the sentence of each Code in
// English and Chinese.
type Error struct {
	Code  string // stable, such as SPC-PENDING
	Field string // what is concerned: "roster", "rounds", "seed", "drawn", ...
	Round int    // 1-based, where one of several rounds does not verify, else 0
	Item  int    // 0-based place in Field where that is a list, else -1
	ID    string // of the person, department or round concerned; may be ""
	Need  int    // how many it takes, where that is the matter
	Have  int    // how many there are, where that is the matter
	Err   error  // the sentinel
}

// Error returns the English sentence, for example "spotcheck: results: 2 people of the
// latest round have no result yet: incomplete".
func (e *Error) Error() string {
	text := "spotcheck: "
	if e.Round > 0 {
		text += "round " + itoa(e.Round) + ": "
	}
	text += fault.Place(e.Field, e.Item)
	if e.ID != "" {
		text += ": " + e.ID
	}
	text += ": " + e.Text(finding.English)
	return text + fault.Cause(e.Err)
}

// Unwrap returns Err, for errors.Is and errors.As.
func (e *Error) Unwrap() error { return e.Err }

// Text returns the sentence of the error for people, in a language. A code that
// [Catalogue] does not have is returned as it is.
func (e *Error) Text(in finding.Language) string {
	return catalogue.Sentence(e.Code, in, finding.Int("need", int64(e.Need)), finding.Int("have", int64(e.Have)))
}

func refuse(sentinel error, field, code string) error {
	return &Error{Code: code, Field: field, Item: -1, Err: sentinel}
}

func refuseItem(sentinel error, field string, item int, code string) error {
	return &Error{Code: code, Field: field, Item: item, Err: sentinel}
}

func refuseID(sentinel error, field, id, code string) error {
	return &Error{Code: code, Field: field, Item: -1, ID: limit.Shown(id), Err: sentinel}
}

func refuseCount(sentinel error, field, code string, need, have int) error {
	return &Error{Code: code, Field: field, Item: -1, Need: need, Have: have, Err: sentinel}
}

// problems gathers what Validate methods report at once.
type problems []error

func (p *problems) check(ok bool, field string, item int, code string) {
	if !ok {
		*p = append(*p, refuseItem(ErrInvalid, field, item, code))
	}
}

func (p problems) join() error { return fault.Join(p) }

func validID(s string) bool { return limit.Text(s, 1, limit.ID) }

// unknown is the error of a number or text that no constant of an enumeration has.
func unknown(field string) error { return refuse(ErrInvalid, field, codeUnknown) }
