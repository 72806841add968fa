package plan

import (
	"cmp"
	"container/heap"
	"math"
	"slices"
)

// maxNodes is where the search ends.
const maxNodes = 1_000_000

// knapsack searches around the greedy solution: one after the other, the least
// efficient of the units in it may be taken out and the most efficient of the others
// put in, and of all sets that come about so only those are kept that no other
// beats and that may yet beat the best (Pisinger's minimal core). Within a stratum
// the variance that units remove falls while the cost stays, so the best set of
// units is one of first units, and sets with holes need no care.
type knapsack struct {
	g     *giver
	b     bounds
	left  int64  // what the greedy solution leaves of the budget
	in    []item // units not taken, in falling efficiency, as far as asked for
	out   []item // units taken, in rising efficiency, as far as asked for
	outs  *taker
	base  []int // the greedy solution
	nodes []node
	best  set
	ended bool // by maxNodes
}

// set is a set of units by its difference from the greedy solution.
type set struct {
	left int64   // of the budget; below 0 where it is exceeded
	gain float64 // of variance removed
	node int32   // how it came about
}

// node is the last of the changes that led to a set; 0 is none.
type node struct {
	parent, stratum int32
	sign            int32 // 1 put in, -1 taken out
}

// item is one unit of a stratum.
type item struct {
	stratum int
	gain    float64 // the variance that it removes
	cost    int64
}

func (u item) efficiency() float64 { return u.gain / float64(u.cost) }

// newKnapsack gives units in the order of their efficiency until one exceeds the
// budget.
func newKnapsack(g *giver, a, cost []float64, b bounds, left int64) *knapsack {
	left -= g.jump(newFiller(a, cost, b), left)
	g.start()
	for g.Len() > 0 && g.unit(g.order[0]) <= left {
		left -= g.unit(g.order[0])
		g.give()
	}
	return &knapsack{g: g, b: b, left: left, base: slices.Clone(g.n), best: set{left: left}, nodes: make([]node, 1)}
}

// unused returns the i-th unit that the greedy solution does not take.
func (k *knapsack) unused(i int) (item, bool) {
	for len(k.in) <= i {
		if k.g.Len() == 0 {
			return item{}, false
		}
		h := k.g.order[0]
		k.in = append(k.in, item{h, k.g.next[h] * float64(k.g.unit(h)), k.g.unit(h)})
		k.g.give()
	}
	return k.in[i], true
}

// used returns the i-th unit that the greedy solution takes, from the last.
func (k *knapsack) used(i int) (item, bool) {
	if k.outs == nil {
		k.outs = newTaker(k.g, k.base, k.b.low)
	}
	for len(k.out) <= i {
		if k.outs.Len() == 0 {
			return item{}, false
		}
		h, priority := k.outs.take()
		k.out = append(k.out, item{h, priority * float64(k.g.unit(h)), k.g.unit(h)})
	}
	return k.out[i], true
}

// search finds the best set.
func (k *knapsack) search() {
	sets := k.hopeful([]set{k.best}, 0, 0)
	for in, out := 0, 0; len(sets) > 0; {
		u, more := k.unused(in)
		v, less := k.used(out)
		switch {
		case more && (in <= out || !less):
			sets = k.expand(sets, u, 1)
			in++
		case less:
			sets = k.expand(sets, v, -1)
			out++
		default:
			return
		}
		if len(k.nodes) > maxNodes {
			k.ended = true
			return
		}
		sets = k.hopeful(sets, in, out)
	}
}

// expand returns the sets, in falling order of what they leave, and beside each the
// one with a unit put in or taken out, but none that costs as much as another and
// removes no more.
func (k *knapsack) expand(sets []set, u item, sign int32) []set {
	merged := make([]set, 0, 2*len(sets))
	most := math.Inf(-1)
	keep := func(s set, changed bool) {
		if s.gain <= most {
			return
		}
		most = s.gain
		if changed {
			k.nodes = append(k.nodes, node{s.node, int32(u.stratum), sign})
			s.node = int32(len(k.nodes) - 1)
		}
		if s.left >= 0 && s.gain > k.best.gain {
			k.best = s
		}
		merged = append(merged, s)
	}
	change := func(s set) set {
		return set{s.left - int64(sign)*u.cost, s.gain + float64(sign)*u.gain, s.node}
	}
	i, j := 0, 0
	for i < len(sets) || j < len(sets) {
		if j == len(sets) {
			keep(sets[i], false)
			i++
			continue
		}
		c := change(sets[j])
		if i < len(sets) && (sets[i].left > c.left || sets[i].left == c.left && sets[i].gain >= c.gain) {
			keep(sets[i], false)
			i++
		} else {
			keep(c, true)
			j++
		}
	}
	return merged
}

// hopeful returns the sets that may lead to a better one than the best: where
// what they leave is spent on the next unit to put in, or what they exceed is
// saved on the next to take out, and parts of units could be had.
func (k *knapsack) hopeful(sets []set, in, out int) []set {
	const better = 1e-13 // of the gain of a unit, against rounding
	u, more := k.unused(in)
	v, less := k.used(out)
	kept := sets[:0]
	for _, s := range sets {
		next, ok := u, more
		if s.left < 0 {
			next, ok = v, less
		}
		if ok && s.gain+float64(s.left)*next.efficiency() > k.best.gain+better*next.gain {
			kept = append(kept, s)
		}
	}
	return kept
}

// settle leaves the best solution in the giver.
func (k *knapsack) settle() {
	copy(k.g.n, k.base)
	for i := k.best.node; i != 0; i = k.nodes[i].parent {
		k.g.n[k.nodes[i].stratum] += int(k.nodes[i].sign)
	}
}

// gap bounds the share of the variance that a better solution could save: what the
// next unit would remove if a part of it could be bought.
func (k *knapsack) gap() float64 {
	variance := 0.0 // of what depends on the allocation, in the giver's unit
	for i, n := range k.g.n {
		if n > 0 {
			whole := 1 - float64(n)/float64(k.g.strata[i].Size)
			variance += k.g.square[i] * float64(k.g.unit(i)) / float64(n) * whole
		}
	}
	u, ok := k.unused(0)
	if !ok || variance <= 0 {
		return 0
	}
	return min(1, max(0, u.efficiency()*float64(k.left)-k.best.gain)/variance)
}

// taker is a heap of the strata that can give a unit back, that of the smallest
// priority first.
type taker struct {
	g      *giver
	n, low []int
	order  []int
}

func newTaker(g *giver, base, low []int) *taker {
	t := &taker{g: g, n: slices.Clone(base), low: low}
	for i, n := range t.n {
		if n > low[i] {
			t.order = append(t.order, i)
		}
	}
	heap.Init(t)
	return t
}

// last is the priority of the last unit of a stratum.
func (t *taker) last(i int) float64 { return t.g.priority(i, t.n[i]-1) }

func (t *taker) take() (stratum int, priority float64) {
	stratum = t.order[0]
	priority = t.last(stratum)
	t.n[stratum]--
	if t.n[stratum] > t.low[stratum] {
		heap.Fix(t, 0)
	} else {
		heap.Pop(t)
	}
	return stratum, priority
}

// Len, Less, Swap, Push and Pop are heap.Interface.

func (t *taker) Len() int { return len(t.order) }

func (t *taker) Less(x, y int) bool {
	i, j := t.order[x], t.order[y]
	if c := cmp.Compare(t.last(i), t.last(j)); c != 0 {
		return c < 0
	}
	return t.g.strata[i].Name > t.g.strata[j].Name
}

func (t *taker) Swap(x, y int) { t.order[x], t.order[y] = t.order[y], t.order[x] }

func (t *taker) Push(x any) { t.order = append(t.order, x.(int)) }

func (t *taker) Pop() any {
	last := t.order[len(t.order)-1]
	t.order = t.order[:len(t.order)-1]
	return last
}
