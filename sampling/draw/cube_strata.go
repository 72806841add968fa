package draw

import (
	"math"
	"math/rand/v2"
	"slices"

	"github.com/guanxi-go/guanxi/internal/numeric"
)

// checkStrata refuses a stratum whose probabilities add up to no integer.
func (c *cube) checkStrata() error {
	sums := make([]numeric.Sum, len(c.f.strata.labels))
	for i, row := range c.open {
		sums[c.f.strata.codes[row]].Add(c.in.p[i])
	}
	for code := range sums {
		sum := sums[code].Value()
		if math.Abs(sum-math.Round(sum)) > sumTolerance*max(1, sum) {
			return &Error{Field: "probabilities", Row: -1, Stratum: c.f.strata.labels[code],
				Reason: "must add up to an integer in every stratum", Err: ErrInvalid}
		}
	}
	return nil
}

// flyStrata flies over each stratum by itself, with its size and all variables
// (Chauvet 2009), and then over what is left of all of them.
func (c *cube) flyStrata(rng *rand.Rand, p []float64, frameOrder bool) {
	rows, begin := c.f.strata.grouped()
	for code := range c.f.strata.labels {
		var order []int32
		for _, row := range rows[begin[code]:begin[code+1]] {
			if undecided(p[row]) {
				order = append(order, row)
			}
		}
		if !frameOrder {
			shuffle(rng, order, len(order))
		}
		c.flyWithSizes(rng, p, order, len(c.equations))
	}
	c.flyWithSizes(rng, p, c.left(p, rows), len(c.equations))
}

// landStrata drops one variable after another and flies again; with the sizes of the
// strata alone two undecided units of a stratum can always move.
func (c *cube) landStrata(rng *rand.Rand, p []float64) {
	rows, _ := c.f.strata.grouped()
	for equations := len(c.equations) - 1; equations >= 0; equations-- {
		c.flyWithSizes(rng, p, c.left(p, rows), equations)
	}
	c.settle(p, c.left(p, rows))
}

// left returns the undecided of the rows.
func (c *cube) left(p []float64, rows []int32) []int32 {
	var list []int32
	for _, row := range rows {
		if undecided(p[row]) {
			list = append(list, row)
		}
	}
	return list
}

// flyWithSizes flies over rows that are grouped by stratum, keeping the first so many
// equations and the size of every stratum. Only the strata of the units in play need
// an equation, so their number does not count (Hasler and Tillé 2014).
func (c *cube) flyWithSizes(rng *rand.Rand, p []float64, order []int32, equations int) {
	var units, strata []int32
	next := 0
	for {
		for len(units) <= equations+len(strata) && next < len(order) {
			row := order[next]
			next++
			units = append(units, row)
			if code := c.f.strata.codes[row]; !slices.Contains(strata, code) {
				strata = append(strata, code)
			}
		}
		if len(units) == 0 {
			return
		}
		u, ok := c.direction(units, equations, strata)
		if !ok {
			return
		}
		step(rng, p, units, u)
		units = slices.DeleteFunc(units, func(row int32) bool { return !undecided(p[row]) })
		strata = strata[:0]
		for _, row := range units {
			if code := c.f.strata.codes[row]; !slices.Contains(strata, code) {
				strata = append(strata, code)
			}
		}
	}
}
