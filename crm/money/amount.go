package money

import (
	"bytes"
	"encoding/json"
	"math"
	"math/big"

	"github.com/shopspring/decimal"
)

// Amount is a sum of money (金额): Minor minor units of Currency, so that
// Amount{1230, CNY} is 12.30 yuan. The zero value is nothing of no currency and
// is the neutral element of [Amount.Add]; a stated zero such as Amount{0, JPY}
// is not.
type Amount struct {
	Minor    int64
	Currency Currency
}

// ParseAmount reads a decimal number of the currency's unit with the rules of
// [ParseMinor]: ParseAmount("12.3", CNY) is 12.30 yuan, and a digit that the
// currency does not have ("0.5" yen) is ErrInvalid.
func ParseAmount(text string, cur Currency) (Amount, error) {
	if !cur.Valid() {
		return Amount{}, invalid("currency", "is not three upper-case letters")
	}
	minor, err := ParseMinor(text, cur.Digits())
	if err != nil {
		return Amount{}, err
	}
	return Amount{minor, cur}, nil
}

// FromDecimal returns d units of the currency as minor units, rounded once by
// mode; under [Exact] a fraction of a minor unit is ErrInvalid. ErrOverflow where
// the result does not fit int64. The cost does not grow with d's exponent.
func FromDecimal(d decimal.Decimal, cur Currency, mode Rounding) (Amount, error) {
	if !cur.Valid() {
		return Amount{}, invalid("currency", "is not three upper-case letters")
	}
	coef, shift := d.Coefficient(), int64(d.Exponent())+int64(cur.Digits())
	size := int64(coef.BitLen())
	var q *big.Int
	f := none
	switch {
	case size == 0:
		q = coef
	case shift > 19: // at least 10^20
		return Amount{}, overflow("amount")
	case shift >= 0:
		q = coef.Abs(coef.Mul(coef, bigPow10(shift)))
	case -shift > size: // below 2^size / 10^size, which is at most 1/5
		q, f = new(big.Int), belowHalf
	default:
		q, f = quoRound(coef, bigPow10(shift))
	}
	if !q.IsUint64() {
		return Amount{}, overflow("amount")
	}
	minor, err := mode.round(q.Uint64(), f, d.Sign() < 0)
	if err != nil {
		return Amount{}, err
	}
	return Amount{minor, cur}, nil
}

// Sign returns -1, 0 or 1.
func (a Amount) Sign() int {
	switch {
	case a.Minor < 0:
		return -1
	case a.Minor > 0:
		return 1
	}
	return 0
}

// common returns the currency that two amounts share; the zero Amount takes on
// the other's.
func common(a, b Amount) (Currency, error) {
	switch {
	case a.Currency == b.Currency || b == Amount{}:
		return a.Currency, nil
	case a == Amount{}:
		return b.Currency, nil
	}
	return 0, &Error{
		Field: "currency", Item: -1,
		Reason: name(a.Currency) + " meets " + name(b.Currency), Err: ErrCurrency,
	}
}

// name is a currency in an error's sentence.
func name(c Currency) string {
	if c == 0 {
		return "no currency"
	}
	return c.String()
}

// Add returns a + b: ErrCurrency where the currencies differ, ErrOverflow where
// the sum does not fit.
func (a Amount) Add(b Amount) (Amount, error) {
	cur, err := common(a, b)
	if err != nil {
		return Amount{}, err
	}
	sum := a.Minor + b.Minor
	if (sum > a.Minor) != (b.Minor > 0) {
		return Amount{}, overflow("amount")
	}
	return Amount{sum, cur}, nil
}

// Sub returns a - b, with the errors of Add.
func (a Amount) Sub(b Amount) (Amount, error) {
	cur, err := common(a, b)
	if err != nil {
		return Amount{}, err
	}
	diff := a.Minor - b.Minor
	if (diff < a.Minor) != (b.Minor > 0) {
		return Amount{}, overflow("amount")
	}
	return Amount{diff, cur}, nil
}

// Neg returns -a, and ErrOverflow for the smallest int64.
func (a Amount) Neg() (Amount, error) {
	if a.Minor == math.MinInt64 {
		return Amount{}, overflow("amount")
	}
	return Amount{-a.Minor, a.Currency}, nil
}

// Cmp returns -1, 0 or 1 as a is less than, equal to or more than b, and
// ErrCurrency where the currencies differ.
func (a Amount) Cmp(b Amount) (int, error) {
	if _, err := common(a, b); err != nil {
		return 0, err
	}
	switch {
	case a.Minor < b.Minor:
		return -1, nil
	case a.Minor > b.Minor:
		return 1, nil
	}
	return 0, nil
}

// Mul returns a times r, rounded once by mode; see [Ratio.Mul].
func (a Amount) Mul(r Ratio, mode Rounding) (Amount, error) {
	minor, err := r.Mul(a.Minor, mode)
	if err != nil {
		return Amount{}, err
	}
	return Amount{minor, a.Currency}, nil
}

// Decimal returns the amount in units of the currency, exactly.
func (a Amount) Decimal() decimal.Decimal {
	return decimal.New(a.Minor, int32(-a.Currency.Digits()))
}

// String returns the number with the currency's digits and its code: "12.30
// CNY", or "12.30" without a currency.
func (a Amount) String() string {
	return a.with(" ", a.Currency.String())
}

// Zh returns the number with the unit in Chinese: "12.30 元", "1200 日元", or
// "12.30" without a currency.
func (a Amount) Zh() string {
	return a.with(" ", a.Currency.Zh())
}

func (a Amount) with(space, unit string) string {
	var buf [64]byte
	b := AppendMinor(buf[:0], a.Minor, a.Currency.Digits())
	if unit != "" {
		b = append(append(b, space...), unit...)
	}
	return string(b)
}

// Wan returns the amount in ten thousands of the unit (万元), exactly and without
// trailing zeros: 12345.60 yuan is "1.23456 万元", 20000 yen are "2 万日元".
func (a Amount) Wan() string {
	var buf [64]byte
	b := AppendMinor(buf[:0], a.Minor, a.Currency.Digits()+4)
	b = bytes.TrimSuffix(bytes.TrimRight(b, "0"), []byte("."))
	return string(append(append(b, " 万"...), a.Currency.Zh()...))
}

// MarshalJSON writes {"amount":"12.30","currency":"CNY"}: the number as a text,
// which no reader turns into a float, and "" for no currency.
func (a Amount) MarshalJSON() ([]byte, error) {
	if !a.Currency.Valid() {
		return nil, invalid("currency", "is not three upper-case letters")
	}
	b := append([]byte(nil), `{"amount":"`...)
	b = AppendMinor(b, a.Minor, a.Currency.Digits())
	b = append(append(b, `","currency":"`...), a.Currency.String()...)
	return append(b, `"}`...), nil
}

// plain reads exactly what MarshalJSON writes, which is most of what is ever read, and
// reports whether data were that.
func (a *Amount) plain(data []byte) bool {
	rest, opens := bytes.CutPrefix(data, []byte(`{"amount":"`))
	number, rest, between := bytes.Cut(rest, []byte(`","currency":"`))
	code, closes := bytes.CutSuffix(rest, []byte(`"}`))
	if !opens || !between || !closes {
		return false
	}
	cur, err := ParseCurrency(code)
	if err != nil {
		return false
	}
	minor, err := ParseMinor(number, cur.Digits())
	if err != nil {
		return false
	}
	*a = Amount{Minor: minor, Currency: cur}
	return true
}

// UnmarshalJSON reads what MarshalJSON writes. A missing or unknown member, an
// amount that is not a string, and a digit that the currency does not have are
// ErrInvalid; null leaves a as it is.
func (a *Amount) UnmarshalJSON(data []byte) error {
	if string(data) == "null" || a.plain(data) {
		return nil
	}
	var v struct {
		Amount   *string `json:"amount"`
		Currency *string `json:"currency"`
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&v); err != nil || v.Amount == nil || v.Currency == nil {
		return invalid("amount", `is not an object {"amount": text, "currency": text}`)
	}
	var cur Currency
	if err := cur.UnmarshalText([]byte(*v.Currency)); err != nil {
		return err
	}
	parsed, err := ParseAmount(*v.Amount, cur)
	if err == nil {
		*a = parsed
	}
	return err
}
