package enum

// Names are the code and the Chinese name of each number of an enumeration, from 0.
type Names []struct{ Code, Zh string }

// A Table writes and reads the constants of type T. It does not change, and may be shared.
type Table[T ~uint8 | ~int] struct {
	field   string
	unknown func(field string) error
	names   Names
}

// New returns the table of names, which nobody changes any more. Of a number or text that
// is not among them the error is unknown(field), in which a package words its own.
//
// A variable of a package that is set to it is laid out by the compiler: nothing runs at
// start-up.
func New[T ~uint8 | ~int](field string, unknown func(field string) error, names Names) *Table[T] {
	return &Table[T]{field, unknown, names}
}

// Valid reports whether v is a constant; none is not.
func (t *Table[T]) Valid(v T) bool { return t.has(v) && t.names[v].Code != "" }

// Code returns the code of v, "" for none and ? for a number that has no name.
func (t *Table[T]) Code(v T) string {
	if !t.has(v) {
		return "?"
	}
	return t.names[v].Code
}

// Zh returns the Chinese name of v, "" for none and ? for a number that has no name.
func (t *Table[T]) Zh(v T) string {
	if !t.has(v) {
		return "?"
	}
	return t.names[v].Zh
}

// Check refuses a number that has no name; none has the empty one.
func (t *Table[T]) Check(v T) error {
	if !t.has(v) {
		return t.unknown(t.field)
	}
	return nil
}

// Marshal returns the code of v as a text. Its error is that of Check.
func (t *Table[T]) Marshal(v T) ([]byte, error) {
	if err := t.Check(v); err != nil {
		return nil, err
	}
	return []byte(t.names[v].Code), nil
}

// Unmarshal sets v to the number of a code, and leaves it as it was where there is none.
func (t *Table[T]) Unmarshal(v *T, text []byte) error {
	for i := range t.names {
		if t.names[i].Code == string(text) {
			*v = T(i)
			return nil
		}
	}
	return t.unknown(t.field)
}

// All returns the constants in their order, without none.
func (t *Table[T]) All() []T {
	all := make([]T, 0, len(t.names))
	for i := range t.names {
		if v := T(i); t.Valid(v) {
			all = append(all, v)
		}
	}
	return all
}

// has reports whether v has a line; a negative number is beyond all as an unsigned one.
func (t *Table[T]) has(v T) bool { return uint(v) < uint(len(t.names)) }
