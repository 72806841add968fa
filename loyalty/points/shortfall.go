package points

// Shortfall says what a clawback does about points that are no longer there
// (追回不足的处理).
type Shortfall uint8

const (
	Debt    Shortfall = iota // the account owes them, and what it gets next pays 记为欠分
	Partial                  // they are written off, with an entry that says so 部分追回并核销
	Reject                   // the clawback is refused 拒绝
)

var shortfalls = names{{"debt", "记为欠分"}, {"partial", "部分追回"}, {"reject", "拒绝"}}

// Valid reports whether s is one of the three.
func (s Shortfall) Valid() bool { return int(s) < len(shortfalls) }

// String returns the code, and ? for a number that is none.
func (s Shortfall) String() string { return shortfalls.en(uint8(s)) }

// Zh returns the Chinese name, and ? for a number that is none.
func (s Shortfall) Zh() string { return shortfalls.zh(uint8(s)) }

// MarshalText writes the form of String; a number that is none is ErrInvalid.
func (s Shortfall) MarshalText() ([]byte, error) { return shortfalls.marshal(uint8(s), "shortfall") }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (s *Shortfall) UnmarshalText(text []byte) error {
	return shortfalls.unmarshal((*uint8)(s), text, "shortfall")
}
