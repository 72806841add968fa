package calibrate

// regression takes out of influence values what the columns predict.
type regression struct {
	units
	basis   *basis
	weights []float64 // design, by row
	design  []float64 // the same by unit
	v       []float64 // of the regression, by unit
}

// residuals regresses the means of the units twice: the second time takes out what
// rounding left. A row's residual is its deviation from the mean and the mean's.
func (p *regression) residuals(z []float64) ([]float64, error) {
	mean := p.average(z)
	rest, weighted := append([]float64(nil), mean...), make([]float64, p.n)
	for range 2 {
		for unit, e := range rest {
			weighted[unit] = p.v[unit] * e
		}
		y := make([]float64, len(p.basis.kept))
		for a, j := range p.basis.kept {
			y[a] = dot(p.columns[j], weighted)
		}
		coefs := p.basis.back(p.basis.forward(y))
		if notFinite(coefs) >= 0 {
			return nil, invalid("residuals", "weight times influence value overflows")
		}
		for a, j := range p.basis.kept {
			axpy(-coefs[a], p.columns[j], rest)
		}
	}
	if p.of == nil {
		return rest, nil
	}
	e := make([]float64, len(z))
	for row, unit := range p.of {
		e[row] = z[row] - mean[unit] + rest[unit]
	}
	return e, nil
}

// average returns the mean of z in every unit by design weight, 0 where that is 0.
func (p *regression) average(z []float64) []float64 {
	if p.of == nil {
		return z
	}
	mean := p.sums(z, p.weights)
	for unit, d := range p.design {
		if mean[unit] /= d; d == 0 {
			mean[unit] = 0
		}
	}
	return mean
}
