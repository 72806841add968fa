package worklist

import (
	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/internal/fault"
)

// ErrInvalid: an input breaks a rule stated here. It has one identity across the
// library.
var ErrInvalid = fault.ErrInvalid

// Error is the error of this package. It carries ids, never a name or a free text.
type Error struct {
	Field  string // "items", "now", "zone"
	ID     string // kind and id of the item concerned, "" where none is
	Reason string // what is wrong, in English
	Err    error  // the sentinel
}

func (e *Error) Error() string {
	text := "worklist: " + e.Field
	if e.ID != "" {
		text += " " + e.ID
	}
	return text + " " + e.Reason
}

// Unwrap returns Err, for errors.Is.
func (e *Error) Unwrap() error { return e.Err }

// Code returns DAY-INVALID, the code of every error of this package.
func (e *Error) Code() string { return "DAY-INVALID" }

// Text returns the error as a sentence for people; Reason says in English what is
// wrong.
func (e *Error) Text(in finding.Language) string {
	return Catalogue().Sentence(e.Code(), in, finding.Str("field", e.Field))
}

// unknown is the error of a number or text that no constant of an enumeration has.
func unknown(field string) error { return &Error{Field: field, Reason: "is unknown", Err: ErrInvalid} }
