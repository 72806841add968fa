package rule

import (
	"log/slog"
	"strings"

	"github.com/guanxi-go/guanxi/crm/calendar"
)

// Explanation says of one condition of a rule, and of those below it, what it is
// for a customer, and why (解释). It holds the customer's data in Observed; its
// LogValue does not.
type Explanation struct {
	Segment   string        `json:"segment,omitempty"`  // the rule of the [Set] that the condition is from, "" for a rule given to [Compile]
	Path      string        `json:"path"`               // JSON Pointer to the condition in its text: "/all/1"
	Condition string        `json:"condition"`          // all, any or not, and every other condition as its JSON
	Truth     Truth         `json:"truth"`              // what it is
	Observed  string        `json:"observed,omitempty"` // of an attribute the value, of events the measure: "3", "missing", "2 to 4" where a filter is unknown
	Parts     []Explanation `json:"parts,omitempty"`    // the conditions below it, in the order of the rule
}

// Explain decides as [Segment.Decide] does and tells how: the Truth is the same.
// It looks at every condition, also at those that the answer does not need, so
// its errors include theirs. A sub-segment is taken apart where it is first
// referred to; the other references to it have its Truth and no Parts.
func (s *Segment) Explain(subject Subject, asOf calendar.Day) (*Explanation, error) {
	if err := s.usable(subject, asOf); err != nil {
		return nil, err
	}
	e := evaluation{segment: s, subject: subject, asOf: asOf}
	x := e.explain(0)
	if e.err != nil {
		return nil, e.err
	}
	return &x, nil
}

func (e *evaluation) explain(i int32) Explanation {
	nodes := e.segment.nodes
	n := &nodes[i]
	x := Explanation{Segment: e.segment.units[n.unit].name, Path: n.source.at.path(), Condition: n.form.String()}
	switch n.form {
	case formAll, formAny, formNot:
		for part := i + 1; part < n.end; part = nodes[part].end {
			x.Parts = append(x.Parts, e.explain(part))
		}
		x.Truth = combine(n.form, x.Parts)
		return x
	case formSegment:
		if e.known[n.index] == 0 {
			x.Parts = []Explanation{e.explain(n.root)}
			e.known[n.index] = int8(x.Parts[0].Truth) + 2
		}
		x.Truth = Truth(e.known[n.index] - 2)
	case formAttribute:
		var v Value
		e.value(n, &v)
		x.Truth, x.Observed = n.test.value(&v, e.asOf), v.String()
	case formEvent:
		t := e.measure(i)
		x.Truth, x.Observed = t.truth(n, e.asOf), e.observed(n, &t)
	}
	x.Condition = string(appendCondition(nil, n.source))
	return x
}

func combine(f form, parts []Explanation) Truth {
	t := parts[0].Truth
	for _, part := range parts[1:] {
		if f == formAll {
			t = min(t, part.Truth)
		} else {
			t = max(t, part.Truth)
		}
	}
	if f == formNot {
		return -t
	}
	return t
}

func (e *evaluation) observed(n *node, t *tally) string {
	lo, hi, ok := t.bounds(n.measure, e.asOf)
	if !ok {
		return Value{}.String()
	}
	scale := 0
	if n.measure == measureSum {
		scale = n.field.Scale
	}
	if lo == hi {
		return formatScaled(lo, scale)
	}
	return formatScaled(lo, scale) + " to " + formatScaled(hi, scale)
}

// Reasons returns the conditions without parts that make x what it is: of an all
// that is false the false ones, of an any that is true the true ones, and so on
// down (理由).
func (x *Explanation) Reasons() []Explanation {
	if len(x.Parts) == 0 {
		return []Explanation{*x}
	}
	var list []Explanation
	for i := range x.Parts {
		if part := &x.Parts[i]; part.Truth == x.Truth || x.Condition == formNot.String() {
			list = append(list, part.Reasons()...)
		}
	}
	return list
}

// String returns the tree, a condition a line, indented by two spaces, with what
// was observed at the end.
func (x *Explanation) String() string {
	var b strings.Builder
	x.write(&b, 0)
	return b.String()
}

func (x *Explanation) write(b *strings.Builder, depth int) {
	b.WriteString(strings.Repeat("  ", depth) + x.Truth.String() + " " + x.Condition)
	if x.Observed != "" {
		b.WriteString(": " + x.Observed)
	}
	b.WriteByte('\n')
	for i := range x.Parts {
		x.Parts[i].write(b, depth+1)
	}
}

// LogValue writes the path and the truth, and nothing of the customer.
func (x *Explanation) LogValue() slog.Value {
	return slog.GroupValue(slog.String("path", x.Path), slog.String("truth", x.Truth.String()))
}
