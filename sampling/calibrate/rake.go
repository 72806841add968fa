package calibrate

import (
	"errors"
	"fmt"
	"math"
)

// RakeOptions say how exactly and how long to rake. The zero value is the default.
type RakeOptions struct {
	// Tolerance is the relative miss of a count at which raking ends, below 1. At
	// 0 it goes on to what float64 can hold, and 1e-10 is demanded.
	Tolerance float64 `json:"tolerance,omitzero"`
	// MaxIterations is the number of sweeps over all margins, whose cost is that of
	// the combinations of categories, whatever the rows. At 0 it is 5000; where
	// that is not enough, Newton's method as in [Calibrate] looks for the same
	// weights, unless there are thousands of categories.
	MaxIterations int `json:"max_iterations,omitzero"`
	// Residuals is the rule of Result.Residuals.
	Residuals Linearization `json:"residuals,omitzero"`
}

const usualSweeps = 5000

// A Raker holds margins that were checked and collapsed to the combinations of
// categories that occur. It is not changed by use and may be shared.
type Raker struct {
	margins []Margin
	levels  [][]string
	totals  [][]float64
	cells   cells
	stop    stop
	rule    Linearization
}

// NewRaker prepares margins, which need the same rows and the same sum of totals, up
// to a tenth of the tolerance and a millionth. Margins that differ in it are
// ErrConflict and both named; the other errors are those of [Margin.Validate] and
// of the options.
func NewRaker(margins []Margin, o RakeOptions) (*Raker, error) {
	stop, err := newStop(o.Tolerance, o.MaxIterations, usualSweeps)
	if err != nil {
		return nil, err
	}
	if !o.Residuals.known() {
		return nil, unknown("residuals")
	}
	if len(margins) == 0 {
		return nil, invalid("margins", "no margins")
	}
	r := &Raker{margins: margins, stop: stop, rule: o.Residuals}
	labels := make([][]string, len(margins))
	for i, m := range margins {
		labels[i] = m.Labels
	}
	factors, missing := intern(labels...)
	var errs []error
	names := map[string]bool{}
	for i, m := range margins {
		totals, err := m.resolve(factors[i], missing[i])
		r.levels = append(r.levels, factors[i].levels)
		r.totals = append(r.totals, totals)
		errs = append(errs, err)
		if names[m.Name] {
			errs = append(errs, &Error{Field: "margins", Row: -1, Margin: m.Name, Reason: "two margins of this name", Err: ErrInvalid})
		}
		names[m.Name] = true
		if len(m.Labels) != len(margins[0].Labels) {
			errs = append(errs, &Error{Field: "labels", Row: -1, Margin: m.Name, Other: margins[0].Name,
				Reason: fmt.Sprintf("%d labels against %d", len(m.Labels), len(margins[0].Labels)), Err: ErrInvalid})
		}
		if a, b := margins[0].sum(), m.sum(); math.Abs(a-b) > min(stop.accept/10, 1e-6)*max(a, b) {
			errs = append(errs, &Error{Field: "totals", Row: -1, Margin: m.Name, Other: margins[0].Name,
				Reason: fmt.Sprintf("totals add up to %g against %g", b, a), Err: ErrConflict})
		}
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	r.cells = collapse(factors)
	return r, nil
}

// Rake returns weights that reproduce the counts of every margin, and differ from
// the given ones by one factor per category: g = a(sex)·b(region)·… Among all
// weights that reproduce them they have the least Kullback-Leibler distance from
// the given ones.
//
// The errors are those of [NewRaker] and of [Raker.Calibrate].
//
// Source: Deming and Stephan 1940.
func Rake(weights []float64, margins []Margin, o RakeOptions) (*Result, error) {
	r, err := NewRaker(margins, o)
	if err != nil {
		return nil, err
	}
	return r.Calibrate(weights)
}

// PostStratify returns weights that reproduce the counts of one classification:
// within a category all weights change by the same factor. For several variables
// whose joint counts are known, let the label be their combination.
//
// Its residuals are the deviations from the categories' means by weight, which are
// exact and what R's survey takes here too, whatever RakeOptions.Residuals says.
//
// The errors are those of [Rake] with one margin.
func PostStratify(weights []float64, margin Margin, o RakeOptions) (*Result, error) {
	if o.Residuals == AsSurvey {
		o.Residuals = Exact
	}
	return Rake(weights, []Margin{margin}, o)
}

// Calibrate rakes the weights, one per row, finite and not negative; a row of
// weight 0 keeps it. A category whose rows all have weight 0 is ErrInvalid, and
// margins that no factors reproduce, as where combinations of categories are
// missing from the sample, are ErrNotConverged; both name margin and category.
func (r *Raker) Calibrate(weights []float64) (*Result, error) {
	if err := checkWeights(weights, len(r.cells.of)); err != nil {
		return nil, err
	}
	start := r.cells.sums(weights, nil)
	now := append([]float64(nil), start...)
	for margin := range r.margins {
		for category, sum := range r.sums(margin, now) {
			if sum == 0 {
				return nil, &Error{Field: "weights", Row: -1, Margin: r.margins[margin].Name, Category: r.levels[margin][category],
					Reason: "all rows of the category have weight 0", Err: ErrInvalid}
			}
		}
	}
	trail, sweeps, fit, err := r.iterate(now)
	if err != nil {
		steps, ok := r.newton(start, now)
		if !ok {
			return nil, err
		}
		sweeps += steps
		trail, fit = r.settled(now)
	}
	res := &Result{Weights: make([]float64, len(weights)), MinG: math.Inf(1), MaxG: math.Inf(-1), Iterations: sweeps, Fit: fit}
	for cell, s := range start {
		if s > 0 {
			now[cell] /= s
			res.MinG, res.MaxG = min(res.MinG, now[cell]), max(res.MaxG, now[cell])
		}
	}
	for row, cell := range r.cells.of {
		res.Weights[row] = weights[row] * now[cell]
	}
	res.projection = &marginProjection{raker: r, weights: res.Weights, trail: trail}
	return res, nil
}

// sums returns what the cells add up to in every category of a margin.
func (r *Raker) sums(margin int, cell []float64) []float64 {
	sum := make([]float64, len(r.levels[margin]))
	for c, category := range r.cells.category[margin] {
		sum[category] += cell[c]
	}
	return sum
}

// sweep scales the cells to the counts of one margin after the other, and notes in
// trail how they stood after each.
func (r *Raker) sweep(cell []float64, trail [][]float64) {
	for margin, totals := range r.totals {
		factor := r.sums(margin, cell)
		for category, sum := range factor {
			factor[category] = totals[category] / sum
		}
		for c, category := range r.cells.category[margin] {
			cell[c] *= factor[category]
		}
		copy(trail[margin], cell)
	}
	for _, t := range trail {
		for c := range t {
			if t[c] /= cell[c]; !(t[c] > 0) || t[c] > math.MaxFloat64 {
				t[c] = 1 // an empty cell
			}
		}
	}
}

// stalled is after how many sweeps raking looks back whether it still moves.
const stalled = 100

// iterate rakes the cells in place. trail has, for every margin, the cells after
// its turn in the last sweep over those at its end: all 1 once nothing moves.
func (r *Raker) iterate(cell []float64) (trail [][]float64, sweeps int, fit []Fit, err error) {
	trail = make([][]float64, len(r.margins))
	for margin := range trail {
		trail[margin] = make([]float64, len(cell))
	}
	last, before := math.Inf(1), math.Inf(1)
	best := append([]float64(nil), cell...)
	for sweeps = 1; ; sweeps++ {
		r.sweep(cell, trail)
		now, worst := r.fit(cell)
		miss := now[worst].Error
		if miss < last {
			last, fit = miss, now
			copy(best, cell)
		}
		better := miss == last
		done := last <= r.stop.accept && (!r.stop.polish || !better || miss == 0 || len(r.margins) == 1)
		stuck := math.IsNaN(miss) || sweeps == r.stop.most
		if sweeps%stalled == 0 {
			stuck = stuck || last > before*(1-1e-6)
			before = last
		}
		switch {
		case done, stuck && last <= r.stop.accept:
			copy(cell, best)
			return trail, sweeps, fit, nil
		case stuck:
			return nil, sweeps, nil, r.failed(now, worst)
		}
	}
}

func (r *Raker) failed(fit []Fit, worst int) error {
	f := fit[worst]
	miss := f.Achieved/f.Total - 1
	if math.IsNaN(miss) {
		miss = -1
	}
	return &Error{Field: "margins", Row: -1, Margin: f.Name, Category: f.Category, Miss: miss,
		Reason: fmt.Sprintf("the margins cannot be met together by the combinations in the sample: %g instead of %g", f.Achieved, f.Total),
		Err:    ErrNotConverged}
}

// fit compares the cells with all totals, and says which margin misses most.
func (r *Raker) fit(cell []float64) (fit []Fit, worst int) {
	fit = make([]Fit, len(r.margins))
	for margin, m := range r.margins {
		fit[margin].Name = m.Name
		for category, sum := range r.sums(margin, cell) {
			total := r.totals[margin][category]
			miss := math.Abs(sum/total - 1)
			if fit[margin].Category == "" || miss > fit[margin].Error || math.IsNaN(miss) {
				fit[margin].Category = r.levels[margin][category]
				fit[margin].Total, fit[margin].Achieved, fit[margin].Error = total, sum, miss
			}
		}
		if fit[margin].Error > fit[worst].Error || math.IsNaN(fit[margin].Error) {
			worst = margin
		}
	}
	return fit, worst
}
