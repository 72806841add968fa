package lead

import (
	"maps"
	"slices"

	"github.com/guanxi-go/guanxi/crm/timeline"
	"github.com/guanxi-go/guanxi/internal/enum"
	"github.com/guanxi-go/guanxi/internal/limit"
)

// Kind is what a field of a form asks for (字段类型). It says how the value is read, and
// what becomes of it when the lead is converted. The zero value is none.
type Kind uint8

const (
	PersonName  Kind = iota + 1 // of the person; personal 姓名
	CompanyName                 // of the organisation 单位名称
	Phone                       // telephone number; personal 电话
	Email                       // e-mail address; personal 电子邮箱
	CreditCode                  // unified social credit code of the organisation 统一社会信用代码
	Text                        // free text; personal 文本
	Choice                      // one of the field's choices 单选
	Number                      // decimal number 数值
	Date                        // day, as 2006-01-02 日期
	YesNo                       // true or false 是否
)

var kinds = enum.New[Kind]("kind", unknown, enum.Names{{}, {"person-name", "姓名"}, {"company-name", "单位名称"}, {"phone", "电话"}, {"email", "电子邮箱"},
	{"credit-code", "统一社会信用代码"}, {"text", "文本"}, {"choice", "单选"}, {"number", "数值"}, {"date", "日期"}, {"yes-no", "是否"}})

// Valid reports whether k is one of the ten.
func (k Kind) Valid() bool { return kinds.Valid(k) }

// String returns the code, "" for none and ? for a number that is no kind.
func (k Kind) String() string { return kinds.Code(k) }

// Zh returns the Chinese name, "" for none and ? for a number that is no kind.
func (k Kind) Zh() string { return kinds.Zh(k) }

// MarshalText writes the form of String; a number that is no kind is ErrInvalid.
func (k Kind) MarshalText() ([]byte, error) { return kinds.Marshal(k) }

// UnmarshalText reads what MarshalText writes, and nothing else.
func (k *Kind) UnmarshalText(text []byte) error { return kinds.Unmarshal(k, text) }

// once reports whether a form asks for it at most once.
func (k Kind) once() bool { return k == PersonName || k == CompanyName || k == CreditCode }

// Form is what is asked of who shows interest (表单). It is plain data with stable JSON.
type Form struct {
	ID      string `json:"id"`
	Version int    `json:"version"` // from 1
	En      string `json:"en"`      // title
	Zh      string `json:"zh"`
	Source  string `json:"source"` // where leads of it come from: a code of the host, such as fair-2026 来源

	// Touchpoint and Channel are where it is filled in: an attached submission goes on
	// the customer's timeline there.
	Touchpoint string           `json:"touchpoint"`
	Channel    timeline.Channel `json:"channel"`

	Fields   []Field   `json:"fields"`
	Purposes []Purpose `json:"purposes,omitempty"`
	Limit    Limit     `json:"limit,omitzero"`
}

// Field is one question of a form (表单字段).
type Field struct {
	Name     string   `json:"name"` // code
	Kind     Kind     `json:"kind"`
	Required bool     `json:"required,omitzero"`
	Max      int      `json:"max,omitzero"`      // runes of a name or text, at most 2,000; 0 is 200
	Choices  []string `json:"choices,omitempty"` // codes; of a choice only
	Personal bool     `json:"personal,omitzero"` // of a choice, number, date or yes-no: it goes when the person is forgotten
}

// Purpose is a consent that a form asks for (同意事项).
type Purpose struct {
	Code     string `json:"code"`
	Required bool   `json:"required,omitzero"`
	Versions []int  `json:"versions"` // of its text that may be ticked, from 1
}

// Validate reports everything wrong with f, joined: an id or code that breaks the rules
// or is there twice, no field, an unknown kind, two names of a person, choices where they
// do not belong or none where they do, a number out of its range, no touchpoint.
func (f Form) Validate() error {
	var p problems
	p.check(validID(f.ID), codeID, "id", -1, "")
	p.check(f.Version >= 1, codeRange, "version", -1, "version")
	p.check(limit.IsCode(f.Source), codeUnknown, "source", -1, "source")
	p.check(validID(f.Touchpoint), codeMissing, "touchpoint", -1, "touchpoint")
	p.check(f.Channel != 0, codeMissing, "channel", -1, "channel")
	p.check(f.Channel == 0 || f.Channel.Valid(), codeUnknown, "channel", -1, "channel")
	p.check(len(f.Fields) > 0, codeMissing, "fields", -1, "fields")
	f.Limit.check(&p)
	seen, kind := map[string]bool{}, map[Kind]bool{}
	for i, field := range f.Fields {
		p.check(limit.IsCode(field.Name), codeUnknown, "fields", i, "name")
		p.check(field.Kind.Valid(), codeUnknown, "fields", i, "kind")
		p.check(field.Max >= 0 && field.Max <= 2000, codeRange, "fields", i, "max")
		p.check((field.Kind == Choice) == (len(field.Choices) > 0), codeRange, "fields", i, "choices")
		for _, c := range field.Choices {
			p.check(validID(c), codeID, "fields", i, "")
		}
		if seen[field.Name] || field.Kind.once() && kind[field.Kind] {
			p.add(ErrDuplicate, codeRepeated, "fields", field.Name)
		}
		seen[field.Name], kind[field.Kind] = true, true
	}
	clear(seen)
	for i, purpose := range f.Purposes {
		p.check(limit.IsCode(purpose.Code), codeUnknown, "purposes", i, "code")
		p.check(len(purpose.Versions) > 0 && slices.Min(purpose.Versions) >= 1, codeRange, "purposes", i, "versions")
		if seen[purpose.Code] {
			p.add(ErrDuplicate, codeRepeated, "purposes", purpose.Code)
		}
		seen[purpose.Code] = true
	}
	return p.join()
}

// Clone returns a copy that shares no memory with f.
func (f Form) Clone() Form {
	f.Fields, f.Purposes = slices.Clone(f.Fields), slices.Clone(f.Purposes)
	for i := range f.Fields {
		f.Fields[i].Choices = slices.Clone(f.Fields[i].Choices)
	}
	for i := range f.Purposes {
		f.Purposes[i].Versions = slices.Clone(f.Purposes[i].Versions)
	}
	return f
}

// CheckForms reports everything wrong with a table of forms, joined; several versions of
// a form may be in it, each once.
func CheckForms(forms []Form) error {
	var p problems
	type edition struct {
		id      string
		version int
	}
	seen := map[edition]bool{}
	for _, f := range forms {
		if err := f.Validate(); err != nil {
			p = append(p, err)
		}
		if seen[edition{f.ID, f.Version}] {
			p.add(ErrDuplicate, codeRepeated, "forms", f.ID)
		}
		seen[edition{f.ID, f.Version}] = true
	}
	return p.join()
}

// sortedNames returns the names of submitted values in byte order.
func sortedNames(values map[string]string) []string { return slices.Sorted(maps.Keys(values)) }
