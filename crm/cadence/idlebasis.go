package cadence

import "github.com/guanxi-go/guanxi/internal/enum"

// IdleBasis is which days without log-in count (未登录天数口径). The zero value is CalendarDays.
type IdleBasis uint8

const (
	CalendarDays IdleBasis = iota // every day but those of leave 自然日
	WorkingDays                   // working days but those of leave 工作日
	StrictDays                    // every day, leave included 自然日（含休假）
)

var idleBases = enum.New[IdleBasis]("basis", unknown, enum.Names{
	{"calendar-days", "自然日（休假除外）"}, {"working-days", "工作日（休假除外）"},
	{"strict-days", "自然日（含休假）"},
})

// Valid reports whether i is one of the three.
func (i IdleBasis) Valid() bool { return idleBases.Valid(i) }

// String returns the code, ? for a number that is none of them.
func (i IdleBasis) String() string { return idleBases.Code(i) }

// Zh returns the Chinese name, ? for a number that is none of them.
func (i IdleBasis) Zh() string { return idleBases.Zh(i) }

// MarshalText writes the form of String; a number that is none of them is ErrInvalid.
func (i IdleBasis) MarshalText() ([]byte, error) { return idleBases.Marshal(i) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (i *IdleBasis) UnmarshalText(text []byte) error { return idleBases.Unmarshal(i, text) }
