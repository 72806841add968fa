package group

import (
	"strconv"
	"strings"
	"unicode"

	"github.com/guanxi-go/guanxi/crm/finding"
)

// Drawing says how a tree is drawn; the zero value is in English, with the groups'
// names alone.
type Drawing struct {
	Language finding.Language
	// Note returns a short text to stand behind a group's name, such as its number of
	// customers; "" for none.
	Note func(id string) string
}

// label is the group's name in the language asked for, in the other one, or its id,
// with the note. Control characters become spaces, so that it stays on one line.
func (d Drawing) label(g Group) string {
	name, other := g.Name, g.Zh
	if d.Language == finding.Chinese {
		name, other = other, name
	}
	if name == "" {
		name = other
	}
	if name == "" {
		name = g.ID
	}
	if d.Note != nil {
		if note := d.Note(g.ID); note != "" {
			name += " (" + note + ")"
		}
	}
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(name, "\uFFFD"))
}

// Text draws the tree with one line per group:
//
//	consumer customers
//	├── loyal customers
//	└── seed customers
//
// Equal groups give equal bytes, whatever their order was; so do [Tree.DOT] and
// [Tree.Mermaid].
func (t *Tree) Text(d Drawing) string {
	var b strings.Builder
	var stems []string // by depth, what lines below a group at that depth begin with
	for i, n := range t.all() {
		stem, branch := "", ""
		if n.parent >= 0 {
			stem = stems[n.depth-1]
			last := n.end == t.nodes[n.parent].end
			branch = map[bool]string{false: "├── ", true: "└── "}[last]
			stems = append(stems[:n.depth], stem+map[bool]string{false: "│   ", true: "    "}[last])
		} else {
			stems = append(stems[:0], "")
		}
		b.WriteString(stem + branch + d.label(t.nodes[i].group) + "\n")
	}
	return b.String()
}

// DOT draws the tree in the language of Graphviz, from left to right, the ids as
// node names.
func (t *Tree) DOT(d Drawing) string {
	quote := strings.NewReplacer(`\`, `\\`, `"`, `\"`)
	var b strings.Builder
	b.WriteString("digraph groups {\n\trankdir=LR;\n\tnode [shape=box];\n")
	for _, n := range t.all() {
		b.WriteString("\t\"" + quote.Replace(n.group.ID) + "\" [label=\"" + quote.Replace(d.label(n.group)) + "\"];\n")
		if n.parent >= 0 {
			b.WriteString("\t\"" + quote.Replace(t.nodes[n.parent].group.ID) + "\" -> \"" + quote.Replace(n.group.ID) + "\";\n")
		}
	}
	b.WriteString("}\n")
	return b.String()
}

// Mermaid draws the tree as a Mermaid flowchart from left to right. The nodes are
// called g0, g1, … in the order of [Tree.All]: ids such as "end" are words of that
// language.
func (t *Tree) Mermaid(d Drawing) string {
	// Entity codes: in Mermaid a backslash escapes nothing, and backticks begin Markdown.
	quote := strings.NewReplacer(`#`, `#35;`, `"`, `#quot;`, `<`, `#lt;`, `>`, `#gt;`, `&`, `#amp;`, "`", `#96;`, `\`, `#92;`)
	var b strings.Builder
	b.WriteString("flowchart LR\n")
	for i, n := range t.all() {
		b.WriteString("    g" + strconv.Itoa(i) + "[\"" + quote.Replace(d.label(n.group)) + "\"]\n")
		if n.parent >= 0 {
			b.WriteString("    g" + strconv.Itoa(n.parent) + " --> g" + strconv.Itoa(i) + "\n")
		}
	}
	return b.String()
}
