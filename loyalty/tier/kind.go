package tier

import "github.com/guanxi-go/guanxi/internal/enum"

// Kind says what an [Event] records (事件类型). The zero value is none.
type Kind uint8

// The values of Kind.
const (
	Enrol   Kind = iota + 1 // the member joined
	Qualify                 // points, spend or visits that count
	Return                  // what no longer counts of them
	Grant                   // a tier given by hand, at least this one until it ends
	Revoke                  // the grant with the same Ref ends
	Place                   // the tier set by hand, from then on reviewed like any other
)

var kinds = enum.New[Kind]("kind", unknown, enum.Names{
	{}, {"enrol", "入会"}, {"qualify", "达标消费"}, {"return", "退货"}, {"grant", "授予"}, {"revoke", "撤销授予"},
	{"place", "定级"},
})

// String returns the code, "" for none and ? for a number that is no value.
func (k Kind) String() string { return kinds.Code(k) }

// Zh returns the Chinese name, "" for none and ? for a number that is no value.
func (k Kind) Zh() string { return kinds.Zh(k) }

// MarshalText writes the form of String; a number that is no value is ErrInvalid.
func (k Kind) MarshalText() ([]byte, error) { return kinds.Marshal(k) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (k *Kind) UnmarshalText(text []byte) error { return kinds.Unmarshal(k, text) }
