package cadence

import (
	"strings"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/internal/fault"
	"github.com/guanxi-go/guanxi/internal/limit"
)

// Sentinels of this package, to be asked with errors.Is. They have one identity
// across the library. The publish gate also answers with those of package approval,
// and calendars with those of package calendar.
var (
	ErrInvalid    = fault.ErrInvalid      // an input breaks a rule stated here
	ErrDuplicate  = fault.ErrDuplicate    // one id given twice
	ErrNotFound   = fault.ErrNotFound     // a unit, person, policy or penalty that is not there
	ErrForbidden  = fault.ErrForbidden    // nobody decides about his own penalty
	ErrTransition = fault.ErrTransition   // not possible in the present state
	ErrCurrency   = fault.ErrCurrency     // a penalty and its cap are of several currencies
	ErrOverflow   = fault.ErrOverflow     // a sum does not fit 64 bits
	ErrHorizon    = calendar.ErrHorizon   // a calendar does not reach as far as the question
	ErrUncovered  = calendar.ErrUncovered // a calendar refuses a year of the question
)

// Error is the error of every function in this package. It carries ids, codes and
// places, never a name or a free text. [Catalogue] has the sentence of each Code in
// English and Chinese.
type Error struct {
	Code  string   // stable, such as CAD-LOOSER
	Field string   // what is concerned: "policy", "units", "actions", "rules.idle", ...
	Item  int      // 0-based place in Field where that is a list, else -1
	ID    string   // of the unit, person, record or policy concerned; may be ""
	Items []string // everything concerned, where that is more than one thing
	Err   error    // the sentinel
}

// Error returns the English sentence, for example "cadence: rules: looser than the
// group's: idle.days: invalid".
func (e *Error) Error() string {
	return "cadence: " + fault.Place(e.Field, e.Item) + ": " + e.Text(finding.English) + fault.Cause(e.Err)
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

func refuseID(sentinel error, code, field, id string, items ...string) error {
	return &Error{Code: code, Field: field, Item: -1, ID: limit.Shown(id), Items: items, Err: sentinel}
}

func refuseItem(sentinel error, code, field string, item int) error {
	return &Error{Code: code, Field: field, Item: item, Err: sentinel}
}

// problems gathers what is reported at once.
type problems []error

func (p *problems) add(err error) {
	if err != nil {
		*p = append(*p, err)
	}
}

func (p *problems) check(ok bool, code, field string, item int) {
	if !ok {
		*p = append(*p, refuseItem(ErrInvalid, code, field, item))
	}
}

func (p *problems) checkID(ok bool, code, field, id string) {
	if !ok {
		*p = append(*p, refuseID(ErrInvalid, code, field, id))
	}
}

func (p problems) join() error { return fault.Join(p) }

func validID(s string) bool { return limit.Text(s, 1, limit.ID) }

// unknown is the error of a number or text that no constant of an enumeration has.
func unknown(field string) error { return refuse(ErrInvalid, codeUnknown, field) }
