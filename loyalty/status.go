package loyalty

import (
	"slices"

	"github.com/guanxi-go/guanxi/internal/fault"
)

// Status says what may be done with an account (账户状态). The zero value is none.
type Status uint8

const (
	Open      Status = iota + 1 // everything 正常
	Frozen                      // points come in and expire, none is spent 冻结
	Closed                      // nothing 注销
	Forgotten                   // nothing: the member was erased 已删除
)

var (
	statusCodes = [...]string{"", "open", "frozen", "closed", "forgotten"}
	statusZh    = [...]string{"", "正常", "冻结", "注销", "已删除"}
)

// Valid reports whether s is one of the four.
func (s Status) Valid() bool { return s >= Open && s <= Forgotten }

// String returns the code, "" for none and ? for a number that is no status.
func (s Status) String() string {
	if int(s) < len(statusCodes) {
		return statusCodes[s]
	}
	return "?"
}

// Zh returns the Chinese name, "" for none and ? for a number that is no status.
func (s Status) Zh() string {
	if int(s) < len(statusZh) {
		return statusZh[s]
	}
	return "?"
}

// MarshalText writes the form of String; a number that is no status is ErrInvalid.
func (s Status) MarshalText() ([]byte, error) {
	if !s.Valid() {
		return nil, &Error{Field: "status", Reason: "is unknown", Err: fault.ErrInvalid}
	}
	return []byte(s.String()), nil
}

// UnmarshalText reads what MarshalText writes, and nothing else.
func (s *Status) UnmarshalText(text []byte) error {
	i := slices.Index(statusCodes[1:], string(text))
	if i < 0 {
		return &Error{Field: "status", Reason: "is unknown", Err: fault.ErrInvalid}
	}
	*s = Status(i + 1)
	return nil
}
