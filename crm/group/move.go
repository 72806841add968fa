package group

import "slices"

// Move is a checked plan to put a group, with all below it, under another parent.
// It can be shown and approved before [Tree.Apply] does it. Its JSON names are
// stable.
type Move struct {
	Group   string   `json:"group"`
	From    string   `json:"from,omitempty"` // the parent when it was planned; "" where it was a root
	To      string   `json:"to,omitempty"`   // the new parent; "" to make it a root
	Subtree []string `json:"subtree"`        // what moves: the group and all below it, in the order of [Tree.All]
}

// PlanMove plans to put a group under the parent to, or makes it a root where to is
// "". Each error is an [*Error]:
//
//   - ErrNotFound: t does not have the group, or the new parent
//   - ErrInvalid in field "parent": the group is there already, or the new parent is
//     the group itself or lies below it, which would be a cycle; Others has the way
//     from the group down to it
//   - ErrInvalid in field "kind": the new parent's kind differs from one that is
//     stated in what moves
func (t *Tree) PlanMove(group, to string) (Move, error) {
	n, ok := t.Node(group)
	if !ok {
		return Move{}, unknownGroup(group)
	}
	move := Move{Group: group, From: n.Group().Parent, To: to, Subtree: []string{group}}
	if move.From == to {
		return Move{}, invalid(group, "parent", "is there already")
	}
	for below := range n.Descendants() {
		move.Subtree = append(move.Subtree, below.ID())
	}
	if to == "" {
		return move, nil
	}
	parent, ok := t.Node(to)
	if !ok {
		return Move{}, unknownGroup(to)
	}
	if n.Covers(parent) {
		var way []string
		for up := parent; up != n; up, _ = up.Parent() {
			way = append(way, up.ID())
		}
		way = append(way, group)
		slices.Reverse(way)
		return Move{}, invalid(group, "parent", "cycle", append(way, group)...)
	}
	if _, err := t.Apply(move); err != nil {
		return Move{}, err
	}
	return move, nil
}

// Apply returns the tree after a move; t stays as it is. The errors are each an
// [*Error]: ErrNotFound where t does not have the group or the new parent;
// ErrConflict where the group's parent, or what lies below it, is no longer as
// planned; and what [NewTree] finds wrong with the result.
func (t *Tree) Apply(m Move) (*Tree, error) {
	n, ok := t.Node(m.Group)
	if !ok {
		return nil, unknownGroup(m.Group)
	}
	if _, ok := t.Node(m.To); !ok && m.To != "" {
		return nil, unknownGroup(m.To)
	}
	present := []string{m.Group}
	for below := range n.Descendants() {
		present = append(present, below.ID())
	}
	if n.Group().Parent != m.From || !slices.Equal(present, m.Subtree) {
		return nil, &Error{ID: m.Group, Field: "move", Reason: "the tree has changed since it was planned", Err: ErrConflict}
	}
	groups := t.Groups()
	groups[n.i].Parent = m.To
	return NewTree(groups)
}
