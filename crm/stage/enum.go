package stage

import "strconv"

// names are the texts of an enumeration whose constants count from 1; the first
// pair stands for the zero value, which is none of them, and is empty.
type names [][2]string

const (
	english = iota
	chinese
)

// text returns the name of value i, and Kind(i) for a number that is no value.
func (n names) text(kind string, i uint8, language int) string {
	if int(i) >= len(n) {
		return kind + "(" + strconv.Itoa(int(i)) + ")"
	}
	return n[i][language]
}

func (n names) valid(i uint8) bool { return i > 0 && int(i) < len(n) }

func (n names) marshal(kind string, i uint8) ([]byte, error) {
	if int(i) >= len(n) {
		return nil, refuse(kind, "is none of its values")
	}
	return []byte(n[i][english]), nil
}

// unmarshal reads what marshal writes; nothing is the zero value.
func (n names) unmarshal(kind string, text []byte) (uint8, error) {
	for i := range n {
		if n[i][english] == string(text) {
			return uint8(i), nil
		}
	}
	return 0, refuse(kind, "is none of its values")
}

// statesOf returns the constants of an enumeration with their texts, in order.
func statesOf[S ~uint8](n names) []StateText[S] {
	states := make([]StateText[S], 0, len(n)-1)
	for i := 1; i < len(n); i++ {
		states = append(states, StateText[S]{S(i), n[i][english], n[i][english], n[i][chinese]})
	}
	return states
}
