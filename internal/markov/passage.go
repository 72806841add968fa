package markov

import (
	"fmt"
	"math"
)

// Reach says whether a state is ever reached from another.
type Reach uint8

const (
	// Unknown: a state from which nothing was counted lies on the way.
	Unknown Reach = iota
	// Never: there is no way.
	Never
	// Possible: with a probability between 0 and 1.
	Possible
	// Certain: with probability 1.
	Certain
)

// Passage is the first passage from a state to a target.
type Passage struct {
	Reach Reach
	// Probability that the target is ever reached; 0 where Reach is Unknown.
	Probability float64
	// Steps is the mean number of steps until the target is reached for the first
	// time, among the paths that reach it; 0 for the target itself, and 0 without
	// meaning where Reach is Unknown or Never. Where Reach is Possible some paths
	// never arrive, and the mean over all paths is infinite.
	Steps float64
}

// Passage returns the first passage from every state to the set of targets (Kemeny
// and Snell 1976, chapters 3 and 4). The rows of the targets play no part. No target, or one that is no state, is ErrInvalid; a mean beyond the
// largest float64 is ErrOverflow.
func (c *Chain) Passage(targets ...int) ([]Passage, error) {
	final := make([]bool, c.n)
	for _, t := range targets {
		if t < 0 || t >= c.n {
			return nil, &Error{-1, fmt.Sprintf("target %d of %d states", t, c.n), ErrInvalid}
		}
		final[t] = true
	}
	if len(targets) == 0 {
		return nil, &Error{-1, "no target", ErrInvalid}
	}
	out := c.reaches(final)
	var states []int // that arrive with a known, positive probability
	for i, p := range out {
		if !final[i] && p.Reach >= Possible {
			states = append(states, i)
		}
	}
	hit := c.eliminate(states, final, func(int) float64 { return 0 })
	for p, i := range states {
		out[i].Probability = min(1, hit[p])
		if out[i].Reach == Certain {
			out[i].Probability = 1
		}
	}
	steps := c.eliminate(states, nil, func(i int) float64 { return float64(c.total[i]) * out[i].Probability })
	for p, i := range states {
		out[i].Steps = steps[p] / out[i].Probability
		if math.IsInf(out[i].Steps, 0) || math.IsNaN(out[i].Steps) {
			return nil, &Error{i, "the mean passage time", ErrOverflow}
		}
	}
	return out, nil
}

// reaches classifies the states by the ways there are.
func (c *Chain) reaches(final []bool) []Passage {
	reach := c.reachable(final)
	arrives := func(i int) bool {
		for t := range c.n {
			if final[t] && (i == t || reach[i*c.n+t]) {
				return true
			}
		}
		return false
	}
	lost := func(i int) bool { // some way from i does not lead to a target
		for j := range c.n {
			if reach[i*c.n+j] && !arrives(j) {
				return true
			}
		}
		return false
	}
	open := func(i int) bool {
		for j := range c.n {
			if (i == j || reach[i*c.n+j]) && c.absent[j] && !final[j] {
				return true
			}
		}
		return false
	}
	out := make([]Passage, c.n)
	for i := range out {
		switch {
		case final[i]:
			out[i] = Passage{Certain, 1, 0}
		case open(i):
			out[i].Reach = Unknown
		case !arrives(i):
			out[i].Reach = Never
		case lost(i):
			out[i].Reach = Possible
		default:
			out[i].Reach = Certain
		}
	}
	return out
}

// eliminate solves, for x over the given states,
//
//	sum over j of count(i,j) (x(i) - x(j)) = right(i),
//
// where x is 1 on the states in one and 0 on all others. As in the algorithm of
// Grassmann, Taksar and Heyman the states are taken out from the last and the
// pivot is the sum of what leaves the state, never a difference.
func (c *Chain) eliminate(states []int, one []bool, right func(i int) float64) []float64 {
	n := len(states)
	a := make([][]float64, n)                        // rates among the states
	out, b := make([]float64, n), make([]float64, n) // rate to all others; right-hand side
	inside := make([]int, c.n)                       // position among the states, from 1
	for p, i := range states {
		inside[i] = p + 1
	}
	for p, i := range states {
		a[p] = make([]float64, n)
		b[p] = right(i)
		for j, k := range c.row(i) {
			switch {
			case inside[j] > 0:
				a[p][inside[j]-1] = float64(k)
			default:
				out[p] += float64(k)
				if one != nil && one[j] {
					b[p] += float64(k)
				}
			}
		}
	}
	pivot := make([]float64, n)
	for k := n - 1; k >= 0; k-- {
		pivot[k] = out[k]
		for j := range k {
			pivot[k] += a[k][j]
		}
		for i := range k {
			w := a[i][k] / pivot[k]
			out[i] += w * out[k]
			b[i] += w * b[k]
			for j := range k {
				a[i][j] += w * a[k][j]
			}
		}
	}
	x := make([]float64, n)
	for k := range n {
		x[k] = b[k]
		for j := range k {
			x[k] += a[k][j] * x[j]
		}
		x[k] /= pivot[k]
	}
	return x
}
