package replicate

import (
	"math"

	"github.com/guanxi-go/guanxi/internal/numeric"
)

// OfTotals estimates a function of totals: it is called with the weighted totals of
// the columns, in the full sample and in every replicate, and otherwise as with
// [Replicates.Variance]. Rows are read once; a replicate costs no more than the
// PSUs, and with the jackknife not even that, unless weights are adjusted or given.
//
// A column has one finite value per row; 0 for rows outside a domain. The error is
// ErrInvalid and names the row of any other.
func (r *Replicates) OfTotals(columns [][]float64, f func(totals []float64) ([]float64, error)) (*Estimate, error) {
	if len(columns) == 0 {
		return nil, invalid("columns", "no columns")
	}
	for i, x := range columns {
		if len(x) != len(r.weights) {
			return nil, invalid("columns", "column %d has %d values for %d rows", i, len(x), len(r.weights))
		}
		for row, v := range x {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return nil, invalidRow("columns", row, "column %d: a value that is missing or not finite", i)
			}
		}
	}
	if r.adjust != nil || r.factors == nil {
		return r.Variance(func(w []float64) ([]float64, error) {
			totals := make([]float64, len(columns))
			for i, x := range columns {
				totals[i] = weightedSum(w, x)
			}
			return f(totals)
		})
	}
	sums, whole := r.sums(columns)
	totals := make([]float64, len(columns))
	return r.collect(func(replicate int) ([]float64, error) {
		if replicate < 0 {
			for i := range whole {
				totals[i] = whole[i][len(whole[i])-1]
			}
		} else {
			r.factors.totals(replicate, sums, whole, totals)
		}
		v, err := f(totals)
		if err != nil {
			return nil, &Error{Field: "estimate", Row: -1, Replicate: replicate, Reason: "the function failed", Err: err}
		}
		return append([]float64(nil), v...), nil
	})
}

// sums adds columns up by PSU and by stratum, with the total behind the strata.
func (r *Replicates) sums(columns [][]float64) (sums, whole [][]float64) {
	sums, whole = make([][]float64, len(columns)), make([][]float64, len(columns))
	for i, x := range columns {
		sum, lost := make([]float64, r.design.PSUs()), make([]float64, r.design.PSUs())
		for row, psu := range r.psu {
			add, s := r.weights[row]*x[row], sum[psu]
			t := s + add
			b := t - s // two-sum, Knuth
			lost[psu] += (s - (t - b)) + (add - b)
			sum[psu] = t
		}
		all := numeric.Sum{}
		whole[i] = make([]float64, len(r.design.strata)+1)
		for h, s := range r.design.strata {
			var in numeric.Sum
			for psu := s.first; psu < s.first+s.n; psu++ {
				sum[psu] += lost[psu]
				in.Add(sum[psu])
			}
			whole[i][h] = in.Value()
			all.Add(in.Value())
		}
		whole[i][len(r.design.strata)] = all.Value()
		sums[i] = sum
	}
	return sums, whole
}

func weightedSum(w, x []float64) float64 {
	var sum numeric.Sum
	for row, v := range x {
		sum.Add(w[row] * v)
	}
	return sum.Value()
}

// Totals estimates the population totals of columns. Its errors are those of
// [Replicates.OfTotals].
func (r *Replicates) Totals(columns ...[]float64) (*Estimate, error) {
	return r.OfTotals(columns, func(totals []float64) ([]float64, error) { return totals, nil })
}

// Means estimates the population means of columns: weighted totals over the sum of
// the weights. Its errors are those of [Replicates.OfTotals]; ErrUndefined where a
// replicate has no weight left.
func (r *Replicates) Means(columns ...[]float64) (*Estimate, error) {
	ones := make([]float64, len(r.weights))
	for row := range ones {
		ones[row] = 1
	}
	means := make([]float64, len(columns))
	all := append(append([][]float64(nil), columns...), ones)
	if len(columns) == 0 {
		all = nil
	}
	return r.OfTotals(all, func(totals []float64) ([]float64, error) {
		for i := range means {
			means[i] = totals[i] / totals[len(columns)]
		}
		return means, nil
	})
}

// Ratio estimates the ratio of two totals. With indicators of a domain, 1 inside
// and 0 outside, as the denominator, and values that are 0 outside, it is the mean
// of the domain. Its errors are those of [Replicates.OfTotals]; ErrUndefined where
// a replicate's denominator is 0.
func (r *Replicates) Ratio(numerator, denominator []float64) (*Estimate, error) {
	return r.OfTotals([][]float64{numerator, denominator}, func(totals []float64) ([]float64, error) {
		return []float64{totals[0] / totals[1]}, nil
	})
}
