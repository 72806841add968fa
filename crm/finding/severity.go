package finding

import "github.com/guanxi-go/guanxi/internal/enum"

// Severity is how grave a finding is (严重程度); graver is greater. The zero value
// is Info.
type Severity uint8

const (
	Info    Severity = iota // good to know, nothing to do 提示
	Notice                  // worth a look, no rule is touched 关注
	Warning                 // will go wrong unless somebody acts 预警
	Breach                  // a rule or a promise is broken 违规
)

var severities = enum.New[Severity]("severity", unknown, enum.Names{
	{"info", "提示"}, {"notice", "关注"}, {"warning", "预警"}, {"breach", "违规"},
})

// Valid reports whether s is one of the four.
func (s Severity) Valid() bool { return severities.Valid(s) }

// String returns the English name, and ? for a number that is no severity.
func (s Severity) String() string { return severities.Code(s) }

// Zh returns the Chinese name, and ? for a number that is no severity.
func (s Severity) Zh() string { return severities.Zh(s) }

// MarshalText writes the form of String; a number that is no severity is ErrInvalid.
func (s Severity) MarshalText() ([]byte, error) { return severities.Marshal(s) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (s *Severity) UnmarshalText(text []byte) error { return severities.Unmarshal(s, text) }
