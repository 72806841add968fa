package cadence

import "github.com/guanxi-go/guanxi/internal/enum"

// PenaltyState is how far a penalty has come (处罚状态). The zero value is none.
type PenaltyState uint8

const (
	Proposed   PenaltyState = iota + 1 // a machine proposes it 建议
	Sanctioned                         // somebody approved it 批准
	Posted                             // it was booked 入账
	Waived                             // it was let go 免除
	Reversed                           // the booking was taken back 冲销
)

var penaltyStates = enum.New[PenaltyState]("state", unknown, enum.Names{
	{}, {"proposed", "建议"}, {"approved", "批准"}, {"posted", "入账"}, {"waived", "免除"}, {"reversed", "冲销"},
})

// Valid reports whether p is one of the five.
func (p PenaltyState) Valid() bool { return penaltyStates.Valid(p) }

// String returns the code, "" for none and ? for a number that is none of them.
func (p PenaltyState) String() string { return penaltyStates.Code(p) }

// Zh returns the Chinese name, "" for none and ? for a number that is none of them.
func (p PenaltyState) Zh() string { return penaltyStates.Zh(p) }

// MarshalText writes the form of String; a number that is none of them is ErrInvalid.
func (p PenaltyState) MarshalText() ([]byte, error) { return penaltyStates.Marshal(p) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (p *PenaltyState) UnmarshalText(text []byte) error { return penaltyStates.Unmarshal(p, text) }
