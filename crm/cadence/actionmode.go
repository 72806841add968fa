package cadence

import "github.com/guanxi-go/guanxi/internal/enum"

// ActionMode is how "at least one action a month" is read (每月一次的口径). The zero value is Both.
type ActionMode uint8

const (
	Both          ActionMode = iota // the calendar month and the rolling term 自然月与滚动期
	CalendarMonth                   // at least one in each calendar month 自然月
	Rolling                         // never longer than the term without one 滚动期
)

var actionModes = enum.New[ActionMode]("mode", unknown, enum.Names{
	{"both", "自然月与滚动期"}, {"calendar-month", "自然月"}, {"rolling", "滚动期"},
})

// Valid reports whether a is one of the three.
func (a ActionMode) Valid() bool { return actionModes.Valid(a) }

// String returns the code, ? for a number that is none of them.
func (a ActionMode) String() string { return actionModes.Code(a) }

// Zh returns the Chinese name, ? for a number that is none of them.
func (a ActionMode) Zh() string { return actionModes.Zh(a) }

// MarshalText writes the form of String; a number that is none of them is ErrInvalid.
func (a ActionMode) MarshalText() ([]byte, error) { return actionModes.Marshal(a) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (a *ActionMode) UnmarshalText(text []byte) error { return actionModes.Unmarshal(a, text) }
