package field

import (
	"log/slog"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/shopspring/decimal"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/internal/limit"
)

// Limits of values.
const (
	MaxRunes  = 10_000 // runes of a text
	MaxDigits = 38     // digits of a decimal, before and after the point together
	MaxID     = 255    // bytes of the id in a ref
	MaxCode   = 63     // bytes of the code of a field or an option
)

// Value is what one record holds for one field (字段值): a value of one of the eight
// types. Values are immutable and compared by ==; equal decimals and equal sets of
// options are equal values however they were written.
//
// The zero Value says that there is none. A Value made of what its type cannot hold
// (a text with NUL, a decimal of 39 digits) is not valid: it is refused by
// [Checker.Check] and cannot be marshalled.
type Value struct {
	kind Type
	num  int64  // int; date as calendar.Day; bool as 0 or 1
	text string // text; decimal in digits; option code; option codes joined by ","; id
}

// Values are the values of one record by the code of their field (字段值表). A field
// without a value has no entry.
type Values map[string]Value

// broken stands for what no value can hold. No text, code, number or id has it.
const broken = "\x00"

// Text returns a text: valid UTF-8 without NUL, of at most [MaxRunes] runes.
func Text(s string) Value {
	if !validText(s, MaxRunes) {
		s = broken
	}
	return Value{kind: TypeText, text: s}
}

// Int returns a whole number.
func Int(n int64) Value { return Value{kind: TypeInt, num: n} }

// Decimal returns an exact number of at most [MaxDigits] digits, the zeros after the
// last other fraction digit not counted: 1.50 and 1.5 are one value.
func Decimal(d decimal.Decimal) Value {
	text := broken
	// A number of a huge exponent is refused before its digits are written out.
	if exp := d.Exponent(); d.IsZero() {
		text = "0"
	} else if d.NumDigits() <= 4*MaxDigits && -4*MaxDigits <= exp && exp <= MaxDigits {
		if digits, ok := canonicalDecimal(d.String()); ok {
			text = digits
		}
	}
	return Value{kind: TypeDecimal, text: text}
}

// Date returns a day, which must be valid.
func Date(d calendar.Day) Value { return Value{kind: TypeDate, num: int64(d)} }

// Bool returns yes or no.
func Bool(b bool) Value {
	v := Value{kind: TypeBool}
	if b {
		v.num = 1
	}
	return v
}

// Enum returns the choice of one option by its code.
func Enum(code string) Value {
	if !validOption(code) {
		code = broken
	}
	return Value{kind: TypeEnum, text: code}
}

// Multi returns the choice of some options by their codes, as a set: order and
// repetition do not matter. Without a code it is the choice of none, which is a
// value too.
func Multi(codes ...string) Value {
	if !all(codes, validOption) {
		return Value{kind: TypeMulti, text: broken}
	}
	set := slices.Compact(slices.Sorted(slices.Values(codes)))
	return Value{kind: TypeMulti, text: strings.Join(set, ",")}
}

// Ref returns a reference to another thing by its id: valid UTF-8 without NUL, 1 to
// [MaxID] bytes. What kind of thing it is stands in the definition.
func Ref(id string) Value {
	if !validID(id) {
		id = broken
	}
	return Value{kind: TypeRef, text: id}
}

// IsZero reports whether there is no value.
func (v Value) IsZero() bool { return v == Value{} }

// Type returns the value's type, and the zero Type where there is no value.
func (v Value) Type() Type { return v.kind }

// Valid reports whether v is a value that its type can hold.
func (v Value) Valid() bool {
	return v.kind.Valid() && v.text != broken && (v.kind != TypeDate || calendar.Day(v.num).Valid())
}

// Text returns the text, and false where v is no valid text.
func (v Value) Text() (string, bool) { return v.textOf(TypeText) }

// Int returns the whole number, and false where v is none.
func (v Value) Int() (int64, bool) { return v.numOf(TypeInt) }

// Decimal returns the number, and false where v is no valid decimal.
func (v Value) Decimal() (decimal.Decimal, bool) {
	text, ok := v.textOf(TypeDecimal)
	if !ok {
		return decimal.Decimal{}, false
	}
	d, err := decimal.NewFromString(text)
	return d, err == nil
}

// Date returns the day, and false where v is no valid date.
func (v Value) Date() (calendar.Day, bool) {
	num, ok := v.numOf(TypeDate)
	return calendar.Day(num), ok
}

// Bool returns yes or no, and false for ok where v is neither.
func (v Value) Bool() (yes, ok bool) {
	num, ok := v.numOf(TypeBool)
	return num == 1, ok
}

// Enum returns the code of the option, and false where v is no valid choice of one.
func (v Value) Enum() (string, bool) { return v.textOf(TypeEnum) }

// Multi returns the codes of the options in byte order, and false where v is no
// valid choice of some. Each call returns a new slice.
func (v Value) Multi() ([]string, bool) {
	text, ok := v.textOf(TypeMulti)
	if text == "" {
		return nil, ok
	}
	return strings.Split(text, ","), ok
}

// Ref returns the id, and false where v is no valid reference.
func (v Value) Ref() (string, bool) { return v.textOf(TypeRef) }

func (v Value) textOf(t Type) (string, bool) {
	if v.kind != t || v.text == broken {
		return "", false
	}
	return v.text, true
}

func (v Value) numOf(t Type) (int64, bool) {
	if v.kind != t || !v.Valid() {
		return 0, false
	}
	return v.num, true
}

// empty reports whether v says nothing: no value, a blank text, no option.
func (v Value) empty() bool {
	return v.IsZero() || (v.kind == TypeText || v.kind == TypeMulti) && strings.TrimSpace(v.text) == ""
}

// LogValue shows the type alone: a value may be personal.
func (v Value) LogValue() slog.Value { return slog.StringValue(v.kind.String()) }

// LogValue shows the codes and types of the values, in byte order of the code.
func (v Values) LogValue() slog.Value {
	var attrs []slog.Attr
	for _, code := range sortedKeys(v) {
		if validCode(code) {
			attrs = append(attrs, slog.String(code, v[code].kind.String()))
		}
	}
	return slog.GroupValue(attrs...)
}

// validCode reports whether code can be a field's: lower-case ASCII letters, digits
// and _, beginning with a letter, of at most MaxCode bytes.
func validCode(code string) bool {
	for i := range len(code) {
		c := code[i]
		if (c < 'a' || c > 'z') && (i == 0 || (c < '0' || c > '9') && c != '_') {
			return false
		}
	}
	return code != "" && len(code) <= MaxCode
}

// validOption reports whether code can be an option's: ASCII letters, digits, dots,
// - and _, of at most MaxCode bytes. It has no comma, by which sets are joined.
func validOption(code string) bool {
	for i := range len(code) {
		c := code[i]
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '.' && c != '-' && c != '_' {
			return false
		}
	}
	return code != "" && len(code) <= MaxCode
}

func validID(id string) bool { return limit.Text(id, 1, MaxID) }

func validText(s string, max int) bool {
	return utf8.ValidString(s) && !strings.Contains(s, "\x00") && utf8.RuneCountInString(s) <= max
}

func all(list []string, ok func(string) bool) bool {
	return !slices.ContainsFunc(list, func(s string) bool { return !ok(s) })
}
