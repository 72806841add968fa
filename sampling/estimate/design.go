package estimate

import (
	"math"

	"github.com/guanxi-go/guanxi/internal/numeric"
)

// A Stage is one stage of sampling: what was drawn, within which strata, and out
// of how many. Columns have one entry per row of the sample.
type Stage struct {
	// Strata are the strata of this stage (层), below the first stage within the
	// unit drawn above. None: one stratum.
	Strata Factor
	// Clusters are the units that were drawn (整群), on the first stage the primary
	// sampling units (初级抽样单元), below it units within the unit drawn above.
	// None: every row is a unit of its own, and it is the last stage; that costs
	// less than labels that are all different.
	Clusters Factor
	// Population is how many units the row's stratum of this stage has in the
	// population, the same for all rows of a stratum, at least the number that was
	// drawn: the finite population correction (有限总体校正). +Inf, or no column:
	// drawn with replacement or as good as; stages below then do not matter.
	Population []float64
	// Fraction is the share of the stratum's units that was drawn, above 0 and up
	// to 1, for who knows it instead of Population.
	Fraction []float64
	// Probability is with what probability the row's unit was drawn from its stratum,
	// where units of a stratum have different ones (不等概率抽样) and none comes twice:
	// above 0 and up to 1, which is a unit taken for certain; the same for all rows of a
	// unit. It stands instead of Population and Fraction.
	Probability []float64
	// Unequal is how the variance is estimated from Probability, which it needs.
	Unequal UnequalVariance
}

// Options are the choices of a design.
type Options struct {
	// Lonely is the policy for strata with one unit in the sample.
	Lonely LonelyPSU `json:"lonely,omitzero"`
	// LonelyDomains extends LonelyAverage and LonelyAdjust to strata in which a
	// domain was met in one unit only, though more were drawn.
	LonelyDomains bool `json:"lonely_domains,omitzero"`
	// Nested says that labels of clusters repeat in other strata of the first
	// stage and mean other clusters there. Without it a repeated label is
	// ErrInvalid.
	Nested bool `json:"nested,omitzero"`
	// Missing is the policy for values that are NaN.
	Missing Missing `json:"missing,omitzero"`
}

// A Design is what a probability sample knows about its own error: who was drawn
// with which weight, in which strata and clusters, out of how many (抽样设计). It
// does not change and may be used by several goroutines.
type Design struct {
	opts   Options
	stages []*stage
	// full holds the weights of all rows, weights those of the domain, 0 outside.
	full, weights []float64
	// in marks the rows of the domain; nil is all.
	in      []bool
	sampled int // rows of the domain, those without a weight too
	steps   []Calibration
	rows    int // with a weight other than 0
	size    float64
	df      int
	census  bool // the sample is the population
}

// NewDesign makes a design from one weight per row and the stages of sampling,
// the first one first; no stage means that rows were drawn one by one without
// strata and with replacement. Weights (权数) are how many of the population a row
// stands for: finite, not negative, and not all 0. A row with weight 0 adds
// nothing to an estimate and counts as drawn.
//
// Nil weights are derived from the stages, each of which has to have a population,
// a fraction or a probability then: the product of population by sample over the stages.
//
// Errors: [ErrInvalid] with row, stage or stratum for columns of unequal length,
// weights, populations, fractions and probabilities outside their range or changing
// within a stratum, probabilities within a unit, more units drawn than there are, and
// labels of clusters in two strata unless [Options.Nested]; [ErrLonelyPSU] for every stratum with one unit unless
// Options.Lonely says what to do; [ErrNotEstimable] for no rows and, whatever the
// policy, for one unit in all. Up to ten errors of a kind are joined.
func NewDesign(weights []float64, stages []Stage, o Options) (*Design, error) {
	rows, err := countRows(weights, stages)
	if err != nil {
		return nil, err
	}
	if err := o.validate(); err != nil {
		return nil, err
	}
	if len(stages) == 0 {
		stages = []Stage{{}}
	}
	d := &Design{opts: o}
	var above *stage
	for s, st := range stages {
		b := builder{number: s + 1, rows: rows, above: above, nested: o.Nested || s > 0}
		built, err := b.build(st)
		if err != nil {
			return nil, err
		}
		d.stages = append(d.stages, built)
		above = built
		if len(st.Clusters.codes) == 0 && s < len(stages)-1 {
			return nil, &Error{Row: -1, Stage: s + 1, Field: "clusters", Reason: "are missing, and it is not the last stage", Err: ErrInvalid}
		}
	}
	derived := weights == nil
	if derived {
		if weights, err = derivedWeights(d.stages, rows); err != nil {
			return nil, err
		}
	}
	if err := validWeights(weights, false); err != nil {
		return nil, err
	}
	d.census = isCensus(d.stages)
	d.dropStages()
	if err := checkLonely(d.stages, o.Lonely); err != nil {
		return nil, err
	}
	if !derived {
		weights = append([]float64(nil), weights...)
	}
	d.full, d.weights, d.sampled = weights, weights, rows
	d.count()
	return d, nil
}

// dropStages forgets the last stages where they add no variance: those below units that
// were drawn with replacement, and those that were taken whole.
func (d *Design) dropStages() {
	last := len(d.stages)
	for last > 1 && allZero(d.stages[last-1].scale) {
		last--
	}
	d.stages = d.stages[:last]
}

// count sets what depends on the weights.
func (d *Design) count() {
	var size numeric.Sum
	d.rows = 0
	for _, w := range d.weights {
		if w != 0 {
			d.rows++
			size.Add(w)
		}
	}
	d.size = size.Value()
	d.df = d.stages[0].degrees(d.weights)
}

// Rows returns the number of rows of the sample, or of the domain, with a weight
// other than 0.
func (d *Design) Rows() int { return d.rows }

// Size returns the sum of the weights: how many the population, or the domain,
// has by estimate.
func (d *Design) Size() float64 { return d.size }

// DF returns the degrees of freedom (自由度) of intervals by Student's t: primary
// sampling units less strata, both counted where they have a row of the domain
// with a weight other than 0. It is 0 or less where there is no telling.
func (d *Design) DF() int { return d.df }

// Weights returns a copy of the weights, one per row; outside a domain they are 0.
func (d *Design) Weights() []float64 { return append([]float64(nil), d.weights...) }

func (o Options) validate() error {
	if err := lonelyNames.Check(o.Lonely); err != nil {
		return err
	}
	return missingNames.Check(o.Missing)
}

func allZero(x []float64) bool {
	for _, v := range x {
		if v != 0 {
			return false
		}
	}
	return true
}

// validWeights refuses what is no weight. Calibrated weights may be negative.
func validWeights(weights []float64, negative bool) error {
	var bad problems
	some := false
	for row, w := range weights {
		switch {
		case math.IsNaN(w):
			bad.add(invalidRow(row, "weights", "are missing"))
		case math.IsInf(w, 0):
			bad.add(invalidRow(row, "weights", "are infinite"))
		case w < 0 && !negative:
			bad.add(invalidRow(row, "weights", "are negative"))
		}
		some = some || w != 0
	}
	if len(bad.list) == 0 && !some {
		return invalid("weights", "are all zero")
	}
	return bad.err("weights")
}

// countRows returns the number of rows, which is the same for all columns.
func countRows(weights []float64, stages []Stage) (int, error) {
	rows, known := len(weights), weights != nil
	for s, st := range stages {
		for _, c := range []struct {
			field string
			n     int
			given bool
		}{
			{"strata", len(st.Strata.codes), st.Strata.codes != nil},
			{"clusters", len(st.Clusters.codes), st.Clusters.codes != nil},
			{"population", len(st.Population), st.Population != nil},
			{"fraction", len(st.Fraction), st.Fraction != nil},
			{"probability", len(st.Probability), st.Probability != nil},
		} {
			if !c.given {
				continue
			}
			if !known {
				rows, known = c.n, true
			}
			if c.n != rows {
				return 0, &Error{Row: -1, Stage: s + 1, Field: c.field, Err: ErrInvalid,
					Reason: "have another number of rows than the columns before"}
			}
		}
		if err := st.check(s + 1); err != nil {
			return 0, err
		}
	}
	if rows == 0 {
		return 0, notEstimable("rows", "are none")
	}
	if rows > math.MaxInt32 {
		return 0, invalid("rows", "are more than %d", math.MaxInt32)
	}
	return rows, nil
}

// check refuses columns of the stage with this number that do not go together.
func (st Stage) check(number int) error {
	bad := func(field, reason string) error {
		return &Error{Row: -1, Stage: number, Field: field, Reason: reason, Err: ErrInvalid}
	}
	switch {
	case st.Population != nil && st.Fraction != nil:
		return bad("fraction", "stands beside a population: state one")
	case st.Probability != nil && (st.Population != nil || st.Fraction != nil):
		return bad("probability", "stands beside a population or fraction: state one")
	case st.Unequal != UnequalBrewer && st.Probability == nil:
		return bad("probability", "is missing, which Unequal needs")
	}
	return unequalNames.Check(st.Unequal)
}
