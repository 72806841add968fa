package party

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/guanxi-go/guanxi/internal/limit"
)

// Limits of texts and lists.
const (
	MaxID    = 255 // bytes of an id
	MaxRunes = 200 // runes of a name, an alias, a title, a tag, one line of an address
	MaxItems = 100 // entries of each list of a profile
)

// validID reports whether id is an id as everywhere in this library: valid UTF-8
// without NUL, 1 to 255 bytes.
func validID(id string) bool { return limit.Text(id, 1, MaxID) }

// validText reports whether s is one line that says something: valid UTF-8 without
// control characters and without white space at its ends, 1 to MaxRunes runes.
func validText(s string) bool {
	return s != "" && utf8.ValidString(s) && utf8.RuneCountInString(s) <= MaxRunes &&
		!strings.ContainsFunc(s, unicode.IsControl) && strings.TrimSpace(s) == s
}
