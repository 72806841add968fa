package estimate

// A Calibration is what an adjustment of weights to known totals, such as
// post-stratification, raking or generalised regression, does to the error of
// estimates. The results of package sampling/calibrate are of this kind.
type Calibration interface {
	// Residuals returns the residuals, from the adjustment, of linearised values:
	// z has one value for every row, not multiplied by the weight, made with the
	// adjusted weights, 0 outside a domain. z is not changed. It may be called by
	// several goroutines at once.
	Residuals(z []float64) ([]float64, error)
}

// Calibrated returns the design with adjusted weights, one per row, and the
// adjustments that made them, in the order in which they were done: estimates use
// these weights, and their variance is that of the residuals, for what the
// adjustment holds fixed does not vary (校准). Without steps the weights are taken
// as they are, which is right for trimming and for adjustments for non-response.
// Adjusted weights may be negative, as linear calibration makes them.
//
// Errors: [ErrInvalid] for weights that are not one finite number per row, or are
// all zero; for a nil step; and for a domain: calibrate the design first and take
// the domain after it.
func (d *Design) Calibrated(weights []float64, steps ...Calibration) (*Design, error) {
	if d.in != nil {
		return nil, invalid("domain", "is to be taken after the calibration")
	}
	if len(weights) != len(d.full) {
		return nil, invalid("weights", "are not one per row of the sample")
	}
	if err := validWeights(weights, true); err != nil {
		return nil, err
	}
	for _, s := range steps {
		if s == nil {
			return nil, invalid("calibration", "is nil")
		}
	}
	c := *d
	c.full = append([]float64(nil), weights...)
	c.weights = c.full
	c.steps = append(append([]Calibration(nil), d.steps...), steps...)
	c.count()
	return &c, nil
}

// residuals returns the linearised values of all rows, behind the adjustments if any.
func (d *Design) residuals(p int, fill filler) ([][]float64, error) {
	n := len(d.full)
	u := make([][]float64, p)
	for k := range u {
		u[k] = make([]float64, n)
	}
	fill(0, n, u)
	for k := range u {
		for _, step := range d.steps {
			r, err := step.Residuals(u[k])
			if err != nil {
				return nil, &Error{Row: -1, Field: "calibration", Reason: "gives no residuals", Err: err}
			}
			if len(r) != n {
				return nil, invalid("calibration", "gives residuals of another number of rows")
			}
			u[k] = r
		}
	}
	return u, nil
}
