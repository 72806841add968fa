package money

import (
	"errors"
	"math/big"
	"math/bits"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"
)

// Ratio is the exact fraction Num/Den (比率): a share, a tax, a rate. Den must be
// positive; the zero value is no ratio, and every method that needs one answers
// ErrInvalid for it. Ratio{2, 4} and Ratio{1, 2} are equal by [Ratio.Cmp] and
// not by ==; [Ratio.Reduce] makes == agree.
type Ratio struct {
	Num int64
	Den int64
}

// NewRatio returns num/den in lowest terms with a positive denominator. A den of
// 0 is ErrInvalid; ErrOverflow where the sign cannot be moved (1/MinInt64).
func NewRatio(num, den int64) (Ratio, error) {
	if den == 0 {
		return Ratio{}, invalid("ratio", "denominator is zero")
	}
	n, negN := magnitude(num)
	d, negD := magnitude(den)
	g := gcd(n, d)
	rn, err := signed(n/g, negN != negD)
	if err != nil {
		return Ratio{}, overflow("ratio")
	}
	rd, err := signed(d/g, false)
	if err != nil {
		return Ratio{}, overflow("ratio")
	}
	return Ratio{rn, rd}, nil
}

// maxRatioText is longer than any decimal whose lowest terms fit a Ratio (Den =
// 2^62 has 62 fraction digits); it bounds the work on hostile text.
const maxRatioText = 128

// ParseRatio reads a decimal ("0.065", "-1.5") or a fraction of two integers
// ("13/100") and returns it in lowest terms. A number that is not written so is
// ErrInvalid (percent signs, exponents and spaces too), and so is a text of more
// than 128 bytes; a value whose lowest terms do not fit is ErrOverflow.
func ParseRatio[T ~string | ~[]byte](text T) (Ratio, error) {
	if len(text) > maxRatioText {
		return Ratio{}, invalid("ratio", "longer than "+strconv.Itoa(maxRatioText)+" bytes")
	}
	num, den, isFraction := strings.Cut(string(text), "/")
	if !isFraction {
		return parseDecimalRatio(num)
	}
	n, errN := strconv.ParseInt(num, 10, 64)
	d, errD := strconv.ParseInt(den, 10, 64)
	if errors.Is(errN, strconv.ErrSyntax) || errors.Is(errD, strconv.ErrSyntax) {
		return Ratio{}, invalid("ratio", "is not a fraction of two integers")
	}
	if errN != nil || errD != nil {
		return Ratio{}, overflow("ratio")
	}
	return NewRatio(n, d)
}

func parseDecimalRatio(text string) (Ratio, error) {
	sign := text[:len(text)-len(strings.TrimLeft(text, "+-"))]
	whole, fraction, _ := strings.Cut(text[len(sign):], ".")
	digits := whole + fraction
	if len(sign) > 1 || digits == "" || strings.Trim(digits, "0123456789") != "" {
		return Ratio{}, invalid("ratio", "is not a decimal number")
	}
	coef, _ := new(big.Int).SetString(digits, 10)
	if sign == "-" {
		coef.Neg(coef)
	}
	return RatioFromDecimal(decimal.NewFromBigInt(coef, int32(-len(fraction))))
}

// RatioFromDecimal returns d in lowest terms, and ErrOverflow where they do not
// fit 64 bits. Nothing is rounded.
func RatioFromDecimal(d decimal.Decimal) (Ratio, error) {
	coef, exp := d.Coefficient(), int64(d.Exponent())
	if coef.Sign() == 0 {
		return Ratio{0, 1}, nil
	}
	// A decimal number may carry an exponent of two thousand million; the lowest
	// terms keep at least 10^|exp| / coef on one side.
	size := int64(coef.BitLen())
	if exp > 19 || -exp > 19+size {
		return Ratio{}, overflow("ratio")
	}
	r := new(big.Rat)
	if power := bigPow10(exp); exp >= 0 {
		r.SetInt(coef.Mul(coef, power))
	} else {
		r.SetFrac(coef, power)
	}
	if !r.Num().IsInt64() || !r.Denom().IsInt64() {
		return Ratio{}, overflow("ratio")
	}
	return Ratio{r.Num().Int64(), r.Denom().Int64()}, nil
}

// bigPow10 returns ten to the |n|.
func bigPow10(n int64) *big.Int {
	return new(big.Int).Exp(big.NewInt(10), big.NewInt(max(n, -n)), nil)
}

// Valid reports whether Den is positive.
func (r Ratio) Valid() bool { return r.Den > 0 }

// Reduce returns r in lowest terms, and r itself where it is not valid.
func (r Ratio) Reduce() Ratio {
	if !r.Valid() {
		return r
	}
	n, _ := magnitude(r.Num)
	g := int64(gcd(n, uint64(r.Den))) // at most Den
	return Ratio{r.Num / g, r.Den / g}
}

// Inverse returns Den/Num, and ErrInvalid for zero.
func (r Ratio) Inverse() (Ratio, error) {
	if !r.Valid() {
		return Ratio{}, errRatio()
	}
	return NewRatio(r.Den, r.Num)
}

// Cmp returns -1, 0 or 1 as r is below, equal to or above s, exactly. ErrInvalid
// where either is not valid.
func (r Ratio) Cmp(s Ratio) (int, error) {
	if !r.Valid() || !s.Valid() {
		return 0, errRatio()
	}
	rn, rNeg := magnitude(r.Num)
	sn, sNeg := magnitude(s.Num)
	if rNeg != sNeg {
		if rNeg {
			return -1, nil
		}
		return 1, nil
	}
	rHi, rLo := bits.Mul64(rn, uint64(s.Den))
	sHi, sLo := bits.Mul64(sn, uint64(r.Den))
	order := 0
	switch {
	case rHi < sHi || rHi == sHi && rLo < sLo:
		order = -1
	case rHi > sHi || rLo > sLo:
		order = 1
	}
	if rNeg {
		order = -order
	}
	return order, nil
}

// Mul returns minor times r, rounded once: Ratio{13, 100}.Mul(1999, HalfUp) is
// 260. The product is exact in 128 bits. ErrInvalid where r is not valid, and
// under [Exact] where a fraction is left; ErrOverflow where the result does not
// fit.
func (r Ratio) Mul(minor int64, mode Rounding) (int64, error) {
	if !r.Valid() {
		return 0, errRatio()
	}
	a, negA := magnitude(minor)
	n, negN := magnitude(r.Num)
	hi, lo := bits.Mul64(a, n)
	den := uint64(r.Den)
	if hi >= den { // the quotient needs more than 64 bits
		return 0, overflow("amount")
	}
	q, rem := bits.Div64(hi, lo, den)
	return mode.round(q, fractionOf(rem, den), negA != negN)
}

// Decimal returns r to so many fraction digits, rounded half to even. ErrInvalid
// where r is not valid or digits lies outside 0 to [MaxDigits].
func (r Ratio) Decimal(digits int) (decimal.Decimal, error) {
	if !r.Valid() {
		return decimal.Decimal{}, errRatio()
	}
	if digits < 0 || digits > MaxDigits {
		return decimal.Decimal{}, errDigits()
	}
	scaled := new(big.Int).Mul(big.NewInt(r.Num), bigPow10(int64(digits)))
	q, f := quoRound(scaled, big.NewInt(r.Den))
	if f == aboveHalf || f == half && q.Bit(0) == 1 {
		q.Add(q, big.NewInt(1))
	}
	if r.Num < 0 {
		q.Neg(q)
	}
	return decimal.NewFromBigInt(q, int32(-digits)), nil
}

// quoRound divides the magnitude of num by den > 0.
func quoRound(num, den *big.Int) (*big.Int, fraction) {
	q, rem := new(big.Int).QuoRem(new(big.Int).Abs(num), den, new(big.Int))
	if rem.Sign() == 0 {
		return q, none
	}
	switch rem.Lsh(rem, 1).Cmp(den) {
	case -1:
		return q, belowHalf
	case 0:
		return q, half
	}
	return q, aboveHalf
}

// String returns "Num/Den", and "" for the zero value.
func (r Ratio) String() string {
	if r == (Ratio{}) {
		return ""
	}
	return strconv.FormatInt(r.Num, 10) + "/" + strconv.FormatInt(r.Den, 10)
}

// MarshalText writes the form of String. A ratio that is neither valid nor the
// zero value is ErrInvalid.
func (r Ratio) MarshalText() ([]byte, error) {
	if !r.Valid() && r != (Ratio{}) {
		return nil, errRatio()
	}
	return []byte(r.String()), nil
}

// UnmarshalText reads what [ParseRatio] reads, and nothing as the zero value.
func (r *Ratio) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*r = Ratio{}
		return nil
	}
	parsed, err := ParseRatio(text)
	if err == nil {
		*r = parsed
	}
	return err
}

func errRatio() error { return invalid("ratio", "denominator is not positive") }

// gcd is Euclid's, of magnitudes that are not both zero.
func gcd(a, b uint64) uint64 {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}
