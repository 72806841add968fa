package points

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/guanxi-go/guanxi/internal/fault"
)

// Sentinels of this package, to be asked with errors.Is. The first six have one
// identity across the library.
var (
	ErrInvalid    = fault.ErrInvalid    // an input breaks a rule stated here
	ErrConflict   = fault.ErrConflict   // an entry does not follow on the state it is applied to
	ErrNotFound   = fault.ErrNotFound   // no open lot or hold has this number
	ErrOverflow   = fault.ErrOverflow   // a sum of points leaves int64
	ErrTransition = fault.ErrTransition // not possible with this kind of entry or account
	ErrVersion    = fault.ErrVersion    // bytes of another version of the binary form, or damaged

	// ErrInvalidAmount: a number of points below what the command takes. It is
	// ErrInvalid too.
	ErrInvalidAmount = fmt.Errorf("invalid amount: %w", fault.ErrInvalid)
	// ErrInsufficient: fewer points are there than are asked for; [Error] says how
	// many in Available and Requested.
	ErrInsufficient = errors.New("insufficient points")
	// ErrOverReversal: more is to be reversed than remains of the target; [Error]
	// says how much in Remaining and Requested.
	ErrOverReversal = errors.New("more than remains to be reversed")
	// ErrAlreadyReversed: nothing remains of the target. It is ErrOverReversal too.
	ErrAlreadyReversed = fmt.Errorf("already reversed: %w", ErrOverReversal)
)

// Error is the error of every function in this package. It carries numbers and
// codes, never a text that somebody wrote.
type Error struct {
	Field     string // the field or command concerned: "points", "at", "hold", ...
	Seq       uint64 // the entry, lot or hold concerned; 0 for none
	Available int64  // points that could have been taken, where ErrInsufficient
	Requested int64  // points asked for, where ErrInsufficient or ErrOverReversal
	Remaining int64  // points that can still be reversed, where ErrOverReversal
	Reason    string // what is wrong, in English
	Err       error  // the sentinel
}

func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString("points: " + e.Field)
	if e.Seq > 0 {
		b.WriteString(" " + strconv.FormatUint(e.Seq, 10))
	}
	b.WriteString(": " + e.Reason)
	switch {
	case errors.Is(e.Err, ErrInsufficient):
		fmt.Fprintf(&b, " (%d requested, %d available)", e.Requested, e.Available)
	case errors.Is(e.Err, ErrOverReversal):
		fmt.Fprintf(&b, " (%d requested, %d remaining)", e.Requested, e.Remaining)
	}
	b.WriteString(fault.Cause(e.Err))
	return b.String()
}

// Unwrap returns Err, for errors.Is and errors.As.
func (e *Error) Unwrap() error { return e.Err }

func refuse(sentinel error, field string, seq uint64, reason string) error {
	return &Error{Field: field, Seq: seq, Reason: reason, Err: sentinel}
}

func insufficient(available, requested int64) error {
	return &Error{Field: "points", Available: available, Requested: requested, Reason: "not enough", Err: ErrInsufficient}
}

// overReversal refuses to reverse more than remains; spent says that nothing does, of
// qualifying points neither.
func overReversal(field string, seq uint64, requested, remaining int64, spent bool) error {
	if spent {
		return &Error{Field: field, Seq: seq, Requested: requested, Reason: "nothing remains", Err: ErrAlreadyReversed}
	}
	return &Error{Field: field, Seq: seq, Requested: requested, Remaining: remaining, Reason: "too many", Err: ErrOverReversal}
}

func overflow(field string) error { return refuse(ErrOverflow, field, 0, "leaves 64 bits") }

// problems gathers what Validate methods report at once.
type problems []error

func (p *problems) check(ok bool, field string, seq uint64, reason string) {
	if !ok {
		p.add(field, seq, reason)
	}
}

func (p *problems) add(field string, seq uint64, reason string) {
	*p = append(*p, refuse(ErrInvalid, field, seq, reason))
}

func (p problems) join() error { return errors.Join(p...) }

// unknown is the error of a number or text that no constant of an enumeration has.
func unknown(field string) error { return refuse(ErrInvalid, field, 0, "unknown") }
