package field

import "github.com/guanxi-go/guanxi/internal/enum"

// Type is what kind of value a field takes (字段类型). The zero value is no type.
type Type uint8

const (
	TypeText    Type = iota + 1 // free text 文本
	TypeInt                     // whole number of 64 bits 整数
	TypeDecimal                 // exact decimal number 小数
	TypeDate                    // civil day 日期
	TypeBool                    // yes or no 是否
	TypeEnum                    // one of the field's options 单选
	TypeMulti                   // any number of the field's options 多选
	TypeRef                     // id of another thing 引用
)

var types = enum.New[Type]("type", unknown, enum.Names{
	TypeText: {"text", "文本"}, TypeInt: {"int", "整数"}, TypeDecimal: {"decimal", "小数"}, TypeDate: {"date", "日期"},
	TypeBool: {"bool", "是否"}, TypeEnum: {"enum", "单选"}, TypeMulti: {"multi", "多选"}, TypeRef: {"ref", "引用"},
})

// Types returns the eight types in the order of their constants.
func Types() []Type {
	return []Type{TypeText, TypeInt, TypeDecimal, TypeDate, TypeBool, TypeEnum, TypeMulti, TypeRef}
}

// Valid reports whether t is one of the eight types.
func (t Type) Valid() bool { return types.Valid(t) }

// choice reports whether values of t are options.
func (t Type) choice() bool { return t == TypeEnum || t == TypeMulti }

// ordered reports whether values of t have a smallest and a greatest.
func (t Type) ordered() bool { return t == TypeInt || t == TypeDecimal || t == TypeDate }

// String returns the English name, "" for no type, and ? for a number that is no type.
func (t Type) String() string { return types.Code(t) }

// Zh returns the Chinese name, "" for no type, and ? for a number that is no type.
func (t Type) Zh() string { return types.Zh(t) }

// MarshalText writes the form of String. A number that is no type is ErrInvalid.
func (t Type) MarshalText() ([]byte, error) { return types.Marshal(t) }

// UnmarshalText reads what MarshalText writes, and leaves t as it was on an error.
func (t *Type) UnmarshalText(text []byte) error { return types.Unmarshal(t, text) }
