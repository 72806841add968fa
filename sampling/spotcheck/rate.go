package spotcheck

import (
	"strconv"
	"strings"
)

// Rate is an exact share from 0 to 1 (比例): Num of Den. A quota in floating point is
// wrong: 7 % of 100 people would be 8, since 0.07*100 is 7.000000000000001. The zero
// value is no rate. As text, and so in JSON, it is "1/10".
type Rate struct {
	Num int64 // from 0 to Den
	Den int64 // 1 to 1e9, or 0 where Num is 0 too: no rate
}

// Percent returns n %.
func Percent(n int64) Rate { return Rate{n, 100} }

const maxDen = 1_000_000_000

// Valid reports whether r is a share, or no rate.
func (r Rate) Valid() bool {
	return r == Rate{} || r.Den >= 1 && r.Den <= maxDen && r.Num >= 0 && r.Num <= r.Den
}

// IsZero reports whether r is no rate, or 0.
func (r Rate) IsZero() bool { return r.Num == 0 }

// Of returns the least whole number of people that is not below the rate of n (不少于):
// the quotient rounded up, in integers. It is 0 for no rate, for an r that is not valid
// and for n below 1.
func (r Rate) Of(n int) int {
	if r.IsZero() || !r.Valid() || n < 1 || n > maxPeople {
		return 0
	}
	return int((int64(n)*r.Num + r.Den - 1) / r.Den) // below 2^61
}

// Float returns the nearest float64, for estimates; quotas are never made of it.
func (r Rate) Float() float64 {
	if r.Den == 0 {
		return 0
	}
	return float64(r.Num) / float64(r.Den)
}

// String returns "1/10", and "" for no rate.
func (r Rate) String() string {
	if r == (Rate{}) {
		return ""
	}
	return strconv.FormatInt(r.Num, 10) + "/" + strconv.FormatInt(r.Den, 10)
}

// MarshalText writes the form of String. ErrInvalid: r is not valid.
func (r Rate) MarshalText() ([]byte, error) {
	if !r.Valid() {
		return nil, refuse(ErrInvalid, "rate", codeRate)
	}
	return []byte(r.String()), nil
}

// UnmarshalText reads what MarshalText writes; people may also write 10%, 7.5% or 0.1.
func (r *Rate) UnmarshalText(text []byte) error {
	parsed, err := ParseRate(string(text))
	if err == nil {
		*r = parsed
	}
	return err
}

// ParseRate reads "1/10", "10%", "7.5%" or "0.1", exactly; "" is no rate. ErrInvalid:
// another form, or not from 0 to 1.
func ParseRate(text string) (Rate, error) {
	if text == "" {
		return Rate{}, nil
	}
	invalid := refuse(ErrInvalid, "rate", codeRate)
	if num, den, ok := strings.Cut(text, "/"); ok {
		n, okN := digits(num)
		d, okD := digits(den)
		r := Rate{n, d}
		if !okN || !okD || d < 1 || !r.Valid() {
			return Rate{}, invalid
		}
		return r, nil
	}
	number, percent := strings.CutSuffix(text, "%")
	whole, part, dotted := strings.Cut(number, ".")
	n, ok := digits(whole + part)
	if !ok || whole == "" || dotted && part == "" || len(part) > 7 {
		return Rate{}, invalid
	}
	r := Rate{n, 1}
	if percent {
		r.Den = 100
	}
	for range part {
		r.Den *= 10
	}
	if !r.Valid() {
		return Rate{}, invalid
	}
	return r, nil
}

func digits(s string) (int64, bool) {
	if s == "" || len(s) > 17 || strings.Trim(s, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.ParseInt(s, 10, 64)
	return n, err == nil
}
