// Package members answers what the members of a JSON object are, without reading
// their values. Of a document that is known to be JSON, a listing that asks for three of
// its twenty values gets them at a tenth of what encoding/json takes, which checks the
// whole and then reads the whole.
package members

import (
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
		name, err := plain(object[at:end])
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

// plain returns what a quoted name says.
func plain(name []byte) ([]byte, error) {
	for _, c := range name {
		if c == '\\' {
			var text string
			err := json.Unmarshal(name, &text)
			return []byte(text), err
		}
	}
	return name[1 : len(name)-1], nil
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
