package markov

import (
	"fmt"
	"math"
)

// Chain is a Markov chain over the states 0 to Size()-1, given by counted
// transitions. It does not change after New.
type Chain struct {
	n      int
	count  []int64 // n x n, row by row
	total  []int64 // transitions counted from each state, staying included
	reach  []bool  // n x n: whether j can follow i in one or more steps
	absent []bool  // total is 0
}

// New returns the chain of n states with counts[i*n+j] transitions from i to j,
// staying (i = j) included. The slice is copied. n < 1, another length and a
// negative count are ErrInvalid; a row whose sum exceeds an int64 is ErrOverflow.
func New(n int, counts []int64) (*Chain, error) {
	if n < 1 || len(counts)/n != n || len(counts)%n != 0 {
		return nil, &Error{-1, fmt.Sprintf("%d counts for %d states", len(counts), n), ErrInvalid}
	}
	c := &Chain{n: n, count: append([]int64(nil), counts...), total: make([]int64, n), absent: make([]bool, n)}
	for i := range n {
		for j, k := range c.row(i) {
			switch {
			case k < 0:
				return nil, &Error{i, fmt.Sprintf("%d transitions to state %d", k, j), ErrInvalid}
			case c.total[i] > math.MaxInt64-k:
				return nil, &Error{i, "the transitions from it exceed 2^63-1", ErrOverflow}
			}
			c.total[i] += k
		}
		c.absent[i] = c.total[i] == 0
	}
	c.reach = c.reachable(nil)
	return c, nil
}

// Size returns the number of states.
func (c *Chain) Size() int { return c.n }

func (c *Chain) row(i int) []int64 { return c.count[i*c.n : (i+1)*c.n] }

// Probability returns the share of the transitions from i that went to j, and
// false where none from i was counted.
func (c *Chain) Probability(i, j int) (float64, bool) {
	if c.absent[i] {
		return 0, false
	}
	return float64(c.count[i*c.n+j]) / float64(c.total[i]), true
}

// Forecast returns the shares after the given number of steps, n-step
// transition probabilities applied to start: start[i] is the share or number in
// state i, not negative. A state that holds anything, before the last step, and
// has no counted transitions is ErrInsufficientData. The cost is steps x Size².
func (c *Chain) Forecast(start []float64, steps int) ([]float64, error) {
	if len(start) != c.n || steps < 0 {
		return nil, &Error{-1, fmt.Sprintf("forecast of %d shares over %d steps for %d states", len(start), steps, c.n), ErrInvalid}
	}
	for i, x := range start {
		if !(x >= 0) || math.IsInf(x, 1) {
			return nil, &Error{i, fmt.Sprintf("share %v", x), ErrInvalid}
		}
	}
	now := append([]float64(nil), start...)
	for range steps {
		next := make([]float64, c.n)
		for i, x := range now {
			if x == 0 {
				continue
			}
			if c.absent[i] {
				return nil, c.unknownFrom(i)
			}
			for j, k := range c.row(i) {
				next[j] += x * (float64(k) / float64(c.total[i]))
			}
		}
		now = next
	}
	for i, x := range now {
		if math.IsInf(x, 1) {
			return nil, &Error{i, "the forecast", ErrOverflow}
		}
	}
	return now, nil
}

func (c *Chain) unknownFrom(i int) error {
	return &Error{i, "it is entered and no transition from it was counted", ErrInsufficientData}
}
