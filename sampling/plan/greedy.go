package plan

import (
	"container/heap"
	"math"
	"slices"
)

// greedy returns the integers within the bounds that sum to n and minimise the
// sum of a²/n_h: starting from the lower bounds, each further unit goes where its
// priority a²/(k·(k+1)) is greatest, k being what the stratum has. As priorities
// fall in k, all units above a threshold can be given at once; the heap gives the
// last ones, at most about one for each stratum.
func greedy(strata []Stratum, f *filler, n int) []int {
	g := newGiver(strata, f.a, nil, f.b)
	left := int64(n - total(g.n))
	left -= g.jump(f, left)
	g.start()
	for ; left > 0 && g.Len() > 0; left-- {
		g.give()
	}
	if left > 0 {
		// Only strata without spread have units left: in proportion to size.
		sizes := make([]float64, len(strata))
		for i, s := range strata {
			sizes[i] = float64(s.Size)
		}
		return greedy(strata, newFiller(sizes, nil, bounds{g.n, f.b.high}), n)
	}
	return g.n
}

func total(n []int) (sum int) {
	for _, k := range n {
		sum += k
	}
	return sum
}

// giver is a heap of the strata that can take another unit.
type giver struct {
	strata []Stratum
	square []float64 // a²
	cost   []int64   // of a unit; nil for ones
	n      []int
	high   []int
	order  []int // the heap, of indices
	next   []float64
}

func newGiver(strata []Stratum, a []float64, cost []int64, b bounds) *giver {
	g := &giver{strata: strata, cost: cost, square: make([]float64, len(a)), n: slices.Clone(b.low), high: b.high, next: make([]float64, len(a))}
	for i, x := range a {
		g.square[i] = x * x
	}
	return g
}

// priority is what one unit more than k takes off the sum of a²/n.
func (g *giver) priority(i, k int) float64 {
	if k == 0 {
		if g.square[i] > 0 {
			return math.Inf(1)
		}
		return 0
	}
	return g.square[i] / (float64(k) * (float64(k) + 1))
}

// unit returns what one unit of a stratum costs.
func (g *giver) unit(i int) int64 {
	if g.cost == nil {
		return 1
	}
	return g.cost[i]
}

// jump gives every unit whose priority reaches a threshold, chosen so that they
// cost at most left, and returns what they cost.
func (g *giver) jump(f *filler, left int64) int64 {
	spent := float64(left)
	for i, k := range g.n {
		spent += float64(k) * at(f.cost, i)
	}
	threshold := 0.0 // the priority of the last unit that real shares would give
	real := f.shares(spent)
	for i, x := range real {
		if x > float64(f.b.low[i]) && x < float64(f.b.high[i]) {
			threshold = g.square[i] / (x * x)
			break
		}
	}
	if threshold == 0 {
		return g.jumpToBounds(real, left)
	}
	for {
		given := int64(0)
		for i := range g.n {
			given += int64(g.reach(i, threshold)-g.n[i]) * g.unit(i)
			if given > left {
				break
			}
		}
		if given <= left {
			for i := range g.n {
				g.n[i] = g.reach(i, threshold)
			}
			return given
		}
		threshold *= 1 + 1/(1+float64(left)/float64(len(g.n)))
	}
}

// jumpToBounds gives all that the real shares give where each of them is at a
// bound: the best real shares are integers then.
func (g *giver) jumpToBounds(real []float64, left int64) (given int64) {
	for i, x := range real {
		more := int64(g.high[i]-g.n[i]) * g.unit(i)
		if g.square[i] > 0 && x >= float64(g.high[i]) && given+more <= left {
			g.n[i] = g.high[i]
			given += more
		}
	}
	return given
}

// reach returns how many units stratum i has when all whose priority is at least
// threshold > 0 are given.
func (g *giver) reach(i int, threshold float64) int {
	if g.n[i] >= g.high[i] || g.priority(i, g.n[i]) < threshold {
		return g.n[i]
	}
	// The greatest k with k·(k+1) <= a²/threshold, and one more; the root is
	// rounded, so neighbours are compared as the heap does.
	guess := math.Sqrt(g.square[i]/threshold+0.25) + 0.5
	if guess >= float64(g.high[i]) {
		guess = float64(g.high[i])
	}
	k := max(g.n[i], int(guess))
	for k < g.high[i] && g.priority(i, k) >= threshold {
		k++
	}
	for k > g.n[i] && g.priority(i, k-1) < threshold {
		k--
	}
	return k
}

// start makes the heap of all strata with room and a priority above 0.
func (g *giver) start() {
	for i := range g.n {
		g.next[i] = g.priority(i, g.n[i])
		if g.n[i] < g.high[i] && g.next[i] > 0 {
			g.order = append(g.order, i)
		}
	}
	heap.Init(g)
}

// give gives one unit to the first stratum of the heap.
func (g *giver) give() {
	i := g.order[0]
	g.n[i]++
	g.next[i] = g.priority(i, g.n[i])
	if g.n[i] < g.high[i] && g.next[i] > 0 {
		heap.Fix(g, 0)
	} else {
		heap.Pop(g)
	}
}

// Len, Less, Swap, Push and Pop are heap.Interface.

func (g *giver) Len() int { return len(g.order) }

func (g *giver) Less(x, y int) bool {
	i, j := g.order[x], g.order[y]
	if g.next[i] != g.next[j] {
		return g.next[i] > g.next[j]
	}
	if g.square[i] != g.square[j] {
		return g.square[i] > g.square[j] // the larger stratum first
	}
	return g.strata[i].Name < g.strata[j].Name
}

func (g *giver) Swap(x, y int) { g.order[x], g.order[y] = g.order[y], g.order[x] }

func (g *giver) Push(x any) { g.order = append(g.order, x.(int)) }

func (g *giver) Pop() any {
	last := g.order[len(g.order)-1]
	g.order = g.order[:len(g.order)-1]
	return last
}
