package field

import (
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

// MaxUniqueRunes is the longest text that a unique field may allow, so that its
// claim fits 255 bytes.
const MaxUniqueRunes = 40

// Field is the definition of one custom field (自定义字段).
type Field struct {
	Code string `json:"code"`          // lower-case ASCII letters, digits and _, beginning with a letter, 1 to 63 bytes
	En   string `json:"en,omitzero"`   // label in English
	Zh   string `json:"zh,omitzero"`   // label in Chinese 名称
	Type Type   `json:"type,omitzero"` // what it takes

	Required bool `json:"required,omitzero"` // every record has a value that is not empty 必填
	Unique   bool `json:"unique,omitzero"`   // no two records have the same value 唯一: text, int, decimal and date only; see [Checker.Claims]
	Personal bool `json:"personal,omitzero"` // goes when the person is forgotten 个人信息

	Min      Value    `json:"min,omitzero"`       // smallest value allowed, itself included: int, decimal and date only
	Max      Value    `json:"max,omitzero"`       // greatest value allowed, itself included
	MaxRunes int      `json:"max_runes,omitzero"` // longest text in runes; 0 for the package's MaxRunes
	Pattern  string   `json:"pattern,omitzero"`   // RE2 expression that a whole text matches; "" for any
	Options  []Option `json:"options,omitempty"`  // what an enum or multi chooses from, in the order of display
	RefKind  string   `json:"ref_kind,omitzero"`  // kind of the thing that a ref leads to, a code of the host: "staff"
}

// Option is one choice of an enum or multi field (选项).
type Option struct {
	Code    string `json:"code"`             // ASCII letters, digits, dots, - and _, 1 to 63 bytes
	En      string `json:"en,omitzero"`      // label in English
	Zh      string `json:"zh,omitzero"`      // label in Chinese
	Retired bool   `json:"retired,omitzero"` // kept where it stands, not to be chosen anew 停用
}

// Schema is one version of a company's custom fields (字段表). The zero Schema has no
// fields and is version 0, before the first.
type Schema struct {
	Version int     `json:"version"` // 0, or 1, 2, 3 ... each the last plus 1
	Fields  []Field `json:"fields,omitempty"`
}

// Validate reports every rule that the definitions break, joined; each is an
// [*Error] with the field's code and the part at fault. ErrInvalid: a code of
// another form, no type, a part that the type does not have, a pattern that is no
// RE2 expression, bounds of another type or in the wrong order, fields in version 0,
// a unique text without a MaxRunes of at most [MaxUniqueRunes]. ErrIncomplete: an
// enum or multi without an option to choose, a ref without a kind. ErrDuplicate: two
// fields or two options with one code.
func (s Schema) Validate() error {
	var f faults
	if s.Version < 0 || s.Version == 0 && len(s.Fields) > 0 {
		f.add("", "version", "is 1 or more where there are fields", ErrInvalid)
	}
	seen := map[string]bool{}
	for i, field := range s.Fields {
		if !validCode(field.Code) {
			f.add("", "code", "of field "+strconv.Itoa(i)+" is not of the form birth_day", ErrInvalid)
			continue
		}
		if seen[field.Code] {
			f.add(field.Code, "code", "is there twice", ErrDuplicate)
		}
		seen[field.Code] = true
		field.check(&f)
	}
	return f.join()
}

// Field returns the definition with that code.
func (s Schema) Field(code string) (Field, bool) {
	for _, field := range s.Fields {
		if field.Code == code {
			return field, true
		}
	}
	return Field{}, false
}

func (d Field) check(f *faults) {
	refuse := func(broken bool, part, reason string, err error) {
		if broken {
			f.add(d.Code, part, reason, err)
		}
	}
	refuse(!d.Type.Valid(), "type", "is unknown", ErrInvalid)
	refuse(!validText(d.En+d.Zh, MaxRunes), "label", "is not valid text", ErrInvalid)

	refuse(d.Type != TypeText && (d.MaxRunes != 0 || d.Pattern != ""), "pattern", "and max_runes are for texts", ErrInvalid)
	refuse(d.MaxRunes < 0 || d.MaxRunes > MaxRunes, "max_runes", "is 0 to "+strconv.Itoa(MaxRunes), ErrInvalid)
	_, err := compilePattern(d.Pattern)
	refuse(err != nil, "pattern", "is no RE2 expression", ErrInvalid)

	refuse(d.Unique && (d.Type.choice() || d.Type == TypeBool || d.Type == TypeRef), "unique", "is for text, int, decimal and date", ErrInvalid)
	refuse(d.Unique && d.Type == TypeText && (d.MaxRunes == 0 || d.MaxRunes > MaxUniqueRunes), "max_runes",
		"of a unique text is 1 to "+strconv.Itoa(MaxUniqueRunes), ErrInvalid)

	refuse(d.Type == TypeRef && d.RefKind == "", "ref_kind", "is missing", ErrIncomplete)
	refuse(d.RefKind != "" && (d.Type != TypeRef || !validOption(d.RefKind)), "ref_kind", "is a code, and for refs", ErrInvalid)
	d.checkBounds(refuse)
	d.checkOptions(refuse)
}

func (d Field) checkBounds(refuse func(bool, string, string, error)) {
	wrong := func(bound Value) bool {
		return !bound.IsZero() && (bound.kind != d.Type || !bound.Valid() || !d.Type.ordered())
	}
	refuse(wrong(d.Min), "min", "is an int, decimal or date of the field's type", ErrInvalid)
	refuse(wrong(d.Max), "max", "is an int, decimal or date of the field's type", ErrInvalid)
	comparable := !d.Min.IsZero() && !d.Max.IsZero() && !wrong(d.Min) && !wrong(d.Max)
	refuse(comparable && compare(d.Min, d.Max) > 0, "min", "is above max", ErrInvalid)
}

func (d Field) checkOptions(refuse func(bool, string, string, error)) {
	open := 0
	seen := map[string]bool{}
	for i, o := range d.Options {
		refuse(!validOption(o.Code), "options", "code of option "+strconv.Itoa(i)+" is not of the form gold-2", ErrInvalid)
		refuse(seen[o.Code], "options", "option "+strconv.Itoa(i)+" is there twice", ErrDuplicate)
		refuse(!validText(o.En+o.Zh, MaxRunes), "options", "label of option "+strconv.Itoa(i)+" is not valid text", ErrInvalid)
		seen[o.Code] = true
		if !o.Retired {
			open++
		}
	}
	refuse(!d.Type.choice() && len(d.Options) > 0, "options", "are for enum and multi", ErrInvalid)
	refuse(d.Type.choice() && open == 0, "options", "have none to choose", ErrIncomplete)
}

// option returns the option with that code.
func (d Field) option(code string) (Option, bool) {
	for _, o := range d.Options {
		if o.Code == code {
			return o, true
		}
	}
	return Option{}, false
}

// compilePattern returns an expression that matches whole texts only, and nil for
// no pattern.
func compilePattern(pattern string) (*regexp.Regexp, error) {
	if pattern == "" {
		return nil, nil
	}
	if _, err := regexp.Compile(pattern); err != nil { // "a)(b" is none, though (?:a)(b) is
		return nil, err
	}
	return regexp.Compile(`\A(?:` + pattern + `)\z`)
}

// maxRunes returns the longest text that the field takes.
func (d Field) maxRunes() int {
	if d.MaxRunes == 0 {
		return MaxRunes
	}
	return d.MaxRunes
}

func tooLong(text string, runes int) bool {
	return len(text) > runes && utf8.RuneCountInString(text) > runes
}

func blank(text string) bool { return strings.TrimSpace(text) == "" }
