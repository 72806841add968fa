package timeline

import "github.com/guanxi-go/guanxi/internal/enum"

// Direction says who turned to whom (方向). The zero value says that nobody did: a
// deal is recorded, a file is put away.
type Direction uint8

const (
	Inbound  Direction = iota + 1 // the customer turned to us 客户主动
	Outbound                      // we turned to the customer 我方主动
	Internal                      // among ourselves, about the customer 内部
)

var directionNames = enum.New[Direction]("direction", unknown, enum.Names{
	{},
	{"inbound", "客户主动"},
	{"outbound", "我方主动"},
	{"internal", "内部"},
})

// Directions returns the three directions.
func Directions() []Direction {
	return []Direction{Inbound, Outbound, Internal}
}

// Valid reports whether d is one of the enumerated values; the zero value is not.
func (d Direction) Valid() bool { return directionNames.Valid(d) }

// String returns the English code, "" for the zero value, and ? for a number that has none.
func (d Direction) String() string { return directionNames.Code(d) }

// Zh returns the Chinese name, "" for the zero value, and ? for a number that has none.
func (d Direction) Zh() string { return directionNames.Zh(d) }

// MarshalText writes the form of String; a number without a code is ErrInvalid.
func (d Direction) MarshalText() ([]byte, error) { return directionNames.Marshal(d) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (d *Direction) UnmarshalText(text []byte) error { return directionNames.Unmarshal(d, text) }
