package money

import (
	"math"
	"math/bits"
	"strconv"
)

// MaxDigits is the largest number of fraction digits that [ParseMinor] reads:
// the powers of ten that fit int64.
const MaxDigits = 18

var pow10 = [MaxDigits + 1]uint64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9,
	1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18}

// ParseMinor reads a decimal number as a whole count of 10^-digits, exactly:
// ParseMinor("12.3", 2) is 1230. It takes an optional sign, ASCII digits and at
// most one point, with a digit on at least one side of it (".5" and "5." are
// numbers). Zeros beyond digits are read ("29.330" at 2 is 2933).
//
// ErrInvalid: another digit beyond digits, so nothing is ever rounded; any other
// byte (spaces, thousands separators, exponents, NaN, Inf, full-width digits);
// no digit at all; digits outside 0 to [MaxDigits]. ErrOverflow: a number so
// written that does not fit int64. It does not allocate unless it fails.
func ParseMinor[T ~string | ~[]byte](text T, digits int) (int64, error) {
	if digits < 0 || digits > MaxDigits {
		return 0, errDigits()
	}
	start := 0
	if len(text) > 0 && (text[0] == '-' || text[0] == '+') {
		start = 1
	}
	// The rows of a log: a point, every digit that the currency has, and so few
	// of them (18) that the number fits. Whatever else comes goes to parseAny.
	if n := len(text) - start; n < 2 || n > 19 {
		return parseAny(text, digits)
	}
	var u int64
	i := start
	for ; i < len(text); i++ {
		d := text[i] - '0'
		if d > 9 {
			break
		}
		u = u*10 + int64(d)
	}
	end := i + 1 + digits
	if end > len(text) || text[i] != '.' {
		return parseAny(text, digits)
	}
	for i++; i < end; i++ {
		d := text[i] - '0'
		if d > 9 {
			return parseAny(text, digits)
		}
		u = u*10 + int64(d)
	}
	for ; i < len(text); i++ {
		if text[i] != '0' {
			return parseAny(text, digits)
		}
	}
	if text[0] == '-' {
		u = -u
	}
	return u, nil
}

// parseAny is ParseMinor for every text and for digits of 0 to MaxDigits.
func parseAny[T ~string | ~[]byte](text T, digits int) (int64, error) {
	i, negative := 0, false
	if len(text) > 0 && (text[0] == '-' || text[0] == '+') {
		negative = text[0] == '-'
		i = 1
	}
	// u may wrap after tooLarge is set: a malformed text is ErrInvalid however
	// large the number in front of the bad byte.
	var u uint64
	tooLarge := false
	first := i
	for ; i < len(text); i++ {
		d := text[i] - '0'
		if d > 9 {
			break
		}
		tooLarge = tooLarge || u > (math.MaxUint64-9)/10
		u = u*10 + uint64(d)
	}
	count := i - first
	missing := digits
	if i < len(text) && text[i] == '.' {
		i++
		first = i
		for ; i < len(text) && missing > 0; i++ {
			d := text[i] - '0'
			if d > 9 {
				break
			}
			tooLarge = tooLarge || u > (math.MaxUint64-9)/10
			u = u*10 + uint64(d)
			missing--
		}
		for missing == 0 && i < len(text) && text[i] == '0' {
			i++
		}
		count += i - first
	}
	if i < len(text) || count == 0 {
		return 0, errSyntax(text, i)
	}
	hi, u := bits.Mul64(u, pow10[missing])
	if tooLarge || hi != 0 {
		return 0, overflow("amount")
	}
	return signed(u, negative)
}

// signed gives the magnitude u its sign.
func signed(u uint64, negative bool) (int64, error) {
	if negative {
		if u > 1<<63 {
			return 0, overflow("amount")
		}
		return -int64(u), nil // 1<<63 wraps to MinInt64, which is its own negative
	}
	if u > math.MaxInt64 {
		return 0, overflow("amount")
	}
	return int64(u), nil
}

// magnitude is the absolute value, which for MinInt64 only fits uint64.
func magnitude(v int64) (u uint64, negative bool) {
	if v < 0 {
		return -uint64(v), true
	}
	return uint64(v), false
}

func errDigits() error {
	return invalid("digits", "outside 0 to "+strconv.Itoa(MaxDigits))
}

// errSyntax says why ParseMinor stopped at byte i of text.
func errSyntax[T ~string | ~[]byte](text T, i int) error {
	if i == len(text) {
		return invalid("amount", "has no digit")
	}
	reason := "unexpected byte"
	switch c := text[i]; {
	case '0' <= c && c <= '9':
		reason = "more fraction digits than the minor unit has"
	case c == ',' || c == '\'' || c == '_':
		reason = "thousands separator"
	case c == 'e' || c == 'E':
		reason = "exponent"
	case c == ' ' || c == '\t' || c == '\r' || c == '\n':
		reason = "white space"
	case c >= 0x80:
		reason = "character outside ASCII"
	}
	return invalid("amount", reason+" at byte "+strconv.Itoa(i))
}

// FormatMinor writes what ParseMinor reads: FormatMinor(-5, 2) is "-0.05". It
// has exactly digits fraction digits, and no point where digits is 0 or less.
func FormatMinor(minor int64, digits int) string {
	var buf [32]byte
	return string(AppendMinor(buf[:0], minor, digits))
}

// AppendMinor appends the form of [FormatMinor] to dst.
func AppendMinor(dst []byte, minor int64, digits int) []byte {
	u, negative := magnitude(minor)
	if negative {
		dst = append(dst, '-')
	}
	if digits <= 0 {
		return strconv.AppendUint(dst, u, 10)
	}
	var buf [20]byte
	s := strconv.AppendUint(buf[:0], u, 10)
	if len(s) > digits {
		dst = append(dst, s[:len(s)-digits]...)
		s = s[len(s)-digits:]
	} else {
		dst = append(dst, '0')
	}
	dst = append(dst, '.')
	for n := digits - len(s); n > 0; n-- {
		dst = append(dst, '0')
	}
	return append(dst, s...)
}
