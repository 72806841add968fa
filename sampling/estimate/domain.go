package estimate

// Where restricts the design to a domain (域): the rows that are marked, one mark
// per row of the sample, and within the domain that d is. All rows stay in their
// strata and clusters, for how many of the domain were drawn was left to chance:
// leaving the rows out before the design is made gives errors that are too small.
//
// Errors: [ErrInvalid] for another number of marks; [ErrNotEstimable] where no
// row with a weight is marked.
func (d *Design) Where(in []bool) (*Design, error) {
	if len(in) != len(d.full) {
		return nil, invalid("domain", "is not one mark per row of the sample")
	}
	if len(in) == 0 {
		return nil, notEstimable("rows", "are none")
	}
	sub := *d
	sub.weights = masked(d.weights, in)
	sub.in, sub.sampled = make([]bool, len(in)), 0
	for i, is := range in {
		sub.in[i] = is && (d.in == nil || d.in[i])
		if sub.in[i] {
			sub.sampled++
		}
	}
	sub.count()
	if sub.rows == 0 {
		return nil, notEstimable("domain", "has no row with a weight")
	}
	return &sub, nil
}

// active counts in every stratum of a stage the units with a row of the domain;
// nil where that is all of them, or does not matter. Calibration carries a domain
// into all units.
func (d *Design) active(stage int) []int32 {
	if d.in == nil || len(d.steps) > 0 || d.opts.Lonely != LonelyAverage && d.opts.Lonely != LonelyAdjust {
		return nil
	}
	s := d.stages[stage]
	of := s.stratumOf()
	met := make([]bool, s.numUnits())
	count := make([]int32, s.numStrata())
	for i, in := range d.in {
		if u := s.unit[i]; in && !met[u] {
			met[u] = true
			count[of[u]]++
		}
	}
	return count
}
