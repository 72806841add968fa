package points

import (
	"strings"
	"unicode/utf8"
)

// maxText is the length of the longest id or code in bytes.
const maxText = 255

const notText = "must be at most 255 bytes of UTF-8 without NUL"

// validText reports whether s can be an id or a code, or none.
func validText(s string) bool { return s == "" || isText(s) }

func isText(s string) bool {
	return len(s) <= maxText && (plainASCII(s) || utf8.ValidString(s) && strings.IndexByte(s, 0) < 0)
}

// plainASCII reports whether all bytes of s are 1 to 127: ids are checked in every
// decision and every fold.
func plainASCII(s string) bool {
	if len(s) < 8 {
		for i := range len(s) {
			if s[i]-1 > 126 {
				return false
			}
		}
		return true
	}
	for i := 0; i < len(s)-8; i += 8 {
		if !eightASCII(s[i : i+8]) {
			return false
		}
	}
	return eightASCII(s[len(s)-8:])
}

func eightASCII(s string) bool {
	const ones, tops = 0x0101010101010101, 0x8080808080808080
	w := uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
	// A byte of 0 borrows from its own top bit, one above 127 has it set.
	return (w|(w-ones))&tops == 0
}
