package quote

import (
	"slices"

	"github.com/guanxi-go/guanxi/internal/enum"
)

// State is how far a quote has come (报价状态). The zero value is none.
type State uint8

const (
	Draft           State = iota + 1 // being drawn up 草稿
	PendingApproval                  // somebody has to approve it first 待审批
	Sent                             // the customer has it 已发出
	Accepted                         // the customer took it 已接受
	Declined                         // the customer did not 已拒绝
	Expired                          // its last day went by 已过期
	Superseded                       // a later round took its place 已被取代
)

var states = enum.New[State]("state", unknown, enum.Names{{}, {"draft", "草稿"}, {"pending-approval", "待审批"}, {"sent", "已发出"},
	{"accepted", "已接受"}, {"declined", "已拒绝"}, {"expired", "已过期"}, {"superseded", "已被取代"}})

// Next returns the states that a quote may come into from s, in their order. From
// pending approval it goes back to draft where approval is refused.
func (s State) Next() []State {
	switch s {
	case Draft:
		return []State{PendingApproval, Sent}
	case PendingApproval:
		return []State{Draft, Sent}
	case Sent:
		return []State{Accepted, Declined, Expired, Superseded}
	}
	return nil
}

// to refuses what is not in Next.
func (s State) to(next State) error {
	if !slices.Contains(s.Next(), next) {
		return &Error{Field: "state", Item: -1, From: s, To: next, Code: codeWay, Err: ErrTransition}
	}
	return nil
}

// Valid reports whether s is one of the seven.
func (s State) Valid() bool { return states.Valid(s) }

// String returns the code, "" for none and ? for a number that is no state.
func (s State) String() string { return states.Code(s) }

// Zh returns the Chinese name, "" for none and ? for a number that is no state.
func (s State) Zh() string { return states.Zh(s) }

// MarshalText writes the form of String; a number that is no state is ErrInvalid.
func (s State) MarshalText() ([]byte, error) { return states.Marshal(s) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (s *State) UnmarshalText(text []byte) error { return states.Unmarshal(s, text) }
