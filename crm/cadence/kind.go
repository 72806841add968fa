package cadence

import "github.com/guanxi-go/guanxi/internal/enum"

// Kind is what a record is (记录类型). The zero value is none.
type Kind uint8

const (
	Lead        Kind = iota + 1 // somebody who might buy 线索
	Opportunity                 // a sale that might be made 销售机会
)

var kinds = enum.New[Kind]("kind", unknown, enum.Names{{}, {"lead", "线索"}, {"opportunity", "销售机会"}})

// Valid reports whether k is one of the two.
func (k Kind) Valid() bool { return kinds.Valid(k) }

// String returns the code, "" for none and ? for a number that is none of them.
func (k Kind) String() string { return kinds.Code(k) }

// Zh returns the Chinese name, "" for none and ? for a number that is none of them.
func (k Kind) Zh() string { return kinds.Zh(k) }

// MarshalText writes the form of String; a number that is none of them is ErrInvalid.
func (k Kind) MarshalText() ([]byte, error) { return kinds.Marshal(k) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (k *Kind) UnmarshalText(text []byte) error { return kinds.Unmarshal(k, text) }
