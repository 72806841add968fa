package draw

import (
	"slices"
	"sort"

	"github.com/guanxi-go/guanxi/internal/numeric"
)

// ppsReplacement draws n times one unit with probability size/sum (Hansen and
// Hurwitz 1943, Annals of Mathematical Statistics 14:333-362).
func ppsReplacement(f *Frame, n int, src Source) (*Sample, error) {
	largest, positive := 0.0, -1
	for row, x := range f.sizes {
		if x > 0 {
			positive = row
		}
		largest = max(largest, x)
	}
	if n > 0 && positive < 0 {
		return nil, &Error{Field: "n", Row: -1, Want: n, Reason: "is more than there are units of a size above 0", Err: ErrTooMany}
	}
	rng, err := src.open(DesignPPSReplacement, f.Hash())
	if err != nil {
		return nil, err
	}
	s := record(DesignPPSReplacement, f, src)
	s.Units = make([]int, n)
	s.Probabilities = make([]float64, n)
	if n == 0 {
		return s, nil
	}
	cumulative := make([]float64, f.n)
	var sum numeric.Sum
	for row, x := range f.sizes {
		sum.Add(x / largest)
		cumulative[row] = sum.Value()
	}
	total := sum.Value()
	for i := range s.Units {
		at := unit(rng) * total
		s.Units[i] = min(sort.Search(f.n, func(row int) bool { return cumulative[row] > at }), positive)
	}
	slices.Sort(s.Units)
	for i, row := range s.Units {
		s.Probabilities[i] = float64(n) * (f.sizes[row] / largest / total)
	}
	return s, nil
}
