package plan

// term is the name of an enumeration's value in English, as String and
// MarshalText write it, and in Chinese.
type term struct{ en, zh string }

func english[T ~int](terms []term, v T) string {
	if v < 0 || int(v) >= len(terms) {
		return "unknown"
	}
	return terms[v].en
}

func chinese[T ~int](terms []term, v T) string {
	if v < 0 || int(v) >= len(terms) {
		return "未知"
	}
	return terms[v].zh
}

func known[T ~int](field string, terms []term, v T) error {
	if v < 0 || int(v) >= len(terms) {
		return invalid(field, "is none of the constants")
	}
	return nil
}

func marshal[T ~int](field string, terms []term, v T) ([]byte, error) {
	if err := known(field, terms, v); err != nil {
		return nil, err
	}
	return []byte(terms[v].en), nil
}

func unmarshal[T ~int](field string, terms []term, v *T, text []byte) error {
	for i, t := range terms {
		if t.en == string(text) {
			*v = T(i)
			return nil
		}
	}
	return invalid(field, "is none of the known texts")
}
