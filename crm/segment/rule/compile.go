package rule

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/guanxi-go/guanxi/crm/calendar"
)

// MaxSegments is how many sub-segments a rule may lead to, those of its
// sub-segments included.
const MaxSegments = 256

// Compile holds a rule against a schema and resolves its sub-segments in the set,
// which may be nil. The rule itself need not be in the set.
//
// What does not fit is reported all at once ([Problems]), in the rule and in
// every sub-segment that it leads to: attributes, kinds of events and segments
// that do not exist, operators that a type does not have, values of another
// type or with more digits after the point than the field, dates that do not
// exist, a between whose first day is the later one, more than [MaxSegments]
// sub-segments, and segments that lead back to themselves: such an error names
// the cycle.
func Compile(rule *Rule, schema *Schema, segments Set) (*Segment, error) {
	var found problems
	s := compile("", rule, schema, segments, &found)
	if err := found.err(); err != nil {
		return nil, err
	}
	return s, nil
}

// CompileSet compiles every rule of a set, each with the set as its segments. It
// reports the problems of all of them, each once, with the name of its rule.
func CompileSet(set Set, schema *Schema) (map[string]*Segment, error) {
	var found problems
	compiled := make(map[string]*Segment, len(set))
	for _, name := range slices.Sorted(maps.Keys(set)) {
		var here problems
		compiled[name] = compile(name, set[name], schema, set, &here)
		for _, e := range here.list {
			if !slices.ContainsFunc(found.list, func(o *Error) bool { return *o == *e }) {
				found.add(e)
			}
		}
		if found.full() {
			break
		}
	}
	if err := found.err(); err != nil {
		return nil, err
	}
	return compiled, nil
}

// A node of the program. The nodes of a rule stand in the order of its text,
// each before those below it, so that a program is one slice and its parts are
// found by where the part before them ends.
type node struct {
	form    form
	measure measure
	test    test
	end     int32  // the node after the last one below it
	index   int32  // of the attribute, of the kind of event, or of the segment among units, less one
	kind    int32  // the kind of event whose attribute it is; -1 for the customer's
	of      int32  // the attribute that is summed
	field   *Field // what the attribute asked for or summed is, in the schema
	root    int32  // the first node of the segment referred to
	unit    int32  // the rule that it comes from
	window  window
	source  *condition
}

// A unit is a rule of the program: the one that was compiled, then the
// sub-segments in the order in which they are met.
type unit struct {
	name string
	rule *Rule
	root int32
	refs []reference
}

// A reference leads from one unit to another.
type reference struct {
	to int
	at *value
}

type compiler struct {
	schema   *Schema
	segments Set
	found    *problems
	names    map[string]int // of units
	units    []unit
	nodes    []node
	unit     int // the one being compiled
}

func compile(name string, rule *Rule, schema *Schema, segments Set, found *problems) *Segment {
	if rule == nil || rule.root == nil {
		found.add(&Error{Segment: name, Reason: "the rule is empty", Err: ErrInvalid})
		return nil
	}
	if schema == nil {
		found.add(invalid("", "no schema is given"))
		return nil
	}
	c := compiler{schema: schema, segments: segments, found: found, names: map[string]int{}}
	if name != "" {
		c.names[name] = 0
	}
	c.units = []unit{{name: name, rule: rule}}
	for ; c.unit < len(c.units) && !found.full(); c.unit++ { // segments met on the way are appended
		c.units[c.unit].root = int32(len(c.nodes))
		c.condition(c.units[c.unit].rule.root, -1)
	}
	c.refuseCycles()
	if len(found.list) > 0 {
		return nil
	}
	for i := range c.nodes {
		if n := &c.nodes[i]; n.form == formSegment {
			n.root = c.units[n.index+1].root
		}
	}
	return &Segment{schema: schema, nodes: c.nodes, units: c.units}
}

func (c *compiler) at(v *value, reason string) { c.report(c.unit, v, reason) }

func (c *compiler) report(unit int, v *value, reason string) {
	if !c.found.full() {
		u := c.units[unit]
		e := problemAt(u.rule.source, v.path(), int(v.at), reason)
		e.Segment = u.name
		c.found.add(e)
	}
}

// condition appends the nodes of a condition; kind is that of the events that it
// filters, -1 where it is about the customer.
func (c *compiler) condition(source *condition, kind int32) {
	i := len(c.nodes)
	n := node{form: source.form, kind: kind, unit: int32(c.unit), source: source}
	c.nodes = append(c.nodes, n)
	switch source.form {
	case formAttribute:
		c.attribute(&n)
	case formEvent:
		c.event(&n)
	case formSegment:
		n.index = c.segment(source)
	}
	for _, part := range source.parts {
		c.condition(part, kind)
	}
	n.end = int32(len(c.nodes))
	c.nodes[i] = n
}

// segment returns the slot of the sub-segment that is referred to.
func (c *compiler) segment(source *condition) int32 {
	to, ok := c.names[source.name]
	if !ok {
		rule := c.segments[source.name]
		switch {
		case rule == nil || rule.root == nil:
			c.at(source.head, "there is no such segment")
			return 0
		case len(c.units) > MaxSegments:
			c.at(source.head, fmt.Sprintf("the rule leads to more than %d segments", MaxSegments))
			return 0
		}
		to = len(c.units)
		c.names[source.name] = to
		c.units = append(c.units, unit{name: source.name, rule: rule})
	}
	u := &c.units[c.unit]
	u.refs = append(u.refs, reference{to, source.head})
	return int32(to - 1)
}

func (c *compiler) attribute(n *node) {
	index, fields := c.schema.index, c.schema.attributes
	if n.kind >= 0 {
		index, fields = c.schema.inKind[n.kind], c.schema.kinds[n.kind].Attributes
	}
	i, ok := index[n.source.name]
	if !ok {
		c.at(n.source.head, "there is no such attribute")
		return
	}
	n.index = int32(i)
	n.field = &fields[i]
	n.test = c.test(n.source.test, fields[i])
}

func (c *compiler) event(n *node) {
	source := &n.source.event
	k, ok := c.schema.kindIndex[n.source.name]
	if !ok {
		c.at(n.source.head, "there is no such kind of event")
		return
	}
	n.index, n.window, n.measure = int32(k), source.window, source.measure
	if source.where != nil {
		c.condition(source.where, n.index)
	}
	field := Field{Type: TypeNumber}
	if source.measure == measureSum {
		i, ok := c.schema.inKind[k][source.of]
		if !ok {
			c.at(source.ofAt, "there is no such attribute")
			return
		}
		n.of, n.field = int32(i), &c.schema.kinds[k].Attributes[i]
		field = *n.field
		if field.Type != TypeNumber {
			c.at(source.ofAt, "only a number can be summed, and this is "+field.Type.String())
			return
		}
	}
	n.test = c.test(n.source.test, field)
}

func (c *compiler) test(from comparison, f Field) (t test) {
	if !slices.Contains(operatorsOf(f.Type), from.op) {
		c.at(from.at, from.op.String()+" does not go with "+f.Type.String()+": use "+operatorList(f.Type))
		return t
	}
	switch {
	case from.op == opExists:
		t.how, t.negate = howExists, from.literals[0].at.text == "false"
	case from.op == opDaysAgo:
		t = c.test(*from.age, Field{Type: TypeNumber})
		t.daysAgo = true
	case f.Type == TypeTags:
		t.how, t.text = howTag, from.literals[0].at.text
	case f.Type == TypeText:
		if texts, ok := literals(c, from, f, c.text); ok {
			t.strings(from.op, texts)
		}
	default:
		integers, ok := literals(c, from, f, c.integer)
		if ok && from.op == opBetween && integers[0] > integers[1] {
			c.at(from.at, descending)
		} else if ok {
			t.numbers(from.op, integers)
		}
	}
	return t
}

func operatorList(t Type) string {
	var names []string
	for _, op := range operatorsOf(t) {
		names = append(names, op.String())
	}
	return strings.Join(names, ", ")
}

// literals reads the literals of a comparison; ok is false where one of them has
// a problem, which is reported.
func literals[T any](c *compiler, from comparison, f Field, read func(literal, Field) (T, string)) (list []T, ok bool) {
	ok = true
	for _, l := range from.literals {
		v, problem := read(l, f)
		if problem != "" {
			c.at(l.at, problem)
			ok = false
		}
		list = append(list, v)
	}
	return list, ok
}

func (c *compiler) text(l literal, f Field) (string, string) {
	if l.at.kind != jsonString {
		return "", "the attribute is text: a string is needed here, not " + l.at.kind.String()
	}
	return l.at.text, ""
}

// integer returns a literal as the integer that a Value of the field holds.
func (c *compiler) integer(l literal, f Field) (int64, string) {
	want := jsonNumber
	switch f.Type {
	case TypeBool:
		want = jsonBool
	case TypeDay:
		want = jsonString
	}
	if l.at.kind != want {
		return 0, "the attribute is " + f.Type.String() + ": " + want.String() + " is needed here, not " + l.at.kind.String()
	}
	switch f.Type {
	case TypeBool:
		return Bool(l.at.text == "true").num, ""
	case TypeDay:
		d, ok := calendar.ParseISO(l.at.text)
		if !ok {
			return 0, "the attribute is a day: a date YYYY-MM-DD is needed"
		}
		return int64(d), ""
	}
	n, fine, fits := l.number.at(f.Scale)
	switch {
	case !fine:
		return 0, "the number has more digits after the point than the attribute"
	case !fits:
		return 0, "the number is out of range: at most 18 digits, those after the point that the attribute has included"
	}
	return n, ""
}

// refuseCycles reports every way in which a segment leads back to itself.
func (c *compiler) refuseCycles() {
	const (
		unseen = iota
		open   // on the way from the rule to where the search is
		done
	)
	state := make([]uint8, len(c.units))
	var way []int
	var visit func(u int)
	visit = func(u int) {
		state[u] = open
		way = append(way, u)
		for _, ref := range c.units[u].refs {
			switch state[ref.to] {
			case unseen:
				visit(ref.to)
			case open:
				c.reportCycle(way[slices.Index(way, ref.to):])
			}
		}
		way = way[:len(way)-1]
		state[u] = done
	}
	visit(0)
}

// reportCycle names a cycle from the segment whose name comes first, at the
// reference that closes it: one wording wherever the search came in.
func (c *compiler) reportCycle(cycle []int) {
	byName := func(a, b int) int { return strings.Compare(c.units[a].name, c.units[b].name) }
	first := slices.Index(cycle, slices.MinFunc(cycle, byName))
	cycle = slices.Concat(cycle[first:], cycle[:first], cycle[first:first+1])
	last := cycle[len(cycle)-2]
	closing := slices.IndexFunc(c.units[last].refs, func(r reference) bool { return r.to == cycle[0] })
	words := make([]string, len(cycle))
	for i, u := range cycle {
		words[i] = c.units[u].name
	}
	c.report(last, c.units[last].refs[closing].at, "the segments lead in a circle: "+strings.Join(words, " -> "))
}
