package rule

import "fmt"

// Truth is what a condition is for a customer: true, false or, where data that
// it needs are missing, unknown (Kleene's strong logic of three values). all is
// the minimum, any the maximum and not the negative of its parts. The zero
// value is [Unknown].
type Truth int8

const (
	False   Truth = -1 // 假
	Unknown Truth = 0  // 未知
	True    Truth = 1  // 真
)

// truthOf returns True or False.
func truthOf(b bool) Truth {
	if b {
		return True
	}
	return False
}

func (t Truth) String() string { return t.word("false", "unknown", "true") }

// Zh returns 假, 未知 or 真.
func (t Truth) Zh() string { return t.word("假", "未知", "真") }

func (t Truth) word(no, unknown, yes string) string {
	switch t {
	case False:
		return no
	case Unknown:
		return unknown
	case True:
		return yes
	}
	return fmt.Sprintf("Truth(%d)", int8(t))
}

// MarshalText writes false, unknown or true.
func (t Truth) MarshalText() ([]byte, error) {
	if t < False || t > True {
		return nil, invalid("", "no truth value")
	}
	return []byte(t.String()), nil
}

// UnmarshalText reads what MarshalText writes.
func (t *Truth) UnmarshalText(text []byte) error {
	for _, each := range []Truth{False, Unknown, True} {
		if each.String() == string(text) {
			*t = each
			return nil
		}
	}
	return invalid("", "no truth value: false, unknown or true")
}
