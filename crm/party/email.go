package party

import (
	"strings"
	"unicode"
)

// Lengths in bytes that RFC 5321, 4.5.3.1, and RFC 1035, 2.3.4, allow.
const (
	maxLocalPart = 64
	maxEmail     = 254
	maxLabel     = 63
)

// parseEmail reads a dot-atom address (RFC 5322, 3.4.1), in other scripts too (RFC 6531).
func parseEmail(raw string) (string, faults) {
	var f faults
	s := strings.ToLower(fold(raw))
	local, domain, ok := strings.Cut(s, "@")
	if !ok || len(s) > maxEmail || len(local) > maxLocalPart || !dotAtom(local) || !validDomain(domain) {
		f.add(Email.String(), "is not of the form name@example.com", ErrInvalid)
	}
	return s, f
}

// dotAtom reports whether s is words joined by single dots.
func dotAtom(s string) bool {
	for word := range strings.SplitSeq(s, ".") {
		if word == "" || strings.ContainsFunc(word, func(r rune) bool { return !letter(r) && !strings.ContainsRune("!#$%&'*+-/=?^_`{|}~", r) }) {
			return false
		}
	}
	return true
}

// validDomain wants at least two labels of letters, digits and inner hyphens, the
// last not a number: rune@10.0.0.1 reaches nobody.
func validDomain(s string) bool {
	labels := strings.Split(s, ".")
	for _, label := range labels {
		if label == "" || len(label) > maxLabel || label[0] == '-' || label[len(label)-1] == '-' ||
			strings.ContainsFunc(label, func(r rune) bool { return !letter(r) && r != '-' }) {
			return false
		}
	}
	return len(labels) > 1 && !allDigits(labels[len(labels)-1])
}

func letter(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.M, r)
}
