package group

// names are the English and Chinese names of an enumeration, by its number. The
// first pair is empty: the zero value says that nothing is stated.
type names []struct{ en, zh string }

func (n names) at(i uint8) struct{ en, zh string } {
	if int(i) >= len(n) {
		return struct{ en, zh string }{"?", "?"}
	}
	return n[i]
}

func (n names) marshal(i uint8, field string) ([]byte, error) {
	if int(i) >= len(n) {
		return nil, invalid("", field, "unknown")
	}
	return []byte(n[i].en), nil
}

func (n names) unmarshal(to *uint8, text []byte, field string) error {
	for i, name := range n {
		if string(text) == name.en {
			*to = uint8(i)
			return nil
		}
	}
	return invalid("", field, "unknown")
}
