package timeline

import "github.com/guanxi-go/guanxi/internal/enum"

// Kind is which record of the five an activity is (记录类型). The zero value is none.
type Kind uint8

const (
	KindContact    Kind = iota + 1 // a contact, whoever sought it 联络
	KindDeal                       // a deal was closed 成交
	KindPrepayment                 // money paid in advance of a deal's execution 预付款
	KindDocument                   // a file was handed over and kept 上传资料
	KindMailing                    // a thing was sent by post or courier 邮寄
)

var kindNames = enum.New[Kind]("kind", unknown, enum.Names{
	{},
	{"contact", "联络"},
	{"deal", "成交"},
	{"prepayment", "预付款"},
	{"document", "上传资料"},
	{"mailing", "邮寄"},
})

// Kinds returns the five kinds.
func Kinds() []Kind {
	return []Kind{KindContact, KindDeal, KindPrepayment, KindDocument, KindMailing}
}

// Valid reports whether k is one of the enumerated values; the zero value is not.
func (k Kind) Valid() bool { return kindNames.Valid(k) }

// String returns the English code, "" for the zero value, and ? for a number that has none.
func (k Kind) String() string { return kindNames.Code(k) }

// Zh returns the Chinese name, "" for the zero value, and ? for a number that has none.
func (k Kind) Zh() string { return kindNames.Zh(k) }

// MarshalText writes the form of String; a number without a code is ErrInvalid.
func (k Kind) MarshalText() ([]byte, error) { return kindNames.Marshal(k) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (k *Kind) UnmarshalText(text []byte) error { return kindNames.Unmarshal(k, text) }
