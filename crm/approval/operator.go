package approval

import "github.com/guanxi-go/guanxi/internal/enum"

// Operator compares a field of a request with a value (比较). The zero value is none.
type Operator uint8

const (
	Equal    Operator = iota + 1 // 等于
	NotEqual                     // 不等于
	Less                         // 小于
	AtMost                       // 不大于
	More                         // 大于
	AtLeast                      // 不小于
	Present                      // 已填写
	Absent                       // 未填写
)

var operatorNames = enum.New[Operator]("op", unknown, enum.Names{{}, {"equal", "等于"}, {"not-equal", "不等于"}, {"less", "小于"}, {"at-most", "不大于"},
	{"more", "大于"}, {"at-least", "不小于"}, {"present", "已填写"}, {"absent", "未填写"}})

// Valid reports whether o is one of the eight.
func (o Operator) Valid() bool { return operatorNames.Valid(o) }

// String returns the code, "" for none and ? for a number that is none of them.
func (o Operator) String() string { return operatorNames.Code(o) }

// Zh returns the Chinese name, "" for none and ? for a number that is none of them.
func (o Operator) Zh() string { return operatorNames.Zh(o) }

// MarshalText writes the form of String; a number that is none of them is ErrInvalid.
func (o Operator) MarshalText() ([]byte, error) { return operatorNames.Marshal(o) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (o *Operator) UnmarshalText(text []byte) error { return operatorNames.Unmarshal(o, text) }
