package party

import (
	"strings"
	"unicode"
)

// fold turns full-width ASCII into ASCII and any white space into spaces, and drops
// what cannot be seen: zero-width characters, and the direction marks that telephones
// put around numbers in their address books.
func fold(s string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		switch {
		case '！' <= r && r <= '～':
			return r - '！' + '!'
		case unicode.IsSpace(r):
			return ' '
		case unicode.Is(unicode.Cf, r):
			return -1
		}
		return r
	}, s))
}

func allDigits(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r < '0' || '9' < r })
}
