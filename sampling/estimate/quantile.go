package estimate

import "math"

// QuantileOptions are the choices of [Design.Quantiles].
type QuantileOptions struct {
	// Rule is the definition of the quantile.
	Rule QuantileRule `json:"rule,omitzero"`
	// Level is the confidence level, above 0 and below 1; 0 is 0.95.
	Level float64 `json:"level,omitzero"`
	// Method is the way to the interval of the share below the quantile.
	Method IntervalMethod `json:"method,omitzero"`
	// Normal takes infinite degrees of freedom instead of the design's.
	Normal bool `json:"normal,omitzero"`
}

// A Quantile is a quantile of the population with a confidence interval.
type Quantile struct {
	// P is the probability.
	P float64 `json:"p"`
	// Value is the estimate (分位数).
	Value float64 `json:"value"`
	// Lower and Upper are the ends of the interval at Level. One is absent where
	// the interval of the share reaches beyond 0 or 1: the data do not say how far
	// out the end lies.
	Lower Optional `json:"lower"`
	Upper Optional `json:"upper"`
	// SE is the length of the interval by twice the critical value (标准误), absent
	// with either end.
	SE     Optional       `json:"se"`
	Level  float64        `json:"level"`
	Rule   QuantileRule   `json:"rule"`
	Method IntervalMethod `json:"method"`
}

// Quantile estimates one quantile; see [Design.Quantiles].
func (d *Design) Quantile(y []float64, p float64, o QuantileOptions) (Quantile, error) {
	q, err := d.Quantiles(y, []float64{p}, o)
	if err != nil {
		return Quantile{}, err
	}
	return q[0], nil
}

// Quantiles estimates quantiles of y, for probabilities in [0, 1] in any order,
// with Woodruff's intervals: the share of the population at or below the estimated
// quantile has a confidence interval, and the quantiles at its two ends are those
// of the quantile; by the rules math and school a lower end below the first
// value's share is the second value, as in R's survey. Where that share is 1, or all units agree on it, it shows no
// error and both ends are absent.
//
// Errors: [ErrInvalid] for a column of another length, probabilities, levels or
// names out of range, negative calibrated weights, infinite values and, by
// [MissingRefuse], missing ones, with the row; [ErrNotEstimable] for a domain
// without a row that counts and for an interval without degrees of freedom.
//
// Source: Woodruff 1952, JASA 47:635-646.
func (d *Design) Quantiles(y, probabilities []float64, o QuantileOptions) ([]Quantile, error) {
	if o.Level == 0 {
		o.Level = 0.95
	}
	if len(y) != len(d.full) {
		return nil, invalid("values", "are not one per row of the sample")
	}
	if err := intervalNames.Check(o.Method); err != nil {
		return nil, err
	}
	if err := ruleNames.Check(o.Rule); err != nil {
		return nil, err
	}
	weights := d.weights
	observed, err := d.observed(weights, y)
	if err != nil {
		return nil, err
	}
	if observed != nil {
		weights = observed
	}
	v, err := newOrdered(y, weights)
	if err != nil {
		return nil, err
	}
	t, err := critical(o.Level, degrees(d.df, o.Normal))
	if err != nil {
		return nil, err
	}
	out := make([]Quantile, len(probabilities))
	for k, p := range probabilities {
		if !(p >= 0 && p <= 1) {
			return nil, invalid("probability", "is not between 0 and 1")
		}
		q := Quantile{P: p, Value: v.quantile(p, o.Rule), Level: o.Level, Rule: o.Rule, Method: o.Method}
		if err := d.woodruff(&q, v, y, weights, t); err != nil {
			return nil, err
		}
		out[k] = q
	}
	return out, nil
}

// woodruff sets the interval of a quantile.
func (d *Design) woodruff(q *Quantile, v *ordered, y, weights []float64, t float64) error {
	below := make([]bool, len(y))
	for i, x := range y {
		below[i] = x <= q.Value
	}
	s := Share(below)
	rows, size := weigh(weights)
	f, err := fitStatistic(meanOf, weights, s.y, nil, rows, size)
	if err != nil {
		return err
	}
	p := part{Statistic: s, fit: f, weights: weights}
	cov, err := d.covariance(1, func(lo, hi int, u [][]float64) { p.fill(lo, hi, u[0]) })
	if err != nil {
		return err
	}
	share := Estimate{Value: f.value, SE: math.Sqrt(cov[0][0]), Rows: rows}
	switch {
	case d.census:
		q.Lower, q.Upper, q.SE = known(q.Value), known(q.Value), known(0)
		return nil
	case share.Value > 1-1e-15 || share.SE == 0:
		return nil
	}
	lower, upper, err := shareInterval(share, q.Method, t, q.Level, d.sampled)
	if err != nil {
		return err
	}
	if lower >= 0 {
		q.Lower = known(v.lowerEnd(lower, q.Rule))
	}
	if upper <= 1 {
		q.Upper = known(v.quantile(upper, q.Rule))
	}
	if q.Lower.OK && q.Upper.OK {
		q.SE = known((q.Upper.Value - q.Lower.Value) / (2 * t))
	}
	return nil
}
