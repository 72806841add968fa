package cadence

import "github.com/guanxi-go/guanxi/internal/enum"

// AbsenceKind is why somebody is not in the office (缺勤类型). The zero value is none.
type AbsenceKind uint8

const (
	Leave  AbsenceKind = iota + 1 // off work 休假
	Travel                        // at work elsewhere 出差
)

var absenceKinds = enum.New[AbsenceKind]("absence", unknown, enum.Names{{}, {"leave", "休假"}, {"travel", "出差"}})

// Valid reports whether a is one of the two.
func (a AbsenceKind) Valid() bool { return absenceKinds.Valid(a) }

// String returns the code, "" for none and ? for a number that is none of them.
func (a AbsenceKind) String() string { return absenceKinds.Code(a) }

// Zh returns the Chinese name, "" for none and ? for a number that is none of them.
func (a AbsenceKind) Zh() string { return absenceKinds.Zh(a) }

// MarshalText writes the form of String; a number that is none of them is ErrInvalid.
func (a AbsenceKind) MarshalText() ([]byte, error) { return absenceKinds.Marshal(a) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (a *AbsenceKind) UnmarshalText(text []byte) error { return absenceKinds.Unmarshal(a, text) }
