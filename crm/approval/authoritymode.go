package approval

// AuthorityMode says which levels of the authority guide decide (授权方式). The zero value is Direct.
type AuthorityMode uint8

const (
	Direct     AuthorityMode = iota // the level whose band holds the amount 直达
	Cumulative                      // that level and every one below it, from below 逐级
)

var authorityModeNames = names{{"direct", "直达"}, {"cumulative", "逐级"}}

// Valid reports whether a is one of the two.
func (a AuthorityMode) Valid() bool { return authorityModeNames.valid(uint8(a)) }

// String returns the code, ? for a number that is none of them.
func (a AuthorityMode) String() string { return authorityModeNames.en(uint8(a)) }

// Zh returns the Chinese name, ? for a number that is none of them.
func (a AuthorityMode) Zh() string { return authorityModeNames.zh(uint8(a)) }

// MarshalText writes the form of String; a number that is none of them is ErrInvalid.
func (a AuthorityMode) MarshalText() ([]byte, error) {
	return authorityModeNames.marshal(uint8(a), "authority")
}

// UnmarshalText reads what MarshalText writes, and nothing else.
func (a *AuthorityMode) UnmarshalText(text []byte) error {
	return authorityModeNames.unmarshal((*uint8)(a), text, "authority")
}
