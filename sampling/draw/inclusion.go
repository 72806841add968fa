package draw

import (
	"math"
	"slices"

	"github.com/guanxi-go/guanxi/internal/numeric"
)

// An Inclusion says with which probability each unit is drawn (入样概率).
type Inclusion struct {
	// Probabilities has one value in [0, 1] for each unit, in the order of the sizes.
	// They add up to n.
	Probabilities []float64 `json:"probabilities"`
	// TakeAll are the units so large that they are drawn for certain (必选单元, take-all
	// or self-representing units), by row.
	TakeAll []int `json:"take_all,omitempty"`
	// Never are the units of size 0, which cannot be drawn, by row. Nothing can be said
	// about them from the sample.
	Never []int `json:"never,omitempty"`
}

// InclusionProbabilities returns the probabilities proportional to size with which
// n units are to be drawn (与规模成比例的概率): n·x/Σx, where that is 1 or more, the
// unit is taken for certain and the others share what remains of n, over again until
// none of them reaches 1. A unit that reaches exactly 1 is among TakeAll.
//
// Sizes are finite and not negative, and need not be scaled. n is the expected
// number of units, 0 or more, and may be a fraction; designs of fixed size ask for
// an integer. The time is linear in the number of units.
//
// Errors: ErrInvalid, with the row, for a size that is negative, NaN or infinite,
// or so small beside the others that its probability would not differ from 0;
// ErrInvalid for n negative, NaN or infinite; ErrTooMany for n above the number of
// positive sizes, which it has as Have.
//
// Source: Tillé 2006, Sampling Algorithms, Springer, 2.10.
func InclusionProbabilities(sizes []float64, n float64) (*Inclusion, error) {
	if !(n >= 0) || math.IsInf(n, 1) {
		return nil, invalid("n", "must be finite and not negative")
	}
	largest, sum, zeros, err := checkSizes(sizes)
	if err != nil {
		return nil, err
	}
	positive := len(sizes) - zeros
	if n > float64(positive) {
		return nil, &Error{Field: "n", Row: -1, Want: int(math.Ceil(min(n, math.MaxInt32))), Have: positive,
			Reason: "is more than there are units of a size above 0", Err: ErrTooMany}
	}
	in := &Inclusion{Probabilities: make([]float64, len(sizes))}
	if zeros > 0 {
		in.Never = make([]int, 0, zeros)
		for i, x := range sizes {
			if x == 0 {
				in.Never = append(in.Never, i)
			}
		}
	}
	if n == 0 {
		return in, nil
	}
	// Where sums could overflow or vanish, a power of two takes the largest size to
	// [1/2, 1).
	if _, exponent := math.Frexp(largest); exponent < -900 || exponent > 900 {
		scaled := make([]float64, len(sizes))
		for i, x := range sizes {
			if scaled[i] = math.Ldexp(x, -exponent); scaled[i] == 0 && x > 0 {
				return nil, vanishes(i)
			}
		}
		sizes, largest, sum = scaled, math.Ldexp(largest, -exponent), blockSum(scaled)
	}
	threshold, certain, rest := math.Inf(1), 0, sum
	switch {
	case n == float64(positive):
		threshold, certain, rest = 0, positive, 0
	case largest*n >= rest:
		threshold, certain, rest = takeAll(sizes, sum, n)
	}
	if certain > 0 {
		in.TakeAll = make([]int, 0, certain)
	}
	factor := 0.0
	if rest > 0 {
		factor = (n - float64(certain)) / rest
	}
	for i, x := range sizes {
		p := x * factor
		in.Probabilities[i] = p
		if p > 0 && p < 1 && x < threshold || x == 0 {
			continue
		}
		if p == 0 && x < threshold {
			return nil, vanishes(i)
		}
		in.Probabilities[i] = 1
		in.TakeAll = append(in.TakeAll, i)
	}
	return in, nil
}

// checkSizes returns the largest size, their sum in the manner of blockSum, and how many
// are 0, in one pass.
func checkSizes(sizes []float64) (largest, sum float64, zeros int, err error) {
	var total numeric.Sum
	for start := 0; start < len(sizes); start += sumBlock {
		block := 0.0
		for i, x := range sizes[start:min(start+sumBlock, len(sizes))] {
			if !(x > 0) {
				if x != 0 {
					return 0, 0, 0, noSize(start + i)
				}
				zeros++
			}
			if x > largest {
				largest = x
			}
			block += x
		}
		total.Add(block)
	}
	if largest > math.MaxFloat64 {
		return 0, 0, 0, noSize(slices.Index(sizes, largest))
	}
	return largest, total.Value(), zeros, nil
}

func noSize(row int) error { return invalidRow(row, "size", "must be finite and not negative") }

func vanishes(row int) error {
	return invalidRow(row, "size", "is so small beside the others that it would never be drawn")
}

// takeAll returns the size from which on units are taken for certain, their number,
// and the sum of the sizes of the others. With the sizes in falling order the unit
// behind c larger ones is certain if its size times n-c is at least the sum from it on,
// and then all before it are; so the boundary is found by partitioning, as a quantile
// is, in linear time.
func takeAll(sizes []float64, sum, n float64) (threshold float64, certain int, rest float64) {
	active, rest := candidates(sizes, sum, n)
	threshold = math.Inf(1)
	for len(active) > 0 {
		pivot := median(active[0], active[len(active)/2], active[len(active)-1])
		// active becomes: above the pivot, equal to it, below it.
		above, end := 0, len(active)
		for i := 0; i < end; {
			switch x := active[i]; {
			case x > pivot:
				active[i], active[above] = active[above], x
				above++
				i++
			case x < pivot:
				end--
				active[i], active[end] = active[end], x
			default:
				i++
			}
		}
		lower := rest + blockSum(active[end:])
		// The last of those equal to the pivot, with all others of its size certain.
		if pivot*(n-float64(certain+end-1)) >= pivot+lower {
			threshold, certain = pivot, certain+end
			active = active[end:]
		} else {
			rest = lower + float64(end-above)*pivot
			active = active[:above]
		}
	}
	return threshold, certain, rest
}

// candidates returns the sizes that may be certain and the sum of the others. A size
// of sum/n is, and mostly few below it: where one of a part of that would not be, with
// a margin for rounding, none below it is, and only those above it are kept.
func candidates(sizes []float64, sum, n float64) (above []float64, below float64) {
	for _, part := range []float64{.8, .4, 0} {
		limit := sum / n * part
		var rest numeric.Sum
		above = above[:0]
		for start := 0; start < len(sizes); start += sumBlock {
			block := 0.0
			for _, x := range sizes[start:min(start+sumBlock, len(sizes))] {
				if x > limit {
					above = append(above, x)
				} else {
					block += x
				}
			}
			rest.Add(block)
		}
		below = rest.Value()
		if limit*(n-float64(len(above))) < below*(1-1e-9) {
			break
		}
	}
	return above, below
}

func median(a, b, c float64) float64 { return max(min(a, b), min(max(a, b), c)) }
