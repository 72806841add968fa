package draw

import (
	"cmp"
	"math/rand/v2"
	"slices"

	"github.com/guanxi-go/guanxi/internal/numeric"
)

// An elimination is Tillé's procedure (1996): from N units one after another leaves
// until n stay. Let π(k|i) be the inclusion probabilities proportional to p for i
// units. At the step from i+1 to i units k leaves with probability
// 1 - π(k|i)/π(k|i+1): all that were not certain before with the same, 1 - ρ, and
// those whose certainty ends with 1 - π(k|i).
type elimination struct {
	order []int32 // places by falling p, the certain ones of every stage first
	rank  []int32 // of a place in order
	n     int
	// By i-n, for the step from i+1 to i units:
	certain []int32   // number of certain units at i units
	share   []float64 // π(k|i)/p[k] of the others
	leave   []float64 // probability to leave of those that were not certain at i+1
	both    []float64 // probability that two which were not certain at i units stay until n
	ends    []int32   // by rank: the i-n at which a unit is first not certain, -1 where at n it is
	p       []float64
}

// newElimination prepares the steps from len(p) down to n units, 1 <= n <= len(p),
// for probabilities that add up to n.
func newElimination(p []float64, n int) *elimination {
	size := len(p)
	e := &elimination{p: p, n: n, order: make([]int32, size), rank: make([]int32, size), ends: make([]int32, size)}
	for i := range e.order {
		e.order[i] = int32(i)
	}
	slices.SortStableFunc(e.order, func(a, b int32) int { return cmp.Compare(p[b], p[a]) })
	for r, i := range e.order {
		e.rank[i] = int32(r)
		e.ends[r] = -1
	}
	tail := make([]float64, size+1) // tail[c] is the sum behind the c largest
	var sum numeric.Sum
	for c := size - 1; c >= 0; c-- {
		sum.Add(p[e.order[c]])
		tail[c] = sum.Value()
	}
	steps := size - n
	e.certain, e.share = make([]int32, steps), make([]float64, steps)
	e.leave, e.both = make([]float64, steps), make([]float64, steps)
	certain := 0
	for s := range steps { // from n units up: more and more are certain
		i := n + s
		for i < size && certain < i && s > 0 && p[e.order[certain]]*float64(i-certain) >= tail[certain] {
			certain++
		}
		e.certain[s] = int32(certain)
		e.share[s] = float64(i-certain) / tail[certain]
	}
	for s := steps - 1; s >= 0; s-- {
		before := size // number of certain units at i+1 units: all at the first step
		if s+1 < steps {
			before = int(e.certain[s+1])
		}
		stays := 1.0 // the probabilities to leave of the units in play add up to 1
		for r := int(e.certain[s]); r < before; r++ {
			e.ends[r] = int32(s)
			stays -= 1 - e.at(r, s)
		}
		if in := n + s + 1 - before; in > 0 {
			e.leave[s] = max(0, stays) / float64(in)
		}
	}
	together := 1.0
	for s := range steps {
		e.both[s] = together
		together *= max(0, 1-2*e.leave[s])
	}
	return e
}

// at returns π(k|n+s) of the unit of a rank.
func (e *elimination) at(rank, s int) float64 {
	if s >= len(e.certain) || rank < int(e.certain[s]) {
		return 1
	}
	return min(1, e.p[e.order[rank]]*e.share[s])
}

// gone returns the probability with which the unit of a rank leaves at a step.
func (e *elimination) gone(rank, s int) float64 {
	switch end := int(e.ends[rank]); {
	case end < s:
		return 0
	case end == s:
		return 1 - e.at(rank, s)
	}
	return e.leave[s]
}

// eliminate flags the units that stay, by the time O(N log N) of the sorting.
func eliminate(rng *rand.Rand, e *elimination, stays []bool) {
	for i := range stays {
		stays[i] = true
	}
	var open []int32 // ranks of those in play that are no longer certain
	next := len(e.order)
	for s := len(e.certain) - 1; s >= 0; s-- {
		at := unit(rng)
		before := len(open)
		out := -1 // index in open
		for ; next > int(e.certain[s]); next-- {
			rank := next - 1
			open = append(open, int32(rank))
			if out < 0 {
				if at -= 1 - e.at(rank, s); at < 0 {
					out = len(open) - 1
				}
			}
		}
		if out < 0 {
			if before == 0 {
				out = len(open) - 1 // rounding
			} else {
				out = int(below(rng, uint64(before)))
			}
		}
		stays[e.order[open[out]]] = false
		open[out] = open[len(open)-1]
		open = open[:len(open)-1]
	}
}

// bothStay returns the probability that two units are among the n that stay.
func (e *elimination) bothStay(a, b int) float64 {
	x, y := int(e.rank[a]), int(e.rank[b])
	if x > y {
		x, y = y, x // x is at least as large, and certain for at least as long
	}
	s := int(e.ends[x])
	if s < 0 {
		return e.at(y, 0)
	}
	// Until x can leave, y stays with probability π(y|i); then either may leave, and
	// behind that step they are like any two.
	return e.at(y, s+1) * max(0, 1-e.gone(x, s)-e.gone(y, s)) * e.both[s]
}

// bothGo returns the probability that two units are both eliminated: a sum of
// positive terms over the steps, so that it is right where it is small.
func (e *elimination) bothGo(a, b int) float64 {
	x, y := int(e.rank[a]), int(e.rank[b])
	stay, onlyX, onlyY, gone := 1.0, 0.0, 0.0, 0.0
	for s := len(e.certain) - 1; s >= 0; s-- {
		rx, ry := e.gone(x, s), e.gone(y, s)
		gone += onlyX*rx + onlyY*ry
		onlyX += stay*ry - onlyX*rx // only x is left
		onlyY += stay*rx - onlyY*ry
		stay *= max(0, 1-rx-ry)
	}
	return gone
}
