package estimate

import "math"

// A Group is the estimate for one level of a factor.
type Group struct {
	// Level is the level's label.
	Level string `json:"level"`
	// OK is false where the level has no row with a weight, or the figure has no
	// estimate there; the rest is zero then.
	OK bool `json:"ok"`
	Estimate
}

// By estimates a statistic for every level of a factor with one entry per row of
// the sample, levels in their order: the same as [Design.Where] and
// [Design.Estimate] for each of them, in one pass over the rows for all (分组估计).
// A design with calibrated weights, with units of unequal probabilities, or with a policy
// for lonely units that looks at all strata, takes a pass for each. For covariances
// between groups see [Statistic.In].
//
// Errors: those of [Design.Joint], but a level without an estimate is a Group
// that is not OK.
func (d *Design) By(groups Factor, s Statistic) ([]Group, error) {
	n := len(d.full)
	if len(groups.codes) != n {
		return nil, invalid("groups", "are not one per row of the sample")
	}
	if len(s.y) != n || s.kind == ratioOf && len(s.x) != n {
		return nil, invalid("values", "are not one per row of the sample")
	}
	if s.in != nil && len(s.in) != n {
		return nil, invalid("domain", "is not one mark per row of the sample")
	}
	if len(d.steps) > 0 || d.isUnequal() || d.opts.Lonely == LonelyAverage || d.opts.Lonely == LonelyAdjust {
		return d.byEach(groups, s)
	}
	weights := d.weights
	if s.in != nil {
		weights = masked(weights, s.in)
	}
	observed, err := d.observed(weights, s.y, s.x)
	if err != nil {
		return nil, err
	}
	if observed == nil {
		observed = weights
	}
	return d.byAll(groups, s, weights, observed)
}

// byEach estimates level by level.
func (d *Design) byEach(groups Factor, s Statistic) ([]Group, error) {
	out := make([]Group, len(groups.levels))
	for g, level := range groups.levels {
		out[g].Level = level
		sub, err := d.Where(marked(groups.codes, int32(g)))
		if err == nil {
			out[g].Estimate, err = sub.Estimate(s)
		}
		if err != nil && !isNotEstimable(err) {
			return nil, err
		}
		out[g].OK = err == nil
	}
	return out, nil
}

func marked(codes []int32, code int32) []bool {
	in := make([]bool, len(codes))
	for i, c := range codes {
		in[i] = c == code
	}
	return in
}

// byAll estimates all levels over rows in the order of their levels. weights are 0
// outside the domain, observed also where a value is missing.
func (d *Design) byAll(groups Factor, s Statistic, weights, observed []float64) ([]Group, error) {
	order, start := bucket(groups.codes, len(groups.levels), weights)
	g := newGrouper(d, len(order), s.x != nil)
	for to, i := range order {
		g.w[to], g.y[to] = observed[i], s.y[i]
		if s.x != nil {
			g.x[to] = s.x[i]
		}
		for k, st := range d.stages {
			g.unit[k][to] = st.unit[i]
		}
	}
	out := make([]Group, len(groups.levels))
	for level := range out {
		out[level].Level = groups.levels[level]
		e, err := g.estimate(s.kind, int(start[level]), int(start[level+1]))
		if err != nil && !isNotEstimable(err) {
			return nil, err
		}
		if err == nil {
			out[level].Estimate, out[level].OK = e, true
		}
	}
	return out, nil
}

// bucket returns the rows with a weight in the order of their codes, and where
// each code begins.
func bucket(codes []int32, n int, weights []float64) (order, start []int32) {
	start = make([]int32, n+1)
	for i, c := range codes {
		if weights[i] != 0 {
			start[c+1]++
		}
	}
	for k := range n {
		start[k+1] += start[k]
	}
	next := append([]int32(nil), start...)
	order = make([]int32, start[n])
	for i, c := range codes {
		if weights[i] != 0 {
			order[next[c]] = int32(i)
			next[c]++
		}
	}
	return order, start
}

// A grouper holds the rows in the order of their groups, and room for the totals
// of the units and strata that a group meets.
type grouper struct {
	w, y, x []float64
	unit    [][]int32 // by stage
	stages  []groupStage
	u       []float64
}

// A groupStage is a stage with the totals of one group.
type groupStage struct {
	*stage
	of     []int32 // the stratum of every unit
	totals []twoSum
	seen   []bool    // unit
	units  []int32   // seen
	sums   []twoSum  // by stratum, of totals
	met    []int32   // by stratum, units seen
	strata []int32   // with a unit seen
	means  []float64 // by stratum
}

func newGrouper(d *Design, rows int, ratio bool) *grouper {
	g := &grouper{w: make([]float64, rows), y: make([]float64, rows)}
	if ratio {
		g.x = make([]float64, rows)
	}
	for _, st := range d.stages {
		g.unit = append(g.unit, make([]int32, rows))
		g.stages = append(g.stages, groupStage{
			stage: st, of: st.stratumOf(), totals: make([]twoSum, st.numUnits()), seen: make([]bool, st.numUnits()),
			sums: make([]twoSum, st.numStrata()), met: make([]int32, st.numStrata()), means: make([]float64, st.numStrata()),
		})
	}
	return g
}

// estimate estimates one group, which rows lo to hi-1 hold.
func (g *grouper) estimate(kind statisticKind, lo, hi int) (Estimate, error) {
	w, y := g.w[lo:hi], g.y[lo:hi]
	var x []float64
	if g.x != nil {
		x = g.x[lo:hi]
	}
	rows, size := weigh(w)
	f, err := fitStatistic(kind, w, y, x, rows, size)
	if err != nil {
		return Estimate{}, err
	}
	if cap(g.u) < hi-lo {
		g.u = make([]float64, hi-lo)
	}
	u := g.u[:hi-lo]
	f.fill(w, y, x, u)
	for i, wi := range w {
		u[i] *= wi
	}
	e := Estimate{Value: f.value, Rows: rows, Size: size, SRSVariance: known(f.simple)}
	variance := 0.0
	for k := range g.stages {
		part, df := g.stages[k].variance(u, g.unit[k][lo:hi])
		variance += part
		if k == 0 {
			e.DF = df
		}
	}
	e.SE = math.Sqrt(variance)
	if math.IsNaN(e.SE) || math.IsInf(e.SE, 0) {
		return Estimate{}, invalid("values", "are too large for a variance")
	}
	return e, nil
}

// variance returns what a stage adds to the variance of a group's estimate, from
// weighted linearised values and their units, and the units less strata that the
// group meets. It touches no unit that the group does not.
func (s *groupStage) variance(u []float64, unit []int32) (float64, int) {
	s.units, s.strata = s.units[:0], s.strata[:0]
	for i, x := range u {
		c := unit[i]
		if !s.seen[c] {
			s.seen[c] = true
			s.units = append(s.units, c)
		}
		s.totals[c].add(x)
	}
	for _, c := range s.units {
		h := s.of[c]
		if s.met[h] == 0 {
			s.strata = append(s.strata, h)
		}
		s.met[h]++
		s.sums[h].add(s.totals[c].value())
	}
	var variance twoSum
	for _, h := range s.strata {
		n := float64(s.drawn(h))
		s.means[h] = s.sums[h].value() / n
		// Units that the group does not meet have a total of 0.
		variance.add(s.scale[h] * (n - float64(s.met[h])) * s.means[h] * s.means[h])
	}
	for _, c := range s.units {
		h := s.of[c]
		z := s.totals[c].value() - s.means[h]
		variance.add(s.scale[h] * z * z)
		s.totals[c], s.seen[c] = twoSum{}, false
	}
	df := len(s.units) - len(s.strata)
	for _, h := range s.strata {
		s.sums[h], s.met[h] = twoSum{}, 0
	}
	return variance.value(), df
}
