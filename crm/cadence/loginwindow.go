package cadence

import "github.com/guanxi-go/guanxi/internal/enum"

// LoginWindow is when a log-in counts for a day (登录时段). The zero value is LocalDay.
type LoginWindow uint8

const (
	LocalDay     LoginWindow = iota // at any time of the local day 当日
	WorkingHours                    // during the day's shifts only 工作时间内
)

var loginWindows = enum.New[LoginWindow]("window", unknown, enum.Names{
	{"local-day", "当日"}, {"working-hours", "工作时间内"},
})

// Valid reports whether l is one of the two.
func (l LoginWindow) Valid() bool { return loginWindows.Valid(l) }

// String returns the code, ? for a number that is none of them.
func (l LoginWindow) String() string { return loginWindows.Code(l) }

// Zh returns the Chinese name, ? for a number that is none of them.
func (l LoginWindow) Zh() string { return loginWindows.Zh(l) }

// MarshalText writes the form of String; a number that is none of them is ErrInvalid.
func (l LoginWindow) MarshalText() ([]byte, error) { return loginWindows.Marshal(l) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (l *LoginWindow) UnmarshalText(text []byte) error { return loginWindows.Unmarshal(l, text) }
