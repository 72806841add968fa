package group

import "iter"

// Node is a group at its place in a tree; [Tree.Node] and [Tree.All] give it. Nodes
// of one tree are equal where they are the same group. The zero Node has no group
// and no neighbours.
type Node struct {
	tree *Tree
	i    int
}

func (n Node) at() node {
	if n.tree.Len() == 0 {
		return node{parent: -1}
	}
	return n.tree.nodes[n.i]
}

// ID returns the group's id.
func (n Node) ID() string { return n.at().group.ID }

// Group returns the group as it was given.
func (n Node) Group() Group { return n.at().group }

// Kind returns the kind that the group states, or else that of the nearest group
// above it that states one; zero where none does.
func (n Node) Kind() Kind { return n.at().kind }

// Depth returns the number of groups above it, 0 for a root.
func (n Node) Depth() int { return n.at().depth }

// Leaf reports whether the group has no parts.
func (n Node) Leaf() bool { return n.at().end <= n.i+1 }

// Parent returns the group of which it is a part, and false for a root.
func (n Node) Parent() (Node, bool) {
	if p := n.at().parent; p >= 0 {
		return Node{n.tree, p}, true
	}
	return Node{}, false
}

// Ancestors returns the groups above it, the parent first and the root last.
func (n Node) Ancestors() iter.Seq[Node] {
	return func(yield func(Node) bool) {
		for up, ok := n.Parent(); ok; up, ok = up.Parent() {
			if !yield(up) {
				return
			}
		}
	}
}

// Children returns its parts in byte order of id.
func (n Node) Children() iter.Seq[Node] {
	return func(yield func(Node) bool) {
		for i, end := n.i+1, n.at().end; i < end; i = n.tree.nodes[i].end {
			if !yield(Node{n.tree, i}) {
				return
			}
		}
	}
}

// Descendants returns the groups below it, each before those below it.
func (n Node) Descendants() iter.Seq[Node] {
	return func(yield func(Node) bool) {
		for i := n.i + 1; i < n.at().end; i++ {
			if !yield(Node{n.tree, i}) {
				return
			}
		}
	}
}

// Covers reports whether other is n or lies below it.
func (n Node) Covers(other Node) bool {
	return n.tree == other.tree && n.i <= other.i && other.i < n.at().end
}
