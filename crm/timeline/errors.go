package timeline

import (
	"strconv"

	"github.com/guanxi-go/guanxi/internal/fault"
)

var (
	// ErrInvalid: an activity, a step or a touchpoint that breaks a stated rule.
	ErrInvalid = fault.ErrInvalid
	// ErrNotFound: a touchpoint that the registry does not have, or a correction of
	// something that is not there.
	ErrNotFound = fault.ErrNotFound
	// ErrDuplicate: two touchpoints of one code, two entries of one number.
	ErrDuplicate = fault.ErrDuplicate
	// ErrOverflow: a sum of money does not fit int64 minor units.
	ErrOverflow = fault.ErrOverflow
	// ErrTransition: a planned activity cannot go from its state to the one wanted.
	ErrTransition = fault.ErrTransition
)

// Error is the error of every function in this package. It holds ids and codes,
// never a name, an address or any other text that somebody wrote.
type Error struct {
	Subject string // id of whose journal it is, "" where none is concerned
	Seq     uint64 // number of the entry in that journal, 0 where none is concerned
	Code    string // code of the touchpoint, id of the plan, number of the deal; "" for none
	Field   string // as in JSON: "at", "touchpoint", "deal.amount", ...
	Reason  string // what is wrong with it, in English
	Err     error  // the sentinel
}

// Error returns "timeline: C-1 #7: deal.amount: is below zero: invalid".
func (e *Error) Error() string {
	msg := "timeline: "
	if e.Subject != "" {
		msg += e.Subject + " "
	}
	if e.Seq != 0 {
		msg += "#" + strconv.FormatUint(e.Seq, 10) + " "
	}
	if e.Code != "" {
		msg += e.Code + " "
	}
	if len(msg) > len("timeline: ") {
		msg = msg[:len(msg)-1] + ": "
	}
	return msg + e.Field + ": " + e.Reason + fault.Cause(e.Err)
}

// Unwrap returns Err, for errors.Is.
func (e *Error) Unwrap() error { return e.Err }

// unknown is the error of a number or text that no constant of an enumeration has.
func unknown(field string) error { return &Error{Field: field, Reason: "unknown", Err: ErrInvalid} }
