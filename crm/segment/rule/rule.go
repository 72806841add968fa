package rule

import (
	"maps"
	"slices"
)

// Rule is a rule that was read (规则): well-formed, and not yet held against a
// schema. It does not change and may be shared by goroutines. The zero Rule says
// nothing and is refused by [Compile].
type Rule struct {
	root   *condition
	source string // the text that the places in root refer to
}

// Parse reads a rule: one condition of the grammar in the package comment, at
// most [MaxSize] bytes of UTF-8 nested at most [MaxDepth] deep. A byte order
// mark in front is passed over.
//
// An error of syntax ends the reading; everything else that is wrong is
// reported at once ([Problems]): duplicate and unknown keys, wrong types,
// operators that are missing or too many, numbers out of range, lists without
// an entry. What needs the schema is checked by [Compile].
func Parse(data []byte) (*Rule, error) {
	var found problems
	source := string(data)
	p := parser{source: source, found: &found}
	r := &Rule{source: source}
	if v := readJSON(source, &found); v != nil {
		r.root = p.condition(v, false)
	}
	if err := found.err(); err != nil {
		return nil, err
	}
	return r, nil
}

// MarshalJSON writes the rule in one form, whatever the order of keys, white
// space, escapes and numbers (1.50, 15e-1) it was read from: [Parse] reads it
// back as an equal rule, and equal rules are written by equal bytes.
func (r *Rule) MarshalJSON() ([]byte, error) {
	if r.root == nil {
		return nil, invalid("", "the rule is empty")
	}
	return appendCondition(nil, r.root), nil
}

// UnmarshalJSON is [Parse]; lines and columns count from the rule's own start.
func (r *Rule) UnmarshalJSON(data []byte) error {
	parsed, err := Parse(data)
	if err == nil {
		*r = *parsed
	}
	return err
}

// String returns what MarshalJSON writes, "" for the zero Rule.
func (r *Rule) String() string {
	b, _ := r.MarshalJSON()
	return string(b)
}

// Segments returns the names of the sub-segments that the rule refers to, each
// once, sorted: what has to be in the [Set] that it is compiled with.
func (r *Rule) Segments() []string {
	names := map[string]bool{}
	if r.root != nil {
		r.root.walk(func(c *condition) {
			if c.form == formSegment {
				names[c.name] = true
			}
		})
	}
	return slices.Sorted(maps.Keys(names))
}

// Set holds rules by name (规则集), so that one can refer to another.
type Set map[string]*Rule

// ParseSet reads an object whose keys are names and whose values are rules, as
// [Parse] reads one. Names are 1 to 255 bytes without control characters. Lines,
// columns and paths are those of the whole text: "/vip/all/0".
func ParseSet(data []byte) (Set, error) {
	var found problems
	source := string(data)
	p := parser{source: source, found: &found}
	set := Set{}
	if v := readJSON(source, &found); v != nil && p.want(v, jsonObject) {
		for _, m := range v.items {
			if reason := nameProblem(m.key); reason != "" {
				p.atKey(m, "%s", reason)
			}
			set[m.key] = &Rule{p.condition(m, false), source}
		}
	}
	if err := found.err(); err != nil {
		return nil, err
	}
	return set, nil
}
