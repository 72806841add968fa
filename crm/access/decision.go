package access

import (
	"slices"
	"strings"
	"time"

	"github.com/guanxi-go/guanxi/internal/enum"
)

// Request is a question about rights: may this member of staff do this to the rows
// of this resource at this instant?
type Request struct {
	Staff    string    `json:"staff"`    // id
	Resource string    `json:"resource"` // such as "customer"
	Action   string    `json:"action"`   // such as ActionRead
	At       time.Time `json:"at"`
}

// Decision answers a [Request]. Its JSON names are stable. The zero Decision allows
// nothing.
type Decision struct {
	Scope  Scope    `json:"scope,omitzero"`   // rows that may be acted on in at least one field
	Views  []View   `json:"views,omitempty"`  // which fields of which rows
	Hidden []string `json:"hidden,omitempty"` // fields denied in every row, in byte order
}

// View is a set of rows with the fields that a grant opens there.
type View struct {
	Scope  Scope    `json:"scope"`
	Fields []string `json:"fields,omitempty"` // in byte order, without Hidden; empty: all but Hidden
}

// Allows reports whether the decision covers a row with this owner and unit path.
func (d Decision) Allows(owner, path string) bool { return d.Scope.Allows(owner, path) }

// Shows reports whether the decision covers a field of a row.
func (d Decision) Shows(owner, path, field string) bool {
	if slices.Contains(d.Hidden, field) {
		return false
	}
	for _, v := range d.Views {
		if (len(v.Fields) == 0 || slices.Contains(v.Fields, field)) && v.Scope.Allows(owner, path) {
			return true
		}
	}
	return false
}

// FieldMode is what somebody can do with one field of one row.
type FieldMode uint8

const (
	FieldHidden   FieldMode = iota // does not see it 隐藏
	FieldReadOnly                  // sees it and cannot change it 只读
	FieldEditable                  // sees and changes it 可编辑
)

var fieldModes = enum.New[FieldMode]("mode", unknown, enum.Names{
	{"hidden", "隐藏"}, {"read-only", "只读"}, {"editable", "可编辑"},
})

// String returns the English name, and ? for a number that is no mode.
func (m FieldMode) String() string { return fieldModes.Code(m) }

// Zh returns the Chinese name, and ? for a number that is no mode.
func (m FieldMode) Zh() string { return fieldModes.Zh(m) }

// MarshalText writes the form of String; a number that is no mode is ErrInvalid.
func (m FieldMode) MarshalText() ([]byte, error) { return fieldModes.Marshal(m) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (m *FieldMode) UnmarshalText(text []byte) error { return fieldModes.Unmarshal(m, text) }

// Mode puts the decisions for reading and for updating a resource together, for one
// field of a row with this owner and unit path. Who may not read a field cannot edit
// it either.
func Mode(read, update Decision, owner, path, field string) FieldMode {
	switch {
	case !read.Shows(owner, path, field):
		return FieldHidden
	case update.Shows(owner, path, field):
		return FieldEditable
	}
	return FieldReadOnly
}

// decide unites what is granted, without the hidden fields.
func decide(granted []View, hidden []string) (d Decision) {
	slices.Sort(hidden)
	d.Hidden = slices.Compact(hidden)
	for _, v := range granted {
		limited := len(v.Fields) > 0
		v.Fields = slices.Compact(slices.Sorted(slices.Values(v.Fields)))
		v.Fields = slices.DeleteFunc(v.Fields, func(f string) bool { return slices.Contains(d.Hidden, f) })
		if v.Scope.IsZero() || limited && len(v.Fields) == 0 {
			continue
		}
		if !limited {
			v.Fields = nil
		}
		d.Scope = d.Scope.plus(v.Scope)
		if i := slices.IndexFunc(d.Views, func(w View) bool { return slices.Equal(w.Fields, v.Fields) }); i >= 0 {
			d.Views[i].Scope = d.Views[i].Scope.plus(v.Scope)
		} else {
			d.Views = append(d.Views, v)
		}
	}
	if d.Scope.IsZero() {
		return Decision{}
	}
	slices.SortFunc(d.Views, func(a, b View) int { return slices.CompareFunc(a.Fields, b.Fields, strings.Compare) })
	return d
}
