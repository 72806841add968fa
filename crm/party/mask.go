package party

import (
	"strings"
	"unicode/utf8"
)

const masked = "****"

// Masked returns the identifier as it may be shown to somebody who is not to know it
// (脱敏): a mobile 138****8000, a landline 010****88, another number with its last two
// digits, an e-mail address r***@example.com, a credit code its first and last four,
// other ids their last four where they have sixteen characters, else their last two
// where they have eight. Numbers of companies (400, 800, service) are public and shown
// whole. Whatever is not in its normal form is **** alone.
func (i Identifier) Masked() string {
	if i.Validate() != nil {
		return masked
	}
	switch i.Kind {
	case Phone:
		return i.maskedPhone()
	case Email:
		first, _ := utf8.DecodeRuneInString(i.Value)
		return string(first) + "***" + i.Value[strings.IndexByte(i.Value, '@'):]
	case CreditCode:
		return i.Value[:4] + masked + i.Value[14:]
	}
	switch r := []rune(i.Value); {
	case len(r) >= 16:
		return masked + string(r[len(r)-4:])
	case len(r) >= 8:
		return masked + string(r[len(r)-2:])
	}
	return masked
}

func (i Identifier) maskedPhone() string {
	number := i.National()
	last := number[len(number)-2:]
	switch i.Line() {
	case LineMobile:
		return number[:3] + masked + number[7:]
	case LineLandline:
		code, _, _ := area(number[1:])
		return "0" + code + masked + last
	case LineForeign:
		return "+" + masked + last
	case LineLocal:
		return masked + last
	}
	return number
}

// MaskName returns the first character of a name and a * for each of the others:
// 欧阳娜娜 is 欧***. Where there is one character only it is *.
func MaskName(name string) string {
	switch n := utf8.RuneCountInString(name); n {
	case 0, 1:
		return strings.Repeat("*", n)
	default:
		first, _ := utf8.DecodeRuneInString(name)
		return string(first) + strings.Repeat("*", n-1)
	}
}
