package privacy

import "unicode/utf8"

const (
	maxID   = 255     // bytes of an id
	maxCode = 64      // bytes of a code
	maxText = 1 << 16 // bytes of a text
)

// validID reports whether s is valid UTF-8 without NUL of 1 to limit bytes.
func validID(s string, limit int) bool {
	if len(s) == 0 || len(s) > limit || !utf8.ValidString(s) {
		return false
	}
	for i := range len(s) {
		if s[i] == 0 {
			return false
		}
	}
	return true
}

// validText reports whether s is valid UTF-8 of at most 65536 bytes.
func validText(s string) bool { return len(s) <= maxText && utf8.ValidString(s) }

// shown is an id where it is fit to be shown: a wrong column may hold a name.
func shown(id string) string {
	if !validID(id, maxID) {
		return ""
	}
	return id
}
