package party

// terms are the English and Chinese names of an enumeration by its number. The first
// line is for the zero value, which is not stated and has no name.
type terms []struct{ en, zh string }

func (t terms) valid(i uint8) bool { return i > 0 && int(i) < len(t) }

func (t terms) english(i uint8) string {
	if int(i) >= len(t) {
		return "?"
	}
	return t[i].en
}

func (t terms) chinese(i uint8) string {
	if int(i) >= len(t) {
		return "?"
	}
	return t[i].zh
}

func (t terms) marshal(i uint8, field string) ([]byte, error) {
	if int(i) >= len(t) {
		return nil, invalid(field, "is unknown")
	}
	return []byte(t[i].en), nil
}

func (t terms) unmarshal(to *uint8, text []byte, field string) error {
	for i, term := range t {
		if term.en == string(text) {
			*to = uint8(i)
			return nil
		}
	}
	return invalid(field, "is unknown")
}

// numbers returns the stated values in order.
func numbers[E ~uint8](t terms) []E {
	list := make([]E, len(t)-1)
	for i := range list {
		list[i] = E(i + 1)
	}
	return list
}
