package estimate

import (
	"maps"
	"math"
	"slices"

	"github.com/guanxi-go/guanxi/internal/numeric"
)

// AccumulatorOptions are the choices of an [Accumulator].
type AccumulatorOptions struct {
	// Lonely is the policy for strata with one cluster in the sample.
	Lonely LonelyPSU `json:"lonely,omitzero"`
	// Nested says that labels of clusters repeat in other strata and mean other
	// clusters there; without it a repeated label is ErrInvalid.
	Nested bool `json:"nested,omitzero"`
}

// A Row is one row of a sample for an [Accumulator].
type Row struct {
	// Weight is how many of the population the row stands for: finite and not
	// negative. A row with weight 0 adds nothing and counts its cluster as drawn:
	// that is also how rows outside a domain are added.
	Weight float64
	// Stratum and Cluster are the labels of the row's stratum and primary sampling
	// unit. Where rows were drawn one by one, Cluster is the row's id.
	Stratum, Cluster string
	// Population is how many clusters the stratum has in the population, the same
	// for all its rows; 0 is no finite population correction.
	Population float64
	// Values are the variables, finite where the weight is not 0.
	Values []float64
}

// An Accumulator estimates totals, means and ratios from a stream of rows that
// need not fit into memory: it keeps a few sums for every cluster. Parts of the
// stream may be added to accumulators of their own and merged, in any order: sums
// have 32 digits, so that the order shows in no figure but by the last rounding
// (流式累加). It does one stage of sampling, which for several stages is the usual
// approximation by clusters drawn with replacement, or on the safe side.
//
// Not for use by several goroutines at once.
type Accumulator struct {
	o         AccumulatorOptions
	variables int
	strata    map[string]*stratumSums
	// home is the stratum of every cluster; nil where labels repeat.
	home    map[string]string
	rows    int64
	weight  numeric.DoubleDouble
	squares []numeric.DoubleDouble // of weight times value squared
}

// stratumSums is what is kept of a stratum.
type stratumSums struct {
	population float64
	clusters   map[string]*clusterSums
}

// clusterSums is what is kept of a cluster.
type clusterSums struct {
	rows   int64 // with a weight other than 0
	weight numeric.DoubleDouble
	values []numeric.DoubleDouble
}

// NewAccumulator returns an empty accumulator for a number of variables from 1 to
// 1000; another number is [ErrInvalid], as is an unknown policy.
func NewAccumulator(variables int, o AccumulatorOptions) (*Accumulator, error) {
	if variables < 1 || variables > maxVariables {
		return nil, invalid("variables", "are not 1 to %d", maxVariables)
	}
	if err := lonelyNames.Check(o.Lonely); err != nil {
		return nil, err
	}
	return emptyAccumulator(variables, o), nil
}

const maxVariables = 1000

func emptyAccumulator(variables int, o AccumulatorOptions) *Accumulator {
	a := &Accumulator{o: o, variables: variables, strata: map[string]*stratumSums{}, squares: make([]numeric.DoubleDouble, variables)}
	if !o.Nested {
		a.home = map[string]string{}
	}
	return a
}

// Rows returns the number of rows that were added with a weight other than 0.
func (a *Accumulator) Rows() int64 { return a.rows }

// Add adds a row. A row that is refused leaves no trace: the error is [ErrInvalid]
// with the field, and Row is the number of rows with a weight added before.
func (a *Accumulator) Add(r Row) error {
	if err := a.check(r); err != nil {
		return err
	}
	s, ok := a.strata[r.Stratum]
	if !ok {
		s = &stratumSums{population: r.Population, clusters: map[string]*clusterSums{}}
		a.strata[r.Stratum] = s
	}
	c, ok := s.clusters[r.Cluster]
	if !ok {
		c = &clusterSums{values: make([]numeric.DoubleDouble, a.variables)}
		s.clusters[r.Cluster] = c
		if a.home != nil {
			a.home[r.Cluster] = r.Stratum
		}
	}
	if r.Weight == 0 {
		return nil
	}
	a.rows++
	c.rows++
	a.weight = a.weight.Add(numeric.Wide(r.Weight))
	c.weight = c.weight.Add(numeric.Wide(r.Weight))
	for k, y := range r.Values {
		wy := numeric.Wide(r.Weight).Times(y)
		c.values[k] = c.values[k].Add(wy)
		a.squares[k] = a.squares[k].Add(wy.Times(y))
	}
	return nil
}

func (a *Accumulator) check(r Row) error {
	at := func(field, reason string) error {
		return &Error{Row: int(min(a.rows, math.MaxInt32)), Stratum: r.Stratum, Field: field, Reason: reason, Err: ErrInvalid}
	}
	switch {
	case a.strata == nil:
		return at("accumulator", "was not made by NewAccumulator")
	case math.IsNaN(r.Weight) || math.IsInf(r.Weight, 0):
		return at("weights", "are missing or infinite")
	case r.Weight < 0:
		return at("weights", "are negative")
	case len(r.Values) != a.variables:
		return at("values", "are not one for each variable")
	case !(r.Population >= 0) || math.IsInf(r.Population, 1):
		return at("population", "is negative, missing or infinite")
	}
	if s, ok := a.strata[r.Stratum]; ok && s.population != r.Population {
		return at("population", "is another than in a row of the same stratum before")
	}
	if home, ok := a.home[r.Cluster]; ok && home != r.Stratum {
		return at("clusters", "have a label that stands in another stratum: where that is another cluster, set Nested")
	}
	if r.Weight != 0 {
		for _, y := range r.Values {
			if wy := r.Weight * y * y; math.IsNaN(wy) || math.IsInf(wy, 0) {
				return at("values", "are missing, infinite or too large")
			}
		}
	}
	return nil
}

// Merge adds what another accumulator has, which stays as it is. The error is
// [ErrInvalid], and nothing is changed, where the two have other options, numbers
// of variables, populations of a stratum or strata of a cluster.
func (a *Accumulator) Merge(b *Accumulator) error {
	if b == nil || a.variables != b.variables || a.o != b.o {
		return invalid("accumulator", "has another number of variables or other options")
	}
	for label, other := range b.strata {
		if s, ok := a.strata[label]; ok && s.population != other.population {
			return &Error{Row: -1, Stratum: label, Field: "population", Reason: "is another in the other accumulator", Err: ErrInvalid}
		}
	}
	for cluster, home := range b.home {
		if mine, ok := a.home[cluster]; ok && mine != home {
			return &Error{Row: -1, Stratum: home, Field: "clusters", Reason: "have a label that stands in another stratum here", Err: ErrInvalid}
		}
	}
	for label, other := range b.strata {
		s, ok := a.strata[label]
		if !ok {
			s = &stratumSums{population: other.population, clusters: map[string]*clusterSums{}}
			a.strata[label] = s
		}
		for cluster, theirs := range other.clusters {
			c, ok := s.clusters[cluster]
			if !ok {
				c = &clusterSums{values: make([]numeric.DoubleDouble, a.variables)}
				s.clusters[cluster] = c
			}
			c.add(theirs)
		}
	}
	if a.home != nil {
		maps.Copy(a.home, b.home)
	}
	a.rows += b.rows
	a.weight = a.weight.Add(b.weight)
	for k := range a.squares {
		a.squares[k] = a.squares[k].Add(b.squares[k])
	}
	return nil
}

func (c *clusterSums) add(o *clusterSums) {
	c.rows += o.rows
	c.weight = c.weight.Add(o.weight)
	for k := range c.values {
		c.values[k] = c.values[k].Add(o.values[k])
	}
}

// labels returns the labels of strata and clusters in byte order.
func labels[T any](m map[string]T) []string { return slices.Sorted(maps.Keys(m)) }
