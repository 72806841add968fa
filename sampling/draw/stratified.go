package draw

import (
	"errors"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
)

// Stratified draws a simple random sample without replacement in every stratum of
// the frame (分层抽样). The sizes are given by the stratum's label, never by its
// place in a list, so that no order of rows or strata can exchange them. Units are
// listed by row, each with probability n/N of its stratum.
//
// Every stratum of the frame has to be in sizes; to leave one out, say 0. All
// problems come in one error, joined in byte order of the labels, each an [Error]
// with its Stratum: ErrTooMany with both numbers where more are asked for than the
// stratum has, ErrNotFound for a stratum that the frame does not have, ErrInvalid for
// a negative size or none, and where the frame has no strata.
//
// It costs O(n) random numbers and one pass over the frame.
func Stratified(f *Frame, sizes map[string]int, src Source) (*Sample, error) {
	if err := f.check(); err != nil {
		return nil, err
	}
	want, err := perStratum(f.strata, f.strata.sizes(), sizes, "units")
	if err != nil {
		return nil, err
	}
	rng, err := src.open(DesignStratified, f.Hash())
	if err != nil {
		return nil, err
	}
	s := record(DesignStratified, f, src)
	s.Units, s.Probabilities = drawWithin(rng, f.strata, want)
	return s, nil
}

// perStratum returns the sizes by code of the stratum, checked against how many of
// what there are in each.
func perStratum(strata *column, have []int, sizes map[string]int, of string) ([]int, error) {
	if strata == nil {
		return nil, invalid("stratum", "is not a column of the frame")
	}
	var problems []error
	want := make([]int, len(strata.labels))
	for code, label := range strata.labels {
		n, ok := sizes[label]
		problem := &Error{Field: "sizes", Row: -1, Stratum: label, Err: ErrInvalid}
		switch {
		case !ok:
			problem.Reason = "does not have it: say 0 to leave it out"
		case n < 0:
			problem.Reason = "has a negative number for it"
		case n > have[code]:
			problem.Want, problem.Have, problem.Reason, problem.Err = n, have[code], "asks for more "+of+" than it has", ErrTooMany
		default:
			want[code] = n
			continue
		}
		problems = append(problems, problem)
	}
	for _, label := range slices.Sorted(maps.Keys(sizes)) {
		if _, ok := strata.code(label); !ok {
			problem := &Error{Field: "sizes", Row: -1, Reason: "has a stratum that is not in the frame", Err: ErrNotFound}
			if validID(label) {
				problem.Stratum = label
			}
			problems = append(problems, problem)
		}
	}
	if len(problems) == 1 {
		return nil, problems[0]
	}
	return want, errors.Join(problems...)
}

// drawWithin draws want of each label's rows and returns them by row, with their
// probabilities. Which are drawn is decided by their rank among the rows of their
// label; a single pass then meets them, so that the rows need not be grouped.
func drawWithin(rng *rand.Rand, c *column, want []int) (units []int, probabilities []float64) {
	total := 0
	for _, n := range want {
		total += n
	}
	ranks := make([]int, 0, total) // label by label, within a label ascending
	next := make([]int, len(want)) // the next of a label in ranks
	stop := make([]int, len(want)) // and where they end
	gap := make([]int32, len(want))
	for code, n := range want {
		next[code] = len(ranks)
		ranks = append(ranks, subset(rng, n, c.counts[code])...)
		stop[code] = len(ranks)
		gap[code] = math.MaxInt32 // more rows than there are
		if n > 0 {
			gap[code] = int32(ranks[next[code]])
		}
	}
	units, probabilities = make([]int, 0, total), make([]float64, 0, total)
	for row, code := range c.codes {
		if gap[code] > 0 {
			gap[code]--
			continue
		}
		units = append(units, row)
		probabilities = append(probabilities, float64(want[code])/float64(c.counts[code]))
		last := ranks[next[code]]
		next[code]++
		gap[code] = math.MaxInt32
		if next[code] < stop[code] {
			gap[code] = int32(ranks[next[code]] - last - 1)
		}
	}
	return units, probabilities
}
