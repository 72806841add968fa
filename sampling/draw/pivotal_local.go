package draw

import (
	"math/rand/v2"
	"slices"
)

// LocalPivotal draws a sample that is spread in space (空间均衡抽样), with the given
// inclusion probabilities by row: a random undecided unit meets its nearest undecided
// neighbour, and one of the two is decided, over and over; so neighbours are hardly
// ever drawn together. Coordinates are as in [CubeOptions]: dimensions of one finite
// value per unit. Among neighbours at one distance chance decides. Units are listed
// by row, and their number is the sum of the probabilities, which is an integer.
//
// It takes about O(N log N).
//
// Errors: ErrInvalid, with the row, for a probability outside [0, 1] and a coordinate
// that is not finite; for a sum of probabilities that is no integer.
//
// Source: Grafström, Lundström and Schelin 2012, Biometrics 68:514-520 (LPM2).
func LocalPivotal(f *Frame, probabilities []float64, coordinates [][]float64, src Source) (*Sample, error) {
	if err := f.check(); err != nil {
		return nil, err
	}
	if len(probabilities) != f.n {
		return nil, invalid("probabilities", "are %d for %d units", len(probabilities), f.n)
	}
	in, err := checkUnequal("probabilities", probabilities, true)
	if err != nil {
		return nil, err
	}
	t, err := newTree(f, in.rowsOpen(), coordinates)
	if err != nil {
		return nil, err
	}
	rng, err := src.open(DesignLocalPivotal, f.Hash())
	if err != nil {
		return nil, err
	}
	chosen := make([]bool, len(in.p))
	if len(in.p) > 0 {
		t.duels(rng, slices.Clone(in.p), in.draws(), chosen)
	}
	s := record(DesignLocalPivotal, f, src)
	s.Units = in.rows(chosen, max(0, in.draws()))
	s.Probabilities = in.of(s.Units)
	return s, nil
}

// duels decides all units of a tree, n of which are drawn.
func (t *tree) duels(rng *rand.Rand, p []float64, n int, chosen []bool) {
	t.shuffleRanks(rng)
	count := 0
	pair := make([]int32, 0, 2)
	for len(t.pool) > 1 {
		pair = t.neighbourhood(rng, 2, pair[:0])
		a, b := p[pair[0]], p[pair[1]]
		sum := a + b
		r := unit(rng)
		loser, winner := pair[0], pair[1]
		if sum < 1 {
			if float64(r*sum) < a {
				loser, winner = winner, loser
			}
			p[winner] = sum
			t.remove(loser)
			continue
		}
		if float64(r*(2-sum)) < 1-b {
			loser, winner = winner, loser
		}
		chosen[winner] = true
		count++
		p[loser] = sum - 1
		t.remove(winner)
		if p[loser] <= 0 {
			t.remove(loser)
		}
	}
	// The last is at 0 or 1 but for rounding.
	if count < n {
		chosen[t.pool[0]] = true
	}
}
