package approval

import "github.com/guanxi-go/guanxi/internal/enum"

// AuthorityMode says which levels of the authority guide decide (授权方式). The zero value is Direct.
type AuthorityMode uint8

const (
	Direct     AuthorityMode = iota // the level whose band holds the amount 直达
	Cumulative                      // that level and every one below it, from below 逐级
)

var authorityModeNames = enum.New[AuthorityMode]("authority", unknown, enum.Names{
	{"direct", "直达"}, {"cumulative", "逐级"},
})

// Valid reports whether a is one of the two.
func (a AuthorityMode) Valid() bool { return authorityModeNames.Valid(a) }

// String returns the code, ? for a number that is none of them.
func (a AuthorityMode) String() string { return authorityModeNames.Code(a) }

// Zh returns the Chinese name, ? for a number that is none of them.
func (a AuthorityMode) Zh() string { return authorityModeNames.Zh(a) }

// MarshalText writes the form of String; a number that is none of them is ErrInvalid.
func (a AuthorityMode) MarshalText() ([]byte, error) { return authorityModeNames.Marshal(a) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (a *AuthorityMode) UnmarshalText(text []byte) error {
	return authorityModeNames.Unmarshal(a, text)
}
