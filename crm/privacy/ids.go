package privacy

import "unicode/utf8"

const maxText = 1 << 16 // bytes of a text

// validText reports whether s is valid UTF-8 of at most 65536 bytes.
func validText(s string) bool { return len(s) <= maxText && utf8.ValidString(s) }
