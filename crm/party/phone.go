package party

import (
	"strings"

	"github.com/guanxi-go/guanxi/internal/fault"
)

// number is a telephone number in its normal form.
type number struct {
	value string // E.164 or digits
	ext   string
	line  Line
}

// ParsePhones reads all the telephone numbers of one cell, separated by / , 、 ; or a
// line break, half or full width, and returns each once, in order. The area code is
// that of numbers that come without one, or "". An empty cell has none. One part that
// is no number makes the whole an error, which says which part (Field "phone[1]"):
// in 010-65529988/89 the second number is not said, and is not guessed.
func ParsePhones(cell, area string) ([]Identifier, error) {
	parts := strings.FieldsFunc(cell, func(r rune) bool { return strings.ContainsRune("/,、;／，；\n\r", r) })
	var f faults
	var list []Identifier
	seen := map[Identifier]bool{}
	for i, part := range parts {
		if fold(part) == "" {
			continue
		}
		read, err := NewIdentifier(Phone, area, part)
		if err != nil {
			f.add(fault.Place("phone", i), "is no telephone number", ErrInvalid)
			continue
		}
		if !seen[read] {
			list = append(list, read)
			seen[read] = true
		}
	}
	if len(f) > 0 {
		return nil, f.join()
	}
	return list, nil
}

// parsePhone reads one number with its extension.
func parsePhone(raw, areaCode string) (number, faults) {
	var f faults
	if areaCode != "" {
		if _, _, ok := area(strings.TrimPrefix(areaCode, "0") + "22222222"); !ok || areaCode[0] != '0' || !allDigits(areaCode) {
			f.add("scope", "of a phone is an area code such as 010 or 0755", ErrInvalid)
			return number{}, f
		}
	}
	s := strings.Map(func(r rune) rune {
		if strings.ContainsRune("‐‑‒–—―−", r) {
			return '-'
		}
		return r
	}, fold(raw))
	n, ok := readWithExtension(s, areaCode)
	if !ok {
		f.add(Phone.String(), "is no telephone number", ErrInvalid)
	}
	return n, f
}

// extensionMarks stand before an extension. The longer of two that begin alike is
// first.
var extensionMarks = []string{"转", "轉", "分机", "分機", "extension", "ext", "x", "#"}

func readWithExtension(s, areaCode string) (number, bool) {
	lower := strings.ToLower(s)
	at := len(lower)
	for _, mark := range extensionMarks {
		if i := strings.Index(lower, mark); i >= 0 {
			at = min(at, i)
		}
	}
	if at < len(lower) {
		n, ok := readNumber(lower[:at], areaCode)
		n.ext = afterMarks(lower[at:])
		return n, ok && validExt(n.ext)
	}
	if n, ok := readDashExtension(s, 7); ok {
		return n, true
	}
	if n, ok := readNumber(s, areaCode); ok {
		return n, true
	}
	return readDashExtension(s, 0)
}

// afterMarks drops the marks (转, or 转分机) and what stands between them and the digits.
func afterMarks(s string) string {
	for trimmed := true; trimmed; {
		trimmed = false
		s = strings.TrimLeft(s, " .:-")
		for _, mark := range extensionMarks {
			if rest, ok := strings.CutPrefix(s, mark); ok {
				s, trimmed = rest, true
			}
		}
	}
	return strings.TrimSpace(s)
}

func validExt(ext string) bool { return ext != "" && len(ext) <= 8 && allDigits(ext) }

// readDashExtension reads a landline with its area and -digits behind it, where the
// group of digits before that has at least so many. With 7 it reads 0755-2677000-1,
// whose digits alone could be one number of eight, and leaves 0571-8765-4321 alone;
// with 0 it reads what is no number as a whole.
func readDashExtension(s string, group int) (number, bool) {
	i := strings.LastIndexByte(s, '-')
	if i < 0 {
		return number{}, false
	}
	head, ext := strings.TrimSpace(s[:i]), strings.TrimSpace(s[i+1:])
	digits := len(head) - len(strings.TrimRight(head, "0123456789"))
	if !validExt(ext) || len(ext) > 6 || digits < group {
		return number{}, false
	}
	n, ok := readNumber(head, "")
	n.ext = ext
	return n, ok && n.line == LineLandline
}

// readNumber reads a number without an extension.
func readNumber(s, areaCode string) (number, bool) {
	digits, international, ok := readDigits(s)
	switch {
	case !ok:
		return number{}, false
	case international && !strings.HasPrefix(digits, "86"):
		foreign := 7 <= len(digits) && len(digits) <= 15 && digits[0] != '0' // E.164, 6.2.1
		return number{value: "+" + digits, line: LineForeign}, foreign
	case international:
		return readMainland(strings.TrimPrefix(digits[2:], "0"), true)
	case strings.HasPrefix(digits, "86") && mobile(digits[2:]):
		return readMainland(digits[2:], true)
	case strings.HasPrefix(digits, "0"):
		if n, ok := readMainland(digits[1:], true); n.line == LineMobile || n.line == LineLandline {
			return n, ok
		}
		return number{}, false
	case local(digits) && areaCode != "":
		return readMainland(areaCode[1:]+digits, true)
	}
	return readMainland(digits, false)
}

// readMainland reads the digits of a number in the mainland without +86 and 0. A
// landline is only read where one of them stood before it.
func readMainland(digits string, prefixed bool) (number, bool) {
	switch {
	case mobile(digits):
		return number{value: "+86" + digits, line: LineMobile}, true
	case len(digits) == 10 && strings.HasPrefix(digits, "400"):
		return number{value: digits, line: Line400}, true
	case len(digits) == 10 && strings.HasPrefix(digits, "800"):
		return number{value: digits, line: Line800}, true
	case service(digits):
		return number{value: digits, line: LineService}, true
	case !prefixed:
		return number{value: digits, line: LineLocal}, local(digits)
	}
	_, _, ok := area(digits)
	return number{value: "+86" + digits, line: LineLandline}, ok
}

// readDigits drops the punctuation of a number, and reports whether it began with + or
// 00, which are dropped too, like (0) behind a country code.
func readDigits(s string) (digits string, international, ok bool) {
	s, international = strings.CutPrefix(strings.TrimLeft(s, "( "), "+") // (+86) too
	if !international {
		s, international = strings.CutPrefix(s, "00")
	}
	if international {
		s = strings.Replace(s, "(0)", "", 1)
	}
	digits = strings.Map(func(r rune) rune {
		if strings.ContainsRune(" -.()", r) {
			return -1
		}
		return r
	}, s)
	return digits, international, digits != "" && allDigits(digits)
}
