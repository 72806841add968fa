package approval

import "github.com/guanxi-go/guanxi/internal/enum"

// Source says where the people of a step come from (审批人来源). The zero value is none.
type Source uint8

const (
	FromUser    Source = iota + 1 // Value is an id 指定人员
	FromRole                      // everybody who has the role Value 角色
	FromPost                      // everybody who holds the post Value 岗位
	FromManager                   // the initiator's manager, Up levels above him 上级
	FromField                     // the id in the request's field Value 表单字段
	FromGuide                     // whoever has the authority for the amount 权限指引
	FromUnit                      // everybody in the unit Value; "" is the initiator's 部门
)

var sourceNames = enum.New[Source]("source", unknown, enum.Names{
	{}, {"user", "指定人员"}, {"role", "角色"}, {"post", "岗位"}, {"manager", "上级"}, {"field", "表单字段"},
	{"guide", "权限指引"}, {"unit", "部门"},
})

// Valid reports whether s is one of the seven.
func (s Source) Valid() bool { return sourceNames.Valid(s) }

// String returns the code, "" for none and ? for a number that is none of them.
func (s Source) String() string { return sourceNames.Code(s) }

// Zh returns the Chinese name, "" for none and ? for a number that is none of them.
func (s Source) Zh() string { return sourceNames.Zh(s) }

// MarshalText writes the form of String; a number that is none of them is ErrInvalid.
func (s Source) MarshalText() ([]byte, error) { return sourceNames.Marshal(s) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (s *Source) UnmarshalText(text []byte) error { return sourceNames.Unmarshal(s, text) }
