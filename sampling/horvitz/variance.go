package horvitz

import (
	"math"

	"github.com/guanxi-go/guanxi/internal/numeric"
)

// A Joint says how probable pairs of units are: *draw.Joint, or any symmetric matrix.
type Joint interface {
	// Len returns the number of units.
	Len() int
	// At returns the probability that units k and l are both drawn; k and l are places
	// in the sample, from 0.
	At(k, l int) float64
}

// Options of [Variance] and [MeanVariance]. The zero value asks for a Joint.
type Options struct {
	// Estimator is the formula; the default is SenYatesGrundy.
	Estimator Estimator
	// Joint has the joint probabilities of the units in their order in the sample, for
	// SenYatesGrundy and HorvitzThompson; it is not used by the others.
	Joint Joint
}

// Variance returns an estimate of the variance of [Total], from the same sample; its
// square root is the standard error. SenYatesGrundy and HorvitzThompson can be
// negative where the joint probabilities of some pairs are above the product of the
// single ones; a negative value is returned as it is, and says that this sample does
// not estimate the variance.
//
// Errors: as Total; ErrInvalid where Joint is missing or has another length, with the
// row of a pair whose joint probability is not in (0, 1] or above that of one of its
// units, for such a pair cannot have been drawn; ErrInsufficientData below two units
// where a formula divides by n-1, unless all are certain.
func Variance(y, probabilities []float64, o Options) (float64, error) {
	if err := check(y, probabilities); err != nil {
		return 0, err
	}
	var v float64
	var err error
	switch o.Estimator {
	case SenYatesGrundy, HorvitzThompson:
		v, err = withJoint(y, probabilities, o)
	case Deville1, Deville2, Deville3, Brewer:
		v, err = withoutJoint(y, probabilities, o.Estimator)
	case Poisson:
		var sum numeric.Sum
		for i, x := range y {
			e := x / probabilities[i]
			sum.Add((1 - probabilities[i]) * e * e)
		}
		v = sum.Value()
	default:
		return 0, refuse(ErrInvalid, "estimator", -1, "is unknown")
	}
	if err != nil {
		return 0, err
	}
	return finite(v)
}

// MeanVariance returns an estimate of the variance of [Mean], by linearisation: that
// of the total of (y - mean)/Σ(1/p) (Deville 1999).
//
// Errors: as Variance and Mean.
func MeanVariance(y, probabilities []float64, o Options) (float64, error) {
	mean, err := Mean(y, probabilities)
	if err != nil {
		return 0, err
	}
	var size numeric.Sum
	for _, p := range probabilities {
		size.Add(1 / p)
	}
	z := make([]float64, len(y))
	for i, v := range y {
		z[i] = (v - mean) / size.Value()
	}
	return Variance(z, probabilities, o)
}

func withJoint(y, p []float64, o Options) (float64, error) {
	if o.Joint == nil || o.Joint.Len() != len(y) {
		return 0, refuse(ErrInvalid, "joint", -1, "has not one row for each unit of the sample")
	}
	var sum numeric.Sum
	for k := range y {
		ek := y[k] / p[k]
		if o.Estimator == HorvitzThompson {
			sum.Add((1 - p[k]) * ek * ek)
		}
		for l := range k {
			joint := o.Joint.At(k, l)
			if !(joint > 0) || joint > min(p[k], p[l])*(1+1e-9) {
				return 0, refuse(ErrInvalid, "joint", k, "has a pair that cannot have been drawn with these probabilities")
			}
			factor := p[k]*p[l]/joint - 1
			el := y[l] / p[l]
			if o.Estimator == HorvitzThompson {
				sum.Add(-2 * factor * ek * el)
			} else {
				sum.Add(factor * (ek - el) * (ek - el))
			}
		}
	}
	return sum.Value(), nil
}

func withoutJoint(y, p []float64, estimator Estimator) (float64, error) {
	// Certain units add nothing; the formulas are for what is left to chance.
	var e, rest []float64 // y/p and 1-p
	for i, v := range y {
		if p[i] < 1 {
			e = append(e, v/p[i])
			rest = append(rest, 1-p[i])
		}
	}
	n := float64(len(e))
	switch len(e) {
	case 0:
		return 0, nil
	case 1:
		return 0, refuse(ErrInsufficientData, "y", -1, "has a single unit that is not certain")
	}
	var total, plain, squares numeric.Sum
	for i, q := range rest {
		total.Add(q)
		plain.Add(e[i])
		squares.Add(q * q)
	}
	center := plain.Value() / n
	if estimator == Deville1 || estimator == Deville2 {
		var weighted numeric.Sum
		for i, q := range rest {
			weighted.Add(q / total.Value() * (e[i] - center))
		}
		center += weighted.Value()
	}
	factor := n / (n - 1)
	if estimator == Deville1 || estimator == Deville3 {
		factor = 1 / (1 - squares.Value()/total.Value()/total.Value())
	}
	var sum numeric.Sum
	for i, q := range rest {
		c := q * factor
		if estimator == Brewer {
			c = q * n / (n - 1) // (n-p)/(n-1) - p
		}
		sum.Add(c * (e[i] - center) * (e[i] - center))
	}
	return sum.Value(), nil
}

// DesignVariance returns the variance of [Total] under a design of any size, from the
// values of all units of the population, in rows, and the joint probabilities of all
// of them, whose diagonal has the single ones: ΣΣ (π-p_k·p_l)·e_k·e_l. A unit that is
// never drawn must have y = 0, for its value cannot be estimated.
//
// Errors: ErrInvalid for lists of different lengths, with the row for a y that is not
// finite or cannot be estimated and for a probability outside [0, 1]; ErrOverflow
// where the result is beyond float64.
func DesignVariance(y []float64, joint Joint) (float64, error) {
	if joint == nil || joint.Len() != len(y) {
		return 0, refuse(ErrInvalid, "joint", -1, "has not one row for each unit")
	}
	e := make([]float64, len(y))
	var sum numeric.Sum
	for k, v := range y {
		p := joint.At(k, k)
		switch {
		case math.IsNaN(v) || math.IsInf(v, 0):
			return 0, refuse(ErrInvalid, "y", k, "is not finite")
		case !(p >= 0 && p <= 1):
			return 0, refuse(ErrInvalid, "joint", k, "has a probability outside [0, 1]")
		case p == 0 && v != 0:
			return 0, refuse(ErrInvalid, "y", k, "is not 0 in a unit that is never drawn")
		case p > 0:
			e[k] = v / p
		}
		sum.Add(p * (1 - p) * e[k] * e[k])
		for l := range k {
			both := joint.At(k, l)
			if !(both >= 0 && both <= min(p, joint.At(l, l))*(1+1e-9)) {
				return 0, refuse(ErrInvalid, "joint", k, "has a pair that is drawn more often than one of its units")
			}
			sum.Add(2 * (both - p*joint.At(l, l)) * e[k] * e[l])
		}
	}
	return finite(sum.Value())
}
