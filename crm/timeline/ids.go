package timeline

import (
	"strconv"
	"unicode/utf8"
)

// names are the English and Chinese names of an enumeration, by its number.
type names struct {
	typ, field string
	list       []struct{ en, zh string }
}

func (n names) en(i uint8) string {
	if int(i) >= len(n.list) {
		return n.typ + "(" + strconv.Itoa(int(i)) + ")"
	}
	return n.list[i].en
}

func (n names) zh(i uint8) string {
	if int(i) >= len(n.list) {
		return n.en(i)
	}
	return n.list[i].zh
}

func (n names) marshal(i uint8) ([]byte, error) {
	if int(i) >= len(n.list) {
		return nil, &Error{Field: n.field, Reason: "unknown", Err: ErrInvalid}
	}
	return []byte(n.list[i].en), nil
}

func (n names) unmarshal(to *uint8, text []byte) error {
	for i, name := range n.list {
		if string(text) == name.en {
			*to = uint8(i)
			return nil
		}
	}
	return &Error{Field: n.field, Reason: "unknown", Err: ErrInvalid}
}

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
