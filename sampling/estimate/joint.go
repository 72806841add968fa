package estimate

import "math"

// Mean estimates the mean of y: Design.Estimate of [Mean].
func (d *Design) Mean(y []float64) (Estimate, error) { return d.Estimate(Mean(y)) }

// Total estimates the total of y: Design.Estimate of [Total].
func (d *Design) Total(y []float64) (Estimate, error) { return d.Estimate(Total(y)) }

// Ratio estimates the total of y by that of x: Design.Estimate of [Ratio].
func (d *Design) Ratio(y, x []float64) (Estimate, error) { return d.Estimate(Ratio(y, x)) }

// Estimate estimates one statistic. See [Design.Joint].
func (d *Design) Estimate(s Statistic) (Estimate, error) {
	all, err := d.Joint(s)
	if err != nil {
		return Estimate{}, err
	}
	return all.Each[0], nil
}

// Joint estimates several statistics with all their covariances, by Taylor
// linearisation. Columns have one value per row of the sample, also of a domain.
//
// Errors: [ErrInvalid] for a column of another length, an infinite value or, by
// [MissingRefuse], a missing one in a row with a weight, with that row;
// [ErrNotEstimable] for a domain without such rows, a ratio whose denominator is
// estimated as 0, the variance of one row, no statistics, and by [LonelyAverage]
// where every stratum of a stage has one unit.
func (d *Design) Joint(statistics ...Statistic) (Estimates, error) {
	if len(statistics) == 0 {
		return Estimates{}, notEstimable("statistics", "are none")
	}
	each := make([]Estimate, len(statistics))
	parts := make([]part, len(statistics))
	for k, s := range statistics {
		p, err := d.fit(s)
		if err != nil {
			return Estimates{}, err
		}
		parts[k] = p
		each[k] = Estimate{Value: p.fit.value, DF: p.df, Rows: p.fit.rows, Size: p.fit.population, SRSVariance: known(p.fit.simple)}
	}
	cov, err := d.covariance(len(parts), func(lo, hi int, u [][]float64) {
		for k := range parts {
			parts[k].fill(lo, hi, u[k])
		}
	})
	if err != nil {
		return Estimates{}, err
	}
	for k := range each {
		each[k].SE = math.Sqrt(cov[k][k])
		if math.IsInf(each[k].SE, 0) || math.IsNaN(each[k].SE) {
			return Estimates{}, invalid("values", "are too large for a variance")
		}
	}
	return Estimates{Each: each, Covariance: cov}, nil
}

// A part is a statistic with its fit and the weights of its domain.
type part struct {
	Statistic
	fit     fit
	weights []float64
	df      int
}

func (p *part) fill(lo, hi int, u []float64) {
	x := p.x
	if x != nil {
		x = x[lo:hi]
	}
	p.fit.fill(p.weights[lo:hi], p.y[lo:hi], x, u)
}

// fit checks the columns of a statistic and estimates its value.
func (d *Design) fit(s Statistic) (part, error) {
	p := part{Statistic: s, weights: d.weights, df: d.df}
	rows, size := d.rows, d.size
	n := len(d.full)
	if len(s.y) != n || s.kind == ratioOf && len(s.x) != n {
		return p, invalid("values", "are not one per row of the sample")
	}
	if s.in != nil {
		if len(s.in) != n {
			return p, invalid("domain", "is not one mark per row of the sample")
		}
		p.weights = masked(p.weights, s.in)
		p.df = d.stages[0].degrees(p.weights)
		rows, size = weigh(p.weights)
	}
	f, err := fitStatistic(s.kind, p.weights, s.y, s.x, rows, size)
	if err == nil {
		p.fit = f
		return p, nil
	}
	// Perhaps there are missing or infinite values, which the sums do not survive.
	observed, bad := d.observed(p.weights, s.y, s.x)
	if bad != nil {
		return p, bad
	}
	if observed == nil {
		return p, err
	}
	p.weights = observed
	rows, size = weigh(observed)
	p.fit, err = fitStatistic(s.kind, observed, s.y, s.x, rows, size)
	return p, err
}

// observed returns the weights with 0 where a value is missing, nil if none is, or
// the error about the first that may not be.
func (d *Design) observed(weights []float64, columns ...[]float64) ([]float64, error) {
	var out []float64
	for i, w := range weights {
		if w == 0 {
			continue
		}
		for _, c := range columns {
			switch {
			case c == nil:
			case math.IsInf(c[i], 0):
				return nil, invalidRow(i, "values", "are infinite")
			case math.IsNaN(c[i]) && d.opts.Missing == MissingRefuse:
				return nil, invalidRow(i, "values", "are missing")
			case math.IsNaN(c[i]):
				if out == nil {
					out = append([]float64(nil), weights...)
				}
				out[i] = 0
			}
		}
	}
	return out, nil
}

func masked(weights []float64, in []bool) []float64 {
	out := make([]float64, len(weights))
	for i, is := range in {
		if is {
			out[i] = weights[i]
		}
	}
	return out
}
