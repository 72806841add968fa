package draw

import (
	"cmp"
	"slices"
)

// A duel is what the sequential pivotal method does at a unit in expectation. What the
// unit in play has is the fractional part of the sum of the probabilities so far
// (arcs), whoever it is: so its name is a Markov chain, and a unit drawn or in play has
// the same future whatever happened before (Deville and Tillé 1998; Chauvet 2012,
// Bernoulli 18(4):1320-1340).
type duel struct {
	rest float64 // what is left to play for where one is drawn, 0 where nobody is
	stay float64 // the unit in play stays in play
	out  float64 // the unit in play is drawn
	play float64 // the new unit is in play then
	in   float64 // the new unit is drawn
}

// newDuel returns the duel of the unit in play, which has a of [0, 1), with one of p.
func newDuel(a, p float64) duel {
	sum := a + p
	if sum < 1 {
		return duel{stay: a / sum, play: p / sum}
	}
	d := duel{rest: sum - 1, stay: (1 - a) / (2 - sum), out: (1 - p) / (2 - sum)}
	d.play, d.in = d.out, d.stay
	if d.rest < 4*0x1p-53 { // a rest of rounding where the two have 1 between them
		d.rest = 0
	}
	return d
}

// A passage is a stretch of duels seen by the unit in play at its beginning: it stays in
// play to the end, or is drawn on the way.
type passage struct{ stay, out float64 }

// through returns this passage and one more duel.
func (w passage) through(d duel) passage {
	return passage{stay: w.stay * d.stay, out: w.out + w.stay*d.out}
}

// then returns this passage and the one behind it.
func (w passage) then(next passage) passage {
	return passage{stay: w.stay * next.stay, out: w.out + w.stay*next.out}
}

// pivotalPairs returns joint probabilities of the sequential pivotal method in the
// order of the units. All terms are positive, so none loses digits, and a pair that
// cannot be drawn has exactly 0.
func pivotalPairs(p []float64, places []int) func(i int, give func(k int, v float64)) {
	m := len(places)
	order := make([]int, m) // positions in places by place
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(places[a], places[b]) })
	at := make([]int, m) // where a position stands in order
	for r, i := range order {
		at[i] = r
	}
	start := arcs(p)
	duels, between := make([]duel, m), make([]passage, m) // between[r]: behind order[r], up to the next
	for r, i := range order {
		place, end := places[i], len(p)
		if r+1 < m {
			end = places[order[r+1]]
		}
		duels[r] = newDuel(start[place], p[place])
		between[r] = passage{stay: 1}
		for l := place + 1; l < end; l++ {
			between[r] = between[r].through(newDuel(start[l], p[l]))
		}
	}
	// pair joins an earlier unit, of which way is what happens up to a later one.
	pair := func(early, late duel, way passage, p float64) float64 {
		return (early.in+early.play*way.out)*p + early.play*way.stay*late.rest
	}
	return func(i int, give func(k int, v float64)) {
		r := at[i]
		way := between[r]
		for l := r + 1; l < m; l++ {
			if k := order[l]; k < i {
				give(k, pair(duels[r], duels[l], way, p[places[k]]))
			}
			way = way.through(duels[l]).then(between[l])
		}
		way = passage{stay: 1}
		for e := r - 1; e >= 0; e-- {
			way = between[e].then(way)
			if k := order[e]; k < i {
				give(k, pair(duels[e], duels[r], way, p[places[i]]))
			}
			way = passage{stay: 1}.through(duels[e]).then(way)
		}
	}
}
