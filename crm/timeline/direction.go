package timeline

// Direction says who turned to whom (方向). The zero value says that nobody did: a
// deal is recorded, a file is put away.
type Direction uint8

const (
	Inbound  Direction = iota + 1 // the customer turned to us 客户主动
	Outbound                      // we turned to the customer 我方主动
	Internal                      // among ourselves, about the customer 内部
)

var directionNames = names{"Direction", "direction", []struct{ en, zh string }{
	{"", ""},
	{"inbound", "客户主动"},
	{"outbound", "我方主动"},
	{"internal", "内部"},
}}

// Directions returns the three directions.
func Directions() []Direction {
	return []Direction{Inbound, Outbound, Internal}
}

// Valid reports whether d is one of the enumerated values; the zero value is not.
func (d Direction) Valid() bool { return d >= Inbound && d <= Internal }

// String returns the English code, "" for the zero value, and Direction(n) for a number that has none.
func (d Direction) String() string { return directionNames.en(uint8(d)) }

// Zh returns the Chinese name, "" for the zero value, and Direction(n) for a number that has none.
func (d Direction) Zh() string { return directionNames.zh(uint8(d)) }

// MarshalText writes the form of String; a number without a code is ErrInvalid.
func (d Direction) MarshalText() ([]byte, error) { return directionNames.marshal(uint8(d)) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (d *Direction) UnmarshalText(text []byte) error {
	return directionNames.unmarshal((*uint8)(d), text)
}
