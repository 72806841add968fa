package calibrate

import (
	"errors"
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
	// Method is the distance.
	Method Method
	// Bounds limit the g-weights: needed by Logit, possible with Linear, not
	// defined for Multiplicative.
	Bounds Bounds
	// Variance is the model variance of every row up to a factor, above 0:
	// the larger it is, the less a row's weight changes. Nil is the same for all. With one column x
	// and the variance x the result is the ratio estimator.
	Variance []float64
	// Clusters is the label of every row's cluster. All rows of a cluster then
	// get the same g-weight; an empty label is an error. Nil is no clusters.
	Clusters []string
	// Tolerance is the relative miss of a total at which the iteration ends,
	// below 1. At 0 it goes on to what float64 can hold, and 1e-10 is demanded.
	Tolerance float64
	// MaxIterations is the number of Newton steps, 100 at 0.
	MaxIterations int
	// AllowNegative accepts negative weights, which Linear without bounds may
	// give. Without it they are ErrNegative.
	AllowNegative bool
	// DropCollinear leaves out a column that the columns before it determine, and
	// names it in the result, if its total agrees with theirs. Without it such a
	// column is ErrCollinear.
	DropCollinear bool
	// Residuals is the rule of Result.Residuals.
	Residuals Linearization
}

const usualSteps = 100

// A Calibrator holds auxiliary variables and options that were checked. It is not
// changed by use and may be shared.
type Calibrator struct {
	aux      []Auxiliary
	o        Options
	stop     stop
	curve    curve
	clusters *factor
	rows     int
}

// NewCalibrator prepares auxiliary variables. Its errors are ErrInvalid, for a
// column without a name, of another length, or with a value that is not finite,
// and for options that do not go together; all of them at once.
func NewCalibrator(auxiliaries []Auxiliary, o Options) (*Calibrator, error) {
	c := &Calibrator{aux: auxiliaries, o: o}
	if len(auxiliaries) == 0 {
		return nil, invalid("auxiliaries", "no auxiliary variables")
	}
	c.rows = len(auxiliaries[0].Values)
	var errs []error
	var err error
	c.stop, err = newStop(o.Tolerance, o.MaxIterations, usualSteps)
	errs = append(errs, err)
	c.curve, err = newCurve(o.Method, o.Bounds)
	errs = append(errs, err)
	if !o.Residuals.known() {
		errs = append(errs, invalid("residuals", "unknown rule %d", o.Residuals))
	}
	names := map[string]bool{}
	for _, a := range auxiliaries {
		errs = append(errs, a.validate(c.rows))
		if names[a.Name] {
			errs = append(errs, &Error{Field: "auxiliaries", Row: -1, Margin: a.Name, Reason: "two variables of this name", Err: ErrInvalid})
		}
		names[a.Name] = true
	}
	errs = append(errs, c.checkRows())
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return c, nil
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
	for row, x := range a.Values {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return fail("values", row, "a value that is missing or not finite")
		}
	}
	return nil
}

// checkRows checks what the options have of every row.
func (c *Calibrator) checkRows() error {
	if v := c.o.Variance; v != nil {
		if len(v) != c.rows {
			return invalid("variance", "%d variances for %d rows", len(v), c.rows)
		}
		for row, s := range v {
			if !(s > 0) || math.IsInf(s, 0) {
				return invalidRow("variance", row, "not above 0 and finite")
			}
		}
	}
	if c.o.Clusters != nil {
		if len(c.o.Clusters) != c.rows {
			return invalid("clusters", "%d labels for %d rows", len(c.o.Clusters), c.rows)
		}
		factors, missing := intern(c.o.Clusters)
		if missing[0] >= 0 {
			return invalidRow("clusters", missing[0], "missing label")
		}
		c.clusters = &factors[0]
	}
	return nil
}
