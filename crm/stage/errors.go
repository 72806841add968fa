package stage

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/guanxi-go/guanxi/internal/fault"
)

// Sentinels of this package, to be asked with errors.Is. They have one identity
// across the library.
var (
	ErrInvalid          = fault.ErrInvalid          // a definition, command, journal or text breaks a stated rule
	ErrTransition       = fault.ErrTransition       // no transition leads from the one state to the other
	ErrIncomplete       = fault.ErrIncomplete       // a reason, or the facts behind a guard, are missing
	ErrInsufficientData = fault.ErrInsufficientData // valid histories that do not determine the answer
)

// Error is the error of this package. It says where the fault is in codes and
// numbers, and repeats no actor, reason or id and no text that it could not read.
type Error struct {
	// Field names what is concerned: to, at, now, actor, reason, guard or corrects
	// of a command or an entry, a part of a definition, an option, or an
	// enumeration.
	Field string
	// Entry is the number of the journal entry concerned, counted from 1: that of
	// a later entry where a backdated one, a correction or a retraction would
	// leave it without a transition. 0 where it is the command itself or none.
	Entry int
	// From and To are the codes of the transition that was asked for or that
	// would be left standing; From is "" before the first entry.
	From, To string
	// Reason continues the sentence that Field begins.
	Reason string
	// Err is one of the sentinels; a guard that refused is in its chain too.
	Err error
}

// Error returns, for example, "stage: to: from awareness to commitment: is not in
// the table: no such transition".
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString("stage: ")
	if e.Entry > 0 {
		b.WriteString("entry " + strconv.Itoa(e.Entry) + ": ")
	}
	b.WriteString(e.Field + ": ")
	switch {
	case e.From != "":
		b.WriteString("from " + e.From + " to " + e.To + ": ")
	case e.To != "":
		b.WriteString("to " + e.To + ": ")
	}
	b.WriteString(e.Reason + fault.Cause(e.Err))
	return b.String()
}

// Unwrap returns Err, for errors.Is and errors.As.
func (e *Error) Unwrap() error { return e.Err }

// refuse is an ErrInvalid about the call as a whole.
func refuse(field, format string, args ...any) error {
	return &Error{Field: field, Reason: fmt.Sprintf(format, args...), Err: ErrInvalid}
}

// refuseEntry is an ErrInvalid about one entry of a journal, numbered from 1.
func refuseEntry(entry int, field, format string, args ...any) error {
	return &Error{Field: field, Entry: entry, Reason: fmt.Sprintf(format, args...), Err: ErrInvalid}
}

// unknown is the error of a number or text that no constant of an enumeration has.
func unknown(field string) error { return refuse(field, "is none of its values") }
