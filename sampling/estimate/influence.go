package estimate

// Influence returns the linearised values z of a statistic, one per row of the sample
// (影响值): the estimate varies from sample to sample as the sum of weight times z does.
// Those of a total are the values themselves. They are 0 for rows without a weight and
// outside the domain; of calibrated weights they are the residuals, which carry a domain
// into all rows.
//
// The variances of this package are made from them, and others can be: where rows were
// drawn with probabilities p and weigh 1/p, horvitz.Variance of z and p, with the joint
// probabilities of the pairs, estimates the variance of a mean, a ratio or a domain
// without approximating the design.
//
// Errors: those of [Design.Joint].
//
// Source: Deville 1999, Survey Methodology 25:193-203.
func (d *Design) Influence(s Statistic) ([]float64, error) {
	p, err := d.fit(s)
	if err != nil {
		return nil, err
	}
	all, err := d.residuals(1, func(lo, hi int, u [][]float64) { p.fill(lo, hi, u[0]) })
	if err != nil {
		return nil, err
	}
	return all[0], nil
}
