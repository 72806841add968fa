package owner

import (
	"errors"
	"strconv"
	"strings"

	"github.com/guanxi-go/guanxi/crm/finding"
)

// Code returns the stable code of the error, OWN- and more; [Catalogue] has its
// sentences.
func (e *Error) Code() string {
	for _, of := range []struct {
		sentinel error
		code     string
	}{
		{ErrCap, "OWN-CAP"}, {ErrCoolDown, "OWN-COOL-DOWN"}, {ErrNoCandidate, "OWN-NO-CANDIDATE"}, {ErrTaken, "OWN-TAKEN"},
		{ErrConflict, "OWN-CONFLICT"}, {ErrDuplicate, "OWN-DUPLICATE"}, {ErrNotFound, "OWN-NOT-FOUND"}, {ErrForbidden, "OWN-FORBIDDEN"},
		{ErrTransition, "OWN-TRANSITION"}, {ErrIncomplete, "OWN-INCOMPLETE"}, {ErrCurrency, "OWN-CURRENCY"}, {ErrOverflow, "OWN-OVERFLOW"},
	} {
		if errors.Is(e.Err, of.sentinel) {
			return of.code
		}
	}
	return "OWN-INVALID"
}

// Text returns the error as a sentence for people. Until is written as an instant of
// UTC; what is wrong in particular is in Reason, in English.
func (e *Error) Text(in finding.Language) string {
	return Catalogue().Sentence(e.Code(), in,
		finding.Str("field", e.Field), finding.Str("id", e.ID), finding.Str("items", strings.Join(e.Items, ", ")),
		finding.Str("until", e.Until.UTC().Format("2006-01-02T15:04Z")),
		finding.Str("limit", strconv.Itoa(e.Limit)), finding.Str("used", strconv.Itoa(e.Used)))
}
