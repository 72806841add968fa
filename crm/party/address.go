package party

import (
	"log/slog"
	"slices"
	"strings"

	"github.com/guanxi-go/guanxi/internal/enum"
)

// AddressKind is what an address is for (地址类型). The zero value is not stated.
type AddressKind uint8

const (
	AddressRegistered AddressKind = iota + 1 // as registered 注册地址
	AddressOffice                            // where people work 办公地址
	AddressHome                              // where a person lives 住址
	AddressDelivery                          // where goods go 收货地址
	AddressBilling                           // where invoices go 账单地址
	AddressOther                             // any other 其他
)

var addressKindTerms = enum.New[AddressKind]("address-kind", unknown, enum.Names{
	{}, {"registered", "注册地址"}, {"office", "办公地址"}, {"home", "住址"}, {"delivery", "收货地址"},
	{"billing", "账单地址"}, {"other", "其他"},
})

// AddressKinds returns all of them in the order of their constants.
func AddressKinds() []AddressKind { return addressKindTerms.All() }

// Valid reports whether a is one of them.
func (a AddressKind) Valid() bool { return addressKindTerms.Valid(a) }

// String returns the English name, "" for none, ? for a number that is none.
func (a AddressKind) String() string { return addressKindTerms.Code(a) }

// Zh returns the Chinese name, "" for none, ? for a number that is none.
func (a AddressKind) Zh() string { return addressKindTerms.Zh(a) }

// MarshalText writes the form of String; a number that is none is ErrInvalid.
func (a AddressKind) MarshalText() ([]byte, error) { return addressKindTerms.Marshal(a) }

// UnmarshalText reads what MarshalText writes, and leaves a as it was on an error.
func (a *AddressKind) UnmarshalText(text []byte) error { return addressKindTerms.Unmarshal(a, text) }

// Address is where a party is found (地址). Lines and Postcode are personal.
type Address struct {
	Kind     AddressKind `json:"kind,omitzero"`
	Region   string      `json:"region,omitzero"`   // code in the host's tree; see [Regions]
	Lines    []string    `json:"lines,omitempty"`   // what comes below the region: street, number, building
	Postcode string      `json:"postcode,omitzero"` // ASCII letters, digits, spaces and hyphens, up to 16 bytes 邮政编码
}

// Clone returns a copy that shares no memory with a.
func (a Address) Clone() Address {
	a.Lines = slices.Clone(a.Lines)
	return a
}

// Equal reports whether a and b are the same in every part; nil and no lines are.
func (a Address) Equal(b Address) bool {
	return a.Kind == b.Kind && a.Region == b.Region && a.Postcode == b.Postcode && slices.Equal(a.Lines, b.Lines)
}

// LogValue shows the kind and the region.
func (a Address) LogValue() slog.Value {
	return slog.GroupValue(slog.String("kind", a.Kind.String()), slog.String("region", a.Region))
}

func (a Address) check() (f faults) {
	if a.Kind != 0 && !a.Kind.Valid() {
		f.add("kind", "is unknown", ErrInvalid)
	}
	if a.Region != "" && !validID(a.Region) {
		f.add("region", "is no code", ErrInvalid)
	}
	if len(a.Lines) > MaxItems || slices.ContainsFunc(a.Lines, func(s string) bool { return !validText(s) }) {
		f.add("lines", "are single lines of text", ErrInvalid)
	}
	if len(a.Postcode) > 16 || strings.ContainsFunc(a.Postcode, func(r rune) bool { return !codeRune(r) && r != ' ' || r == '_' }) {
		f.add("postcode", "has characters that none has", ErrInvalid)
	}
	if a.Region == "" && len(a.Lines) == 0 && a.Postcode == "" {
		f.add("", "says nothing", ErrIncomplete)
	}
	return f
}
