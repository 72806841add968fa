package group

import "github.com/guanxi-go/guanxi/internal/enum"

// Role is the part that a department or person has in serving a group, by the
// letters of a RACI chart. The zero value states nothing and is refused in a table.
type Role uint8

const (
	Accountable Role = iota + 1 // answers for the group: exactly one department 责任部门
	Responsible                 // does the work 执行
	Consulted                   // is asked before 咨询
	Informed                    // is told after 知会
)

var roles = enum.New[Role]("role", unknown, enum.Names{
	{}, {"accountable", "责任"}, {"responsible", "执行"}, {"consulted", "咨询"}, {"informed", "知会"},
})

// Valid reports whether r is one of the four.
func (r Role) Valid() bool { return roles.Valid(r) }

// String returns the English name, "" where nothing is stated, and ? for a number
// that is no role.
func (r Role) String() string { return roles.Code(r) }

// Zh returns the Chinese name, as String does the English one.
func (r Role) Zh() string { return roles.Zh(r) }

// MarshalText writes the form of String; a number that is no role is ErrInvalid.
func (r Role) MarshalText() ([]byte, error) { return roles.Marshal(r) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (r *Role) UnmarshalText(text []byte) error { return roles.Unmarshal(r, text) }

// Period is how long a goal is given to be met, again and again. The zero value
// states nothing and is refused in a goal.
type Period uint8

const (
	Monthly    Period = iota + 1 // 每月
	Quarterly                    // 每季度
	HalfYearly                   // 每半年
	Yearly                       // 每年
)

var periods = enum.New[Period]("period", unknown, enum.Names{
	{}, {"month", "每月"}, {"quarter", "每季度"}, {"half-year", "每半年"}, {"year", "每年"},
})

// Valid reports whether p is one of the four.
func (p Period) Valid() bool { return periods.Valid(p) }

// String returns the English name, "" where nothing is stated, and ? for a number
// that is no period.
func (p Period) String() string { return periods.Code(p) }

// Zh returns the Chinese name, as String does the English one.
func (p Period) Zh() string { return periods.Zh(p) }

// MarshalText writes the form of String; a number that is no period is ErrInvalid.
func (p Period) MarshalText() ([]byte, error) { return periods.Marshal(p) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (p *Period) UnmarshalText(text []byte) error { return periods.Unmarshal(p, text) }
