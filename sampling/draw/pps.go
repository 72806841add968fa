package draw

import (
	"math/rand/v2"
	"slices"
)

// PPSOptions of [PPS].
type PPSOptions struct {
	// Design is one of those of [NewUnequal], or DesignPPSReplacement. The zero value
	// is DesignPPSSystematic.
	Design Design `json:"design,omitzero"`
}

// PPS draws n units with probability proportional to the sizes of the frame
// (与规模成比例抽样, 不等概率抽样), those too large for it for certain. The
// probabilities are those of [InclusionProbabilities], the designs those of
// [NewUnequal]; with DesignPPSReplacement units are drawn n times, each time with
// probability x/Σx, and Probabilities of the sample are the expected numbers of
// times, n·x/Σx, which may be above 1. Units are listed by row.
//
// Errors: ErrInvalid where the frame has no sizes, for n < 0 and for a design that
// does not go by size; ErrTooMany for n above the number of positive sizes.
func PPS(f *Frame, n int, src Source, o PPSOptions) (*Sample, error) {
	if err := f.check(); err != nil {
		return nil, err
	}
	if f.sizes == nil {
		return nil, invalid("size", "is not known to the frame")
	}
	if n < 0 {
		return nil, invalid("n", "is %d and must not be negative", n)
	}
	if o.Design == 0 {
		o.Design = DesignPPSSystematic
	}
	if o.Design == DesignPPSReplacement {
		return ppsReplacement(f, n, src)
	}
	in, err := InclusionProbabilities(f.sizes, float64(n))
	if err != nil {
		return nil, err
	}
	u, err := newUnequal(in.Probabilities, o.Design)
	if err != nil {
		return nil, err
	}
	return u.Draw(f, src)
}

// An Unequal is a design that draws each unit with a probability of its own
// (不等概率抽样), ready to draw any number of samples and to say how probable each
// pair of units is. It does not change, so any number of goroutines may use it.
type Unequal struct {
	design  Design
	p       *inclusion
	working *working // of maximum entropy
	local   []float64
}

// NewUnequal prepares a design from inclusion probabilities by row of the frame,
// those of [InclusionProbabilities] or any others: 1 is drawn for certain, 0 never.
//
//   - DesignPPSSystematic, in the order given: O(N) and the fastest. Neighbours
//     hardly come together: sorted by something that goes with what is asked it
//     stratifies, and many pairs have probability 0.
//   - DesignPPSSystematicRandom: the same in random order.
//   - DesignPivotal and DesignPivotalRandom, the sequential pivotal method in the
//     order given and in random order: O(N), spread along the order as systematic
//     sampling is, with more randomness.
//   - DesignSampford: exact, joint probabilities in closed form. A draw takes O(N)
//     where few rejections are to be expected and O(N·√n) always.
//   - DesignConditionalPoisson, of maximum entropy among all designs with these
//     probabilities: preparing takes O(N·min(n, √n·20)) for each of some ten
//     iterations, a draw O(N·√n).
//   - DesignTille, by elimination, and DesignMidzuno, its complement: O(N log N).
//   - DesignPoisson: every unit by itself, the size of the sample is random.
//
// All designs but DesignPoisson have a fixed size, so the probabilities must add up
// to an integer, within 1e-9 of it relatively. The slice is copied.
//
// Errors: ErrInvalid, with the row, for a probability outside [0, 1] or NaN; for a sum that is
// no integer, and for a design that is none of these; ErrNotConverged where the
// working probabilities of maximum entropy cannot be found.
//
// Sources: Madow 1949, Annals of Mathematical Statistics 20:333-354; Deville and
// Tillé 1998, Biometrika 85:89-101; Sampford 1967, Biometrika 54:499-513; Chen,
// Dempster and Liu 1994, Biometrika 81:457-469; Tillé 1996, Biometrika 83:238-241;
// Hájek 1964, Annals of Mathematical Statistics 35:1491-1523.
func NewUnequal(probabilities []float64, design Design) (*Unequal, error) {
	return newUnequal(slices.Clone(probabilities), design)
}

// newUnequal keeps the slice.
func newUnequal(probabilities []float64, design Design) (*Unequal, error) {
	switch design {
	case DesignPPSSystematic, DesignPPSSystematicRandom, DesignPivotal, DesignPivotalRandom, DesignSampford,
		DesignConditionalPoisson, DesignTille, DesignMidzuno, DesignPoisson:
	default:
		return nil, invalid("design", "does not draw with unequal probabilities: see NewUnequal")
	}
	p, err := checkUnequal("probabilities", probabilities, design != DesignPoisson)
	if err != nil {
		return nil, err
	}
	u := &Unequal{design: design, p: p}
	switch design {
	case DesignConditionalPoisson:
		u.working, err = workingOdds(p.p, p.draws())
	case DesignSampford:
		u.local = sampfordCumulative(p.p)
	}
	if err != nil {
		return nil, err
	}
	return u, nil
}

// Design returns the design.
func (u *Unequal) Design() Design { return u.design }

// Len returns N, the number of units.
func (u *Unequal) Len() int { return len(u.p.all) }

// Size returns the number of units that a draw gives, or false where it is random.
func (u *Unequal) Size() (int, bool) {
	if u.design == DesignPoisson {
		return 0, false
	}
	return u.p.size, true
}

// Draw draws a sample from a frame of Len units, by row.
//
// Errors: ErrInvalid for a frame of another length and for a missing source;
// ErrNotConverged where a hundred times as many rejections as expected followed one
// another, which a working source of random numbers does not do.
func (u *Unequal) Draw(f *Frame, src Source) (*Sample, error) {
	if err := f.check(); err != nil {
		return nil, err
	}
	if f.n != len(u.p.all) {
		return nil, invalid("frame", "has %d units, and there are %d probabilities", f.n, len(u.p.all))
	}
	rng, err := src.open(u.design, f.Hash())
	if err != nil {
		return nil, err
	}
	chosen, count, err := u.choose(rng)
	if err != nil {
		return nil, err
	}
	s := record(u.design, f, src)
	s.Units = u.p.rows(chosen, count)
	s.Probabilities = u.p.of(s.Units)
	return s, nil
}

// choose flags the open rows that are drawn, and counts them.
func (u *Unequal) choose(rng *rand.Rand) (chosen []bool, count int, err error) {
	p, n := u.p.p, u.p.draws()
	chosen = make([]bool, len(p))
	if u.design == DesignPoisson {
		return chosen, poisson(rng, p, chosen), nil
	}
	if len(p) == 0 {
		return chosen, 0, nil
	}
	switch u.design {
	case DesignPPSSystematic:
		systematicPPS(rng, p, n, chosen)
	case DesignPPSSystematicRandom:
		inRandomOrder(rng, p, chosen, func(p []float64, chosen []bool) { systematicPPS(rng, p, n, chosen) })
	case DesignPivotal:
		pivotal(rng, p, n, chosen)
	case DesignPivotalRandom:
		inRandomOrder(rng, p, chosen, func(p []float64, chosen []bool) { pivotal(rng, p, n, chosen) })
	case DesignSampford:
		err = sampford(rng, p, u.local, n, chosen)
	case DesignConditionalPoisson:
		err = poissonOfSize(rng, u.working.p, n, u.working.variance, chosen)
	case DesignTille:
		eliminate(rng, newElimination(p, n), chosen)
	case DesignMidzuno:
		eliminate(rng, newElimination(complement(p), len(p)-n), chosen)
		for i := range chosen {
			chosen[i] = !chosen[i]
		}
	}
	return chosen, n, err
}

// of returns the probabilities of rows.
func (p *inclusion) of(rows []int) []float64 {
	list := make([]float64, len(rows))
	for i, row := range rows {
		list[i] = p.all[row]
	}
	return list
}

// inRandomOrder lets a rule that goes by order choose among shuffled units.
func inRandomOrder(rng *rand.Rand, p []float64, chosen []bool, rule func(p []float64, chosen []bool)) {
	type unit struct {
		p   float64
		row int32
	}
	units := make([]unit, len(p))
	for i, v := range p {
		units[i] = unit{v, int32(i)}
	}
	shuffle(rng, units, len(units))
	shuffled := make([]float64, len(p))
	for i, u := range units {
		shuffled[i] = u.p
	}
	flags := make([]bool, len(p))
	rule(shuffled, flags)
	for i, u := range units {
		chosen[u.row] = flags[i]
	}
}

// complement returns 1-p.
func complement(p []float64) []float64 {
	q := make([]float64, len(p))
	for i, v := range p {
		q[i] = 1 - v
	}
	return q
}
