package loyalty

import "github.com/guanxi-go/guanxi/internal/enum"

// Status says what may be done with an account (账户状态). The zero value is none.
type Status uint8

const (
	Open      Status = iota + 1 // everything 正常
	Frozen                      // points come in and expire, none is spent 冻结
	Closed                      // nothing 注销
	Forgotten                   // nothing: the member was erased 已删除
)

var statuses = enum.New[Status]("status", unknown, enum.Names{
	{}, {"open", "正常"}, {"frozen", "冻结"}, {"closed", "注销"}, {"forgotten", "已删除"},
})

// Valid reports whether s is one of the four.
func (s Status) Valid() bool { return statuses.Valid(s) }

// String returns the code, "" for none and ? for a number that is no status.
func (s Status) String() string { return statuses.Code(s) }

// Zh returns the Chinese name, "" for none and ? for a number that is no status.
func (s Status) Zh() string { return statuses.Zh(s) }

// MarshalText writes the form of String; a number that is no status is ErrInvalid, and so
// is none, for every account has one.
func (s Status) MarshalText() ([]byte, error) {
	if s == 0 {
		return nil, unknown("status")
	}
	return statuses.Marshal(s)
}

// UnmarshalText reads what MarshalText writes, and nothing else.
func (s *Status) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		return unknown("status")
	}
	return statuses.Unmarshal(s, text)
}
