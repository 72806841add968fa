package goal

import (
	"math/big"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/guanxi-go/guanxi/crm/calendar"
	"github.com/guanxi-go/guanxi/crm/finding"
	"github.com/guanxi-go/guanxi/crm/money"
	"github.com/guanxi-go/guanxi/internal/limit"
)

// Node is a goal, or a task if no other names it as its parent.
type Node struct {
	ID     string       `json:"id"`
	Parent string       `json:"parent,omitzero"` // id of the goal that it is a part of; "" for none
	Owner  string       `json:"owner,omitzero"`  // id of who answers for it
	Due    calendar.Day `json:"due,omitzero"`    // the day by whose end it is to be reached; zero for none

	// Weight is the share in the parent, above 0 and at most 1; those of the parts of a
	// goal sum to exactly 1. A node without a parent has none.
	Weight money.Ratio `json:"weight,omitzero"`

	// Target and Actual are of a task alone, in the unit that it counts in: visits, fen,
	// 1 for something that is done or not. Target is above 0. An Actual beyond it counts
	// as the Target, one below 0 as 0.
	Target decimal.Decimal `json:"target,omitzero"`
	Actual decimal.Decimal `json:"actual,omitzero"`
}

// Tree is goals with their parts, as [New] made it. It never changes, and any number
// of goroutines may use it at once.
type Tree struct {
	nodes    []Node // by id
	at       map[string]int
	parts    [][]int // places of the children, by id
	progress []*big.Rat
}

// New returns the tree of the nodes, given in any order; there may be several goals
// without a parent. Its error joins everything that is wrong, each an *Error:
// ErrDuplicate for an id given twice; ErrInvalid for the rules of [Node], a parent that
// is not there, a node that is part of itself, and numbers of more than 64 digits
// before or behind the point.
func New(nodes []Node) (*Tree, error) {
	t := &Tree{nodes: slices.Clone(nodes), at: make(map[string]int, len(nodes)), parts: make([][]int, len(nodes)), progress: make([]*big.Rat, len(nodes))}
	slices.SortStableFunc(t.nodes, func(a, b Node) int { return strings.Compare(a.ID, b.ID) })
	for i, n := range t.nodes {
		t.at[n.ID] = i
	}
	if err := t.check(nodes); err != nil {
		return nil, err
	}
	for i, n := range t.nodes {
		if n.Parent != "" {
			up := t.at[n.Parent]
			t.parts[up] = append(t.parts[up], i)
		}
	}
	if err := t.checkParts(nodes); err != nil {
		return nil, err
	}
	for i := range t.nodes {
		t.roll(i)
	}
	return t, nil
}

// check holds every node against the rules that need no other node than the parent.
func (t *Tree) check(nodes []Node) error {
	var bad problems
	seen := make(map[string]bool, len(nodes))
	for i, n := range nodes {
		bad.check(validID(n.ID), codeID, "id", i, n.ID)
		if seen[n.ID] {
			bad = append(bad, &Error{Code: codeRepeated, Field: "id", Item: i, ID: limit.Shown(n.ID), Err: ErrDuplicate})
		}
		seen[n.ID] = true
		bad.check(n.Owner == "" || validID(n.Owner), codeID, "owner", i, n.ID)
		bad.check(n.Due.IsZero() || n.Due.Valid(), codeDay, "due", i, n.ID)
		if n.Parent == "" {
			bad.check(n.Weight == money.Ratio{}, codeWeight, "weight", i, n.ID)
		} else {
			_, known := t.at[n.Parent]
			bad.check(known, codeParent, "parent", i, n.ID)
			bad.check(n.Weight.Valid() && n.Weight.Num > 0 && n.Weight.Num <= n.Weight.Den, codeWeight, "weight", i, n.ID)
		}
		bad.check(short(n.Target), codeNumber, "target", i, n.ID)
		bad.check(short(n.Actual), codeNumber, "actual", i, n.ID)
	}
	return bad.join()
}

// checkParts holds the goals against the rules about their parts, and the tasks
// against those about numbers.
func (t *Tree) checkParts(nodes []Node) error {
	var bad problems
	above := t.rooted()
	for i, n := range nodes {
		at := t.at[n.ID]
		bad.check(above[at], codeCycle, "parent", i, n.ID)
		if len(t.parts[at]) == 0 {
			bad.check(n.Target.IsPositive(), codeTarget, "target", i, n.ID)
			continue
		}
		bad.check(n.Target.IsZero(), codeDivided, "target", i, n.ID)
		bad.check(n.Actual.IsZero(), codeDivided, "actual", i, n.ID)
		sum := new(big.Rat)
		for _, k := range t.parts[at] {
			sum.Add(sum, rat(t.nodes[k].Weight))
		}
		bad.check(sum.Cmp(one()) == 0, codeWeights, "weight", i, n.ID)
	}
	return bad.join()
}

// rooted reports for each node whether its line of parents ends.
func (t *Tree) rooted() []bool {
	reached := make([]bool, len(t.nodes))
	var next []int
	for i, n := range t.nodes {
		if n.Parent == "" {
			next = append(next, i)
		}
	}
	for len(next) > 0 {
		i := next[len(next)-1]
		next = append(next[:len(next)-1], t.parts[i]...)
		reached[i] = true
	}
	return reached
}

// roll computes the progress of a node and of all below it, once each. It keeps the
// nodes on the way in a list of its own, for a chain of goals may be long.
func (t *Tree) roll(from int) {
	for stack := []int{from}; len(stack) > 0; {
		i := stack[len(stack)-1]
		waits := len(stack)
		for _, k := range t.parts[i] {
			if t.progress[k] == nil {
				stack = append(stack, k)
			}
		}
		if len(stack) > waits {
			continue
		}
		stack = stack[:waits-1]
		if t.progress[i] == nil {
			t.progress[i] = t.sum(i)
		}
	}
}

func (t *Tree) sum(i int) *big.Rat {
	if len(t.parts[i]) == 0 {
		n := t.nodes[i]
		switch {
		case !n.Actual.IsPositive():
			return new(big.Rat)
		case n.Actual.GreaterThanOrEqual(n.Target):
			return one()
		}
		return new(big.Rat).Quo(n.Actual.Rat(), n.Target.Rat())
	}
	sum := new(big.Rat)
	for _, k := range t.parts[i] {
		sum.Add(sum, new(big.Rat).Mul(rat(t.nodes[k].Weight), t.progress[k]))
	}
	return sum
}

// Progress returns how far a node has come, exactly, from 0 to 1. ok is false where
// the tree has no such node.
func (t *Tree) Progress(id string) (progress *big.Rat, ok bool) {
	i, ok := t.at[id]
	if !ok {
		return nil, false
	}
	return new(big.Rat).Set(t.progress[i]), true
}

// Parts returns the nodes that a node is divided into, by id; those without a parent
// for "".
func (t *Tree) Parts(id string) []Node {
	var parts []Node
	if id == "" {
		for _, n := range t.nodes {
			if n.Parent == "" {
				parts = append(parts, n)
			}
		}
		return parts
	}
	if i, ok := t.at[id]; ok {
		for _, k := range t.parts[i] {
			parts = append(parts, t.nodes[k])
		}
	}
	return parts
}

// Findings returns a GOAL-OVERDUE about each node whose day is over and which is not
// reached, by id.
func (t *Tree) Findings(asOf calendar.Day) []finding.Finding {
	var found []finding.Finding
	for i, n := range t.nodes {
		if n.Due.IsZero() || n.Due >= asOf || t.progress[i].Cmp(one()) == 0 {
			continue
		}
		found = append(found, finding.Finding{Code: foundOverdue, Severity: finding.Warning, Subject: n.ID, AsOf: asOf, Params: []finding.Param{
			finding.Day("due", n.Due), finding.Str("percent", percent(t.progress[i]))}})
	}
	return found
}

// percent writes a progress below 1 with one digit, rounded down, so that what is not
// reached never reads as 100.
func percent(progress *big.Rat) string {
	mille := new(big.Int).Mul(progress.Num(), big.NewInt(1000))
	mille.Quo(mille, progress.Denom())
	return decimal.NewFromBigInt(mille, -1).String()
}

// short bounds the work that a number causes: decimals with a long exponent become
// fractions with as many digits.
func short(d decimal.Decimal) bool {
	const most = 64
	e := int(d.Exponent())
	return e >= -most && e <= most && d.NumDigits() <= most
}

func rat(r money.Ratio) *big.Rat { return big.NewRat(r.Num, r.Den) }

func one() *big.Rat { return big.NewRat(1, 1) }
