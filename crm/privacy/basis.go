package privacy

import "github.com/guanxi-go/guanxi/internal/enum"

// Basis is what the law lets the handling of personal data rest on (合法性基础), PIPL
// article 13. The zero value is none.
type Basis uint8

const (
	ByConsent   Basis = iota + 1 // the person agreed, article 13 (1) 同意
	ByContract                   // to conclude or perform a contract with the person, 13 (2) 合同
	ByLegalDuty                  // to meet a duty that the law sets, 13 (3) 法定职责
	InEmergency                  // public health, or somebody's life, health or property, 13 (4) 紧急情况
	MadePublic                   // the person made it public, or it lawfully is, 13 (6) 已公开
)

var basisNames = enum.New[Basis]("basis", unknown, enum.Names{
	{},
	{"consent", "同意"},
	{"contract", "合同"},
	{"legal-duty", "法定职责"},
	{"emergency", "紧急情况"},
	{"public", "已公开"},
})

// Bases returns the five bases.
func Bases() []Basis {
	return []Basis{ByConsent, ByContract, ByLegalDuty, InEmergency, MadePublic}
}

// Valid reports whether b is one of the enumerated values; the zero value is not.
func (b Basis) Valid() bool { return basisNames.Valid(b) }

// String returns the English code, "" for the zero value, and ? for a number that has none.
func (b Basis) String() string { return basisNames.Code(b) }

// Zh returns the Chinese name, "" for the zero value, and ? for a number that has none.
func (b Basis) Zh() string { return basisNames.Zh(b) }

// MarshalText writes the form of String; a number without a code is ErrInvalid.
func (b Basis) MarshalText() ([]byte, error) { return basisNames.Marshal(b) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (b *Basis) UnmarshalText(text []byte) error { return basisNames.Unmarshal(b, text) }

// Refusable reports whether the person alone can end it: consent by withdrawing it
// (article 15), the use of what is public by refusing it (article 27).
func (b Basis) Refusable() bool { return b == ByConsent || b == MadePublic }
