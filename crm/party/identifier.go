package party

import (
	"crypto/sha256"
	"encoding/hex"
	"log/slog"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/guanxi-go/guanxi/internal/enum"
)

// Limits of identifiers, in bytes.
const (
	MaxScope    = 64
	MaxClaimKey = 255 // of a claim key
)

// IdentifierKind is what an [Identifier] is (标识类型).
type IdentifierKind uint8

const (
	Phone           IdentifierKind = iota + 1 // telephone number; see [Line] 电话
	Email                                     // e-mail address 电子邮箱
	CreditCode                                // unified social credit code, GB 32100-2015 统一社会信用代码
	WeChatOpenID                              // a user in one WeChat application; Scope is its appid 微信 openid
	WeChatUnionID                             // a user for one WeChat Open Platform account; Scope names the account 微信 unionid
	WeComExternalID                           // a customer in one WeCom corporation; Scope is its corpid 企业微信 external_userid
	ExternalID                                // id in another system of the host; Scope names the system 外部系统编号
)

var identifierKindTerms = enum.New[IdentifierKind]("identifier-kind", unknown, enum.Names{
	{}, {"phone", "电话"}, {"email", "电子邮箱"}, {"credit-code", "统一社会信用代码"},
	{"wechat-openid", "微信 openid"}, {"wechat-unionid", "微信 unionid"},
	{"wecom-external-userid", "企业微信 external_userid"}, {"external", "外部系统编号"},
})

// IdentifierKinds returns all of them in the order of their constants.
func IdentifierKinds() []IdentifierKind { return identifierKindTerms.All() }

// Valid reports whether i is one of them.
func (i IdentifierKind) Valid() bool { return identifierKindTerms.Valid(i) }

// String returns the English name, "" for none, ? for a number that is none.
func (i IdentifierKind) String() string { return identifierKindTerms.Code(i) }

// Zh returns the Chinese name, "" for none, ? for a number that is none.
func (i IdentifierKind) Zh() string { return identifierKindTerms.Zh(i) }

// MarshalText writes the form of String; a number that is none is ErrInvalid.
func (i IdentifierKind) MarshalText() ([]byte, error) { return identifierKindTerms.Marshal(i) }

// UnmarshalText reads what MarshalText writes, and leaves i as it was on an error.
func (i *IdentifierKind) UnmarshalText(text []byte) error {
	return identifierKindTerms.Unmarshal(i, text)
}

// scoped reports whether identifiers of the kind mean something only within a scope.
func (i IdentifierKind) scoped() bool { return i >= WeChatOpenID }

// Identifier is something by which a party is known or reached (标识), in its normal
// form. [NewIdentifier] and [ParsePhones] make them. Identifiers are compared by ==.
// Value and Ext are personal.
type Identifier struct {
	Kind  IdentifierKind `json:"kind"`
	Scope string         `json:"scope,omitzero"` // where the value holds; "" for phones, e-mail and credit codes, which hold everywhere
	Value string         `json:"value"`          // in the form that NewIdentifier states
	Ext   string         `json:"ext,omitzero"`   // extension of a phone, 1 to 8 digits 分机
}

// NewIdentifier reads raw as an identifier of a kind and returns its normal form. Full
// width, invisible characters and white space at the ends are folded away first. The
// form of Value is
//
//   - Phone: of mobiles, landlines and foreign numbers E.164 (+8613800138000), of the
//     others the digits (4008108888, 95588, 65529988). Read are +86, 0086, the bare
//     86 and the trunk 0 before a mobile, (0) after a country code, spaces, dots,
//     hyphens and brackets; an extension by 转, 分机, ext, x or #, or by -digits
//     behind a landline with its area. For a phone, scope is not a scope but the area code
//     (010, 0755) of numbers that come without one, and is used up; with "" such a
//     number stays [LineLocal].
//   - Email: lower case, local part and domain; a domain of at least two labels; no
//     quoted local part, no display name.
//   - CreditCode: 18 upper-case characters, both check characters right
//     (GB 32100-2015, and GB 11714 in characters 9 to 17). Spaces are dropped. A
//     wrong letter is not repaired: an error says at which position it stands and,
//     for O and I, which digit may be meant.
//   - WeChat and WeCom ids: ASCII letters, digits, - and _, 1 to 128 bytes, case kept;
//     scope is required, since none of them means anybody outside of its application,
//     Open Platform account or corporation.
//   - ExternalID: 1 to 255 bytes without control characters, case kept; scope is
//     required.
//
// A scope is 1 to [MaxScope] bytes of ASCII letters, digits, dots, - and _. Errors are
// ErrInvalid and ErrIncomplete, each an [*Error] that does not repeat what it could
// not read; a credit code can have several, joined.
func NewIdentifier(kind IdentifierKind, scope, raw string) (Identifier, error) {
	if !kind.Valid() {
		return Identifier{}, invalid("kind", "is unknown")
	}
	if kind != Phone {
		if err := checkScope(kind, scope); err != nil {
			return Identifier{}, err
		}
	}
	i := Identifier{Kind: kind, Scope: scope}
	if len(raw) > maxRaw || !utf8.ValidString(raw) {
		return Identifier{}, invalid(kind.String(), "is too long or not UTF-8")
	}
	var f faults
	switch kind {
	case Phone:
		var n number
		n, f = parsePhone(raw, scope)
		i.Scope, i.Value, i.Ext = "", n.value, n.ext
	case Email:
		i.Value, f = parseEmail(raw)
	case CreditCode:
		i.Value, f = parseCreditCode(raw)
	case ExternalID:
		i.Value, f = parseOpaque(kind, raw, MaxID, func(r rune) bool { return !unicode.IsControl(r) })
	default:
		i.Value, f = parseOpaque(kind, raw, 128, codeRune)
	}
	if len(f) > 0 {
		return Identifier{}, f.join()
	}
	return i, nil
}

// maxRaw is far above the longest identifier with all that people write around it.
const maxRaw = 1024

func checkScope(kind IdentifierKind, scope string) error {
	switch {
	case !kind.scoped() && scope != "":
		return invalid("scope", "is not for "+kind.String())
	case kind.scoped() && scope == "":
		return &Error{Field: "scope", Reason: "is needed for " + kind.String(), Err: ErrIncomplete}
	case len(scope) > MaxScope || strings.ContainsFunc(scope, func(r rune) bool { return !codeRune(r) && r != '.' }):
		return invalid("scope", "is not of the form wx1234")
	}
	return nil
}

func codeRune(r rune) bool {
	return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || r == '-' || r == '_'
}

// parseOpaque reads an id that only its issuer understands.
func parseOpaque(kind IdentifierKind, raw string, max int, allowed func(rune) bool) (string, faults) {
	var f faults
	value := strings.TrimSpace(raw)
	if value == "" || len(value) > max || strings.ContainsFunc(value, func(r rune) bool { return !allowed(r) }) {
		f.add(kind.String(), "is empty, too long or has characters that it never has", ErrInvalid)
	}
	return value, f
}

// Validate reports whether i is in the form that [NewIdentifier] makes.
func (i Identifier) Validate() error {
	raw, scope := i.Value, i.Scope
	if i.Kind == Phone {
		if scope != "" {
			return invalid("scope", "is not for phone")
		}
		if i.Ext != "" {
			raw += "转" + i.Ext
		}
	} else if i.Ext != "" {
		return invalid("ext", "is for phones")
	}
	normal, err := NewIdentifier(i.Kind, scope, raw)
	if err == nil && normal != i {
		err = invalid(i.Kind.String(), "is not in its normal form")
	}
	return err
}

// Exclusive reports whether only one customer may hold the identifier: a mobile
// without an extension, an e-mail address, a credit code, and what a scope makes
// unique. Other telephone numbers are shared by all behind a switchboard or by
// everybody who calls a company, a mobile with an extension is a relay number
// (隐私号), and of foreign numbers it is not known.
func (i Identifier) Exclusive() bool {
	if i.Kind == Phone {
		return i.Line() == LineMobile && i.Ext == ""
	}
	return i.Kind.Valid()
}

// ClaimKey returns the key by which the identifier is looked up and, where it is
// Exclusive, claimed: kind, scope and value, and an extension where there is one,
// joined by the byte 0x1F:
//
//	"phone\x1f\x1f+8613800138000"
//	"wechat-openid\x1fwx1234\x1foAbC"
//
// It is valid UTF-8 without NUL of at most [MaxClaimKey] bytes. Where it would be
// longer, the value is replaced by the byte 0x1E and its SHA-256 in hexadecimal. Equal
// keys are equal identifiers. The key is personal.
func (i Identifier) ClaimKey() string {
	head := i.Kind.String() + "\x1f" + i.Scope + "\x1f"
	value := i.Value
	if i.Ext != "" {
		value += "\x1f" + i.Ext
	}
	if len(head)+len(value) > MaxClaimKey {
		sum := sha256.Sum256([]byte(value))
		value = "\x1e" + hex.EncodeToString(sum[:])
	}
	return head + value
}

// LogValue shows the kind and the masked value.
func (i Identifier) LogValue() slog.Value {
	return slog.GroupValue(slog.String("kind", i.Kind.String()), slog.String("value", i.Masked()))
}
