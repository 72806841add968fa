package finding

// Language is a language that findings are read in. The zero value is English.
type Language uint8

const (
	English Language = iota // en 英文
	Chinese                 // zh, simplified 中文
)

var languages = names{{"en", "英文"}, {"zh", "中文"}}

// String returns the ISO 639-1 code, and ? for a number that is no language.
func (l Language) String() string { return languages.at(uint8(l)).en }

// Zh returns the language's Chinese name, and ? for a number that is no language.
func (l Language) Zh() string { return languages.at(uint8(l)).zh }

// MarshalText writes the form of String; a number that is no language is ErrInvalid.
func (l Language) MarshalText() ([]byte, error) { return languages.marshal(uint8(l), "language") }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (l *Language) UnmarshalText(text []byte) error {
	return languages.unmarshal((*uint8)(l), text, "language")
}
