package markov

import (
	"fmt"

	"github.com/guanxi-go/guanxi/internal/fault"
)

var (
	// ErrInvalid: counts, states or shares break a stated rule, or a steady state is
	// asked of a chain that has several ([SeveralClosedError]).
	ErrInvalid = fault.ErrInvalid
	// ErrInsufficientData: the answer depends on a state from which nothing was counted.
	ErrInsufficientData = fault.ErrInsufficientData
	// ErrOverflow: the counts of a row, or a passage time, exceed their type.
	ErrOverflow = fault.ErrOverflow
)

// Error names the state that was refused and why; State is -1 where no single
// one is at fault.
type Error struct {
	State int
	Msg   string
	Err   error
}

func (e *Error) Error() string {
	if e.State >= 0 {
		return fmt.Sprintf("markov: state %d: %s", e.State, e.Msg) + fault.Cause(e.Err)
	}
	return "markov: " + e.Msg + fault.Cause(e.Err)
}

// Unwrap returns the sentinel.
func (e *Error) Unwrap() error { return e.Err }

// SeveralClosedError says that a chain has no single steady state: it holds
// several sets of states that are never left again, and where it ends depends on
// where it begins.
type SeveralClosedError struct {
	Classes [][]int // the closed classes, each ascending, ordered by their first states
}

func (e *SeveralClosedError) Error() string {
	return fmt.Sprintf("markov: %d closed classes %v, so no single steady state: %v", len(e.Classes), e.Classes, ErrInvalid)
}

// Unwrap returns ErrInvalid.
func (e *SeveralClosedError) Unwrap() error { return ErrInvalid }
