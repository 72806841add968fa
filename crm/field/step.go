package field

import "github.com/guanxi-go/guanxi/internal/enum"

// Step is one thing that a [Migration] has to be told (迁移步骤); [Rename], [Convert],
// [Split], [Drop] and [Default] make them. Steps do not run one after the other: all
// of them read the values as they were under the old version, so their order does
// not matter and two fields can swap their codes.
type Step struct {
	Op    Op                  `json:"op"`
	Field string              `json:"field"`            // code in the old version; of a default, in the new one
	To    string              `json:"to,omitzero"`      // rename: code in the new version
	Map   map[string][]string `json:"map,omitempty"`    // convert: old value to new, as texts; split: option of By to options
	From  string              `json:"option,omitzero"`  // split: the option that is divided
	By    string              `json:"by,omitzero"`      // split: code of the old enum field that decides
	Value Value               `json:"default,omitzero"` // default: what a record without a value gets
}

// Rename says that the values of a field go on under another code (改名).
func Rename(from, to string) Step { return Step{Op: OpRename, Field: from, To: to} }

// Convert says that the values of a field are converted to the type or the options
// that the new version gives it (转换). A value whose text ([Value.String]) is in the
// map becomes the value that is read there; any other is converted by the table
// below. The map may be nil. So options are renamed and merged:
//
//	field.Convert("grade", map[string][]string{"vip": {"gold"}, "svip": {"gold"}})
//
// In the map a new value is written as [Parse] reads it; only for a multi may it be
// several codes, or none.
//
//	from      to         without a map
//	any       same type  the same value
//	any       text       its text
//	text      any        what Parse reads; "007" is no int
//	int       decimal    the same number
//	decimal   int        the same number, unless it has a fraction
//	enum      multi      a choice of one
//	multi     enum       the only choice, unless there are several
//
// A blank text becomes no value of another type, and so does a choice of none of an
// enum.
//
// Other pairs of types need a map, and every value of theirs must be in it.
func Convert(code string, to map[string][]string) Step {
	return Step{Op: OpConvert, Field: code, Map: to}
}

// Split says that one option of an enum or multi field is divided, and that the value
// of an enum field of the same record decides into which (拆分):
//
//	field.Split("trade", "food", "channel", map[string][]string{"shop": {"retail"}, "web": {"e-food"}})
//
// A record with that option whose by is absent or not in the map cannot be
// converted. The other options are converted as [Convert] says, and one field may
// have a step of each kind.
func Split(code, option, by string, to map[string][]string) Step {
	return Step{Op: OpSplit, Field: code, From: option, By: by, Map: to}
}

// Drop says that the values of a field end here (删除). [Migration.Apply] hands back
// what is dropped.
func Drop(code string) Step { return Step{Op: OpDrop, Field: code} }

// Default says what a record has in a field of the new version where it has no value
// by then (默认值).
func Default(code string, v Value) Step { return Step{Op: OpDefault, Field: code, Value: v} }

// Op is what a [Step] does (迁移动作). The zero value is none.
type Op uint8

const (
	OpRename  Op = iota + 1 // another code 改名
	OpConvert               // another type, or other options 转换
	OpSplit                 // one option into several 拆分
	OpDrop                  // no more 删除
	OpDefault               // a value for records without one 默认值
)

var ops = enum.New[Op]("op", unknown, enum.Names{
	OpRename: {"rename", "改名"}, OpConvert: {"convert", "转换"}, OpSplit: {"split", "拆分"},
	OpDrop: {"drop", "删除"}, OpDefault: {"default", "默认值"},
})

// Valid reports whether o is one of the five.
func (o Op) Valid() bool { return ops.Valid(o) }

// String returns the English name, "" for none, and ? for a number that is no Op.
func (o Op) String() string { return ops.Code(o) }

// Zh returns the Chinese name, "" for none, and ? for a number that is no Op.
func (o Op) Zh() string { return ops.Zh(o) }

// MarshalText writes the form of String. A number that is no Op is ErrInvalid.
func (o Op) MarshalText() ([]byte, error) { return ops.Marshal(o) }

// UnmarshalText reads what MarshalText writes, and leaves o as it was on an error.
func (o *Op) UnmarshalText(text []byte) error { return ops.Unmarshal(o, text) }
