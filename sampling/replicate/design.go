package replicate

import (
	"cmp"
	"errors"
	"maps"
	"math"
	"slices"
)

// DesignOptions say how the sample was drawn. The zero value is a simple random
// sample of rows, with replacement or from a large population.
type DesignOptions struct {
	// Strata is the stratum of every row. Nil is one stratum, named "".
	Strata []string `json:"strata,omitzero"`
	// PSUs is the primary sampling unit of every row. Nil makes every row one of
	// its own.
	PSUs []string `json:"psus,omitzero"`
	// Nest says that labels of PSUs are unique only within their stratum. Without
	// it a label in two strata is an error.
	Nest bool `json:"nest,omitzero"`
	// Population is the number of PSUs that a stratum has in the population, for
	// the finite population correction: for every stratum ("" where there is one
	// only), or nil for none. It is not below the number in the sample.
	Population map[string]float64 `json:"population,omitzero"`
}

// A Design is a sample with its weights and primary sampling units. It is not
// changed by use and may be shared.
type Design struct {
	weights []float64
	psu     []uint32 // of every row
	strata  []stratum
	stratum []int // of every PSU
}

// A stratum has its PSUs side by side: first, first+1, ... first+n-1.
type stratum struct {
	label    string
	first, n int
	fraction float64 // sampled, 0 without a population
}

// NewDesign checks and numbers a sample, one weight per row, finite and not
// negative. Its errors, all at once, name the row without a label, the PSU in two
// strata, the stratum without a population or with more PSUs than that.
func NewDesign(weights []float64, o DesignOptions) (*Design, error) {
	if err := checkRows(weights, o); err != nil {
		return nil, err
	}
	d := &Design{weights: weights, psu: make([]uint32, len(weights))}
	units, first := d.number(o)
	var errs []error
	if o.PSUs != nil && !o.Nest {
		errs = append(errs, nested(units, first))
	}
	errs = append(errs, d.populate(o.Population))
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return d, nil
}

func checkRows(weights []float64, o DesignOptions) error {
	var errs []error
	if len(weights) == 0 {
		return &Error{Field: "weights", Row: -1, Replicate: -1, Reason: "no rows", Err: ErrInsufficientData}
	}
	for row, w := range weights {
		if !(w >= 0) || math.IsInf(w, 0) {
			errs = append(errs, invalidRow("weights", row, "a weight that is missing, negative or not finite"))
			break
		}
	}
	for _, c := range []struct {
		field  string
		labels []string
	}{{"strata", o.Strata}, {"psus", o.PSUs}} {
		if c.labels == nil {
			continue
		}
		if len(c.labels) != len(weights) {
			errs = append(errs, invalid(c.field, "%d labels for %d rows", len(c.labels), len(weights)))
		} else if row := slices.Index(c.labels, ""); row >= 0 {
			errs = append(errs, invalidRow(c.field, row, "missing label"))
		}
	}
	return errors.Join(errs...)
}

// A unit is a PSU by its labels; row tells rows apart that are PSUs themselves.
type unit struct {
	stratum, psu string
	row          int
}

// unitOf returns the PSU of a row.
func (o DesignOptions) unitOf(row int) unit {
	u := unit{row: row}
	if o.Strata != nil {
		u.stratum = o.Strata[row]
	}
	if o.PSUs != nil {
		u.psu, u.row = o.PSUs[row], 0
	}
	return u
}

// number gives PSUs their numbers, in order of stratum and label. It returns them in
// order of appearance, with the row in which each appears first.
func (d *Design) number(o DesignOptions) (units []unit, first []int) {
	found := map[unit]uint32{} // in order of appearance at first
	for row := range d.psu {
		u := o.unitOf(row)
		if o.PSUs != nil {
			number, ok := found[u]
			if ok {
				d.psu[row] = number
				continue
			}
			found[u] = uint32(len(units))
		}
		d.psu[row] = uint32(len(units))
		units, first = append(units, u), append(first, row)
	}
	order := make([]int, len(units))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		x, y := units[a], units[b]
		return cmp.Or(cmp.Compare(x.stratum, y.stratum), cmp.Compare(x.psu, y.psu), cmp.Compare(x.row, y.row))
	})
	place := make([]uint32, len(units))
	for i, u := range order {
		place[u] = uint32(i)
		label := units[u].stratum
		if i == 0 || label != d.strata[len(d.strata)-1].label {
			d.strata = append(d.strata, stratum{label: label, first: i})
		}
		d.strata[len(d.strata)-1].n++
		d.stratum = append(d.stratum, len(d.strata)-1)
	}
	for row, number := range d.psu {
		d.psu[row] = place[number]
	}
	return units, first
}

// nested refuses a PSU that lies in two strata.
func nested(units []unit, first []int) error {
	in := map[string]string{}
	for i, u := range units {
		s, ok := in[u.psu]
		if !ok {
			in[u.psu] = u.stratum
		} else if s != u.stratum {
			return &Error{Field: "psus", Row: first[i], Replicate: -1, Stratum: u.stratum, PSU: u.psu,
				Reason: "also in another stratum: set Nest if labels are unique only within strata", Err: ErrInvalid}
		}
	}
	return nil
}

// populate sets the sampling fractions.
func (d *Design) populate(population map[string]float64) error {
	if population == nil {
		return nil
	}
	var errs []error
	known := map[string]bool{}
	refuse := func(label, reason string) {
		errs = append(errs, &Error{Field: "population", Row: -1, Replicate: -1, Stratum: label, Reason: reason, Err: ErrInvalid})
	}
	for i := range d.strata {
		s := &d.strata[i]
		n, ok := population[s.label]
		known[s.label] = true
		switch {
		case !ok:
			refuse(s.label, "no population for stratum "+s.label)
		case math.IsNaN(n) || math.IsInf(n, 0) || n < float64(s.n):
			refuse(s.label, "a population that is not finite or smaller than the sample")
		default:
			s.fraction = float64(s.n) / n
		}
	}
	for _, label := range slices.Sorted(maps.Keys(population)) {
		if !known[label] {
			refuse(label, "a population and no row in the sample")
		}
	}
	return errors.Join(errs...)
}

// Rows returns the number of rows.
func (d *Design) Rows() int { return len(d.weights) }

// PSUs returns the number of primary sampling units.
func (d *Design) PSUs() int { return len(d.stratum) }

// Strata returns the number of strata.
func (d *Design) Strata() int { return len(d.strata) }

// varies checks that every stratum shows variation, or needs none because all of
// its population is in the sample.
func (d *Design) varies() error {
	var errs []error
	for _, s := range d.strata {
		if s.n == 1 && s.fraction != 1 {
			errs = append(errs, inStratum(s.label, ErrLonelyPSU,
				"one PSU shows no variation: merge strata, or say that its population is 1"))
		}
	}
	return errors.Join(errs...)
}
