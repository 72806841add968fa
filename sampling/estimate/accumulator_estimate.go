package estimate

import (
	"math"

	"github.com/guanxi-go/guanxi/internal/numeric"
)

// Totals estimates the totals of all variables with their covariances, as
// [Design.Joint] does from the rows.
//
// Errors: [ErrInvalid] with the stratum for fewer clusters in the population than
// in the sample; [ErrLonelyPSU] by stratum, and [ErrNotEstimable] as in
// [NewDesign]; ErrNotEstimable without a row with a weight.
func (a *Accumulator) Totals() (Estimates, error) {
	return a.estimate(totalOf, 0)
}

// Means estimates the means of all variables with their covariances. Errors are
// those of [Accumulator.Totals].
func (a *Accumulator) Means() (Estimates, error) {
	return a.estimate(meanOf, 0)
}

// Ratios estimates the total of every variable by that of one, the denominator,
// with their covariances; that of the denominator itself is 1 with no error.
// Errors are those of [Accumulator.Totals], [ErrInvalid] for a variable that is
// none, and [ErrNotEstimable] where the denominator's total is 0.
func (a *Accumulator) Ratios(denominator int) (Estimates, error) {
	if denominator < 0 || denominator >= a.variables {
		return Estimates{}, invalid("denominator", "is not one of the variables")
	}
	return a.estimate(ratioOf, denominator)
}

func (a *Accumulator) estimate(kind statisticKind, denominator int) (Estimates, error) {
	s, clusters, df, err := a.stage()
	if err != nil {
		return Estimates{}, err
	}
	sums := make([]numeric.DoubleDouble, a.variables)
	for _, c := range clusters {
		for k := range sums {
			sums[k] = sums[k].Add(c.values[k])
		}
	}
	// The estimate is a total by a base: 1, the weights, or a variable.
	base := func(c *clusterSums) numeric.DoubleDouble { return c.weight }
	size := a.weight
	if kind == ratioOf {
		base = func(c *clusterSums) numeric.DoubleDouble { return c.values[denominator] }
		size = sums[denominator]
	}
	if size.Float() == 0 {
		return Estimates{}, notEstimable("denominator", "is estimated as zero")
	}
	each := make([]Estimate, a.variables)
	totals := make([][]float64, a.variables)
	for k := range each {
		totals[k] = make([]float64, len(clusters))
		each[k] = Estimate{DF: df, Rows: int(min(a.rows, math.MaxInt32)), Size: a.weight.Float(), SRSVariance: a.simple(kind, k, sums[k])}
		if kind == totalOf {
			each[k].Value = sums[k].Float()
			for i, c := range clusters {
				totals[k][i] = c.values[k].Float()
			}
			continue
		}
		quotient := divide(sums[k], size)
		each[k].Value = quotient.Float()
		for i, c := range clusters {
			totals[k][i] = c.values[k].Sub(quotient.Mul(base(c))).Float() / size.Float()
		}
	}
	cov, err := s.covariance(totals, Options{Lonely: a.o.Lonely}, nil)
	if err != nil {
		return Estimates{}, err
	}
	for k := range each {
		each[k].SE = math.Sqrt(cov[k][k])
		if x := each[k].Value + each[k].SE; math.IsNaN(x) || math.IsInf(x, 0) {
			return Estimates{}, invalid("values", "are too large to add up")
		}
	}
	return Estimates{Each: each, Covariance: cov}, nil
}

// divide returns a/b with the digits of both.
func divide(a, b numeric.DoubleDouble) numeric.DoubleDouble {
	first := a.Float() / b.Float()
	rest := a.Sub(b.Times(first)).Float() / b.Float()
	return numeric.Wide(first).Add(numeric.Wide(rest))
}

// simple returns the variance under simple random sampling with replacement;
// sums of products, which ratios would need, are not kept.
func (a *Accumulator) simple(kind statisticKind, k int, sum numeric.DoubleDouble) Optional {
	if kind == ratioOf {
		return Optional{}
	}
	n, size := float64(a.rows), a.weight.Float()
	ss := max(a.squares[k].Sub(divide(sum.Mul(sum), a.weight)).Float(), 0)
	simple := ss / size / (n - 1)
	if kind == totalOf {
		simple *= size * size
	}
	return known(simple)
}

// stage returns the design of what was added, its clusters in order, and the
// degrees of freedom.
func (a *Accumulator) stage() (s *stage, clusters []*clusterSums, df int, err error) {
	if a.rows == 0 {
		return nil, nil, 0, notEstimable("rows", "are none with a weight")
	}
	s = &stage{start: []int32{0}, strataLevels: labels(a.strata)}
	var bad problems
	for h, label := range s.strataLevels {
		stratum := a.strata[label]
		met := 0
		for _, cluster := range labels(stratum.clusters) {
			c := stratum.clusters[cluster]
			s.units = append(s.units, pair{int32(h), int32(len(clusters))})
			s.unitLevels = append(s.unitLevels, cluster)
			clusters = append(clusters, c)
			if c.rows > 0 {
				met++
			}
		}
		df += max(met-1, 0)
		population := stratum.population
		if population == 0 {
			population = math.Inf(1)
		}
		if float64(len(stratum.clusters)) > population*(1+1e-12) {
			bad.add(&Error{Row: -1, Stage: 1, Stratum: label, Field: "population",
				Reason: "is less than the number of units in the sample", Err: ErrInvalid})
		}
		s.strata = append(s.strata, pair{0, int32(h)})
		s.population = append(s.population, population)
		s.start = append(s.start, int32(len(clusters)))
	}
	if err := bad.err("population"); err != nil {
		return nil, nil, 0, err
	}
	s.weigh()
	return s, clusters, df, checkLonely([]*stage{s}, a.o.Lonely)
}
