package cadence

import "github.com/guanxi-go/guanxi/internal/enum"

// State is how far a version of a policy has come (制度状态). The zero value is Draft.
type State uint8

const (
	Draft        State = iota // being written 草案
	OfficeReview              // before the general managers' office meeting 总经理办公会审议
	BoardReview               // before the board 董事会审批
	Approved                  // both bodies approved it, not yet in force 已批准
	Published                 // signed and published 已发布
	Superseded                // a later version is in force 已被替代
)

var states = enum.New[State]("state", unknown, enum.Names{
	{"draft", "草案"}, {"office-review", "总经理办公会审议"}, {"board-review", "董事会审批"},
	{"approved", "已批准"}, {"published", "已发布"}, {"superseded", "已被替代"},
})

// Valid reports whether s is one of the six.
func (s State) Valid() bool { return states.Valid(s) }

// String returns the code, ? for a number that is none of them.
func (s State) String() string { return states.Code(s) }

// Zh returns the Chinese name, ? for a number that is none of them.
func (s State) Zh() string { return states.Zh(s) }

// MarshalText writes the form of String; a number that is none of them is ErrInvalid.
func (s State) MarshalText() ([]byte, error) { return states.Marshal(s) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (s *State) UnmarshalText(text []byte) error { return states.Unmarshal(s, text) }
