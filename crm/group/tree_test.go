package group_test

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/crm/group"
	"github.com/guanxi-go/guanxi/internal/wording"
)

func TestNewTreeRefuses(t *testing.T) {
	long := strings.Repeat("x", 256)
	for name, tt := range map[string]struct {
		groups []group.Group
		want   []string
		is     error
	}{
		"no id":             {[]group.Group{{}}, []string{" id"}, group.ErrInvalid},
		"long id":           {[]group.Group{{ID: long}}, []string{" id"}, group.ErrInvalid},
		"NUL":               {[]group.Group{{ID: "a\x00"}}, []string{" id"}, group.ErrInvalid},
		"not UTF-8":         {[]group.Group{{ID: "a", Zh: "\xff"}, {ID: "\xfe"}}, []string{"a name", " id"}, group.ErrInvalid},
		"bad parent":        {[]group.Group{{ID: "a", Parent: long}}, []string{"a parent"}, group.ErrInvalid},
		"kind":              {[]group.Group{{ID: "a", Kind: 6}}, []string{"a kind"}, group.ErrInvalid},
		"orphan":            {[]group.Group{{ID: "a", Parent: "b"}}, []string{"a parent"}, group.ErrNotFound},
		"twice":             {[]group.Group{{ID: "a"}, {ID: "b"}, {ID: "a", Name: "x"}}, []string{"a id"}, group.ErrDuplicate},
		"thrice, told once": {[]group.Group{{ID: "a"}, {ID: "a"}, {ID: "a"}, {ID: "a"}}, []string{"a id"}, group.ErrDuplicate},
		"own parent":        {[]group.Group{{ID: "a", Parent: "a"}}, []string{"a parent"}, group.ErrInvalid},
		"cycle with tails": {[]group.Group{{ID: "a", Parent: "d"}, {ID: "b", Parent: "c"}, {ID: "c", Parent: "d"}, {ID: "d", Parent: "b"}, {ID: "e", Parent: "a"}},
			[]string{"b parent"}, group.ErrInvalid},
		"two cycles": {[]group.Group{{ID: "a", Parent: "b"}, {ID: "b", Parent: "a"}, {ID: "c", Parent: "c"}},
			[]string{"a parent", "c parent"}, group.ErrInvalid},
		"kind against the parent": {[]group.Group{{ID: "a", Kind: group.Consumer}, {ID: "b", Parent: "a"}, {ID: "c", Parent: "b", Kind: group.Investor}},
			[]string{"c kind"}, group.ErrInvalid},
	} {
		tree, err := group.NewTree(tt.groups)
		require.Nil(t, tree, name)
		require.ErrorIs(t, err, tt.is, name)
		require.Equal(t, tt.want, faults(t, err), name)
		require.NotContains(t, err.Error(), long, name)
	}
}

func TestCycleIsNamedFromItsLeastID(t *testing.T) {
	groups := []group.Group{{ID: "x", Parent: "m"}, {ID: "m", Parent: "b"}, {ID: "b", Parent: "x"}, {ID: "a", Parent: "x"}}
	for range 3 {
		groups = append(groups[1:], groups[0])
		_, err := group.NewTree(groups)
		require.EqualError(t, err, "group: b: parent: cycle b > x > m > b: invalid")
	}
}

func TestEmptyTrees(t *testing.T) {
	empty := mustTree(t)
	for _, tree := range []*group.Tree{nil, {}, empty} {
		require.Zero(t, tree.Len())
		require.Empty(t, tree.Groups())
		require.Empty(t, ids(tree.All()))
		require.Empty(t, tree.Text(group.Drawing{}))
		require.Equal(t, "flowchart LR\n", tree.Mermaid(group.Drawing{}))
		n, ok := tree.Node("a")
		require.False(t, ok)
		require.Equal(t, "", n.ID())
		require.Empty(t, slices.Concat(ids(n.Children()), ids(n.Descendants()), ids(n.Ancestors())))
		require.True(t, n.Leaf())
		require.False(t, n.Covers(n))
		counts, err := tree.Count(nil, start)
		require.NoError(t, err)
		require.Empty(t, counts)
		_, err = tree.PlanMove("a", "")
		require.ErrorIs(t, err, group.ErrNotFound)
	}
}

func TestChainsOfAnyDepth(t *testing.T) {
	groups := make([]group.Group, 100_000)
	for i := range groups {
		groups[i].ID = strconv.Itoa(i)
		if i > 0 {
			groups[i].Parent = strconv.Itoa(i - 1)
		}
	}
	n, ok := mustTree(t, groups...).Node("99999")
	require.True(t, ok)
	require.Equal(t, 99_999, n.Depth())
	groups[0].Parent = "99999"
	_, err := group.NewTree(groups)
	require.ErrorIs(t, err, group.ErrInvalid)
}

func TestNodesAgainstPlainWalk(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		groups := drawForest(t, 20)
		tree := mustTree(t, groups...)
		require.Equal(t, len(groups), tree.Len())
		order := ids(tree.All())
		for _, g := range groups {
			n, ok := tree.Node(g.ID)
			require.True(t, ok)
			require.Equal(t, g, n.Group())
			up := above(groups, g.ID)
			require.Equal(t, up, append([]string{g.ID}, ids(n.Ancestors())...))
			require.Equal(t, len(up)-1, n.Depth())
			var children, below []string
			for _, id := range order {
				other, _ := tree.Node(id)
				under := slices.Contains(above(groups, id)[1:], g.ID)
				if under {
					below = append(below, id)
				}
				if other.Group().Parent == g.ID {
					children = append(children, id)
				}
				require.Equal(t, under || id == g.ID, n.Covers(other))
			}
			require.Equal(t, below, ids(n.Descendants()))
			require.Equal(t, children, ids(n.Children()))
			require.True(t, slices.IsSorted(children))
			require.Equal(t, len(children) == 0, n.Leaf())
		}
		again := mustTree(t, rapid.Permutation(groups).Draw(t, "again")...)
		require.Equal(t, tree.Groups(), again.Groups())
		d := group.Drawing{}
		require.Equal(t, []string{tree.Text(d), tree.DOT(d), tree.Mermaid(d)}, []string{again.Text(d), again.DOT(d), again.Mermaid(d)})
	})
}

// Any parent links at all: a tree, or errors that name what a plain search finds.
func TestFaultsAgainstPlainSearch(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 12).Draw(t, "n")
		groups := make([]group.Group, n)
		for i := range groups {
			groups[i].ID = string(rune('a' + i))
			if p := rapid.IntRange(-1, n).Draw(t, "parent"); p >= 0 {
				groups[i].Parent = string(rune('a' + p)) // 'a'+n is nobody
			}
		}
		var orphans, cyclic []string
		for _, g := range groups {
			if g.Parent == string(rune('a'+n)) {
				orphans = append(orphans, g.ID+" parent")
			}
			least, at := g.ID, g.Parent
			for range n {
				i := slices.IndexFunc(groups, func(h group.Group) bool { return h.ID == at })
				if i < 0 || at == g.ID {
					break
				}
				least, at = min(least, at), groups[i].Parent
			}
			if at == g.ID && least == g.ID {
				cyclic = append(cyclic, g.ID+" parent")
			}
		}
		_, err := group.NewTree(groups)
		if len(orphans)+len(cyclic) == 0 {
			require.NoError(t, err)
			return
		}
		require.Equal(t, append(orphans, cyclic...), faults(t, err))
	})
}

func TestKindsAreInherited(t *testing.T) {
	tree := mustTree(t, group.Standard()...)
	for id, want := range map[string]group.Kind{
		"external": 0, "intermediary": group.Intermediary, "seed": group.Consumer, "superior": group.Internal,
	} {
		n, ok := tree.Node(id)
		require.True(t, ok)
		require.Equal(t, want, n.Kind(), id)
	}
	require.False(t, group.Internal.External())
	require.False(t, group.Kind(0).External())
	require.True(t, group.Consumer.External())
}

func TestNodesOfTwoTreesAreStrangers(t *testing.T) {
	a, _ := mustTree(t, group.Group{ID: "a"}).Node("a")
	b, _ := mustTree(t, group.Group{ID: "a"}).Node("a")
	require.True(t, a.Covers(a))
	require.False(t, a.Covers(b))
}

func TestMove(t *testing.T) {
	tree := mustTree(t, group.Group{ID: "a", Kind: group.Consumer}, group.Group{ID: "b", Parent: "a"},
		group.Group{ID: "c", Parent: "b", Kind: group.Consumer}, group.Group{ID: "i", Kind: group.Internal}, group.Group{ID: "n"})
	for _, tt := range []struct {
		group, to, want string
		is              error
	}{
		{"x", "a", "group: x: group: is not in the tree: not found", group.ErrNotFound},
		{"a", "x", "group: x: group: is not in the tree: not found", group.ErrNotFound},
		{"b", "a", "group: b: parent: is there already: invalid", group.ErrInvalid},
		{"a", "", "group: a: parent: is there already: invalid", group.ErrInvalid},
		{"a", "a", "group: a: parent: cycle a > a: invalid", group.ErrInvalid},
		{"a", "c", "group: a: parent: cycle a > b > c > a: invalid", group.ErrInvalid},
		{"b", "i", "group: c: kind: differs from that of its parent b: invalid", group.ErrInvalid},
	} {
		move, err := tree.PlanMove(tt.group, tt.to)
		require.EqualError(t, err, tt.want)
		require.ErrorIs(t, err, tt.is)
		require.Zero(t, move)
	}
	move, err := tree.PlanMove("b", "n")
	require.NoError(t, err)
	text, err := json.Marshal(move)
	require.NoError(t, err)
	require.Equal(t, `{"group":"b","from":"a","to":"n","subtree":["b","c"]}`, string(text))
	moved, err := tree.Apply(move)
	require.NoError(t, err)
	n, _ := moved.Node("c")
	require.Equal(t, []string{"b", "n"}, ids(n.Ancestors()))
	_, err = moved.Apply(move)
	require.ErrorIs(t, err, group.ErrConflict, "the parent is another by now")
	smaller := mustTree(t, group.Group{ID: "a"}, group.Group{ID: "b", Parent: "a"}, group.Group{ID: "n"})
	_, err = smaller.Apply(move)
	require.ErrorIs(t, err, group.ErrConflict, "less would move than was planned")
	_, err = smaller.Apply(group.Move{Group: "b", From: "a", To: "gone", Subtree: []string{"b"}})
	require.ErrorIs(t, err, group.ErrNotFound)
	_, err = smaller.Apply(group.Move{Group: "gone"})
	require.ErrorIs(t, err, group.ErrNotFound)
	_, err = smaller.Apply(group.Move{Group: "a", To: "b", Subtree: []string{"a", "b"}})
	require.ErrorIs(t, err, group.ErrInvalid, "a plan made by hand makes no cycle either")
}

func TestMovesKeepEverything(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		groups := drawForest(t, 12)
		tree := mustTree(t, groups...)
		pick := func(name string) string {
			all := append([]string{""}, ids(tree.All())...)
			return rapid.SampledFrom(all).Draw(t, name)
		}
		id, to := pick("group"), pick("to")
		move, err := tree.PlanMove(id, to)
		n, known := tree.Node(id)
		target, _ := tree.Node(to)
		possible := known && n.Group().Parent != to && (to == "" || !n.Covers(target))
		require.Equal(t, possible, err == nil)
		if !possible {
			return
		}
		moved, err := tree.Apply(move)
		require.NoError(t, err)
		require.Equal(t, tree.Len(), moved.Len())
		for other := range tree.All() {
			after, ok := moved.Node(other.ID())
			require.True(t, ok)
			want := other.Group()
			if want.ID == id {
				want.Parent = to
			}
			require.Equal(t, want, after.Group())
		}
		if back, err := moved.PlanMove(id, move.From); err == nil {
			restored, err := moved.Apply(back)
			require.NoError(t, err)
			require.Equal(t, tree.Groups(), restored.Groups())
		} else {
			require.Fail(t, "a move cannot be taken back", err.Error())
		}
	})
}

func TestDrawingsEscape(t *testing.T) {
	tree := mustTree(t, group.Group{ID: `a"\`, Name: "x\ny\u2028\"z\"\\ <b>#1 & `c`", Zh: ""}, group.Group{ID: "b", Parent: `a"\`, Zh: "乙"}, group.Group{ID: "c"})
	d := group.Drawing{Note: func(id string) string { return strings.Repeat("n", len(id)-1) }}
	require.Equal(t, "x y \"z\"\\ <b>#1 & `c` (nn)\n└── 乙\nc\n", tree.Text(d))
	require.Equal(t, "digraph groups {\n\trankdir=LR;\n\tnode [shape=box];\n"+
		"\t\"a\\\"\\\\\" [label=\"x y \\\"z\\\"\\\\ <b>#1 & `c` (nn)\"];\n"+
		"\t\"b\" [label=\"乙\"];\n\t\"a\\\"\\\\\" -> \"b\";\n\t\"c\" [label=\"c\"];\n}\n", tree.DOT(d))
	require.Equal(t, "flowchart LR\n"+
		"    g0[\"x y #quot;z#quot;#92; #lt;b#gt;#35;1 #amp; #96;c#96; (nn)\"]\n"+
		"    g1[\"乙\"]\n    g0 --> g1\n    g2[\"c\"]\n", tree.Mermaid(d))
	zh := mustTree(t, group.Group{ID: "a", Name: "en", Zh: "中"}, group.Group{ID: "b", Name: "only"})
	require.Equal(t, "中\nonly\n", zh.Text(group.Drawing{Language: finding.Chinese}))
	note := mustTree(t, group.Group{ID: "a"})
	require.Equal(t, "a (\uFFFD)\n", note.Text(group.Drawing{Note: func(string) string { return "\xff" }}))
}

func TestTextDrawsTheBranches(t *testing.T) {
	tree := mustTree(t, group.Group{ID: "a"}, group.Group{ID: "b", Parent: "a"}, group.Group{ID: "c", Parent: "b"},
		group.Group{ID: "d", Parent: "c"}, group.Group{ID: "e", Parent: "b"}, group.Group{ID: "f", Parent: "a"},
		group.Group{ID: "g", Parent: "f"}, group.Group{ID: "h"}, group.Group{ID: "i", Parent: "h"})
	require.Equal(t, `a
├── b
│   ├── c
│   │   └── d
│   └── e
└── f
    └── g
h
└── i
`, tree.Text(group.Drawing{}))
}

func TestEnumerations(t *testing.T) {
	wording.Enum(t, group.Accountable, group.Informed, group.ErrInvalid)
	wording.Enum(t, group.Monthly, group.Yearly, group.ErrInvalid)
	wording.Enum(t, group.Hardware, group.Service, group.ErrInvalid)
	wording.Enum(t, group.ToGroup, group.ToColleague, group.ErrInvalid)
	for k := range group.Consumer + 1 { // a group may leave its kind to its parent, so none is valid
		text, err := k.MarshalText()
		require.NoError(t, err)
		back := group.Kind(9)
		require.NoError(t, back.UnmarshalText(text))
		require.Equal(t, k, back)
		require.True(t, k.Valid())
	}
	require.False(t, group.Kind(6).Valid())
}
