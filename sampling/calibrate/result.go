package calibrate

import "math"

// A Fit says how well one margin or auxiliary variable is reproduced.
type Fit struct {
	// Name is the margin's or the variable's.
	Name string `json:"name"`
	// Category is the category of the margin that misses most, empty for an
	// auxiliary variable.
	Category string `json:"category,omitzero"`
	// Total is what is to be reproduced, Achieved what the weights give.
	Total    float64 `json:"total"`
	Achieved float64 `json:"achieved"`
	// Error is |Achieved/Total - 1|; for an auxiliary variable whose total is
	// next to nothing beside the sum of its absolute values, relative to a
	// millionth of that sum.
	Error float64 `json:"error"`
}

// A Result is what a calibration gives. Its variance part is not in its JSON.
type Result struct {
	// Weights are the calibrated weights, one per row.
	Weights []float64 `json:"weights"`
	// MinG and MaxG are the smallest and largest g-weight, calibrated over design
	// weight, among rows with a design weight above 0.
	MinG float64 `json:"min_g"`
	MaxG float64 `json:"max_g"`
	// Iterations is the number of sweeps or of Newton steps.
	Iterations int `json:"iterations"`
	// Fit has one element per margin of Rake; per category of a margin of Calibrate,
	// named as in [Indicators], and per auxiliary variable, in their order.
	Fit []Fit `json:"fit"`
	// Dropped names the collinear categories and auxiliary variables that were left
	// out, in their order; what they ask for is reproduced all the same.
	Dropped []string `json:"dropped,omitzero"`

	projection projection
}

// A projection takes out of influence values what the calibration determines.
type projection interface {
	residuals(z []float64) ([]float64, error)
}

// Residuals returns the influence values of an estimate with the calibration
// taken out of them: the deviation from what categories and auxiliary variables
// predict. The variance of the estimate is that of the sum of weight · residual.
//
// z has the influence of every row per unit of weight, in the unit of the
// estimate, calculated with the calibrated weights: y for a total of y, (y -
// mean)/sum of weights for a mean, (y - R·x)/total of x for a ratio, and 0
// outside a domain. z is not changed. Residuals of rows outside a domain are not
// 0 and belong into the variance. Where weights were calibrated in several steps,
// the residuals of each step are taken from those before it.
//
// The error is ErrInvalid for a z of another length or that is not finite,
// ErrIncomplete for a Result that no calibration made, ErrNotConverged where the
// exact projection onto thousands of categories is out of reach.
func (r *Result) Residuals(z []float64) ([]float64, error) {
	if r.projection == nil {
		return nil, &Error{Field: "residuals", Row: -1, Reason: "not the result of a calibration", Err: ErrIncomplete}
	}
	if len(z) != len(r.Weights) {
		return nil, invalid("residuals", "%d influence values for %d rows", len(z), len(r.Weights))
	}
	for row, x := range z {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return nil, invalidRow("residuals", row, "an influence value that is not finite")
		}
	}
	return r.projection.residuals(z)
}
