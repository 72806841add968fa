package pipeline

import (
	"math"

	"github.com/guanxi-go/guanxi/internal/numeric"
)

// tie is how far below q the distribution function may lie for its place to be the
// q-quantile: the rounding of the sums.
const tie = 1e-12

// Distribution is the distribution of a sum on a lattice: P[i] is the probability of
// Low + i Step (离散分布). What was left out at both ends has a probability below
// 1e-12. It is plain data with stable JSON.
type Distribution struct {
	Low  int64     `json:"low"`
	Step int64     `json:"step"` // at least 1
	P    []float64 `json:"p"`
	// Exact says that every value of the sum lies on the lattice. Otherwise each part
	// was divided between its two neighbours on the lattice so that means are kept:
	// the mean is right, and the standard deviation is a little too large.
	Exact bool `json:"exact"`
}

// AtMost returns P(X <= x).
func (d Distribution) AtMost(x int64) float64 {
	var sum numeric.Sum
	for i, p := range d.P {
		if d.value(i) > x {
			break
		}
		sum.Add(p)
	}
	return min(sum.Value(), 1)
}

// AtLeast returns P(X >= x), summed from above, so that a small one is as exact as its
// parts are.
func (d Distribution) AtLeast(x int64) float64 {
	var sum numeric.Sum
	for i := len(d.P) - 1; i >= 0 && d.value(i) >= x; i-- {
		sum.Add(d.P[i])
	}
	return min(sum.Value(), 1)
}

// Quantile returns the smallest x with P(X <= x) >= q - 1e-12. q lies above 0 and
// below 1, else ErrInvalid, as for a distribution without probabilities.
func (d Distribution) Quantile(q float64) (int64, error) {
	if !(q > 0 && q < 1) {
		return 0, refuse(ErrInvalid, "quantile", codeShare)
	}
	var sum numeric.Sum
	for i, p := range d.P {
		if sum.Add(p); sum.Value() >= q-tie {
			return d.value(i), nil
		}
	}
	return 0, refuse(ErrInvalid, "distribution", codeEmpty)
}

// Interval returns the central interval of a level, above 0 and below 1: its ends are
// the quantiles of (1-level)/2 and (1+level)/2. It holds at least that much.
func (d Distribution) Interval(level float64) (low, high int64, err error) {
	if !(level > 0 && level < 1) {
		return 0, 0, refuse(ErrInvalid, "level", codeShare)
	}
	if low, err = d.Quantile((1 - level) / 2); err != nil {
		return 0, 0, err
	}
	high, err = d.Quantile((1 + level) / 2)
	return low, high, err
}

// Mean returns the expected value.
func (d Distribution) Mean() float64 {
	var sum numeric.Sum
	for i, p := range d.P {
		sum.Add(float64(i) * p)
	}
	return float64(d.Low) + float64(d.Step)*sum.Value()
}

// StdDev returns the standard deviation, of the same unit as the values.
func (d Distribution) StdDev() float64 {
	mean := (d.Mean() - float64(d.Low)) / float64(d.Step)
	var sum numeric.Sum
	for i, p := range d.P {
		sum.Add((float64(i) - mean) * (float64(i) - mean) * p)
	}
	return float64(d.Step) * math.Sqrt(sum.Value())
}

func (d Distribution) value(i int) int64 { return d.Low + int64(i)*d.Step }
