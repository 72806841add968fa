package stage

import (
	"os"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/guanxi-go/guanxi/crm/finding"
)

// TestDiagrams: the diagrams of testdata, which were looked at, and the same bytes
// whatever the order of the definition.
func TestDiagrams(t *testing.T) {
	d := SalesMachine().Definition()
	m, err := New(d)
	require.NoError(t, err)
	slices.Reverse(d.States)
	slices.Reverse(d.Initial)
	slices.Reverse(d.Transitions)
	reversed, err := New(d)
	require.NoError(t, err)
	for name, draw := range map[string]func(*Machine[SalesCategory]) string{
		"testdata/sales.dot": func(m *Machine[SalesCategory]) string { return m.DOT(finding.Chinese) },
		"testdata/sales.mmd": func(m *Machine[SalesCategory]) string { return m.Mermaid(finding.Chinese) },
	} {
		want, err := os.ReadFile(name)
		require.NoError(t, err)
		require.Equal(t, string(want), draw(m))
		require.Equal(t, string(want), draw(reversed))
	}
}

// TestDiagramsEscape: no code or text leaves its quotation marks.
func TestDiagramsEscape(t *testing.T) {
	d := Definition[string]{Name: `a"b`, Initial: []string{"x"}, States: []StateText[string]{
		{State: "x", Code: `x"]; \n`, En: "x\"; y\n\\ :#%%<b>"}, {State: "y", Code: "y", Zh: "认知；“a”"},
	}, Transitions: []Transition[string]{{From: "x", To: "y", Guard: "a:\"b\"\n", Reason: true}}}
	m, err := New(d)
	require.NoError(t, err)
	require.Equal(t, `digraph "a\"b" {
	rankdir=LR;
	node [shape=box];
	"x\"]; \\n" [label="x\"; y\n\\ :#%%<b>", peripheries=2];
	"y" [label="y"];
	"x\"]; \\n" -> "y" [label="R [a:\"b\"\n]"];
}
`, m.DOT(finding.English))
	require.Equal(t, `stateDiagram-v2
	direction LR
	state "x#34;#59; y#10;#92; #58;#35;#37;#37;#60;b#62;" as s1
	state "认知；“a”" as s2
	[*] --> s1
	s1 --> s2 : R [a#58;#34;b#34;#10;]
`, m.Mermaid(finding.Chinese))
}
