package points

import "github.com/guanxi-go/guanxi/internal/enum"

// Shortfall says what a clawback does about points that are no longer there
// (追回不足的处理).
type Shortfall uint8

const (
	Debt    Shortfall = iota // the account owes them, and what it gets next pays 记为欠分
	Partial                  // they are written off, with an entry that says so 部分追回并核销
	Reject                   // the clawback is refused 拒绝
)

var shortfalls = enum.New[Shortfall]("shortfall", unknown, enum.Names{
	{"debt", "记为欠分"}, {"partial", "部分追回"}, {"reject", "拒绝"},
})

// Valid reports whether s is one of the three.
func (s Shortfall) Valid() bool { return shortfalls.Valid(s) }

// String returns the code, and ? for a number that is none.
func (s Shortfall) String() string { return shortfalls.Code(s) }

// Zh returns the Chinese name, and ? for a number that is none.
func (s Shortfall) Zh() string { return shortfalls.Zh(s) }

// MarshalText writes the form of String; a number that is none is ErrInvalid.
func (s Shortfall) MarshalText() ([]byte, error) { return shortfalls.Marshal(s) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (s *Shortfall) UnmarshalText(text []byte) error { return shortfalls.Unmarshal(s, text) }
