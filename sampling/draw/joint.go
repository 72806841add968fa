package draw

import (
	"slices"
)

// A Joint holds, for some units of a design, the probabilities with which each pair
// of them is drawn together (联合入样概率, second-order inclusion probabilities). The
// variance of what a sample says rests on them, and for it the pairs of the drawn
// units are enough: a Joint of n units holds n(n+1)/2 numbers.
type Joint struct {
	rows   []int
	packed []float64 // the lower triangle with the diagonal, row by row
}

// Len returns the number of units that the Joint is about.
func (j *Joint) Len() int { return len(j.rows) }

// Row returns the row of the frame of the i-th of its units, 0 <= i < Len.
func (j *Joint) Row(i int) int { return j.rows[i] }

// At returns the probability that the a-th and the b-th of its units are both drawn,
// 0 <= a, b < Len; for a = b the unit's own probability. It is 0 for a pair that the
// design never draws.
func (j *Joint) At(a, b int) float64 {
	if a < b {
		a, b = b, a
	}
	return j.packed[a*(a+1)/2+b]
}

// maxJoint is the largest number of units of a Joint: 2 GB.
const maxJoint = 23000

// newJoint checks rows, all of them where nil, and asks pair for each pair with
// a > b, and for the diagonal. Pair is called with rows.
func newJoint(probabilities []float64, rows []int, pair func(a, b int) float64) (*Joint, error) {
	j, err := emptyJoint(len(probabilities), rows)
	if err != nil {
		return nil, err
	}
	for a, x := range j.rows {
		for b, y := range j.rows[:a] {
			j.packed[a*(a+1)/2+b] = pair(x, y)
		}
		j.packed[a*(a+1)/2+a] = probabilities[x]
	}
	return j, nil
}

func emptyJoint(size int, rows []int) (*Joint, error) {
	if rows == nil {
		if size > maxJoint {
			return nil, invalid("rows", "are all %d, more than %d: name those of the sample", size, maxJoint)
		}
		rows = make([]int, size)
		for i := range rows {
			rows[i] = i
		}
	} else {
		rows = slices.Clone(rows)
	}
	if len(rows) > maxJoint {
		return nil, invalid("rows", "are %d, more than %d", len(rows), maxJoint)
	}
	for i, row := range rows {
		if row < 0 || row >= size {
			return nil, invalidRow(i, "rows", "holds %d, which is no row of the frame", row)
		}
	}
	sorted := slices.Sorted(slices.Values(rows))
	for i := 1; i < len(sorted); i++ {
		if sorted[i] == sorted[i-1] {
			return nil, &Error{Field: "rows", Row: sorted[i], Reason: "are named twice", Err: ErrDuplicate}
		}
	}
	return &Joint{rows: rows, packed: make([]float64, len(rows)*(len(rows)+1)/2)}, nil
}

// Joint returns the exact joint probabilities of the units in these rows, such as the
// Units of a sample, or of all units where rows is nil. Any order of rows is kept.
//
// With m rows that are neither certain nor impossible it takes O(N + m²) for
// DesignPPSSystematic, DesignPivotal, DesignPoisson and DesignTille, O(N + m²n) for
// DesignMidzuno, and for DesignSampford and DesignConditionalPoisson
// O((N + m²)·min(n, √n·20)). A certain unit comes together with any other as often as
// that is drawn. Of DesignPivotal, as of DesignPPSSystematic, units that stand close to
// each other in the order may have 0.
//
// DesignPPSSystematicRandom and DesignPivotalRandom have no joint probabilities in
// closed form: ErrInvalid; [ApproximateJoint] serves both. ErrInvalid also for
// a row that is none and for more than 23,000 rows, ErrDuplicate for one named twice.
//
// Source for DesignPivotal: Chauvet 2012, Bernoulli 18(4):1320-1340.
func (u *Unequal) Joint(rows []int) (*Joint, error) {
	p := u.p
	switch u.design {
	case DesignPoisson:
		return newJoint(p.all, rows, func(a, b int) float64 { return p.all[a] * p.all[b] })
	case DesignPPSSystematic, DesignPivotal, DesignTille, DesignMidzuno, DesignSampford, DesignConditionalPoisson:
	default:
		return nil, invalid("design", "has no joint probabilities in closed form")
	}
	j, err := emptyJoint(len(p.all), rows)
	if err != nil {
		return nil, err
	}
	place := p.places(j.rows)
	var open []int // places of the open rows among those asked for, in their order
	for _, at := range place {
		if at >= 0 {
			open = append(open, at)
		}
	}
	pairs := u.openPairs(open)
	for a, x := range j.rows {
		for b, y := range j.rows[:a] {
			switch {
			case place[a] >= 0 && place[b] >= 0: // filled below
			case p.all[x] == 1 || p.all[y] == 1:
				j.packed[a*(a+1)/2+b] = min(p.all[x], p.all[y])
			}
		}
		j.packed[a*(a+1)/2+a] = p.all[x]
	}
	at := make([]int, 0, len(open)) // positions in j.rows of the open ones
	for a := range j.rows {
		if place[a] >= 0 {
			at = append(at, a)
		}
	}
	for i, a := range at {
		pairs(i, func(k int, v float64) { j.packed[a*(a+1)/2+at[k]] = v })
	}
	return j, nil
}

// openPairs returns a function that gives, for the i-th of the places, the joint
// probabilities with all before it.
func (u *Unequal) openPairs(places []int) func(i int, give func(k int, v float64)) {
	p, n := u.p.p, u.p.draws()
	each := func(pair func(a, b int) float64) func(i int, give func(k int, v float64)) {
		return func(i int, give func(k int, v float64)) {
			for k := range i {
				give(k, pair(places[i], places[k]))
			}
		}
	}
	switch u.design {
	case DesignPPSSystematic:
		start := arcs(p)
		return each(func(a, b int) float64 { return overlap(start[a], p[a], start[b], p[b]) })
	case DesignPivotal:
		return pivotalPairs(p, places)
	case DesignTille:
		e := newElimination(p, n)
		return each(e.bothStay)
	case DesignMidzuno:
		e := newElimination(complement(p), len(p)-n)
		return each(e.bothGo)
	case DesignSampford:
		trials, c := sampfordCount(p, n)
		return conditionalPairs(trials, c, n, true, places)
	}
	return conditionalPairs(u.working.trials(), newCount(u.working.trials(), n, false), n, false, places)
}

// places returns for each row its place among the open ones, -1 where it is not open.
func (p *inclusion) places(rows []int) []int {
	list := make([]int, len(rows))
	for i, row := range rows {
		if p.open == nil {
			list[i] = row
			continue
		}
		at, found := slices.BinarySearch(p.open, int32(row))
		if list[i] = at; !found {
			list[i] = -1
		}
	}
	return list
}

// JointSimple returns the joint probabilities of simple random sampling of n out of
// size units without replacement, n(n-1)/(N(N-1)) for each pair, for the given rows
// or all where rows is nil.
//
// Errors: as [Unequal.Joint]; ErrInvalid for n < 0, ErrTooMany for n above size.
func JointSimple(size, n int, rows []int) (*Joint, error) {
	if err := checkSize("n", n, size); err != nil {
		return nil, err
	}
	one := float64(n) / float64(max(size, 1))
	two := one * (float64(n-1) / float64(max(size-1, 1)))
	j, err := emptyJoint(size, rows)
	if err != nil {
		return nil, err
	}
	for a := range j.rows {
		for b := range a {
			j.packed[a*(a+1)/2+b] = max(0, two)
		}
		j.packed[a*(a+1)/2+a] = one
	}
	return j, nil
}
