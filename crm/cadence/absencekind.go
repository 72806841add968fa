package cadence

// AbsenceKind is why somebody is not in the office (缺勤类型). The zero value is none.
type AbsenceKind uint8

const (
	Leave  AbsenceKind = iota + 1 // off work 休假
	Travel                        // at work elsewhere 出差
)

var absenceKinds = names{{}, {"leave", "休假"}, {"travel", "出差"}}

// Valid reports whether a is one of the two.
func (a AbsenceKind) Valid() bool { return absenceKinds.valid(uint8(a)) }

// String returns the code, "" for none and ? for a number that is none of them.
func (a AbsenceKind) String() string { return absenceKinds.en(uint8(a)) }

// Zh returns the Chinese name, "" for none and ? for a number that is none of them.
func (a AbsenceKind) Zh() string { return absenceKinds.zh(uint8(a)) }

// MarshalText writes the form of String; a number that is none of them is ErrInvalid.
func (a AbsenceKind) MarshalText() ([]byte, error) { return absenceKinds.marshal(uint8(a), "absence") }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (a *AbsenceKind) UnmarshalText(text []byte) error {
	return absenceKinds.unmarshal((*uint8)(a), text, "absence")
}
