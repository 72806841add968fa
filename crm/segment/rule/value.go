package rule

import (
	"log/slog"
	"math/big"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/guanxi-go/guanxi/crm/calendar"
)

// Value is the value of an attribute (属性值): a text, a number, a bool, a day,
// a set of tags, or nothing at all. The zero value is nothing: the attribute is
// missing. An empty text and an empty set of tags are values, not missing ones.
type Value struct {
	kind  Type  // 0 where missing
	scale int8  // digits after the point of a number
	num   int64 // coefficient of a number; 0 or 1; day
	text  string
	tags  []string
}

// mistyped marks a value that no schema accepts.
const mistyped Type = 255

// Text returns a text.
func Text(s string) Value { return Value{kind: TypeText, text: s} }

// Int returns a whole number, for a [Field] of scale 0.
func Int(n int64) Value { return Value{kind: TypeNumber, num: n} }

// Decimal returns coefficient × 10^-scale, for a [Field] of that scale: an
// amount of 99 元 in fen is Decimal(9900, 2). A scale outside 0 to [MaxScale]
// makes a value that fits no field.
func Decimal(coefficient int64, scale int) Value {
	if scale < 0 || scale > MaxScale {
		return Value{kind: mistyped}
	}
	return Value{kind: TypeNumber, scale: int8(scale), num: coefficient}
}

// DecimalOf returns d with scale digits after the point. Nothing is rounded: it
// is [ErrInvalid] where d needs more digits, where its coefficient does not fit
// int64, and where scale is outside 0 to [MaxScale].
func DecimalOf(d decimal.Decimal, scale int) (Value, error) {
	coefficient := d.Coefficient()
	shift := int64(d.Exponent()) + int64(scale)
	switch {
	case scale < 0 || scale > MaxScale:
		return Value{}, invalid("", "the scale is 0 to "+strconv.Itoa(MaxScale))
	case coefficient.Sign() == 0: // whatever the exponent
	case shift > 18:
		return Value{}, invalid("", "the number does not fit 64 bits")
	case shift > 0:
		coefficient.Mul(coefficient, power10(shift))
	case -shift > int64(coefficient.BitLen()): // 10^n has more than n bits
		return Value{}, invalid("", "the number has more digits after the point than its scale")
	case shift < 0:
		var rest big.Int
		if coefficient.QuoRem(coefficient, power10(-shift), &rest); rest.Sign() != 0 {
			return Value{}, invalid("", "the number has more digits after the point than its scale")
		}
	}
	if !coefficient.IsInt64() {
		return Value{}, invalid("", "the number does not fit 64 bits")
	}
	return Decimal(coefficient.Int64(), scale), nil
}

func power10(n int64) *big.Int { return new(big.Int).Exp(big.NewInt(10), big.NewInt(n), nil) }

// Bool returns true or false.
func Bool(b bool) Value {
	if b {
		return Value{kind: TypeBool, num: 1}
	}
	return Value{kind: TypeBool}
}

// Day returns a day. The zero Day is no date, and so a missing value; a day
// outside [calendar.MinDay] to [calendar.MaxDay] fits no field.
func Day(d calendar.Day) Value {
	switch {
	case d.IsZero():
		return Value{}
	case !d.Valid():
		return Value{kind: mistyped}
	}
	return Value{kind: TypeDay, num: int64(d)}
}

// Tags returns a set of tags, in any order; repeated ones count once. The slice
// is kept and not copied: do not change it while the value is in use.
func Tags(tags ...string) Value { return Value{kind: TypeTags, tags: tags} }

// Type returns the value's type, 0 where it is missing.
func (v Value) Type() Type { return v.kind }

// Missing reports whether there is no value.
func (v Value) Missing() bool { return v.kind == 0 }

// String returns the value as people read it: a text as it is, a number with all
// its digits, a day as YYYY-MM-DD, tags with spaces between; "missing" for none.
func (v Value) String() string {
	switch v.kind {
	case 0:
		return "missing"
	case TypeText:
		return v.text
	case TypeNumber:
		return formatScaled(v.num, int(v.scale))
	case TypeBool:
		return strconv.FormatBool(v.num != 0)
	case TypeDay:
		return calendar.Day(v.num).String()
	case TypeTags:
		return strings.Join(v.tags, " ")
	}
	return v.kind.String()
}

// LogValue writes the type alone: a value may be somebody's telephone number.
func (v Value) LogValue() slog.Value { return slog.StringValue("[" + v.kind.String() + "]") }

// fits says why v is no value of the field, "" where it is one or missing.
func (v Value) fits(f Field) string {
	switch {
	case v.kind == 0 || v.kind == f.Type && int(v.scale) == f.Scale:
		return ""
	case v.kind == mistyped:
		return "the value is no day from the years 1 to 9999, or a number with a scale out of range"
	case v.kind != f.Type:
		return "the value is " + v.kind.String() + ", the schema says " + f.Type.String()
	}
	return "the value has " + strconv.Itoa(int(v.scale)) + " digits after the point, the schema says " + strconv.Itoa(f.Scale)
}
