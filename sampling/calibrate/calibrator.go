package calibrate

import (
	"errors"
	"fmt"
	"math"
)

const usualSteps = 100

// A Calibrator holds auxiliary variables and options that were checked, with the
// rows that are alike in all of them brought together. It is not changed by use
// and may be shared.
type Calibrator struct {
	targets  []target
	o        Options
	stop     stop
	curve    curve
	units    units
	clusters *factor // units are rows then, until the weights are known
	rows     int
}

// A target is what a column has to add up to.
type target struct {
	name     string
	total    float64
	ofMargin bool
}

// NewCalibrator prepares auxiliary variables and the margins of the options; there
// has to be one of either. Its errors are ErrInvalid, for a column without a name,
// of another length, or with a value that is not finite, and for options that do
// not go together, and those of [NewRaker] for the margins; all of them at once.
func NewCalibrator(auxiliaries []Auxiliary, o Options) (*Calibrator, error) {
	c := &Calibrator{o: o}
	switch {
	case len(o.Margins) > 0:
		c.rows = len(o.Margins[0].Labels)
	case len(auxiliaries) > 0:
		c.rows = len(auxiliaries[0].Values)
	default:
		return nil, invalid("auxiliaries", "no auxiliary variables")
	}
	margins, err := c.checkOptions()
	errs := []error{err}
	for _, a := range auxiliaries {
		errs = append(errs, a.validate(c.rows))
		c.targets = append(c.targets, target{name: a.Name, total: a.Total})
	}
	names := map[string]bool{}
	for _, t := range c.targets {
		if names[t.name] {
			errs = append(errs, &Error{Field: "auxiliaries", Row: -1, Margin: t.name, Reason: "two variables of this name", Err: ErrInvalid})
		}
		names[t.name] = true
	}
	errs = append(errs, c.checkRows())
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	c.units = newUnits(margins, auxiliaries, o.Variance, c.rows, c.clusters == nil)
	return c, nil
}

// checkOptions checks what does not depend on the auxiliary variables, and adds the
// categories of the margins to the targets.
func (c *Calibrator) checkOptions() (margins *Raker, err error) {
	var errs []error
	c.stop, err = newStop(c.o.Tolerance, c.o.MaxIterations, usualSteps)
	errs = append(errs, err)
	c.curve, err = newCurve(c.o.Method, c.o.Bounds)
	errs = append(errs, err)
	if !c.o.Residuals.known() {
		errs = append(errs, unknown("residuals"))
	}
	if len(c.o.Margins) == 0 {
		return nil, errors.Join(errs...)
	}
	margins, err = NewRaker(c.o.Margins, RakeOptions{Tolerance: c.stop.accept})
	if errs = append(errs, err); err != nil {
		return nil, errors.Join(errs...)
	}
	c.targets = margins.columns()
	return margins, errors.Join(errs...)
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

// Calibrate calibrates the weights, one per row, finite and not negative; a row of
// weight 0 keeps it. The error is ErrCollinear for a column that those before it
// determine, ErrConflict for one that is dropped and whose total is not theirs,
// ErrNotConverged where no g-weights between the bounds reproduce the totals,
// naming the variable that misses most, and ErrNegative.
func (c *Calibrator) Calibrate(weights []float64) (*Result, error) {
	if err := checkWeights(weights, c.rows); err != nil {
		return nil, err
	}
	u := c.units
	if c.clusters != nil {
		u = u.means(c.clusters, weights)
	}
	n := newNewton(c, u, weights)
	dropped, err := n.drop()
	if err != nil {
		return nil, err
	}
	steps, err := n.solve()
	if err != nil {
		return nil, err
	}
	res := &Result{Weights: make([]float64, c.rows), MinG: math.Inf(1), MaxG: math.Inf(-1),
		Iterations: steps, Fit: n.now.fit, Dropped: dropped}
	for unit, d := range n.design {
		if d > 0 {
			res.MinG, res.MaxG = min(res.MinG, n.now.g[unit]), max(res.MaxG, n.now.g[unit])
		}
	}
	u.scale(res.Weights, weights, n.now.g)
	if err := c.checkSigns(res); err != nil {
		return nil, err
	}
	res.projection = n.projection(weights)
	return res, nil
}

// checkSigns refuses weights below 0, unless they are allowed.
func (c *Calibrator) checkSigns(res *Result) error {
	if c.o.AllowNegative || res.MinG >= 0 {
		return nil
	}
	for row, w := range res.Weights {
		if w < 0 {
			return &Error{Field: "weights", Row: row, Err: ErrNegative,
				Reason: fmt.Sprintf("the linear method gives %.4g: set bounds or take another method, or AllowNegative", w)}
		}
	}
	return nil
}

// plain reports whether F is 1+u everywhere.
func (c *Calibrator) plain() bool { return c.curve.method == Linear && !c.curve.bounded }
