package group

import "github.com/guanxi-go/guanxi/internal/enum"

// Kind says on which side of the company the customers of a group stand, and for
// external ones what they are to it. The zero value states nothing: the group has
// the kind of its parent, or holds groups of several kinds.
type Kind uint8

const (
	Internal       Kind = iota + 1 // colleagues, superiors, subordinates, departments 内部顾客
	Intermediary                   // passes the product on: dealers, agents 中间顾客
	PublicInterest                 // stands for the public: authorities, neighbours, media 公利顾客
	Investor                       // gives capital or credit 投资顾客
	Consumer                       // uses the product or service 外部消费顾客
)

var kinds = enum.New[Kind]("kind", unknown, enum.Names{{}, {"internal", "内部顾客"}, {"intermediary", "中间顾客"}, {"public-interest", "公利顾客"},
	{"investor", "投资顾客"}, {"consumer", "外部消费顾客"}})

// Valid reports whether k is one of the five, or states nothing.
func (k Kind) Valid() bool { return k == 0 || kinds.Valid(k) }

// External reports whether k is one of the four external kinds.
func (k Kind) External() bool { return k >= Intermediary && k <= Consumer }

// String returns the English name, "" where nothing is stated, and ? for a number
// that is no kind.
func (k Kind) String() string { return kinds.Code(k) }

// Zh returns the Chinese name, as String does the English one.
func (k Kind) Zh() string { return kinds.Zh(k) }

// MarshalText writes the form of String; a number that is no kind is ErrInvalid.
func (k Kind) MarshalText() ([]byte, error) { return kinds.Marshal(k) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (k *Kind) UnmarshalText(text []byte) error { return kinds.Unmarshal(k, text) }
