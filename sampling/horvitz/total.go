package horvitz

import (
	"math"

	"github.com/guanxi-go/guanxi/internal/numeric"
)

// Total returns the Horvitz-Thompson estimate Σ y/p of a total, from the values of
// the drawn units and the probabilities with which the design draws them. An empty
// sample estimates 0, as it should where the design can draw one.
//
// Errors: ErrInvalid for lists of different lengths and, with the row, for a y that is
// not finite or a p outside (0, 1]; ErrOverflow where the sum is beyond float64.
func Total(y, probabilities []float64) (float64, error) {
	if err := check(y, probabilities); err != nil {
		return 0, err
	}
	var sum numeric.Sum
	for i, v := range y {
		sum.Add(v / probabilities[i])
	}
	return finite(sum.Value())
}

// Mean returns Hájek's estimate of a mean, Σ(y/p) / Σ(1/p): it does not ask for the
// size of the population, and is right for constant y, where Σ(y/p)/N is not.
//
// Errors: as Total; ErrInsufficientData for an empty sample.
func Mean(y, probabilities []float64) (float64, error) {
	if err := check(y, probabilities); err != nil {
		return 0, err
	}
	if len(y) == 0 {
		return 0, refuse(ErrInsufficientData, "y", -1, "has no unit")
	}
	// Around the first value, so that a large mean does not cost the digits behind it.
	var sum, size numeric.Sum
	for i, v := range y {
		size.Add(1 / probabilities[i])
		sum.Add((v - y[0]) / probabilities[i])
	}
	return finite(y[0] + sum.Value()/size.Value())
}

// check holds what all functions ask of the sample.
func check(y, probabilities []float64) error {
	if len(y) != len(probabilities) {
		return refuse(ErrInvalid, "probabilities", -1, "are not as many as the values")
	}
	for i, v := range y {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return refuse(ErrInvalid, "y", i, "is not finite")
		}
		if p := probabilities[i]; !(p > 0 && p <= 1) {
			return refuse(ErrInvalid, "probabilities", i, "must be in (0, 1]")
		}
	}
	return nil
}

func finite(x float64) (float64, error) {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return 0, refuse(ErrOverflow, "result", -1, "is beyond the range of a float64")
	}
	return x, nil
}
