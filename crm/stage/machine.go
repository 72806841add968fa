package stage

import (
	"cmp"
	"slices"
	"strings"

	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/internal/enum"
)

// Machine is a table of states and allowed transitions (状态机), made by [New]. It
// does not change and holds no subject: one machine serves all subjects and any
// number of goroutines. Each kind of fact about a subject has a machine and a
// journal of its own; no method looks at another one's.
type Machine[S comparable] struct {
	def     Definition[S] // never handed out, so nobody changes it
	places  map[S]uint8   // nil where a walk along states is faster
	states  []S
	initial []bool
	rules   []rule // from x to, row by row
	guards  []string
}

// rule is what the table says about a pair of states.
type rule struct {
	allowed, reason bool
	guard           uint16 // place in guards, counted from 1; 0 is none
}

// walkable is the number of states that a loop finds before a map has hashed.
const walkable = 12

// New returns the machine of a definition, of which it keeps a copy. What
// [Definition.Validate] reports is ErrInvalid.
func New[S comparable](d Definition[S]) (*Machine[S], error) {
	if err := d.Validate(); err != nil {
		return nil, err
	}
	m := &Machine[S]{def: copyOf(d)}
	for i := range m.def.States {
		s := &m.def.States[i]
		s.En = cmp.Or(s.En, s.Code)
		s.Zh = cmp.Or(s.Zh, s.En)
		m.states = append(m.states, s.State)
	}
	n := len(m.states)
	if n > walkable {
		m.places = make(map[S]uint8, n)
		for i, s := range m.states {
			m.places[s] = uint8(i)
		}
	}
	m.initial = make([]bool, n)
	for _, s := range d.Initial {
		m.initial[m.place(s)] = true
	}
	m.rules = make([]rule, n*n)
	for _, t := range d.Transitions {
		m.rules[m.place(t.From)*n+m.place(t.To)] = rule{true, t.Reason, m.guardNumber(t.Guard)}
	}
	return m, nil
}

func (m *Machine[S]) guardNumber(name string) uint16 {
	if name == "" {
		return 0
	}
	i := slices.Index(m.guards, name)
	if i < 0 {
		i = len(m.guards)
		m.guards = append(m.guards, name)
	}
	return uint16(i + 1)
}

func copyOf[S comparable](d Definition[S]) Definition[S] {
	d.States, d.Initial, d.Transitions = slices.Clone(d.States), slices.Clone(d.Initial), slices.Clone(d.Transitions)
	return d
}

// statesOf returns the constants of an enumeration with their texts, in order.
func statesOf[S ~uint8](names *enum.Table[S]) (states []StateText[S]) {
	for _, s := range names.All() {
		states = append(states, StateText[S]{s, names.Code(s), names.Code(s), names.Zh(s)})
	}
	return states
}

// ready makes a machine of a definition that this package states itself; a test
// makes every one of them.
func ready[S comparable](d Definition[S]) *Machine[S] {
	m, err := New(d)
	if err != nil {
		panic("a ready-made machine: " + err.Error())
	}
	return m
}

// place returns where s stands among the states, -1 where it does not.
func (m *Machine[S]) place(s S) int {
	if m.places == nil {
		for i := range m.states {
			if m.states[i] == s {
				return i
			}
		}
		return -1
	}
	if i, ok := m.places[s]; ok {
		return int(i)
	}
	return -1
}

// code returns the code of a place, "" for -1.
func (m *Machine[S]) code(place int) string {
	if place < 0 {
		return ""
	}
	return m.def.States[place].Code
}

// Name returns the name of the machine.
func (m *Machine[S]) Name() string { return m.def.Name }

// Definition returns a copy of the definition, with the texts that were left out
// filled in: a start for a host's own.
func (m *Machine[S]) Definition() Definition[S] { return copyOf(m.def) }

// States returns the states in the order of the definition, which is the order of
// all results.
func (m *Machine[S]) States() []S { return slices.Clone(m.states) }

// Code returns the code of a state, "" for one that the machine does not know.
func (m *Machine[S]) Code(s S) string { return m.code(m.place(s)) }

// Parse returns the state of a code. An unknown code is ErrInvalid.
func (m *Machine[S]) Parse(code string) (S, error) {
	for _, s := range m.def.States {
		if s.Code == code {
			return s.State, nil
		}
	}
	var none S
	return none, refuse("code", "is none of machine %s", m.def.Name)
}

// Text returns the state's name for people, "" for a state that the machine does
// not know.
func (m *Machine[S]) Text(s S, in finding.Language) string {
	i := m.place(s)
	switch {
	case i < 0:
		return ""
	case in == finding.Chinese:
		return m.def.States[i].Zh
	default:
		return m.def.States[i].En
	}
}

// Allows returns the line of the table from one state to another, and whether
// there is one.
func (m *Machine[S]) Allows(from, to S) (Transition[S], bool) {
	for _, t := range m.def.Transitions {
		if t.From == from && t.To == to {
			return t, true
		}
	}
	return Transition[S]{}, false
}

// Next returns the lines of the table that lead away from a state, in the order
// of the states: what a form offers. It is empty where nothing does.
func (m *Machine[S]) Next(from S) []Transition[S] {
	var next []Transition[S]
	for _, t := range m.def.Transitions {
		if t.From == from {
			next = append(next, t)
		}
	}
	slices.SortFunc(next, func(a, b Transition[S]) int { return cmp.Compare(m.place(a.To), m.place(b.To)) })
	return next
}

// byCode returns the places of the states in byte order of their codes.
func (m *Machine[S]) byCode() []int {
	places := make([]int, len(m.states))
	for i := range places {
		places[i] = i
	}
	slices.SortFunc(places, func(a, b int) int { return strings.Compare(m.code(a), m.code(b)) })
	return places
}
