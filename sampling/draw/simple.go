package draw

import (
	"errors"
	"slices"
)

// Options of [Simple] and [WithReplacement]. The zero value lists the units by row.
type Options struct {
	// Order is OrderRow or OrderDrawn.
	Order Order `json:"order,omitzero"`
}

func (o Options) validate() error {
	if o.Order > OrderDrawn {
		return invalid("order", "must be row or drawn")
	}
	return nil
}

// Simple draws n units without replacement, every set of n with the same
// probability (简单随机抽样, 不重复抽样). Each unit's probability is n/N.
//
// Time and memory are O(n), whatever the size of the frame: a hundred thousand of ten
// million take about a millisecond.
//
// Errors: ErrInvalid for n < 0, ErrTooMany with n and N for n > N.
func Simple(f *Frame, n int, src Source, o Options) (*Sample, error) {
	if err := f.check(); err != nil {
		return nil, err
	}
	if err := errors.Join(checkSize("n", n, f.n), o.validate()); err != nil {
		return nil, err
	}
	rng, err := src.open(DesignSimple, f.Hash())
	if err != nil {
		return nil, err
	}
	s := record(DesignSimple, f, src)
	s.Order = o.Order
	s.Units = subset(rng, n, f.n)
	if o.Order == OrderDrawn {
		shuffle(rng, s.Units, n)
	}
	s.Probabilities = constant(float64(n)/float64(max(f.n, 1)), n)
	return s, nil
}

// WithReplacement draws n times one unit, each time every unit with the same
// probability (重复抽样), and lists the draws in their order, or by row. The
// expected number of draws of a unit is n/N, and its weight at each draw N/n.
//
// Errors: ErrInvalid for n < 0, ErrTooMany for n > 0 from an empty frame and for
// n > 2^31-1.
func WithReplacement(f *Frame, n int, src Source, o Options) (*Sample, error) {
	if err := f.check(); err != nil {
		return nil, err
	}
	most := maxUnits
	if f.n == 0 {
		most = 0
	}
	if err := errors.Join(checkSize("n", n, most), o.validate()); err != nil {
		return nil, err
	}
	rng, err := src.open(DesignWithReplacement, f.Hash())
	if err != nil {
		return nil, err
	}
	s := record(DesignWithReplacement, f, src)
	s.Order = o.Order
	s.Units = make([]int, n)
	for i := range s.Units {
		s.Units[i] = int(below(rng, uint64(f.n)))
	}
	if o.Order == OrderRow {
		slices.Sort(s.Units)
	}
	s.Probabilities = constant(float64(n)/float64(max(f.n, 1)), n)
	return s, nil
}
