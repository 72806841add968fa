package field

import (
	"bytes"
	"encoding/json"
	"strconv"
	"unicode/utf8"

	"github.com/guanxi-go/guanxi/crm/calendar"
)

// MarshalJSON writes an object with the type for its only name: {"text":"x"},
// {"int":42}, {"decimal":"1.5"}, {"date":"2026-01-31"}, {"bool":true},
// {"enum":"gold"}, {"multi":["a","b"]}, {"ref":"C7"}; and null where there is no
// value. Decimals are texts, which no reader turns into a float. A value that is
// not valid is ErrInvalid.
func (v Value) MarshalJSON() ([]byte, error) {
	if v.IsZero() {
		return []byte("null"), nil
	}
	if !v.Valid() {
		return nil, notA(v.kind)
	}
	content := []byte(v.String())
	switch v.kind {
	case TypeInt, TypeBool:
	case TypeMulti:
		codes, _ := v.Multi()
		if codes == nil {
			codes = []string{}
		}
		content, _ = json.Marshal(codes)
	default:
		content, _ = json.Marshal(v.String())
	}
	return append(append([]byte(`{"`+v.kind.String()+`":`), content...), '}'), nil
}

// UnmarshalJSON reads what MarshalJSON writes: one known name and nothing besides,
// ints as integers of 64 bits, texts in UTF-8. Anything else is ErrInvalid without
// the text, and v stays as it was.
func (v *Value) UnmarshalJSON(data []byte) error {
	if bytes.Equal(bytes.TrimSpace(data), []byte("null")) {
		*v = Value{}
		return nil
	}
	name, content, ok := onlyMember(data)
	var t Type
	if !ok || t.UnmarshalText([]byte(name)) != nil || !t.Valid() {
		return &Error{Reason: `is no JSON object of one type and its value`, Err: ErrInvalid}
	}
	read, ok := readContent(t, content)
	if !ok || !read.Valid() {
		return notA(t)
	}
	*v = read
	return nil
}

// onlyMember returns the name and the content of an object's only member.
func onlyMember(data []byte) (name string, content json.RawMessage, ok bool) {
	d := json.NewDecoder(bytes.NewReader(data))
	open, err := d.Token()
	if err != nil || open != json.Delim('{') || !utf8.Valid(data) {
		return "", nil, false
	}
	key, err := d.Token()
	name, isName := key.(string)
	if err != nil || !isName || d.Decode(&content) != nil {
		return "", nil, false
	}
	end, err := d.Token()
	return name, content, err == nil && end == json.Delim('}')
}

func readContent(t Type, content json.RawMessage) (Value, bool) {
	switch t {
	case TypeInt:
		n, err := strconv.ParseInt(string(content), 10, 64)
		return Int(n), err == nil
	case TypeBool:
		return Bool(string(content) == "true"), string(content) == "true" || string(content) == "false"
	case TypeMulti:
		var codes []string
		err := json.Unmarshal(content, &codes)
		return Multi(codes...), err == nil && string(content) != "null"
	}
	var text *string
	if json.Unmarshal(content, &text) != nil || text == nil {
		return Value{}, false
	}
	switch t {
	case TypeText:
		return Text(*text), true
	case TypeDate:
		day, ok := calendar.ParseISO(*text)
		return Date(day), ok
	}
	read, err := Parse(t, *text)
	return read, err == nil
}
