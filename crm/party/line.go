package party

import (
	"strings"

	"github.com/guanxi-go/guanxi/internal/enum"
)

// Line is the kind of telephone line that a number belongs to (号码类型).
type Line uint8

const (
	LineMobile   Line = iota + 1 // of one person, as a rule 手机
	LineLandline                 // with its area code; often of a switchboard 固定电话
	LineLocal                    // landline whose area is not known 本地号码
	Line400                      // shared-cost number of a company 400 电话
	Line800                      // free number of a company 800 电话
	LineService                  // short number: 110, 12345, 95588, 10086 服务号码
	LineForeign                  // outside the mainland 境外号码
)

var lineTerms = enum.New[Line]("line", unknown, enum.Names{
	{}, {"mobile", "手机"}, {"landline", "固定电话"}, {"local", "本地号码"}, {"400", "400 电话"},
	{"800", "800 电话"}, {"service", "服务号码"}, {"foreign", "境外号码"},
})

// Lines returns all of them in the order of their constants.
func Lines() []Line { return lineTerms.All() }

// Valid reports whether l is one of them.
func (l Line) Valid() bool { return lineTerms.Valid(l) }

// String returns the English name, "" for none, ? for a number that is none.
func (l Line) String() string { return lineTerms.Code(l) }

// Zh returns the Chinese name, "" for none, ? for a number that is none.
func (l Line) Zh() string { return lineTerms.Zh(l) }

// MarshalText writes the form of String; a number that is none is ErrInvalid.
func (l Line) MarshalText() ([]byte, error) { return lineTerms.Marshal(l) }

// UnmarshalText reads what MarshalText writes, and leaves l as it was on an error.
func (l *Line) UnmarshalText(text []byte) error { return lineTerms.Unmarshal(l, text) }

// Line returns the kind of line of a phone, and the zero Line for other identifiers
// and for a value that is no telephone number.
func (i Identifier) Line() Line {
	if i.Kind != Phone {
		return 0
	}
	n, ok := readNumber(i.Value, "")
	if !ok {
		return 0
	}
	return n.line
}

// National returns a telephone number as it is dialled within the mainland:
// 13800138000, 01065529988, 4008108888; a foreign one as it is. For other
// identifiers it is "".
func (i Identifier) National() string {
	digits, mainland := strings.CutPrefix(i.Value, "+86")
	switch {
	case i.Kind != Phone:
		return ""
	case mainland && i.Line() == LineLandline:
		return "0" + digits
	case mainland:
		return digits
	}
	return i.Value
}

// area splits the digits of a landline without the trunk 0 into area code and number:
// 10 and 2x have three digits with the 0 and numbers of eight, all others four and
// seven or eight.
func area(national string) (code, rest string, ok bool) {
	n := 3
	switch {
	case strings.HasPrefix(national, "10") || strings.HasPrefix(national, "2"):
		n = 2
	case len(national) < 3 || national[0] < '3' || strings.HasPrefix(national, "400") || strings.HasPrefix(national, "800"):
		return "", "", false
	}
	if len(national) < n {
		return "", "", false
	}
	code, rest = national[:n], national[n:]
	return code, rest, local(rest) && (len(rest) == 8 || n == 3)
}

// local reports whether digits are those of a landline within its area: seven or
// eight, the first 2 to 8.
func local(digits string) bool {
	return (len(digits) == 7 || len(digits) == 8) && '2' <= digits[0] && digits[0] <= '8'
}

func mobile(digits string) bool {
	return len(digits) == 11 && digits[0] == '1' && '3' <= digits[1]
}

// service reports whether digits are a short number: 11x and 12x of three digits,
// 10xxx to 12xxx of five, 95 with three to six more, 96 with three or four.
func service(digits string) bool {
	switch n := len(digits); {
	case n < 3:
		return false
	case digits[:2] == "95":
		return 5 <= n && n <= 8
	case digits[:2] == "96":
		return n == 5 || n == 6
	case digits[0] == '1' && digits[1] <= '2':
		return n == 5 || n == 3 && digits[1] != '0'
	}
	return false
}
