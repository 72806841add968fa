package rule

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Type is the type of an attribute (类型). The zero value is none.
type Type uint8

const (
	TypeText   Type = iota + 1 // 文本: compared code point by code point, nothing folded; it has no order
	TypeNumber                 // 数字: a decimal with [Field.Scale] digits after the point, an integer where that is 0
	TypeBool                   // 是非: true or false
	TypeDay                    // 日期: a civil date
	TypeTags                   // 标签: a set of texts
)

// typeNames has, for each type, its English and its Chinese name.
var typeNames = [...][2]string{
	{"none", "无"}, {"text", "文本"}, {"number", "数字"}, {"bool", "是非"}, {"day", "日期"}, {"tags", "标签"},
}

func (t Type) String() string {
	if int(t) < len(typeNames) {
		return typeNames[t][0]
	}
	return fmt.Sprintf("Type(%d)", uint8(t))
}

// Zh returns the type's Chinese name: 文本, 数字, 是非, 日期, 标签.
func (t Type) Zh() string {
	if int(t) < len(typeNames) {
		return typeNames[t][1]
	}
	return t.String()
}

// MarshalText writes text, number, bool, day or tags.
func (t Type) MarshalText() ([]byte, error) {
	if !t.valid() {
		return nil, invalid("", "no type")
	}
	return []byte(t.String()), nil
}

// UnmarshalText reads what MarshalText writes.
func (t *Type) UnmarshalText(text []byte) error {
	for each := TypeText; each <= TypeTags; each++ {
		if each.String() == string(text) {
			*t = each
			return nil
		}
	}
	return invalid("", "no type: text, number, bool, day or tags")
}

func (t Type) valid() bool { return TypeText <= t && t <= TypeTags }

// Field is an attribute (属性) of a customer or of an event.
type Field struct {
	Name  string `json:"name"`            // 1 to 255 bytes of UTF-8 without control characters, compared as bytes
	Type  Type   `json:"type"`            // its type
	Scale int    `json:"scale,omitempty"` // digits after the point of a number, 0 to MaxScale; else 0. Money in cents: 2
}

// EventKind is a kind of event (事件), such as a purchase or a complaint.
type EventKind struct {
	Name       string  `json:"name"`       // as [Field.Name]
	Attributes []Field `json:"attributes"` // what an event of the kind has besides its day
}

// Schema says what can be asked about a customer: the attributes, and the kinds
// of events with theirs. A rule is compiled against a schema, so that a
// misspelt name or a number compared with a text is found before any customer
// is looked at. A Schema does not change and may be shared by goroutines.
type Schema struct {
	attributes []Field
	kinds      []EventKind
	index      map[string]int   // of attributes
	kindIndex  map[string]int   // of kinds
	inKind     []map[string]int // of the attributes of each kind
}

// NewSchema returns the schema of these attributes and kinds of events. Their
// positions in the slices are the numbers by which a [Subject] is asked for
// them; Go's indexed literals keep the two together:
//
//	const (
//		city = iota
//		joined
//	)
//	attributes := []rule.Field{
//		city:   {Name: "city", Type: rule.TypeText},
//		joined: {Name: "joined", Type: rule.TypeDay},
//	}
//
// Empty, overlong or repeated names, unknown types and scales out of range are
// errors, each with its place, such as "/events/0/attributes/1/scale".
func NewSchema(attributes []Field, events []EventKind) (*Schema, error) {
	var found problems
	s := &Schema{attributes: append([]Field(nil), attributes...)}
	s.index = indexFields(attributes, "/attributes", &found)
	s.kindIndex = make(map[string]int, len(events))
	for i, kind := range events {
		path := "/events/" + strconv.Itoa(i)
		checkName(kind.Name, path+"/name", s.kindIndex, &found)
		s.kindIndex[kind.Name] = i
		s.inKind = append(s.inKind, indexFields(kind.Attributes, path+"/attributes", &found))
		kind.Attributes = append([]Field(nil), kind.Attributes...)
		s.kinds = append(s.kinds, kind)
	}
	if err := found.err(); err != nil {
		return nil, err
	}
	return s, nil
}

func indexFields(fields []Field, path string, found *problems) map[string]int {
	index := make(map[string]int, len(fields))
	for i, f := range fields {
		here := path + "/" + strconv.Itoa(i)
		checkName(f.Name, here+"/name", index, found)
		index[f.Name] = i
		if !f.Type.valid() {
			found.add(invalid(here+"/type", "no type"))
		}
		if f.Scale < 0 || f.Scale > MaxScale || f.Scale > 0 && f.Type != TypeNumber {
			found.add(invalid(here+"/scale", fmt.Sprintf("the scale of a number is 0 to %d, of any other type 0", MaxScale)))
		}
	}
	return index
}

func checkName(name, path string, taken map[string]int, found *problems) {
	if reason := nameProblem(name); reason != "" {
		found.add(invalid(path, reason))
	} else if _, ok := taken[name]; ok {
		found.add(invalid(path, "this name stands twice"))
	}
}

// maxName is the longest name in bytes, the limit of ids in this library.
const maxName = 255

// nameProblem says why name cannot be a name, "" where it can.
func nameProblem(name string) string {
	switch {
	case name == "":
		return "the name is empty"
	case len(name) > maxName:
		return fmt.Sprintf("the name is longer than %d bytes", maxName)
	case !utf8.ValidString(name):
		return "the name is not UTF-8"
	case strings.ContainsFunc(name, func(r rune) bool { return r < ' ' || r == 0x7f }):
		return "the name holds a control character"
	}
	return ""
}

// invalid is a problem outside the text of a rule.
func invalid(path, reason string) *Error { return &Error{Path: path, Reason: reason, Err: ErrInvalid} }
