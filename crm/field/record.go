package field

import (
	"log/slog"
	"maps"
	"slices"
)

// Record is the values of one thing as they are kept (自定义字段记录): with the version
// of the schema that they obey and the codes of the personal ones, so that who holds
// a record can erase it without the schema. [Checker.Record] makes one. The zero
// Record has no values and is version 0.
type Record struct {
	Version  int      `json:"version,omitzero"`
	Values   Values   `json:"values,omitempty"`
	Personal []string `json:"personal,omitempty"` // codes of the values that are personal, in byte order
}

// Record checks values like [Checker.CheckChange] against those of the record that
// they replace (the zero Record where there is none), and returns them as a record of
// this version. ErrConflict where before is of another version and has values: it is
// migrated first.
func (c *Checker) Record(before Record, values Values) (Record, error) {
	if before.Version != c.version && len(before.Values) > 0 {
		return Record{}, &Error{Part: "version", Reason: "of the record before is another", Err: ErrConflict}
	}
	if err := c.CheckChange(before.Values, values); err != nil {
		return Record{}, err
	}
	r := Record{Version: c.version, Values: maps.Clone(values)}
	for _, code := range sortedKeys(values) {
		if c.fields[code].Personal {
			r.Personal = append(r.Personal, code)
		}
	}
	return r, nil
}

// Validate reports every rule that r breaks by itself, joined: a code of another
// form, a value that is not valid, a personal code without a value or out of order,
// values in version 0. Whether the values obey their schema is [Checker.Check]'s
// question.
func (r Record) Validate() error {
	var f faults
	if r.Version < 0 || r.Version == 0 && len(r.Values) > 0 {
		f.add("", "version", "is 1 or more where there are values", ErrInvalid)
	}
	for _, code := range sortedKeys(r.Values) {
		if !validCode(code) {
			f.add("", "code", "is not of the form birth_day", ErrInvalid)
		}
		if !r.Values[code].Valid() {
			f.add(code, "", "is not a valid value", ErrInvalid)
		}
	}
	for i, code := range r.Personal {
		if _, ok := r.Values[code]; !ok || i > 0 && r.Personal[i-1] >= code {
			f.add(code, "personal", "lists values, each once and in byte order", ErrInvalid)
		}
	}
	return f.join()
}

// Clone returns a copy that shares no memory with r.
func (r Record) Clone() Record {
	r.Values, r.Personal = maps.Clone(r.Values), slices.Clone(r.Personal)
	return r
}

// Equal reports whether r and s hold the same values under the same version. Nil
// and empty are the same.
func (r Record) Equal(s Record) bool {
	return r.Version == s.Version && maps.Equal(r.Values, s.Values) && slices.Equal(r.Personal, s.Personal)
}

// Strings returns the texts of the personal values, in byte order of the field:
// what a search for traces of the person looks for. Personal numbers, dates, options
// and ids go in [Record.Erased] as well; they are not listed, because the same ones
// stand rightfully in the records of others.
func (r Record) Strings() []string {
	var list []string
	for _, code := range r.Personal {
		if text, ok := r.Values[code].Text(); ok && !blank(text) {
			list = append(list, text)
		}
	}
	return list
}

// Erased returns what stays of r when the person is forgotten: the values that are
// not personal, without the texts. A free text goes even where its definition says
// that it is not personal, because nobody can promise what people typed into it.
func (r Record) Erased() Record {
	kept := Record{Version: r.Version}
	for code, v := range r.Values {
		if v.kind == TypeText || slices.Contains(r.Personal, code) {
			continue
		}
		if kept.Values == nil {
			kept.Values = Values{}
		}
		kept.Values[code] = v
	}
	return kept
}

// IsZero reports whether r has no values and no version, so that JSON leaves it out.
func (r Record) IsZero() bool { return r.Equal(Record{}) }

// LogValue shows the version and the codes and types of the values.
func (r Record) LogValue() slog.Value {
	return slog.GroupValue(slog.Int("version", r.Version), slog.Any("values", r.Values))
}
