package calibrate

import (
	"fmt"
	"math"
)

// An Auxiliary is a column whose total over the population is known.
type Auxiliary struct {
	// Name identifies the variable in results and errors: not empty, and
	// different for each variable of a call.
	Name string `json:"name"`
	// Values has the value of every row, finite.
	Values []float64 `json:"values"`
	// Total is the sum of the values over the population, finite.
	Total float64 `json:"total"`
}

// Constant returns the column of ones, whose total is the size of the population.
func Constant(rows int, size float64) Auxiliary {
	a := Auxiliary{Name: "1", Values: make([]float64, max(rows, 0)), Total: size}
	for row := range a.Values {
		a.Values[row] = 1
	}
	return a
}

// Options say how [Calibrate] works. The zero value is the generalised regression
// estimator without bounds, whose weights must not become negative.
type Options struct {
	// Margins are classifications whose counts are reproduced too, with as many rows
	// and the same sum of totals. It is the same as [Indicators] of each of them
	// before the auxiliary variables, and many times cheaper. A category's column
	// that those before it determine, as the other margins always do for one, is
	// left out and named in the result, if its total agrees with theirs.
	Margins []Margin `json:"margins,omitzero"`
	// Method is the distance.
	Method Method `json:"method,omitzero"`
	// Bounds limit the g-weights: needed by Logit, possible with Linear, not
	// defined for Multiplicative.
	Bounds Bounds `json:"bounds,omitzero"`
	// Variance is the model variance of every row up to a factor, above 0:
	// the larger it is, the less a row's weight changes. Nil is the same for all. With one column x
	// and the variance x the result is the ratio estimator.
	Variance []float64 `json:"variance,omitzero"`
	// Clusters is the label of every row's cluster. All rows of a cluster then
	// get the same g-weight; an empty label is an error. Nil is no clusters.
	Clusters []string `json:"clusters,omitzero"`
	// Tolerance is the relative miss of a total at which the iteration ends,
	// below 1. At 0 it goes on to what float64 can hold, and 1e-10 is demanded.
	Tolerance float64 `json:"tolerance,omitzero"`
	// MaxIterations is the number of Newton steps, 100 at 0.
	MaxIterations int `json:"max_iterations,omitzero"`
	// AllowNegative accepts negative weights, which Linear without bounds may
	// give. Without it they are ErrNegative.
	AllowNegative bool `json:"allow_negative,omitzero"`
	// DropCollinear leaves out a column that the columns before it determine, and
	// names it in the result, if its total agrees with theirs. Without it such a
	// column is ErrCollinear.
	DropCollinear bool `json:"drop_collinear,omitzero"`
	// Residuals is the rule of Result.Residuals.
	Residuals Linearization `json:"residuals,omitzero"`
}

func (a Auxiliary) validate(rows int) error {
	fail := func(field string, row int, reason string) error {
		return &Error{Field: field, Row: row, Margin: a.Name, Reason: reason, Err: ErrInvalid}
	}
	switch {
	case a.Name == "":
		return fail("auxiliaries", -1, "a variable has no name")
	case math.IsNaN(a.Total) || math.IsInf(a.Total, 0):
		return fail("totals", -1, "a total that is not finite")
	case len(a.Values) != rows:
		return fail("values", -1, fmt.Sprintf("%d values for %d rows", len(a.Values), rows))
	}
	if row := notFinite(a.Values); row >= 0 {
		return fail("values", row, "a value that is missing or not finite")
	}
	return nil
}

// notFinite returns the first row whose value is not a finite number, or -1.
func notFinite(x []float64) int {
	for from := 0; from < len(x); from += stretch {
		part := x[from:min(from+stretch, len(x))]
		zero := 0.0
		for _, v := range part {
			zero += v * 0 // NaN where v is not finite
		}
		if zero == 0 {
			continue
		}
		for i, v := range part {
			if v*0 != 0 {
				return from + i
			}
		}
	}
	return -1
}
