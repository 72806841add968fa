package spotcheck

// names are the codes and Chinese names of an enumeration by its number; a line of 0
// without text is for none.
type names []struct{ en, zh string }

func (n names) en(i uint8) string {
	if int(i) >= len(n) {
		return "?"
	}
	return n[i].en
}

func (n names) zh(i uint8) string {
	if int(i) >= len(n) {
		return "?"
	}
	return n[i].zh
}

func (n names) valid(i uint8) bool { return int(i) < len(n) && n[i].en != "" }

func (n names) marshal(i uint8, field string) ([]byte, error) {
	if int(i) >= len(n) {
		return nil, refuse(ErrInvalid, field, codeUnknown)
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
	return refuse(ErrInvalid, field, codeUnknown)
}
