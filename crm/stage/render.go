package stage

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/guanxi-go/guanxi/crm/finding"
)

// DOT returns the machine as a directed graph for Graphviz (状态图): states in byte
// order of their codes, initial ones with a double line, transitions in the order
// of both codes with R where a reason is needed and the guard in brackets. The same
// definition gives the same bytes, whatever its order.
func (m *Machine[S]) DOT(in finding.Language) string {
	var b strings.Builder
	fmt.Fprintf(&b, "digraph %s {\n\trankdir=LR;\n\tnode [shape=box];\n", dotQuote(m.def.Name))
	for _, i := range m.byCode() {
		s := &m.def.States[i]
		fmt.Fprintf(&b, "\t%s [label=%s", dotQuote(s.Code), dotQuote(m.Text(s.State, in)))
		if m.initial[i] {
			b.WriteString(", peripheries=2")
		}
		b.WriteString("];\n")
	}
	for _, t := range m.sorted() {
		fmt.Fprintf(&b, "\t%s -> %s", dotQuote(m.Code(t.From)), dotQuote(m.Code(t.To)))
		if label := t.label(); label != "" {
			fmt.Fprintf(&b, " [label=%s]", dotQuote(label))
		}
		b.WriteString(";\n")
	}
	b.WriteString("}\n")
	return b.String()
}

// Mermaid returns the machine as a state diagram for Mermaid, in the order and with
// the marks of [Machine.DOT]; the states are called s1, s2 ... in that order, and
// an arrow from [*] leads to the initial ones.
func (m *Machine[S]) Mermaid(in finding.Language) string {
	var b strings.Builder
	b.WriteString("stateDiagram-v2\n\tdirection LR\n")
	order := m.byCode()
	name := make([]string, len(order))
	for k, i := range order {
		name[i] = "s" + strconv.Itoa(k+1)
		fmt.Fprintf(&b, "\tstate \"%s\" as %s\n", mermaidEscape(m.Text(m.states[i], in)), name[i])
	}
	for _, i := range order {
		if m.initial[i] {
			fmt.Fprintf(&b, "\t[*] --> %s\n", name[i])
		}
	}
	for _, t := range m.sorted() {
		fmt.Fprintf(&b, "\t%s --> %s", name[m.place(t.From)], name[m.place(t.To)])
		if label := t.label(); label != "" {
			fmt.Fprintf(&b, " : %s", mermaidEscape(label))
		}
		b.WriteString("\n")
	}
	return b.String()
}

// sorted returns the table in byte order of the codes.
func (m *Machine[S]) sorted() []Transition[S] {
	table := slices.Clone(m.def.Transitions)
	slices.SortFunc(table, func(a, b Transition[S]) int {
		return cmp.Or(strings.Compare(m.Code(a.From), m.Code(b.From)), strings.Compare(m.Code(a.To), m.Code(b.To)))
	})
	return table
}

func (t Transition[S]) label() string {
	switch {
	case t.Guard == "" && !t.Reason:
		return ""
	case t.Guard == "":
		return "R"
	case !t.Reason:
		return "[" + t.Guard + "]"
	default:
		return "R [" + t.Guard + "]"
	}
}

// dotQuote writes a string of the DOT language, in which a quotation mark is
// escaped and a backslash begins an escape of its own, such as \n.
func dotQuote(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\r", ` `).Replace(s) + `"`
}

// mermaidEscape writes a text by Mermaid's entity codes, in which #34; is a
// quotation mark, wherever a character could end the text or begin something else.
func mermaidEscape(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case r < ' ' || strings.ContainsRune(`"#;:<>&%{}\`, r):
			fmt.Fprintf(&b, "#%d;", r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
