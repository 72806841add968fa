package draw

import (
	"math"

	"github.com/guanxi-go/guanxi/internal/numeric"
)

// arcs returns where each unit begins on the circle of length 1 on which the
// probabilities are laid: a unit is drawn by systematic sampling if the random start
// lies on its arc (Connor 1966, JASA 61:384-390).
func arcs(p []float64) []float64 {
	start := make([]float64, len(p))
	var sum numeric.Sum
	for i, v := range p {
		start[i] = max(0, sum.Value())
		sum.Add(v)
		if whole := math.Floor(sum.Value()); whole > 0 {
			sum.Add(-whole)
		}
	}
	return start
}

// overlap returns the length that two arcs of the circle share.
func overlap(a, lengthA, b, lengthB float64) float64 {
	if b < a {
		a, lengthA, b, lengthB = b, lengthB, a, lengthA
	}
	gap := b - a // the second begins so far behind the first, and ends a round later
	shared := max(0, min(lengthA-gap, lengthB)) + max(0, min(lengthA, gap+lengthB-1))
	if shared < 4*0x1p-53 { // a rest of rounding where two arcs only touch
		return 0
	}
	return shared
}
