package privacy

import (
	"strconv"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/guanxi-go/guanxi/internal/enum"
)

// Form is how a text is written where it was found (编码形式). The zero value is none.
type Form uint8

const (
	UTF8        Form = iota + 1 // as it is
	JSONEscaped                 // with one \uXXXX at least, or another escape of JSON, once or repeatedly escaped
	UTF16LE                     // little endian, at any byte
	UTF16BE                     // big endian, at any byte
)

var formNames = enum.New[Form]("form", unknown, enum.Names{
	{}, {"utf-8", "UTF-8 编码"}, {"json-escaped", "JSON 转义"}, {"utf-16le", "UTF-16 小端"}, {"utf-16be", "UTF-16 大端"},
})

// Valid reports whether f is one of the four.
func (f Form) Valid() bool { return formNames.Valid(f) }

// String returns the English code, "" for the zero value, and ? for a number that has none.
func (f Form) String() string { return formNames.Code(f) }

// Zh returns the Chinese name, "" for the zero value, and ? for a number that has none.
func (f Form) Zh() string { return formNames.Zh(f) }

// MarshalText writes the form of String; a number without a code is ErrInvalid.
func (f Form) MarshalText() ([]byte, error) { return formNames.Marshal(f) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (f *Form) UnmarshalText(text []byte) error { return formNames.Unmarshal(f, text) }

// Hit is one place at which a text was found. It does not repeat the text.
type Hit struct {
	Text   int  `json:"text"`   // index of the text among those searched for
	Offset int  `json:"offset"` // first byte in the haystack
	Form   Form `json:"form"`
}

// Search finds the texts of a person, a name, a telephone number, in bytes of any
// kind: a dump, a log, a database file. It is for tests and audits of erasure. Case
// does not matter (simple case folding of Unicode), and a text is found in UTF-8, in
// JSON with any of its characters escaped, and in UTF-16 of either byte order. Hits
// are ordered by offset, then text, then form; overlapping ones are all there.
//
// It does not see what is compressed, encrypted, in base64 or in another encoding,
// nor a text that a database file breaks off at a page's end: search a dump besides.
// A backslash in a text is found as it is, not escaped. ErrInvalid where a text is
// empty or not UTF-8: the *[Error] names its index.
func Search(haystack []byte, texts []string) ([]Hit, error) {
	patterns := make([]pattern, len(texts))
	var starts [256]uint8 // of all patterns
	for i, text := range texts {
		if text == "" || !utf8.ValidString(text) {
			return nil, invalid("", "texts["+strconv.Itoa(i)+"]", "is empty or not UTF-8")
		}
		patterns[i].init(text)
		for b, forms := range patterns[i].starts {
			starts[b] |= forms
		}
	}
	var hits []Hit
	for i, b := range haystack {
		if starts[b] == 0 {
			continue
		}
		for t := range patterns {
			p := &patterns[t]
			for form := UTF8; form <= UTF16BE; form++ {
				if p.starts[b]&(1<<form) != 0 && p.at(haystack, i, form) {
					hits = append(hits, Hit{t, i, form})
				}
			}
		}
	}
	return hits, nil
}

// pattern is a text to search for.
type pattern struct {
	runes  []rune     // folded
	starts [256]uint8 // of each byte, the forms (bit 1<<form) that the text can begin with it in
}

func (p *pattern) init(text string) {
	for _, r := range text {
		p.runes = append(p.runes, fold(r))
	}
	p.starts['\\'] |= 1 << JSONEscaped
	for r := p.runes[0]; ; {
		unit := r
		if high, _ := utf16.EncodeRune(r); high != utf8.RuneError {
			unit = high
		}
		p.starts[utf8.AppendRune(nil, r)[0]] |= 1<<UTF8 | 1<<JSONEscaped
		p.starts[byte(unit)] |= 1 << UTF16LE
		p.starts[byte(unit>>8)] |= 1 << UTF16BE
		if r = unicode.SimpleFold(r); r == p.runes[0] {
			return
		}
	}
}

// at reports whether the text is at an offset in a form. What is there in UTF-8 is
// not escaped, and an escape begins with the first of its backslashes.
func (p *pattern) at(b []byte, i int, form Form) bool {
	switch form {
	case UTF8:
		return matches(b[i:], p.runes, utf8Rune)
	case JSONEscaped:
		inside := b[i] == '\\' && i > 0 && b[i-1] == '\\'
		return !inside && matches(b[i:], p.runes, jsonRune) && !matches(b[i:], p.runes, utf8Rune)
	case UTF16LE:
		return matches(b[i:], p.runes, utf16LERune)
	}
	return matches(b[i:], p.runes, utf16BERune)
}

// fold returns the least of the runes that differ from r only by case.
func fold(r rune) rune {
	switch {
	case 'a' <= r && r <= 'z':
		return r - 'a' + 'A'
	case r < utf8.RuneSelf, 0x2e80 <= r && r < 0xa640: // no case: ASCII else, Chinese and Japanese
		return r
	}
	least := r
	for s := unicode.SimpleFold(r); s != r; s = unicode.SimpleFold(s) {
		least = min(least, s)
	}
	return least
}

// matches reports whether b begins with the pattern, whose runes are folded, in the
// form that next reads: it returns a rune and its length in bytes, 0 for none.
func matches(b []byte, pattern []rune, next func([]byte) (rune, int)) bool {
	for _, want := range pattern {
		r, size := next(b)
		if size == 0 || r != want && fold(r) != want {
			return false
		}
		b = b[size:]
	}
	return true
}

func utf8Rune(b []byte) (rune, int) {
	r, size := utf8.DecodeRune(b)
	if r == utf8.RuneError && size <= 1 {
		return 0, 0
	}
	return r, size
}

func utf16LERune(b []byte) (rune, int) {
	if len(b) < 2 {
		return 0, 0
	}
	r := rune(b[0]) | rune(b[1])<<8
	if utf16.IsSurrogate(r) && len(b) >= 4 {
		return utf16.DecodeRune(r, rune(b[2])|rune(b[3])<<8), 4
	}
	return r, 2
}

func utf16BERune(b []byte) (rune, int) {
	if len(b) < 2 {
		return 0, 0
	}
	r := rune(b[0])<<8 | rune(b[1])
	if utf16.IsSurrogate(r) && len(b) >= 4 {
		return utf16.DecodeRune(r, rune(b[2])<<8|rune(b[3])), 4
	}
	return r, 2
}

// jsonRune reads a rune that may be escaped as in a JSON string (RFC 8259, section
// 7), where each backslash may itself have been escaped any number of times, as in
// JSON inside JSON.
func jsonRune(b []byte) (rune, int) {
	n := 0
	for n < len(b) && b[n] == '\\' {
		n++
	}
	if n == 0 || n == len(b) {
		return utf8Rune(b)
	}
	switch b[n] {
	case 'u':
		unit, ok := hex4(b[n+1:])
		if !ok {
			return 0, 0
		}
		if utf16.IsSurrogate(unit) {
			return surrogatePair(unit, b, n+5)
		}
		return unit, n + 5
	case '"', '/':
		return rune(b[n]), n + 1
	case 'b':
		return '\b', n + 1
	case 'f':
		return '\f', n + 1
	case 'n':
		return '\n', n + 1
	case 'r':
		return '\r', n + 1
	case 't':
		return '\t', n + 1
	}
	return 0, 0
}

// surrogatePair reads the second half of a pair whose first ends at the byte at.
func surrogatePair(high rune, b []byte, at int) (rune, int) {
	n := at
	for n < len(b) && b[n] == '\\' {
		n++
	}
	if n == at || n == len(b) || b[n] != 'u' {
		return 0, 0
	}
	low, ok := hex4(b[n+1:])
	r := utf16.DecodeRune(high, low)
	if !ok || r == utf8.RuneError {
		return 0, 0
	}
	return r, n + 5
}

func hex4(b []byte) (r rune, ok bool) {
	if len(b) < 4 {
		return 0, false
	}
	for _, c := range b[:4] {
		switch {
		case '0' <= c && c <= '9':
			r = r<<4 | rune(c-'0')
		case 'a' <= c && c <= 'f':
			r = r<<4 | rune(c-'a'+10)
		case 'A' <= c && c <= 'F':
			r = r<<4 | rune(c-'A'+10)
		default:
			return 0, false
		}
	}
	return r, true
}
