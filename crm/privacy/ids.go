package privacy

import (
	"unicode/utf8"

	"github.com/guanxi-go/guanxi/internal/limit"
)

const maxText = 1 << 16 // bytes of a text

// validText reports whether s is valid UTF-8 of at most 65536 bytes.
func validText(s string) bool { return len(s) <= maxText && utf8.ValidString(s) }

// shown is an id where it is fit to be shown: a wrong column may hold a name.
func shown(id string) string {
	if !limit.Text(id, 1, limit.ID) {
		return ""
	}
	return id
}
