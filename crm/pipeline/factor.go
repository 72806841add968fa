package pipeline

import (
	"iter"
	"math"

	"github.com/guanxi-go/guanxi/internal/numeric"
)

const (
	factorReach  = 7.4     // a standard normal lies beyond it, on either side, with less than 2e-13
	factorLog    = 30.0    // -log of the error of the trapezoidal rule within
	factorPoints = 1 << 14 // at most
	factorWork   = 1 << 32 // cells gone through, at all points together, on the finest lattice
)

// factor is what deals have in common: a standard normal Z. A deal is won where
// sqrt(rho) Z + sqrt(1-rho) e, with e its own standard normal, does not exceed the
// quantile of its probability. Given Z = z deals are independent, each is won with
// Phi((quantile - sqrt(rho) z) / sqrt(1-rho)), and all that is asked for is a mean over z.
//
// That mean is taken by the trapezoidal rule, at points z that are step apart. How good it
// is follows from one fact. Of the n parts e only the mean, a normal of variance 1/n, adds
// to z, and what is left of them does not depend on it: so every outcome depends on z by
// way of z + tau G with another standard normal G and tau² = (1-rho)/(rho n). In place of
// the law of Z + tau G stands that of a Z on the points, and by Poisson's summation its
// density is off by no more than 2 exp(-2 (pi s/step)²) of itself, with
// s² = tau²/(1+tau²) (Trefethen and Weideman 2014, SIAM Review 56:385-458). So one step
// serves all probabilities of all sums.
type factor struct {
	shared, own float64 // square roots of rho and 1-rho
	step, mass  float64 // between points; the weight of all
	last        int     // points are at -last to last times step
	deals       int
	classes     []class
	place       map[float64]int // of a probability in classes
}

// class is the deals of one probability.
type class struct {
	p, quantile     float64
	deals           int
	amount, squares float64 // sums of amounts, in minor units, and of their squares
}

// newFactor sorts the deals by probability and chooses the points. ErrInvalid where they
// would be more than factorPoints.
func newFactor(deals []chance, rho float64) (*factor, error) {
	x := &factor{shared: math.Sqrt(rho), own: math.Sqrt(1 - rho), deals: len(deals), place: map[float64]int{}}
	open := 0.0
	for _, d := range deals {
		i, known := x.place[d.p]
		if !known {
			i = len(x.classes)
			x.place[d.p] = i
			x.classes = append(x.classes, class{p: d.p, quantile: numeric.NormalQuantile(d.p)})
		}
		a := float64(d.minor)
		c := &x.classes[i]
		c.deals, c.amount, c.squares = c.deals+1, c.amount+a, c.squares+a*a
		if d.p > 0 && d.p < 1 {
			open++
		}
	}
	s := math.Sqrt((1 - rho) / (1 - rho + rho*open))
	x.step = math.Pi * s * math.Sqrt(2/factorLog)
	last := math.Ceil(factorReach / x.step)
	if !(2*last < factorPoints) {
		return nil, refuse(ErrInvalid, "rho", codePoints)
	}
	x.last = int(last)
	for k := -x.last; k <= x.last; k++ {
		x.mass += x.density(k)
	}
	return x, nil
}

// density is that of the point k, without its constant.
func (x *factor) density(k int) float64 {
	z := float64(k) * x.step
	return math.Exp(-z * z / 2)
}

// points yields the points: the weight of each, and what the probabilities of the classes
// are there, in a slice that is used again.
func (x *factor) points() iter.Seq2[float64, []float64] {
	return func(yield func(float64, []float64) bool) {
		given := make([]float64, len(x.classes))
		for k := -x.last; k <= x.last; k++ {
			for i, c := range x.classes {
				given[i] = numeric.NormalTail((x.shared*x.step*float64(k) - c.quantile) / x.own)
			}
			if !yield(x.density(k)/x.mass, given) {
				return
			}
		}
	}
}

// stdDev returns the standard deviation of the amount, in minor units: the variance is the
// mean of that at a point, and what the means of the points vary.
func (x *factor) stdDev() float64 {
	var variance numeric.Sum
	for weight, given := range x.points() {
		within, shift := 0.0, 0.0
		for i, c := range x.classes {
			within += c.squares * given[i] * (1 - given[i])
			shift += c.amount * (given[i] - c.p)
		}
		variance.Add(weight * (within + shift*shift))
	}
	return math.Sqrt(variance.Value())
}

// wins is wins of the deals, over all points.
func (x *factor) wins() Distribution {
	all := make([]float64, x.deals+1)
	var spare []float64
	for weight, given := range x.points() {
		w := window{p: []float64{1}}
		for i, c := range x.classes {
			if c.deals == 1 {
				w.addTwo(1, given[i], &spare)
			} else {
				w.addCount(binomial(c.deals, given[i]), 1, &spare)
			}
		}
		addScaled(all[w.low:], w.p, weight)
	}
	w := window{p: all}
	w.trim(negligible)
	return Distribution{Low: int64(w.low), Step: 1, P: w.p, Exact: true}
}

// binomial is counted of n equal probabilities: outwards from the mode, each mass from its
// neighbour.
func binomial(n int, p float64) window {
	q := 1 - p
	mode := min(n, int(float64(n+1)*p))
	all := make([]float64, n+1)
	all[mode] = numeric.BinomialMass(int64(mode), int64(n), p, q)
	low, high := mode, mode
	for ; low > 0 && all[low] >= negligible/16; low-- {
		all[low-1] = all[low] * (float64(low) * q) / (float64(n-low+1) * p)
	}
	for ; high < n && all[high] >= negligible/16; high++ {
		all[high+1] = all[high] * (float64(n-high) * p) / (float64(high+1) * q)
	}
	w := window{low, all[low : high+1]}
	w.trim(negligible)
	return w
}

// affords reports whether sum of the groups is little enough work.
func (x *factor) affords(groups []group) bool {
	return float64(work(groups))*float64(2*x.last+1) <= factorWork
}

// sum is sum of the groups, over all points.
func (x *factor) sum(groups []group) window {
	now, cells := make([]group, len(groups)), 1
	var of []int // the class of each deal, one group after the other
	for i, g := range groups {
		now[i] = group{g.at, g.next, make([]float64, len(g.p))}
		for _, p := range g.p {
			of = append(of, x.place[p])
			if cells += g.at; g.next > 0 {
				cells++
			}
		}
	}
	all := make([]float64, cells)
	for weight, given := range x.points() {
		deal := 0
		for _, g := range now {
			for j := range g.p {
				g.p[j] = given[of[deal]]
				deal++
			}
		}
		w := sum(now)
		addScaled(all[w.low:], w.p[:min(len(w.p), cells-w.low)], weight) // a spectrum's noise reaches beyond the last cell
	}
	w := window{p: all}
	w.trim(negligible)
	return w
}
