package approval

import (
	"fmt"
	"slices"
	"strings"

	"github.com/guanxi-go/guanxi/crm/finding"
)

// The nodes of a graph that are no steps. No step's node begins so: those are quoted
// ids behind "step:".
const (
	nodeDraft    = "status:draft"
	nodeApproved = "status:approved"
	nodeRejected = "status:rejected"
	nodeDone     = "status:done"
)

type edge struct{ from, to, label string }

// graph returns the nodes with their texts and the edges, both in byte order.
func (t *Template) graph(in finding.Language) (nodes [][2]string, edges []edge) {
	text := func(v finding.Bilingual) string {
		if in == finding.Chinese {
			return v.Zh()
		}
		return v.String()
	}
	used := map[string]string{nodeDraft: text(Draft), nodeApproved: text(Approved)}
	from := []edge{{from: nodeDraft}} // what leads to the next step: passed, or passed over
	link := func(to, label string) {
		for _, e := range from {
			edges = append(edges, edge{e.from, to, strings.TrimSpace(e.label + " " + label)})
		}
	}
	approved := false
	for i := range t.Steps {
		s := &t.Steps[i]
		if s.Do == KindExecute && !approved {
			link(nodeApproved, "")
			from, approved = []edge{{from: nodeApproved}}, true
		}
		node := "step:" + s.ID
		used[node] = s.Text(in) + " (" + s.mark(text) + ")"
		label := conditions(s.When)
		link(node, label)
		next := []edge{{from: node}}
		if label != "" {
			for _, e := range from {
				next = append(next, edge{from: e.from, label: strings.TrimSpace(e.label + " !" + label)})
			}
		}
		if s.decides() {
			to := nodeRejected
			if s.OnReject == RejectToDraft {
				to = nodeDraft
			} else {
				used[nodeRejected] = text(Rejected)
			}
			edges = append(edges, edge{node, to, text(VoteReject)})
		}
		from = next
	}
	if approved {
		used[nodeDone] = text(Done)
		link(nodeDone, "")
	} else {
		link(nodeApproved, "")
	}
	for id, label := range used {
		nodes = append(nodes, [2]string{id, label})
	}
	slices.SortFunc(nodes, func(a, b [2]string) int { return strings.Compare(a[0], b[0]) })
	slices.SortFunc(edges, func(a, b edge) int {
		return slices.Compare([]string{a.from, a.to, a.label}, []string{b.from, b.to, b.label})
	})
	return nodes, slices.Compact(edges)
}

// mark says what a step does and how.
func (s *Step) mark(text func(finding.Bilingual) string) string {
	switch {
	case !s.decides():
		return text(s.Do)
	case s.Mode == Quorum && s.N > 0:
		return fmt.Sprintf("%s, %s %d/%d", text(s.Do), text(s.Mode), s.K, s.N)
	case s.Mode == Quorum:
		return fmt.Sprintf("%s, %s %d", text(s.Do), text(s.Mode), s.K)
	case s.guided():
		return text(s.Do) + ", " + text(FromGuide)
	}
	return text(s.Do) + ", " + text(s.Mode)
}

func conditions(when []Condition) string {
	if len(when) == 0 {
		return ""
	}
	all := make([]string, len(when))
	for i, c := range when {
		all[i] = strings.TrimSpace(c.Field + " " + c.Op.String() + " " + c.Value)
		if c.Currency != 0 {
			all[i] += " " + c.Currency.String()
		}
	}
	return "[" + strings.Join(all, ", ") + "]"
}

// DOT returns the template as a directed graph for Graphviz (流程图): nodes and edges in
// byte order, an edge past a step where its condition, in brackets, does not hold
// (!). The same template gives the same bytes.
func (p *Process) DOT(in finding.Language) string {
	nodes, edges := p.template.graph(in)
	var b strings.Builder
	fmt.Fprintf(&b, "digraph %s {\n\trankdir=LR;\n\tnode [shape=box];\n", dotQuote(p.template.ID))
	for _, n := range nodes {
		fmt.Fprintf(&b, "\t%s [label=%s];\n", dotQuote(n[0]), dotQuote(n[1]))
	}
	for _, e := range edges {
		fmt.Fprintf(&b, "\t%s -> %s", dotQuote(e.from), dotQuote(e.to))
		if e.label != "" {
			fmt.Fprintf(&b, " [label=%s]", dotQuote(e.label))
		}
		b.WriteString(";\n")
	}
	b.WriteString("}\n")
	return b.String()
}

// Mermaid returns the template as a flowchart for Mermaid, in the order and with the
// marks of [Process.DOT]; the nodes are called n1, n2 ... in that order.
func (p *Process) Mermaid(in finding.Language) string {
	nodes, edges := p.template.graph(in)
	names := make(map[string]string, len(nodes))
	var b strings.Builder
	b.WriteString("flowchart LR\n")
	for i, n := range nodes {
		names[n[0]] = fmt.Sprintf("n%d", i+1)
		fmt.Fprintf(&b, "\tn%d[\"%s\"]\n", i+1, mermaidEscape(n[1]))
	}
	for _, e := range edges {
		if e.label == "" {
			fmt.Fprintf(&b, "\t%s --> %s\n", names[e.from], names[e.to])
		} else {
			fmt.Fprintf(&b, "\t%s -->|\"%s\"| %s\n", names[e.from], mermaidEscape(e.label), names[e.to])
		}
	}
	return b.String()
}

// dotQuote writes a string of the DOT language, in which a backslash begins an escape.
func dotQuote(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\r", ` `).Replace(s) + `"`
}

// mermaidEscape writes a text by Mermaid's entity codes wherever a character could end
// it or begin something else.
func mermaidEscape(s string) string {
	var b strings.Builder
	for _, r := range s {
		if r < ' ' || strings.ContainsRune("\"#;<>&%{}\\`|", r) {
			fmt.Fprintf(&b, "#%d;", r)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}
