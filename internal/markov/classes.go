package markov

// Kind says what becomes of a state in the long run.
type Kind uint8

const (
	// Open: the answer depends on a state from which nothing was counted.
	Open Kind = iota
	// Transient: sooner or later the chain leaves it for good.
	Transient
	// Recurrent: the chain comes back to it again and again.
	Recurrent
	// Absorbing: recurrent, and never left.
	Absorbing
)

// reachable returns for every pair whether j can follow i in one or more steps.
// States in final are not left.
func (c *Chain) reachable(final []bool) []bool {
	reach := make([]bool, c.n*c.n)
	todo := make([]int, 0, c.n)
	for i := range c.n {
		from := reach[i*c.n : (i+1)*c.n]
		todo = append(todo[:0], i)
		for len(todo) > 0 {
			s := todo[len(todo)-1]
			todo = todo[:len(todo)-1]
			if final != nil && final[s] {
				continue
			}
			for j, k := range c.row(s) {
				if k > 0 && !from[j] {
					from[j] = true
					todo = append(todo, j)
				}
			}
		}
	}
	return reach
}

// leadsToAbsent reports whether i is, or can be followed by, a state from which
// nothing was counted.
func (c *Chain) leadsToAbsent(i int, reach []bool) bool {
	if c.absent[i] {
		return true
	}
	for j := range c.n {
		if reach[i*c.n+j] && c.absent[j] {
			return true
		}
	}
	return false
}

// Kind classifies state i (Kemeny and Snell 1976, chapter 2). It is Transient
// for sure where it can be followed by a state that has counted transitions all
// the way and no path back.
func (c *Chain) Kind(i int) Kind {
	for j := range c.n {
		if c.reach[i*c.n+j] && !c.reach[j*c.n+i] && !c.leadsToAbsent(j, c.reach) {
			return Transient
		}
	}
	switch {
	case c.leadsToAbsent(i, c.reach):
		return Open
	case c.count[i*c.n+i] == c.total[i]:
		return Absorbing
	default:
		return Recurrent
	}
}

// ClosedClasses returns the sets of states that lead to each other and to no
// other, each ascending, ordered by their first states.
func (c *Chain) ClosedClasses() [][]int {
	var classes [][]int
	seen := make([]bool, c.n)
	for i := range c.n {
		if seen[i] || c.Kind(i) < Recurrent {
			continue
		}
		var class []int
		for j := range c.n {
			if c.reach[i*c.n+j] {
				class = append(class, j)
				seen[j] = true
			}
		}
		classes = append(classes, class)
	}
	return classes
}
