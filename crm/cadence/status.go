package cadence

import "github.com/guanxi-go/guanxi/internal/enum"

// Status is what somebody is on a day (当日状态). The zero value is NoAccount.
type Status uint8

const (
	NoAccount Status = iota // without an account, or on the day on which it is opened or closed 无账户
	OnLeave                 // on leave 休假
	OnTravel                // travelling 出差
	AtOffice                // neither 在岗
)

var statuses = enum.New[Status]("status", unknown, enum.Names{
	{"no-account", "无账户"}, {"on-leave", "休假"}, {"on-travel", "出差"}, {"at-office", "在岗"},
})

// Valid reports whether s is one of the four.
func (s Status) Valid() bool { return statuses.Valid(s) }

// String returns the code, ? for a number that is none of them.
func (s Status) String() string { return statuses.Code(s) }

// Zh returns the Chinese name, ? for a number that is none of them.
func (s Status) Zh() string { return statuses.Zh(s) }

// MarshalText writes the form of String; a number that is none of them is ErrInvalid.
func (s Status) MarshalText() ([]byte, error) { return statuses.Marshal(s) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (s *Status) UnmarshalText(text []byte) error { return statuses.Unmarshal(s, text) }
