package estimate

import "math"

// A stage holds the units and strata of one stage. Units are numbered so that
// those of a stratum, and strata so that those of a unit above, follow each other.
type stage struct {
	above *stage
	// unit is the unit of every row.
	unit []int32
	// start[h] is the first unit of stratum h, and the last entry the number of units.
	start []int32
	// population of each stratum; +Inf for none.
	population []float64
	// share is the product of the sampling fractions down to this stage, which the
	// variance of the stages below counts with; without the own one of a unit that has
	// one (shareOf).
	share []float64
	// scale is what the sum of squares in a stratum counts with: the share of the
	// stages above, the finite population correction, n/(n-1). It is 0 for a
	// stratum that was taken whole.
	scale []float64
	// unequal is about units with probabilities of their own, which have a correction each;
	// nil for all other stages.
	unequal *unequal
	// lonely strata have one unit and were not taken whole.
	lonely []int32
	// The labels, for errors.
	strata       []pair // unit above, code of the level
	units        []pair // stratum, code of the level
	strataLevels []string
	unitLevels   []string
}

// strataOf returns the number of strata.
func (s *stage) numStrata() int { return len(s.start) - 1 }

// numUnits returns the number of units.
func (s *stage) numUnits() int { return int(s.start[len(s.start)-1]) }

// drawn returns the number of units of a stratum.
func (s *stage) drawn(h int32) int { return int(s.start[h+1] - s.start[h]) }

// label returns a stratum's label, behind those of the units above.
func (s *stage) label(h int32) string {
	text := ""
	if len(s.strataLevels) > 0 {
		text = s.strataLevels[s.strata[h].b]
	}
	if s.above == nil {
		return text
	}
	up := s.above.unitLabel(s.strata[h].a)
	if text == "" {
		return up
	}
	return up + "/" + text
}

// unitLabel returns a unit's label, behind that of its stratum.
func (s *stage) unitLabel(u int32) string {
	text := s.unitLevels[s.units[u].b]
	if up := s.label(s.units[u].a); up != "" {
		return up + "/" + text
	}
	return text
}

// stratumOf returns the stratum of every unit.
func (s *stage) stratumOf() []int32 {
	of := make([]int32, s.numUnits())
	for h := range int32(s.numStrata()) {
		for u := s.start[h]; u < s.start[h+1]; u++ {
			of[u] = h
		}
	}
	return of
}

// degrees returns units less strata, both counted where they have a row with a
// weight other than 0.
func (s *stage) degrees(weights []float64) int {
	met := make([]bool, s.numUnits())
	for i, w := range weights {
		if w != 0 {
			met[s.unit[i]] = true
		}
	}
	df := 0
	for h := range s.numStrata() {
		some := false
		for _, m := range met[s.start[h]:s.start[h+1]] {
			if m {
				df++
				some = true
			}
		}
		if some {
			df--
		}
	}
	return df
}

// A builder makes a stage.
type builder struct {
	number int
	rows   int
	above  *stage
	nested bool
}

func (b *builder) build(st Stage) (*stage, error) {
	s := &stage{above: b.above, strataLevels: st.Strata.levels, unitLevels: st.Clusters.levels}
	var parents []int32
	numParents := 1
	if b.above != nil {
		parents, numParents = b.above.unit, b.above.numUnits()
	}
	var stratum []int32
	stratum, s.strata = intern2(b.rows, parents, numParents, st.Strata.codes, len(st.Strata.levels))
	if st.Clusters.codes == nil {
		s.rowsAsUnits(stratum)
	} else {
		s.unit, s.units = intern2(b.rows, stratum, len(s.strata), st.Clusters.codes, len(st.Clusters.levels))
		if !b.nested {
			if err := b.checkNested(s); err != nil {
				return nil, err
			}
		}
		s.start = make([]int32, len(s.strata)+1)
		for _, u := range s.units {
			s.start[u.a+1]++
		}
		for h := range s.strata {
			s.start[h+1] += s.start[h]
		}
	}
	if err := b.populations(s, stratum, st); err != nil {
		return nil, err
	}
	s.weigh()
	return s, nil
}

// rowsAsUnits makes every row a unit.
func (s *stage) rowsAsUnits(stratum []int32) {
	s.start = make([]int32, len(s.strata)+1)
	for _, h := range stratum {
		s.start[h+1]++
	}
	for h := range s.strata {
		s.start[h+1] += s.start[h]
	}
	next := append([]int32(nil), s.start...)
	s.unit = make([]int32, len(stratum))
	for i, h := range stratum {
		s.unit[i] = next[h]
		next[h]++
	}
}

// checkNested refuses a label of a cluster that stands in two strata.
func (b *builder) checkNested(s *stage) error {
	if len(s.units) == len(s.unitLevels) {
		return nil
	}
	in := make([]int32, len(s.unitLevels))
	for i := range in {
		in[i] = -1
	}
	var bad problems
	for _, u := range s.units {
		if in[u.b] >= 0 {
			bad.add(&Error{Row: -1, Stage: b.number, Stratum: s.label(u.a), Field: "clusters", Err: ErrInvalid,
				Reason: "have the label " + s.unitLevels[u.b] + ", as in stratum " + s.label(in[u.b]) + ": where that is another cluster, set Options.Nested"})
		}
		in[u.b] = u.a
	}
	return bad.err("clusters")
}

// populations reads the population of every stratum.
func (b *builder) populations(s *stage, stratum []int32, st Stage) error {
	s.population = make([]float64, len(s.strata))
	if st.Probability != nil {
		return b.probabilities(s, st)
	}
	column, field := st.Population, "population"
	if st.Fraction != nil {
		column, field = st.Fraction, "fraction"
	}
	if column == nil {
		for h := range s.population {
			s.population[h] = math.Inf(1)
		}
		return nil
	}
	var bad problems
	for i, h := range stratum {
		x := column[i]
		switch {
		case !(x > 0) || st.Fraction != nil && x > 1:
			bad.add(&Error{Row: i, Stage: b.number, Field: field, Reason: "is not above 0, or is a fraction above 1", Err: ErrInvalid})
		case s.population[h] == 0:
			s.population[h] = x
		case s.population[h] != x:
			bad.add(&Error{Row: i, Stage: b.number, Stratum: s.label(h), Field: field,
				Reason: "is another than in a row of the same stratum before", Err: ErrInvalid})
		}
	}
	if len(bad.list) > 0 {
		return bad.err(field)
	}
	for h := range s.population {
		n := float64(s.drawn(int32(h)))
		if st.Fraction != nil {
			s.population[h] = n / s.population[h]
		}
		if n > s.population[h]*(1+1e-12) {
			bad.add(&Error{Row: -1, Stage: b.number, Stratum: s.label(int32(h)), Field: field,
				Reason: "is less than the number of units in the sample", Err: ErrInvalid})
		}
	}
	return bad.err(field)
}

// weigh sets share, scale and lonely.
func (s *stage) weigh() {
	s.share = make([]float64, s.numStrata())
	s.scale = make([]float64, s.numStrata())
	var of []int32
	if s.above != nil {
		of = s.above.stratumOf()
	}
	for h := range s.scale {
		above := 1.0
		if s.above != nil {
			unit := s.strata[h].a
			above = s.above.shareOf(unit, of[unit])
		}
		s.share[h], s.scale[h] = above*s.fraction(h), above*s.factor(h)
		if s.scale[h] != 0 && s.chance(int32(h)) == 1 && !s.independent() {
			s.lonely = append(s.lonely, int32(h))
		}
	}
}

// fraction returns the sampling fraction of a stratum, 1 where the units have their own.
func (s *stage) fraction(h int) float64 {
	if s.unequal != nil {
		return 1
	}
	return float64(s.drawn(int32(h))) / s.population[h]
}

// factor returns what the squares of a stratum count with: finite population correction
// and n/(n-1), 1 where the units have their own, 0 where the stratum was taken whole.
func (s *stage) factor(h int) float64 {
	if s.unequal != nil {
		return float64(min(s.unequal.open[h], 1))
	}
	n, population := float64(s.drawn(int32(h))), s.population[h]
	rest := (population - n) / population
	switch {
	case math.IsInf(population, 1):
		rest = 1
	case rest < 1e-12:
		return 0
	}
	if n > 1 {
		rest *= n / (n - 1)
	}
	return rest
}

// derivedWeights returns the inverse of the product of the sampling fractions.
func derivedWeights(stages []*stage, rows int) ([]float64, error) {
	weights := make([]float64, rows)
	for i := range weights {
		weights[i] = 1
	}
	for s, st := range stages {
		of := st.stratumOf()
		if st.unequal != nil {
			for i, u := range st.unit {
				weights[i] *= st.unequal.p[u]
			}
			continue
		}
		for h, population := range st.population {
			if math.IsInf(population, 1) {
				return nil, &Error{Row: -1, Stage: s + 1, Stratum: st.label(int32(h)), Field: "population", Err: ErrInvalid,
					Reason: "is needed where weights are to be derived from it"}
			}
		}
		for i, u := range st.unit {
			h := of[u]
			weights[i] *= float64(st.drawn(h)) / st.population[h]
		}
	}
	for i, probability := range weights {
		weights[i] = 1 / probability
	}
	return weights, nil
}

// isCensus reports whether nothing was left to chance: every stratum of every
// stage was taken whole, down to the rows.
func isCensus(stages []*stage) bool {
	for _, s := range stages {
		if !allZero(s.scale) {
			return false
		}
	}
	return true
}
