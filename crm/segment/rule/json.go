package rule

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// A position-aware reader of JSON (RFC 8259). encoding/json cannot serve: it
// replaces invalid UTF-8 and lone surrogates by U+FFFD and keeps the last of two
// equal keys, all in silence, and its offsets are those of the token before.

const (
	// MaxSize is the longest text of a rule or set that is read, in bytes.
	MaxSize = 1 << 20
	// MaxDepth is how deep arrays and objects may be nested in one another in
	// the text of a rule or set. Each all, any or not takes two or one of them.
	MaxDepth = 128
)

// byteOrderMark is U+FEFF in UTF-8, which some editors write before a text; RFC
// 8259, 8.1 allows a reader to pass over it.
const byteOrderMark = "\uFEFF"

type jsonKind uint8

const (
	jsonNull jsonKind = iota + 1
	jsonBool
	jsonNumber
	jsonString
	jsonArray
	jsonObject
)

func (k jsonKind) String() string {
	return [...]string{"nothing", "null", "true or false", "a number", "a string", "an array", "an object"}[k]
}

// A value of the text, with its place in it.
type value struct {
	kind   jsonKind
	at     int32 // offset of the first byte
	keyAt  int32 // offset of the member's key, in an object
	index  int32 // position in an array
	parent *value
	key    string   // the member's key, in an object
	text   string   // what a string says; a number, true or false as written
	items  []*value // elements of an array, members of an object, as written
}

// member returns the member of an object with the key, or nil.
func (v *value) member(key string) *value {
	for _, m := range v.items {
		if m.key == key {
			return m
		}
	}
	return nil
}

// path returns the JSON Pointer to v.
func (v *value) path() string {
	if v.parent == nil {
		return ""
	}
	step := strconv.Itoa(int(v.index))
	if v.parent.kind == jsonObject {
		step = escapePointer(v.key)
	}
	return v.parent.path() + "/" + step
}

// problemAt words a problem at an offset of a text.
func problemAt(source, path string, offset int, reason string) *Error {
	before := source[:offset]
	line := strings.Count(before, "\n") + 1
	before = before[strings.LastIndexByte(before, '\n')+1:]
	if line == 1 {
		before = strings.TrimPrefix(before, byteOrderMark)
	}
	return &Error{Path: path, Offset: offset, Line: line, Column: utf8.RuneCountInString(before) + 1, Reason: reason, Err: ErrInvalid}
}

// readJSON reads one value and nothing after it. It goes on after a duplicate
// key and stops at the first error of syntax; v is nil then.
func readJSON(source string, found *problems) (v *value) {
	if len(source) > MaxSize {
		found.add(&Error{Reason: fmt.Sprintf("the text is longer than %d bytes", MaxSize), Err: ErrInvalid})
		return nil
	}
	r := reader{source: source, found: found}
	r.at = len(source) - len(strings.TrimPrefix(source, byteOrderMark))
	v = new(value)
	if !r.value(v, 0) {
		return nil
	}
	if r.space(); r.at < len(source) {
		r.fail(&value{}, "there is more after the end")
		return nil
	}
	return v
}

type reader struct {
	source string
	at     int
	found  *problems
}

// fail reports an error of syntax at the reader's place; it returns false.
func (r *reader) fail(v *value, reason string) bool {
	r.found.add(problemAt(r.source, v.path(), r.at, reason))
	return false
}

// next returns the byte at the reader's place, 0 at the end.
func (r *reader) next() byte {
	if r.at < len(r.source) {
		return r.source[r.at]
	}
	return 0
}

func (r *reader) space() {
	for r.at < len(r.source) && strings.IndexByte(" \t\r\n", r.source[r.at]) >= 0 {
		r.at++
	}
}

// skip passes over white space and then c, if it comes next.
func (r *reader) skip(c byte) bool {
	r.space()
	if r.next() != c {
		return false
	}
	r.at++
	return true
}

func (r *reader) value(v *value, depth int) bool {
	r.space()
	v.at = int32(r.at)
	switch c := r.next(); {
	case r.at == len(r.source):
		return r.fail(v, "a value is missing at the end")
	case c == '{' || c == '[':
		if depth == MaxDepth {
			return r.fail(v, fmt.Sprintf("nested deeper than %d", MaxDepth))
		}
		r.at++
		if c == '{' {
			return r.object(v, depth+1)
		}
		return r.array(v, depth+1)
	case c == '"':
		v.kind = jsonString
		return r.text(v, &v.text)
	case c == '-' || '0' <= c && c <= '9':
		return r.number(v)
	}
	return r.word(v)
}

func (r *reader) array(v *value, depth int) bool {
	v.kind = jsonArray
	if r.skip(']') {
		return true
	}
	for {
		item := &value{parent: v, index: int32(len(v.items))}
		v.items = append(v.items, item)
		if !r.value(item, depth) {
			return false
		}
		if r.skip(']') {
			return true
		}
		if !r.skip(',') {
			return r.fail(v, "a comma or ] is missing")
		}
	}
}

func (r *reader) object(v *value, depth int) bool {
	v.kind = jsonObject
	if r.skip('}') {
		return true
	}
	seen := map[string]bool{}
	for {
		r.space()
		m := &value{parent: v, keyAt: int32(r.at)}
		if r.next() != '"' {
			return r.fail(v, "a key in quotes is missing")
		}
		if !r.text(v, &m.key) {
			return false
		}
		if !seen[m.key] {
			v.items = append(v.items, m)
		} else if !r.found.full() {
			r.found.add(problemAt(r.source, m.path(), int(m.keyAt), "this key stands twice in one object"))
		}
		seen[m.key] = true
		if !r.skip(':') {
			return r.fail(m, "a colon is missing")
		}
		if !r.value(m, depth) {
			return false
		}
		if r.skip('}') {
			return true
		}
		if !r.skip(',') {
			return r.fail(v, "a comma or } is missing")
		}
	}
}

func (r *reader) word(v *value) bool {
	for _, w := range [...]struct {
		text string
		kind jsonKind
	}{{"true", jsonBool}, {"false", jsonBool}, {"null", jsonNull}} {
		if strings.HasPrefix(r.source[r.at:], w.text) {
			v.kind, v.text = w.kind, w.text
			r.at += len(w.text)
			return true
		}
	}
	return r.fail(v, "this is no value of JSON")
}

// number reads -?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?.
func (r *reader) number(v *value) bool {
	v.kind = jsonNumber
	start := r.at
	if r.next() == '-' {
		r.at++
	}
	zero := r.next() == '0'
	if n := r.digits(); n == 0 {
		return r.fail(v, "a digit is missing")
	} else if zero && n > 1 {
		return r.fail(v, "a number does not begin with 0 and a digit")
	}
	if r.next() == '.' {
		r.at++
		if r.digits() == 0 {
			return r.fail(v, "a digit is missing after the point")
		}
	}
	if c := r.next(); c == 'e' || c == 'E' {
		r.at++
		if c := r.next(); c == '+' || c == '-' {
			r.at++
		}
		if r.digits() == 0 {
			return r.fail(v, "a digit is missing in the exponent")
		}
	}
	v.text = r.source[start:r.at]
	return true
}

// digits passes over decimal digits and counts them.
func (r *reader) digits() (n int) {
	for '0' <= r.next() && r.next() <= '9' {
		r.at++
		n++
	}
	return n
}

// text reads a string into *to; problems are at v.
func (r *reader) text(v *value, to *string) bool {
	r.at++
	start := r.at
	var b []byte // what was read, once an escape makes it differ from the source
	escaped := false
	for {
		switch c := r.next(); {
		case r.at == len(r.source):
			return r.fail(v, "a string has no end")
		case c == '"':
			*to = r.source[start:r.at]
			if escaped {
				*to = string(append(b, *to...))
			}
			r.at++
			return true
		case c < ' ':
			return r.fail(v, "a control character in a string is not escaped")
		case c == '\\':
			b = append(b, r.source[start:r.at]...)
			escaped = true
			char, ok := r.escape(v)
			if !ok {
				return false
			}
			b = utf8.AppendRune(b, char)
			start = r.at
		default:
			char, size := utf8.DecodeRuneInString(r.source[r.at:])
			if char == utf8.RuneError && size == 1 {
				return r.fail(v, "invalid UTF-8")
			}
			r.at += size
		}
	}
}

// escape reads a backslash and what follows, a surrogate pair as one.
func (r *reader) escape(v *value) (rune, bool) {
	rest := r.source[r.at:]
	if len(rest) < 2 {
		return 0, r.fail(v, "a string has no end")
	}
	if i := strings.IndexByte(`"\/bfnrt`, rest[1]); i >= 0 {
		r.at += 2
		return rune("\"\\/\b\f\n\r\t"[i]), true
	}
	char, ok := hexEscape(rest)
	if !ok {
		return 0, r.fail(v, `after \ comes one of " \ / b f n r t or u and four hexadecimal digits`)
	}
	size := len(`\u0000`)
	if utf16.IsSurrogate(char) {
		low, _ := hexEscape(rest[size:])
		if char = utf16.DecodeRune(char, low); char == utf8.RuneError {
			return 0, r.fail(v, "a surrogate without its pair stands for no character")
		}
		size *= 2
	}
	r.at += size
	return char, true
}

// hexEscape reads the \uXXXX that s begins with.
func hexEscape(s string) (rune, bool) {
	if len(s) < 6 || s[:2] != `\u` {
		return 0, false
	}
	for _, c := range []byte(s[2:6]) {
		if strings.IndexByte("0123456789abcdefABCDEF", c) < 0 {
			return 0, false
		}
	}
	n, err := strconv.ParseUint(s[2:6], 16, 16)
	return rune(n), err == nil
}

// appendText appends s as a JSON string: quotes, backslashes and control
// characters escaped, everything else as it is.
func appendText(b []byte, s string) []byte {
	b = append(b, '"')
	for _, c := range []byte(s) {
		switch {
		case c == '"' || c == '\\':
			b = append(b, '\\', c)
		case c < ' ':
			b = fmt.Appendf(b, `\u%04x`, c)
		default:
			b = append(b, c)
		}
	}
	return append(b, '"')
}

// escapePointer writes a key as a step of a JSON Pointer (RFC 6901, 3).
func escapePointer(key string) string {
	return strings.NewReplacer("~", "~0", "/", "~1").Replace(key)
}
