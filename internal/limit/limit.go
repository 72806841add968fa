// Package limit answers whether a text, a code, an instant or a document can be kept
// by every store of the library.
package limit

import (
	"encoding/json"
	"strings"
	"time"
	"unicode/utf8"
)

// The limits are those of the weakest store that is worth supporting.
const (
	ID    = 255 // bytes of an id
	Code  = 64  // bytes of a code
	Depth = 100 // levels to which JSON is nested
)

// Text reports whether text has least to most bytes of UTF-8 without NUL.
func Text(text string, least, most int) bool {
	return len(text) >= least && len(text) <= most && (plain(text) || utf8.ValidString(text) && strings.IndexByte(text, 0) < 0)
}

// Shown is what an error or a log may repeat of an id: the id, or "" where the text is none
// and may be anything, a telephone number in the wrong column too.
func Shown(id string) string {
	if !Text(id, 0, ID) {
		return ""
	}
	return id
}

// plain reports whether a text, not a long one, is ASCII without NUL, which most are.
func plain(text string) bool {
	if len(text) > 64 {
		return false
	}
	for i := range len(text) {
		if text[i]-1 > 126 {
			return false
		}
	}
	return true
}

// IsCode reports whether text is 1 to [Code] lower-case letters, digits, '-', '.' or
// '_'.
func IsCode(text string) bool {
	if len(text) < 1 || len(text) > Code {
		return false
	}
	for i := range len(text) {
		switch c := text[i]; {
		case 'a' <= c && c <= 'z', '0' <= c && c <= '9', c == '-', c == '.', c == '_':
		default:
			return false
		}
	}
	return true
}

// Instant floors t to the microsecond in UTC, which is what a store keeps. The zero
// time stays the zero time and means none.
func Instant(t time.Time) time.Time {
	if t.IsZero() {
		return time.Time{}
	}
	return time.UnixMicro(t.UnixMicro()).UTC() // UnixMicro floors also before 1970
}

// The first second of the year 1, which the zero time has, and the last of 9999.
const (
	firstSecond = -62135596800
	lastSecond  = 253402300799
)

// IsInstant: none, or a microsecond of the years 1 to 9999 in UTC.
func IsInstant(t time.Time) bool {
	if t.IsZero() {
		return true
	}
	second := t.Unix()
	return second >= firstSecond && second <= lastSecond && t.Nanosecond()%1000 == 0 && t.Location() == time.UTC
}

// Document reports whether body is none, or JSON of at most so many bytes without
// NUL that can be written inside another document and be read again.
func Document(body json.RawMessage, most int) bool {
	return len(body) == 0 || json.Valid(body) && Text(string(body), 0, most) && depth(body) <= Depth
}

// depth returns how deeply valid JSON is nested.
func depth(body []byte) (deepest int) {
	level, quoted := 0, false
	for i := 0; i < len(body); i++ {
		switch c := body[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{', c == '[':
			level++
			deepest = max(deepest, level)
		case c == '}', c == ']':
			level--
		}
	}
	return deepest
}
