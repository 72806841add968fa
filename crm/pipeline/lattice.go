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
	p := make([]float64, len(deals))
	for i, d := range deals {
		p[i] = d.p
	}
	w := counted(p)
	return Distribution{Low: int64(w.low), Step: 1, P: slices.Clone(w.p), Exact: true}
}

// counted returns the distribution of how many happen of things with probabilities p:
// that of each half, put together, which is a third of the work of adding one after the
// other.
func counted(p []float64) window {
	w := window{p: []float64{1}}
	var spare []float64
	if len(p) <= 32 {
		for _, p := range p {
			w.addTwo(1, p, &spare)
		}
		return w
	}
	w = counted(p[:len(p)/2])
	w.addCount(counted(p[len(p)/2:]), 1, &spare)
	return w
}

// addCount adds an amount as often as a count says.
func (w *window) addCount(count window, amount int, spare *[]float64) {
	by := make([]atom, len(count.p))
	for i, p := range count.p {
		by[i] = atom{i * amount, p}
	}
	w.low += count.low * amount
	w.add(by, spare)
}

// amounts returns the distribution of what the deals bring; total is the sum of all. What
// they have in common is x, nil for nothing.
func amounts(deals []chance, x *factor, total int64, sd float64, step int64) (Distribution, error) {
	exact := int64(0)
	for _, d := range deals {
		exact = gcd(exact, d.minor)
	}
	exact = max(exact, 1)
	coarse := readable(max(sd/cellsPerSD, float64(total)/mostCells))
	switch {
	case step > 0:
		if total/step >= mostCells {
			return Distribution{}, refuse(ErrInvalid, "step", codeCells)
		}
	case total/exact < exactCells && (x == nil || coarse <= exact || x.affords(grouped(deals, exact))):
		step = exact
	default:
		step = coarse
	}
	var w window
	if groups := grouped(deals, step); x == nil {
		w = sum(groups)
	} else {
		w = x.sum(groups)
	}
	return Distribution{Low: int64(w.low) * step, Step: step, P: w.p, Exact: exact%step == 0}, nil
}

// sum returns the distribution of what groups bring: by adding one after the other, or
// where that is long, and the transform is less, by that.
func sum(groups []group) window {
	if steps := work(groups); steps > 1<<20 {
		if w, ok := newSpectrum(parts(groups)).distribution(steps); ok {
			return w
		}
	}
	w := window{p: []float64{1}}
	var spare []float64
	for _, g := range groups {
		g.addTo(&w, &spare)
	}
	return w
}

// work estimates how many cells are gone through if groups are added one after the
// other: each finds a window as wide as the sum before it can lie.
func work(groups []group) (steps int) {
	var variance, total float64
	for _, g := range groups {
		a := float64(g.at) + g.next
		var v, atoms float64
		for _, p := range g.p {
			v += p * (1 - p)
		}
		atoms = min(float64(len(g.p))+1, 18*math.Sqrt(v)+2)
		if g.next > 0 {
			atoms++
		}
		total += a * float64(len(g.p))
		variance += a * a * v
		steps += int(atoms * min(total, 18*math.Sqrt(variance)))
	}
	return steps
}

// parts returns the deals of groups one by one.
func parts(groups []group) (list []part) {
	for _, g := range groups {
		for _, p := range g.p {
			list = append(list, part{g.at, g.next, p})
		}
	}
	return list
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
	slices.SortFunc(sorted, func(a, b chance) int {
		if a.minor != b.minor {
			return cmp.Compare(a.minor, b.minor)
		}
		return cmp.Compare(a.p, b.p)
	})
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
		w.addCount(counted(g.p), g.at, spare)
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
