package field

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/guanxi-go/guanxi/crm/calendar"
)

// String returns the value as text: the text itself, digits, YYYY-MM-DD, true or
// false, the option's code, the codes in byte order joined by commas, the id. It is
// "" where there is no value and where v is not valid. It may be personal.
func (v Value) String() string {
	switch {
	case !v.Valid():
		return ""
	case v.kind == TypeInt:
		return strconv.FormatInt(v.num, 10)
	case v.kind == TypeDate:
		return calendar.Day(v.num).String()
	case v.kind == TypeBool:
		return strconv.FormatBool(v.num == 1)
	}
	return v.text
}

// Parse reads a value of a type from the form of [Value.String]: Parse(v.Type(),
// v.String()) is v for every valid v. It is strict, because a text that has to be
// tidied first loses something: "007", "+7", "1,000" and " 7" are no numbers.
// Decimals may have zeros at the end of the fraction, codes of a multi any order.
// ErrInvalid for anything else, without the text.
func Parse(t Type, text string) (Value, error) {
	var v Value
	switch t {
	case TypeText:
		v = Text(text)
	case TypeInt:
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil || strconv.FormatInt(n, 10) != text {
			return Value{}, notA(t)
		}
		v = Int(n)
	case TypeDecimal:
		digits, ok := canonicalDecimal(text)
		if !ok {
			return Value{}, notA(t)
		}
		v = Value{kind: t, text: digits}
	case TypeDate:
		day, ok := calendar.ParseISO(text)
		if !ok {
			return Value{}, notA(t)
		}
		v = Date(day)
	case TypeBool:
		if text != "true" && text != "false" {
			return Value{}, notA(t)
		}
		v = Bool(text == "true")
	case TypeEnum:
		v = Enum(text)
	case TypeMulti:
		v = Multi(splitCodes(text)...)
	case TypeRef:
		v = Ref(text)
	}
	if !v.Valid() {
		return Value{}, notA(t)
	}
	return v, nil
}

func notA(t Type) error {
	if !t.Valid() {
		return &Error{Part: "type", Reason: "is unknown", Err: ErrInvalid}
	}
	return &Error{Reason: "is no " + t.String() + " value", Err: ErrInvalid}
}

func splitCodes(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(text, ",")
}

// canonicalDecimal reads -digits.digits without superfluous zeros in front and
// returns it without those at the end of the fraction; zero has no sign.
func canonicalDecimal(text string) (string, bool) {
	digits, negative := strings.CutPrefix(text, "-")
	whole, fraction, point := strings.Cut(digits, ".")
	notDigit := func(r rune) bool { return r < '0' || '9' < r }
	switch {
	case whole == "" || strings.ContainsFunc(whole, notDigit) || len(whole) > 1 && whole[0] == '0':
		return "", false
	case point && fraction == "" || strings.ContainsFunc(fraction, notDigit):
		return "", false
	}
	fraction = strings.TrimRight(fraction, "0")
	if len(whole)+len(fraction) > MaxDigits {
		return "", false
	}
	if fraction != "" {
		whole += "." + fraction
	}
	if negative && whole != "0" {
		whole = "-" + whole
	}
	return whole, true
}

// compare returns the order of two valid values of one ordered type.
func compare(a, b Value) int {
	if a.kind != TypeDecimal {
		return cmp.Compare(a.num, b.num)
	}
	x, _ := decimal.NewFromString(a.text)
	y, _ := decimal.NewFromString(b.text)
	return x.Cmp(y)
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
