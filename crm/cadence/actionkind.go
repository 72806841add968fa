package cadence

// ActionKind is what was done (行动类型). The zero value is General.
type ActionKind uint8

const (
	General ActionKind = iota // whatever moves the record on 一般行动
	Call                      // a call 电话
	Visit                     // a visit 拜访
	Meeting                   // a meeting 会议
)

var actionKinds = names{{"general", "一般行动"}, {"call", "电话"}, {"visit", "拜访"}, {"meeting", "会议"}}

// Valid reports whether a is one of the four.
func (a ActionKind) Valid() bool { return actionKinds.valid(uint8(a)) }

// String returns the code, ? for a number that is none of them.
func (a ActionKind) String() string { return actionKinds.en(uint8(a)) }

// Zh returns the Chinese name, ? for a number that is none of them.
func (a ActionKind) Zh() string { return actionKinds.zh(uint8(a)) }

// MarshalText writes the form of String; a number that is none of them is ErrInvalid.
func (a ActionKind) MarshalText() ([]byte, error) { return actionKinds.marshal(uint8(a), "kind") }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (a *ActionKind) UnmarshalText(text []byte) error {
	return actionKinds.unmarshal((*uint8)(a), text, "kind")
}
