package segment

import (
	"errors"
	"strconv"
)

// enumName returns the name of value i in language lang (0 English, 1 Chinese),
// and its number where there is no such value, so that a log shows what it was.
func enumName(names [][2]string, i, lang int) string {
	if i < 0 || i >= len(names) {
		return strconv.Itoa(i)
	}
	return names[i][lang]
}

func enumText(field string, names [][2]string, i int) ([]byte, error) {
	if i < 0 || i >= len(names) {
		return nil, refuse(field, "%d is not one of its values", i)
	}
	return []byte(names[i][0]), nil
}

func enumParse(field string, names [][2]string, text []byte) (int, error) {
	for i, n := range names {
		if n[0] == string(text) {
			return i, nil
		}
	}
	return 0, refuse(field, "%.40q is not one of its values", text)
}

// joined is errors.Join that leaves a single problem unwrapped.
func joined(problems []error) error {
	if len(problems) == 1 {
		return problems[0]
	}
	return errors.Join(problems...)
}
