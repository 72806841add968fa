package field

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
)

// Checker checks values against one schema. It is made by [Schema.Compile], does
// not change, and may be used by several goroutines.
type Checker struct {
	version int
	fields  map[string]rule
	codes   []string // in byte order
}

type rule struct {
	Field
	pattern *regexp.Regexp // nil for any text
}

// Compile makes a schema ready to check values. Its errors are those of
// [Schema.Validate].
func (s Schema) Compile() (*Checker, error) {
	if err := s.Validate(); err != nil {
		return nil, err
	}
	c := &Checker{version: s.Version, fields: make(map[string]rule, len(s.Fields))}
	for _, d := range s.Fields {
		d.Options = slices.Clone(d.Options)
		pattern, _ := compilePattern(d.Pattern)
		c.fields[d.Code] = rule{Field: d, pattern: pattern}
	}
	c.codes = sortedKeys(c.fields)
	return c, nil
}

// Version returns the version of the schema.
func (c *Checker) Version() int { return c.version }

// Check reports every field at fault, joined in byte order of the code; each is an
// [*Error] without the value. ErrInvalid: a value without a field, of another type
// than its field, not valid, out of bounds, too long, off the pattern, or an option
// that the field does not have. ErrIncomplete: a required value is missing or empty.
// A retired option is accepted, since records have it; [Checker.CheckChange] is for
// what people enter.
func (c *Checker) Check(values Values) error { return c.CheckChange(values, values) }

// CheckChange is Check for values that replace others: a retired option is refused
// besides, unless the same field had it before.
func (c *Checker) CheckChange(before, after Values) error { return c.faults(before, after).join() }

func (c *Checker) faults(before, after Values) (f faults) {
	known := 0
	for _, code := range c.codes {
		d := c.fields[code]
		value, ok := after[code]
		if ok {
			known++
		}
		switch {
		case !ok && d.Required, ok && d.Required && value.empty():
			f.add(code, "", "is required", ErrIncomplete)
		case ok:
			if reason := d.reject(before[code], value); reason != "" {
				f.add(code, "", reason, ErrInvalid)
			}
		}
	}
	if known < len(after) {
		for _, code := range sortedKeys(after) {
			if _, ok := c.fields[code]; !ok {
				f.add(code, "", "is not a field of this version", ErrInvalid)
			}
		}
		slices.SortStableFunc(f, func(a, b *Error) int { return cmp.Compare(a.Field, b.Field) })
	}
	return f
}

// reject says why the field does not take a value, or "".
func (d rule) reject(before, v Value) string {
	switch {
	case v.kind != d.Type:
		return "is not of type " + d.Type.String()
	case !v.Valid():
		return "is no " + d.Type.String() + " value"
	case !d.Min.IsZero() && compare(v, d.Min) < 0:
		return "is below the smallest value allowed"
	case !d.Max.IsZero() && compare(v, d.Max) > 0:
		return "is above the greatest value allowed"
	case d.Type == TypeText && tooLong(v.text, d.maxRunes()):
		return "is longer than allowed"
	case d.pattern != nil && v.text != "" && !d.pattern.MatchString(v.text):
		return "does not match the pattern"
	case d.Type.choice():
		return d.rejectOptions(before, v)
	}
	return ""
}

func (d rule) rejectOptions(before, v Value) string {
	if v.text == "" {
		return ""
	}
	for code := range strings.SplitSeq(v.text, ",") {
		switch option, ok := d.option(code); {
		case !ok:
			return "chooses an option that the field does not have"
		case option.Retired && !slices.Contains(splitCodes(before.text), code):
			return "chooses an option that is retired"
		}
	}
	return ""
}

// Claims returns a key for each value of a unique field, in byte order, to be
// claimed by the record that holds it: "code\x1fvalue", valid UTF-8 without NUL, at
// most 255 bytes. Texts are compared as they stand, and an empty one claims nothing.
// It expects values that pass Check.
func (c *Checker) Claims(values Values) []string {
	var keys []string
	for _, code := range c.codes {
		if v := values[code]; c.fields[code].Unique && v.Valid() && !v.empty() {
			keys = append(keys, code+"\x1f"+v.String())
		}
	}
	return keys
}

// Reference is a value of a ref field: what leads to which thing.
type Reference struct {
	Field string `json:"field"` // code
	Kind  string `json:"kind"`  // the definition's RefKind
	ID    string `json:"id"`
}

// References returns the things that values refer to, in byte order of the field,
// for whoever can tell whether they exist.
func (c *Checker) References(values Values) []Reference {
	var refs []Reference
	for _, code := range c.codes {
		if id, ok := values[code].Ref(); ok {
			refs = append(refs, Reference{Field: code, Kind: c.fields[code].RefKind, ID: id})
		}
	}
	return refs
}
