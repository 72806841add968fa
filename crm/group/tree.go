package group

import (
	"cmp"
	"errors"
	"iter"
	"slices"

	"github.com/guanxi-go/guanxi/internal/limit"
)

// Tree is a taxonomy of customer groups, a forest where it has several roots. It
// does not change and may be shared between goroutines. The zero Tree and a nil one
// are empty.
type Tree struct {
	nodes []node // in preorder, siblings in byte order of id
	index map[string]int
}

type node struct {
	group  Group
	parent int // index into nodes, -1 for a root
	end    int // index after the last of its subtree
	depth  int
	kind   Kind // stated or inherited
}

// NewTree builds the tree of groups; their order does not matter. It reports all
// faults at once, joined; each is an [*Error]:
//
//   - what [Group.Validate] finds
//   - ErrDuplicate: an id given more than once
//   - ErrNotFound: a group whose parent is not among the groups (an orphan), the
//     parent in Others
//   - ErrInvalid in field "parent": a cycle, once, with its ids in Others from the
//     least one back to it
//   - ErrInvalid in field "kind", where nothing else is wrong: a group that states
//     another kind than the nearest group above it that states one
//
// Faults of one sort come in byte order of id, those of kinds from the roots down.
func NewTree(groups []Group) (*Tree, error) {
	sorted := slices.Clone(groups)
	slices.SortStableFunc(sorted, func(a, b Group) int { return cmp.Compare(a.ID, b.ID) })
	var errs []error
	for i, g := range sorted {
		errs = append(errs, g.Validate())
		if i > 0 && g.ID == sorted[i-1].ID && (i == 1 || g.ID != sorted[i-2].ID) {
			errs = append(errs, &Error{ID: limit.Shown(g.ID), Field: "id", Reason: "is given twice", Err: ErrDuplicate})
		}
	}
	sorted = slices.CompactFunc(sorted, func(a, b Group) bool { return a.ID == b.ID })
	parents, orphans := link(sorted)
	errs = append(errs, orphans...)
	errs = append(errs, cycles(sorted, parents)...)
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	t := preorder(sorted, parents)
	if err := t.inherit(); err != nil {
		return nil, err
	}
	return t, nil
}

// link returns the index of each group's parent, -1 for roots and orphans.
func link(sorted []Group) (parents []int, orphans []error) {
	parents = make([]int, len(sorted))
	for i, g := range sorted {
		parents[i] = -1
		if g.Parent == "" {
			continue
		}
		p, ok := slices.BinarySearchFunc(sorted, g.Parent, func(g Group, id string) int { return cmp.Compare(g.ID, id) })
		if ok {
			parents[i] = p
		} else if validID(g.Parent) {
			orphans = append(orphans, &Error{ID: g.ID, Field: "parent", Others: []string{g.Parent}, Reason: "is not in the tree:", Err: ErrNotFound})
		}
	}
	return parents, orphans
}

// cycles finds each cycle of the parent links once.
func cycles(sorted []Group, parents []int) (errs []error) {
	walk := make([]int, len(sorted)) // number of the walk that came by, 0 for none
	var least []int                  // of each cycle
	for i := range sorted {
		j := i
		for ; j >= 0 && walk[j] == 0; j = parents[j] {
			walk[j] = i + 1
		}
		if j < 0 || walk[j] != i+1 {
			continue
		}
		first := j
		for k := parents[j]; k != j; k = parents[k] {
			first = min(first, k)
		}
		least = append(least, first)
	}
	slices.Sort(least)
	for _, first := range least {
		ids := []string{sorted[first].ID}
		for k := parents[first]; k != first; k = parents[k] {
			ids = append(ids, sorted[k].ID)
		}
		errs = append(errs, invalid(ids[0], "parent", "cycle", append(ids, ids[0])...))
	}
	return errs
}

// preorder lays the groups out so that each subtree is one stretch. It does not
// recurse: nothing bounds the depth of a caller's data.
func preorder(sorted []Group, parents []int) *Tree {
	heads, next := make([]int, len(sorted)+1), make([]int, len(sorted)) // children by parent+1, the greatest id first
	for i := range heads {
		heads[i] = -1
	}
	for i, p := range parents {
		next[i], heads[p+1] = heads[p+1], i
	}
	t := &Tree{nodes: make([]node, 0, len(sorted)), index: make(map[string]int, len(sorted))}
	var stack []int
	push := func(parent int) {
		for c := heads[parent+1]; c >= 0; c = next[c] {
			stack = append(stack, c)
		}
	}
	for push(-1); len(stack) > 0; {
		i, at := stack[len(stack)-1], len(t.nodes)
		stack = stack[:len(stack)-1]
		n := node{group: sorted[i], parent: -1, end: at + 1}
		if p := parents[i]; p >= 0 {
			n.parent = t.index[sorted[p].ID]
			n.depth = t.nodes[n.parent].depth + 1
		}
		t.nodes = append(t.nodes, n)
		t.index[n.group.ID] = at
		push(i)
	}
	for i := len(t.nodes) - 1; i >= 0; i-- {
		if p := t.nodes[i].parent; p >= 0 {
			t.nodes[p].end = max(t.nodes[p].end, t.nodes[i].end)
		}
	}
	return t
}

// inherit passes the kinds down and reports the contradictions.
func (t *Tree) inherit() error {
	var errs []error
	for i := range t.nodes {
		n := &t.nodes[i]
		n.kind = n.group.Kind
		if n.parent < 0 {
			continue
		}
		above := t.nodes[n.parent]
		switch {
		case n.kind == 0:
			n.kind = above.kind
		case above.kind != 0 && above.kind != n.kind:
			errs = append(errs, invalid(n.group.ID, "kind", "differs from that of its parent", above.group.ID))
		}
	}
	return errors.Join(errs...)
}

func (t *Tree) all() []node {
	if t == nil {
		return nil
	}
	return t.nodes
}

// Len returns the number of groups.
func (t *Tree) Len() int { return len(t.all()) }

// Node returns the place of a group in the tree, and false where there is no such
// group.
func (t *Tree) Node(id string) (Node, bool) {
	if t == nil {
		return Node{}, false
	}
	i, ok := t.index[id]
	return Node{t, i}, ok
}

// All returns the groups from the roots down, each before those below it, siblings
// in byte order of id.
func (t *Tree) All() iter.Seq[Node] {
	return func(yield func(Node) bool) {
		for i := range t.all() {
			if !yield(Node{t, i}) {
				return
			}
		}
	}
}

// Groups returns the groups as [NewTree] got them, in the order of [Tree.All].
func (t *Tree) Groups() []Group {
	groups := make([]Group, 0, t.Len())
	for _, n := range t.all() {
		groups = append(groups, n.group)
	}
	return groups
}
