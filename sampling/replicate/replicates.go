package replicate

import (
	"fmt"
	"math"
)

// Replicates are sets of weights and how their estimates make a variance: the scale
// times the sum of rscale · squared deviation. They are not changed by use and may
// be shared.
type Replicates struct {
	weights []float64
	psu     []uint32
	design  *Design
	factors factors     // of PSUs
	given   [][]float64 // or all weights, one slice per replicate
	rscales []float64
	scale   float64
	df      int
	mse     bool
	adjust  func(weights []float64) ([]float64, error)
}

func (d *Design) replicates(o Options, f factors) *Replicates {
	return &Replicates{weights: d.weights, psu: d.psu, design: d, factors: f, mse: o.MSE}
}

func (r *Replicates) ones(n int) {
	r.rscales = make([]float64, n)
	for i := range r.rscales {
		r.rscales[i] = 1
	}
}

// GivenOptions say how the variance follows from replicate weights of others: their
// documentation has it.
type GivenOptions struct {
	// Scale is the common multiplier of the squared deviations, above 0.
	Scale float64 `json:"scale,omitzero"`
	// RScales are multipliers of every replicate, not negative. Nil is 1 for all.
	RScales []float64 `json:"rscales,omitzero"`
	// DegreesOfFreedom is at least 1, or 0 for the number of replicates minus 1.
	DegreesOfFreedom int `json:"degrees_of_freedom,omitzero"`
	// MSE takes deviations from the estimate of the full sample.
	MSE bool `json:"mse,omitzero"`
}

// Given returns replicates that somebody else made: weights are the full sample's,
// one per row, and replicates has one slice of weights for every replicate, which
// contain the sampling weights and are kept, not copied. The error is ErrInvalid
// and names the replicate and row of a weight that is not finite.
func Given(weights []float64, replicates [][]float64, o GivenOptions) (*Replicates, error) {
	if err := checkRows(weights, DesignOptions{}); err != nil {
		return nil, err
	}
	switch {
	case len(replicates) < 2:
		return nil, invalid("replicates", "%d replicates, and it takes 2", len(replicates))
	case !(o.Scale > 0) || math.IsInf(o.Scale, 0):
		return nil, invalid("scale", "not above 0 and finite")
	case o.RScales != nil && len(o.RScales) != len(replicates):
		return nil, invalid("scale", "%d rscales for %d replicates", len(o.RScales), len(replicates))
	case o.DegreesOfFreedom < 0:
		return nil, invalid("replicates", "negative degrees of freedom")
	}
	for i, s := range o.RScales {
		if !(s >= 0) || math.IsInf(s, 0) {
			return nil, &Error{Field: "scale", Row: -1, Replicate: i, Reason: "an rscale that is negative or not finite", Err: ErrInvalid}
		}
	}
	for i, w := range replicates {
		if len(w) != len(weights) {
			return nil, &Error{Field: "replicates", Row: -1, Replicate: i, Reason: fmt.Sprintf("%d weights for %d rows", len(w), len(weights)), Err: ErrInvalid}
		}
		for row, x := range w {
			if math.IsNaN(x) || math.IsInf(x, 0) {
				return nil, &Error{Field: "replicates", Row: row, Replicate: i, Reason: "a weight that is not finite", Err: ErrInvalid}
			}
		}
	}
	r := &Replicates{weights: weights, given: replicates, rscales: o.RScales, scale: o.Scale, df: o.DegreesOfFreedom, mse: o.MSE}
	if r.rscales == nil {
		r.ones(len(replicates))
	}
	if r.df == 0 {
		r.df = len(replicates) - 1
	}
	return r, nil
}

// Adjusted returns replicates whose weights, and those of the full sample, go
// through a function before anything is estimated, such as a calibration:
//
//	raker, err := calibrate.NewRaker(margins, calibrate.RakeOptions{})
//	raked := jack.Adjusted(func(weights []float64) ([]float64, error) {
//		res, err := raker.Calibrate(weights)
//		if err != nil {
//			return nil, err
//		}
//		return res.Weights, nil
//	})
//
// The function gets one weight per row, 0 for what is left out, and returns as
// many; it neither changes nor keeps what it gets. Its error ends an estimation and
// names the replicate. Adjusting twice runs the earlier function first.
func (r *Replicates) Adjusted(adjust func(weights []float64) ([]float64, error)) *Replicates {
	next := *r
	next.adjust = adjust
	if before := r.adjust; before != nil {
		next.adjust = func(weights []float64) ([]float64, error) {
			w, err := before(weights)
			if err != nil {
				return nil, err
			}
			return adjust(w)
		}
	}
	return &next
}

// Len returns the number of replicates.
func (r *Replicates) Len() int { return len(r.rscales) }

// Scale returns the common multiplier of the squared deviations.
func (r *Replicates) Scale() float64 { return r.scale }

// RScales returns a copy of the multipliers of the replicates.
func (r *Replicates) RScales() []float64 { return append([]float64(nil), r.rscales...) }

// DegreesOfFreedom returns the degrees of freedom of a variance.
func (r *Replicates) DegreesOfFreedom() int { return r.df }

// Weights returns the weights of one replicate from 0 to Len()-1, or of the full
// sample for -1, adjusted where they are. The slice is the caller's. The error is
// ErrInvalid for another number, or what the adjustment returned.
func (r *Replicates) Weights(replicate int) ([]float64, error) {
	if replicate < -1 || replicate >= r.Len() {
		return nil, invalid("replicates", "no replicate %d of %d", replicate, r.Len())
	}
	return r.fill(replicate, make([]float64, len(r.weights)), r.units())
}

// units returns a buffer for the factors of PSUs.
func (r *Replicates) units() []float64 {
	if r.factors == nil {
		return nil
	}
	return make([]float64, r.design.PSUs())
}

// fill returns the weights of a replicate, in into or from the adjustment.
func (r *Replicates) fill(replicate int, into, factors []float64) ([]float64, error) {
	switch {
	case replicate < 0:
		copy(into, r.weights)
	case r.factors == nil:
		copy(into, r.given[replicate])
	default:
		r.factors.fill(replicate, factors)
		for row, psu := range r.psu {
			into[row] = r.weights[row] * factors[psu]
		}
	}
	if r.adjust == nil {
		return into, nil
	}
	w, err := r.adjust(into)
	if err == nil && len(w) != len(into) {
		err = invalid("adjustment", "returned %d weights for %d rows", len(w), len(into))
	}
	if err != nil {
		return nil, &Error{Field: "adjustment", Row: -1, Replicate: replicate, Reason: "weights of this replicate", Err: err}
	}
	return w, nil
}
