package privacy

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"unicode/utf8"
)

// canonical writes a JSON text in the one form that is hashed: no space, the members
// of an object in the byte order of their names, strings as encoding/json writes them
// without HTML escapes, numbers as they stand. It is RFC 8785 but for the numbers,
// which that one turns into floats, and the order, which there is by UTF-16.
// ErrInvalid where the text is not JSON, not UTF-8, or names a member twice.
func canonical(text []byte) ([]byte, error) {
	if !utf8.Valid(text) || !json.Valid(text) {
		return nil, invalid("", "json", "is not JSON in UTF-8")
	}
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	return appendValue(nil, dec)
}

// appendValue reads one value from dec, whose text was checked before, and appends it.
func appendValue(dst []byte, dec *json.Decoder) ([]byte, error) {
	token, err := dec.Token()
	if err != nil {
		return nil, invalid("", "json", "ends too early")
	}
	switch token {
	case json.Delim('['):
		dst = append(dst, '[')
		for i := 0; dec.More(); i++ {
			if i > 0 {
				dst = append(dst, ',')
			}
			if dst, err = appendValue(dst, dec); err != nil {
				return nil, err
			}
		}
		_, err = dec.Token()
		return append(dst, ']'), err
	case json.Delim('{'):
		return appendObject(dst, dec)
	}
	switch v := token.(type) {
	case string:
		return appendString(dst, v)
	case json.Number:
		return append(dst, v...), nil
	case bool:
		if v {
			return append(dst, "true"...), nil
		}
		return append(dst, "false"...), nil
	}
	return append(dst, "null"...), nil
}

func appendObject(dst []byte, dec *json.Decoder) ([]byte, error) {
	members := map[string][]byte{}
	for dec.More() {
		token, err := dec.Token()
		if err != nil {
			return nil, invalid("", "json", "ends too early")
		}
		name, _ := token.(string)
		if _, twice := members[name]; twice {
			return nil, invalid("", "json", "names a member twice")
		}
		value, err := appendValue(nil, dec)
		if err != nil {
			return nil, err
		}
		members[name] = value
	}
	if _, err := dec.Token(); err != nil {
		return nil, invalid("", "json", "ends too early")
	}
	dst = append(dst, '{')
	for i, name := range slices.Sorted(maps.Keys(members)) {
		if i > 0 {
			dst = append(dst, ',')
		}
		var err error
		if dst, err = appendString(dst, name); err != nil {
			return nil, err
		}
		dst = append(append(dst, ':'), members[name]...)
	}
	return append(dst, '}'), nil
}

func appendString(dst []byte, s string) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(s); err != nil {
		return nil, invalid("", "json", "has a text that cannot be written")
	}
	return append(dst, bytes.TrimSuffix(b.Bytes(), []byte("\n"))...), nil
}
