package stage

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/guanxi-go/guanxi/internal/fault"
)

// MaxStates is the largest number of states of a machine.
const MaxStates = 255

// StateText is a state with its texts.
type StateText[S comparable] struct {
	State S `json:"state"` // not the zero value of S, which says that no state is known
	// Code stands for the state in stores and errors, and keeps its meaning for
	// ever: 1 to 255 bytes of UTF-8 without NUL, unique in the machine.
	Code string `json:"code"`
	En   string `json:"en,omitzero"` // for people; "" is Code
	Zh   string `json:"zh,omitzero"` // 中文; "" is En
}

// Transition is one line of a table: From may be followed by To.
type Transition[S comparable] struct {
	From S `json:"from"`
	To   S `json:"to"` // From itself where a state may be entered anew
	// Reason says that whoever decides has to give one.
	Reason bool `json:"reason,omitzero"`
	// Guard names a condition on data that has to hold at the decision
	// (守卫条件), such as "receivable"; "" is none. See [Guards].
	Guard string `json:"guard,omitzero"`
}

// Definition is a machine as data (状态机定义): which states there are, in which a
// subject may begin, and which transitions are allowed. It has stable JSON if S
// has, so that a host can keep its own.
type Definition[S comparable] struct {
	Name string `json:"name"` // of the machine, such as "relationship"
	// States in their order: results list them so, and nothing else depends on it.
	States      []StateText[S]  `json:"states"`
	Initial     []S             `json:"initial"` // where a subject may begin; at least one
	Transitions []Transition[S] `json:"transitions"`
}

// Validate reports every problem of the definition, joined, each an ErrInvalid:
// no name, no states or more than [MaxStates], the zero value as a state, a
// repeated state, code or transition, a code out of its rule, no initial state,
// and a state that is not among the states.
func (d Definition[S]) Validate() error {
	var problems []error
	check := func(bad bool, field, format string, args ...any) {
		if bad {
			problems = append(problems, refuse(field, format, args...))
		}
	}
	check(!validID(d.Name), "name", "is not 1 to 255 bytes of UTF-8 without NUL")
	check(len(d.States) == 0, "states", "there are none")
	check(len(d.States) > MaxStates, "states", "are more than %d", MaxStates)
	var none S
	known := make(map[S]bool, len(d.States))
	codes := make(map[string]bool, len(d.States))
	for i, s := range d.States {
		check(s.State == none, "states", "number %d is the zero value", i+1)
		check(known[s.State], "states", "number %d is repeated", i+1)
		check(codes[s.Code], "states", "the code of number %d is repeated", i+1)
		check(!validID(s.Code), "states", "the code of number %d is not 1 to 255 bytes of UTF-8 without NUL", i+1)
		check(!utf8.ValidString(s.En) || !utf8.ValidString(s.Zh), "states", "a text of number %d is not UTF-8", i+1)
		known[s.State], codes[s.Code] = true, true
		check(!known[s.State], "states", "number %d is not equal to itself", i+1)
	}
	check(len(d.Initial) == 0, "initial", "there is none")
	for i, s := range d.Initial {
		check(!known[s], "initial", "number %d is not among the states", i+1)
		check(slices.Contains(d.Initial[:i], s), "initial", "number %d is repeated", i+1)
	}
	type pair struct{ from, to S }
	listed := make(map[pair]bool, len(d.Transitions))
	for i, t := range d.Transitions {
		check(!known[t.From] || !known[t.To], "transitions", "number %d has a state that is not among the states", i+1)
		check(listed[pair{t.From, t.To}], "transitions", "number %d is repeated", i+1)
		check(t.Guard != "" && !validID(t.Guard), "transitions", "the guard of number %d is not 1 to 255 bytes of UTF-8 without NUL", i+1)
		listed[pair{t.From, t.To}] = true
	}
	return fault.Join(problems)
}

// validID is the rule of ids and codes everywhere in the library.
func validID(id string) bool {
	return len(id) > 0 && len(id) <= 255 && validText(id)
}

func validText(text string) bool {
	for i := range len(text) {
		if text[i]-1 >= utf8.RuneSelf-1 { // a NUL or not ASCII
			return utf8.ValidString(text[i:]) && strings.IndexByte(text[i:], 0) < 0
		}
	}
	return true
}
