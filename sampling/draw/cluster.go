package draw

import "math/rand/v2"

// ClusterOptions of [Cluster] and [StratifiedCluster]. The zero value takes every
// drawn cluster whole.
type ClusterOptions struct {
	// Units, where it is not 0, is the number of units drawn in each drawn cluster: the
	// draw has two stages (二阶段抽样).
	Units int `json:"units,omitzero"`
	// WholeSmaller takes a cluster with fewer than Units units whole. Without it such a
	// cluster, drawn or not, is ErrTooMany.
	WholeSmaller bool `json:"whole_smaller,omitzero"`
}

// Cluster draws m of the frame's clusters, a simple random sample without
// replacement, and all their units (整群抽样), or in each of them a simple random
// sample of o.Units. Units are listed by row.
//
// With two stages the sample has both stages' probabilities in Stages: m/M, with M
// the number of clusters, and units drawn over units in the cluster.
//
// Errors: ErrInvalid where the frame has no clusters or a number is negative;
// ErrTooMany for m > M, and for a cluster with fewer than o.Units units, which the
// [Error] names.
func Cluster(f *Frame, m int, src Source, o ClusterOptions) (*Sample, error) {
	if err := o.validate(f); err != nil {
		return nil, err
	}
	total := len(f.clusters.labels)
	if m < 0 {
		return nil, invalid("m", "is %d and must not be negative", m)
	}
	if m > total {
		return nil, &Error{Field: "m", Row: -1, Want: m, Have: total, Reason: "is more than the frame has clusters", Err: ErrTooMany}
	}
	rng, err := src.open(o.design(), f.Hash())
	if err != nil {
		return nil, err
	}
	first := make([]float64, total)
	for _, c := range subset(rng, m, total) {
		first[c] = float64(m) / float64(total)
	}
	s := record(o.design(), f, src)
	o.fill(s, f, first, rng)
	return s, nil
}

// StratifiedCluster is [Cluster] within each stratum: sizes gives the number of
// clusters to draw by the label of the stratum, under the rules of [Stratified].
func StratifiedCluster(f *Frame, sizes map[string]int, src Source, o ClusterOptions) (*Sample, error) {
	if err := o.validate(f); err != nil {
		return nil, err
	}
	if f.strata == nil {
		return nil, invalid("stratum", "is not a column of the frame")
	}
	total := len(f.clusters.labels)
	in := make([]int32, total) // the stratum of each cluster
	for row, c := range f.clusters.codes {
		in[c] = f.strata.codes[row]
	}
	have := make([]int, len(f.strata.labels))
	for _, stratum := range in {
		have[stratum]++
	}
	want, err := perStratum(f.strata, have, sizes, "clusters")
	if err != nil {
		return nil, err
	}
	rng, err := src.open(o.design(), f.Hash())
	if err != nil {
		return nil, err
	}
	drawn, probabilities := drawWithin(rng, &column{labels: f.strata.labels, codes: in, counts: have}, want)
	first := make([]float64, total)
	for i, c := range drawn {
		first[c] = probabilities[i]
	}
	s := record(o.design(), f, src)
	o.fill(s, f, first, rng)
	return s, nil
}

func (o ClusterOptions) design() Design {
	if o.Units > 0 {
		return DesignTwoStage
	}
	return DesignCluster
}

func (o ClusterOptions) validate(f *Frame) error {
	if err := f.check(); err != nil {
		return err
	}
	if f.clusters == nil {
		return invalid("cluster", "is not a column of the frame")
	}
	if o.Units < 0 {
		return invalid("units", "is %d and must not be negative", o.Units)
	}
	for code, n := range f.clusters.counts {
		if n < o.Units && !o.WholeSmaller {
			return &Error{Field: "units", Row: -1, Cluster: f.clusters.labels[code], Want: o.Units, Have: n,
				Reason: "asks for more units than it has", Err: ErrTooMany}
		}
	}
	return nil
}

// fill draws within the clusters that have a probability at the first stage and
// writes the units with their probabilities.
func (o ClusterOptions) fill(s *Sample, f *Frame, first []float64, rng *rand.Rand) {
	want := make([]int, len(first))
	for code, p := range first {
		if p > 0 {
			want[code] = f.clusters.counts[code]
			if o.Units > 0 {
				want[code] = min(o.Units, want[code])
			}
		}
	}
	units, second := drawWithin(rng, f.clusters, want)
	s.Units, s.Probabilities = units, make([]float64, len(units))
	stages := [][]float64{make([]float64, len(units)), second}
	for i, row := range units {
		stages[0][i] = first[f.clusters.codes[row]]
		s.Probabilities[i] = stages[0][i] * second[i]
	}
	if o.Units > 0 {
		s.Stages = stages
	}
}
