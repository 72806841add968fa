package cadence

// ActionMode is how "at least one action a month" is read (每月一次的口径). The zero value is Both.
type ActionMode uint8

const (
	Both          ActionMode = iota // the calendar month and the rolling term 自然月与滚动期
	CalendarMonth                   // at least one in each calendar month 自然月
	Rolling                         // never longer than the term without one 滚动期
)

var actionModes = names{{"both", "自然月与滚动期"}, {"calendar-month", "自然月"}, {"rolling", "滚动期"}}

// Valid reports whether a is one of the three.
func (a ActionMode) Valid() bool { return actionModes.valid(uint8(a)) }

// String returns the code, ? for a number that is none of them.
func (a ActionMode) String() string { return actionModes.en(uint8(a)) }

// Zh returns the Chinese name, ? for a number that is none of them.
func (a ActionMode) Zh() string { return actionModes.zh(uint8(a)) }

// MarshalText writes the form of String; a number that is none of them is ErrInvalid.
func (a ActionMode) MarshalText() ([]byte, error) { return actionModes.marshal(uint8(a), "mode") }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (a *ActionMode) UnmarshalText(text []byte) error {
	return actionModes.unmarshal((*uint8)(a), text, "mode")
}
