package estimate

import (
	"math"

	"github.com/guanxi-go/guanxi/internal/numeric"
)

// An Estimate is a figure about the population with the error that the design
// implies.
type Estimate struct {
	// Value is the estimate (估计值).
	Value float64 `json:"value"`
	// SE is its standard error (标准误). It is 0 where the population was taken
	// whole, and where the units agree or are one, which says little: then DF is
	// small, and without any there is no interval.
	SE float64 `json:"se"`
	// DF is the degrees of freedom of intervals: those of the design, or of the
	// domain. Set another number to use another.
	DF int `json:"df"`
	// Rows is the number of rows with a weight that it rests on.
	Rows int `json:"rows"`
	// Size is the sum of their weights.
	Size float64 `json:"size"`
	// SRSVariance is what the variance would be, had as many rows been drawn one by
	// one with replacement: what design effects compare with. Absent for one row,
	// for a [Variance] and for what was made from other estimates.
	SRSVariance Optional `json:"srs_variance,omitzero"`
}

// An Interval is a confidence interval.
type Interval struct {
	Lower float64 `json:"lower"`
	Upper float64 `json:"upper"`
	Level float64 `json:"level"`
}

// Interval returns Value and SE as an interval at a confidence level above 0 and
// below 1, by Student's t with DF degrees of freedom (置信区间). The error is
// [ErrInvalid] for another level and [ErrNotEstimable] without a degree of freedom.
func (e Estimate) Interval(level float64) (Interval, error) {
	m, err := e.Margin(level)
	return Interval{e.Value - m, e.Value + m, level}, err
}

// NormalInterval is Interval by the normal law, that is with infinite degrees of
// freedom: shorter than Interval, and too short where clusters are few.
func (e Estimate) NormalInterval(level float64) (Interval, error) {
	t, err := critical(level, math.Inf(1))
	return Interval{e.Value - t*e.SE, e.Value + t*e.SE, level}, err
}

// Margin returns half the length of Interval: the margin of error (误差范围).
func (e Estimate) Margin(level float64) (float64, error) {
	t, err := critical(level, float64(e.DF))
	return t * e.SE, err
}

// CV returns the coefficient of variation (变异系数), SE by the absolute Value;
// [ErrNotEstimable] where Value is 0.
func (e Estimate) CV() (float64, error) {
	if e.Value == 0 {
		return 0, notEstimable("coefficient of variation", "has a value of zero below")
	}
	return e.SE / math.Abs(e.Value), nil
}

// DesignEffect returns the variance by that of a simple random sample without
// replacement of as many rows from a population of Size (设计效应, deff). The
// error is [ErrNotEstimable] where SRSVariance is absent or 0, and where Size is
// not above Rows: then the weights do not add up to a population.
func (e Estimate) DesignEffect() (float64, error) {
	rest := 1 - float64(e.Rows)/e.Size
	if !(rest > 0) {
		return 0, notEstimable("design effect", "needs weights that add up to a population larger than the sample")
	}
	effect, err := e.DesignEffectWR()
	return effect / rest, err
}

// DesignEffectWR returns the variance by that of a simple random sample with
// replacement. The error is [ErrNotEstimable] where SRSVariance is absent or 0.
func (e Estimate) DesignEffectWR() (float64, error) {
	if !e.SRSVariance.OK || e.SRSVariance.Value == 0 {
		return 0, notEstimable("design effect", "has no variance of a simple random sample to compare with")
	}
	return e.SE * e.SE / e.SRSVariance.Value, nil
}

// Estimates are several figures with the covariances of their errors.
type Estimates struct {
	Each []Estimate `json:"each"`
	// Covariance is symmetric, with the squares of the standard errors on the
	// diagonal.
	Covariance [][]float64 `json:"covariance"`
}

// Contrast estimates the sum of the figures times coefficients, one for each
// (对比). Its degrees of freedom are the fewest among the figures that enter, its
// Rows and Size the most. The
// error is [ErrInvalid] for another number of coefficients and for one that is
// not finite.
func (e Estimates) Contrast(coefficients ...float64) (Estimate, error) {
	if len(coefficients) != len(e.Each) {
		return Estimate{}, invalid("coefficients", "are not one for each figure")
	}
	var value, variance numeric.Sum
	out := Estimate{DF: math.MaxInt}
	for k, c := range coefficients {
		if math.IsNaN(c) || math.IsInf(c, 0) {
			return Estimate{}, invalid("coefficients", "are not finite")
		}
		if c == 0 {
			continue
		}
		value.Add(c * e.Each[k].Value)
		out.DF = min(out.DF, e.Each[k].DF)
		out.Rows = max(out.Rows, e.Each[k].Rows)
		out.Size = max(out.Size, e.Each[k].Size)
		for l, b := range coefficients {
			variance.Add(c * b * e.Covariance[k][l])
		}
	}
	if out.DF == math.MaxInt {
		return Estimate{}, invalid("coefficients", "are all zero")
	}
	out.Value = value.Value()
	out.SE = math.Sqrt(max(variance.Value(), 0))
	return out, nil
}

// Difference estimates figure i less figure j; it is Contrast with 1 and -1.
func (e Estimates) Difference(i, j int) (Estimate, error) {
	if i < 0 || j < 0 || i >= len(e.Each) || j >= len(e.Each) || i == j {
		return Estimate{}, invalid("difference", "is not of two of the figures")
	}
	c := make([]float64, len(e.Each))
	c[i], c[j] = 1, -1
	return e.Contrast(c...)
}

// critical returns the two-sided critical value of Student's t.
func critical(level, df float64) (float64, error) {
	if !(level > 0 && level < 1) {
		return 0, invalid("level", "is not between 0 and 1")
	}
	if !(df > 0) {
		return 0, notEstimable("interval", "has no degrees of freedom: there are no more units than strata")
	}
	return numeric.StudentTailPoint((1-level)/2, df), nil
}
