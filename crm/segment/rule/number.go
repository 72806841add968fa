package rule

import (
	"math"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"
)

// MaxScale is the most digits after the point that a number has.
const MaxScale = 18

// maxDigits keeps the numbers of a rule inside int64 with room to spare, so that
// no threshold is the smallest or the largest int64: a sum that leaves int64 may
// then be cut off there and still compares rightly. limit is the largest.
const (
	maxDigits = 18
	limit     = 999_999_999_999_999_999
)

// number is coefficient × 10^-scale in lowest terms: no zero at the end of the
// coefficient while scale > 0. So 1.50, 15e-1 and 1.5 are one number.
type number struct {
	coefficient int64
	scale       int
}

// parseNumber reads a number of JSON. It returns false where the number needs
// more than 18 digits in front of and after the point together.
func parseNumber(text string) (number, bool) {
	mantissa, exponent := text, 0
	if i := strings.IndexAny(text, "eE"); i >= 0 {
		mantissa = text[:i]
		n, err := strconv.ParseInt(text[i+1:], 10, 32)
		if err != nil { // out of range, for the syntax was checked: only 0 can bear it
			n = math.MaxInt32
		}
		exponent = int(n)
	}
	mantissa, negative := strings.CutPrefix(mantissa, "-")
	whole, fraction, _ := strings.Cut(mantissa, ".")
	digits := strings.TrimLeft(whole+fraction, "0")
	if digits == "" {
		return number{}, true
	}
	significant := strings.TrimRight(digits, "0")
	// The value is significant × 10^exponent; int64, for a text of 1 MB and an
	// exponent near 2^31 leave int on 32 bits.
	power := int64(exponent) - int64(len(fraction)) + int64(len(digits)-len(significant))
	if len(significant) > maxDigits || power > maxDigits-int64(len(significant)) || power < -MaxScale {
		return number{}, false
	}
	n := number{scale: int(max(0, -power))}
	significant += strings.Repeat("0", int(max(0, power)))
	n.coefficient, _ = strconv.ParseInt(significant, 10, 64)
	if negative {
		n.coefficient = -n.coefficient
	}
	return n, true
}

func (n number) String() string { return formatScaled(n.coefficient, n.scale) }

// decimal returns the number for comparisons that are not worth a fast path.
func (n number) decimal() decimal.Decimal { return decimal.New(n.coefficient, -int32(n.scale)) }

// at returns the coefficient of n with scale digits after the point. fine is
// false where n has more of them, fits where the coefficient takes over 18
// digits.
func (n number) at(scale int) (coefficient int64, fine, fits bool) {
	coefficient = n.coefficient
	for range scale - n.scale {
		if coefficient > limit/10 || coefficient < -limit/10 {
			return 0, true, false
		}
		coefficient *= 10
	}
	return coefficient, n.scale <= scale, true
}

// formatScaled writes coefficient × 10^-scale with all its digits.
func formatScaled(coefficient int64, scale int) string {
	if scale == 0 {
		return strconv.FormatInt(coefficient, 10)
	}
	s := strconv.FormatInt(coefficient, 10)
	sign := ""
	if s[0] == '-' {
		sign, s = "-", s[1:]
	}
	if missing := scale + 1 - len(s); missing > 0 {
		s = strings.Repeat("0", missing) + s
	}
	return sign + s[:len(s)-scale] + "." + s[len(s)-scale:]
}
