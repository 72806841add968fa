package draw

import (
	"math"
	"math/rand/v2"
	"slices"
)

// CubeOptions of [Cube]. The zero value draws a sample of fixed size, balanced over
// the whole frame, from units in random order.
type CubeOptions struct {
	// Variables are the balancing variables (平衡变量): each has one finite value for
	// every unit of the frame, and is known before the draw. The most important comes
	// first: where not all equations can hold to the end, the last gives way first.
	// A variable that is the same in all units, or a combination of others, is allowed.
	Variables [][]float64 `json:"variables,omitzero"`
	// RandomSize leaves the size of the sample free within what balancing allows. The
	// default keeps it at the sum of the probabilities, which then is an integer.
	RandomSize bool `json:"random_size,omitzero"`
	// Stratified balances within each stratum of the frame too, and keeps the size of
	// the sample in every stratum; the probabilities of each then add up to an integer.
	Stratified bool `json:"stratified,omitzero"`
	// Coordinates places the units in space (坐标): each is one dimension with one
	// finite value for every unit, all of them in comparable units. The sample is then
	// spread in space as well, by the local cube method.
	Coordinates [][]float64 `json:"coordinates,omitzero"`
	// FrameOrder takes the units in the order of the frame, which spreads the sample
	// along it. It has no meaning together with Coordinates.
	FrameOrder bool `json:"frame_order,omitzero"`
}

// Cube draws a balanced sample (平衡抽样): one whose Horvitz-Thompson estimates of
// the totals of the balancing variables equal these totals, exactly or nearly, with
// the given inclusion probabilities by row. Units are listed by row.
//
// The flight phase moves the probabilities along the equations until at most as many
// units as there are equations are undecided; up to there the equations hold exactly
// but for rounding. The landing phase then drops the last variable, and the next,
// until all units are decided, the size of the sample last; so an equation misses by
// at most what a number of units as large as that of the variables can make up, which
// fades as samples grow. Balance on p gives a fixed size; on strata, [CubeOptions]
// Stratified; on 1, the population's size.
//
// A flight takes O(N·p³) for p variables, one with Coordinates about O(N·log N·p).
//
// Errors: ErrInvalid, with the row, for a probability outside [0, 1] and a value that
// is not finite; for a sum of probabilities that is no integer where the size is
// fixed, with the stratum where that is the stratum's; for Stratified without strata
// and together with RandomSize or Coordinates.
//
// Sources: Deville and Tillé 2004, Biometrika 91:893-912; Chauvet and Tillé 2006,
// Computational Statistics 21:53-62 (the fast flight); Chauvet 2009, Survey
// Methodology 35:115-119, and Hasler and Tillé 2014, Computational Statistics and
// Data Analysis 74:81-94 (strata); Grafström and Tillé 2013, Environmetrics
// 24:120-131 (the local cube).
func Cube(f *Frame, probabilities []float64, src Source, o CubeOptions) (*Sample, error) {
	c, design, err := newCube(f, probabilities, o)
	if err != nil {
		return nil, err
	}
	rng, err := src.open(design, f.Hash())
	if err != nil {
		return nil, err
	}
	p := slices.Clone(probabilities)
	switch {
	case c.tree != nil:
		c.tree.shuffleRanks(rng)
		c.fly(rng, p, nil)
	case o.Stratified:
		c.flyStrata(rng, p, o.FrameOrder)
	default:
		order := slices.Clone(c.open)
		if !o.FrameOrder {
			shuffle(rng, order, len(order))
		}
		c.fly(rng, p, order)
	}
	c.land(rng, p)
	return drawn(record(design, f, src), probabilities, p), nil
}

// drawn completes a record with the rows whose probability has become 1.
func drawn(s *Sample, probabilities, decided []float64) *Sample {
	for row, v := range decided {
		if v == 1 {
			s.Units = append(s.Units, row)
			s.Probabilities = append(s.Probabilities, probabilities[row])
		}
	}
	if s.Units == nil {
		s.Units, s.Probabilities = []int{}, []float64{}
	}
	return s
}

// A cube is a draw by [Cube] in preparation.
type cube struct {
	f         *Frame
	in        *inclusion
	open      []int32     // rows of the open units
	equations [][]float64 // by place among the open rows: variable/probability, scaled
	fixed     bool        // the first equation is that of the size
	strata    bool        // each stratum has an equation of its size
	place     []int32     // of a row among the open ones
	tree      *tree
	b         balancer
}

func newCube(f *Frame, probabilities []float64, o CubeOptions) (*cube, Design, error) {
	design := DesignCube
	if err := f.check(); err != nil {
		return nil, design, err
	}
	if len(probabilities) != f.n {
		return nil, design, invalid("probabilities", "are %d for %d units", len(probabilities), f.n)
	}
	switch {
	case o.Stratified && f.strata == nil:
		return nil, design, invalid("stratum", "is not known to the frame")
	case o.Stratified && (o.RandomSize || o.Coordinates != nil):
		return nil, design, invalid("stratified", "goes neither with a random size nor with coordinates")
	}
	in, err := checkUnequal("probabilities", probabilities, !o.RandomSize)
	if err != nil {
		return nil, design, err
	}
	c := &cube{f: f, in: in, open: in.rowsOpen(), fixed: !o.RandomSize && !o.Stratified, strata: o.Stratified}
	if c.strata {
		if err := c.checkStrata(); err != nil {
			return nil, design, err
		}
	}
	if c.fixed {
		c.equations = append(c.equations, constant(1, len(c.open)))
	}
	for i, variable := range o.Variables {
		equation, err := c.equation(i, variable)
		if err != nil {
			return nil, design, err
		}
		c.equations = append(c.equations, equation)
	}
	c.place = make([]int32, f.n)
	for i, row := range c.open {
		c.place[row] = int32(i)
	}
	if o.Coordinates != nil {
		design = DesignLocalCube
		if c.tree, err = newTree(f, c.open, o.Coordinates); err != nil {
			return nil, design, err
		}
	}
	return c, design, nil
}

// equation returns variable/probability of the open rows, scaled to a largest value
// of 1 in size.
func (c *cube) equation(i int, variable []float64) ([]float64, error) {
	if len(variable) != c.f.n {
		return nil, invalid("variables", "has %d values for %d units in variable %d", len(variable), c.f.n, i)
	}
	for row, x := range variable {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return nil, invalidRow(row, "variables", "must be finite in variable %d", i)
		}
	}
	largest := 0.0
	for _, row := range c.open {
		largest = max(largest, math.Abs(variable[row]))
	}
	equation := make([]float64, len(c.open))
	if largest == 0 {
		return equation, nil
	}
	top := 0.0
	for j, row := range c.open {
		equation[j] = variable[row] / largest / c.in.p[j]
		top = max(top, math.Abs(equation[j]))
	}
	for j := range equation {
		equation[j] /= top
	}
	return equation, nil
}

// undecided reports whether a probability is strictly between 0 and 1.
func undecided(p float64) bool { return p > 0 && p < 1 }

// fly decides units until no direction is left that keeps all equations. It keeps one
// unit more in play than there are equations, in the order given, or the neighbours
// of a random one where the units lie in space.
func (c *cube) fly(rng *rand.Rand, p []float64, order []int32) {
	want := len(c.equations) + 1
	var units []int32
	next := 0
	for {
		if c.tree != nil {
			units = c.tree.neighbourhood(rng, want, units[:0])
			for i, place := range units {
				units[i] = c.open[place]
			}
		} else {
			for ; len(units) < want && next < len(order); next++ {
				units = append(units, order[next])
			}
		}
		if len(units) == 0 {
			return
		}
		u, ok := c.direction(units, len(c.equations), nil)
		if !ok {
			return
		}
		step(rng, p, units, u)
		kept := units[:0]
		for _, row := range units {
			if undecided(p[row]) {
				kept = append(kept, row)
			} else if c.tree != nil {
				c.tree.remove(c.place[row])
			}
		}
		units = kept
	}
}

// direction returns a direction for the units in play that keeps the first so many
// equations, and those of the sizes of the strata named by code.
func (c *cube) direction(units []int32, equations int, strata []int32) ([]float64, bool) {
	columns := len(units)
	rows := equations + len(strata)
	if need := rows * columns; cap(c.b.matrix) < need {
		c.b.matrix = make([]float64, need)
	}
	m := c.b.matrix[:rows*columns]
	for j, row := range units {
		at := c.place[row]
		for r := range equations {
			m[r*columns+j] = c.equations[r][at]
		}
		for r, code := range strata {
			v := 0.0
			if c.f.strata.codes[row] == code {
				v = 1
			}
			m[(equations+r)*columns+j] = v
		}
	}
	// An equation of units in play alone: scaled, so that pivots can be judged.
	for r := range equations {
		line := m[r*columns : (r+1)*columns]
		top := 0.0
		for _, v := range line {
			top = max(top, math.Abs(v))
		}
		if top > 0 && top < 1 {
			inverse := 1 / top
			for j := range line {
				line[j] *= inverse
			}
		}
	}
	return c.b.kernel(rows, columns)
}

// land decides what the flight left, dropping the last equation as often as no
// direction keeps them all; the size of the sample is kept to the end.
func (c *cube) land(rng *rand.Rand, p []float64) {
	if c.strata {
		c.landStrata(rng, p)
		return
	}
	var units []int32
	for _, row := range c.open {
		if undecided(p[row]) {
			units = append(units, row)
		}
	}
	equations := len(c.equations)
	for len(units) > 0 {
		u, ok := c.direction(units, equations, nil)
		if !ok {
			equations--
			if c.fixed && equations == 0 {
				// One unit is left, and the size is an integer: it is at 0 or 1 but for
				// rounding.
				c.settle(p, units)
				return
			}
			continue
		}
		step(rng, p, units, u)
		units = slices.DeleteFunc(units, func(row int32) bool { return !undecided(p[row]) })
	}
}

// settle rounds what rounding has kept from 0 or 1, so that the size comes out.
func (c *cube) settle(p []float64, units []int32) {
	for _, row := range units {
		p[row] = math.Round(p[row])
	}
}
