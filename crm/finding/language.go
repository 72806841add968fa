package finding

import "github.com/guanxi-go/guanxi/internal/enum"

// Language is a language that findings are read in. The zero value is English.
type Language uint8

const (
	English Language = iota // en 英文
	Chinese                 // zh, simplified 中文
)

var languages = enum.New[Language]("language", unknown, enum.Names{{"en", "英文"}, {"zh", "中文"}})

// String returns the ISO 639-1 code, and ? for a number that is no language.
func (l Language) String() string { return languages.Code(l) }

// Zh returns the language's Chinese name, and ? for a number that is no language.
func (l Language) Zh() string { return languages.Zh(l) }

// MarshalText writes the form of String; a number that is no language is ErrInvalid.
func (l Language) MarshalText() ([]byte, error) { return languages.Marshal(l) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (l *Language) UnmarshalText(text []byte) error { return languages.Unmarshal(l, text) }
