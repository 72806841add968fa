package pipeline

import (
	"cmp"
	"math"
	"slices"
)

const (
	exactCells = 1 << 20 // of the lattice on which every sum lies
	mostCells  = 1 << 22 // of a lattice that the caller asks for
	cellsPerSD = 256     // of the lattice that is chosen where the exact one is too fine
)

// chance is an amount that comes with a probability.
type chance struct {
	minor int64
	p     float64
}

// wins returns the distribution of how many of the deals are won.
func wins(deals []chance) Distribution {
	w := window{p: []float64{1}}
	var spare []float64
	for _, d := range deals {
		w.addTwo(1, d.p, &spare)
	}
	return Distribution{Low: int64(w.low), Step: 1, P: slices.Clone(w.p), Exact: true}
}

// amounts returns the distribution of what the deals bring; total is the sum of all.
func amounts(deals []chance, total int64, sd float64, step int64) (Distribution, error) {
	exact := int64(0)
	for _, d := range deals {
		exact = gcd(exact, d.minor)
	}
	exact = max(exact, 1)
	switch {
	case step > 0:
		if total/step >= mostCells {
			return Distribution{}, refuse(ErrInvalid, "step", "takes more than 2^22 cells")
		}
	case total/exact < exactCells:
		step = exact
	default:
		step = readable(max(sd/cellsPerSD, float64(total)/mostCells))
	}
	w := window{p: []float64{1}}
	var spare []float64
	for _, g := range grouped(deals, step) {
		g.addTo(&w, &spare)
	}
	return Distribution{Low: int64(w.low) * step, Step: step, P: slices.Clone(w.p), Exact: exact%step == 0}, nil
}

// group is the deals of one amount, in cells. An amount between two cells has a group
// of its own: its probability is divided between them so that its mean is kept
// (Gerber 1982, Insurance: Mathematics and Economics 1:13-18, the method of
// dispersal), which at cell at+1 is next of it.
type group struct {
	at   int
	next float64
	p    []float64
}

// grouped sorts the deals by amount, the smallest first, so that the window grows
// late.
func grouped(deals []chance, step int64) (groups []group) {
	sorted := slices.Clone(deals)
	slices.SortFunc(sorted, func(a, b chance) int { return cmp.Or(cmp.Compare(a.minor, b.minor), cmp.Compare(a.p, b.p)) })
	var before int64 = -1
	for _, d := range sorted {
		at, rest := d.minor/step, d.minor%step
		switch {
		case d.minor == 0 || d.p == 0:
		case rest == 0 && d.minor == before:
			last := &groups[len(groups)-1]
			last.p = append(last.p, d.p)
		default:
			groups = append(groups, group{at: int(at), next: float64(rest) / float64(step), p: []float64{d.p}})
			before = d.minor
		}
	}
	return groups
}

// addTo adds what the group brings to w.
func (g group) addTo(w *window, spare *[]float64) {
	switch {
	case g.next > 0:
		p := g.p[0]
		w.add([]atom{{0, 1 - p}, {g.at, p * (1 - g.next)}, {g.at + 1, p * g.next}, {g.at + 1, 0}}, spare) // four, for addFour
	case len(g.p) == 1:
		w.addTwo(g.at, g.p[0], spare)
	default:
		count := window{p: []float64{1}}
		var room []float64
		for _, p := range g.p {
			count.addTwo(1, p, &room)
		}
		by := make([]atom, len(count.p))
		for i, p := range count.p {
			by[i] = atom{i * g.at, p}
		}
		w.low += count.low * g.at
		w.add(by, spare)
	}
}

// readable returns the largest of 1, 2 and 5 times a power of ten that is at most x,
// and 1 for less.
func readable(x float64) int64 {
	best := int64(1)
	for power := int64(1); power <= math.MaxInt64/10; power *= 10 {
		for _, m := range []int64{1, 2, 5} {
			if float64(m)*float64(power) <= x {
				best = m * power
			}
		}
	}
	return best
}

func gcd(a, b int64) int64 {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}
