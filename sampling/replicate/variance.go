package replicate

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/guanxi-go/guanxi/internal/numeric"
)

// An Estimate is one or more values with their covariance.
type Estimate struct {
	// Values are the estimates of the full sample.
	Values []float64 `json:"values"`
	// Covariance is symmetric, one row and column per value.
	Covariance [][]float64 `json:"covariance"`
	// Replicates has the values of every replicate.
	Replicates [][]float64 `json:"replicates"`
	// DegreesOfFreedom are those of the covariance.
	DegreesOfFreedom int `json:"degrees_of_freedom"`
}

// SE returns the standard error of value i, an index of Values, in its unit.
func (e *Estimate) SE(i int) float64 { return math.Sqrt(e.Covariance[i][i]) }

// Interval returns the limits of value i at a confidence level between 0 and 1,
// from Student's t with the degrees of freedom. The error is ErrInvalid for
// another level and ErrInsufficientData without degrees of freedom.
func (e *Estimate) Interval(i int, level float64) (lower, upper float64, err error) {
	if !(level > 0 && level < 1) {
		return 0, 0, invalid("level", "not between 0 and 1")
	}
	if e.DegreesOfFreedom < 1 {
		return 0, 0, &Error{Field: "level", Row: -1, Replicate: -1, Reason: "no degrees of freedom", Err: ErrInsufficientData}
	}
	t := -distuv.StudentsT{Mu: 0, Sigma: 1, Nu: float64(e.DegreesOfFreedom)}.Quantile((1 - level) / 2)
	return e.Values[i] - t*e.SE(i), e.Values[i] + t*e.SE(i), nil
}

// Variance estimates any function of the weights: it is called with the weights of
// the full sample and of every replicate, one per row, and returns the same number
// of finite values each time. It neither changes nor keeps the slice. Domains are
// part of the function: all rows are there, and none may be left out beforehand.
//
// An error of the function, and a value that is not finite (ErrUndefined), as where
// a replicate leaves a domain empty, end the estimation and name the replicate.
func (r *Replicates) Variance(f func(weights []float64) ([]float64, error)) (*Estimate, error) {
	into, factors := make([]float64, len(r.weights)), r.units()
	return r.collect(func(replicate int) ([]float64, error) {
		w, err := r.fill(replicate, into, factors)
		if err != nil {
			return nil, err
		}
		v, err := f(w)
		if err != nil {
			return nil, &Error{Field: "estimate", Row: -1, Replicate: replicate, Reason: "the function failed", Err: err}
		}
		return append([]float64(nil), v...), nil
	})
}

// collect makes an estimate from the values of the full sample, -1, and all
// replicates.
func (r *Replicates) collect(values func(replicate int) ([]float64, error)) (*Estimate, error) {
	e := &Estimate{DegreesOfFreedom: r.df, Replicates: make([][]float64, r.Len())}
	for i := -1; i < r.Len(); i++ {
		v, err := values(i)
		if err != nil {
			return nil, err
		}
		if i < 0 {
			e.Values = v
		} else {
			e.Replicates[i] = v
		}
		if len(v) == 0 || len(v) != len(e.Values) {
			return nil, &Error{Field: "estimate", Row: -1, Replicate: i, Reason: fmt.Sprintf("%d values, and the full sample has %d", len(v), len(e.Values)), Err: ErrInvalid}
		}
		for _, x := range v {
			if math.IsNaN(x) || math.IsInf(x, 0) {
				return nil, &Error{Field: "estimate", Row: -1, Replicate: i, Reason: "not a finite number", Err: ErrUndefined}
			}
		}
	}
	e.Covariance = r.covariance(e)
	for i := range e.Covariance {
		if v := e.Covariance[i][i]; math.IsNaN(v) || math.IsInf(v, 0) {
			return nil, &Error{Field: "estimate", Row: -1, Replicate: -1, Reason: fmt.Sprintf("the variance of value %d overflows", i), Err: ErrUndefined}
		}
	}
	return e, nil
}

// covariance takes deviations from the full sample, or from the mean of the
// replicates that count.
func (r *Replicates) covariance(e *Estimate) [][]float64 {
	k := len(e.Values)
	center := e.Values
	if !r.mse {
		center = make([]float64, k)
		for j := range center {
			var sum numeric.Sum
			n := 0
			for i, v := range e.Replicates {
				if r.rscales[i] > 0 {
					// Around the full sample: digits are kept where all are near.
					sum.Add(v[j] - e.Values[j])
					n++
				}
			}
			center[j] = e.Values[j]
			if n > 0 {
				center[j] += sum.Value() / float64(n)
			}
		}
	}
	c := make([][]float64, k)
	for a := range c {
		c[a] = make([]float64, k)
		for b := range a + 1 {
			var sum numeric.Sum
			for i, v := range e.Replicates {
				sum.Add(r.rscales[i] * (v[a] - center[a]) * (v[b] - center[b]))
			}
			c[a][b] = r.scale * sum.Value()
			c[b][a] = c[a][b]
		}
	}
	return c
}
