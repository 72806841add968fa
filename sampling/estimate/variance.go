package estimate

// blockRows is the number of rows whose linearised values are held at a time: few
// enough to stay in the processor's cache.
const blockRows = 1024

// A filler writes the linearised values of rows lo to hi-1, one column for each
// estimate, into u: the values z with estimate ~ sum of weight times z, 0 outside
// the domain (影响值).
type filler func(lo, hi int, u [][]float64)

// twoSum is a sum and what rounding has taken from it.
type twoSum struct{ sum, lost float64 }

// add adds x (Knuth's two-sum, which needs no comparison).
func (s *twoSum) add(x float64) {
	t := s.sum + x
	z := t - s.sum
	s.lost += (s.sum - (t - z)) + (x - z)
	s.sum = t
}

func (s *twoSum) value() float64 { return s.sum + s.lost }

// covariance returns the covariance matrix of p estimates from their linearised
// values: over the stages, the sums of squares of the units' totals around their
// stratum's mean (Taylor linearisation, 泰勒线性化).
func (d *Design) covariance(p int, fill filler) ([][]float64, error) {
	weights := d.weights
	if len(d.steps) > 0 {
		residuals, err := d.residuals(p, fill)
		if err != nil {
			return nil, err
		}
		weights = d.full
		fill = func(lo, hi int, u [][]float64) {
			for k := range u {
				copy(u[k], residuals[k][lo:hi])
			}
		}
	}
	totals := d.unitTotals(p, weights, fill)
	cov := make([][]float64, p)
	for k := range cov {
		cov[k] = make([]float64, p)
	}
	for s, st := range d.stages {
		part, err := st.covariance(totals[s], d.opts, d.active(s))
		if err != nil {
			return nil, err
		}
		for k := range p {
			for l := range p {
				cov[k][l] += part[k][l]
			}
		}
	}
	return cov, nil
}

// unitTotals returns for every stage and estimate the weighted sum of the
// linearised values of every unit.
func (d *Design) unitTotals(p int, weights []float64, fill filler) [][][]float64 {
	sums := make([][][]twoSum, len(d.stages))
	for s, st := range d.stages {
		sums[s] = make([][]twoSum, p)
		for k := range p {
			sums[s][k] = make([]twoSum, st.numUnits())
		}
	}
	u := make([][]float64, p)
	for k := range u {
		u[k] = make([]float64, blockRows)
	}
	for lo := 0; lo < len(weights); lo += blockRows {
		hi := min(lo+blockRows, len(weights))
		for k := range u {
			u[k] = u[k][:hi-lo]
		}
		fill(lo, hi, u)
		for s, st := range d.stages {
			unit := st.unit[lo:hi]
			for k := range u {
				scatter(sums[s][k], unit, weights[lo:hi], u[k])
			}
		}
	}
	totals := make([][][]float64, len(d.stages))
	for s := range sums {
		totals[s] = make([][]float64, p)
		for k := range p {
			totals[s][k] = make([]float64, len(sums[s][k]))
			for c := range sums[s][k] {
				totals[s][k][c] = sums[s][k][c].value()
			}
		}
	}
	return totals
}

// scatter adds every value, times its weight, to the sum of its unit. The sum of
// a run of rows of one unit stays at hand.
func scatter(sums []twoSum, unit []int32, weights, values []float64) {
	unit, weights = unit[:len(values)], weights[:len(values)]
	at := unit[0]
	run := sums[at]
	for i, x := range values {
		if unit[i] != at {
			sums[at] = run
			at = unit[i]
			run = sums[at]
		}
		run.add(weights[i] * x)
	}
	sums[at] = run
}

// A contribution is how a stratum adds to the variance.
type contribution uint8

const (
	absent    contribution = iota // the domain is not met here, and the average is not of it
	nothing                       // taken whole, or certain
	unknown                       // one unit: the average of the others
	aroundAll                     // one unit: around the mean of all units
	aroundOwn                     // around the stratum's centre
)

// contribution returns how a stratum adds to the variance.
func (s *stage) contribution(h int32, o Options, active []int32) contribution {
	n := s.chance(h)
	lonely := n == 1 || o.LonelyDomains && active != nil && active[h] == 1
	switch {
	case o.Lonely == LonelyAverage && active != nil && active[h] == 0:
		return absent
	case s.scale[h] == 0:
		return nothing
	case s.independent():
		return aroundOwn
	case lonely && o.Lonely == LonelyAverage:
		return unknown
	case lonely && o.Lonely == LonelyAdjust:
		return aroundAll
	case n == 1:
		return nothing
	}
	return aroundOwn
}

// covariance returns what a stage adds to the covariance of estimates, of which
// totals has for each the weighted sums of the units. active counts the units of
// every stratum in which the domain was met; nil is all.
func (s *stage) covariance(totals [][]float64, o Options, active []int32) ([][]float64, error) {
	p := len(totals)
	sums := make([][]twoSum, p)
	for k := range sums {
		sums[k] = make([]twoSum, p)
	}
	all, own := make([]float64, p), make([]float64, p)
	for k := range p {
		all[k] = mean(totals[k])
	}
	strata, without := 0, 0
	for h := range int32(s.numStrata()) {
		how := s.contribution(h, o, active)
		if how != absent {
			strata++
		}
		switch how {
		case unknown:
			without++
		case aroundAll:
			s.addSquares(sums, totals, h, all)
		case aroundOwn:
			s.centre(own, totals, h)
			s.addSquares(sums, totals, h, own)
		}
	}
	inflate := 1.0
	if without > 0 {
		if without == strata {
			return nil, notEstimable("strata", "have one unit each: there is none to take an average from")
		}
		inflate = float64(strata) / float64(strata-without)
	}
	cov := make([][]float64, p)
	for k := range p {
		cov[k] = make([]float64, p)
		for l := range p {
			cov[k][l] = sums[min(k, l)][max(k, l)].value() * inflate
		}
	}
	return cov, nil
}

// addSquares adds a stratum's squares and products around a centre to the upper
// half of the sums.
func (s *stage) addSquares(sums [][]twoSum, totals [][]float64, h int32, centre []float64) {
	a, b := s.start[h], s.start[h+1]
	for k := range totals {
		zk := totals[k][a:b]
		for l := k; l < len(totals); l++ {
			zl := totals[l][a:b]
			var products twoSum
			for c, z := range zk {
				product := (z - centre[k]) * (zl[c] - centre[l])
				if s.unequal != nil {
					product *= s.unequal.coefficient[a+int32(c)]
				}
				products.add(product)
			}
			sums[k][l].add(s.scale[h] * products.value())
		}
	}
}

func mean(x []float64) float64 {
	var sum twoSum
	for _, v := range x {
		sum.add(v)
	}
	return sum.value() / float64(len(x))
}

// checkLonely refuses strata with one unit where there is no policy, and designs
// that have one unit in all.
func checkLonely(stages []*stage, policy LonelyPSU) error {
	first := stages[0]
	if first.numUnits() == 1 && len(first.lonely) == 1 {
		cause := ErrNotEstimable
		if policy == LonelyRefuse {
			cause = ErrLonelyPSU
		}
		return &Error{Row: -1, Stage: 1, Stratum: first.label(0), Field: "clusters", Err: cause,
			Reason: "are one in all: a single unit shows no error"}
	}
	var bad problems
	if policy == LonelyRefuse {
		for i, s := range stages {
			for _, h := range s.lonely {
				bad.add(&Error{Row: -1, Stage: i + 1, Stratum: s.label(h), Field: "stratum", Err: ErrLonelyPSU,
					Reason: "has one unit in the sample and more in the population"})
			}
		}
	}
	return bad.err("strata")
}
