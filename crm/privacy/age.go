package privacy

import (
	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/internal/enum"
)

// Age is what is known of a person's age (年龄). The zero value says nothing is.
type Age uint8

const (
	AgeUnknown    Age = iota // 未知
	UnderFourteen            // 不满十四周岁
	FourteenUp               // 已满十四周岁
)

var ageNames = enum.New[Age]("age", unknown, enum.Names{
	{"unknown", "未知"},
	{"under-14", "不满十四周岁"},
	{"14-up", "已满十四周岁"},
})

// Valid reports whether a is one of the enumerated values.
func (a Age) Valid() bool { return ageNames.Valid(a) }

// String returns the English code, and ? for a number that has none.
func (a Age) String() string { return ageNames.Code(a) }

// Zh returns the Chinese name, and ? for a number that has none.
func (a Age) Zh() string { return ageNames.Zh(a) }

// MarshalText writes the form of String; a number without a code is ErrInvalid.
func (a Age) MarshalText() ([]byte, error) { return ageNames.Marshal(a) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (a *Age) UnmarshalText(text []byte) error { return ageNames.Unmarshal(a, text) }

// AgeOn returns the age on a day of a person born on another; a birthday that is not
// known, or not before that day, gives AgeUnknown. A person is fourteen from the day
// after the fourteenth birthday on, and one born on 29 February has it on the 28th
// where the year has no 29th: the later and stricter reading, by decision.
func AgeOn(birth, on calendar.Day) Age {
	if !birth.Valid() || !on.Valid() || on < birth {
		return AgeUnknown
	}
	if fourteenth := birth.AddMonths(14 * 12); fourteenth.IsZero() || on <= fourteenth {
		return UnderFourteen
	}
	return FourteenUp
}

// AgePolicy says how a person of unknown age is treated (年龄未知时的处理). The zero value
// refuses what rests on consent.
type AgePolicy uint8

const (
	RefuseUnknown AgePolicy = iota // nothing may rest on consent 拒绝
	TreatAsChild                   // as under fourteen: a guardian has to agree 按不满十四周岁处理
	TreatAsAdult                   // as fourteen or older: where the host sells to businesses, say 按已满十四周岁处理
)

var agePolicyNames = enum.New[AgePolicy]("unknown_age", unknown, enum.Names{
	{"refuse", "拒绝"},
	{"as-child", "按未成年人"},
	{"as-adult", "按已满十四周岁"},
})

// Valid reports whether a is one of the enumerated values.
func (a AgePolicy) Valid() bool { return agePolicyNames.Valid(a) }

// String returns the English code, and ? for a number that has none.
func (a AgePolicy) String() string { return agePolicyNames.Code(a) }

// Zh returns the Chinese name, and ? for a number that has none.
func (a AgePolicy) Zh() string { return agePolicyNames.Zh(a) }

// MarshalText writes the form of String; a number without a code is ErrInvalid.
func (a AgePolicy) MarshalText() ([]byte, error) { return agePolicyNames.Marshal(a) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (a *AgePolicy) UnmarshalText(text []byte) error { return agePolicyNames.Unmarshal(a, text) }
