package money

import "strconv"

// Currency is an ISO 4217 alphabetic code (货币) packed into an integer, so that
// it compares in one instruction and the codes are constants. The zero value
// says that no currency was stated. Order is by code.
//
// Any three upper-case letters are a currency: a host may use codes that the
// standard has dropped or does not list.
type Currency uint32

// The currencies that Chinese businesses meet most; [ParseCurrency] gives any other.
const (
	CNY Currency = 'C'<<16 | 'N'<<8 | 'Y' // 人民币元 renminbi yuan
	HKD Currency = 'H'<<16 | 'K'<<8 | 'D' // 港元 Hong Kong dollar
	MOP Currency = 'M'<<16 | 'O'<<8 | 'P' // 澳门元 Macao pataca
	TWD Currency = 'T'<<16 | 'W'<<8 | 'D' // 新台币元 new Taiwan dollar
	USD Currency = 'U'<<16 | 'S'<<8 | 'D' // 美元 US dollar
	EUR Currency = 'E'<<16 | 'U'<<8 | 'R' // 欧元 euro
	GBP Currency = 'G'<<16 | 'B'<<8 | 'P' // 英镑 pound sterling
	JPY Currency = 'J'<<16 | 'P'<<8 | 'Y' // 日元 yen
	KRW Currency = 'K'<<16 | 'R'<<8 | 'W' // 韩元 South Korean won
	SGD Currency = 'S'<<16 | 'G'<<8 | 'D' // 新加坡元 Singapore dollar
)

// ParseCurrency reads three upper-case ASCII letters. The empty text is not a
// currency here ([Currency.UnmarshalText] reads it as none).
func ParseCurrency[T ~string | ~[]byte](code T) (Currency, error) {
	if len(code) != 3 {
		return 0, invalid("currency", "is not three letters long")
	}
	c := Currency(code[0])<<16 | Currency(code[1])<<8 | Currency(code[2])
	if !c.Valid() {
		return 0, invalid("currency", "is not three upper-case letters")
	}
	return c, nil
}

// MustCurrency is ParseCurrency for constants in code and tests; it panics where
// ParseCurrency fails.
func MustCurrency(code string) Currency {
	c, err := ParseCurrency(code)
	if err != nil {
		panic(err)
	}
	return c
}

// IsZero reports whether no currency is stated.
func (c Currency) IsZero() bool { return c == 0 }

// Valid reports whether c is three letters or the zero value.
func (c Currency) Valid() bool {
	if c == 0 {
		return true
	}
	upper := func(b Currency) bool { return 'A' <= b && b <= 'Z' }
	return c>>24 == 0 && upper(c>>16&0xff) && upper(c>>8&0xff) && upper(c&0xff)
}

// Digits returns the number of decimal digits of the minor unit, 0 to 4, as ISO
// 4217 list one has it: 0 for BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND
// VUV XAF XOF XPF, 3 for BHD IQD JOD KWD LYD OMR TND, 4 for CLF UYW, else 2. So 2
// is also the answer for no currency, for codes that the list does not know, and
// for those to which it gives no minor unit at all (XAU, XDR, ...).
func (c Currency) Digits() int {
	switch c {
	case 'B'<<16 | 'I'<<8 | 'F', 'C'<<16 | 'L'<<8 | 'P', 'D'<<16 | 'J'<<8 | 'F', 'G'<<16 | 'N'<<8 | 'F',
		'I'<<16 | 'S'<<8 | 'K', JPY, 'K'<<16 | 'M'<<8 | 'F', KRW, 'P'<<16 | 'Y'<<8 | 'G',
		'R'<<16 | 'W'<<8 | 'F', 'U'<<16 | 'G'<<8 | 'X', 'U'<<16 | 'Y'<<8 | 'I', 'V'<<16 | 'N'<<8 | 'D',
		'V'<<16 | 'U'<<8 | 'V', 'X'<<16 | 'A'<<8 | 'F', 'X'<<16 | 'O'<<8 | 'F', 'X'<<16 | 'P'<<8 | 'F':
		return 0
	case 'B'<<16 | 'H'<<8 | 'D', 'I'<<16 | 'Q'<<8 | 'D', 'J'<<16 | 'O'<<8 | 'D', 'K'<<16 | 'W'<<8 | 'D',
		'L'<<16 | 'Y'<<8 | 'D', 'O'<<16 | 'M'<<8 | 'R', 'T'<<16 | 'N'<<8 | 'D':
		return 3
	case 'C'<<16 | 'L'<<8 | 'F', 'U'<<16 | 'Y'<<8 | 'W':
		return 4
	}
	return 2
}

// String returns the code, "" for no currency, and Currency(n) for a number that
// is no code.
func (c Currency) String() string {
	if c == 0 {
		return ""
	}
	if !c.Valid() {
		return "Currency(" + strconv.FormatUint(uint64(c), 10) + ")"
	}
	return string([]byte{byte(c >> 16), byte(c >> 8), byte(c)})
}

// Zh returns the unit's Chinese name for the constants of this package (元, 美元,
// ...) and the code for other currencies.
func (c Currency) Zh() string {
	switch c {
	case CNY:
		return "元"
	case HKD:
		return "港元"
	case MOP:
		return "澳门元"
	case TWD:
		return "新台币元"
	case USD:
		return "美元"
	case EUR:
		return "欧元"
	case GBP:
		return "英镑"
	case JPY:
		return "日元"
	case KRW:
		return "韩元"
	case SGD:
		return "新加坡元"
	}
	return c.String()
}

// MarshalText writes the code, and nothing for no currency. A number that is no
// code is ErrInvalid.
func (c Currency) MarshalText() ([]byte, error) {
	if !c.Valid() {
		return nil, invalid("currency", "is not three upper-case letters")
	}
	return []byte(c.String()), nil
}

// UnmarshalText reads what MarshalText writes.
func (c *Currency) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*c = 0
		return nil
	}
	parsed, err := ParseCurrency(text)
	if err == nil {
		*c = parsed
	}
	return err
}
