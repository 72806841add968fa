package estimate

import "sort"

// WeightedQuantile returns a quantile of values with weights, without an error of
// its own: for p in [0, 1], the value below which a share p of the weight lies, by
// one of the rules. Only rows with a weight other than 0 count. It is the function
// of the weights that replicate methods take.
//
// Sums of weights and p times their total are compared as the float64s that they
// are. The rules from hf4 on interpolate, and where equal values have different
// weights they take them in the order of the rows, as R's survey does; the rules
// math and school do not depend on that order.
//
// Errors: [ErrInvalid] for columns of unequal length, a probability or rule out of
// range, negative or infinite weights, and missing or infinite values in a row
// that counts; [ErrNotEstimable] where none counts.
//
// Source: Hyndman and Fan 1996, The American Statistician 50:361-365, with counts
// replaced by sums of weights.
func WeightedQuantile(y, w []float64, p float64, rule QuantileRule) (float64, error) {
	if len(y) != len(w) {
		return 0, invalid("values", "are not one per weight")
	}
	if !(p >= 0 && p <= 1) {
		return 0, invalid("probability", "is not between 0 and 1")
	}
	if err := ruleNames.Check(rule); err != nil {
		return 0, err
	}
	v, err := newOrdered(y, w)
	if err != nil {
		return 0, err
	}
	return v.quantile(p, rule), nil
}

// quantile returns the quantile at p in [0, 1].
func (v *ordered) quantile(p float64, rule QuantileRule) float64 {
	n := len(v.items)
	size := v.size()
	if rule <= QuantileSchool {
		// The first position whose sum reaches p of all.
		k := sort.Search(n-1, func(k int) bool { return v.upTo(k) >= p*size })
		if rule == QuantileSchool && k < n-1 && v.upTo(k) == p*size {
			return v.value(k)/2 + v.value(k+1)/2
		}
		return v.value(k)
	}
	k := sort.Search(n, func(k int) bool { return v.position(k, rule) > p })
	switch k {
	case 0:
		return v.value(0)
	case n:
		return v.value(n - 1)
	}
	lo, hi := v.position(k-1, rule), v.position(k, rule)
	a, b := v.value(k-1), v.value(k)
	return a + (b-a)*((p-lo)/(hi-lo))
}

// lowerEnd returns the quantile at the lower end of an interval. By the rules that
// do not interpolate it is the second value where the end lies below the first
// value's share, a convention of R's survey that keeps the extreme value out.
func (v *ordered) lowerEnd(p float64, rule QuantileRule) float64 {
	n := len(v.items)
	if rule <= QuantileSchool && n > 1 && p*v.size() < v.upTo(0) {
		return v.value(1)
	}
	return v.quantile(p, rule)
}

// position returns the probability at which the quantile is value k.
func (v *ordered) position(k int, rule QuantileRule) float64 {
	n := len(v.items)
	upTo, own, size, last := v.upTo(k), v.weight(k), v.size(), v.weight(n-1)
	switch rule {
	case QuantileHF4:
		return upTo / size
	case QuantileHF5:
		return (upTo - own/2) / size
	case QuantileHF6:
		return upTo / (size + last)
	case QuantileHF7:
		if n == 1 {
			return 0
		}
		return (upTo - own) / (size - last)
	case QuantileHF8:
		return (upTo - own/3) / (size + last/3)
	default:
		return (upTo - own*3/8) / (size + last/4)
	}
}
