package cadence

import "github.com/guanxi-go/guanxi/internal/enum"

// ActionKind is what was done (行动类型). The zero value is General.
type ActionKind uint8

const (
	General ActionKind = iota // whatever moves the record on 一般行动
	Call                      // a call 电话
	Visit                     // a visit 拜访
	Meeting                   // a meeting 会议
)

var actionKinds = enum.New[ActionKind]("kind", unknown, enum.Names{
	{"general", "一般行动"}, {"call", "电话"}, {"visit", "拜访"}, {"meeting", "会议"},
})

// Valid reports whether a is one of the four.
func (a ActionKind) Valid() bool { return actionKinds.Valid(a) }

// String returns the code, ? for a number that is none of them.
func (a ActionKind) String() string { return actionKinds.Code(a) }

// Zh returns the Chinese name, ? for a number that is none of them.
func (a ActionKind) Zh() string { return actionKinds.Zh(a) }

// MarshalText writes the form of String; a number that is none of them is ErrInvalid.
func (a ActionKind) MarshalText() ([]byte, error) { return actionKinds.Marshal(a) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (a *ActionKind) UnmarshalText(text []byte) error { return actionKinds.Unmarshal(a, text) }
