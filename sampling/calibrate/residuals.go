package calibrate

import "math"

// marginProjection takes the effects of categories out of influence values.
type marginProjection struct {
	raker   *Raker
	weights []float64 // calibrated
	trail   [][]float64
}

// surveySweeps is how often survey goes over the margins.
const surveySweeps = 10

func (p *marginProjection) residuals(z []float64) ([]float64, error) {
	r := p.raker
	size := p.weights
	sweeps := surveySweeps
	switch {
	case r.rule == AsSurvey:
		size = make([]float64, len(z))
		for row, w := range p.weights {
			if w > 0 {
				size[row] = 1
			}
		}
	case len(r.margins) > 1 && r.direct():
		return p.regression().residuals(z)
	default:
		sweeps = r.stop.most
	}
	effect, ok := p.effects(r.cells.sums(size, nil), r.cells.sums(size, z), sweeps)
	if !ok && r.rule == Exact {
		return nil, &Error{Field: "residuals", Row: -1, Reason: "the effects of the margins still move", Err: ErrNotConverged}
	}
	res := make([]float64, len(z))
	for row, cell := range r.cells.of {
		res[row] = z[row] - effect[cell]
	}
	return res, nil
}

// regression is that on the categories' columns, weighted by the calibrated weights.
func (p *marginProjection) regression() *regression {
	u := newUnits(p.raker, nil, nil, len(p.weights), true)
	size := u.sums(p.weights, nil)
	return &regression{units: u, basis: orthonormal(u.columns, size), weights: p.weights, design: size, v: size}
}

// effects fits cell means by a sum of one effect per category of every margin,
// least squares weighted by size, margin after margin. ok is false if the last
// sweep still moved an effect by more than rounding.
//
// survey takes the deviations in each margin's turn with the weights of that turn;
// trail follows it there, which matters where raking ended early.
func (p *marginProjection) effects(size, total []float64, sweeps int) (effect []float64, ok bool) {
	r := p.raker
	effect = make([]float64, len(size))
	spread := 0.0
	for cell, s := range size {
		if s > 0 {
			spread = max(spread, math.Abs(total[cell]/s))
		}
	}
	rest := make([]float64, len(size)) // of the cells' totals
	turn := Constant(len(size), 0).Values
	for range sweeps {
		moved := 0.0
		for margin := range r.margins {
			if r.rule == AsSurvey {
				turn = p.trail[margin]
			}
			for cell := range rest {
				rest[cell] = (total[cell] - size[cell]*effect[cell]) / turn[cell]
			}
			by, in := r.sums(margin, rest), r.sums(margin, size)
			for category := range by {
				if in[category] == 0 {
					continue // weights too small for a number
				}
				by[category] /= in[category]
				moved = max(moved, math.Abs(by[category]))
			}
			for cell, category := range r.cells.category[margin] {
				effect[cell] += turn[cell] * by[category]
			}
		}
		if ok = moved <= 4e-16*spread; ok {
			break
		}
	}
	return effect, ok || len(r.margins) == 1
}
