package approval

import "github.com/guanxi-go/guanxi/internal/enum"

// Model says how far the people on the way may change the way (流程模型). The zero value is none.
type Model uint8

const (
	Free       Model = iota + 1 // each holder chooses who is next 自定
	Predefined                  // a template that may be adjusted ahead of where it stands 预定
	Fixed                       // a template as it is 固定
)

var modelNames = enum.New[Model]("model", unknown, enum.Names{
	{}, {"free", "自定"}, {"predefined", "预定"}, {"fixed", "固定"},
})

// Valid reports whether m is one of the three.
func (m Model) Valid() bool { return modelNames.Valid(m) }

// String returns the code, "" for none and ? for a number that is none of them.
func (m Model) String() string { return modelNames.Code(m) }

// Zh returns the Chinese name, "" for none and ? for a number that is none of them.
func (m Model) Zh() string { return modelNames.Zh(m) }

// MarshalText writes the form of String; a number that is none of them is ErrInvalid.
func (m Model) MarshalText() ([]byte, error) { return modelNames.Marshal(m) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (m *Model) UnmarshalText(text []byte) error { return modelNames.Unmarshal(m, text) }

// Mode says how the people of one step come to its result (会签方式). The zero value is One.
type Mode uint8

const (
	One    Mode = iota // the first of those resolved decides alone 单签
	Serial             // one after the other, in order; a rejection rejects 依次审批
	All                // everybody, in any order; a rejection rejects 会签
	Any                // the first decision decides 或签
	Quorum             // K approvals approve; rejected once K cannot be reached 多数表决
)

var modeNames = enum.New[Mode]("mode", unknown, enum.Names{
	{"one", "单签"}, {"serial", "依次审批"}, {"all", "会签"}, {"any", "或签"}, {"quorum", "多数表决"},
})

// Valid reports whether m is one of the five.
func (m Mode) Valid() bool { return modeNames.Valid(m) }

// String returns the code, ? for a number that is none of them.
func (m Mode) String() string { return modeNames.Code(m) }

// Zh returns the Chinese name, ? for a number that is none of them.
func (m Mode) Zh() string { return modeNames.Zh(m) }

// MarshalText writes the form of String; a number that is none of them is ErrInvalid.
func (m Mode) MarshalText() ([]byte, error) { return modeNames.Marshal(m) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (m *Mode) UnmarshalText(text []byte) error { return modeNames.Unmarshal(m, text) }
